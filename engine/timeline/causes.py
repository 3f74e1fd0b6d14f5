"""What led to a step.

Where control crosses contexts (interrupt, wake-up, timer, IPI) the record says so. Within an activation of
a context the cause is the step before. An interrupt's or a softirq's first step without a recorded cause
follows from what the CPU did last; a task goes on where it left off.
"""

from __future__ import annotations

from engine.timeline.lanes import Lane
from engine.timeline.schema import NO_CPU, WHERES, Ns, Where
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
        same = before < 0 or lane is None or task_of(steps, lane, before) == task_of(steps, lane, step)
        return before if same else -1
    latest = steps.before(step, "where", cpu << 8, 0xFF00)
    if before < 0 or before == latest or lane is None:
        return latest if before < 0 else before
    return latest if _left(steps, lane, before, step, _RANK[kind]) else before


def task_of(steps: StepTable, lane: Lane, step: int) -> int:
    """Return the task on the CPU while a step's act went on; 0 for none."""
    time, span = int(steps.column("time")[step]), int(steps.column("span")[step])
    # The CPU may go over to another task in the nanosecond in which the act takes effect.
    return lane.task_at(Ns(time - 1 if span else time), int(steps.column("where")[step]) & 0xFF)


def _left(steps: StepTable, lane: Lane, before: int, step: int, rank: int) -> bool:
    """Return whether the CPU fell to a lower context between two steps, so that an activation ended.

    A slice that begins with the later step is the way out after it, not the way in.
    """
    times = steps.column("time")
    _, contexts = lane.rows(times[before], times[step])
    return any(_RANK.get(WHERES[context], 0) < rank for context in contexts.tolist())


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
