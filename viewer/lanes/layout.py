"""Where the parts of the timeline are: overview, ruler, a lane for each CPU, sparklines.

While two futures are compared, a thinner lane of the other one lies right under each CPU's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from viewer.lanes.scale import TimeScale
from viewer.picture.layer import Rect

LABELS = 112.0
"""Width of the names at the left. This and all other sizes as they are at a text scale of 100 %."""

RIGHT = 16.0
OVERVIEW = 12.0
RULER = 16.0
LANE = 24.0
LANE_LEAST = 7.0
LANE_NAMED = 14.0
"""What a line of small text needs; below this height names are in the smallest size."""

LANE_CLOSE = 9.5
"""What capitals of the smallest size need; where lanes are lower some have no name."""

OTHER = 0.6
"""Height of the other future's lane as a share of the lane it belongs to."""

OTHER_LEAST = 5.0
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
        others: the other future's row under each lane; of no height where it is left out.
        sparks: a row for each series.
        first_cpu: the CPU of the first lane.
        hidden: how many CPUs have no room.
        scale_left: x of the first pixel of time.
        scale_width: pixels of time.
        percent: the text scale that the rectangles leave room for.
        focus: the CPU that has its name whatever the room.
    """

    overview: Rect
    ruler: Rect
    lanes: tuple[Rect, ...]
    others: tuple[Rect, ...]
    sparks: tuple[Rect, ...]
    first_cpu: int
    hidden: int
    scale_left: float
    scale_width: float
    percent: int = 100
    focus: int = 0

    def grown(self, px: float) -> float:
        """A length that grows with the text and never shrinks, given at 100 %."""
        return _grown(px, self.percent)

    def scale(self, start_ns: int, end_ns: int) -> TimeScale:
        """The scale of a stretch of time over the lanes."""
        return TimeScale(start_ns, end_ns, self.scale_left, self.scale_width)

    def cpu_at(self, y: float) -> int | None:
        """The CPU whose lane, or the other future's lane, is at a height."""
        for number, (lane, other) in enumerate(zip(self.lanes, self.others, strict=True)):
            if lane.y <= y < other.bottom:
                return self.first_cpu + number
        return None

    def in_other(self, y: float) -> bool:
        """Whether a height lies in a lane of the other future."""
        return any(other.y <= y < other.bottom for other in self.others)

    def named(self, row: int) -> Rect | None:
        """Where a CPU's name stands: beside its lane, else beside both futures' lanes; None without room.

        Where lanes are lower than any text every second one is named, or fewer, but always the focused one.
        """
        lane, other = self.lanes[row], self.others[row]
        if lane.h >= self.grown(LANE_NAMED):
            return lane
        both = Rect(lane.x, lane.y, lane.w, lane.h + other.h)
        apart = max(1, math.ceil(self.grown(LANE_CLOSE) / both.h - 1e-9))
        return both if (self.first_cpu + row - self.focus) % apart == 0 else None

    def roomy(self, place: Rect) -> bool:
        """Whether a name has the usual size in a place of `named`."""
        return place.h >= self.grown(LANE_NAMED)

    @property
    def body(self) -> Rect:
        """Lanes and sparklines together: where the playhead stands."""
        parts = (*self.others, *self.sparks)
        bottom = parts[-1].bottom if parts else self.ruler.bottom
        return Rect(self.scale_left, self.ruler.bottom, self.scale_width, bottom - self.ruler.bottom)


class Rows(NamedTuple):
    """Heights of the lanes, and of the other future's lane under each, from CPU `first` on."""

    first: int
    lanes: tuple[float, ...]
    others: tuple[float, ...]


def lay_out(
    width: float,
    height: float,
    cpus: int,
    sparks: int,
    focus: int = 0,
    percent: int = 100,
    *,
    beside: bool = False,
) -> LanesLayout:
    """Divide the room below the transport.

    Lanes shrink before anything else goes; then sparklines go; then, while two futures are compared, the other one's
    lanes furthest from the focused CPU; then lanes furthest from it. With larger text, names, ruler and overview take
    what they need to be read.

    Args:
        width: of the room.
        height: of the room.
        cpus: how many lanes there should be.
        sparks: how many sparklines there should be.
        focus: the CPU that stays last.
        percent: the text scale.
        beside: whether another future is compared.
    """
    left, strip, band = _grown(LABELS, percent), _grown(OVERVIEW, percent), _grown(RULER, percent)
    spark, share = _grown(SPARK, percent), 1.0 + OTHER if beside else 1.0
    full, named = _grown(LANE, percent), _grown(LANE_NAMED, percent) * share
    inner = max(width - left - RIGHT, 1.0)
    overview = Rect(left, PAD_TOP, inner, strip)
    if height < PAD_TOP + strip + band + LANE_LEAST:
        flat = Rect(left, overview.bottom, inner, 0.0)
        return LanesLayout(overview, flat, (), (), (), 0, cpus, left, inner, percent, focus)
    ruler = Rect(left, overview.bottom + GAP, inner, band)
    room = height - ruler.bottom - GAP - PAD_TOP
    while sparks > USUAL_SPARKS and room - sparks * spark < cpus * full * share:
        sparks -= 1  # more than usual only beside lanes of full height
    while sparks and room - sparks * spark < cpus * named:
        sparks -= 1
    lines = sparks * spark
    if beside:
        rows = _paired(room - lines, cpus, focus, full)
    else:
        rows = _alone(room - lines - (GAP if sparks else 0.0), cpus, focus, full)
    lanes, others, top = [], [], ruler.bottom + GAP
    for lane, other in zip(rows.lanes, rows.others, strict=True):
        lanes.append(Rect(left, top, inner, lane))
        others.append(Rect(left, top + lane, inner, other))
        top += lane + other
    below = tuple(Rect(left, top + GAP + spark * row, inner, spark) for row in range(sparks))
    return LanesLayout(
        overview, ruler, tuple(lanes), tuple(others), below, rows.first, cpus - len(lanes), left, inner, percent, focus
    )  # fmt: skip


def _grown(px: float, percent: int) -> float:
    return px * max(percent, 100) / 100.0


def _first(focus: int, shown: int, cpus: int) -> int:
    """The first of so many CPUs around the focused one."""
    return min(max(focus - shown // 2, 0), cpus - shown)


def _alone(room: float, cpus: int, focus: int, full: float) -> Rows:
    """Lanes of one future."""
    lane = min(full, max(room / max(cpus, 1), LANE_LEAST))
    shown = min(cpus, int(room // lane + 1e-9))
    return Rows(_first(focus, shown, cpus), (lane,) * shown, (0.0,) * shown)


def _paired(room: float, cpus: int, focus: int, full: float) -> Rows:
    """Lanes of two futures; short of room, the focused CPU keeps both longest."""
    each = math.floor(min(full * (1.0 + OTHER), room / max(cpus, 1)))
    if each >= LANE_LEAST + OTHER_LEAST:
        other = float(math.ceil(each * OTHER / (1.0 + OTHER)))
        return Rows(0, (each - other,) * cpus, (other,) * cpus)
    shown = min(cpus, int((room - OTHER_LEAST) // LANE_LEAST))
    if shown < 1:
        return _alone(room, cpus, focus, full)
    first = _first(focus, shown, cpus)
    kept = int((room - shown * LANE_LEAST) // OTHER_LEAST)
    near = sorted(range(first, first + shown), key=lambda cpu: abs(cpu - focus))[:kept]
    others = tuple(OTHER_LEAST if cpu in near else 0.0 for cpu in range(first, first + shown))
    return Rows(first, ((room - sum(others)) / shown,) * shown, others)


class Tag(NamedTuple):
    """A plate on the ruler, asked for.

    Attributes:
        x: what it belongs to.
        width: of the plate.
        clear: from `x` to its nearer edge; below 0 it begins before it.
    """

    x: float
    width: float
    clear: float


def placed(tags: Sequence[Tag], left: float, right: float) -> list[float | None]:
    """Where plates begin that do not overlap; None for those without room.

    A plate is right of what it belongs to, else left of it, else as near as the edges allow.

    Args:
        tags: the most important first.
        left: where plates may begin.
        right: where they must have ended.
    """
    taken: list[tuple[float, float]] = []
    found: list[float | None] = []
    for tag in tags:
        after, before = tag.x + tag.clear, tag.x - tag.clear - tag.width
        fits = [
            begin
            for begin in (after, before, min(max(after, left), right - tag.width))
            if left <= begin and begin + tag.width <= right
            if all(begin + tag.width <= a or b <= begin for a, b in taken)
        ]
        found.append(fits[0] if fits else None)
        if fits:
            taken.append((fits[0], fits[0] + tag.width))
    return found
