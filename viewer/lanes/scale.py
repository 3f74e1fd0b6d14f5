"""Time to pixel and back: the one place where simulated time becomes a position.

Times are integer nanoseconds. A scale is a value: zooming and panning give another one, held inside the
limits of the run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

SHORTEST_NS = 100
"""The shortest stretch that may fill the lanes."""

_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the ruler; a minor one has no text."""

    time_ns: int
    x: float
    text: str


@dataclass(frozen=True, slots=True)
class TimeScale:
    """A stretch of simulated time over a stretch of pixels.

    Attributes:
        start_ns: time at the left edge.
        end_ns: time at the right edge, greater than `start_ns`.
        left: x of the left edge.
        width: pixels, greater than 0.
    """

    start_ns: int
    end_ns: int
    left: float
    width: float

    def __post_init__(self) -> None:
        if self.end_ns <= self.start_ns:
            raise ValueError(f"a scale from {self.start_ns} to {self.end_ns} ns holds no time")

    @property
    def span_ns(self) -> int:
        """Nanoseconds from edge to edge."""
        return self.end_ns - self.start_ns

    @property
    def right(self) -> float:
        """X of the right edge."""
        return self.left + self.width

    def x(self, time_ns: int) -> float:
        """The position of a time; may lie outside the edges."""
        return self.left + (time_ns - self.start_ns) * self.width / self.span_ns

    def xs(self, times_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """The positions of many times."""
        places: NDArray[np.float64] = (times_ns - self.start_ns).astype(np.float64) * self.width
        return places / self.span_ns + self.left

    def time(self, x: float) -> int:
        """The time at a position; may lie outside the edges."""
        return self.start_ns + round((x - self.left) * self.span_ns / self.width)

    def shows(self, time_ns: int) -> bool:
        """Whether a time lies between the edges."""
        return self.start_ns <= time_ns <= self.end_ns

    def over(self, start_ns: int, end_ns: int, limit_ns: int) -> TimeScale:
        """The same pixels over another stretch, held between 0 and ``limit_ns``, no shorter than allowed."""
        limit = max(limit_ns, SHORTEST_NS)
        span = min(max(end_ns - start_ns, SHORTEST_NS), limit)
        start = min(max(start_ns, 0), limit - span)
        return replace(self, start_ns=start, end_ns=start + span)

    def zoomed(self, factor: float, x: float, limit_ns: int) -> TimeScale:
        """Closer by ``factor`` (above 1) or further away, the time at ``x`` staying where it is."""
        span = min(max(round(self.span_ns / factor), SHORTEST_NS), max(limit_ns, SHORTEST_NS))
        share = (x - self.left) / self.width
        start = self.time(x) - round(span * share)
        return self.over(start, start + span, limit_ns)

    def panned(self, pixels: float, limit_ns: int) -> TimeScale:
        """Moved so that what was ``pixels`` to the right is now at the place."""
        by = round(pixels * self.span_ns / self.width)
        return self.over(self.start_ns + by, self.end_ns + by, limit_ns)

    def following(self, time_ns: int, limit_ns: int) -> TimeScale:
        """The scale itself while it shows the time, else one that does, a fifth from the nearer edge."""
        if self.shows(time_ns):
            return self
        ahead = self.span_ns // 5 if time_ns > self.end_ns else self.span_ns * 4 // 5
        return self.over(time_ns - ahead, time_ns - ahead + self.span_ns, limit_ns)

    def ticks(self, gap_px: float = 90.0) -> list[Tick]:
        """Major ticks at least ``gap_px`` apart with their texts, minor ones without, in order of time."""
        step = nice_step(self.span_ns * gap_px / self.width)
        minor = max(step // 5, 1)
        divisor, _ = unit_of(self.end_ns)
        first = -(-self.start_ns // minor)
        made = []
        for number in range(first, self.end_ns // minor + 1):
            time = number * minor
            text = number_text(time, divisor) if time % step == 0 else ""
            made.append(Tick(time, self.x(time), text))
        return made


def nice_step(at_least_ns: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 ... ns that is not less."""
    power = 1
    while True:
        for digit in _STEPS:
            if digit * power >= at_least_ns:
                return digit * power
        power *= 10


def unit_of(time_ns: int) -> tuple[int, str]:
    """Divisor and sign of the unit in which times up to ``time_ns`` read best."""
    if time_ns >= 10_000_000_000:
        return 1_000_000_000, "s"
    if time_ns >= 10_000_000:
        return 1_000_000, "ms"
    return 1_000, "µs"


def number_text(time_ns: int, divisor: int) -> str:
    """A time as a plain number of a unit, exact, without needless zeros."""
    whole, rest = divmod(abs(time_ns), divisor)
    sign = "-" if time_ns < 0 else ""
    if rest == 0:
        return f"{sign}{whole}"
    digits = f"{rest:0{len(str(divisor)) - 1}d}".rstrip("0")
    return f"{sign}{whole}.{digits}"
