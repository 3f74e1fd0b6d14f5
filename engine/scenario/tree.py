"""The tree that an expression is parsed into: plain frozen nodes, which any walker may read."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Scalar: TypeAlias = int | Fraction | str | bool


@dataclass(frozen=True)
class Key:
    """A step of a path by name: `.time_squeeze` or `['eth0-TxRx-0']`."""

    name: str


@dataclass(frozen=True)
class Index:
    """A step into a list by number; negative counts from the end."""

    number: int


@dataclass(frozen=True)
class Where:
    """A step to the one row of a list whose fields have these values: `[cpu=0]`."""

    conditions: tuple[tuple[str, Scalar], ...]


@dataclass(frozen=True)
class Every:
    """A step to all rows of a list, or all values of a table: `[*]`."""


Part: TypeAlias = Key | Index | Where | Every


@dataclass(frozen=True)
class Node:
    """A piece of an expression with its text, which errors and explanations quote."""

    text: str
    column: int


@dataclass(frozen=True)
class Literal(Node):
    """A number with its unit applied, a text, or true and false."""

    value: Scalar


@dataclass(frozen=True)
class Path(Node):
    """A path into the results, or into those of another variant."""

    run: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Call(Node):
    """One of `FUNCTIONS` with its arguments."""

    function: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True)
class Chain(Node):
    """Arithmetic or comparisons from left to right: `first`, then operators with what follows each."""

    first: "Expression"
    rest: tuple[tuple[str, "Expression"], ...]


@dataclass(frozen=True)
class Compare(Chain):
    """Comparisons; `a < b < c` holds if both do."""


@dataclass(frozen=True)
class Arithmetic(Chain):
    """Sums, or products, of equal rank."""


@dataclass(frozen=True)
class Negative(Node):
    """A number with its sign changed."""

    operand: "Expression"


@dataclass(frozen=True)
class Not(Node):
    """The opposite of a truth."""

    operand: "Expression"


@dataclass(frozen=True)
class Logic(Node):
    """`and` or `or` over two or more truths; later ones are looked at only if needed."""

    operator: str
    operands: tuple["Expression", ...]


Expression: TypeAlias = Literal | Path | Call | Compare | Arithmetic | Negative | Not | Logic
