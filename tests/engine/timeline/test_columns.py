"""Growing arrays, and integers kept narrow."""

from __future__ import annotations

from errno import ENOMEM

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.timeline.columns import SMALL, Bits, Column, Values
from engine.timeline.schema import UNKNOWN

INTEGERS = st.one_of(
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.sampled_from([UNKNOWN, -(1 << 31), -(1 << 30) - 1, -(1 << 30), (1 << 31) - 1, 1 << 31, 0, -1]),
)


@given(st.lists(st.lists(INTEGERS, max_size=20), max_size=8))
def test_values_come_back_as_they_went_in(pieces: list[list[int]]) -> None:
    values, everything = Values(), [value for piece in pieces for value in piece]
    for piece in pieces:
        values.extend(np.array(piece, np.int64))
    assert len(values) == len(everything)
    assert [values.one(row) for row in range(len(everything))] == everything
    rows = np.arange(-1, len(everything))
    assert values.take(rows).tolist() == [UNKNOWN, *everything]
    assert values.take(slice(1, None)).tolist() == everything[1:]
    assert values.one(-1) == UNKNOWN


def test_small_values_take_four_bytes_and_wide_ones_twelve() -> None:
    values = Values()
    empty = values.nbytes
    values.extend(np.arange(1000))
    assert values.nbytes - empty == 4000
    values.extend(np.full(10, 1 << 40))
    assert values.nbytes - empty == 4000 + 120
    values.extend(np.full(10, UNKNOWN))
    assert values.nbytes - empty == 4000 + 120 + 40


def test_a_column_grows_and_old_views_stay() -> None:
    column = Column("<i4")
    column.extend(np.arange(10))
    view = column.array
    column.extend(np.arange(5000))
    assert view.tolist() == list(range(10))
    assert column.array.tolist() == [*range(10), *range(5000)]
    assert column.nbytes == 5010 * 4
    column.widen(5012, -1)
    assert column.array[-3:].tolist() == [4999, -1, -1]
    column.widen(3, 9)
    assert len(column) == 5012


def test_a_column_of_rows() -> None:
    column = Column("<i8", (3,))
    for start in range(0, 3000, 3):
        column.extend(np.array([[start, start + 1, start + 2]] * 2))
    assert column.array.shape == (2000, 3)
    assert column.array[-1].tolist() == [2997, 2998, 2999]


@given(st.lists(st.lists(st.booleans(), max_size=30), max_size=6), st.integers(0, 90), st.integers(0, 90))
def test_bits_come_back_as_they_went_in(pieces: list[list[bool]], first: int, end: int) -> None:
    bits, everything = Bits(), [mark for piece in pieces for mark in piece]
    for piece in pieces:
        bits.extend(np.array(piece, bool))
    assert len(bits) == len(everything)
    assert bits[:].tolist() == everything
    assert bits[first:end].tolist() == everything[first:end]
    assert bits[-first:].tolist() == everything[-first:]
    assert bits.nbytes < len(everything) / 8 + 8


def test_bits_of_an_empty_range() -> None:
    bits = Bits()
    bits.extend(np.ones(13, bool))
    assert bits[9:7].tolist() == []
    assert bits[13:20].tolist() == []


def test_bits_have_no_strides() -> None:
    with pytest.raises(ValueError, match="strides of 2"):
        Bits()[::2]


def test_a_large_column_does_not_move() -> None:
    column = Column("<i8", (2,))
    column.extend(np.arange(2 * SMALL).reshape(-1, 2))
    before = column.array
    column.extend(np.full((SMALL, 2), 7))
    assert np.shares_memory(before, column.array)
    assert before.ravel().tolist() == list(range(2 * SMALL))
    assert column.array[SMALL:].min() == column.array[SMALL:].max() == 7


def test_a_large_column_grows_where_address_space_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr("engine.timeline.columns.mmap", refuse)
    column = Column("<i4")
    for start in range(0, SMALL, SMALL // 4):
        column.extend(np.arange(start, start + SMALL // 4))
    assert column.array.tolist() == list(range(SMALL))
