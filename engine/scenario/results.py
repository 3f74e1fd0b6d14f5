"""Paths into results: plain data as JSON holds it, answered for expressions.

A table of endings holds only what happened. Asking it for a place where nothing was lost is a fair question
with the answer zero, provided that the place exists; which places do, the caller says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from engine.scenario.errors import Refused, listed, nearest_name, path_text, unknown_name
from engine.scenario.evaluate import Value
from engine.scenario.tree import Every, Index, Key, Part, Where

LOST: Final = ("packets", "lost")
"""The table of places where packets died."""


class Results:
    """Answers paths from the results of a run."""

    def __init__(
        self,
        data: Mapping[str, Value],
        *,
        variants: Callable[[str], Mapping[str, Value]] | None = None,
        zero: Mapping[tuple[str, ...], Iterable[str]] | None = None,
    ) -> None:
        """Wrap results.

        Args:
            data: The results, as `run --json` prints them.
            variants: Returns the results of another variant by name, or raises `Refused`.
            zero: Tables that hold only what is not zero (such as `LOST`), with every name they may hold.
        """
        self.data = data
        self.variants = variants
        self.zero = {path: tuple(names) for path, names in (zero or {}).items()}

    def run(self, variant: str) -> "Results":
        """Return the results of another variant.

        Raises:
            Refused: There is none of that name.
        """
        if self.variants is None:
            raise Refused(f'no other variant is at hand, so run("{variant}") means nothing here')
        return Results(self.variants(variant), variants=self.variants, zero=self.zero)

    def path(self, parts: tuple[Part, ...]) -> Value:
        """Return the value at a path.

        Raises:
            Refused: A name, index or row on the way is not there.
        """
        return self._below(self.data, parts, ())

    def _below(self, value: Value, parts: tuple[Part, ...], done: tuple[str | int, ...]) -> Value:
        """Return what stands at the rest of a path below a value; `done` is the path so far."""
        if not parts:
            return value
        part, rest = parts[0], parts[1:]
        match part:
            case Key(name):
                return self._below(self._named(value, name, done), rest, (*done, name))
            case Index(number):
                return self._below(_numbered(value, number, done), rest, (*done, number))
            case Where():
                return self._below(_row(value, part, done), rest, done)
            case Every():
                rows = list(value.values()) if isinstance(value, Mapping) else _rows(value, done)
                return [self._below(row, rest, done) for row in rows]

    def _named(self, value: Value, name: str, done: tuple[str | int, ...]) -> Value:
        """Return what a table holds under a name."""
        where = path_text(done) or "the results"
        if isinstance(value, Sequence) and not isinstance(value, str):
            raise Refused(f"{where} is a list; choose a row, as in [cpu=0], or all with [*]")
        if not isinstance(value, Mapping):
            raise Refused(f"{where} has nothing below it")
        if name in value:
            return value[name]
        known = self.zero.get(tuple(str(part) for part in done), ())
        if name in known:
            return 0
        names = [*value, *(each for each in known if each not in value)]
        raise Refused(
            f"there is no {name} in {where}; known: {listed(names) or 'none'}",
            nearest=nearest_name(name, names),
        )


def _rows(value: Value, done: tuple[str | int, ...]) -> Sequence[Value]:
    """Return a value that must be a list."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Refused(f"{path_text(done) or 'the results'} is no list")
    return value


def _numbered(value: Value, number: int, done: tuple[str | int, ...]) -> Value:
    """Return an element of a list."""
    rows = _rows(value, done)
    if not -len(rows) <= number < len(rows):
        raise Refused(f"{path_text(done)} has {len(rows)} elements, counted from 0")
    return rows[number]


def _row(value: Value, where: Where, done: tuple[str | int, ...]) -> Value:
    """Return the only row of a list whose fields have the values asked for."""
    rows = [row for row in _rows(value, done) if isinstance(row, Mapping)]
    found = rows
    for name, wanted in where.conditions:
        if rows and not any(name in row for row in rows):
            raise unknown_name("field", name, dict.fromkeys(key for row in rows for key in row))
        matching = [row for row in found if name in row and row[name] == wanted]
        if not matching:
            there = listed(str(row[name]) for row in found if name in row)
            raise Refused(f"{path_text(done)} has no row with {name}={wanted}; there is {there or 'none'}")
        found = matching
    if len(found) != 1:
        raise Refused(
            f"{path_text(done)} has {len(found)} such rows; say more, as in [dev='eth0', kind='fq']"
        )
    return found[0]
