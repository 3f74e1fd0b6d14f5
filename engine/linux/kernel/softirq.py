"""kernel/softirq.c: deferred work at interrupt exit, at local_bh_enable, and in ksoftirqd.

Models `raise_softirq_irqoff`, `handle_softirqs` with its three limits, `irq_exit_rcu`, `__local_bh_enable_ip`,
`wakeup_softirqd` and `run_ksoftirqd` of Linux 6.12 to 6.18.

Simplified: of the ten vectors only NET_RX does modelled work; `threadirqs` is not modelled.
"""

from __future__ import annotations

from engine.hardware.context import KSOFTIRQD, SOFTIRQ, Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.interrupt import (
    MAX_SOFTIRQ_RESTART,
    MAX_SOFTIRQ_TIME_MS,
    SOFTIRQ_NAMES,
)
from engine.linux.include.sched import TASK_SLEEPING, Task
from engine.linux.kernel.sched import cond_resched, schedule, try_to_wake_up
from engine.timeline.schema import NOTHING

_PASSES = tuple(f"work_{number}" for number in range(1, MAX_SOFTIRQ_RESTART + 1))


def __raise_softirq_irqoff(cpu: Cpu, number: int) -> Work[None]:
    """Mark a vector as pending (tracepoint softirq_raise)."""
    yield fn.__raise_softirq_irqoff, NOTHING
    cpu.state.softirq_pending |= 1 << number


def raise_softirq_irqoff(cpu: Cpu, number: int) -> Work[None]:
    """Mark a vector as pending; outside interrupts and BH sections nobody would look, so ksoftirqd is woken."""
    yield fn.raise_softirq_irqoff, NOTHING
    yield from __raise_softirq_irqoff(cpu, number)
    if not cpu.in_interrupt() and not cpu.in_hardirq():
        yield from wakeup_softirqd(cpu)


def handle_softirqs(cpu: Cpu, kind: int = SOFTIRQ) -> Work[None]:
    """Run pending vectors, again while more come: ten passes, two milliseconds, or until someone needs the CPU.

    Interrupts are off on entry and on return. The limits are looked at between passes only.
    """
    before = cpu.context.kind
    cpu.become(kind)
    cpu.serving_softirq = True
    soft = cpu.softirqs
    host = cpu.host
    deadline = host.jiffies() + host.msecs_to_jiffies(MAX_SOFTIRQ_TIME_MS)
    yield fn.handle_softirqs, NOTHING
    soft.running = 1
    soft.started = cpu.now
    soft.deadline = host.jiffies_to_ns(deadline)
    for name in _PASSES[: soft.passes]:
        setattr(soft, name, 0)
    soft.passes = 0
    restart = MAX_SOFTIRQ_RESTART
    while True:
        pending = cpu.state.softirq_pending
        cpu.state.softirq_pending = 0
        soft.passes += 1
        cpu.irq_enable()
        for number, name in enumerate(SOFTIRQ_NAMES):
            if pending >> number & 1:
                yield from _run_vector(cpu, number, name)
        cpu.irq_disable()
        if not cpu.state.softirq_pending:
            break
        restart -= 1
        if not (host.jiffies() < deadline and not cpu.need_resched and restart):
            yield from wakeup_softirqd(cpu)
            break
    soft.running = 0
    cpu.serving_softirq = False
    cpu.become(before)


def _run_vector(cpu: Cpu, number: int, name: str) -> Work[None]:
    soft = cpu.softirqs
    yield fn.softirq_entry, NOTHING
    soft.vector = number
    setattr(soft, name, getattr(soft, name) + 1)
    handler = cpu.host.softirq_vec[number]
    if handler is not None:
        yield handler(cpu)
    yield fn.softirq_exit, NOTHING
    soft.vector = -1


def note_work(cpu: Cpu, work: int) -> None:
    """Add a poll's packets to the pass in progress, for the eye."""
    soft = cpu.softirqs
    if soft.running and 0 < soft.passes <= MAX_SOFTIRQ_RESTART:
        name = _PASSES[soft.passes - 1]
        setattr(soft, name, getattr(soft, name) + work)


def irq_exit_rcu(cpu: Cpu) -> Work[None]:
    """The end of a hard interrupt: run what it raised, unless a softirq was interrupted or BH is off."""
    yield fn.irq_exit_rcu, NOTHING
    if cpu.state.softirq_pending and not cpu.in_interrupt():
        if cpu.host.rules.ksoftirqd_defers_inline and cpu.ksoftirqd.state != TASK_SLEEPING:
            return
        yield handle_softirqs(cpu)


def local_bh_disable(cpu: Cpu) -> None:
    """Keep softirqs off this CPU."""
    cpu.bh_off += 1
    cpu.state.bh_off = cpu.bh_off


def local_bh_enable(cpu: Cpu) -> Work[None]:
    """Allow softirqs again and run those that came meanwhile, here and now."""
    if cpu.bh_off == 1 and cpu.state.softirq_pending and not cpu.serving_softirq:
        yield fn.__local_bh_enable_ip, NOTHING
        cpu.bh_off = 0
        cpu.state.bh_off = 0
        yield from do_softirq(cpu)
        return
    cpu.bh_off -= 1
    cpu.state.bh_off = cpu.bh_off


def do_softirq(cpu: Cpu) -> Work[None]:
    """Run pending softirqs in process context."""
    if cpu.in_interrupt():
        return
    if cpu.host.rules.ksoftirqd_defers_inline and cpu.ksoftirqd.state != TASK_SLEEPING:
        return
    cpu.irq_disable()
    yield fn.do_softirq, NOTHING
    if cpu.state.softirq_pending:
        yield from handle_softirqs(cpu)
    cpu.irq_enable()


def wakeup_softirqd(cpu: Cpu) -> Work[None]:
    """Leave the rest to ksoftirqd, which competes for the CPU like any task."""
    yield fn.wakeup_softirqd, cpu.ksoftirqd.uid
    yield from try_to_wake_up(cpu, cpu.ksoftirqd)


def ksoftirqd(task: Task) -> Work[None]:
    """ksoftirqd/N: serve pending softirqs as a task, sleep when there are none."""
    cpu: Cpu = task.processor
    while True:
        if not cpu.state.softirq_pending:
            task.state = TASK_SLEEPING
            yield from schedule(task)
            continue
        yield fn.smpboot_thread_fn, task.uid
        cpu.irq_disable()
        yield fn.run_ksoftirqd, task.uid
        if cpu.state.softirq_pending:
            yield from handle_softirqs(cpu, KSOFTIRQD)
        cpu.irq_enable()
        yield from cond_resched(task)
