"""What is told of the readings in some bars: which packets they are, their stations, the slowest of them."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from viewer.panels.latency_data import Readings, filter_text
from viewer.panels.latency_stages import Stage, Stages, Wait

SLOWEST_MOST: Final = 20
NAMED_MOST: Final = 24
"""Packets that a filter names one by one where their readings are not their first."""


class Slow(NamedTuple):
    """A slow packet: its number, its flow's, how long its reading took in ns, and its longest wait."""

    frame: int
    flow: int
    latency: int
    wait: Wait | None


class Told(NamedTuple):
    """What is told of some readings.

    Attributes:
        many: how many there are.
        packets: of how many packets.
        stages: where these were longer than the median packet; None where the record has not the steps of both.
        slowest: the slowest of them, the slowest first.
    """

    many: int
    packets: int
    stages: list[Stage] | None
    slowest: list[Slow]


NOTHING: Final = Told(0, 0, [], [])


def choice(readings: Readings, flow: int, letter: str, low: int, high: int) -> tuple[str, frozenset[int]]:
    """A filter for readings between two latencies, and the packets that it chooses.

    The filter's latency is that of a packet's first reading. Where further readings are in the bars it names their
    packets, if they are few.

    Args:
        readings: of the run.
        flow: its number; 0 for all.
        letter: of that flow; "" for all.
        low: least latency, ns.
        high: latency that is too much, ns.
    """
    rows = readings.rows(flow)
    frames, at = np.unique(rows["frame"], return_index=True)
    first = rows["latency"][at]
    by_filter = frozenset(frames[(first >= low) & (first < high)].tolist())
    wanted = frozenset(np.unique(readings.between(low, high, flow)["frame"]).tolist())
    if wanted == by_filter or len(wanted) > NAMED_MOST:
        return filter_text(low, high, letter), by_filter
    return " or ".join(f"number == {uid}" for uid in sorted(wanted)), wanted


def tell(readings: Readings, stages: Stages, flow: int, bounds: tuple[int, int] | None) -> Told:
    """What is told of a flow's readings between two latencies; without those, of the slowest hundredth."""
    median, told = readings.median(flow), readings.histogram(flow).told
    if median is None or told is None:
        return NOTHING
    low, high = bounds if bounds is not None else (told.p99, told.max + 1)
    rows: NDArray[np.void] = readings.between(low, high, flow)
    if len(rows) == 0:
        return NOTHING
    slow_first = rows[np.argsort(-rows["latency"], kind="stable")]
    frames, at = np.unique(slow_first["frame"], return_index=True)  # of each the slowest reading
    ends = slow_first["step"][at].astype(np.int64)
    known = stages.recorded(frames)
    compared = bool(known.any()) and bool(stages.recorded(np.array(median[:1])).all())
    beside = stages.against(frames[known].astype(np.int64), ends[known], median) if compared else None
    slowest = []
    for row in slow_first[np.sort(at)][:SLOWEST_MOST]:
        frame = int(row["frame"])
        wait = stages.longest(frame, int(row["step"]))
        slowest.append(Slow(frame, int(row["flow"]), int(row["latency"]), wait))
    return Told(len(rows), len(frames), beside, slowest)
