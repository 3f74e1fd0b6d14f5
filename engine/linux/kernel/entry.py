"""kernel/entry/common.c: the way into a system call and back to user mode.

Simplified: no seccomp, audit or ptrace work; of signals only stop and kill (`Task.paused`), which end
waits with -EINTR whatever the call would restart with.
"""

from __future__ import annotations

from engine.hardware.context import SYSCALL, Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import Task
from engine.linux.kernel.sched import schedule

NO_DESCRIPTOR = -1
EINTR = 4


def syscall_enter(task: Task, name: str, fd: int = NO_DESCRIPTOR) -> Work[None]:
    """From user mode into the system call `name` on descriptor `fd` (tracepoint sys_enter)."""
    cpu: Cpu = task.processor
    cpu.become(SYSCALL)
    yield fn.sys_enter, task.uid
    task.syscall = cpu.recorder.name(name)
    if task.fd != fd:
        task.fd = fd


def syscall_exit(task: Task, value: int = 0) -> Work[None]:
    """Back to user mode with a result (tracepoint sys_exit), giving way first when asked to."""
    yield fn.sys_exit, task.uid
    task.syscall = 0
    if task.retval != value:
        task.retval = value
    yield from exit_to_user_mode(task)


def exit_to_user_mode(task: Task) -> Work[None]:
    """Give the CPU away for as long as someone else ought to have it.

    The context turns to user mode where the program spends time there: most go straight into the next system call.
    """
    while task.processor.need_resched:
        yield from schedule(task)
