"""kernel/time/hrtimer.c: one-shot timers that interrupt the CPU that armed them."""

from __future__ import annotations

from collections.abc import Callable

from engine.hardware.calendar import TIMER
from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.kernel.softirq import irq_exit_rcu
from engine.timeline.schema import NOTHING

Callback = Callable[[Cpu], Work[None]]


class HrTimer:
    """A pinned, one-shot timer.

    Attributes:
        expires: when it fires, 0 when not armed.
    """

    __slots__ = ("_generation", "callback", "expires", "subject")

    def __init__(self, callback: Callback, subject: int = 0) -> None:
        self.callback = callback
        self.subject = subject
        self.expires = 0
        self._generation = 0

    def start(self, cpu: Cpu, delay_ns: int) -> None:
        """Arm it on this CPU, `delay_ns` from now; an armed timer is moved."""
        self._generation += 1
        self.expires = cpu.calendar.now + delay_ns
        cpu.calendar.at(self.expires, TIMER, _fire, (self, cpu, self._generation, cpu.recorder.last_step))

    def cancel(self) -> None:
        """Disarm it."""
        self._generation += 1
        self.expires = 0


def _fire(letter: tuple[HrTimer, Cpu, int, int]) -> None:
    timer, cpu, generation, cause = letter
    if generation == timer._generation:
        timer.expires = 0
        cpu.interrupt(timer_interrupt, timer, cause)


def timer_interrupt(cpu: Cpu, timer: HrTimer) -> Work[None]:
    """Local timer interrupt for one expired timer."""
    yield fn.sysvec_apic_timer_interrupt, NOTHING
    cpu.state.loc += 1
    yield fn.hrtimer_interrupt, timer.subject
    yield from timer.callback(cpu)
    yield from irq_exit_rcu(cpu)
