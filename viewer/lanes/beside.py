"""What the lanes show of the other future: only what it does otherwise, from where the two part.

Before that the other future is the one that is shown, so that nothing is drawn twice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.timeline.timeline import Timeline
from viewer.comparison import Comparison
from viewer.lanes.contents import Block, blocks
from viewer.lanes.scale import TimeScale
from viewer.lanes.series import Columns, Series, columns
from viewer.lanes.written import WrittenFields
from viewer.lasting import Lasting
from viewer.panels.futures import AS_WRITTEN


class Parting(NamedTuple):
    """Where two futures part.

    Attributes:
        same_ns: until then they are equal: there begins what one of them does otherwise; None while they do not part.
        fork_ns: when that has been done; None while they do not part.
        known_ns: as far as the other future is known.
    """

    same_ns: int | None
    fork_ns: int | None
    known_ns: int


class Beside:
    """Gathers the other future's part of the lanes.

    Without a comparison there is never anything to gather.
    """

    def __init__(self, comparison: Comparison | None) -> None:
        self._comparison = comparison
        self._written: Lasting[WrittenFields] | None = None
        if comparison is not None:
            self._written = Lasting(comparison.session.lasting)

    @property
    def on(self) -> bool:
        """Whether another future is compared."""
        comparison = self._comparison
        if comparison is None:
            return False
        return comparison.on and comparison.session.other is not comparison.session.future

    @property
    def timeline(self) -> Timeline | None:
        """The other future's timeline; None while nothing is known of it."""
        comparison = self._comparison
        timeline = comparison.timeline if comparison is not None else None
        return timeline if timeline is not None and timeline.steps else None

    @property
    def whose(self) -> str:
        """The other future's name."""
        other = self._comparison.session.other if self._comparison is not None else None
        return (other.variant or AS_WRITTEN) if other is not None else ""

    @property
    def branch(self) -> str:
        """The name of the future that leaves the other one where they part."""
        if self._comparison is None or self._comparison.session.other is None:
            return ""
        session = self._comparison.session
        shown, other = session.variant, self._comparison.session.other.variant
        if shown is None or (other is not None and session.parents.get(other) == shown):
            return other or AS_WRITTEN
        return shown

    def parting(self) -> Parting | None:
        """Where the two part, as far as both are known; None while nothing is known of the other one."""
        timeline, comparison = self.timeline, self._comparison
        if timeline is None or comparison is None or comparison.session.timeline is None:
            return None
        step, known = comparison.parted, int(timeline.until)
        if step is None:
            return Parting(None, None, known)
        both = (comparison.session.timeline, timeline)
        firsts = [one.step(step) for one in both if step < one.steps]
        began = min(int(first.time) - int(first.span) for first in firsts)
        same = max(int(timeline.time(step - 1)), began)
        return Parting(same, min(int(first.time) for first in firsts), known)

    def blocks(self, cpu: int, scale: TimeScale, parting: Parting) -> list[Block]:
        """What a CPU does in the other future after the two have parted."""
        after, timeline = _after(scale, parting), self.timeline
        return blocks(timeline, cpu, after) if after is not None and timeline is not None else []

    def columns(self, series: Series, scale: TimeScale) -> Columns | None:
        """The same series in the other future; None where it has no such object or never wrote the field."""
        timeline, shown = self.timeline, self._comparison.session.timeline if self._comparison else None
        if timeline is None or shown is None or self._written is None:
            return None
        uid = _same_object(shown, timeline, series.uid)
        if uid is None:
            return None
        times, values = self._written.of(timeline, lambda: WrittenFields(timeline)).series(uid, series.field)
        found = columns(times, values, scale)
        if found is None or scale.end_ns <= timeline.until:
            return found
        known = max(int(np.ceil(scale.x(int(timeline.until)) - scale.left)), 0)
        return Columns(found.low[:known], found.high[:known], found.top)


def _after(scale: TimeScale, parting: Parting) -> TimeScale | None:
    """The part of a scale after the parting; None when there is nothing of it."""
    if parting.same_ns is None or parting.same_ns >= scale.end_ns:
        return None
    if parting.same_ns <= scale.start_ns:
        return scale
    left = scale.x(parting.same_ns)
    return TimeScale(parting.same_ns, scale.end_ns, left, scale.right - left) if left < scale.right else None


def _same_object(shown: Timeline, other: Timeline, uid: int) -> int | None:
    """An object's number in another future: the same one, as long as it is of the same class and name."""
    mine = shown.object(uid)
    try:
        theirs = other.object(uid)
    except KeyError:
        return None
    return uid if (theirs.cls.name, theirs.name) == (mine.cls.name, mine.name) else None
