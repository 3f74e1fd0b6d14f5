"""The host with numbers that remember where they were read.

The tables of results and the console's formulas below them are evaluated once for a stretch of steps: what they add up
is noted and worked out later for all steps at once, and whatever they decide by (a key, an order, a condition) is read
at the stretch's first step and noted in `TracedHost.decided`, so that the stretch ends where that changes. The formulas
stay the only truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.console.read.source import Host, Row, UnknownValueError
from engine.results.leaves import Leaf, Steps, merged, within
from engine.scenario.values import Sort, Vector
from engine.timeline.cursor import Cursor
from engine.timeline.schema import UNKNOWN
from engine.timeline.timeline import Timeline

Field: TypeAlias = tuple[int, str]
"""A field of an object: its uid, the field's name."""


class History(Protocol):
    """How fields go over the whole run."""

    def changes(self, field: Field) -> tuple[Steps, NDArray[np.int64]]:
        """Return the steps that write a field, in order, and what stands there from then on."""


class TracedHost(Host):
    """The host after the first step of a stretch.

    Attributes:
        decided: the fields that the shape of what was read depends on.
        classes: the classes whose births and deaths it depends on.
    """

    def __init__(self, cursor: Cursor, timeline: Timeline, history: History) -> None:
        self.decided: set[Field] = set()
        self.classes: set[str] = set()
        self.history = history
        super().__init__(cursor, timeline)

    def rows(self, class_name: str) -> list[Row]:
        """See `Host.rows`."""
        self.classes.add(class_name)
        return super().rows(class_name)

    def row(self, uid: int) -> Row:
        """See `Host.row`."""
        info = self.timeline.object(int(uid))
        self.classes.add(info.cls.name)
        return TracedRow(info.uid, str(info.name), int(info.parent), _Fields(self, info.uid), info.cls)


class TracedRow(Row):
    """One object, with numbers that remember where they were read."""

    __slots__ = ()

    def get(self, field: str, default: int | None = 0) -> Any:
        """See `Row.get`; a field that is not known is found out only when its value is used."""
        if field in self.fields:
            return self.fields[field]
        if default is None:
            raise KeyError(field)
        return default


class _Fields(Mapping[str, Any]):
    """The fields of an object, read when asked for."""

    __slots__ = ("_host", "_names", "_uid")

    def __init__(self, host: TracedHost, uid: int) -> None:
        self._host = host
        self._uid = uid
        self._names = {field.name: None for field in host.timeline.object(uid).cls.fields}

    def __getitem__(self, name: str) -> Traced:
        if name not in self._names:
            raise KeyError(name)
        return Traced(self._host, 0, ((1, (self._uid, name)),))

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Traced(Leaf):
    """A sum of fields. Sums and differences stay such; any other use decides something, and has the value here."""

    __slots__ = ("_constant", "_host", "_terms")

    def __init__(self, host: TracedHost, constant: int, terms: tuple[tuple[int, Field], ...]) -> None:
        self._host = host
        self._constant = constant
        self._terms = terms

    def moves(self, first: int, end: int) -> Steps:
        """See `Leaf.moves`."""
        changes = [self._host.history.changes(field)[0] for _, field in self._terms]
        return merged([within(steps, first, end) for steps in changes])

    def after(self, steps: Steps) -> Vector:
        """See `Leaf.after`."""
        total = np.full(len(steps), self._constant, np.int64)
        known = np.ones(len(steps), bool)
        for sign, field in self._terms:
            written, values = self._host.history.changes(field)
            rows = np.searchsorted(written, steps, "right") - 1
            found = values[np.maximum(rows, 0)] if len(values) else np.full(len(steps), UNKNOWN)
            told = (rows >= 0) & (found != UNKNOWN)
            total += sign * np.where(told, found, 0)
            known &= told
        return Vector(Sort.NUMBER, total, known)

    # -- sums ---------------------------------------------------------------------------------------------

    def _plus(self, other: object, own: int, its: int) -> Any:
        if isinstance(other, Traced):
            terms = tuple((its * sign, field) for sign, field in other._terms)
            constant = its * other._constant
        elif isinstance(other, int):
            terms, constant = (), its * other
        else:
            return NotImplemented
        mine = tuple((own * sign, field) for sign, field in self._terms)
        return Traced(self._host, own * self._constant + constant, mine + terms)

    def __add__(self, other: object) -> Any:
        return self._plus(other, 1, 1)

    def __sub__(self, other: object) -> Any:
        return self._plus(other, 1, -1)

    def __rsub__(self, other: object) -> Any:
        return self._plus(other, -1, 1)

    def __neg__(self) -> Traced:
        return Traced(self._host, -self._constant, tuple((-sign, field) for sign, field in self._terms))

    __radd__ = __add__

    # -- decisions ----------------------------------------------------------------------------------------

    def __int__(self) -> int:
        total = self._constant
        self._host.decided.update(field for _, field in self._terms)
        for sign, (uid, name) in self._terms:
            value = self._host.cursor.get(uid, name)
            if not isinstance(value, int):
                raise UnknownValueError(f"{self._host.timeline.label(uid)} {name}")
            total += sign * value
        return total

    __index__ = __int__

    def __bool__(self) -> bool:
        return int(self) != 0

    def __hash__(self) -> int:
        return hash(int(self))

    def __eq__(self, other: object) -> bool:
        return int(self) == other

    def __lt__(self, other: int) -> bool:
        return int(self) < other

    def __le__(self, other: int) -> bool:
        return int(self) <= other

    def __gt__(self, other: int) -> bool:
        return int(self) > other

    def __ge__(self, other: int) -> bool:
        return int(self) >= other

    def __and__(self, other: int) -> int:
        return int(self) & other

    def __rshift__(self, other: int) -> int:
        return int(self) >> other

    def __mul__(self, other: int) -> int:
        return int(self) * other

    def __floordiv__(self, other: int) -> int:
        return int(self) // other

    def __mod__(self, other: int) -> int:
        return int(self) % other

    def __str__(self) -> str:
        return str(int(self))

    def __format__(self, form: str) -> str:
        return format(int(self), form)

    def __iter__(self) -> NoReturn:
        raise TypeError("a number has no elements")

    __rand__ = __and__
    __rmul__ = __mul__
