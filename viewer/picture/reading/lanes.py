"""Reading the wire: the flows, how many frames each has sent, how fast they come just now."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from viewer.picture.reading.desk import Desk, Uids
from viewer.picture.reading.flights import WIRE_NS
from viewer.picture.regions.wire import Lane
from viewer.picture.words import rate

SECOND_NS = 1_000_000_000
GRAIN_NS = WIRE_NS // 2
"""The playhead is rounded down to this before the rate is taken, so that a label can be read while playing."""

WIDEST_NS = 2_048_000
SLOWER = ((8, 2), (3, 8))
"""A window of so many gaps at least has a pace of its own when the next wider one is so many times slower. Few frames
often stand close by chance, so that few gaps prove less."""

MOST = 256
"""Frames on each side of the playhead that are looked at."""

QUEUE_NS = 128_000
"""Simulated time over which a queue's rate is taken."""

NEAR_GAPS = 3
BURST = 4
"""From this many times the flow's average so far on, its rate is a burst's."""


class Pace(NamedTuple):
    """How fast frames come around a moment: per second, and whether that is a burst's pace."""

    per_second: int
    burst: bool


def read_paces(desk: Desk, nic: int) -> dict[int, Pace | None]:
    """How fast the frames of each flow of an adapter come around the playhead, by letter, in order of letters."""
    now = desk.now // GRAIN_NS * GRAIN_NS
    middle = desk.timeline.moment(now) + 1
    arrivals = desk.arrivals()
    paces: dict[int, Pace | None] = {}
    for letter in sorted(row["letter"] or 0 for _, row in desk.rows("flow") if row["nic"] in (nic, None, 0)):
        key = ("pace", letter, now, desk.timeline.steps)
        if key not in desk.kept:
            desk.kept[key] = _pace(desk, arrivals.get(letter, np.empty(0, np.int64)), middle, now)
        paces[letter] = desk.kept[key]
    return paces


def read_lanes(desk: Desk, nic: int) -> tuple[Lane, ...]:
    """A lane for each flow of an adapter, in order of letters, with the rate around the playhead."""
    mine = [(uid, row) for uid, row in desk.rows("flow") if row["nic"] in (nic, None, 0)]
    flows = sorted(mine, key=lambda pair: pair[1]["letter"] or 0)
    paces = read_paces(desk, nic)
    lanes: list[Lane] = []
    for uid, row in flows:
        letter = row["letter"] or 0
        pace = paces[letter]
        label = "" if pace is None else rate(pace.per_second)
        lanes.append(Lane(letter, uid, label, row["frames"] or 0, pace is not None and pace.burst))
    return tuple(lanes)


def _pace(desk: Desk, steps: Uids, middle: int, now: int) -> Pace | None:
    """The pace of the frames around a moment; None where none is near.

    Near is on the visible wire, or within a few of the pace's gaps.
    """
    before = int(np.searchsorted(steps, middle))
    near = steps[max(0, before - MOST) : before + MOST]
    if len(near) < 2:
        return None
    times = desk.timeline.column("time")[near].astype(np.int64)
    found = _widest(times, now)
    if found is None:
        return None
    gaps, span, reach = found
    if int(np.abs(times - now).min()) > max(WIRE_NS, NEAR_GAPS * span // gaps):
        return None
    per_second = gaps * SECOND_NS // span
    average = before * SECOND_NS // max(1, now)
    return Pace(per_second, 2 * span < reach and per_second >= BURST * average)


def _widest(times: NDArray[np.int64], now: int) -> tuple[int, int, int] | None:
    """Gaps and nanoseconds between the first and the last frame of a window around a moment, and its reach.

    The window is doubled while the pace in it stays about the same: it is wide where frames come evenly or at
    random, and as narrow as a burst where there is one, so that a burst has its own rate at its edges as well.
    """
    found: tuple[int, int, int] | None = None
    reach = WIRE_NS
    while reach <= WIDEST_NS:
        first, end = np.searchsorted(times, (now - reach, now + reach + 1))
        gaps = int(end - first) - 1
        if gaps >= 1 and times[end - 1] > times[first]:
            span = int(times[end - 1] - times[first])
            if found is not None and any(
                found[0] >= enough and times_slower * gaps * found[1] < found[0] * span
                for enough, times_slower in SLOWER
            ):
                break
            found = gaps, span, reach
        reach *= 2
    return found


def read_queue_rate(desk: Desk, ring: int) -> str:
    """How fast a ring was filled lately, in words; "" when it was not."""
    now = desk.now // GRAIN_NS * GRAIN_NS
    key = ("queue rate", ring, now)
    if key not in desk.kept:
        first, end = (desk.timeline.moment(max(0, at)) + 1 for at in (now - QUEUE_NS, now))
        written = len(desk.timeline.changes(ring, "head", max(0, first), max(0, end))[0])
        desk.kept[key] = rate(written * SECOND_NS // min(QUEUE_NS, max(1, now))) if written else ""
    words: str = desk.kept[key]
    return words
