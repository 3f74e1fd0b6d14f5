"""Two tables of results side by side, a row a path.

Paths are spelled as expressions spell them (`engine.results.names`). What only names a run (title, variant, digest)
is left out, and so are judged expectations and invariants. Rows of lists go by their place in the list, as in an
expression: sockets of unlike scenes may stand beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from engine.results.names import NOT_PATHS, leaves

NAMES_A_RUN: Final = ("format", "skbscope", "source", "title", "variant", "digest")
"""Keys of the results that say which run it is, not what came of it."""

COUNTED: Final = ("packets.lost[", "packets.copies_lost[")
"""How paths into tables begin that hold only what is not 0."""


class Row(NamedTuple):
    """What stands at one path in both results.

    Attributes:
        path: as an expression spells it.
        a: the value in the first; None where it has none there, or an unknown one.
        b: the value in the second.
        delta: b less a; None unless both are numbers.
    """

    path: str
    a: Any
    b: Any
    delta: int | float | None


def compared(a: Mapping[str, Any], b: Mapping[str, Any], *, equal: bool = False) -> list[Row]:
    """Return what two runs came to, row by row, in the order of the results.

    Latencies are those of the results: a row for each percentile of each flow.

    Args:
        a: results (`engine.results.results`), also as read back from JSON.
        b: those to compare them with.
        equal: whether rows with equal values are there, too.
    """
    ours, theirs = _values(a), _values(b)
    rows = [
        _row(path, ours.get(path, _nothing(path)), theirs.get(path, _nothing(path)))
        for path in _merged(ours, theirs)
    ]
    return [row for row in rows if equal or row.a != row.b]


def _values(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the leaves of a table of results by path."""
    return {
        text: value
        for name, below in table.items()
        if name not in NOT_PATHS and name not in NAMES_A_RUN
        for _, text, value in leaves(below, (name,), name)
    }


def _nothing(path: str) -> int | None:
    """Return what is meant where a path is not there."""
    return 0 if path.startswith(COUNTED) else None


def _row(path: str, a: Any, b: Any) -> Row:
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (a, b))
    return Row(path, a, b, b - a if numbers else None)


def _merged(ours: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """Return the paths of both in order; what only the second has stands after what it follows there."""
    known = set(ours)
    after: dict[str | None, list[str]] = {}
    before: str | None = None
    for path in theirs:
        if path in known:
            before = path
        else:
            after.setdefault(before, []).append(path)
    merged = list(after.get(None, ()))
    for path in ours:
        merged += [path, *after.get(path, ())]
    return merged
