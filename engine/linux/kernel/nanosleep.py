"""kernel/time/hrtimer.c and posix-timers.c: sleeping for a while.

Models `clock_nanosleep`, `hrtimer_nanosleep` and `hrtimer_wakeup`. The timer fires on the CPU that armed it.

Simplified: no timer slack.
"""

from __future__ import annotations

from functools import partial

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import TASK_RUNNING_ON_CPU, TASK_SLEEPING, Task
from engine.linux.kernel.entry import syscall_enter, syscall_exit
from engine.linux.kernel.hrtimer import HrTimer
from engine.linux.kernel.sched import schedule, try_to_wake_up


def sys_clock_nanosleep(task: Task, delay_ns: int) -> Work[None]:
    """Sleep for `delay_ns`, or until a signal."""
    yield from syscall_enter(task, "clock_nanosleep")
    yield fn.__x64_sys_clock_nanosleep, task.uid
    yield fn.hrtimer_nanosleep, task.uid
    timer = HrTimer(partial(hrtimer_wakeup, task=task), task.uid)
    yield fn.hrtimer_start_range_ns, task.uid
    timer.start(task.processor, delay_ns)
    while timer.expires and not task.paused:
        task.state = TASK_SLEEPING
        yield from schedule(task)
    timer.cancel()
    if task.state != TASK_RUNNING_ON_CPU:
        task.state = TASK_RUNNING_ON_CPU
    yield from syscall_exit(task)


def hrtimer_wakeup(cpu: Cpu, *, task: Task) -> Work[None]:
    """The timer's callback: wake the sleeper."""
    yield fn.hrtimer_wakeup, task.uid
    yield from try_to_wake_up(cpu, task)
