"""The table of steps: one column an attribute, and what is worked out once while it grows.

Worked out: where a packet or a CPU comes to another station of the datapath (`stage`), and which steps were
caused on another CPU (`crossings`), as both are asked for again and again while somebody steps or looks at
the lanes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline.chunk import STEP_DTYPE, Chunk
from engine.timeline.columns import Bits, Column
from engine.timeline.schema import NO_CPU, FunctionInfo

SCAN = 1024
"""Rows looked at in the first go when searching backwards."""


class StepTable:
    """All steps of a run, in columns named as in `chunk.STEP_DTYPE`."""

    def __init__(self, functions: tuple[FunctionInfo, ...]) -> None:
        self._columns = {name: Column(STEP_DTYPE[name]) for name in STEP_DTYPE.names or ()}
        self._stage = Bits()
        self._crossings = Column("<i4")
        stations = sorted({info.station for info in functions} - {""})
        self._station = np.zeros(1 << 16, np.uint8)
        for info in functions:
            if info.station:
                self._station[info.number] = stations.index(info.station) + 1
        self._packet_at = Column(np.uint8)
        self._cpu_at = np.zeros(NO_CPU + 1, np.uint8)
        self._frame_of = Column("<i4")
        self._skb = Column("<i4")
        self._frame = Column("<i4")
        self.delta_count = 0

    def __len__(self) -> int:
        return self._columns["time"].length

    def column(self, name: str) -> NDArray[Any]:
        """Return one column: time, span, fn, where, packet, cause or first_delta."""
        return self._columns[name].array

    @property
    def stage(self) -> Bits:
        """Whether a step takes its packet (its CPU, if it handles none) to another station; read by slices."""
        return self._stage

    @property
    def crossings(self) -> NDArray[np.int32]:
        """The steps whose cause is another CPU's."""
        return self._crossings.array

    # -- growing --------------------------------------------------------------------------------------

    def append(self, chunk: Chunk) -> None:
        """Append a chunk's steps and parts; that they fit was checked before (`check.check`)."""
        steps = chunk.steps
        self._join(chunk.parts)
        for name, column in self._columns.items():
            column.extend(steps[name])
        self._stage.extend(self._arrivals(steps))
        self._crossings.extend(self._crossed(steps, chunk.first_step))
        self.delta_count += len(chunk.slots)

    def _join(self, parts: NDArray[Any]) -> None:
        if len(parts) == 0:
            return
        skbs, frames = parts["a"].astype(np.int32), parts["b"].astype(np.int32)
        self._skb.extend(skbs)
        self._frame.extend(frames)
        self._frame_of.widen(int(skbs.max()) + 1, 0)
        table = self._frame_of.array
        uids, first = np.unique(skbs, return_index=True)
        fresh = table[uids] == 0
        table[uids[fresh]] = frames[first[fresh]]

    def _arrivals(self, steps: NDArray[Any]) -> NDArray[np.bool_]:
        """Return for each new step whether it changes the station of what it handles."""
        marks = np.zeros(len(steps), bool)
        stations = self._station[steps["fn"]]
        rows = np.flatnonzero(stations)
        if len(rows) == 0:
            return marks
        stations = stations[rows]
        packets = self.frames_of(steps["packet"][rows]).astype(np.int64)
        self._packet_at.widen(int(packets.max()) + 1, 0)
        cpus = (steps["where"][rows] >> 8).astype(np.int64)
        keys = np.where(packets > 0, packets, -1 - cpus)
        order = np.argsort(keys, kind="stable")
        sorted_keys, sorted_stations = keys[order], stations[order]
        before = np.empty_like(sorted_stations)
        before[1:] = sorted_stations[:-1]
        head = np.ones(len(order), bool)
        head[1:] = sorted_keys[1:] != sorted_keys[:-1]
        tail = np.append(head[1:], True)
        of_packet, of_cpu = head & (sorted_keys > 0), head & (sorted_keys < 0)
        before[of_packet] = self._packet_at.array[sorted_keys[of_packet]]
        before[of_cpu] = self._cpu_at[-1 - sorted_keys[of_cpu]]
        marks[rows[order]] = before != sorted_stations
        of_packet, of_cpu = tail & (sorted_keys > 0), tail & (sorted_keys < 0)
        self._packet_at.array[sorted_keys[of_packet]] = sorted_stations[of_packet]
        self._cpu_at[-1 - sorted_keys[of_cpu]] = sorted_stations[of_cpu]
        return marks

    def _crossed(self, steps: NDArray[Any], first: int) -> NDArray[np.int64]:
        rows = np.flatnonzero(steps["cause"] >= 0)
        where = self.column("where")
        here = steps["where"][rows] >> 8
        there = where[steps["cause"][rows]] >> 8
        crossed = (here != there) & (here != NO_CPU) & (there != NO_CPU)
        result: NDArray[np.int64] = rows[crossed] + first
        return result

    # -- asking ---------------------------------------------------------------------------------------

    def delta(self, step: int) -> int:
        """Return the row of the first delta of a step; of the end, for the step after the last.

        Deltas before the first step (objects made before the host was switched on) belong to it.
        """
        if step <= 0:
            return 0
        if step >= len(self):
            return self.delta_count
        return int(self.column("first_delta")[step])

    def step_of(self, delta: int) -> int:
        """Return the step that a delta belongs to."""
        first = self.column("first_delta")
        return max(int(np.searchsorted(first, np.uint32(delta), "right")) - 1, 0)

    def steps_of(self, deltas: NDArray[Any]) -> NDArray[np.int64]:
        """Return the steps that deltas belong to."""
        first = self.column("first_delta")
        found = np.searchsorted(first, deltas.astype(np.uint32), "right").astype(np.int64)
        steps: NDArray[np.int64] = np.maximum(found - 1, 0)
        return steps

    def before(self, step: int, column: str, value: int, mask: int = 0xFFFFFFFF) -> int:
        """Return the last step before `step` whose column, masked, has a value; -1 when there is none."""
        rows = self.column(column)
        size = SCAN
        end = step
        while end > 0:
            start = max(end - size, 0)
            found = np.flatnonzero((rows[start:end] & rows.dtype.type(mask & _ones(rows))) == value)
            if len(found):
                return start + int(found[-1])
            end = start
            size *= 4
        return -1

    def frame_of(self, skb: int) -> int:
        """Return the first wire frame that an skb carries; the number itself when it carries none."""
        table = self._frame_of.array
        return int(table[skb]) or skb if 0 <= skb < len(table) else skb

    def frames_of(self, uids: NDArray[Any]) -> NDArray[np.int32]:
        """Return `frame_of` of many."""
        uids = uids.astype(np.int32)
        table = self._frame_of.array
        if len(table) == 0:
            return uids
        frames = np.where(uids < len(table), table[np.minimum(uids, len(table) - 1)], 0)
        return np.where(frames > 0, frames, uids).astype(np.int32)

    def parts_of(self, skb: int) -> NDArray[np.int32]:
        """Return the wire frames that an skb carries, in order of joining."""
        frames: NDArray[np.int32] = self._frame.array[self._skb.array == skb]
        return frames

    def skbs_of(self, frame: int) -> NDArray[np.int32]:
        """Return the skbs that carry (part of) a wire frame, in order of making."""
        skbs: NDArray[np.int32] = self._skb.array[self._frame.array == frame]
        return skbs

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        others = (self._crossings, self._packet_at, self._frame_of, self._skb, self._frame)
        return self._stage.nbytes + sum(column.nbytes for column in (*self._columns.values(), *others))


def _ones(rows: NDArray[Any]) -> int:
    """Return the largest mask that the type of a column holds."""
    return int(np.iinfo(rows.dtype).max)
