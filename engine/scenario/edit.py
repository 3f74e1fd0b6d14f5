"""Edits of a scene's text that keep comments, order and spelling of all that they do not change.

Each edit makes a new document and checks it, so a change that would break the scene raises and changes
nothing. The text is edited through tomlkit; what it wrote is read back and compared with what was meant.
"""

import tomllib
from copy import deepcopy
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, Item

from engine.scenario.document import SceneDocument, load
from engine.scenario.errors import KeyPath, Refused, SceneError, below
from engine.scenario.overrides import Override, found, put, sysctl_command
from engine.scenario.units import format_ns


def with_value(document: SceneDocument, path: str, value: object) -> SceneDocument:
    """Return the document with one value changed or added.

    Args:
        document: The document, which stays as it is.
        path: As in `--set`: `knobs.budget`, `nic.eth0.queues`, `sysctl.net.core.netdev_budget` (a line at the
            end of `setup`).
        value: Plain data as TOML holds it: times and rates as text.

    Raises:
        SceneError: The path leads nowhere, or the scene would be broken.
    """
    try:
        command = sysctl_command(Override(path, value))
        if command is not None:
            return with_value(document, "setup", _appended(document.data.get("setup", ""), command))
        keys = found(dict(document.data), path)
        wanted = deepcopy(dict(document.data))
        put(wanted, Override(path, value))
    except Refused as refused:
        raise SceneError(refused.problem, file=document.name, nearest=refused.nearest) from refused
    toml = tomlkit.parse(document.text)
    _set(toml, keys, value)
    return _reread(document, toml, wanted)


def with_at(document: SceneDocument, variant: str | None, time: int | str, run: str) -> SceneDocument:
    """Return the document with a command at a moment added, to the scene or to one of its variants.

    Args:
        document: The document, which stays as it is.
        variant: The variant's name; one that does not exist yet is made, which is how a branch begins. None
            changes the scene itself, and so every variant.
        time: Nanoseconds, or a time as text.
        run: The command.

    Raises:
        SceneError: The scene would be broken.
    """
    text = time if isinstance(time, str) else format_ns(time).replace(" ", "")
    change = {"time": text, "run": run}
    wanted: dict[str, Any] = deepcopy(dict(document.data))
    toml = tomlkit.parse(document.text)
    if variant is None:
        wanted.setdefault("at", []).append(change)
        _append(toml, "at", change)
    elif variant in document.variants:
        index = document.variants.index(variant)
        wanted["variant"][index].setdefault("at", []).append(change)
        _append(below(toml["variant"], index), "at", change, inline=True)
    else:
        row = {"name": variant, "at": [change]}
        wanted.setdefault("variant", []).append(row)
        _append(toml, "variant", row)
    return _reread(document, toml, wanted)


def _appended(script: str, line: str) -> str:
    """Return a script with a line more."""
    return f"{script}{'' if not script or script.endswith(chr(10)) else chr(10)}{line}\n"


def _item(value: object) -> Item:
    """Return a value as TOML; text of several lines as a string of several lines."""
    if isinstance(value, str) and "\n" in value:
        return _lines(value)
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for key, each in value.items():
            table[key] = _item(each)
        return table
    if isinstance(value, list):
        array = tomlkit.array()
        for each in value:
            array.append(_item(each))
        return array
    return tomlkit.item(value)


def _lines(text: str) -> Item:
    """Return a text of several lines as a string that begins on a line of its own, if it can.

    One with carriage returns cannot span lines: TOML reads CR LF there as a line's end.
    """
    plain = tomlkit.string(text, multiline=True).as_string()
    for raw in (f'"""\n{plain[3:]}', plain):
        if tomllib.loads(f"x = {raw}")["x"] == text:
            return tomlkit.value(raw)
    return tomlkit.item(text)


def _set(toml: Any, keys: KeyPath, value: object) -> None:
    """Set one value, making tables on the way."""
    node = toml
    for depth, key in enumerate(keys[:-1]):
        if isinstance(key, str) and key not in node:
            node[key] = tomlkit.inline_table() if depth else tomlkit.table()
        node = node[key]
    node[keys[-1]] = _item(value)


def _append(table: Any, key: str, row: dict[str, Any], *, inline: bool = False) -> None:
    """Append a row to an array of tables, in the style that the text has already."""
    if key not in table:
        table[key] = tomlkit.array() if inline else tomlkit.aot()
    rows = table[key]
    if isinstance(rows, AoT):
        new = tomlkit.table()
        for name, value in row.items():
            new[name] = _item(value)
        rows.append(new)
    elif isinstance(rows, Array):
        rows.append(_item(row))


def _reread(document: SceneDocument, toml: tomlkit.TOMLDocument, wanted: dict[str, Any]) -> SceneDocument:
    """Return the edited text as a checked document."""
    text = tomlkit.dumps(toml)
    if tomllib.loads(text) != wanted:
        raise RuntimeError("the edited text does not say what the edit meant")
    return load(text, name=document.name, folder=document.folder)
