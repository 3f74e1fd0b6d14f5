"""Which steps the event list shows, and their numbers; found as the run grows, a block at a time."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.timeline.query import Query, drop
from engine.timeline.timeline import Timeline
from viewer.stepping import QUERIES, Granularity

BLOCK = 1 << 18
"""Steps that are looked at in one go."""


class Kind(StrEnum):
    """What is listed."""

    FUNCTIONS = "functions"
    STAGES = "stages"
    POLLS = "polls"
    LOSSES = "losses"


KIND_QUERIES: dict[Kind, Query] = {
    Kind.FUNCTIONS: QUERIES[Granularity.FUNCTION],
    Kind.STAGES: QUERIES[Granularity.STAGE],
    Kind.POLLS: QUERIES[Granularity.POLL],
    Kind.LOSSES: drop(),
}

OF_GRANULARITY = {
    Granularity.FUNCTION: Kind.FUNCTIONS,
    Granularity.POLL: Kind.POLLS,
}
"""What is listed to begin with, by how far a step goes; stages for all others."""


class Listing:
    """The steps of a timeline that fit.

    Attributes:
        timeline: where to look.
        kind: what is listed.
        keep: the filter; None lists all of the kind. As for steps, it does not hold for polls.
    """

    def __init__(self, timeline: Timeline, kind: Kind, keep: Query | None) -> None:
        self.timeline, self.kind = timeline, kind
        self.keep = keep if kind is not Kind.POLLS else None
        query = KIND_QUERIES[kind]
        self._query = query if self.keep is None else query & self.keep
        self._every = kind is Kind.FUNCTIONS and self.keep is None
        self._parts: list[NDArray[np.int64]] = []
        self._found: NDArray[np.int64] = np.empty(0, np.int64)
        self._done = 0

    def grow(self) -> bool:
        """Look at the next block of steps; returns whether there is more to look at."""
        end = min(self._done + BLOCK, self.timeline.steps)
        if self._every:
            end = self.timeline.steps
        elif end > self._done:
            found = self.timeline.find_all(self._query, self._done, end)
            if len(found):
                self._parts.append(found)
        self._done = end
        return end < self.timeline.steps

    def _steps(self) -> NDArray[np.int64]:
        if self._parts:
            self._found = np.concatenate([self._found, *self._parts])
            self._parts.clear()
        return self._found

    def __len__(self) -> int:
        return self._done if self._every else len(self._steps())

    def step(self, row: int) -> int:
        """The step of a row; IndexError beyond the last."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return row if self._every else int(self._steps()[row])

    def row(self, step: int) -> int:
        """The last row at or before a step; -1 when there is none."""
        if self._every:
            return min(step, self._done - 1)
        return int(np.searchsorted(self._steps(), step, "right")) - 1
