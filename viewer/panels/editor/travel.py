"""From a slider's place to a knob's value and back: linear, or by doubling."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.scenario.form import FormKnob
from engine.scenario.host import Scale

FINE = 1_000
"""Places of a slider that is not counted in whole steps."""


@dataclass(frozen=True, slots=True)
class Travel:
    """How a slider moves through a knob's range.

    Attributes:
        low, high: the ends of the range, both allowed.
        scale: linear, log2 or log10.
        whole: whether values are whole numbers.
    """

    low: float
    high: float
    scale: Scale
    whole: bool

    @property
    def places(self) -> int:
        """The last place; the first is 0."""
        if self.high <= self.low:
            return 0
        counted = self.scale is Scale.LINEAR and self.whole and self.high - self.low <= FINE
        return round(self.high - self.low) if counted else FINE

    def value(self, place: int) -> int | float:
        """The value of a place; the ends are exact."""
        if place <= 0:
            return self._kept(self.low)
        if place >= self.places:
            return self._kept(self.high)
        share = place / self.places
        if self.scale is Scale.LINEAR:
            return self._kept(self.low + share * (self.high - self.low))
        return self._kept(self.low * (self.high / self.low) ** share)

    def place(self, value: float) -> int:
        """The place nearest to a value."""
        if self.high <= self.low:
            return 0
        kept = min(max(value, self.low), self.high)
        if self.scale is Scale.LINEAR:
            return round((kept - self.low) / (self.high - self.low) * self.places)
        return round(math.log(kept / self.low) / math.log(self.high / self.low) * self.places)

    def moved(self, value: float, by: int) -> int | float:
        """The value so many places on; at least one whole number away, and never beyond the ends."""
        new = self.value(self.place(value) + by)
        if self.whole and by and round(new) == round(value):
            new = round(value) + (1 if by > 0 else -1)
        return self._kept(min(max(new, self.low), self.high))

    def _kept(self, value: float) -> int | float:
        if self.whole:
            return round(value)
        return float(f"{value:.4g}") if self.low < value < self.high else float(value)


def travel_of(knob: FormKnob) -> Travel | None:
    """How a knob's slider moves; None for one without a range."""
    if knob.low is None or knob.high is None:
        return None
    return Travel(knob.low, knob.high, knob.scale, knob.whole)
