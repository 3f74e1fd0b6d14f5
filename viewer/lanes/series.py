"""Sparklines: how a field went, as the least and the most of each pixel column."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from viewer.lanes.scale import TimeScale

LOST_FIELDS: Final = {"sock": "sk_drops", "softnet_data": "dropped", "rx_ring": "drops", "nic": "mpc"}
"""Where a class of objects counts what was lost for want of room in it."""


class Series(NamedTuple):
    """What a sparkline shows.

    Attributes:
        label: beside it.
        uid: whose field.
        field: the field.
        flow: place of the flow whose colour it wears; -1 for none.
        limit_field: the same object's limit, "" for none.
    """

    label: str
    uid: int
    field: str
    flow: int = -1
    limit_field: str = ""


class Columns(NamedTuple):
    """Least and most of each pixel column, and the most of the whole run."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    top: int


def fullest(timeline: Timeline, class_name: str, field: str, limit: str = "") -> int:
    """The object of a class that was fullest, measured by a limit or absolutely; 0 when none was ever in use."""
    if not any(schema.name == class_name for schema in timeline.classes):
        return 0
    best, most = 0, (0.0, 0)
    for uid in timeline.objects(class_name).tolist():
        _, values = timeline.series(uid, field)
        limits = timeline.series(uid, limit)[1] if limit else np.ones(1, np.int64)
        if len(values) and len(limits):
            rank = (int(values.max()) / max(int(limits[-1]), 1), len(values))
            if rank[0] > 0.0 and rank > most:
                best, most = uid, rank
    return best


def chosen_series(timeline: Timeline) -> list[Series]:
    """What is shown unless somebody chooses otherwise: ring, socket, backlog and FIFO that were fullest.

    In order of importance: where there is little room the last ones go.
    """
    found = []
    ring = fullest(timeline, "rx_ring", "filled", "count")
    if ring:
        found.append(Series(f"{timeline.label(ring)} filled", ring, "filled"))
    sock = fullest(timeline, "sock", "sk_rmem_alloc", "sk_rcvbuf")
    if sock:
        letter = _letter_of(timeline, sock)
        name = "ABCDEFGH"[letter % 8] if letter >= 0 else timeline.label(sock)
        found.append(Series(f"{name} rmem", sock, "sk_rmem_alloc", letter, "sk_rcvbuf"))
    backlog = fullest(timeline, "softnet_data", "input_qlen")
    if backlog:
        cpu = timeline.label(backlog).rpartition(" ")[2]
        found.append(Series(f"CPU {cpu} backlog", backlog, "input_qlen"))
    nic = fullest(timeline, "nic", "fifo_bytes", "fifo_size")
    if nic:
        found.append(Series(f"{timeline.label(nic)} FIFO", nic, "fifo_bytes"))
    return found


def _letter_of(timeline: Timeline, sock: int) -> int:
    """The flow that is sent to a socket's port; -1 when that is not one."""
    cursor = Cursor(timeline, timeline.steps - 1)
    port = cursor.get(sock, "sport")
    flows = [uid for uid in cursor.alive("flow").tolist() if cursor.get(uid, "dport") == port]
    letter = cursor.get(flows[0], "letter") if len(flows) == 1 else -1
    return letter if isinstance(letter, int) else -1


def columns(times: NDArray[np.int64], values: NDArray[np.int64], scale: TimeScale) -> Columns | None:
    """Decimate a field's writes to pixel columns; None when it was never written.

    A column without a write shows what stood there before it.
    """
    if len(times) == 0:
        return None
    width = max(int(scale.width), 1)
    edges = scale.start_ns + np.arange(width + 1, dtype=np.int64) * scale.span_ns // width
    at = np.searchsorted(times, edges, "right") - 1
    standing = np.where(at >= 0, values[np.maximum(at, 0)], 0)
    low, high = np.minimum(standing[:-1], standing[1:]), np.maximum(standing[:-1], standing[1:])
    first, last = int(at[0]) + 1, int(at[-1]) + 1
    if last > first:
        column = np.searchsorted(edges, times[first:last], "left") - 1
        column = np.clip(column, 0, width - 1)
        np.minimum.at(low, column, values[first:last])
        np.maximum.at(high, column, values[first:last])
    return Columns(low, high, int(values.max()))
