"""Interrupt vectors of an adapter: cause, mask, throttle, message.

Models MSI-X of 82576 and 82599: a cause is latched; when the vector is unmasked and its throttle (EITR) has run out, a
message goes to the CPU, the vector masks itself (EIAM) and clears its cause (EIAC), and the throttle starts anew. A
cause that comes while the vector is masked or throttled waits. Unmasking is software's (EIMS).

An adapter without auto-mask sends one message a cause and never waits: the model of cards before all this.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.hardware.acts import Act
from engine.hardware.calendar import INTERRUPT, TIMER, Calendar
from engine.hardware.context import HARDWARE
from engine.hardware.records import MsixVector
from engine.timeline.recorder import Recorder
from engine.timeline.schema import NO_CPU

NIC = NO_CPU << 8 | HARDWARE
"""Where the steps of an adapter happen: on no CPU."""

RaiseIrq = Callable[[MsixVector, int], None]


class Interrupts:
    """The vectors of one adapter.

    Attributes:
        raise_irq: called with vector and step when a message arrives at the CPUs.
        auto_mask: whether a vector masks itself when it fires.
    """

    def __init__(
        self, calendar: Calendar, recorder: Recorder, costs: list[int], raise_irq: RaiseIrq, auto_mask: bool
    ) -> None:
        self.calendar = calendar
        self.recorder = recorder
        self.costs = costs
        self.raise_irq = raise_irq
        self.auto_mask = auto_mask

    def latch(self, vector: MsixVector) -> None:
        """A cause for an interrupt: a written-back descriptor, or software's write to EICS."""
        if vector.pending:
            return
        if not vector.enabled or vector.masked:
            vector.pending = 1
            return
        now = self.calendar.now
        if now < vector.throttled_until:
            vector.pending = 1
            self._wait(vector)
            return
        self._fire(vector, now)

    def enable(self, vector: MsixVector) -> None:
        """Software writes the vector's bit to EIMS."""
        vector.enabled = 1
        if vector.pending and not vector.masked:
            now = self.calendar.now
            if now < vector.throttled_until:
                self._wait(vector)
            else:
                self._fire(vector, now)

    def disable(self, vector: MsixVector) -> None:
        """Software writes the vector's bit to EIMC and forgets what was latched."""
        vector.enabled = 0
        vector.pending = 0

    def _wait(self, vector: MsixVector) -> None:
        if not vector.waits:
            vector.waits = True
            self.calendar.at(vector.throttled_until, TIMER, self._throttle_expires, vector)

    def _throttle_expires(self, vector: MsixVector) -> None:
        if not vector.uid:
            return
        vector.waits = False
        if not vector.pending or not vector.enabled or vector.masked:
            return
        now = self.calendar.now
        if now < vector.throttled_until:
            self._wait(vector)
            return
        self.recorder.step(now, 0, Act.throttle_expires, NIC, vector.uid)
        self._fire(vector, now)

    def _fire(self, vector: MsixVector, now: int) -> None:
        """Send the message; its cause is the step whose effects are being written."""
        if self.auto_mask:
            vector.enabled = 0
        if vector.pending:
            vector.pending = 0
        vector.fired += 1
        if vector.itr_ns:
            vector.throttled_until = now + vector.itr_ns
        letter = (vector, now, self.recorder.last_step)
        self.calendar.after(self.costs[Act.msix_message], INTERRUPT, self._deliver, letter)

    def _deliver(self, letter: tuple[MsixVector, int, int]) -> None:
        """The message is at the CPU's interrupt controller."""
        vector, sent, cause = letter
        if not vector.uid:
            return
        recorder = self.recorder
        now = self.calendar.now
        recorder.step(now, now - sent, Act.msix_message, NIC, vector.uid, cause)
        self.raise_irq(vector, recorder.last_step)
