"""Latencies of a run as a histogram on a log axis: bins with round edges, counts by flow, percentiles.

One sample is one reading: a multicast frame with two readers has two. Plain values; nothing here knows Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.scenario.units import format_ns
from engine.timeline.ledger import Latency, latency
from engine.timeline.timeline import Timeline

PER_DECADE: Final = (5, 10, 20, 40, 80)
LEAST_BINS: Final = 20
MOST_BINS: Final = 64

Ints = NDArray[np.int64]


def edges(low: int, high: int) -> Ints:
    """Edges of bins from at or below one latency to above another, in ns: round, about evenly apart on a log axis.

    There are as many bins a decade as give at least `LEAST_BINS` and, if they can, no more than `MOST_BINS`.
    """
    low, high = max(low, 1), max(high, low, 1)
    made = np.array([low, high + 1], np.int64)
    for each in PER_DECADE:
        candidate = _grid(low, high, each)
        if len(made) > 2 and len(candidate) - 1 > MOST_BINS:
            break
        made = candidate
        if len(made) - 1 >= LEAST_BINS:
            break
    return made


def _grid(low: int, high: int, each: int) -> Ints:
    """The edges of so many bins a decade."""
    digits = 1 if each <= 20 else 2
    mantissas = np.unique(np.round(10.0 ** (np.arange(each) / each), digits))
    decades = range(int(np.log10(low)), int(np.log10(high)) + 2)
    every = np.unique(
        np.concatenate([np.round(mantissas * 10.0**decade).astype(np.int64) for decade in decades])
    )
    first = max(int(np.searchsorted(every, low, "right")) - 1, 0)
    last = int(np.searchsorted(every, high, "right"))
    return every[first : last + 1]


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How many readings took how long.

    Attributes:
        edges: of the bins, ns; shape (n + 1,). A bin has what is at least its lower and below its upper edge.
        flows: numbers of the flows, in order.
        counts: readings by flow and bin; shape (flows, n).
        told: percentiles over all of them; None without any.
    """

    edges: Ints
    flows: tuple[int, ...]
    counts: NDArray[np.int64]
    told: Latency | None

    @property
    def totals(self) -> NDArray[np.int64]:
        """Readings of each bin."""
        return np.asarray(self.counts.sum(axis=0))

    def bin_of(self, ns: int) -> int:
        """The bin of a latency; -1 for none."""
        at = int(np.searchsorted(self.edges, ns, "right")) - 1
        return at if 0 <= at < len(self.edges) - 1 else -1


class Readings:
    """The readings of a run, as far as it is known; worked out again when it has grown.

    Attributes:
        timeline: the run.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._made: dict[int, tuple[int, Histogram]] = {}

    def rows(self, flow: int = 0) -> NDArray[np.void]:
        """Samples as the timeline has them, of one flow or (0) of all."""
        rows = self.timeline.samples
        return rows if flow == 0 else rows[rows["flow"] == flow]

    def histogram(self, flow: int = 0) -> Histogram:
        """The histogram of one flow, or (0) of all."""
        known = self._made.get(flow)
        if known is None or known[0] != len(self.timeline.samples):
            known = self._made[flow] = (len(self.timeline.samples), _counted(self.rows(flow)))
        return known[1]

    def between(self, low: int, high: int, flow: int = 0) -> NDArray[np.void]:
        """Samples of at least one latency and below another."""
        rows = self.rows(flow)
        return rows[(rows["latency"] >= low) & (rows["latency"] < high)]

    def median(self, flow: int = 0) -> tuple[int, int] | None:
        """Frame and step of the reading that is the median; None without any."""
        rows = self.rows(flow)
        if len(rows) == 0:
            return None
        middle = np.argsort(rows["latency"], kind="stable")[(len(rows) * 500 + 999) // 1000 - 1]
        return int(rows["frame"][middle]), int(rows["step"][middle])


def _counted(rows: NDArray[np.void]) -> Histogram:
    if len(rows) == 0:
        return Histogram(np.empty(0, np.int64), (), np.empty((0, 0), np.int64), None)
    waits = rows["latency"]
    bounds = edges(int(waits.min()), int(waits.max()))
    bins = np.clip(np.searchsorted(bounds, waits, "right") - 1, 0, len(bounds) - 2)
    flows, place = np.unique(rows["flow"], return_inverse=True)
    width = len(bounds) - 1
    counts = np.bincount(place * width + bins, minlength=len(flows) * width).reshape(len(flows), width)
    return Histogram(bounds, tuple(flows.tolist()), counts, latency(waits))


def filter_text(low: int, high: int, letter: str = "") -> str:
    """The packet filter for latencies from one up to, not with, another, of one flow by its letter or of all."""
    said = f"latency_ns >= {_spelled(low)} and latency_ns < {_spelled(high)}"
    return f"{said} and letter == '{letter}'" if letter else said


def _spelled(ns: int) -> str:
    """A time as an expression has it, `80us`."""
    return format_ns(ns).replace(" ", "").replace("µ", "u")
