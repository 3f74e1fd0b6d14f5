"""kernel/entry/common.c: the way into a system call and back to user mode.

Simplified: no seccomp, audit or ptrace work; of signals only stop and kill (`Task.paused`), which end waits.
"""

from __future__ import annotations

from engine.hardware.processor import SYSCALL, Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import Task
from engine.linux.kernel.sched import schedule


def syscall_enter(task: Task, name: str) -> Work[None]:
    """From user mode into the system call `name` (tracepoint sys_enter)."""
    cpu: Cpu = task.processor
    cpu.become(SYSCALL)
    yield fn.sys_enter, task.uid
    task.syscall = cpu.recorder.name(name)


def syscall_exit(task: Task) -> Work[None]:
    """Back to user mode (tracepoint sys_exit), giving way first when asked to."""
    yield fn.sys_exit, task.uid
    task.syscall = 0
    yield from exit_to_user_mode(task)


def exit_to_user_mode(task: Task) -> Work[None]:
    """Give the CPU away for as long as someone else ought to have it.

    The context turns to user mode where the program spends time there: most go straight into the next system call.
    """
    while task.processor.need_resched:
        yield from schedule(task)
