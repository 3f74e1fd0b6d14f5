"""Arrays that grow: the storage of a timeline.

A small column grows by half when it is full; a large one takes so much address space that it need not move. What
lies beyond its length was never touched. `Values` keeps 64-bit integers in 32 bits where they fit.
"""

from __future__ import annotations

from contextlib import suppress
from math import prod
from mmap import MADV_NOHUGEPAGE, MAP_ANONYMOUS, MAP_PRIVATE, mmap
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.timeline.schema import UNKNOWN

FIRST_CAPACITY = 1024

SMALL = 1 << 20
"""Bytes up to which a column grows by moving; a larger one takes `AMPLE` bytes of address space at once."""

AMPLE = 1 << 28
"""Address space costs no memory before it is written to, while moving a large column would stop the window for tens of
milliseconds."""


class Column:
    """One growing array, of rows of a width where one is given.

    Attributes:
        length: how many rows it has.
    """

    __slots__ = ("_rows", "length")

    def __init__(self, dtype: DTypeLike, width: tuple[int, ...] = ()) -> None:
        self._rows: NDArray[Any] = np.empty((FIRST_CAPACITY, *width), dtype)
        self.length = 0

    def __len__(self) -> int:
        return self.length

    def extend(self, rows: NDArray[Any]) -> None:
        """Append rows; views handed out before stay as they were."""
        end = self.length + len(rows)
        self._reserve(end)
        self._rows[self.length : end] = rows
        self.length = end

    def widen(self, length: int, fill: int) -> None:
        """Make the column at least `length` long with `fill` in the new rows."""
        if length > self.length:
            self._reserve(length)
            self._rows[self.length : length] = fill
            self.length = length

    def _reserve(self, length: int) -> None:
        if length <= len(self._rows):
            return
        shape, dtype = self._rows.shape[1:], self._rows.dtype
        capacity = max(length, len(self._rows) * 3 // 2)
        row = dtype.itemsize * prod(shape)
        rows = None
        if capacity * row > SMALL:
            rows = _ample(max(capacity, AMPLE // row), shape, dtype)
        if rows is None:
            rows = np.empty((capacity, *shape), dtype)
        rows[: self.length] = self._rows[: self.length]
        self._rows = rows

    @property
    def array(self) -> NDArray[Any]:
        """A view of all rows."""
        return self._rows[: self.length]

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        return self.array.nbytes


def _ample(capacity: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """Return rows of which only those that are written to take memory; None where address space is limited."""
    try:
        room = mmap(-1, capacity * prod(shape) * dtype.itemsize, flags=MAP_PRIVATE | MAP_ANONYMOUS)
    except OSError:
        return None
    with suppress(OSError):  # a kernel built without huge pages
        # Otherwise all columns stop to clear two megabytes each at the same length.
        room.madvise(MADV_NOHUGEPAGE)
    return np.frombuffer(room, dtype).reshape(-1, *shape)


class Bits:
    """A growing column of truth values, eight a byte."""

    __slots__ = ("_bytes", "_rest", "length")

    def __init__(self) -> None:
        self._bytes = Column("u1")
        self._rest: NDArray[np.bool_] = np.empty(0, bool)
        self.length = 0

    def __len__(self) -> int:
        return self.length

    def extend(self, marks: NDArray[np.bool_]) -> None:
        """Append truth values; those that do not fill a byte yet are kept aside."""
        marks = np.concatenate([self._rest, marks])
        whole = len(marks) & ~7
        self._bytes.extend(np.packbits(marks[:whole]))
        self._rest = marks[whole:]
        self.length = self._bytes.length * 8 + len(self._rest)

    def __getitem__(self, rows: slice) -> NDArray[np.bool_]:
        first, end, stride = rows.indices(self.length)
        if stride != 1:
            raise ValueError(f"bits are read one after another, not in strides of {stride}")
        end = max(first, end)
        byte = first >> 3
        bits = np.unpackbits(self._bytes.array[byte : (end + 7) >> 3]).view(bool)
        return np.concatenate([bits, self._rest])[first - byte * 8 : end - byte * 8]

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        return self._bytes.nbytes + self._rest.nbytes


class Values:
    """A growing column of 64-bit integers, most of which fit into 32 bits.

    A code from `LEAST` up is the value itself; a lower one is a row of the table of wide values, whose row 0
    is `UNKNOWN`.
    """

    __slots__ = ("_codes", "_wide")

    LEAST = -(1 << 30)
    _FIRST = -(1 << 31)

    def __init__(self) -> None:
        self._codes = Column("<i4")
        self._wide = Column("<i8")
        self._wide.extend(np.array([UNKNOWN], "<i8"))

    def __len__(self) -> int:
        return self._codes.length

    def extend(self, values: NDArray[Any]) -> None:
        """Append values (int32 or int64)."""
        codes = values.astype("<i8")
        wide = (codes < self.LEAST) | (codes >= 1 << 31)
        unknown = codes == UNKNOWN
        kept = wide & ~unknown
        rows = codes[kept]
        codes[unknown] = self._FIRST
        codes[kept] = self._FIRST + np.arange(self._wide.length, self._wide.length + len(rows))
        self._wide.extend(rows)
        self._codes.extend(codes)

    def take(self, rows: NDArray[Any] | slice) -> NDArray[np.int64]:
        """Return the values of some rows; row -1 (never written) gives `UNKNOWN`."""
        codes = self._codes.array
        if len(codes) == 0 and not isinstance(rows, slice):
            return np.full(len(rows), UNKNOWN, np.int64)
        values: NDArray[np.int64] = codes[rows].astype(np.int64)
        wide = values < self.LEAST
        if wide.any():
            values[wide] = self._wide.array[values[wide] - self._FIRST]
        if not isinstance(rows, slice):
            values[rows < 0] = UNKNOWN
        return values

    def one(self, row: int) -> int:
        """Return one value; `UNKNOWN` for row -1."""
        if row < 0:
            return UNKNOWN
        code = int(self._codes.array[row])
        return code if code >= self.LEAST else int(self._wide.array[code - self._FIRST])

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        return self._codes.nbytes + self._wide.nbytes
