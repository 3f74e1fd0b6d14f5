"""Conservation: every wire frame ends exactly once, or is still on its way.

Counted from the endings, and from the frames that live without one. A frame whose data lies in a socket's
queue counts as delivered, and as queued too. A copy of a multicast frame that did not arrive is no ending
of the frame and is counted apart, as `copies_lost`.

Where only counters are recorded, frames leave no trace but their ending: there a frame is in flight at a
step if it had arrived by then and ends later, so what is still in flight where an unfinished run stops is
not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline.chunk import FATES
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline

FRAME_CLASS = "frame"
FLOW_FIELD = "flow"
ARRIVAL_FIELD = "arrived"
_COPY = FATES.index("copies_lost")


@dataclass(frozen=True, slots=True)
class Latency:
    """Nearest-rank percentiles of latency, nanoseconds: last bit on the wire to return of the call."""

    count: int
    p50: int
    p99: int
    p999: int
    max: int


@dataclass(frozen=True, slots=True)
class Packets:
    """How frames ended.

    Attributes:
        offered: all frames: the sum of those that ended and those in flight.
        delivered: read, or waiting in a socket's queue.
        queued: the part of `delivered` that waits.
        absorbed, forwarded, refused: taken in by the stack itself, sent on, turned away by a verdict.
        lost: by place and reason, in order of name.
        in_flight: on their way.
        copies_lost: copies of multicast frames that did not arrive, by reason; not in `offered`.
    """

    offered: int
    delivered: int
    queued: int
    absorbed: int
    forwarded: int
    refused: int
    in_flight: int
    lost: dict[str, int] = field(default_factory=dict)
    copies_lost: dict[str, int] = field(default_factory=dict)

    @property
    def lost_total(self) -> int:
        """All losses."""
        return sum(self.lost.values())


def packets(timeline: Timeline, step: int | None = None) -> Packets:
    """Return how frames have ended after a step, or by the end of what is known."""
    rows = _endings(timeline, step)
    return _counted(timeline, rows, len(_living(timeline, step, rows)[0]))


def flows(timeline: Timeline, step: int | None = None) -> dict[str, Packets]:
    """Return the same for each flow that has sent a frame, by its name."""
    rows = _endings(timeline, step)
    _, living = _living(timeline, step, rows)
    result: dict[str, Packets] = {}
    for uid in np.union1d(rows["flow"], living).tolist():
        mine = rows[rows["flow"] == uid]
        result[timeline.label(uid)] = _counted(timeline, mine, int(np.count_nonzero(living == uid)))
    return result


def latencies(timeline: Timeline, step: int | None = None) -> dict[str, Latency]:
    """Return the latency of each flow that was read from, by its name: one sample a reader."""
    rows = timeline.samples
    if step is not None:
        rows = rows[rows["step"] <= step]
    return {
        timeline.label(uid): latency(rows["latency"][rows["flow"] == uid])
        for uid in np.unique(rows["flow"]).tolist()
    }


def latency(samples: NDArray[Any]) -> Latency:
    """Return the percentiles of samples.

    Raises:
        ValueError: there are none.
    """
    if len(samples) == 0:
        raise ValueError("percentiles of no samples")
    ordered = np.sort(samples)

    def rank(parts: int) -> int:
        """The smallest sample that at least `parts` thousandths of all do not exceed."""
        return int(ordered[(len(ordered) * parts + 999) // 1000 - 1])

    return Latency(len(ordered), rank(500), rank(990), rank(999), int(ordered[-1]))


def violations(timeline: Timeline) -> list[str]:
    """Return how the record breaks conservation: frames that ended twice, or were gone without an end."""
    rows = timeline.endings[timeline.endings["fate"] != _COPY]
    frames, times = np.unique(rows["frame"], return_counts=True)
    found = [f"frame {frame} ended more than once" for frame in frames[times > 1].tolist()]
    try:
        born = timeline.objects(FRAME_CLASS)
    except KeyError:
        return found
    alive = timeline.objects(FRAME_CLASS, timeline.last)
    gone = np.setdiff1d(np.setdiff1d(born, alive), frames)
    return found + [f"frame {frame} was gone without an end" for frame in gone.tolist()]


def _endings(timeline: Timeline, step: int | None) -> NDArray[Any]:
    """Return the endings up to a step; all of them for None."""
    rows = timeline.endings
    if step is None:
        return rows
    if _detailed(timeline, step):
        return rows[rows["step"] <= step]
    # Many endings share a sample's step number; their times tell.
    return rows[rows["time"] <= timeline.time(step)]


def _detailed(timeline: Timeline, step: int) -> bool:
    return timeline.detail_until is None or step < timeline.detail_until


def _living(
    timeline: Timeline, step: int | None, ended: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the frames on their way after a step that have no ending yet, and their flows."""
    nothing = np.empty(0, np.int64)
    here = timeline.last if step is None else step
    if not _detailed(timeline, here):
        if step is None:
            return nothing, nothing
        rows = timeline.endings[timeline.endings["fate"] != _COPY]
        time = timeline.time(step)
        rows = rows[(rows["arrived"] <= time) & (rows["time"] > time)]
        return rows["frame"].astype(np.int64), rows["flow"].astype(np.int64)
    if all(schema.name != FRAME_CLASS for schema in timeline.classes):
        return nothing, nothing
    cursor = Cursor(timeline, here)
    uids, flow = cursor.column(FRAME_CLASS, FLOW_FIELD)
    waiting = ~np.isin(uids, ended["frame"][ended["fate"] != _COPY])
    if _has_arrival(timeline):  # a frame that is drawn on its way along the wire was not offered yet
        waiting &= cursor.column(FRAME_CLASS, ARRIVAL_FIELD)[1] <= timeline.time(here)
    return uids[waiting], flow[waiting]


def _has_arrival(timeline: Timeline) -> bool:
    schema = next(schema for schema in timeline.classes if schema.name == FRAME_CLASS)
    return any(each.name == ARRIVAL_FIELD for each in schema.fields)


def _counted(timeline: Timeline, rows: NDArray[Any], living: int) -> Packets:
    """Count endings by fate and reason."""
    counts = dict(zip(FATES, np.bincount(rows["fate"], minlength=len(FATES)).tolist(), strict=True))
    reasons = {
        fate: _by_reason(timeline, rows["reason"][rows["fate"] == FATES.index(fate)])
        for fate in ("lost", "copies_lost")
    }
    return Packets(
        offered=len(rows) - counts["copies_lost"] + living,
        delivered=counts["delivered"] + counts["queued"],
        queued=counts["queued"],
        absorbed=counts["absorbed"],
        forwarded=counts["forwarded"],
        refused=counts["refused"],
        in_flight=counts["in_flight"] + living,
        lost=reasons["lost"],
        copies_lost=reasons["copies_lost"],
    )


def _by_reason(timeline: Timeline, reasons: NDArray[Any]) -> dict[str, int]:
    numbers, counts = np.unique(reasons, return_counts=True)
    texts = [timeline.names[number] for number in numbers.tolist()]
    return dict(sorted(zip(texts, counts.tolist(), strict=True)))
