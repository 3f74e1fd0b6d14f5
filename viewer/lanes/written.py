"""When fields were written and with what, read once: a run that grows costs only what is new."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.timeline.timeline import Timeline


class Written(NamedTuple):
    """A field's writes in order: when, in nanoseconds, and what stood there from then on."""

    times: NDArray[np.int64]
    values: NDArray[np.int64]


class _Known(NamedTuple):
    """What was read: every write of the steps before `end`, the steps of these writes, and the writes."""

    end: int
    steps: NDArray[np.int64]
    written: Written


_NOTHING = np.empty(0, np.int64)


class WrittenFields:
    """Remembers the fields that were asked for."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._known: dict[tuple[int, str], _Known] = {}

    def series(self, uid: int, field: str) -> Written:
        """Return all writes of a field; KeyError when there is no such object or field."""
        timeline = self._timeline
        known = self._known.get((uid, field), _Known(0, _NOTHING, Written(_NOTHING, _NOTHING)))
        if known.end < timeline.steps:
            # The step that was the last one may have got more effects since.
            first = max(known.end - 1, 0)
            kept = int(np.searchsorted(known.steps, first))
            steps, _, values = timeline.changes(uid, field, first)
            written = Written(
                np.concatenate([known.written.times[:kept], timeline.column("time")[steps]]),
                np.concatenate([known.written.values[:kept], values]),
            )
            known = _Known(timeline.steps, np.concatenate([known.steps[:kept], steps]), written)
            self._known[uid, field] = known
        return known.written
