"""Values of expressions at many places at once: arrays, and where they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Truths: TypeAlias = NDArray[np.bool_]
EVERYWHERE: Final[Truths] = np.ones((), bool)
"""The mask of what is known at every place."""

INT64: Final = 1 << 63


class Sort(StrEnum):
    """What the values of a vector are; the text is for sentences."""

    NUMBER = "a number"
    TRUTH = "true or false"
    TEXT = "a text"
    NOTHING = "unknown in this source"


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """Values of one sort, one for each place or one for all.

    Attributes:
        sort: what they are.
        values: int64 or float64 numbers, truths, or rows of `texts`; shape (n,), or () for all places.
        known: where they mean something; its shape broadcasts with that of the values.
        texts: what the rows of texts stand for; empty for other sorts.
    """

    sort: Sort
    values: NDArray[Any]
    known: Truths = field(default_factory=lambda: EVERYWHERE)
    texts: tuple[str, ...] = ()


NOTHING: Final = Vector(Sort.NOTHING, np.zeros((), np.int64), np.zeros((), bool))
Scalar: TypeAlias = int | float | Fraction | str | bool | None


def vector(value: Vector | Scalar) -> Vector:
    """Return a value as a vector; a scalar stands for all places."""
    if isinstance(value, Vector):
        return value
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return Vector(Sort.TRUTH, np.asarray(value))
    if isinstance(value, str):
        return Vector(Sort.TEXT, np.zeros((), np.int64), texts=(value,))
    if isinstance(value, int) and -INT64 <= value < INT64:
        return Vector(Sort.NUMBER, np.asarray(value, np.int64))
    return Vector(Sort.NUMBER, np.asarray(float(value)))


def equal(left: Vector, right: Vector) -> Truths:
    """Return where two vectors of one sort have the same value."""
    if left.sort is not Sort.TEXT or not left.texts or not right.texts:
        return np.asarray(left.values == right.values)
    rows = {text: row for row, text in enumerate(left.texts)}
    theirs = np.array([rows.get(text, -1) for text in right.texts])
    return np.asarray(left.values == theirs[right.values])


def combined(left: Vector, sign: str, right: Vector) -> Vector:
    """Return one step of arithmetic."""
    known = left.known & right.known
    one, other = left.values, right.values
    if sign in ("/", "//", "%"):
        zero = other == 0
        known = known & ~zero
        other = np.where(zero, 1, other)
        divide = {"/": np.true_divide, "//": np.floor_divide, "%": np.remainder}[sign]
        return Vector(Sort.NUMBER, np.asarray(divide(one, other)), np.asarray(known))
    if not _fits(one, sign, other):
        one = one.astype(np.float64)
    combine = {"+": np.add, "-": np.subtract, "*": np.multiply}[sign]
    return Vector(Sort.NUMBER, np.asarray(combine(one, other)), np.asarray(known))


def _fits(one: NDArray[Any], sign: str, other: NDArray[Any]) -> bool:
    """Return whether 64 bits hold the sums or products of two arrays of whole numbers."""
    if one.dtype.kind == "f" or other.dtype.kind == "f" or not one.size or not other.size:
        return True
    largest = [max(abs(int(each.max())), abs(int(each.min()))) for each in (one, other)]
    return (largest[0] * largest[1] if sign == "*" else sum(largest)) < INT64


def texts_of(words: Sequence[str], known: Truths = EVERYWHERE) -> Vector:
    """Return texts, one for each place, as a vector."""
    table, rows = np.unique(np.asarray(words, object).astype(str), return_inverse=True)
    return Vector(Sort.TEXT, rows.astype(np.int64), known, tuple(table.tolist()))


def plain(values: Vector, places: int) -> tuple[NDArray[Any], Truths]:
    """Return values and where they are known, both of shape (places,); texts as Python's strings."""
    rows = values.values
    if values.sort is Sort.TEXT:
        rows = np.array([*values.texts, ""], object)[rows]
    return np.broadcast_to(rows, (places,)), np.broadcast_to(values.known, (places,))
