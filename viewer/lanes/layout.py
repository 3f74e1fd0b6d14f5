"""Where the parts of the timeline are: overview, ruler, a lane for each CPU, sparklines."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.lanes.scale import TimeScale
from viewer.picture.layer import Rect

LABELS = 112.0
"""Width of the names at the left."""

RIGHT = 16.0
OVERVIEW = 12.0
RULER = 16.0
LANE = 24.0
LANE_LEAST = 7.0
LANE_NAMED = 14.0
"""Below this height a lane has no name of its own."""

SLICE = 17.0
SPARK = 27.0
USUAL_SPARKS = 2
PAD_TOP = 5.0
GAP = 4.0


@dataclass(frozen=True, slots=True)
class LanesLayout:
    """Rectangles of the parts; an absent part has no height.

    Attributes:
        overview: the strip that shows the whole run.
        ruler: the times.
        lanes: a row for each CPU that fits, from `first_cpu` on.
        sparks: a row for each series.
        first_cpu: the CPU of the first lane.
        hidden: how many CPUs have no room.
        scale_left: x of the first pixel of time.
        scale_width: pixels of time.
    """

    overview: Rect
    ruler: Rect
    lanes: tuple[Rect, ...]
    sparks: tuple[Rect, ...]
    first_cpu: int
    hidden: int
    scale_left: float
    scale_width: float

    def scale(self, start_ns: int, end_ns: int) -> TimeScale:
        """The scale of a stretch of time over the lanes."""
        return TimeScale(start_ns, end_ns, self.scale_left, self.scale_width)

    def cpu_at(self, y: float) -> int | None:
        """The CPU whose lane is at a height."""
        for number, lane in enumerate(self.lanes):
            if lane.y <= y < lane.bottom:
                return self.first_cpu + number
        return None

    @property
    def body(self) -> Rect:
        """Lanes and sparklines together: where the playhead stands."""
        parts = (*self.lanes, *self.sparks)
        bottom = parts[-1].bottom if parts else self.ruler.bottom
        return Rect(self.scale_left, self.ruler.bottom, self.scale_width, bottom - self.ruler.bottom)


def lay_out(width: float, height: float, cpus: int, sparks: int, focus: int = 0) -> LanesLayout:
    """Divide the room below the transport.

    Lanes shrink before anything else goes; then sparklines go; then lanes furthest from the focused CPU.
    """
    left, inner = LABELS, max(width - LABELS - RIGHT, 1.0)
    overview = Rect(left, PAD_TOP, inner, OVERVIEW)
    if height < PAD_TOP + OVERVIEW + RULER + LANE_LEAST:
        return LanesLayout(overview, Rect(left, overview.bottom, inner, 0.0), (), (), 0, cpus, left, inner)
    ruler = Rect(left, overview.bottom + GAP, inner, RULER)
    room = height - ruler.bottom - GAP - PAD_TOP
    while sparks > USUAL_SPARKS and room - sparks * SPARK < cpus * LANE:
        sparks -= 1  # more than usual only beside lanes of full height
    while sparks and room - sparks * SPARK < cpus * LANE_NAMED:
        sparks -= 1
    lane = min(LANE, max((room - sparks * SPARK) / max(cpus, 1), LANE_LEAST))
    shown = min(cpus, int((room - sparks * SPARK) // lane + 1e-9))
    first = min(max(focus - shown // 2, 0), cpus - shown)
    top = ruler.bottom + GAP
    lanes = tuple(Rect(left, top + lane * row, inner, lane) for row in range(shown))
    spark_top = top + lane * shown + GAP
    rows = tuple(Rect(left, spark_top + SPARK * row, inner, SPARK) for row in range(sparks))
    return LanesLayout(overview, ruler, lanes, rows, first, cpus - shown, left, inner)
