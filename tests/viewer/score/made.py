"""A source of steps made from short rows, for tests of the score."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline.chunk import STEP_DTYPE
from engine.timeline.schema import FunctionInfo

FUNCTIONS = (
    FunctionInfo(0, "boot", "", "", "mark", 0, ""),
    FunctionInfo(1, "ip_rcv", "net/ipv4/ip_input.c", "ip", "function", 100, ""),
    FunctionInfo(2, "napi_poll", "", "poll", "mark", 0, ""),
    FunctionInfo(3, "bookkeeping", "kernel/x.c", "", "function", 10, ""),
)


class Steps:
    """Steps from (time, span, function, cpu, packet) rows."""

    def __init__(self, rows: list[tuple[int, int, int, int, int]]) -> None:
        self.functions = FUNCTIONS
        self.table: NDArray[Any] = np.zeros(len(rows), STEP_DTYPE)
        for at, (time, span, function, cpu, packet) in enumerate(rows):
            self.table[at] = (time, span, function, cpu << 8 | 3, packet, -1, 0)

    @property
    def steps(self) -> int:
        return len(self.table)

    def column(self, name: str) -> NDArray[Any]:
        return self.table[name]
