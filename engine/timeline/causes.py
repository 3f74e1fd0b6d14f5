"""What led to a step.

Where control crosses contexts (interrupt, wake-up, timer, IPI) the record says so. Within an activation of
a context the cause is the step before. An interrupt's or a softirq's first step without a recorded cause
follows from what the CPU did last; a task goes on where it left off.
"""

from __future__ import annotations

from engine.timeline.lanes import Lane
from engine.timeline.schema import NO_CPU, WHERES, Where
from engine.timeline.steps import StepTable

_RANK = {Where.HARDIRQ: 2, Where.SOFTIRQ: 1}


def cause(steps: StepTable, lanes: dict[int, Lane], step: int) -> int:
    """Return the step that led to `step`, -1 for none."""
    explicit = int(steps.column("cause")[step])
    if explicit >= 0:
        return explicit
    where = int(steps.column("where")[step])
    cpu = where >> 8
    packet = int(steps.column("packet")[step])
    if cpu == NO_CPU:
        return previous_of_packet(steps, step) if packet else -1
    before = steps.before(step, "where", where)
    kind = WHERES[where & 0xFF]
    lane = lanes.get(cpu)
    if kind not in _RANK:
        if before < 0 or lane is None or _same_task(steps, lane, before, step, where & 0xFF):
            return before
        return -1
    if before >= 0 and (lane is None or not _left(steps, lane, before, step, _RANK[kind])):
        return before
    return steps.before(step, "where", cpu << 8, 0xFF00)


def _same_task(steps: StepTable, lane: Lane, before: int, step: int, context: int) -> bool:
    times = steps.column("time")
    return lane.task_at(times[before], context) == lane.task_at(times[step], context)


def _left(steps: StepTable, lane: Lane, before: int, step: int, rank: int) -> bool:
    """Return whether the CPU fell to a lower context between two steps, so that an activation ended."""
    times = steps.column("time")
    starts, contexts = lane.rows(times[before], times[step])
    return any(
        _RANK.get(WHERES[context], 0) < rank and start >= times[before]
        for start, context in zip(starts.tolist(), contexts.tolist(), strict=True)
    )


def previous_of_packet(steps: StepTable, step: int) -> int:
    """Return the last step before that handled the packet, or the frame that an skb carries; -1 for none."""
    packet = int(steps.column("packet")[step])
    if packet == 0:
        return -1
    before = steps.before(step, "packet", packet)
    if before >= 0:
        return before
    frame = steps.frame_of(packet)
    return steps.before(step, "packet", frame) if frame != packet else -1
