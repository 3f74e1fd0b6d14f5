"""Questions that `Timeline.find` answers: which is the next, or the last, step such that ...

A query is a small frozen value, so views can keep it, compare it and combine it. It looks at a range of
steps at once and answers with a mask.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.timeline.chunk import FATES
from engine.timeline.schema import UNKNOWN, WHERES

if TYPE_CHECKING:
    from engine.timeline.timeline import Timeline

Mask = NDArray[np.bool_]


class Query(ABC):
    """What is asked of a step."""

    __slots__ = ()

    @abstractmethod
    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """Return for the steps first, ..., end - 1 whether they fit."""

    def __and__(self, other: Query) -> Query:
        return And((self, other))

    def __or__(self, other: Query) -> Query:
        return Or((self, other))


@dataclass(frozen=True, slots=True)
class AnyStep(Query):
    """Every step."""

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        return np.ones(end - first, bool)


@dataclass(frozen=True, slots=True)
class And(Query):
    """All of several."""

    parts: tuple[Query, ...]

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        result = np.ones(end - first, bool)
        for part in self.parts:
            result &= part.mask(timeline, first, end)
        return result


@dataclass(frozen=True, slots=True)
class Or(Query):
    """Any of several."""

    parts: tuple[Query, ...]

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        result = np.zeros(end - first, bool)
        for part in self.parts:
            result |= part.mask(timeline, first, end)
        return result


@dataclass(frozen=True, slots=True)
class Not(Query):
    """The opposite."""

    part: Query

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        return ~self.part.mask(timeline, first, end)


@dataclass(frozen=True, slots=True)
class ByFunction(Query):
    """The function, or one entered in the same step, has one of these names; `*` and `?` are wildcards."""

    names: tuple[str, ...]

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        numbers = [
            info.number
            for info in timeline.functions
            if any(fnmatchcase(name, pattern) for name in info.calls for pattern in self.names)
        ]
        return np.isin(timeline.column("fn")[first:end], numbers)


@dataclass(frozen=True, slots=True)
class ByStation(Query):
    """The function stands at one of these stations."""

    stations: tuple[str, ...]

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        numbers = [info.number for info in timeline.functions if info.station in self.stations]
        return np.isin(timeline.column("fn")[first:end], numbers)


@dataclass(frozen=True, slots=True)
class ByPacket(Query):
    """The step handles this packet: a frame with the skbs that carry it, or an skb with its frames."""

    uid: int

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        return np.isin(timeline.column("packet")[first:end], timeline.kin(self.uid))


@dataclass(frozen=True, slots=True)
class ByCpu(Query):
    """The step is this CPU's."""

    cpu: int

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        result: Mask = (timeline.column("where")[first:end] >> 8) == self.cpu
        return result


@dataclass(frozen=True, slots=True)
class ByWhere(Query):
    """The step is in one of these kinds of context (`schema.Where`)."""

    contexts: tuple[str, ...]

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        codes = [code for code, where in enumerate(WHERES) if where in self.contexts]
        return np.isin(timeline.column("where")[first:end] & 0xFF, codes)


@dataclass(frozen=True, slots=True)
class ByField(Query):
    """A field of an object changes its value: a counter moves. A birth is no change."""

    uid: int
    field: str

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        result = np.zeros(end - first, bool)
        steps, old, new = timeline.changes(self.uid, self.field, first, end)
        result[steps[(new != old) & (old != UNKNOWN)] - first] = True
        return result


@dataclass(frozen=True, slots=True)
class Reaches(Query):
    """A field of an object comes to a value, or beyond it, from below or by birth."""

    uid: int
    field: str
    value: int

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        result = np.zeros(end - first, bool)
        steps, old, new = timeline.changes(self.uid, self.field, first, end)
        result[steps[(new >= self.value) & (old < self.value)] - first] = True
        return result


@dataclass(frozen=True, slots=True)
class Moves(Query):
    """A field of any object of a class changes its value, births left out."""

    class_name: str
    field: str

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        result = np.zeros(end - first, bool)
        result[timeline.moves(self.class_name, self.field, first, end) - first] = True
        return result


@dataclass(frozen=True, slots=True)
class ByFate(Query):
    """A wire frame, or a copy of one, ends in one of these ways (`chunk.FATES`); the reason has wildcards."""

    fates: tuple[str, ...]
    reason: str = "*"

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        result = np.zeros(end - first, bool)
        rows = timeline.endings
        fits = np.isin(rows["fate"], [FATES.index(fate) for fate in self.fates])
        fits &= (rows["step"] >= first) & (rows["step"] < end)
        if self.reason != "*":
            names = timeline.names
            numbers = np.unique(rows["reason"][fits]).tolist()
            fits &= np.isin(rows["reason"], [n for n in numbers if fnmatchcase(names[n], self.reason)])
        result[rows["step"][fits] - first] = True
        return result


@dataclass(frozen=True, slots=True)
class Stage(Query):
    """A packet, or a CPU that handles none, comes to another station of the datapath."""

    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        """See `Query.mask`."""
        return timeline.stage_marks[first:end]


def drop(reason: str = "*") -> Query:
    """Return the query for losses: of frames, and of copies of multicast frames."""
    return ByFate(("lost", "copies_lost"), reason)


def squeeze() -> Query:
    """Return the query for net_rx_action calls stopped by budget or time."""
    return Moves("softnet_data", "time_squeeze")


GRANULARITIES: dict[str, Query] = {
    "function": AnyStep(),
    "stage": Stage(),
    "poll": ByFunction(("napi_poll",)),
    "round": ByFunction(("softirq_entry", "softirq_exit")),
    "interrupt": ByFunction(("irq_handler_entry",)),
}
"""How far a step of the transport goes."""
