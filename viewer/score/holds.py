"""Which steps hold the showing, and for how long.

An act that takes no simulated time would be over before it is seen, so the showing rests on it. Only acts
that are drawn hold: those with a station on the datapath or with a packet. Sums are kept a block of steps at
a time, so that a timeline of millions of steps that is still growing costs no pass over it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.timeline.schema import FunctionInfo
from viewer.theme.tokens import Motion, motion_ms

BLOCK = 1 << 14

Filter: TypeAlias = Callable[["StepSource", int, int], NDArray[np.bool_]]
"""Which of the steps in [first, last) are worth a hold."""


class StepSource(Protocol):
    """What the score needs of a timeline."""

    @property
    def steps(self) -> int:
        """How many steps there are."""

    @property
    def functions(self) -> tuple[FunctionInfo, ...]:
        """The function table."""

    def column(self, name: str) -> NDArray[Any]:
        """One column of the step table, by its name in `chunk.STEP_DTYPE`."""


def everything(source: StepSource, first: int, last: int) -> NDArray[np.bool_]:
    """The filter that lets every act hold."""
    return np.ones(last - first, np.bool_)


class Holds:
    """Hold of each step in milliseconds at the reference speed.

    Attributes:
        source: where the steps are.
        keep: which steps may hold at all.
    """

    def __init__(self, source: StepSource, keep: Filter = everything, *, reduced: bool = False) -> None:
        self.source = source
        self.keep = keep
        base, mark = motion_ms(Motion.BASE, reduced=reduced), motion_ms(Motion.MICRO, reduced=reduced)
        known = max((info.number for info in source.functions), default=0) + 1
        self._by_function = np.zeros(known, np.int64)
        self._stationed = np.zeros(known, np.bool_)
        for info in source.functions:
            self._by_function[info.number] = mark if info.kind == "mark" else base
            self._stationed[info.number] = bool(info.station)
        self._before: list[int] = [0]

    def of(self, first: int, last: int) -> NDArray[np.int64]:
        """Milliseconds of the steps in [first, last)."""
        functions = self.source.column("fn")[first:last]
        held = self._stationed[functions] | (self.source.column("packet")[first:last] != 0)
        held &= self.source.column("span")[first:last] == 0
        held &= self.keep(self.source, first, last)
        return np.where(held, self._by_function[functions], 0)

    def before(self, block: int) -> int:
        """Milliseconds of all steps before a block; the blocks before it must be complete."""
        while len(self._before) <= block:
            start = (len(self._before) - 1) * BLOCK
            self._before.append(self._before[-1] + int(self.of(start, start + BLOCK).sum()))
        return self._before[block]
