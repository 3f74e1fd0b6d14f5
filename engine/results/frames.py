"""The wire frames of a run as arrays: what the log says of them, read once for all.

A birth writes all fields of an object in order (`engine.timeline.record`), so the rows after the one with its number
hold the rest. Frames without an object (level "counters", traces) are not here; their endings are.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.timeline.ledger import ARRIVAL_FIELD, FLOW_FIELD, FRAME_CLASS
from engine.timeline.schema import ClassSchema
from engine.timeline.timeline import Timeline

NUMBER_FIELD: Final = "number"
LENGTH_FIELD: Final = "len"
QUEUE_FIELD: Final = "queue"
UNTOLD: Final = -1
"""In columns of frames: the class has no such field, or nobody wrote it."""

Column = NDArray[np.int64]


class Frames(NamedTuple):
    """Frames in order of birth.

    Attributes:
        uid: numbers of the objects.
        head: the rows of the log that gave them their slots.
        base: their first slots.
        flow: uids of their flows.
        number: their numbers in the flow, from 0.
        length: bytes of frame.
        arrived: last bit on the wire, ns; 0 where the class does not say.
    """

    uid: Column
    head: Column
    base: Column
    flow: Column
    number: Column
    length: Column
    arrived: Column


def frames(timeline: Timeline, begin: int = 0) -> Frames:
    """Return the frames whose births lie in the log from a row on."""
    if not has_frames(timeline):
        return Frames(*(np.empty(0, np.int64) for _ in Frames._fields))
    log = timeline.deltas
    bases = timeline.table.bases(timeline.table.number_of(FRAME_CLASS))
    heads = written(timeline, bases, begin)
    uids = log.values.take(heads)
    heads, uids = heads[uids > 0], uids[uids > 0]

    def field(name: str, otherwise: int) -> Column:
        fields = [each.name for each in _schema(timeline).fields]
        if name not in fields:
            return np.full(len(heads), otherwise, np.int64)
        return log.values.take(heads + fields.index(name))

    return Frames(
        uids,
        heads,
        log.slots[heads].astype(np.int64),
        field(FLOW_FIELD, 0),
        field(NUMBER_FIELD, UNTOLD),
        field(LENGTH_FIELD, UNTOLD),
        field(ARRIVAL_FIELD, 0),
    )


def later_writes(timeline: Timeline, field: str, begin: int = 0) -> tuple[Column, Column, Column]:
    """Return where the log, from a row on, notes a field of frames after their births.

    Returns:
        Rows of the log, bases of the frames, what was written.
    """
    if not has_frames(timeline) or all(each.name != field for each in _schema(timeline).fields):
        nothing = np.empty(0, np.int64)
        return nothing, nothing, nothing
    position = timeline.position(FRAME_CLASS, field)
    rows = written(timeline, timeline.table.slots_of(FRAME_CLASS, field), begin)
    log = timeline.deltas
    bases = log.slots[rows].astype(np.int64) - position
    heads = np.maximum(rows - position, 0)
    later = (log.slots[heads] != bases) | (log.values.take(heads) <= 0)
    return rows[later], bases[later], log.values.take(rows[later])


def written(timeline: Timeline, slots: Column, begin: int) -> Column:
    """Return the rows of the log, from one on, that write one of many slots."""
    log = timeline.deltas
    wanted = np.zeros(log.slot_count, bool)
    wanted[slots[slots < log.slot_count]] = True
    return np.flatnonzero(wanted[log.slots[begin:]]) + begin


def lives(timeline: Timeline, uids: NDArray[Any]) -> tuple[Column, Column]:
    """Return the steps that made some objects, and those that ended them."""
    known = timeline.table.column("uid")
    rows = np.searchsorted(known, uids.astype(known.dtype))
    born, died = (timeline.table.column(name)[rows].astype(np.int64) for name in ("born", "died"))
    return born, died


def has_frames(timeline: Timeline) -> bool:
    """Return whether the run records frames as objects."""
    return any(schema.name == FRAME_CLASS for schema in timeline.classes)


def _schema(timeline: Timeline) -> ClassSchema:
    return next(schema for schema in timeline.classes if schema.name == FRAME_CLASS)
