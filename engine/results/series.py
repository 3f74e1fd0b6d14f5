"""Paths into the results, and expressions over them, followed over a whole run.

`series` returns what `results` and `evaluate` would at every step, at the price of a few. It works by stretches. At the
first step of a stretch the tables of the results are evaluated over a host whose numbers remember where they were read
(`engine.results.traced`); the fields that a path adds up are then looked up for all steps of the stretch at once. A
stretch ends where a row comes or goes, or where a field changes that something was decided by.

A run that grows: what was found stays right, and `extended` works out only what is new. A path that leads nowhere yet
is refused, and may be right later.

Bounded: an expression whose rows change more than `stretches.MOST_STRETCHES` times (`sockets[drops=0].queued` of many
sockets that drop) is refused. Each stretch costs about a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.results.leaves import Leaf, Steps, merged
from engine.results.names import NOT_PATHS, leaves
from engine.results.places import LOST_PLACES
from engine.results.stretches import Stretch, Stretches
from engine.scenario.errors import Refused
from engine.scenario.expression import parse
from engine.scenario.tree import Expression, Part
from engine.scenario.values import NOTHING, Sort, Truths, Vector, plain
from engine.scenario.vector import Operand, evaluate
from engine.scenario.vector import paths as paths_in
from engine.timeline.timeline import Timeline

Piece: TypeAlias = tuple[Steps, Vector]
"""Steps of a stretch, and the values after each."""

parsed = lru_cache(maxsize=256)(parse)
"""`parse`, with what was parsed lately kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A step function: values that hold from a step on, to the next one.

    Attributes:
        text: what was followed.
        steps: where it may change, in order; shape (n,). The first is 0, unless the run has no step.
        values: what stands there after each; int64, float64, bool, or strings as objects; shape (n,).
        known: where that is known; shape (n,).
        sort: what the values are.
        end: how many steps of the run it covers.
    """

    text: str
    steps: Steps
    values: NDArray[Any]
    known: Truths
    sort: Sort
    end: int

    def at(self, step: int) -> Any:
        """Return the value after a step as a plain one, None where it is not known."""
        row = int(np.searchsorted(self.steps, step, "right")) - 1
        if row < 0 or not self.known[row]:
            return None
        value = self.values[row]
        return value.item() if isinstance(value, np.generic) else value


def series(timeline: Timeline, text: str | Expression) -> Series:
    """Return how a path, or an expression, goes over a run.

    Raises:
        Refused: The text is no expression, a name is nowhere in the run, or a value is of the wrong kind.
    """
    tree = parsed(text) if isinstance(text, str) else text
    reader = Stretches(timeline)
    pieces = [_piece(stretch, tree) for stretch in reader.of(tree)]
    for path in paths_in(tree):
        if timeline.steps and path not in reader.reached:
            raise reader.refused[path]
    return _joined(tree.text, pieces, timeline.steps)


def extended(old: Series, timeline: Timeline) -> Series:
    """Return a series of the same run, which has grown since, up to its end; what fails there is unknown.

    The last step is looked at again: a run that has come to its end says so at a step that was known.
    """
    if old.end == 0:
        return series(timeline, old.text)
    first = old.end - 1
    tree = parsed(old.text)
    kept = old.steps < first
    pieces = [_hopeful(stretch, tree) for stretch in Stretches(timeline, first).of(tree)]
    new = _joined(old.text, pieces, timeline.steps)
    sort = new.sort if old.sort is Sort.NOTHING else old.sort
    values = np.concatenate([_as(old.values[kept], sort), _as(new.values, sort)])
    known = np.concatenate([old.known[kept], new.known & (new.sort is sort)])
    return Series(old.text, np.concatenate([old.steps[kept], new.steps]), values, known, sort, new.end)


def paths(timeline: Timeline) -> list[str]:
    """Return every path that leads somewhere at the end of what is known; no value is worked out.

    `engine.results.names.described` has them with values and meanings.
    """
    if timeline.steps == 0:
        return []
    table = _whole(Stretches(timeline, timeline.last).table())
    for key in ("lost", "copies_lost"):
        table["packets"][key] = dict.fromkeys(LOST_PLACES, 0) | table["packets"][key]
    return [
        text for name in table if name not in NOT_PATHS for _, text, _ in leaves(table[name], (name,), name)
    ]


def _piece(stretch: Stretch, tree: Expression) -> Piece:
    """Return the values of an expression in a stretch, at every step at which they may change."""
    moves = [np.array([stretch.first])]
    for value in stretch.found.values():
        moves += [leaf.moves(stretch.first, stretch.end) for leaf in _leaves(value)]
    steps = merged(moves)
    found = {(path.run, path.parts): _solid(value, steps) for path, value in stretch.found.items()}
    return steps, evaluate(tree, _Solid(found))


def _hopeful(stretch: Stretch, tree: Expression) -> Piece:
    """Return the same; unknown where a value is of the wrong kind."""
    try:
        return _piece(stretch, tree)
    except Refused:
        return np.array([stretch.first]), NOTHING


class _Solid:
    """Answers paths with what was found at some steps; unknown where there was nothing."""

    def __init__(
        self, found: Mapping[tuple[str | None, tuple[Part, ...]], Operand], run: str | None = None
    ) -> None:
        self._found = found
        self._run = run

    def path(self, parts: tuple[Part, ...]) -> Operand:
        """See `Source.path`."""
        return self._found.get((self._run, parts), NOTHING)

    def run(self, variant: str) -> _Solid:
        """See `Source.run`."""
        return _Solid(self._found, variant)


def _leaves(value: Any) -> Iterator[Leaf]:
    """Yield the leaves at and below a value that go with the steps."""
    if isinstance(value, Leaf):
        yield value
    elif isinstance(value, Mapping | list):
        for below in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(below)


def _solid(value: Any, steps: Steps) -> Operand:
    """Return a value with its leaves as vectors."""
    if isinstance(value, Leaf):
        return value.after(steps)
    if isinstance(value, Mapping):
        return {name: _solid(below, steps) for name, below in value.items()}
    return [_solid(below, steps) for below in value] if isinstance(value, list) else value


def _whole(value: Any) -> Any:
    """Return a value with all its tables worked out."""
    return {name: _whole(below) for name, below in value.items()} if isinstance(value, Mapping) else value


def _joined(text: str, pieces: list[Piece], end: int) -> Series:
    """Return the pieces as one series; where the sort is not that of the first that is known, it is unknown."""
    sort = next((vector.sort for _, vector in pieces if vector.sort is not Sort.NOTHING), Sort.NOTHING)
    columns = [(steps, *plain(vector, len(steps)), vector.sort is sort) for steps, vector in pieces]
    if not columns:
        return Series(text, np.empty(0, np.int64), np.empty(0), np.empty(0, bool), sort, end)
    steps = np.concatenate([column[0] for column in columns])
    values = np.concatenate([_as(column[1], sort) for column in columns])
    return Series(
        text, steps, values, np.concatenate([known & own for _, _, known, own in columns]), sort, end
    )


def _as(values: NDArray[Any], sort: Sort) -> NDArray[Any]:
    """Return values as the arrays of a sort have them."""
    if sort is Sort.NUMBER:
        return values if values.dtype.kind in "if" else np.zeros(len(values), np.int64)
    return values.astype(bool if sort is Sort.TRUTH else object)
