"""How fields went, read from the log of changes.

A slot has tenants one after another; an object's time in its slots begins with the write of its number to field 0
and ends with the next number that is another's. A birth writes all fields in order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline.deltas import DeltaLog
from engine.timeline.objects import ALIVE, ObjectInfo
from engine.timeline.schema import UNKNOWN
from engine.timeline.steps import StepTable

Numbers = NDArray[np.int64]


def changes(
    log: DeltaLog, table: StepTable, info: ObjectInfo, position: int, first: int, end: int
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the steps in [first, end) that write a field of an object, the value before and after each."""
    first, end = max(first, info.born, 0), min(end, info.died + 1)
    a, b = table.delta(first), table.delta(max(end, first))
    rows = np.flatnonzero(log.slots[a:b] == info.base + position) + a
    moved_in = 0
    if len(rows):
        moved_in, moved_out = tenancy(log, table, info)
        rows = rows[(rows >= moved_in) & (rows < moved_out)]
    if len(rows) == 0:
        nothing = np.empty(0, np.int64)
        return nothing, nothing, nothing
    before = int(log.previous[rows[0]])
    steps = table.steps_of(rows)
    final = np.append(steps[1:] != steps[:-1], True)
    new = log.values.take(rows[final])
    old = np.append(log.values.one(before) if before >= moved_in else UNKNOWN, new[:-1])
    return steps[final], old.astype(np.int64), new


def tenancy(log: DeltaLog, table: StepTable, info: ObjectInfo) -> tuple[int, int]:
    """Return the first delta that is an object's, and the first after it that is not."""
    total = len(log)
    born, died = max(info.born, 0), max(info.died, 0)  # what comes before the first step belongs to it
    mine = _numbered(log, info, table.delta(born), table.delta(born + 1))
    if len(mine) == 0:
        return total, total
    if info.died == ALIVE:
        return int(mine[0]), total
    a, b = table.delta(died), table.delta(died + 1)
    rows = np.flatnonzero(log.slots[a:b] == info.base) + a
    gone = rows[(rows > mine[0]) & (log.values.take(rows) != info.uid)]
    # At level "counters" a death has no delta; its number stays in the slot until the next one moves in.
    return int(mine[0]), int(gone[0]) if len(gone) else b


def _numbered(log: DeltaLog, info: ObjectInfo, a: int, b: int) -> NDArray[Any]:
    """Return the deltas in [a, b) that write an object's number."""
    rows = np.flatnonzero(log.slots[a:b] == info.base) + a
    numbered: NDArray[Any] = rows[log.values.take(rows) == info.uid]
    return numbered


def moves(
    log: DeltaLog, table: StepTable, slots_of_field: Numbers, position: int, first: int, end: int
) -> Numbers:
    """Return the steps in [first, end) that change one of some slots, unless they made the object there."""
    a, b = table.delta(first), table.delta(end)
    rows = np.flatnonzero(np.isin(log.slots[a:b], slots_of_field)) + a
    if len(rows) == 0:
        return np.empty(0, np.int64)
    slots, steps = log.slots[rows], table.steps_of(rows)
    order = np.lexsort((rows, slots, steps))
    rows, slots, steps = rows[order], slots[order], steps[order]
    starts = _starts(steps, slots)
    heads = np.maximum(rows - position, 0)
    births = (log.slots[heads] == slots - position) & (log.values.take(heads) != 0)
    # From a birth on, what the step writes is the making of another object.
    counted = np.cumsum(births)
    before = np.repeat(counted[starts] - births[starts], np.diff(np.append(starts, len(rows))))
    kept = counted == before
    rows, slots, steps = rows[kept], slots[kept], steps[kept]
    starts = _starts(steps, slots)
    ends = np.append(starts[1:], len(rows))[: len(starts)] - 1
    old, new = log.values.take(log.previous[rows[starts]]), log.values.take(rows[ends])
    return np.unique(steps[starts][old != new])


def _starts(steps: Numbers, slots: NDArray[Any]) -> Numbers:
    """Return where a new pair of step and slot begins."""
    fresh = np.ones(len(steps), bool)
    fresh[1:] = (steps[1:] != steps[:-1]) | (slots[1:] != slots[:-1])
    return np.flatnonzero(fresh)
