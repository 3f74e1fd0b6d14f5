"""Which flow a packet belongs to, for every frame and skb that ever was.

Read from the constructors' rows in the log, block by block as the timeline grows: no cursor, no loop over
packets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.timeline.timeline import Timeline

CLASSES = ("frame", "sk_buff")


class FlowIndex:
    """Flow of each packet, by number; 0 where there is none."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._flow: NDArray[np.int32] = np.zeros(1024, np.int32)
        self._done = 0

    def of(self, packets: NDArray[np.int32]) -> NDArray[np.int32]:
        """The uids of the packets' flows."""
        self._grow()
        known = np.minimum(packets, len(self._flow) - 1)
        flows: NDArray[np.int32] = np.where(packets < len(self._flow), self._flow[known], 0)
        return flows

    def flow_of(self, packet: int) -> int:
        """The uid of one packet's flow, 0 for none."""
        return int(self.of(np.array([packet], np.int32))[0])

    def _grow(self) -> None:
        log = self._timeline.deltas
        first, end = self._done, len(log)
        if first == end:
            return
        self._done = end
        for name in CLASSES:
            if any(schema.name == name for schema in self._timeline.classes):
                self._take(name, first, end)

    def _take(self, name: str, first: int, end: int) -> None:
        log = self._timeline.deltas
        position = self._timeline.position(name, "flow")
        slots = self._timeline.table.slots_of(name, "flow")
        wanted = np.zeros(log.slot_count, np.bool_)
        wanted[slots[slots < log.slot_count]] = True
        rows = np.flatnonzero(wanted[log.slots[first:end]]) + first
        heads = rows - position
        made = heads >= 0
        made[made] = log.slots[heads[made]] == log.slots[rows[made]] - position
        rows, heads = rows[made], heads[made]
        if len(rows) == 0:
            return
        uids, flows = log.values.take(heads), log.values.take(rows)
        most = int(uids.max())
        if most >= len(self._flow):
            grown = np.zeros(max(most + 1, len(self._flow) * 2), np.int32)
            grown[: len(self._flow)] = self._flow
            self._flow = grown
        self._flow[uids] = flows
