"""Expressions: what `[[expect]]`, breakpoints, find and `--measure` are written in, parsed into a tree.

The tree knows nothing of results or timelines; `evaluate` walks it with whatever answers paths. Units become
the plain numbers that results hold: nanoseconds, bytes, frames or bits a second.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from engine.scenario.errors import Refused, listed, nearest_name, value_text
from engine.scenario.tree import (
    Arithmetic,
    Call,
    Compare,
    Every,
    Expression,
    Index,
    Key,
    Literal,
    Logic,
    Negative,
    Not,
    Part,
    Path,
    Scalar,
    Where,
)
from engine.scenario.units import BIT_UNITS, FRAME_UNITS, SIZE_UNITS, TIME_UNITS

UNITS: Final = {**TIME_UNITS, **SIZE_UNITS, **FRAME_UNITS, **BIT_UNITS}
MAX_LENGTH: Final = 2000
"""Longer expressions are refused; nobody writes them."""
MAX_DEPTH: Final = 60
"""Deepest nesting; every walk over the tree is recursive."""


def parse(text: str) -> Expression:
    """Return the tree of an expression.

    Raises:
        Refused: Not an expression; the problem names the column.
    """
    if len(text) > MAX_LENGTH:
        raise Refused(f"an expression has at most {MAX_LENGTH} characters")
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from error
    return _Builder(text).expression(tree.children[0])


@cache
def _parser() -> Lark:
    """Return the parser, made on first use."""
    grammar = (files(__package__) / "expression.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=True)


def _syntax_error(text: str, error: UnexpectedInput) -> Refused:
    """Return what is wrong with the syntax, and where."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return Refused("the expression ends too early")
    position = error.pos_in_stream or 0
    rest = text[position:]
    word = re.match(r"\w+|.", rest, re.DOTALL)
    found = word[0] if word else rest[:1]
    near = ""
    if found == "=":
        near = "=="
    elif found in ("&", "|", "!"):
        near = {"&": "and", "|": "or", "!": "not"}[found]
    elif found.isidentifier() and text[:position].strip():
        near = nearest_name(found, ["and", "or"])
    return Refused(f"unexpected {value_text(found)} at column {position + 1}", nearest=near)


def quantity(text: str) -> int | Fraction:
    """Return a number with its unit applied: `80us` is 80000, `64KiB` is 65536.

    Raises:
        Refused: The unit is unknown.
    """
    match = re.fullmatch(r"([0-9][0-9_]*(?:\.[0-9]+)?)(.*)", text)
    digits, unit = (match[1], match[2].replace("\u03bc", "\u00b5")) if match else ("", text)
    if not digits or (unit and unit not in UNITS):
        near = nearest_name(unit, UNITS)
        raise Refused(
            f"unknown unit in {text}; known: {listed(UNITS)}", nearest=f"{digits}{near}" if near else ""
        )
    number = Fraction(digits.replace("_", "")) * UNITS.get(unit, 1)
    return number.numerator if number.denominator == 1 else number


class _Builder:
    """Turns the parser's tree into ours; refuses what only the grammar allows."""

    def __init__(self, text: str) -> None:
        self.text = text

    def expression(self, tree: Tree[Token] | Token, depth: int = 0) -> Expression:
        """Return the node of one subtree."""
        if isinstance(tree, Token):
            raise TypeError(f"the grammar left a bare {tree.type} where an expression belongs")
        if depth > MAX_DEPTH:
            raise Refused(f"an expression is nested at most {MAX_DEPTH} deep")
        here = self._place(tree)
        children = tree.children
        match str(tree.data):
            case "quantity":
                return Literal(*here, quantity(str(children[0])))
            case "text":
                return Literal(*here, str(children[0])[1:-1])
            case "true" | "false":
                return Literal(*here, tree.data == "true")
            case "path":
                return self._path(tree, here)
            case "call":
                return Call(*here, str(children[0]), self._all(children[1:], depth))
            case "negative":
                return Negative(*here, self.expression(children[1], depth + 1))
            case "negation":
                return Not(*here, self.expression(children[0], depth + 1))
            case "either" | "both":
                return Logic(*here, "or" if tree.data == "either" else "and", self._all(children, depth))
            case kind:
                rest = zip(map(str, children[1::2]), self._all(children[2::2], depth), strict=True)
                make = Compare if kind == "comparison" else Arithmetic
                return make(*here, self.expression(children[0], depth + 1), tuple(rest))

    def _all(self, trees: Sequence[Tree[Token] | Token], depth: int) -> tuple[Expression, ...]:
        """Return the nodes of several subtrees."""
        return tuple(self.expression(tree, depth + 1) for tree in trees)

    def _place(self, tree: Tree[Token]) -> tuple[str, int]:
        """Return the subtree's text and the column where it begins."""
        return self.text[tree.meta.start_pos : tree.meta.end_pos], tree.meta.start_pos + 1

    def _path(self, tree: Tree[Token], here: tuple[str, int]) -> Path:
        """Return a path."""
        run, first, *trailers = tree.children
        name = str(run.children[0])[1:-1] if isinstance(run, Tree) else None
        return Path(*here, name, (Key(str(first)), *(self._part(each) for each in trailers)))

    def _part(self, tree: Tree[Token] | Token) -> Part:
        """Return one step of a path after the first."""
        if isinstance(tree, Token):
            raise TypeError(f"the grammar left a bare {tree.type} in a path")
        match str(tree.data):
            case "key":
                return Key(str(tree.children[0]))
            case "quoted":
                return Key(str(tree.children[0])[1:-1])
            case "index":
                return Index(int(str(tree.children[0])))
            case "every":
                return Every()
            case _:
                return Where(tuple(_condition(*each.children) for each in tree.find_data("condition")))


def _condition(name: Tree[Token] | Token, wanted: Tree[Token] | Token) -> tuple[str, Scalar]:
    """Return a field and the value that it must have; a bare word is a text, or a truth."""
    text = str(wanted)
    if text[:1].isdigit():
        return str(name), quantity(text)
    if text[:1] in ("'", '"'):
        return str(name), text[1:-1]
    return str(name), {"true": True, "false": False}.get(text, text)
