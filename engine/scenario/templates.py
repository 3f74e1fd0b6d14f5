"""Scenes to start from, in `scenes/templates`: each runs, passes its own claims, and explains the format."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from engine.scenario.errors import unknown_name

SIMPLEST: Final = "minimal"
"""What a newcomer starts from."""
_ENDING: Final = ".toml"


class Template(NamedTuple):
    """A scene to start from.

    Attributes:
        name: what it is asked for by.
        title: the scene's title.
        text: the whole file, comments and all.
    """

    name: str
    title: str
    text: str


@cache
def templates() -> tuple[Template, ...]:
    """Return all templates, the simplest first, the others by name."""
    found = []
    for entry in files("scenes.templates").iterdir():
        if entry.name.endswith(_ENDING):
            text = entry.read_text(encoding="utf-8")
            found.append(Template(entry.name.removesuffix(_ENDING), tomllib.loads(text)["title"], text))
    return tuple(sorted(found, key=lambda each: (each.name != SIMPLEST, each.name)))


def template(name: str) -> Template:
    """Return the template of a name.

    Raises:
        Refused: There is none; the nearest name is told.
    """
    for each in templates():
        if each.name == name:
            return each
    raise unknown_name("template", name, [each.name for each in templates()])
