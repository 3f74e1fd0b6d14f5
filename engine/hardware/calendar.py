"""The calendar: what happens next.

Entries are ordered by (time, priority, sequence). The priorities are part of the format: two things in one nanosecond
happen in this order on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from typing import Any

WIRE, TIMER, INTERRUPT, CPU, COMMAND = range(5)
"""Wire and DMA, timers, interrupts and IPIs, CPU segments, `[[at]]` (after the last step of its nanosecond)."""

Call = Callable[[Any], object]


class Calendar:
    """Pending events and the present.

    Attributes:
        now: simulated nanoseconds.
        heap: the pending events; the head is the next.
        sequence: of the last entry.
        interrupted: set by an event that wants the main loop (`processor.run`) to return.
    """

    __slots__ = ("heap", "interrupted", "now", "sequence")

    def __init__(self) -> None:
        self.now = 0
        self.heap: list[tuple[int, int, int, Any, Any]] = []
        self.sequence = 0
        self.interrupted = False

    def at(self, time: int, priority: int, call: Call, argument: Any = None) -> None:
        """Have `call(argument)` happen at `time`, after everything of its priority already pending there."""
        self.sequence += 1
        heappush(self.heap, (time, priority, self.sequence, call, argument))

    def after(self, delay: int, priority: int, call: Call, argument: Any = None) -> None:
        """Have `call(argument)` happen `delay` nanoseconds from now."""
        self.at(self.now + delay, priority, call, argument)
