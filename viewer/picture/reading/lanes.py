"""Reading the wire: the flows, how many frames each has sent, how fast."""

from __future__ import annotations

import numpy as np

from viewer.picture.reading.desk import Desk
from viewer.picture.regions.wire import Lane
from viewer.picture.words import rate

WINDOW_NS = 1_000_000
SECOND_NS = 1_000_000_000


def read_lanes(desk: Desk, nic: int) -> tuple[Lane, ...]:
    """A lane for each flow of an adapter, in order of letters.

    The rate is counted, not declared: frames in the last whole millisecond; in the first one, since the start.
    """
    mine = [(uid, row) for uid, row in desk.rows("flow") if row["nic"] in (nic, None, 0)]
    flows = sorted(mine, key=lambda pair: pair[1]["letter"] or 0)
    whole = desk.now // WINDOW_NS * WINDOW_NS
    begin, end = (whole - WINDOW_NS, whole) if whole else (0, desk.now)
    first, last = desk.timeline.moment(begin - 1) + 1, min(desk.timeline.moment(end - 1), desk.step)
    arrivals = desk.arrivals()
    lanes: list[Lane] = []
    for uid, row in flows:
        letter = row["letter"] or 0
        steps = arrivals.get(letter, np.empty(0, np.int64))
        count = int(np.searchsorted(steps, last, "right") - np.searchsorted(steps, first))
        per_second = count * SECOND_NS // (end - begin) if end > begin and count > 1 else None
        lanes.append(Lane(letter, uid, rate(per_second) if per_second else "", row["frames"] or 0))
    return tuple(lanes)
