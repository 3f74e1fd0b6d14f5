"""Expressions evaluated over many places at once: over the steps of a run, or over its packets.

The grammar, the kinds and the mistakes are those of `evaluate`; the values are arrays, or scalars that stand for all
places. It differs where an array must:

- What is not known at a place is unknown there, and so is what is made of it; `and` and `or` need only the side that
  settles them. Whoever asks for truths gets false where nothing is known.
- Both sides of `and` and `or` are looked at, so a mistake in the second is always found.
- Quotients are floats, and so is what 64 bits cannot hold. A quotient is unknown where its divisor is zero.
- Lists can be added up, measured and chosen from, but not compared as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, Final, TypeAlias

import numpy as np

from engine.scenario.evaluate import Source, refusal, resolved
from engine.scenario.tree import (
    Arithmetic,
    Call,
    Compare,
    Expression,
    Literal,
    Logic,
    Negative,
    Not,
    Path,
)
from engine.scenario.values import Scalar, Sort, Truths, Vector, combined, equal, vector

Operand: TypeAlias = Vector | Scalar | Sequence["Operand"] | Mapping[str, "Operand"]


def evaluate(expression: Expression, source: Source[Operand]) -> Vector:
    """Return the values of an expression.

    Raises:
        Refused: A path leads nowhere, or a value is of the wrong kind; names the column.
    """
    value = _value(expression, source)
    if not isinstance(value, Vector):
        raise refusal(expression, f"must be one value; it is {_kind(value)}")
    return value


def truths(expression: Expression, source: Source[Operand]) -> Truths:
    """Return where a statement is true; it is not where that is unknown.

    Raises:
        Refused: As `evaluate`, or the values are neither true nor false.
    """
    found = _truth(expression, source)
    return found.values & found.known


def paths(node: Expression) -> Iterator[Path]:
    """Yield every path in an expression, from left to right."""
    match node:
        case Path():
            yield node
        case Literal():
            return
        case Call(arguments=below) | Logic(operands=below):
            for each in below:
                yield from paths(each)
        case Negative(operand=operand) | Not(operand=operand):
            yield from paths(operand)
        case Compare(first=first, rest=rest) | Arithmetic(first=first, rest=rest):
            for each in (first, *(right for _, right in rest)):
                yield from paths(each)


def _value(node: Expression, source: Source[Operand]) -> Operand:
    """Return the value of a node: a vector, a list or a table."""
    match node:
        case Literal(value=value):
            return vector(value)
        case Path():
            found = resolved(node, source)
            whole = isinstance(found, Mapping) or (isinstance(found, Sequence) and not isinstance(found, str))
            return found if whole else vector(found)  # type: ignore[arg-type] # what is no list is a scalar
        case Call():
            return _called(node, source)
        case Compare():
            return _compared(node, source)
        case Arithmetic():
            return _computed(node, source)
        case Negative(operand=operand):
            number = _number(operand, source)
            return Vector(Sort.NUMBER, -number.values, number.known)
        case Not(operand=operand):
            truth = _truth(operand, source)
            return Vector(Sort.TRUTH, ~truth.values, truth.known)
        case Logic():
            return _settled(node, source)


def _kind(value: Operand) -> str:
    """Return what a value is, for a sentence."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    return str(vector(value).sort)


def _of_sort(node: Expression, value: Operand, sort: Sort) -> Vector:
    """Return a value that must be of a sort, or unknown."""
    if isinstance(value, Vector) and value.sort is sort:
        return value
    if isinstance(value, Vector) and value.sort is Sort.NOTHING:
        return Vector(sort, value.values.astype(bool if sort is Sort.TRUTH else np.int64), value.known)
    raise refusal(node, f"must be {sort}; it is {_kind(value)}")


def _number(node: Expression, source: Source[Operand]) -> Vector:
    return _of_sort(node, _value(node, source), Sort.NUMBER)


def _truth(node: Expression, source: Source[Operand]) -> Vector:
    return _of_sort(node, _value(node, source), Sort.TRUTH)


def _settled(node: Logic, source: Source[Operand]) -> Vector:
    """Return `and` or `or`: known where one side settles it, or all sides are known."""
    parts = [_truth(each, source) for each in node.operands]
    true = [part.values & part.known for part in parts]
    false = [~part.values & part.known for part in parts]
    every, some = (true, false) if node.operator == "and" else (false, true)
    all_of, any_of = reduce(np.logical_and, every), reduce(np.logical_or, some)
    values = all_of if node.operator == "and" else any_of
    return Vector(Sort.TRUTH, np.asarray(values), np.asarray(all_of | any_of))


_ORDER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _compared(node: Compare, source: Source[Operand]) -> Vector:
    """Return whether all comparisons of a chain hold."""
    values = [_value(node.first, source), *(_value(right, source) for _, right in node.rest)]
    nodes = [node.first, *(right for _, right in node.rest)]
    held: Truths = np.ones((), bool)
    refuted: Truths = np.zeros((), bool)
    for place, (sign, _) in enumerate(node.rest):
        sides = list(zip(nodes, values, strict=True))[place : place + 2]
        if sign in _ORDER:
            left, right = (_of_sort(each, value, Sort.NUMBER) for each, value in sides)
            result = _ORDER[sign](left.values, right.values)
        else:
            left, right = _alike(sides)
            result = equal(left, right) == (sign == "==")
        known = left.known & right.known
        held = held & result & known
        refuted = refuted | (~result & known)
    return Vector(Sort.TRUTH, np.asarray(held), np.asarray(held | refuted))


def _alike(sides: Sequence[tuple[Expression, Operand]]) -> tuple[Vector, Vector]:
    """Return two single values of one sort; the sort of what is unknown is that of the other."""
    for node, value in sides:
        if not isinstance(value, Vector):
            raise refusal(node, f"must be one value; it is {_kind(value)}")
    (first, one), (second, other) = sides
    known = [side.sort for side in (one, other) if isinstance(side, Vector) and side.sort is not Sort.NOTHING]
    if len(set(known)) > 1:
        raise refusal(second, f"is {_kind(other)}, but {first.text} is {_kind(one)}")
    sort = known[0] if known else Sort.NUMBER
    return _of_sort(first, one, sort), _of_sort(second, other, sort)


def _computed(node: Arithmetic, source: Source[Operand]) -> Vector:
    """Return the result of a chain of sums or products."""
    result = _number(node.first, source)
    for sign, right in node.rest:
        number = _number(right, source)
        if sign in ("/", "//", "%") and isinstance(right, Literal) and not number.values.any():
            raise refusal(right, "is zero; nothing can be divided by it")
        result = combined(result, sign, number)
    return result


def _called(node: Call, source: Source[Operand]) -> Vector:
    """Return the result of a function; a single list or table counts as its elements."""
    given = [_value(each, source) for each in node.arguments]
    if node.function in ("len", "abs") and len(given) != 1:
        raise refusal(node, f"takes one argument, not {len(given)}")
    if node.function == "len":
        return _length(node, given[0])
    if node.function == "abs":
        number = _of_sort(node.arguments[0], given[0], Sort.NUMBER)
        return Vector(Sort.NUMBER, np.abs(number.values), number.known)
    numbers = _numbers(node, given)
    if node.function == "sum":
        return reduce(lambda total, number: combined(total, "+", number), numbers, vector(0))
    if not numbers:
        raise refusal(node, "has nothing to choose from")
    choose = np.maximum if node.function == "max" else np.minimum
    values = reduce(choose, [number.values for number in numbers])
    known = reduce(np.logical_and, [number.known for number in numbers])
    return Vector(Sort.NUMBER, np.asarray(values), np.asarray(known))


def _length(node: Call, value: Operand) -> Vector:
    """Return how many elements a list or table has, or characters a text."""
    if not isinstance(value, Vector):
        if isinstance(value, Sequence | Mapping):
            return vector(len(value))
    elif value.sort is Sort.TEXT:
        return Vector(Sort.NUMBER, np.array([len(text) for text in value.texts])[value.values], value.known)
    elif value.sort is Sort.NOTHING:
        return Vector(Sort.NUMBER, value.values, value.known)
    raise refusal(node, f"needs a list, a table or a text; it is {_kind(value)}")


def _numbers(node: Call, given: list[Operand]) -> list[Vector]:
    """Return the numbers that a function is given, of several arguments or of one list."""
    elements: Sequence[Operand] = given
    if len(given) == 1 and isinstance(given[0], Mapping):
        elements = list(given[0].values())
    elif len(given) == 1 and isinstance(given[0], Sequence) and not isinstance(given[0], str):
        elements = list(given[0])
    numbers = []
    for each in elements:
        if isinstance(each, Mapping) or (isinstance(each, Sequence) and not isinstance(each, str)):
            raise refusal(node, f"needs numbers; one element is {_kind(each)}")
        found = vector(each)
        if found.sort not in (Sort.NUMBER, Sort.NOTHING):
            raise refusal(node, f"needs numbers; one element is {found.sort}")
        numbers.append(found)
    return numbers
