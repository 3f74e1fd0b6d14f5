"""Where two timelines part: the first step that differs, and which step of one is a step of the other.

Two answers, because a run with another setting differs from the beginning (a socket's limit is written at step 0)
and may yet do the same for a long while:

* `Difference.first`: the first step with anything that differs: its row, the fields that it wrote, the objects that
  it made, the frames that ended with it;
* `Difference.parted`: the first step whose row differs (time, span, function, CPU and context, packet, cause).

Functions and strings are compared by name, as the tables of two runs may differ; objects, lists and slots by number.
Left out: slices and latency samples, which follow from steps. Timelines with other classes of objects (a trace and a
run) are compared without fields and births, as their slots mean nothing to each other.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.timeline.schema import ClassSchema, FunctionInfo, Kind, StepNo
from engine.timeline.timeline import Timeline

BLOCK: Final = 1 << 16
"""Steps compared in one go."""

ROW: Final = ("time", "span", "where", "packet", "cause")
BIRTH: Final = ("uid", "parent", "base")
ENDING: Final = ("frame", "flow", "number", "fate", "step", "arrived", "time")


def first_difference(a: Timeline, b: Timeline) -> StepNo | None:
    """Return the number of the first step at which two timelines differ in anything; see `Difference.first`."""
    return Difference(a, b).grow()


def matching_step(a: Timeline, b: Timeline, step: int) -> StepNo:
    """Return the step of `b` at the simulated moment of a step of `a`; see `Difference.matching`.

    Raises:
        IndexError: `a` has no such step.
    """
    difference = Difference(a, b)
    difference.follow_rows(step + 1)
    return difference.matching(step)


class Difference:
    """How far two timelines are equal; remembered, so that timelines that still come in are compared once.

    The last step of an unfinished timeline may still write fields: what it does is judged when the next one is there.

    Attributes:
        a, b: the timelines.
        first: the first step with anything that differs; None while there is none.
        parted: the first step whose row differs, or that only one of them has; None while there is none.
        equal: steps from the beginning that are known to be equal in everything.
        rows: steps from the beginning whose rows are known to be equal.
    """

    def __init__(self, a: Timeline, b: Timeline) -> None:
        self.a = a
        self.b = b
        self.first: StepNo | None = None
        self.parted: StepNo | None = None
        self.equal = 0
        self.rows = 0
        self._births = self._endings = 0
        self._same_classes = a.classes == b.classes
        self._functions = _by_name(a.functions, b.functions)
        self._texts: dict[str, int] = {}

    def grow(self) -> StepNo | None:
        """Compare what has come in since the last call; return `first`."""
        self.follow_rows()
        if self.first is None:
            self._follow_all()
        return self.first

    def follow_rows(self, most: int | None = None) -> StepNo | None:
        """Compare rows alone, up to `most` steps from the beginning; return `parted`."""
        both = min(self.a.steps, self.b.steps)
        end = both if most is None else min(both, most)
        while self.parted is None and self.rows < end:
            here = slice(self.rows, min(self.rows + BLOCK, end))
            unlike = self._unlike_rows(here)
            if unlike is not None:
                self.parted = StepNo(self.rows + unlike)
            self.rows = here.stop if unlike is None else self.rows + unlike
        ended = any(one.complete and one.steps == self.rows for one in (self.a, self.b))
        if self.parted is None and ended and self.a.steps != self.b.steps:
            self.parted = StepNo(self.rows)
        return self.parted

    def matching(self, step: int, *, back: bool = False) -> StepNo:
        """Return the step of `b` at the simulated moment of a step of `a`, as far as rows were compared.

        The same number while rows are equal, afterwards the last step with an effect at or before that time; -1
        for before the first step. Where the other timeline is not known so far, its last step.

        Args:
            step: a step of `a`, or -1.
            back: whether a step of `b` is given and one of `a` wanted.

        Raises:
            IndexError: there is no such step.
        """
        here, there = (self.b, self.a) if back else (self.a, self.b)
        if step < self.rows:
            return StepNo(max(step, -1))
        return there.moment(here.time(step))

    # -- what is compared -----------------------------------------------------------------------------

    def _unlike_rows(self, here: slice) -> int | None:
        """Return the first row of a range that differs, counted from its begin."""
        found = [_unlike(self.a.column(name)[here], self.b.column(name)[here]) for name in ROW]
        ours, theirs = self.a.column("fn")[here], self.b.column("fn")[here]
        if self._functions is not None:
            ours, theirs = self._functions[0][ours], self._functions[1][theirs]
        return _least([*found, _unlike(ours, theirs)])

    def _follow_all(self) -> None:
        """Compare what belongs to the steps whose rows are equal."""
        end = self.parted
        if end is None:
            end = StepNo(min(_settled(self.a), _settled(self.b)))
        end = StepNo(max(end, self.equal))
        found = [self._unlike_endings(end)]
        if self._same_classes:
            found += [self._unlike_fields(end), self._unlike_births(end)]
        least = _least(found)
        self.equal = end if least is None else least
        if least is not None:
            self.first = StepNo(least)
        elif self.parted is not None:
            self.first = self.parted

    def _unlike_fields(self, end: int) -> int | None:
        """Return the first step before `end` that wrote other fields or values."""
        renamed = self._renamed()
        for first in range(self.equal, end, BLOCK):
            last = min(first + BLOCK, end)
            begin = self.a.step_table.delta(first)
            ours, theirs = (_delta_ends(one, first, last) for one in (self.a, self.b))
            rows = slice(begin, int(min(ours[-1], theirs[-1])))
            unlike = _least(
                [
                    _unlike(self.a.deltas.slots[rows], self.b.deltas.slots[rows]),
                    _unlike(*(self._written(one, rows, renamed) for one in (self.a, self.b))),
                ]
            )
            counted = _unlike(ours, theirs)
            found = [
                first + counted if counted is not None else None,
                self.a.step_table.step_of(begin + unlike) if unlike is not None else None,
            ]
            if (least := _least(found)) is not None:
                return least
        return None

    def _renamed(self) -> bool:
        """Return whether a number of one string or function table means something else in the other."""
        both = min(len(self.a.names), len(self.b.names))
        return self._functions is not None or self.a.names[:both] != self.b.names[:both]

    def _written(self, timeline: Timeline, rows: slice, renamed: bool) -> NDArray[np.int64]:
        """Return the values of some deltas; strings and functions by numbers that both timelines share."""
        values = timeline.deltas.values.take(rows)
        if renamed:
            for kind in (Kind.NAME, Kind.FN):
                chosen = np.flatnonzero(np.isin(timeline.deltas.slots[rows], _slots(timeline, kind)))
                values[chosen] = self._shared(timeline, kind, values[chosen])
        return values

    def _shared(self, timeline: Timeline, kind: Kind, numbers: NDArray[Any]) -> NDArray[np.int64]:
        """Return numbers of strings or functions as numbers that both timelines share."""
        table = dict(enumerate(timeline.names))
        if kind is Kind.FN:
            table = {info.number: info.name for info in timeline.functions}
        known, rows = np.unique(numbers, return_inverse=True)
        texts = [table.get(number, f"#{number}") for number in known.tolist()]
        shared = [self._texts.setdefault(text, len(self._texts)) for text in texts]
        return np.array(shared, np.int64)[rows]

    def _unlike_births(self, end: int) -> int | None:
        """Return the first step before `end` that made other objects: other numbers, owners or names."""
        tables = []
        for one in (self.a, self.b):
            born = one.table.column("born")
            here = slice(self._births, int(np.searchsorted(born, np.int32(end))))
            names = self._shared(one, Kind.NAME, one.table.column("name")[here])
            tables.append((born[here], [*(one.table.column(name)[here] for name in BIRTH), names]))
        least = _unlike_table(*tables)
        self._births += len(tables[0][0])
        return least

    def _unlike_endings(self, end: int) -> int | None:
        """Return the first step before `end` with which other frames ended, or in another way."""
        tables = []
        for one in (self.a, self.b):
            steps = one.endings["step"]
            rows = one.endings[self._endings : int(np.searchsorted(steps, np.int32(end)))]
            reasons = self._shared(one, Kind.NAME, rows["reason"])
            tables.append((rows["step"], [*(rows[name] for name in ENDING), reasons]))
        least = _unlike_table(*tables)
        self._endings += len(tables[0][0])
        return least


def _settled(timeline: Timeline) -> int:
    """Return how many steps are known with all that they do."""
    return timeline.steps if timeline.complete else max(timeline.steps - 1, 0)


def _by_name(
    ours: tuple[FunctionInfo, ...], theirs: tuple[FunctionInfo, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return for both tables a shared number by row; None where a row means the same in both."""
    if [(info.number, info.name) for info in ours] == [(info.number, info.name) for info in theirs]:
        return None
    shared = {name: number for number, name in enumerate(sorted({info.name for info in (*ours, *theirs)}))}
    ours_by, theirs_by = np.full(1 << 16, -1, np.int64), np.full(1 << 16, -1, np.int64)
    for table, rows in ((ours, ours_by), (theirs, theirs_by)):
        for info in table:
            rows[info.number] = shared[info.name]
    return ours_by, theirs_by


def _slots(timeline: Timeline, kind: Kind) -> NDArray[np.int64]:
    """Return the slots of all fields of a kind."""
    found = [
        timeline.table.slots_of(schema.name, field)
        for schema in timeline.classes
        for field in _fields(schema, kind)
    ]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _fields(schema: ClassSchema, kind: Kind) -> list[str]:
    return [field.name for field in schema.fields if field.kind is kind]


def _delta_ends(timeline: Timeline, first: int, end: int) -> NDArray[np.int64]:
    """Return for each step of a range the row after its last delta."""
    ends = timeline.column("first_delta")[first + 1 : end].astype(np.int64)
    return np.append(ends, timeline.step_table.delta(end))


def _unlike(ours: NDArray[Any], theirs: NDArray[Any]) -> int | None:
    """Return the first place at which two arrays of one length differ."""
    differs = ours != theirs
    place = int(differs.argmax()) if len(differs) else 0
    return place if len(differs) and differs[place] else None


def _unlike_table(
    ours: tuple[NDArray[Any], list[NDArray[Any]]], theirs: tuple[NDArray[Any], list[NDArray[Any]]]
) -> int | None:
    """Return the step of the first row at which two tables differ; each is (steps, columns)."""
    both = min(len(ours[0]), len(theirs[0]))
    columns = [(ours[0], theirs[0]), *zip(ours[1], theirs[1], strict=True)]
    row = _least([_unlike(one[:both], other[:both]) for one, other in columns])
    if row is None and len(ours[0]) != len(theirs[0]):
        row = both
    if row is None:
        return None
    return max(min(int(steps[row]) for steps, _ in (ours, theirs) if row < len(steps)), 0)


def _least(places: list[int | None]) -> int | None:
    """Return the least of those that were found."""
    return min((place for place in places if place is not None), default=None)
