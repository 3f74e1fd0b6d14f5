"""The part of the lanes that stands still while the playhead moves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.scenario.units import format_ns
from engine.timeline.timeline import Timeline
from viewer.events import Event, EventIndex
from viewer.lanes.beside import Beside, Parting
from viewer.lanes.beside_pen import BesidePen
from viewer.lanes.contents import PollLog, arrows, blocks, overview
from viewer.lanes.scale import TimeScale
from viewer.lanes.series import LOST_FIELDS, Series, chosen_series, columns
from viewer.lanes.written import WrittenFields

TAGS_MOST = 4
SERIES_MOST = 4


class Looked(NamedTuple):
    """How the lanes are looked at.

    Attributes:
        playhead_ns: the moment.
        focused: the CPU whose row is shown in full.
        end_ns: where the overview ends.
        taken: from x to x, where the ruler is marked with something that numbers must not stand under.
    """

    playhead_ns: int
    focused: int
    end_ns: int
    taken: tuple[tuple[float, float], ...] = ()


class LanesStill:
    """Gathers and paints one timeline's lanes.

    Attributes:
        series: what the sparklines show.
    """

    def __init__(self, timeline: Timeline, events: EventIndex) -> None:
        self.timeline = timeline
        self.events = events
        self._written = WrittenFields(timeline)
        self.polls = PollLog(timeline)
        self.series: list[Series] = []
        self._usual: list[Series] = []
        self._chosen_at = 0

    @property
    def end_ns(self) -> int:
        """How far the run is known, at least one nanosecond."""
        return max(int(self.timeline.until), 1)

    def choose(self, charted: list[tuple[int, str]]) -> None:
        """What the sparklines show: what somebody chose, then what was fullest (looked up as the run doubles)."""
        if self.timeline.steps >= 2 * self._chosen_at and self.timeline.steps:
            self._chosen_at = self.timeline.steps
            self._usual = chosen_series(self.timeline)
        chosen = [Series(f"{self.timeline.label(uid)} {field}", uid, field) for uid, field in charted]
        others = [one for one in self._usual if (one.uid, one.field) not in charted]
        self.series = [*chosen, *others][:SERIES_MOST]

    def losses(self, scale: TimeScale) -> list[float]:
        """Where something is lost, a place for each pixel at most."""
        steps = self.events.steps(Event.DROP)
        times = self.timeline.column("time")[steps]
        first, last = np.searchsorted(times, [scale.start_ns, scale.end_ns + 1])
        places = np.unique(np.rint(scale.xs(times[first:last])))
        return [float(place) for place in places.tolist()]

    def lost_there(self, series: Series, scale: TimeScale) -> list[float]:
        """Where the object of a series lost something for want of room, a place for each pixel at most."""
        counter = LOST_FIELDS.get(self.timeline.object(series.uid).cls.name)
        if counter is None:
            return []
        times, values = self._written.series(series.uid, counter)
        rises = times[1:][values[1:] > values[:-1]]
        first, last = np.searchsorted(rises, [scale.start_ns, scale.end_ns + 1])
        return [float(place) for place in np.unique(np.rint(scale.xs(rises[first:last]))).tolist()]

    def tags(self, scale: TimeScale) -> list[tuple[float, str]]:
        """Words for the ruler: ksoftirqd wakes; none when there are too many."""
        steps = self.events.steps(Event.KSOFTIRQD)
        times = self.timeline.column("time")[steps]
        inside = [
            (scale.x(time), f"ksoftirqd/{int(self.timeline.column('where')[step]) >> 8}")
            for time, step in zip(times.tolist(), steps.tolist(), strict=True)
            if scale.shows(time)
        ]
        return inside if len(inside) <= TAGS_MOST else []

    def paint(self, pen: BesidePen, scale: TimeScale, at: Looked, beside: Beside) -> None:
        """Paint everything but playhead, future, bookmarks and what the ruler is marked with."""
        layout = pen.layout
        whole = layout.scale(0, at.end_ns)
        strip = overview(self.timeline, at.end_ns, int(layout.scale_width))
        pen.overview(strip, self.losses(whole), f"0 – {format_ns(at.end_ns, 1)}")
        pen.ruler(scale, at.taken)
        parting = beside.parting()
        for row in range(len(layout.lanes)):
            cpu = layout.first_cpu + row
            polls = self.polls.over(cpu, scale)
            pen.lane(row, blocks(self.timeline, cpu, scale), polls, focused=cpu == at.focused)
            if parting is not None and layout.others[row].h:
                self._other(pen, row, scale, beside, parting)
        if self.timeline.detail_until is not None:
            pen.coarse(scale.x(int(self.timeline.time(self.timeline.detail_until))))
        pen.arrows(arrows(self.timeline, scale, at.playhead_ns))
        for row in range(len(layout.sparks)):
            self._spark(pen, row, scale, beside, parting)

    def _other(self, pen: BesidePen, row: int, scale: TimeScale, beside: Beside, parting: Parting) -> None:
        """A CPU's lane in the other future."""
        made = beside.blocks(pen.layout.first_cpu + row, scale, parting)
        same = min(parting.known_ns, self.end_ns) if parting.same_ns is None else parting.same_ns
        pen.other_lane(row, made, scale.x(same), scale.x(parting.known_ns))

    def _spark(
        self, pen: BesidePen, row: int, scale: TimeScale, beside: Beside, parting: Parting | None
    ) -> None:
        """A series, and the same of the other future in the same scale."""
        if row >= len(self.series):
            return
        series = self.series[row]
        mine = columns(*self._written.series(series.uid, series.field), scale)
        apart = parting is not None and parting.same_ns is not None and parting.same_ns < scale.end_ns
        theirs = beside.columns(series, scale) if apart else None
        limit = self._limit(series)
        top = max(limit, 1, *(one.top for one in (mine, theirs) if one is not None))
        pen.spark(row, series, mine, limit, top)
        if theirs is not None and parting is not None and parting.same_ns is not None:
            pen.other_spark(row, series, theirs, top, scale.x(parting.same_ns))
        pen.losses(row, self.lost_there(series, scale))

    def _limit(self, series: Series) -> int:
        if not series.limit_field:
            return 0
        _, values = self._written.series(series.uid, series.limit_field)
        return int(values[-1]) if len(values) else 0
