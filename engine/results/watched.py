"""Queries for steps at which an expression over the results does something: becomes true, or moves.

The expression is followed over the whole run once (`engine.results.series`); for a run that has grown since, only
over what is new. In a run where it has no meaning it fits no step.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from engine.results.leaves import Steps, within
from engine.results.series import Series, extended, parsed, series
from engine.scenario.errors import Refused
from engine.scenario.evaluate import refusal
from engine.scenario.tree import Path
from engine.scenario.values import Sort
from engine.timeline.query import Query
from engine.timeline.timeline import Timeline


class _Memo:
    """What was found in the run that was asked last."""

    __slots__ = ("complete", "end", "of", "series", "steps")

    def __init__(self) -> None:
        self.of: ref[Timeline] | None = None
        self.end = -1
        self.complete = False
        self.series: Series | None = None
        self.steps: Steps = np.empty(0, np.int64)


@dataclass(frozen=True)
class _Watched(Query):
    """A query about an expression; equal ones have the same text.

    Attributes:
        text: the expression.
    """

    text: str
    _memo: _Memo = field(default_factory=_Memo, init=False, compare=False, repr=False)

    def mask(self, timeline: Timeline, first: int, end: int) -> NDArray[np.bool_]:
        """See `Query.mask`."""
        memo = self._memo
        mine = memo.of is not None and memo.of() is timeline
        if not mine or memo.end < end or memo.complete != timeline.complete:
            self._look(timeline, memo.series if mine else None)
        result = np.zeros(end - first, bool)
        result[within(memo.steps, first, end) - first] = True
        return result

    def note(self, timeline: Timeline, found: Series | None) -> None:
        """Keep how the expression went in a run, to its end; None where it means nothing there."""
        memo = self._memo
        memo.of, memo.end, memo.complete = ref(timeline), timeline.steps, timeline.complete
        memo.series = found
        memo.steps = self._picked(found) if found is not None else np.empty(0, np.int64)

    def _look(self, timeline: Timeline, known: Series | None) -> None:
        """Follow the expression to the end of what is known."""
        try:
            found = series(timeline, self.text) if known is None else extended(known, timeline)
        except Refused:
            found = None
        self.note(timeline, found)

    @abstractmethod
    def _picked(self, found: Series) -> Steps:
        """Return the steps that fit."""


@dataclass(frozen=True)
class When(_Watched):
    """A statement becomes true: it was false, or not known, before the step."""

    def _picked(self, found: Series) -> Steps:
        true = found.values.astype(bool) & found.known
        rising = true.copy()
        rising[1:] &= ~true[:-1]
        return found.steps[rising]


@dataclass(frozen=True)
class Moved(_Watched):
    """A value changes from one that is known to another."""

    def _picked(self, found: Series) -> Steps:
        changed = np.zeros(len(found.steps), bool)
        changed[1:] = (found.values[1:] != found.values[:-1]) & found.known[1:] & found.known[:-1]
        return found.steps[changed]


def when(text: str, timeline: Timeline) -> When:
    """Return the query for a statement that becomes true.

    Raises:
        Refused: It is no expression, names what is nowhere in the run, or is neither true nor false.
    """
    found = series(timeline, text)
    if found.sort not in (Sort.TRUTH, Sort.NOTHING):
        raise refusal(parsed(text), f"must be true or false; it is {found.sort}")
    query = When(text)
    query.note(timeline, found)
    return query


def watched(text: str, timeline: Timeline) -> When | Moved:
    """Return the same, or for a path to something else than a truth the query for its moves.

    Raises:
        Refused: As `when`.
    """
    if not isinstance(parsed(text), Path):
        return when(text, timeline)
    found = series(timeline, text)
    query = When(text) if found.sort is Sort.TRUTH else Moved(text)
    query.note(timeline, found)
    return query
