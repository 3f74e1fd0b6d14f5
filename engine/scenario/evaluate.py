"""Expressions evaluated: a walk over the tree that asks a resolver for paths and runs nothing as Python.

Numbers stay exact (whole numbers and fractions) until a float of the results takes part. A comparison of a
number with a text, or arithmetic with a truth, is a mistake and said to be one. What a source does not know
is no value: using it is an error, not a zero.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final, Protocol, TypeAlias, TypeVar

from engine.scenario.errors import Refused
from engine.scenario.tree import (
    Arithmetic,
    Call,
    Compare,
    Expression,
    Literal,
    Logic,
    Negative,
    Node,
    Not,
    Part,
    Path,
)

Number: TypeAlias = int | Fraction | float
Value: TypeAlias = Number | str | bool | Sequence["Value"] | Mapping[str, "Value"] | None


Answer = TypeVar("Answer", covariant=True)


class Source(Protocol[Answer]):
    """What answers paths: results as data, a timeline at a moment or over time, packets."""

    def path(self, parts: tuple[Part, ...]) -> Answer:
        """Return what stands at a path.

        Raises:
            Refused: There is nothing; names the nearest.
        """

    def run(self, variant: str) -> "Source[Answer]":
        """Return what answers paths in another variant's run.

        Raises:
            Refused: There is no such variant, or it was not run.
        """


Resolver: TypeAlias = Source[Value]


COMPARE: Final[Mapping[str, Callable[[Number, Number], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(expression: Expression, resolver: Resolver) -> Value:
    """Return the value of an expression.

    Raises:
        Refused: A path leads nowhere, or a value is of the wrong kind; names the column.
    """
    return plain(_value(expression, resolver))


def holds(expression: Expression, resolver: Resolver) -> bool:
    """Return whether a statement is true.

    Raises:
        Refused: As `evaluate`, or the expression has a value that is neither true nor false.
    """
    return _truth(expression, resolver)


def explain(expression: Expression, resolver: Resolver) -> dict[str, Value]:
    """Return the value of each path and call in an expression by its text, in the order of reading.

    All of them are looked at, also those that `and` and `or` skip; one without a value is left out.
    """
    values: dict[str, Value] = {}
    for node in _leaves(expression):
        try:
            values[node.text] = plain(_value(node, resolver))
        except Refused:  # skipped by a guard such as `len(x) > 0 and x[0] > 1`
            continue
    return values


def plain(value: Value) -> Value:
    """Return a value as JSON can hold it: a fraction becomes a whole number, or else a float."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return value


def _leaves(node: Expression) -> list[Path | Call]:
    """Return the paths and calls of an expression from left to right; a call stands for what is inside it."""
    match node:
        case Path() | Call():
            return [node]
        case Literal():
            return []
        case Compare(first=first, rest=rest) | Arithmetic(first=first, rest=rest):
            return [leaf for each in (first, *(right for _, right in rest)) for leaf in _leaves(each)]
        case Negative(operand=operand) | Not(operand=operand):
            return _leaves(operand)
        case Logic(operands=operands):
            return [leaf for each in operands for leaf in _leaves(each)]


def _value(node: Expression, resolver: Resolver) -> Value:
    """Return the value of a node."""
    match node:
        case Literal(value=value):
            return value
        case Path():
            return resolved(node, resolver)
        case Call():
            return _called(node, resolver)
        case Compare():
            return _compared(node, resolver)
        case Arithmetic():
            return _computed(node, resolver)
        case Negative(operand=operand):
            return -_number(operand, resolver)
        case Not(operand=operand):
            return not _truth(operand, resolver)
        case Logic(operator="and", operands=operands):
            return all(_truth(each, resolver) for each in operands)
        case Logic(operands=operands):
            return any(_truth(each, resolver) for each in operands)


def refusal(node: Node, problem: str, nearest: str = "") -> Refused:
    """Return (not raise) a refusal that names a piece of the expression and its column."""
    return Refused(f"{node.text} (column {node.column}) {problem}", nearest=nearest)


def resolved(node: Path, source: Source[Answer]) -> Answer:
    """Return what a source answers to a path.

    Raises:
        Refused: It has no answer; names the column.
    """
    try:
        asked = source if node.run is None else source.run(node.run)
        return asked.path(node.parts)
    except Refused as refused:
        problem = f"has no value: {refused.problem}"
        raise refusal(node, problem, refused.nearest) from refused


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Fraction) and not isinstance(value, bool)


def _kind(value: Value) -> str:
    """Return what a value is, for a sentence."""
    if value is None:
        return "unknown in this source"
    if isinstance(value, bool):
        return "true or false"
    if _is_number(value):
        return "a number"
    return "a text" if isinstance(value, str) else "a table" if isinstance(value, Mapping) else "a list"


def _number(node: Expression, resolver: Resolver) -> Number:
    """Return the value of a node that must be a number."""
    value = _value(node, resolver)
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise refusal(node, f"must be a number; it is {_kind(value)}")
    return value


def _truth(node: Expression, resolver: Resolver) -> bool:
    """Return the value of a node that must be true or false."""
    value = _value(node, resolver)
    if not isinstance(value, bool):
        raise refusal(node, f"must be true or false; it is {_kind(value)}")
    return value


def _compared(node: Compare, resolver: Resolver) -> bool:
    """Return whether all comparisons of a chain hold."""
    left = node.first
    for sign, right in node.rest:
        if sign in COMPARE:
            result = COMPARE[sign](_number(left, resolver), _number(right, resolver))
        else:
            result = _equal(left, right, resolver) == (sign == "==")
        if not result:
            return False
        left = right
    return True


def _equal(left: Expression, right: Expression, resolver: Resolver) -> bool:
    """Return whether two values of one kind are equal."""
    one, other = _value(left, resolver), _value(right, resolver)
    for node, value in ((left, one), (right, other)):
        if value is None:
            raise refusal(node, "is unknown in this source")
    if _kind(one) != _kind(other):
        raise refusal(right, f"is {_kind(other)}, but {left.text} is {_kind(one)}")
    return one == other


def _computed(node: Arithmetic, resolver: Resolver) -> Number:
    """Return the result of a chain of sums or products."""
    result = _number(node.first, resolver)
    for sign, right in node.rest:
        number = _number(right, resolver)
        if sign in ("/", "//", "%") and number == 0:
            raise refusal(right, "is zero; nothing can be divided by it")
        result = _combined(result, sign, number)
    return result


def _combined(left: Number, sign: str, right: Number) -> Number:
    """Return one step of arithmetic; a quotient of whole numbers stays exact."""
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "//":
            return left // right
        case "%":
            return left % right
        case _:
            return Fraction(left) / right if isinstance(left, int) else left / right


def _called(node: Call, resolver: Resolver) -> Value:
    """Return the result of a function; a single list or table counts as its elements."""
    values = [_value(each, resolver) for each in node.arguments]
    if node.function in ("len", "abs") and len(values) != 1:
        raise refusal(node, f"takes one argument, not {len(values)}")
    if node.function == "len":
        if not isinstance(values[0], str | Sequence | Mapping):
            raise refusal(node, f"needs a list, a table or a text; it is {_kind(values[0])}")
        return len(values[0])
    if node.function == "abs":
        number = _number(node.arguments[0], resolver)
        return -number if number < 0 else number
    return _folded(node, _numbers(node, values))


def _numbers(node: Call, values: list[Value]) -> list[Number]:
    """Return the numbers that a function is given, of several arguments or of one list."""
    if len(values) == 1 and isinstance(values[0], Mapping):
        values = list(values[0].values())
    elif len(values) == 1 and isinstance(values[0], Sequence) and not isinstance(values[0], str):
        values = list(values[0])
    numbers: list[Number] = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
            raise refusal(node, f"needs numbers; one element is {_kind(value)}")
        numbers.append(value)
    return numbers


def _folded(node: Call, numbers: list[Number]) -> Number:
    """Return sum, least or greatest of numbers."""
    if node.function == "sum":
        total: Number = 0
        for number in numbers:
            total = total + number
        return total
    if not numbers:
        raise refusal(node, "has nothing to choose from")
    return max(numbers) if node.function == "max" else min(numbers)
