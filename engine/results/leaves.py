"""What stands at a leaf of the results over a stretch of a run: when it may change, and its values.

A stretch is the steps first, ..., end - 1 with the same rows in every table (`engine.results.series`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappush, heappushpop
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.scenario.values import Sort, Vector

Steps = NDArray[np.int64]


class Leaf(ABC):
    """A value that goes with the steps."""

    __slots__ = ()

    @abstractmethod
    def moves(self, first: int, end: int) -> Steps:
        """Return the steps of a stretch, in order, at which it may change; the first counts as known."""

    @abstractmethod
    def after(self, steps: Steps) -> Vector:
        """Return its values after some steps of the stretch, which are in order and begin with the first."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted(Leaf):
    """A number that one thing raises by one and another lowers.

    Attributes:
        plus: the steps that raise it, in order.
        minus: the steps that lower it, in order.
    """

    plus: Steps
    minus: Steps

    def moves(self, first: int, end: int) -> Steps:
        """See `Leaf.moves`."""
        return merged([within(self.plus, first, end), within(self.minus, first, end)])

    def after(self, steps: Steps) -> Vector:
        """See `Leaf.after`."""
        raised, lowered = (np.searchsorted(each, steps, "right") for each in (self.plus, self.minus))
        return Vector(Sort.NUMBER, (raised - lowered).astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Noted(Leaf):
    """A number that is written down now and then, and unknown before the first time.

    Attributes:
        steps: when, in order; the last of equal ones holds.
        read: returns the numbers, worked out when they are asked for.
    """

    steps: Steps
    read: Callable[[], NDArray[Any]]

    def moves(self, first: int, end: int) -> Steps:
        """See `Leaf.moves`."""
        return merged([within(self.steps, first, end)])

    def after(self, steps: Steps) -> Vector:
        """See `Leaf.after`."""
        values = self.read()
        rows = np.searchsorted(self.steps, steps, "right") - 1
        if len(values) == 0:
            return Vector(Sort.NUMBER, np.zeros(len(steps), np.int64), np.zeros(len(steps), bool))
        return Vector(Sort.NUMBER, values[np.maximum(rows, 0)], np.asarray(rows >= 0))


@dataclass(frozen=True, slots=True, eq=False)
class EveryStep(Leaf):
    """A value that each step may change: its time, its number.

    Attributes:
        sort: what it is.
        read: returns the values after some steps.
    """

    sort: Sort
    read: Callable[[Steps], NDArray[Any]]

    def moves(self, first: int, end: int) -> Steps:
        """See `Leaf.moves`."""
        return np.arange(first, end)

    def after(self, steps: Steps) -> Vector:
        """See `Leaf.after`."""
        return Vector(self.sort, self.read(steps))


class Lazy(Mapping[str, Any]):
    """A table whose entries are worked out when they are asked for, once."""

    def __init__(self, make: Mapping[str, Callable[[], Any]]) -> None:
        self._make = make
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._make[name]()
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._make

    def __iter__(self) -> Iterator[str]:
        return iter(self._make)

    def __len__(self) -> int:
        return len(self._make)


def within(steps: Steps, first: int, end: int) -> Steps:
    """Return those of some ordered steps that lie in [first, end)."""
    a, b = np.searchsorted(steps, [first, end])
    return steps[a:b]


def merged(parts: list[Steps]) -> Steps:
    """Return the steps of several ordered lists in order, each once."""
    longest = max(parts, key=len)
    rest = [part for part in parts if part is not longest and len(part)]
    # Runs that are in order are merged, not sorted anew.
    steps = np.sort(np.concatenate([longest, *rest]), kind="stable") if rest else longest
    fresh = np.ones(len(steps), bool)
    np.not_equal(steps[1:], steps[:-1], out=fresh[1:])
    return steps if fresh.all() else steps[fresh]


def running_rank(samples: NDArray[np.int64], parts: int) -> NDArray[np.int64]:
    """Return for each sample the percentile of all up to it, by nearest rank as in `engine.timeline.ledger.latency`.

    Args:
        samples: in order of time.
        parts: thousandths: 990 for the 99th percentile.
    """
    low: list[int] = []  # the samples up to the rank, negated: the greatest comes first
    high: list[int] = []
    found = np.empty(len(samples), np.int64)
    for place, sample in enumerate(samples.tolist()):
        rank = ((place + 1) * parts + 999) // 1000
        over = -heappushpop(low, -sample) if low else sample
        if rank > len(low):
            heappush(low, -heappushpop(high, over))
        else:
            heappush(high, over)
        found[place] = -low[0]
    return found
