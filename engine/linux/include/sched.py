"""include/linux/sched.h: struct task_struct as the lanes and the tools need it."""

from __future__ import annotations

from typing import Any

from engine.timeline.record import Record, field
from engine.timeline.schema import Kind

TASK_STATES = ("running", "runnable", "sleeping", "dead")
TASK_RUNNING_ON_CPU, TASK_RUNNABLE, TASK_SLEEPING, TASK_DEAD = range(4)
POLICIES = ("SCHED_OTHER", "SCHED_FIFO", "SCHED_RR")
SCHED_OTHER, SCHED_FIFO, SCHED_RR = range(3)
TASK_KINDS = ("idle", "app", "ksoftirqd", "napi", "kthread")


class Task(Record, kernel_name="task_struct", meaning="A task: thread of a program, or a kernel thread."):
    """One schedulable entity; its name is its comm."""

    link: int = field("which run queue, and where in it", kind=Kind.LINK)
    pid: int = field("process id of the thread")
    tgid: int = field("process id")
    kind: int = field("what it is", kind=Kind.ENUM, names=TASK_KINDS)
    app: int = field("program it belongs to", kind=Kind.UID)
    state: int = field("state", kind=Kind.ENUM, names=TASK_STATES)
    cpu: int = field("CPU it runs on, or last ran on")
    policy: int = field("scheduling policy", kind=Kind.ENUM, names=POLICIES)
    rt_priority: int = field("real-time priority, 1 to 99; 0 for SCHED_OTHER")
    nice: int = field("nice value")
    affinity: int = field("CPUs it may run on", kind=Kind.CPUS)
    syscall: int = field("system call it is in; 0 in user mode", kind=Kind.NAME)
    fd: int = field("descriptor of its last system call, -1 for one without", default=-1)
    retval: int = field("what its last system call returned; minus an error number for a failure")
    runnable_since: int = field("woken or preempted at", kind=Kind.NS, unit="ns")
    sum_exec_runtime: int = field("CPU time", kind=Kind.NS, unit="ns")
    wakeups: int = field("times woken", unit="wake-ups")
    nvcsw: int = field("voluntary context switches", unit="switches")
    nivcsw: int = field("involuntary context switches", unit="switches")
    messages: int = field("messages read", unit="messages")
    returns: int = field("epoll_wait, poll or select calls that returned events", unit="calls")
    vruntime: int
    slice_start: int
    context: Any
    processor: Any
    on_cpu: bool
    comm: str
    wake_cause: int
    fds: dict[int, Any]
    program: Any
    paused: bool
    wait_entry: Any
    reading: Any


class App(Record, kernel_name="app", meaning="A program of the scene."):
    """A program: its threads are tasks, its descriptors sockets and epoll instances."""

    threads: int = field("threads", unit="threads")
    wait: int = field("how it waits", kind=Kind.NAME)
    pid: int = field("process id")
    tasks: list[Task]
    socks: list[Any]
    epolls: list[Any]
