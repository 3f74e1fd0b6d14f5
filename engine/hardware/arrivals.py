"""When frames come: what each sender hands to the wire, and when.

A source is an iterator of `Arrival`: the moment the sender has the frame ready, its number in the flow, its length.
Times are exact: the n-th frame's is the floor of a rational number computed from the start, so no rate drifts. The
wire (`engine.hardware.wire`) makes frames wait for each other; sources know nothing of that.

Left out: loss, duplication, reordering and bad checksums on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count as counting
from itertools import islice, takewhile
from typing import NamedTuple

from engine.hardware.streams import BITS, Stream

NSEC_PER_SEC = 1_000_000_000
OVERHEAD = 24
"""Bytes a frame takes on the wire beside itself: preamble and delimiter 8, FCS 4, gap 12."""
MIN_FRAME = 60
"""Ethernet pads shorter frames; without FCS."""


class Arrival(NamedTuple):
    """A frame to be sent: when it is ready, its number in the flow from 0, its bytes without FCS."""

    time: int
    number: int
    length: int


Source = Iterator[Arrival]


@dataclass(frozen=True, slots=True)
class Limits:
    """From when to when a flow sends.

    Attributes:
        start: nanoseconds at which the first frame may be ready.
        count: frames in all, None without end.
        stop: nanoseconds at which the last frame may be ready, None without end.
    """

    start: int = 0
    count: int | None = None
    stop: int | None = None

    def clip(self, source: Source) -> Source:
        """Return what of `source` is within count and stop; its frames are numbered from 0."""
        if self.count is not None:
            source = islice(source, self.count)
        if self.stop is None:
            return source
        stop = self.stop
        return takewhile(lambda arrival: arrival.time <= stop, source)


class Sizes:
    """Lengths of frames: one, or several by weight.

    Args:
        mix: pairs of length in bytes and weight.
        stream: draws the lengths when there are several.
    """

    def __init__(self, mix: tuple[tuple[int, int], ...], stream: Stream) -> None:
        self.mix = mix
        self._stream = stream
        self._total = sum(weight for _, weight in mix)

    def draw(self) -> int:
        """Return the length of the next frame."""
        if len(self.mix) == 1:
            return self.mix[0][0]
        at = self._stream.below(self._total)
        for length, weight in self.mix:
            if at < weight:
                return length
            at -= weight
        raise AssertionError("weights sum to the total")

    def mean(self) -> Fraction:
        """Return the expected length in bytes."""
        return Fraction(sum(length * weight for length, weight in self.mix), self._total)


@dataclass(frozen=True, slots=True)
class Pace:
    """A rate, and in what it counts.

    Attributes:
        per_second: units a second.
        frame, byte: units that a frame has, plus units for each of its bytes.
    """

    per_second: Fraction
    frame: int
    byte: int
    _scale: tuple[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Nanoseconds a unit, as a ratio of integers: a `Fraction` is slow to take apart for every frame."""
        rate = self.per_second
        object.__setattr__(self, "_scale", (NSEC_PER_SEC * rate.denominator, rate.numerator))

    @classmethod
    def pps(cls, rate: Fraction) -> Pace:
        """Frames a second."""
        return cls(rate, 1, 0)

    @classmethod
    def bps(cls, rate: Fraction) -> Pace:
        """Bits of frame a second, without preamble, FCS and gap."""
        return cls(rate, 0, 8)

    @classmethod
    def line(cls, speed_bps: int) -> Pace:
        """Back to back on a link."""
        return cls(Fraction(speed_bps), 8 * OVERHEAD, 8)

    def units(self, length: int) -> int:
        """Return what a frame of `length` bytes counts."""
        return self.frame + self.byte * length

    def ns(self, units: int) -> int:
        """Return the nanoseconds that `units` take, rounded down."""
        return units * self._scale[0] // self._scale[1]


def constant(sizes: Sizes, pace: Pace, limits: Limits) -> Source:
    """Frames at an even rate; at a rate in bits a longer frame is followed by a longer pause."""

    def source() -> Source:
        units = 0
        for number in counting():
            length = sizes.draw()
            yield Arrival(limits.start + pace.ns(units), number, length)
            units += pace.units(length)

    return limits.clip(source())


def poisson(sizes: Sizes, pace: Pace, stream: Stream, limits: Limits) -> Source:
    """Frames with exponential pauses; the mean pause is that of the mean frame at the rate."""
    mean = pace.frame + pace.byte * sizes.mean()
    scaled = (mean * NSEC_PER_SEC / pace.per_second) / (1 << BITS)
    above, below = scaled.numerator, scaled.denominator

    def source() -> Source:
        passed = 0
        for number in counting():
            passed += stream.exponential()
            yield Arrival(limits.start + passed * above // below, number, sizes.draw())

    return limits.clip(source())


def bursts(sizes: Sizes, line: Pace, frames: int, every: int, limits: Limits) -> Source:
    """`frames` back to back at line rate, again after `every` nanoseconds from start to start.

    A burst that has not ended when the next is due delays it.
    """

    def source() -> Source:
        number = 0
        latest = 0
        for burst in counting():
            start = limits.start + burst * every
            units = 0
            for _ in range(frames):
                length = sizes.draw()
                latest = max(latest, start + line.ns(units))
                yield Arrival(latest, number, length)
                units += line.units(length)
                number += 1

    return limits.clip(source())
