"""The log of changes, and how to be at any place in it.

A delta is a slot and a value. With each goes `previous`, the row of the write to the same slot before it,
so that the state can be walked back as cheaply as forward. A state is not kept as values but as *writers*:
for each slot the row of the delta that wrote it last. From it follow the value, the step that wrote it, and
the value before.

Keyframes are copies of the writers made while the log grows, farther apart the more slots there are.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline.columns import Column, Values

KEYFRAME_DELTAS = 65_536
"""Fewest deltas between two keyframes."""

KEYFRAME_SLOTS = 4
"""Fewest deltas between two keyframes, for each slot there is: a keyframe costs a byte a delta at most."""

NEVER_WRITTEN = -1
Writers = NDArray[np.int32]


class DeltaLog:
    """All deltas of a run.

    Attributes:
        values: what was written.
    """

    __slots__ = ("_frames", "_last", "_places", "_previous", "_slots", "values")

    def __init__(self) -> None:
        self._slots = Column("<i4")
        self._previous = Column("<i4")
        self._last = Column("<i4")
        self._places: list[int] = [0]
        self._frames: list[Writers] = [np.empty(0, np.int32)]
        self.values = Values()

    def __len__(self) -> int:
        return self._slots.length

    @property
    def slots(self) -> NDArray[np.int32]:
        """Which slot each delta writes."""
        return self._slots.array

    @property
    def previous(self) -> NDArray[np.int32]:
        """Row of the write to the same slot before; -1 for the first."""
        return self._previous.array

    @property
    def slot_count(self) -> int:
        """How many slots there are."""
        return self._last.length

    def append(self, slots: NDArray[np.int32], values: NDArray[Any], slot_count: int) -> None:
        """Append deltas; all slots are below `slot_count` (`check.check`)."""
        self._last.widen(slot_count, NEVER_WRITTEN)
        self.values.extend(values)
        for start in range(0, len(slots), KEYFRAME_DELTAS):
            self._link(slots[start : start + KEYFRAME_DELTAS])
            if len(self) - self._places[-1] >= max(KEYFRAME_DELTAS, KEYFRAME_SLOTS * slot_count):
                self._places.append(len(self))
                self._frames.append(self._last.array.copy())

    def _link(self, slots: NDArray[np.int32]) -> None:
        """Append slots and find for each the write before it."""
        first = len(self)
        order = (slots.astype(np.int64) << 32) | np.arange(len(slots))
        order.sort()
        rows = order & 0xFFFFFFFF
        sorted_slots = order >> 32
        previous = np.empty(len(slots), np.int32)
        repeated = np.empty(len(slots), bool)
        repeated[:1] = False
        np.equal(sorted_slots[1:], sorted_slots[:-1], out=repeated[1:])
        heads = np.flatnonzero(~repeated)
        last = self._last.array
        previous[rows[1:]] = rows[:-1] + first
        previous[rows[heads]] = last[sorted_slots[heads]]
        tails = np.append(heads[1:], len(slots)) - 1
        last[sorted_slots[tails]] = rows[tails] + first
        self._slots.extend(slots)
        self._previous.extend(previous)

    def move(self, writers: Writers, here: int, there: int) -> Writers:
        """Return the writers when `there` deltas have happened, given those when `here` have.

        The array given may be changed in place. Duplicates within the range are settled by the order of rows
        (`maximum.at`, `minimum.at`), as NumPy promises no order for repeated indices in an assignment.
        """
        near = bisect_right(self._places, there) - 1
        candidates = [(abs(there - here), -1)]
        for frame in (near, near + 1):
            if frame < len(self._places):
                # Copying a keyframe costs about as much as replaying an eighth of its length.
                cost = abs(there - self._places[frame]) + self.slot_count // 8
                candidates.append((cost, frame))
        _, frame = min(candidates)
        if frame >= 0:
            here = self._places[frame]
            if len(writers) < self.slot_count:
                writers = np.empty(self.slot_count, np.int32)
            known = self._frames[frame]
            writers[: len(known)] = known
            writers[len(known) :] = NEVER_WRITTEN
        elif len(writers) < self.slot_count:
            fresh = np.full(self.slot_count - len(writers), NEVER_WRITTEN, np.int32)
            writers = np.concatenate([writers, fresh])
        if there > here:
            rows = np.arange(here, there, dtype=np.int32)
            np.maximum.at(writers, self.slots[here:there], rows)
        elif there < here:
            np.minimum.at(writers, self.slots[there:here], self.previous[there:here])
        return writers

    @property
    def nbytes(self) -> int:
        """Bytes in use, keyframes included."""
        columns = self._slots.nbytes + self._previous.nbytes + self._last.nbytes + self.values.nbytes
        return columns + sum(frame.nbytes for frame in self._frames)
