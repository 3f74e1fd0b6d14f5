"""Paths into a scene as people write them, and values set by them, as in `--set nic.eth0.queues=1`.

Tables with names are found by name (`flow.md.rate`) or by number (`chapter.0.title`); a knob is its value
(`knobs.budget`); `sysctl.net.core.netdev_budget` is a command at the end of `setup`.
"""

import re
import shlex
import tomllib
from dataclasses import dataclass
from typing import Any, Final

from engine.scenario.errors import KeyPath, Refused, below, unknown_name, value_text

NAMED: Final = ("nic", "flow", "app", "bpf", "at", "variant", "expect", "chapter")
"""Arrays of tables at the top of a scene."""

TEXTS: Final = ("kernel", "title", "question", "lesson")
"""Keys whose value is text even where it looks like a number."""

_PART = re.compile(r"""([^.\[\]"']+)|"([^"]*)"|'([^']*)'""")


@dataclass(frozen=True)
class Override:
    """A value for a path.

    Attributes:
        path: As written, such as `nic.eth0.queues`.
        value: The new value.
        word: The value's text if it stood unquoted on a command line, and so may mean a string; else None.
    """

    path: str
    value: object
    word: str | None = None


def parse_set(text: str) -> Override:
    """Return path and value of a `PATH=VALUE`; the value is TOML, or a bare word.

    Raises:
        Refused: No path, no equals sign, or a quoted or bracketed value that is not TOML.
    """
    path, equals, word = text.partition("=")
    path, word = path.strip(), word.strip()
    if not equals or not path:
        raise Refused("must be PATH=VALUE, such as nic.eth0.queues=1")
    split_path(path)
    try:
        value = tomllib.loads(f"value = {word}")["value"] if "\n" not in word else word
    except ValueError as error:
        if word[:1] in ('"', "'", "[", "{"):
            raise Refused(f"{value_text(word)} is no TOML value") from error
        return Override(path, word)
    if not isinstance(value, bool | int | float | str | list | dict):
        return Override(path, word)  # a date, which nothing in a scene is
    return Override(path, value, None if word[:1] in ('"', "'", "[", "{") else word)


def split_path(text: str) -> list[str]:
    """Return the parts of a path; parts with dots stand in quotes, and `[0]` may be written for `.0`.

    Raises:
        Refused: An empty part, or an open quote.
    """
    dotted = re.sub(r"\[(\d+)\]", r".\1", text)
    parts: list[str] = []
    at = 0
    while match := _PART.match(dotted, at):
        parts.append(next(group for group in match.groups() if group is not None).strip())
        at = match.end()
        if dotted[at : at + 1] != ".":
            break
        at += 1
    if at != len(dotted) or not all(parts) or dotted.endswith("."):
        raise Refused(f"{value_text(text)} is no path; write nic.eth0.queues, quote parts with dots")
    return parts


def sysctl_command(override: Override) -> str | None:
    """Return the command that a `sysctl.` path stands for, or None for other paths.

    Raises:
        Refused: No name after `sysctl.`, or a value that no file takes.
    """
    head, _, name = override.path.partition(".")
    if head != "sysctl":
        return None
    if not re.fullmatch(r"[A-Za-z0-9_./\-]+", name):
        raise Refused("must name a file of /proc/sys, such as sysctl.net.core.netdev_budget")
    if isinstance(override.value, list | dict):
        raise Refused("must be a number or a string")
    value = override.word if override.word is not None else override.value
    return f"sysctl -w {shlex.quote(f'{name}={value}')}"


def found(data: dict[str, Any], path: str) -> KeyPath:
    """Return the keys and indices that a written path means; its last part need not exist yet.

    Raises:
        Refused: A name on the way is not there.
    """
    parts = split_path(path)
    keys: KeyPath = ()
    node: object = data
    for depth, part in enumerate(parts):
        if node is None:
            node = [] if depth == 1 and parts[0] in NAMED else {}
        if isinstance(node, list):
            index = _index(node, part, str(keys[-1]))
            keys, node = (*keys, index), node[index]
        elif isinstance(node, dict):
            if keys == ("knobs",) and part not in node:
                raise unknown_name("knob", part, node)
            keys, node = (*keys, part), node.get(part)
        else:
            raise Refused(f"{'.'.join(parts[:depth])} has nothing below it")
    return (*keys, "value") if len(keys) == 2 and keys[0] == "knobs" else keys


def _index(rows: list[Any], part: str, kind: str) -> int:
    """Return the index of a row by name or number."""
    names = [row.get("name") if isinstance(row, dict) else None for row in rows]
    if part in names:
        return names.index(part)
    if part.isascii() and part.isdigit() and int(part) < len(rows):
        return int(part)
    known = [name for name in names if isinstance(name, str)] or [str(index) for index in range(len(rows))]
    raise unknown_name(kind, part, known)


def put(data: dict[str, Any], override: Override) -> KeyPath:
    """Set a value in the data itself, making tables on the way; return its path.

    Raises:
        Refused: The path leads nowhere.
    """
    keys = found(data, override.path)
    node: Any = data
    for key in keys[:-1]:
        if isinstance(node, dict):
            node.setdefault(key, {})
        node = below(node, key)
    last = keys[-1]
    old = node.get(last) if isinstance(node, dict) else node[last]
    is_text = isinstance(old, str) or last in TEXTS
    node[last] = override.word if is_text and override.word is not None else override.value
    return keys
