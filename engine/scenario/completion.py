"""What may be written where the caret stands: for the scene's editor.

Keys, values and their meanings come from the models (`engine.scenario.shape`), names from the text itself, which
need not be TOML yet. Left out: the words of commands in `setup` and `run`, which the console knows, and functions
and counters as events, which a run knows.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from engine.scenario.caret import Caret, Names, Scan, Spot, caret_at
from engine.scenario.diagnosis import Diagnostic, diagnose
from engine.scenario.moment import EVENTS
from engine.scenario.overrides import NAMED
from engine.scenario.shape import Key, KeyKind, key_at, table_at

__all__ = ["Completions", "Diagnostic", "Item", "complete", "diagnose"]

_KNOB: Final = re.compile(r"\$\{([^}$\n]*)$")
_RUN: Final = re.compile(r"\brun\s*\(\s*\\?['\"]([^'\"]*)$")
_NOT_BUILT_EVENTS: Final = ("xoff",)
_MOMENTS: Final = ("expect", "chapter")


class Item(NamedTuple):
    """One thing that may stand at the caret: what is written, what it means in a line, what it is."""

    text: str
    detail: str
    kind: str


class Completions(NamedTuple):
    """What may stand at the caret, the best first; an item replaces the text from `start` to the caret."""

    start: int
    items: tuple[Item, ...]


def complete(text: str, position: int) -> Completions:
    """Return what may stand at a place.

    Args:
        text: the whole text, also one that is no TOML.
        position: the caret, counted in characters.
    """
    caret = caret_at(text, position)
    rest = text[position : position + 2]
    if caret.spot is Spot.STRING and (knob := _KNOB.search(caret.word)):
        close = "" if rest.startswith("}") else "}"
        items = [Item(name + close, "a knob", "knob") for name in _knob_names(Scan(text))]
        return _fitting(position - len(knob[1]), knob[1], items)
    match caret.spot:
        case Spot.HEADER:
            return _fitting(caret.start, caret.word, _headers(caret, Scan(text), rest))
        case Spot.KEY:
            keys = _keys(caret, Scan(text))
            if rest.startswith('"'):  # the quote that closes a path is there already
                keys = (item._replace(text=item.text.removesuffix('"')) for item in keys)
            return _fitting(caret.start, caret.word, keys)
        case Spot.VALUE:
            quoted = [item._replace(text=_quoted(item)) for item in _values(caret, Scan(text))]
            return _fitting(caret.start, caret.word, quoted)
        case Spot.STRING if not caret.several:
            if caret.key[-1:] == ("that",) and (run := _RUN.search(caret.word)):
                names = [Item(name, "a variant", "name") for name in _names(Scan(text), "variant")]
                return _fitting(position - len(run[1]), run[1], names)
            items = [item for item in _values(caret, Scan(text)) if _is_text(item)]
            return _fitting(caret.start, caret.word, items)
        case _:
            return Completions(position, ())


def _fitting(start: int, word: str, items: Iterable[Item]) -> Completions:
    """Return the items that fit what is there already: those that begin so, then those that hold it."""
    sought = word.strip().strip("\"'").casefold()
    every = list(dict.fromkeys(items))
    begin = [item for item in every if item.text.strip("\"'[").casefold().startswith(sought)]
    inside = [item for item in every if item not in begin and sought in item.text.casefold()]
    return Completions(start, (*begin, *inside))


def _headers(caret: Caret, scan: Scan, rest: str) -> Iterator[Item]:
    """Yield the tables that a header can open; one that may stand only once and is there is left out."""
    brackets = caret.key[0]
    for path, key in _tables((), table_at()):
        name = ".".join(path)
        if key.kind is KeyKind.TABLES:
            close = _missing("]]", rest)
            yield Item(name + close if brackets == "[[" else f"[{name}{close}", key.meaning, "table")
        elif brackets == "[" and path not in scan.headers:
            yield Item(name + _missing("]", rest), key.meaning, "table")


def _tables(before: Names, keys: Iterable[Key]) -> Iterator[tuple[Names, Key]]:
    """Yield the tables of the format with their paths, those within others after them."""
    for key in keys:
        if not key.built or key.kind not in (KeyKind.TABLE, KeyKind.TABLES):
            continue
        path = (*before, key.name)
        yield path, key
        if not key.free:
            yield from _tables(path, table_at(*path))


def _missing(close: str, rest: str) -> str:
    """Return the closing brackets that do not stand there yet."""
    return close[len(rest) - len(rest.lstrip("]")) :]


def _keys(caret: Caret, scan: Scan) -> Iterator[Item]:
    """Yield the keys that the table around may still have, those that it needs first."""
    if caret.table and caret.table[-1] == "set" and caret.table[0] == "variant":
        yield from _paths(scan)
        return
    keys = [key for key in table_at(*caret.table) if key.built and key.name not in caret.present]
    if not caret.table:
        opened = {header[0] for header in scan.headers}
        keys = [key for key in keys if key.name not in opened and key.kind is not KeyKind.TABLES]
    for key in sorted(keys, key=lambda each: not each.required):
        yield Item(key.name, key.meaning, "key")


def _paths(scan: Scan) -> Iterator[Item]:
    """Yield paths for a variant's `set`: knobs, and the keys of the tables that the scene has."""
    for name in _knob_names(scan):
        yield Item(f'"knobs.{name}"', "the knob's value", "path")
    for table in ("nic", "flow", "app"):
        for name in _names(scan, table):
            for key in table_at(table):
                if key.built and key.name != "name" and not set("\"'.") & set(name):
                    yield Item(f'"{table}.{name}.{key.name}"', key.meaning, "path")
    for key in table_at("host"):
        if key.built and not key.free:
            yield Item(f'"host.{key.name}"', key.meaning, "path")


def _values(caret: Caret, scan: Scan) -> Iterator[Item]:
    """Yield what may stand for a value; text without its quotes."""
    path = (*caret.table, *caret.key)
    key = _key_of(path)
    if key is None:
        return
    if _is_moment(path):
        yield from _events()
        return
    if key.refers:
        yield from (Item(name, f"a {key.refers} of this scene", "name") for name in _names(scan, key.refers))
    elif key.kind is KeyKind.BOOL:
        yield from (Item(word, key.meaning, "value") for word in ("true", "false"))
    elif key.choices:
        for choice in key.choices:
            default = "what holds if it is left out" if choice == key.default else ""
            kind = "value" if isinstance(choice, str) else "number"
            yield Item(str(choice), default or key.meaning, kind)
    elif key.kind is not KeyKind.TABLES:
        yield from (Item(text, key.meaning, "example") for text in key.examples)


def _key_of(path: Names) -> Key | None:
    """Return the key at a path; for a variant's `set`, that of the path which is its key."""
    if path[:2] == ("variant", "set") and len(path) > 2:
        parts = ".".join(path[2:]).split(".")
        return key_at(parts[0], *parts[2:]) if parts[0] in NAMED else key_at(*parts)
    return key_at(*path)


def _is_moment(path: Names) -> bool:
    return path[0] in _MOMENTS and path[-1] in ("at", "to")


def _events() -> Iterator[Item]:
    """Yield moments that can be named without a run."""
    for event in EVENTS:
        if event not in _NOT_BUILT_EVENTS:
            yield Item(
                f"first {event}", f"when it happens for the first time; {event}:2 for the second", "event"
            )
    yield from (
        Item(f"last {event}", "when it happens for the last time", "event")
        for event in EVENTS
        if event not in _NOT_BUILT_EVENTS
    )
    yield Item("end", "the end of the run", "event")


def _names(scan: Scan, table: str) -> list[str]:
    """Return the names that the rows of an array of tables have."""
    return list(dict.fromkeys(text for path, key, text in scan.strings if (path, key) == ((table,), "name")))


def _knob_names(scan: Scan) -> list[str]:
    """Return the names of the knobs."""
    named = [key for path, key in scan.keys if path == ("knobs",)]
    named += [header[1] for header in scan.headers if header[0] == "knobs" and len(header) > 1]
    return list(dict.fromkeys(named))


def _is_text(item: Item) -> bool:
    return item.kind != "number" and item.text not in ("true", "false")


def _quoted(item: Item) -> str:
    return f'"{item.text}"' if _is_text(item) else item.text
