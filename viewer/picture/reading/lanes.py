"""Reading the wire: the flows, how many frames each has sent, how fast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.picture.reading.desk import Desk
from viewer.picture.regions.wire import Lane
from viewer.picture.words import rate

WINDOW_NS = 1_000_000
SECOND_NS = 1_000_000_000


def read_lanes(desk: Desk) -> tuple[Lane, ...]:
    """A lane for each flow, in order of letters.

    The rate is counted, not declared: frames in the last whole millisecond; in the first one, since the start.
    """
    flows = sorted(desk.rows("flow"), key=lambda pair: pair[1]["letter"] or 0)
    counts, span = _counted(desk)
    lanes: list[Lane] = []
    for uid, row in flows:
        letter = row["letter"] or 0
        count = int(counts[letter]) if letter < len(counts) else 0
        per_second = count * SECOND_NS // span if span and count > 1 else None
        lanes.append(Lane(letter, uid, rate(per_second) if per_second else "", row["frames"] or 0))
    return tuple(lanes)


def _counted(desk: Desk) -> tuple[NDArray[np.int64], int]:
    """Frames of each flow in the window, and the window's length in nanoseconds."""
    whole = desk.now // WINDOW_NS * WINDOW_NS
    begin, end = (whole - WINDOW_NS, whole) if whole else (0, desk.now)
    if end <= begin:
        return np.zeros(0, np.int64), 0
    key = ("rates", begin, end, desk.timeline.moment(end - 1))
    counts: NDArray[np.int64] | None = desk.kept.get(key)
    if counts is None:
        first, last = desk.timeline.moment(begin - 1) + 1, key[3] + 1
        functions, packets = desk.span(first, min(last, desk.step + 1), "fn", "packet")
        letters = desk.letters(packets[functions == min(desk.numbers("frame_arrives"), default=-1)])
        counts = desk.kept[key] = np.bincount(letters[letters >= 0])
    return counts, end - begin
