"""What each CPU was busy with, at any scale.

The cost of a lane depends on its width in pixels, not on how many slices lie under it: running sums of the
time spent in each context stand at every 32nd slice, so the time between two pixel edges is a difference of
two sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline.columns import Column
from engine.timeline.schema import WHERES, Ns

STRIDE = 32
CONTEXTS = len(WHERES)
NOTHING_YET = 255
"""The context of a pixel column before the CPU's first slice."""


@dataclass(frozen=True, slots=True)
class Runs:
    """A lane at a width in pixels; all arrays have one entry a pixel column unless said otherwise.

    Attributes:
        edges: px + 1 moments; column i is [edges[i], edges[i + 1]).
        context: which context took most of the column (position in `WHERES`), `NOTHING_YET` for none.
        task: uid of the task in the middle of the column, 0 for none.
        present: bit n is set when context n was entered or active in the column, however short.
        busy: nanoseconds of each context, shape (px, contexts).
        starts: slices that begin in the column.
        boundary: the column looks different from the one before it.
    """

    edges: NDArray[np.int64]
    context: NDArray[np.uint8]
    task: NDArray[np.int32]
    present: NDArray[np.uint16]
    busy: NDArray[np.int64]
    starts: NDArray[np.int64]
    boundary: NDArray[np.bool_]

    def spans(self) -> list[tuple[int, int, int, int]]:
        """Return neighbours that look alike as (first pixel, pixel after the last, context, task)."""
        heads = np.flatnonzero(self.boundary)
        tails = np.append(heads[1:], len(self.context))
        rows = zip(heads, tails, self.context[heads], self.task[heads], strict=True)
        return [(int(a), int(b), int(context), int(task)) for a, b, context, task in rows]


@dataclass(frozen=True, slots=True)
class Slices:
    """Slices of one CPU, in order; `start` and `end` in nanoseconds, not cut to the range asked for."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    context: NDArray[np.uint8]
    task: NDArray[np.int32]


class Lane:
    """The slices of one CPU."""

    __slots__ = ("_context", "_counts", "_sums", "_task", "_time")

    def __init__(self) -> None:
        self._time = Column("<i8")
        self._context = Column("u1")
        self._task = Column("<i4")
        # Row n of both tells of the slices before slice n * STRIDE.
        self._sums = Column("<i8", (CONTEXTS,))
        self._counts = Column("<i4", (CONTEXTS,))
        self._sums.extend(np.zeros((1, CONTEXTS), np.int64))
        self._counts.extend(np.zeros((1, CONTEXTS), np.int32))

    def __len__(self) -> int:
        return self._time.length

    def append(self, rows: NDArray[Any]) -> None:
        """Append slices (`SLICE_DTYPE`) of this CPU; their order was checked before (`check.check`)."""
        self._time.extend(rows["time"])
        self._context.extend(rows["where"] & 0xFF)
        self._task.extend(rows["task"])
        self._sum_up()

    def _sum_up(self) -> None:
        """Add the running sums of all whole strides whose last slice has ended."""
        done = self._sums.length - 1
        whole = (len(self) - 1) // STRIDE
        if whole <= done:
            return
        rows = slice(done * STRIDE, whole * STRIDE)
        spent = np.diff(self._time.array[rows.start : rows.stop + 1])
        cell = np.arange(rows.stop - rows.start) // STRIDE * CONTEXTS + self._context.array[rows]
        size = (whole - done) * CONTEXTS
        # Exact: a run's nanoseconds stay far below the 53 bits that a weight has.
        busy = np.bincount(cell, spent, size).astype(np.int64).reshape(-1, CONTEXTS)
        counts = np.bincount(cell, minlength=size).reshape(-1, CONTEXTS)
        self._sums.extend(self._sums.array[-1] + busy.cumsum(axis=0))
        self._counts.extend(self._counts.array[-1] + counts.cumsum(axis=0))

    def _until(self, moments: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the time spent and the slices begun in each context before moments."""
        here = np.searchsorted(self._time.array, moments, "left")
        stride = np.minimum(np.maximum(here - 1, 0) // STRIDE, self._sums.length - 1)
        rows = stride[:, None] * STRIDE + np.arange(STRIDE)
        inside = rows < here[:, None]
        rows = np.minimum(rows, len(self) - 1)
        nexts = np.minimum(rows + 1, len(self) - 1)
        ends = np.where(rows + 1 < len(self), self._time.array[nexts], np.iinfo(np.int64).max)
        spent = np.where(inside, np.minimum(ends, moments[:, None]) - self._time.array[rows], 0)
        cell = np.arange(len(moments))[:, None] * CONTEXTS + self._context.array[rows]
        size = len(moments) * CONTEXTS
        busy = np.bincount(cell.ravel(), spent.ravel(), size).astype(np.int64).reshape(-1, CONTEXTS)
        counts = np.bincount(cell[inside], minlength=size).reshape(-1, CONTEXTS)
        return busy + self._sums.array[stride], counts + self._counts.array[stride]

    def runs(self, t0: Ns, t1: Ns, px: int, until: Ns) -> Runs:
        """Return the lane between two moments at a width; nothing is known from `until` on.

        Raises:
            ValueError: the range or the width is not positive.
        """
        if t1 <= t0 or px <= 0:
            raise ValueError(f"a lane of {px} pixels from {t0} to {t1} ns")
        edges = t0 + np.arange(px + 1, dtype=np.int64) * (t1 - t0) // px
        if len(self) == 0:
            return _empty(edges, px)
        busy, counts = self._until(np.minimum(edges, until))
        busy, counts = np.diff(busy, axis=0), np.diff(counts, axis=0)
        context = np.where(busy.any(axis=1), busy.argmax(axis=1), NOTHING_YET).astype(np.uint8)
        only = (context == NOTHING_YET) & counts.any(axis=1)
        context[only] = counts[only].argmax(axis=1)
        seen = (busy > 0) | (counts > 0)
        present = (seen * (1 << np.arange(CONTEXTS))).sum(axis=1).astype(np.uint16)
        middle = np.searchsorted(self._time.array, (edges[:-1] + edges[1:]) // 2, "right") - 1
        known = (middle >= 0) & (context != NOTHING_YET)
        task = np.where(known, self._task.array[middle], 0).astype(np.int32)
        boundary = np.ones(px, bool)
        boundary[1:] = (context[1:] != context[:-1]) | (task[1:] != task[:-1])
        return Runs(edges, context, task, present, busy, counts.sum(axis=1), boundary)

    def slices(self, t0: Ns, t1: Ns, until: Ns) -> Slices:
        """Return the slices that touch [t0, t1)."""
        times = self._time.array
        first, last = (int(row) for row in np.searchsorted(times, [t0, t1]))
        if first and (times[first] if first < len(times) else until) > t0:
            first -= 1  # begun before, and still going on
        ends = np.append(times[first + 1 : last + 1], until if last >= len(times) else [])[: last - first]
        contexts, tasks = self._context.array[first:last], self._task.array[first:last]
        return Slices(times[first:last], ends.astype(np.int64), contexts, tasks)

    def task_at(self, time: Ns, context: int) -> int:
        """Return the task of the last slice of a context that began at or before a moment; 0 for none."""
        row = int(np.searchsorted(self._time.array, time, "right")) - 1
        while row >= 0 and self._context.array[row] != context:
            row -= 1
        return int(self._task.array[row]) if row >= 0 else 0

    def rows(self, first: Ns, last: Ns) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Return time and context of the slices that began in [first, last)."""
        a, b = np.searchsorted(self._time.array, [first, last])
        return self._time.array[a:b], self._context.array[a:b]

    @property
    def last(self) -> int:
        """When the last slice began; 0 without any."""
        return int(self._time.array[-1]) if len(self) else 0

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        columns = (self._time, self._context, self._task, self._sums, self._counts)
        return sum(column.nbytes for column in columns)


def _empty(edges: NDArray[np.int64], px: int) -> Runs:
    return Runs(
        edges,
        np.full(px, NOTHING_YET, np.uint8),
        np.zeros(px, np.int32),
        np.zeros(px, np.uint16),
        np.zeros((px, CONTEXTS), np.int64),
        np.zeros(px, np.int64),
        np.concatenate([[True], np.zeros(px - 1, bool)]),
    )
