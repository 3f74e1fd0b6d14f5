"""What can be done to a running program: stop, continue, end, move to other CPUs, resize its sockets' buffers.

The sender of a signal is not modelled: a sleeping thread is woken through an interrupt of its CPU.
"""

from __future__ import annotations

from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.sched import TASK_SLEEPING, App, Task
from engine.linux.kernel.sched import call_from_outside, set_cpus_allowed, try_to_wake_up
from engine.linux.net.core.sock import setsockopt_rcvbuf
from engine.userspace.program import ProgramError


def pause(host: Host, name: str) -> None:
    """SIGSTOP: waits end, and the threads stop before their next system call."""
    for task in _program(host, name).tasks:
        task.paused = True
        _signal(task)


def resume(host: Host, name: str) -> None:
    """SIGCONT."""
    for task in _program(host, name).tasks:
        if not task.program.exiting:
            task.paused = False
            _signal(task)


def end(host: Host, name: str) -> None:
    """SIGTERM: the threads end; the last one closes the sockets, and what is queued there is lost."""
    for task in _program(host, name).tasks:
        task.program.exiting = True
        task.paused = True
        _signal(task)


def move(host: Host, name: str, mask: int) -> None:
    """Taskset -a: the threads may run on the CPUs of `mask` only.

    Raises:
        ProgramError: no CPU of the host is in it.
    """
    allowed = mask & ((1 << len(host.cpus)) - 1)
    if not allowed:
        raise ProgramError(name, "move", f"must be one of 0 to {len(host.cpus) - 1}")
    for task in _program(host, name).tasks:
        set_cpus_allowed(host.cpus, task, allowed)


def set_rcvbuf(host: Host, name: str, value: int) -> None:
    """setsockopt(SO_RCVBUF) on all sockets: what is queued stays."""
    for sk in _program(host, name).socks:
        setsockopt_rcvbuf(host, sk, value)


def _program(host: Host, name: str) -> App:
    app = host.apps.get(name)
    if app is None:
        known = ", ".join(host.apps) or "none"
        raise ProgramError(name, "name", f"is not one of the programs: {known}")
    return app


def _signal(task: Task) -> None:
    if task.state == TASK_SLEEPING:
        cpu: Cpu = task.processor
        call_from_outside(cpu, try_to_wake_up, task, cpu.recorder.last_step)
