"""When is a host idle: nothing is pending that traffic set in motion, and nobody who waits for traffic runs."""

from __future__ import annotations

from engine.hardware.wire import Wire
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.sched import TASK_KINDS, Task
from engine.linux.kernel.hrtimer import HrTimer
from engine.linux.kernel.tick import Tick

APP = TASK_KINDS.index("app")


def traffic_is_over(wires: list[Wire]) -> bool:
    """Every frame of every sender has arrived."""
    return all(wire.idle for wire in wires)


def nothing_is_owed(host: Host, hogs: frozenset[int]) -> bool:
    """Whether all that is pending are ticks and programs that only compute (`hogs`, uids of tasks)."""
    for cpu in host.cpus:
        if cpu.pending or cpu.state.softirq_pending or len(cpu.stack) > 1:
            return False
        if not _harmless(cpu.rq.current, cpu, hogs):
            return False
        if any(task.uid not in hogs for task in cpu.rq.queue):
            return False
    return all(_entry_is_harmless(call, argument, hogs) for _, _, _, call, argument in host.calendar.heap)


def _harmless(task: Task, cpu: Cpu, hogs: frozenset[int]) -> bool:
    return task is cpu.rq.idle or task.uid in hogs


def _entry_is_harmless(call: object, argument: object, hogs: frozenset[int]) -> bool:
    if isinstance(call, Cpu):
        # Only what a computing program pays for can be left: everything else was looked at above.
        return True
    owner = getattr(call, "__self__", None)
    if isinstance(owner, Tick):
        return True
    if isinstance(argument, tuple) and argument and isinstance(argument[0], HrTimer):
        timer: HrTimer = argument[0]
        return not timer.expires or timer.subject in hogs
    return getattr(call, "__name__", "") in ("_sample", "_look", "_at", "igb_watchdog_task")
