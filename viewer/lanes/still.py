"""The part of the lanes that stands still while the playhead moves."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter

from engine.scenario.units import format_ns
from engine.timeline.timeline import Timeline
from viewer.events import Event, EventIndex
from viewer.lanes.contents import PollLog, arrows, blocks, overview
from viewer.lanes.layout import LanesLayout
from viewer.lanes.pen import LanePen
from viewer.lanes.scale import TimeScale
from viewer.lanes.series import Series, chosen_series, columns
from viewer.lanes.written import WrittenFields
from viewer.theme.tokens import ThemeName

TAGS_MOST = 4
SERIES_MOST = 4


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

    def paint(
        self,
        painter: QPainter,
        theme: ThemeName,
        layout: LanesLayout,
        scale: TimeScale,
        playhead_ns: int,
        focused: int,
    ) -> None:
        """Paint everything but playhead, future and bookmarks."""
        pen = LanePen(painter, theme, layout)
        whole = layout.scale(0, self.end_ns)
        strip = overview(self.timeline, self.end_ns, int(layout.scale_width))
        pen.overview(strip, self.losses(whole), f"0 – {format_ns(self.end_ns, 1)}")
        pen.ruler(scale)
        for row in range(len(layout.lanes)):
            cpu = layout.first_cpu + row
            polls = self.polls.over(cpu, scale)
            pen.lane(row, blocks(self.timeline, cpu, scale), polls, focused=cpu == focused)
        if self.timeline.detail_until is not None:
            pen.coarse(scale.x(int(self.timeline.time(self.timeline.detail_until))))
        pen.arrows(arrows(self.timeline, scale, playhead_ns))
        for row, series in enumerate(self.series[: len(layout.sparks)]):
            times, values = self._written.series(series.uid, series.field)
            pen.spark(row, series, columns(times, values, scale), self._limit(series))
            if series.limit_field:
                pen.losses(row, self.losses(scale))

    def _limit(self, series: Series) -> int:
        if not series.limit_field:
            return 0
        _, values = self._written.series(series.uid, series.limit_field)
        return int(values[-1]) if len(values) else 0
