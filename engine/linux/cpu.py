"""A CPU with the kernel's per-CPU data, and how tasks change places on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.hardware.context import HARDIRQ, IDLE, KTHREAD, NICE, SYSCALL, USER, Context, Pause, Work
from engine.hardware.processor import Processor
from engine.linux import fn
from engine.linux.include.interrupt import Softirqs
from engine.linux.include.netdevice import SoftnetData
from engine.linux.include.sched import Task

if TYPE_CHECKING:
    from engine.linux.host import Host
    from engine.linux.kernel.sched import RunQueue


class SpinWait(Pause):
    """Yielded while another CPU holds a lock."""

    __slots__ = ()


class Cpu(Processor):
    """One CPU.

    Attributes:
        softnet_data: per-CPU receive state.
        serving_softirq: handle_softirqs is on the stack (SOFTIRQ_OFFSET).
        bh_off: nesting of local_bh_disable.
        preempt_off: nesting of preempt_disable.
        rq: run queue.
        leaving: the task that is being switched away from.
        call_single_queue: functions that other CPUs want run here; whoever finds it empty sends the interrupt.
    """

    softnet_data: SoftnetData
    softirqs: Softirqs
    rq: RunQueue
    ksoftirqd: Task
    leaving: Task

    def __init__(self, number: int, host: Host) -> None:
        super().__init__(number, host.calendar, host.recorder, host.costs)
        self.host = host
        self.serving_softirq = False
        self.bh_off = 0
        self.preempt_off = 0
        self.need_resched = False
        self.call_single_queue: list[tuple[Callable[..., Work[Any]], Any]] = []

    def set_need_resched(self) -> None:
        """Ask the current task to give way at the next point where it may."""
        if not self.need_resched:
            self.need_resched = True
            self.state.need_resched = 1

    def clear_need_resched(self) -> None:
        """The scheduler ran."""
        if self.need_resched:
            self.need_resched = False
            self.state.need_resched = 0

    def in_hardirq(self) -> bool:
        """A hard interrupt is on the stack."""
        return any(context.kind == HARDIRQ for context in self.stack)

    def in_interrupt(self) -> bool:
        """Softirqs cannot start: one is being served, or bottom halves are off."""
        return self.serving_softirq or self.bh_off > 0

    # -- what the processor asks ------------------------------------------------------------------------

    def settle(self) -> None:
        """Bring the CPU's time up to date, and that of the task that it spent it on."""
        self.account()
        booked = self._booked
        self.rq.charge(sum(booked[SYSCALL : KTHREAD + 1]))
        if self.rq.current.nice > 0:
            booked[NICE] += booked[USER]
            booked[USER] = 0
        super().settle()

    def switch(self, context: Context) -> None:
        """SWITCH: the task that `schedule` picked gets the CPU."""
        from engine.linux.kernel.sched import switched_away

        following = self.rq.following
        switched_away(self, self.leaving)
        task_context: Context = following.context
        self.put(task_context)
        if self.need_resched and self.context.kind in (IDLE, USER):
            # Asked during the switch, when interrupts could not return to the scheduler.
            self._suspend()
            self.preempt()

    def paused(self, context: Context, pause: Pause) -> None:
        """A spinning CPU shows where it spins."""
        if isinstance(pause, SpinWait):
            context.function = fn.native_queued_spin_lock_slowpath
            context.packet = 0

    def preempt(self) -> bool:
        """Interrupt return: schedule when asked to and when the interrupted code may be preempted."""
        if not self.need_resched:
            return False
        context = self.stack[0]
        kind = context.kind
        if kind not in (IDLE, USER) and not (
            self.host.preempt == "full" and not self.preempt_off and not self.in_interrupt()
        ):
            return False
        from engine.linux.kernel.sched import preempt_schedule

        self.push_kernel(preempt_schedule(self), SYSCALL)
        self._advance()
        return True
