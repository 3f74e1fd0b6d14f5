"""Edits of a scene's text that keep comments, order and spelling of all that they do not change.

Each edit makes a new document and checks it, so a change that would break the scene raises and changes
nothing. Values and elements of arrays are edited through tomlkit, whole tables line by line
(`engine.scenario.writing`); what was written is read back and compared with what was meant.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from itertools import count
from typing import Any

import tomlkit

from engine.scenario.document import SceneDocument, load
from engine.scenario.errors import KeyPath, Refused, SceneError, below, unknown_name
from engine.scenario.overrides import Override, found, put, sysctl_command
from engine.scenario.spans import spans_of
from engine.scenario.units import format_ns, parse_time
from engine.scenario.writing import item, with_pairs, with_row, without_table


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
    return _reread(document, tomlkit.dumps(toml), wanted)


def without_value(document: SceneDocument, path: str) -> SceneDocument:
    """Return the document without one key, so that it has its default again.

    Args:
        document: The document, which stays as it is; returned itself when the key is not there.
        path: As for `with_value`.

    Raises:
        SceneError: The path leads nowhere, or the scene cannot do without the key.
    """
    try:
        keys = found(dict(document.data), path)
    except Refused as refused:
        raise SceneError(refused.problem, file=document.name, nearest=refused.nearest) from refused
    wanted = deepcopy(dict(document.data))
    toml: Any = tomlkit.parse(document.text)
    node: Any = wanted
    written = toml
    for key in keys[:-1]:
        if isinstance(node, dict) and key not in node:
            return document
        node, written = below(node, key), written[key]
    if not isinstance(node, dict) or keys[-1] not in node:
        return document
    del node[keys[-1]]
    del written[keys[-1]]
    return _reread(document, tomlkit.dumps(toml), wanted)


def with_at(
    document: SceneDocument,
    variant: str | None,
    time: int | str,
    run: str | None = None,
    *,
    app: Mapping[str, Any] | None = None,
) -> SceneDocument:
    """Return the document with a change at a moment added, to the scene or to one of its variants.

    Args:
        document: The document, which stays as it is.
        variant: The variant's name; one that does not exist yet is made, which is how a branch begins. None
            changes the scene itself, and so every variant.
        time: Nanoseconds, or a time as text.
        run: The command; or
        app: what is done to a program, such as `{"name": "feed", "do": "pause"}`.

    Raises:
        SceneError: The scene would be broken.
    """
    change = _change({"time": time, "run": run, "app": app})
    if variant is None:
        return _with_row(document, ("at",), change)
    if variant not in document.variants:
        return _with_row(document, ("variant",), {"name": variant, "at": [change]})
    return _with_row(document, ("variant", document.variants.index(variant), "at"), change)


def with_branch(
    document: SceneDocument, parent: str | None, name: str, changes: Sequence[Mapping[str, Any]]
) -> SceneDocument:
    """Return the document with a variant more that begins as a copy of another and then changes.

    Args:
        document: The document, which stays as it is.
        parent: The variant whose `set`, `setup` and `at` are copied (`control` is not); None for the scene itself.
        name: The new variant's name.
        changes: Rows of `at`: `{"time": ..., "run": ...}` or `{"time": ..., "app": ...}`, times as text or in
            nanoseconds. The title tells the time of the first.

    Raises:
        SceneError: There is no variant `parent`, there is one called `name`, or the scene would be broken.
    """
    copied: Mapping[str, Any] = {}
    if parent is not None:
        copied = document.data["variant"][_index(document, parent)]
    rows = [_change(each) for each in changes]
    row: dict[str, Any] = {"name": name, "title": _branch_title(document, parent, rows)}
    row |= {key: copied[key] for key in ("set", "setup") if key in copied}
    if at := [*copied.get("at", ()), *rows]:
        row["at"] = at
    return _with_row(document, ("variant",), deepcopy(row))


def without_variant(document: SceneDocument, name: str) -> SceneDocument:
    """Return the document without one of its variants, and without the comment right above it.

    Raises:
        SceneError: There is none of that name, or a claim is about it.
    """
    index = _index(document, name)
    for number, expect in enumerate(document.scene.expect):
        if _run_of(name).search(expect.that):
            raise document.error(
                ("expect", number, "that"), f"asks for run('{name}'); remove that claim first"
            )
    wanted: dict[str, Any] = deepcopy(dict(document.data))
    del wanted["variant"][index]
    spans = spans_of(document.text)
    if ("variant",) in spans.values:
        toml = tomlkit.parse(document.text)
        del below(toml, "variant")[index]
        return _reread(document, tomlkit.dumps(toml), wanted)
    if not wanted["variant"]:
        del wanted["variant"]
    return _reread(document, without_table(spans, ("variant", index)), wanted)


def renamed_variant(document: SceneDocument, old: str, new: str) -> SceneDocument:
    """Return the document with a variant called otherwise, also by the claims that are about it.

    Raises:
        SceneError: There is none of the old name, the new one is taken or none, or a claim names it through a knob.
    """
    index = _index(document, old)
    wanted: dict[str, Any] = deepcopy(dict(document.data))
    wanted["variant"][index]["name"] = new
    paths: list[KeyPath] = [("variant", index, "name")]
    for number, row in enumerate(wanted.get("expect", ())):
        told = _run_of(old).sub(lambda found: f"run({found[1]}{new}{found[1]})", row["that"])
        if told != row["that"]:
            row["that"] = told
            paths.append(("expect", number, "that"))
        elif _run_of(old).search(document.scene.expect[number].that):
            raise document.error(("expect", number, "that"), f"names {old} through a knob; change that first")
    return _reread(document, _replaced(document.text, wanted, paths), wanted)


def branch_name(document: SceneDocument, base: str = "branch") -> str:
    """Return the next name that no variant has: `branch-1`, `branch-2`, ..."""
    taken = {name.casefold() for name in document.variants}
    return next(name for n in count(1) if (name := f"{base}-{n}").casefold() not in taken)


def _index(document: SceneDocument, name: str) -> int:
    """Return the position of a variant."""
    if name not in document.variants:
        refused = unknown_name("variant", name, document.variants)
        raise SceneError(refused.problem, file=document.name, nearest=refused.nearest)
    return document.variants.index(name)


def _change(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of `at` as plain data."""
    change = {key: deepcopy(value) for key, value in row.items() if value is not None}
    if isinstance(change.get("time"), int):
        change["time"] = format_ns(change["time"]).replace(" ", "")
    return change


def _branch_title(document: SceneDocument, parent: str | None, rows: list[dict[str, Any]]) -> str:
    """Return what a branch is called above the picture."""
    if not rows:
        return f"copy of {parent or document.scene.title or 'the scene'}"
    time = rows[0].get("time")
    with suppress(Refused):  # a knob; what is no time at all is judged with the scene
        time = format_ns(parse_time(time))
    return f"branch at {time}"


def _run_of(name: str) -> re.Pattern[str]:
    """Return what finds `run('name')` in a claim, also as a TOML string spells it; group 1 is the quote."""
    return re.compile(rf"\brun\s*\(\s*(\\?['\"]){re.escape(name)}\1\s*\)")


def _replaced(text: str, wanted: Mapping[str, Any], paths: Sequence[KeyPath]) -> str:
    """Return the text with the strings at some paths written anew."""
    values = spans_of(text).values
    for path in sorted(paths, key=lambda each: values[each].start, reverse=True):
        value: Any = wanted
        for part in path:
            value = below(value, part)
        start, end = values[path]
        text = text[:start] + item(value).as_string() + text[end:]
    return text


def _appended(script: str, line: str) -> str:
    """Return a script with a line more."""
    return f"{script}{'' if not script or script.endswith(chr(10)) else chr(10)}{line}\n"


def _set(toml: Any, keys: KeyPath, value: object) -> None:
    """Set one value, making tables on the way."""
    node = toml
    for depth, key in enumerate(keys[:-1]):
        if isinstance(key, str) and key not in node:
            node[key] = tomlkit.inline_table() if depth else tomlkit.table()
        node = node[key]
    node[keys[-1]] = item(value)


def _with_row(document: SceneDocument, path: KeyPath, row: dict[str, Any]) -> SceneDocument:
    """Return the document with a row more in an array of tables, in the style that the text has already.

    Args:
        document: The document.
        path: Of the array: `("at",)`, `("variant",)`, or `("variant", 2, "at")`.
        row: Plain data.
    """
    wanted: dict[str, Any] = deepcopy(dict(document.data))
    *parents, last = path
    table: Any = wanted
    for part in parents:
        table = below(table, part)
    table.setdefault(last, []).append(deepcopy(row))
    spans = spans_of(document.text)
    headers = [header.path for header in spans.headers]
    inline = path in spans.values or (bool(parents) and tuple(parents) not in headers)
    if inline:
        toml: Any = tomlkit.parse(document.text)
        node = toml
        for part in parents:
            node = below(node, part)
        if last not in node:
            node[last] = tomlkit.array()
        node[last].append(item(row))
        text = tomlkit.dumps(toml)
    elif parents and (*path, 0) not in headers:
        text = with_pairs(spans, tuple(parents), {str(last): [row]})
    else:
        name = ".".join(part for part in path if isinstance(part, str))
        text = with_row(spans, path, name, row)
    return _reread(document, text, wanted)


def _reread(document: SceneDocument, text: str, wanted: dict[str, Any]) -> SceneDocument:
    """Return the edited text as a checked document."""
    if tomllib.loads(text) != wanted:
        raise RuntimeError("the edited text does not say what the edit meant")
    return load(text, name=document.name, folder=document.folder)
