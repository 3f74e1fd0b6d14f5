"""What a timeline tells about the time between two moments: fields and CPUs as signals.

Nothing here raises when a class, a field or a name is missing: a signal is then empty and its value `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary, ref

import numpy as np
from numpy.typing import NDArray

from engine.timeline import NO_CPU, UNKNOWN, WHERES, Change, Cursor, Timeline, Where
from engine.timeline.schema import LINK_SHIFT
from engine.why.link import Link, Piece, merged

Numbers = NDArray[np.int64]
CODES: dict[Where, int] = {where: code for code, where in enumerate(WHERES)}
SOFT = tuple(CODES[where] for where in (Where.SOFTIRQ, Where.KSOFTIRQD, Where.NAPI_THREAD))
HARDIRQ, IDLE = CODES[Where.HARDIRQ], CODES[Where.IDLE]
COUNTERS_ONLY = "unknown: only counters are recorded"
_NONE = np.empty(0, np.int64)

AHEAD = 512
"""Steps after a moment that are looked at for the next one of a CPU."""

REMEMBERED = 4096
"""Signals that are kept: the same objects are asked about again and again, packets only once."""


class Signal(NamedTuple):
    """A value over time: from `times[i]` on it is `values[i]`, written by step `steps[i]` (-1 for a CPU's slices)."""

    times: Numbers
    values: Numbers
    steps: Numbers

    def at(self, moments: Numbers) -> Numbers:
        """Return the value at each moment, `UNKNOWN` before the first."""
        if len(self.times) == 0:
            return np.full(len(moments), UNKNOWN, np.int64)
        rows = np.searchsorted(self.times, moments, "right") - 1
        return np.where(rows >= 0, self.values[rows], UNKNOWN)

    def one(self, moment: int) -> int:
        """Return the value at a moment."""
        row = int(np.searchsorted(self.times, moment, "right")) - 1
        return int(self.values[row]) if row >= 0 else UNKNOWN

    def after(self, step: int) -> int:
        """Return the value after a step."""
        row = int(np.searchsorted(self.steps, step, "right")) - 1
        return int(self.values[row]) if row >= 0 else UNKNOWN

    def last(self, value: int, step: int) -> int:
        """Return the row of the last write of a value up to a step, -1 for none."""
        end = int(np.searchsorted(self.steps, step, "right"))
        rows = np.flatnonzero(self.values[:end] == value)
        return int(rows[-1]) if len(rows) else -1


class Facts:
    """A timeline, with what was looked up kept."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = ref(timeline)
        self.known = (timeline.steps, timeline.until)
        limit = timeline.detail_until
        self.edge = None if limit is None else int(timeline.time(limit))
        self._signals: dict[tuple[int, str], Signal] = {}
        self._numbers: dict[tuple[str, ...], list[int]] = {}

    @property
    def timeline(self) -> Timeline:
        """What is asked about."""
        timeline = self._timeline()
        if timeline is None:
            raise ReferenceError("the timeline of these facts is gone")
        return timeline

    # -- objects --------------------------------------------------------------------------------------

    def signal(self, uid: int, field: str) -> Signal:
        """Return how a field of an object went; empty when there is no such object or field."""
        key = (uid, field)
        if key not in self._signals:
            if len(self._signals) >= REMEMBERED:
                self._signals.clear()
            try:
                steps, _, values = self.timeline.changes(uid, field)
            except KeyError:
                steps, values = _NONE, _NONE
            self._signals[key] = Signal(self.timeline.column("time")[steps], values, steps)
        return self._signals[key]

    def latest(self, uid: int, field: str) -> int:
        """Return what a field was last set to, `UNKNOWN` when nobody told."""
        values = self.signal(uid, field).values
        return int(values[-1]) if len(values) else UNKNOWN

    def reference(self, uid: int, field: str) -> int:
        """Return the object that a field last pointed to, 0 for none or not known."""
        return max(self.latest(uid, field), 0)

    def objects(self, name: str) -> list[int]:
        """Return the uids of a class, none when there is no such class."""
        try:
            return [int(uid) for uid in self.timeline.objects(name)]
        except KeyError:
            return []

    def holding(self, name: str, field: str, value: int) -> int:
        """Return the first object of a class whose field was last set to a value; 0 for none."""
        return next((uid for uid in self.objects(name) if self.latest(uid, field) == value), 0)

    def named(self, class_name: str, name: str) -> int:
        """Return the object of a class with a name, 0 for none."""
        try:
            return int(self.timeline.by_name(class_name, name) or 0)
        except KeyError:
            return 0

    def class_of(self, uid: int) -> str:
        """Return the name of an object's class, "" when there is no such object."""
        try:
            return self.timeline.object(uid).cls.name
        except KeyError:
            return ""

    def label(self, uid: int) -> str:
        """Return what people call an object, "" when there is none."""
        try:
            return self.timeline.label(uid)
        except KeyError:
            return ""

    def name(self, row: int) -> str:
        """Return a row of the string table, "" when there is none."""
        names = self.timeline.names
        return names[row] if 0 <= row < len(names) else ""

    def code(self, uid: int, field: str, name: str) -> int:
        """Return the number that an enumerated field, or a flag's bit, gives to a name; `UNKNOWN` when none."""
        try:
            info = self.timeline.object(uid)
            names = info.cls.fields[info.cls.position(field)].names
        except KeyError:
            return UNKNOWN
        return names.index(name) if name in names else UNKNOWN

    def home(self, link: int) -> tuple[int, str]:
        """Return owner and name of the list that a link's value is on; (0, "") for none."""
        row = self.timeline.table.lists.get(link >> LINK_SHIFT) if link > 0 else None
        return (row.owner, row.name) if row else (0, "")

    # -- steps ----------------------------------------------------------------------------------------

    def changed(self, step: int) -> list[Change]:
        """Return the fields that a step changed."""
        return Cursor(self.timeline, step).changed()

    def numbers(self, *names: str) -> list[int]:
        """Return the numbers of the functions in whose steps one of these runs."""
        if names not in self._numbers:
            wanted = set(names)
            self._numbers[names] = [
                info.number for info in self.timeline.functions if not wanted.isdisjoint(info.calls)
            ]
        return self._numbers[names]

    def function(self, step: int) -> str:
        """Return the name of what a step did."""
        return self.timeline.function(int(self.timeline.column("fn")[step])).name

    def recorded(self, step: int) -> bool:
        """Return whether every act is recorded at a step, not counters alone."""
        limit = self.timeline.detail_until
        return limit is None or step < limit

    def last_time(self) -> int:
        """Return the end of what is known."""
        return int(self.timeline.end_time)

    def ended_by(self, moment: int, cpu: int | None) -> int:
        """Return the step of a CPU, or of the hardware, at a moment.

        When there is none it is the CPU's next one, if that begins then: an interrupt may arrive without a step; else
        the last before.
        """
        timeline = self.timeline
        last = int(timeline.moment(moment))
        first = int(timeline.moment(moment - 1)) + 1
        where = timeline.column("where")
        mine = np.flatnonzero(where[first : last + 1] >> 8 == (NO_CPU if cpu is None else cpu))
        if len(mine):
            return first + int(mine[-1])
        if cpu is None:
            return last
        following = np.flatnonzero(where[last + 1 : last + 1 + AHEAD] >> 8 == cpu)
        if len(following):
            step = last + 1 + int(following[0])
            if int(timeline.time(step)) - int(timeline.column("span")[step]) <= moment:
                return step
        return last

    # -- CPUs -----------------------------------------------------------------------------------------

    def cpu(self, cpu: int | None, a: int, b: int) -> tuple[Signal, Signal]:
        """Return the kind of context and the task of a CPU in [a, b); empty where nothing is known of it."""
        if cpu is None or cpu in (NO_CPU, UNKNOWN) or cpu < 0 or b <= a:
            nothing = Signal(_NONE, _NONE, _NONE)
            return nothing, nothing
        found = self.timeline.slices(cpu, a, b)
        steps = np.full(len(found.start), -1, np.int64)
        times = found.start.astype(np.int64)
        return (
            Signal(times, found.context.astype(np.int64), steps),
            Signal(times, found.task.astype(np.int64), steps),
        )

    # -- answers --------------------------------------------------------------------------------------

    def links(self, pieces: Iterable[Piece]) -> tuple[Link, ...]:
        """Return pieces as links, neighbours that say the same made one."""
        return tuple(
            Link(
                piece.end - piece.start,
                piece.words,
                piece.kind,
                piece.start,
                piece.end,
                piece.step if piece.step >= 0 else self.ended_by(piece.end, piece.cpu),
                piece.cpu,
                piece.detail,
                piece.uid,
            )
            for piece in merged(pieces)
        )


_facts: WeakKeyDictionary[Timeline, Facts] = WeakKeyDictionary()


def facts_of(timeline: Timeline) -> Facts:
    """Return the facts of a timeline, gathered anew when more of it is known than before."""
    known = _facts.get(timeline)
    if known is None or known.known != (timeline.steps, timeline.until):
        known = _facts[timeline] = Facts(timeline)
    return known


def rows(
    a: int, b: int, signals: Sequence[Signal], cuts: Iterable[int] = ()
) -> Iterator[tuple[int, int, list[int]]]:
    """Cut [a, b) where a signal changes, and at `cuts`; yield start, end and the signals' values.

    Neighbours with the same values are one, unless a cut lies between them.
    """
    if b <= a:
        return
    inside = [times[(times > a) & (times < b)] for times in (signal.times for signal in signals)]
    wanted = np.array(sorted({cut for cut in cuts if a < cut < b}), np.int64)
    starts = np.unique(np.concatenate([np.array([a], np.int64), wanted, *inside]))
    table = np.stack([signal.at(starts) for signal in signals]) if signals else np.empty((0, len(starts)))
    fresh = np.ones(len(starts), bool)
    fresh[1:] = (table[:, 1:] != table[:, :-1]).any(axis=0) | np.isin(starts[1:], wanted)
    starts, table = starts[fresh], table[:, fresh]
    ends = np.append(starts[1:], b)
    yield from zip(starts.tolist(), ends.tolist(), table.T.tolist(), strict=True)


def mapped(signal: Signal, table: dict[int, int]) -> Signal:
    """Return a signal with some values replaced, so that what does not matter makes no cuts."""
    values = signal.values.copy()
    for old, new in table.items():
        values[signal.values == old] = new
    return signal._replace(values=values)
