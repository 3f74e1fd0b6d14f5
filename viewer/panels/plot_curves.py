"""Curves of a plot: a path's step function against simulated time, thinned to the pixels that show it.

Plain functions and values; nothing here knows Qt. Text cannot be plotted; what is true or false is 1 or 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.results.series import Series
from engine.scenario.errors import Refused
from engine.scenario.values import Sort
from engine.timeline.timeline import Timeline
from viewer.panels.counters_values import counts_losses

THICK: Final = 10_000
"""Changes in sight above which a curve is thinned."""

_FLOW: Final = re.compile(r"flows(?:\.([A-Za-z_]\w*)|\['([^']*)'\])")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Values that hold from a time on, to the next one.

    Attributes:
        times: nanoseconds, in order; shape (n,).
        values: shape (n,); NaN where nothing is known.
        end: nanoseconds up to which the run is known.
        low, high: least and greatest value; 0 and 0 where none is known.
    """

    times: Floats
    values: Floats
    end: float
    low: float
    high: float

    def at(self, time: float) -> float | None:
        """The value at a time; None where it is not known."""
        row = int(np.searchsorted(self.times, time, "right")) - 1
        if row < 0 or np.isnan(self.values[row]):
            return None
        return float(self.values[row])


def curve(timeline: Timeline, found: Series) -> Curve:
    """The curve of a series.

    Raises:
        Refused: it is text.
    """
    if found.sort is Sort.TEXT:
        raise Refused(f"{found.text} is a text: only numbers can be plotted")
    values = np.where(found.known, found.values.astype(np.float64), np.nan)
    times = timeline.column("time")[found.steps].astype(np.float64)
    last = np.append(times[1:] != times[:-1], True)[: len(times)]  # of steps at one time the last one stands
    known = values[found.known]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    return Curve(times[last], values[last], float(timeline.until), low, high)


def points(one: Curve, start: float, end: float, columns: int) -> tuple[Floats, Floats]:
    """Corners of the line that shows a curve between two times, over so many pixel columns.

    Where more than `THICK` changes are in sight each column goes from the first value in it through the least and the
    greatest to the last, so no peak is lost.
    """
    first = max(int(np.searchsorted(one.times, start, "right")) - 1, 0)
    after = int(np.searchsorted(one.times, end, "right"))
    times, values = one.times[first:after], one.values[first:after]
    if len(times) == 0:
        return np.empty(0), np.empty(0)
    if len(times) > THICK:
        times, values = _thinned(times, values, start, end, columns)
    else:
        times, values = np.repeat(times, 2)[1:], np.repeat(values, 2)[:-1]
    return np.append(times, max(min(one.end, end), float(times[-1]))), np.append(values, values[-1])


def _thinned(times: Floats, values: Floats, start: float, end: float, columns: int) -> tuple[Floats, Floats]:
    """First, least, greatest and last value of each pixel column that has a change."""
    width = max((end - start) / max(columns, 1), 1e-9)
    column = np.clip(((times - start) / width).astype(np.int64), -1, columns)
    heads = np.flatnonzero(np.append(True, column[1:] != column[:-1]))
    tails = np.append(heads[1:], len(times)) - 1
    holes = np.isnan(values)
    low = np.minimum.reduceat(np.where(holes, np.inf, values), heads)
    high = np.maximum.reduceat(np.where(holes, -np.inf, values), heads)
    low, high = np.where(np.isinf(low), np.nan, low), np.where(np.isinf(high), np.nan, high)
    stood = np.append(
        values[heads[0]], values[tails[:-1]]
    )  # what stood there before the column's first change
    ys = np.stack([stood, values[heads], low, high, values[tails]], axis=1).ravel()
    return np.repeat(times[heads], 5), ys


def scaled(values: Floats, low: float, high: float) -> Floats:
    """Values as shares of the way from the least to the greatest; what never moves lies in the middle."""
    if high <= low:
        return np.where(np.isnan(values), np.nan, 0.5)
    return (values - low) / (high - low)


def flow_of(path: str) -> str:
    """The name of the flow that a path is about; "" for none."""
    found = _FLOW.match(path)
    return (found[1] or found[2]) if found is not None else ""


def is_lost(path: str) -> bool:
    """Whether a path counts losses; an expression never does."""
    return "(" not in path and " " not in path and counts_losses(path)
