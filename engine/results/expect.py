"""Expectations judged: what a scene says must hold, at the moments it says.

A statement that cannot be evaluated (a name that is not there, a latency without a sample) does not hold, and says
why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from engine.moments import step_of
from engine.results.places import LOST_PLACES
from engine.results.results import results
from engine.scenario.errors import Refused
from engine.scenario.moment import Moment, moment_text
from engine.scenario.results import LOST, Results
from engine.timeline.timeline import Timeline

Variants = Callable[[str], Mapping[str, Any]]


class Statement(Protocol):
    """An `[[expect]]` of a scene."""

    @property
    def that(self) -> str:
        """The expression."""

    @property
    def at(self) -> Moment:
        """When it must hold."""

    @property
    def flips(self) -> bool:
        """Whether it must fail in every control."""


def resolver(data: Mapping[str, Any], variants: Variants | None = None) -> Results:
    """Return what answers expressions from results.

    Args:
        data: the results.
        variants: returns the results of another variant by name.
    """
    copies = ("packets", "copies_lost")
    return Results(data, variants=variants, zero={LOST: LOST_PLACES, copies: LOST_PLACES})


def judged(
    timeline: Timeline,
    statements: Iterable[Statement],
    variants: Variants | None = None,
    chapters: Iterable[Moment] = (),
) -> list[dict[str, Any]]:
    """Judge expectations; results at one moment are worked out once.

    Args:
        timeline: the run.
        statements: the expectations.
        variants: returns the results of another variant by name.
        chapters: where the scene's chapters begin.

    Returns:
        A row each: that, at, flips, holds; with `value`, the parts of the statement by their text, and `error` when
        it could not be evaluated.
    """
    starts = tuple(chapters)
    tables: dict[int, dict[str, Any]] = {}
    return [_judge(timeline, statement, variants, starts, tables) for statement in statements]


def _judge(
    timeline: Timeline,
    statement: Statement,
    variants: Variants | None,
    chapters: tuple[Moment, ...],
    tables: dict[int, dict[str, Any]],
) -> dict[str, Any]:
    from engine.scenario.evaluate import explain, holds
    from engine.scenario.expression import parse

    row = {"that": statement.that, "at": moment_text(statement.at), "flips": statement.flips}
    try:
        step = step_of(statement.at, timeline, chapters)
        if step not in tables:
            tables[step] = results(timeline, None if step == timeline.last else step)
        source = resolver(tables[step], variants)
        tree = parse(statement.that)
        held = holds(tree, source)
    except Refused as refused:
        return row | {"value": None, "holds": False, "error": str(refused)}
    parts = {text: value for text, value in explain(tree, source).items() if _is_plain(value)}
    return row | {"value": held, "parts": parts, "holds": held}


def _is_plain(value: object) -> bool:
    """Return whether a value is short enough to be shown with a verdict."""
    return isinstance(value, bool | int | float | str) or (isinstance(value, list) and len(value) <= 16)
