"""A small language for the editor's tests: its completions know some keys and drivers; the form is the engine's."""

import re

from engine.scenario.completion import Completions, Item
from engine.scenario.form import form
from viewer.panels.editor.language import Language

DRIVERS = ("igb", "ixgbe", "legacy")


KEYS = {
    "name": "What it is called.",
    "driver": "Whose descriptors, registers and counters it has.",
    "address": "Address and prefix length, as ip addr add takes it.",
    "queues": "Pairs of RX and TX queues; one for each CPU if not said.",
    "speed": "Of the link.",
    "rss_key": "The Toeplitz key, 40 bytes in hexadecimal with colons.",
}


def complete(text: str, position: int) -> Completions:
    """Drivers after `driver =`, else keys of a card."""
    line = text[text.rfind("\n", 0, position) + 1 : position]
    if value := re.fullmatch(r'driver = "?(\w*)', line):
        names = [
            Item(f'"{name}"' if '"' not in line else name, f"The {name} driver.", "driver")
            for name in DRIVERS
        ]
        start, begun = position - len(value[1]), value[1]
    else:
        begun = re.split(r"\W", line)[-1]
        names, start = [Item(key, what, "key") for key, what in KEYS.items()], position - len(begun)
    return Completions(start, tuple(each for each in names if begun in each.text))


LANGUAGE = Language(complete, form)
