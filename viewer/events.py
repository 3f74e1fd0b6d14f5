"""The happenings that the transport stops at, counts down to and marks: losses, time_squeeze, ksoftirqd.

Kept as sorted arrays of steps that grow with the timeline, so that asking for the next one costs nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.timeline.query import ByFunction, Query, drop, squeeze
from engine.timeline.timeline import Timeline


class Event(StrEnum):
    """What is watched for."""

    DROP = "drop"
    SQUEEZE = "time_squeeze"
    KSOFTIRQD = "ksoftirqd"


EVENT_QUERIES: dict[Event, Query] = {
    Event.DROP: drop(),
    Event.SQUEEZE: squeeze(),
    Event.KSOFTIRQD: ByFunction(("wakeup_softirqd",)),
}


class Happening(NamedTuple):
    """An event and its step."""

    event: Event
    step: int


class EventIndex:
    """The steps of every watched event, as far as the timeline is known."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._pieces: dict[Event, list[NDArray[np.int64]]] = {event: [] for event in Event}
        self._steps: dict[Event, NDArray[np.int64]] = {event: np.empty(0, np.int64) for event in Event}
        self._done = 0

    def grow(self) -> None:
        """Take in what the timeline has that was not looked at yet."""
        first, end = self._done, self._timeline.steps
        if first == end:
            return
        self._done = end
        for event, query in EVENT_QUERIES.items():
            if event is Event.SQUEEZE and not self._has("softnet_data"):
                continue
            found = self._timeline.find_all(query, first, end)
            if len(found):
                self._pieces[event].append(found)
                self._steps[event] = np.concatenate(self._pieces[event])

    def _has(self, class_name: str) -> bool:
        return any(schema.name == class_name for schema in self._timeline.classes)

    def steps(self, event: Event) -> NDArray[np.int64]:
        """All steps of an event, in order."""
        self.grow()
        return self._steps[event]

    def first(self, event: Event) -> int | None:
        """The first step of an event."""
        steps = self.steps(event)
        return int(steps[0]) if len(steps) else None

    def within(self, event: Event, after: int, until: int) -> int | None:
        """The first step of an event in (after, until]."""
        steps = self.steps(event)
        at = int(np.searchsorted(steps, after, "right"))
        return int(steps[at]) if at < len(steps) and steps[at] <= until else None

    def next(self, after: int) -> Happening | None:
        """The next event of any kind."""
        found = [
            Happening(event, step)
            for event in Event
            if (step := self.within(event, after, self._timeline.steps)) is not None
        ]
        return min(found, key=lambda one: one.step) if found else None
