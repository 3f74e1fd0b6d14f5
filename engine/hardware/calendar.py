"""The calendar: what happens next.

Entries are ordered by (time, priority, sequence). The priorities are part of the format: two things in one nanosecond
happen in this order on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

WIRE, TIMER, INTERRUPT, CPU, COMMAND = range(5)
"""Wire and DMA, timers, interrupts and IPIs, CPU segments, `[[at]]` (after the last step of its nanosecond)."""

Call = Callable[[Any], object]


class Calendar:
    """Pending events and the present.

    Attributes:
        now: simulated nanoseconds.
        heap: the pending events; the head is the next.
        horizon: nothing later is run by `run`.
    """

    __slots__ = ("_sequence", "heap", "horizon", "now")

    def __init__(self) -> None:
        self.now = 0
        self.horizon = 0
        self.heap: list[tuple[int, int, int, Call, Any]] = []
        self._sequence = 0

    def at(self, time: int, priority: int, call: Call, argument: Any = None) -> None:
        """Have `call(argument)` happen at `time`, after everything of its priority already pending there."""
        self._sequence += 1
        heappush(self.heap, (time, priority, self._sequence, call, argument))

    def after(self, delay: int, priority: int, call: Call, argument: Any = None) -> None:
        """Have `call(argument)` happen `delay` nanoseconds from now."""
        self.at(self.now + delay, priority, call, argument)

    def run(self, until: int, pause: Callable[[], bool]) -> bool:
        """Let things happen up to and including `until`.

        Args:
            until: nanoseconds.
            pause: asked after each event; true returns early, for instance to hand on a full chunk.

        Returns:
            Whether `until` was reached (or nothing is pending any more).
        """
        heap = self.heap
        self.horizon = until
        while heap and heap[0][0] <= until:
            time, _, _, call, argument = heappop(heap)
            self.now = time
            call(argument)
            if pause():
                return False
        return True
