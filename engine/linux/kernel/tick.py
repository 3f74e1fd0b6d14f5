"""kernel/time/tick-sched.c: the periodic tick.

Simplified: it only accounts and ends slices; no timer wheel, no load balancing.
"""

from __future__ import annotations

from engine.hardware.calendar import TIMER
from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import SCHED_OTHER, SCHED_RR
from engine.linux.kernel.sched import BASE_SLICE_NS
from engine.linux.kernel.softirq import irq_exit_rcu
from engine.timeline.schema import NOTHING

RR_TIMESLICE_NS = 100_000_000


class Tick:
    """The tick of every CPU that is not idle (NO_HZ_IDLE), at the jiffy's edge."""

    def __init__(self) -> None:
        self.armed: dict[int, int] = {}

    def arm(self, cpu: Cpu) -> None:
        """See to it that the CPU is ticked at the next jiffy; an idle CPU's tick lapses when it comes."""
        host = cpu.host
        due = host.jiffies_to_ns(host.jiffies() + 1)
        if self.armed.get(cpu.number, -1) < due:
            self.armed[cpu.number] = due
            cpu.calendar.at(due, TIMER, self._fire, cpu)

    def _fire(self, cpu: Cpu) -> None:
        if cpu.rq.current is cpu.rq.idle and not cpu.rq.queue:
            return
        cpu.interrupt(tick_interrupt, None)


def tick_interrupt(cpu: Cpu, _: None) -> Work[None]:
    """Local timer interrupt: account, and end a slice that has lasted long enough."""
    yield fn.sysvec_apic_timer_interrupt, NOTHING
    cpu.state.loc += 1
    yield fn.tick_nohz_handler, NOTHING
    yield fn.sched_tick, cpu.rq.current.uid
    cpu.settle()
    sched_tick(cpu)
    cpu.host.tick.arm(cpu)
    yield from irq_exit_rcu(cpu)


def sched_tick(cpu: Cpu) -> None:
    """Ask the current task to give way when its slice is over and someone waits."""
    rq = cpu.rq
    current = rq.current
    if not rq.queue or current is rq.idle:
        return
    ran = cpu.calendar.now - current.slice_start
    if current.policy == SCHED_RR:
        if ran >= RR_TIMESLICE_NS:
            cpu.set_need_resched()
    elif current.policy == SCHED_OTHER and ran >= BASE_SLICE_NS and rq.has_better():
        cpu.set_need_resched()
