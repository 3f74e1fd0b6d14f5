"""How far a step goes, both ways.

Every granularity but fixed time is a query to the timeline; the filter (a followed packet, a single flow)
narrows it. Stepping forward and back are the same search.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from typing_extensions import override

from engine.timeline import query as q
from engine.timeline.query import Mask, Query
from engine.timeline.timeline import Timeline
from viewer.flows import FlowIndex


class Granularity(StrEnum):
    """How far a step goes."""

    FUNCTION = "function"
    STAGE = "stage"
    POLL = "poll"
    SOFTIRQ = "softirq"
    IRQ = "irq"
    VISIBLE = "visible"
    TIME = "time"
    UNTIL = "until"


FINE = (Granularity.FUNCTION, Granularity.STAGE, Granularity.VISIBLE)
"""Those that heed the filter."""

LADDER = (
    Granularity.FUNCTION,
    Granularity.STAGE,
    Granularity.POLL,
    Granularity.SOFTIRQ,
    Granularity.IRQ,
)
"""From fine to coarse."""


@dataclass(frozen=True, slots=True)
class Visible(Query):
    """Something that can be drawn changes: a station, or any field."""

    @override
    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        result = np.array(timeline.stage_marks[first:end])
        table = timeline.step_table
        a, b = table.delta(first), table.delta(end)
        changed = table.steps_of(np.arange(a, b))
        result[changed - first] = True
        return result


@dataclass(frozen=True, slots=True)
class ByFlow(Query):
    """The step handles a packet of one flow."""

    flow: int
    index: FlowIndex

    @override
    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        packets = timeline.column("packet")[first:end]
        result: Mask = (packets != 0) & (self.index.of(packets) == self.flow)
        return result


@dataclass(frozen=True, slots=True)
class ByFrames(Query):
    """The step handles one of these wire frames, in whatever form it travels."""

    frames: frozenset[int]

    @override
    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        packets = timeline.column("packet")[first:end]
        carried = timeline.frames_of(packets)
        wanted = np.fromiter(self.frames, np.int64, len(self.frames))
        result: Mask = (packets != 0) & np.isin(carried, wanted)
        return result


@dataclass(frozen=True, slots=True)
class Condition:
    """What "until" waits for: words for people and the query."""

    text: str
    query: Query


CONDITIONS: tuple[Condition, ...] = (
    Condition("a drop", q.drop()),
    Condition("time_squeeze", q.squeeze()),
    Condition("ksoftirqd wakes", q.ByFunction(("wakeup_softirqd",))),
    Condition("a task wakes", q.ByFunction(("try_to_wake_up",))),
    Condition("an interrupt is unmasked", q.ByFunction(("*_irq_enable", "*_irq_enable_queues"))),
)
"""What is offered; a counter that moves is added by whoever picks the counter."""

FIRST_DROP = CONDITIONS[0]

QUERIES: dict[Granularity, Query] = {
    Granularity.FUNCTION: q.AnyStep(),
    Granularity.STAGE: q.Stage(),
    Granularity.POLL: q.ByFunction(("napi_poll",)),
    Granularity.SOFTIRQ: q.ByFunction(("softirq_entry", "softirq_exit")),
    Granularity.IRQ: q.ByFunction(("irq_handler_entry",)),
    Granularity.VISIBLE: Visible(),
}


def counter_moves(timeline: Timeline, uid: int, field: str) -> Condition:
    """The condition that a counter of an object moves."""
    return Condition(f"{timeline.label(uid)} {field} moves", q.ByField(uid, field))


def next_step(
    timeline: Timeline,
    here: int,
    granularity: Granularity,
    condition: Condition,
    keep: Query | None,
    *,
    back: bool,
) -> int | None:
    """The step that a step of this granularity leads to; None when there is none.

    Args:
        timeline: where to look.
        here: the step one is at, -1 before the first.
        granularity: not `TIME`, which needs no search.
        condition: what `UNTIL` waits for.
        keep: the filter, applied to the fine granularities (function, stage, visible).
        back: the other way; from the first fitting step it leads before the beginning of the run.
    """
    if granularity is Granularity.TIME:
        raise ValueError("a step of fixed time is no search")
    query = condition.query if granularity is Granularity.UNTIL else QUERIES[granularity]
    if keep is not None and granularity in FINE:
        query = query & keep
    return timeline.find(query, here, back)


def coarser(granularity: Granularity) -> Granularity:
    """One granularity coarser; the coarsest stays."""
    if granularity not in LADDER:
        return LADDER[-1]
    return LADDER[min(LADDER.index(granularity) + 1, len(LADDER) - 1)]


def finer(granularity: Granularity) -> Granularity:
    """One granularity finer; the finest stays."""
    if granularity not in LADDER:
        return LADDER[0]
    return LADDER[max(LADDER.index(granularity) - 1, 0)]
