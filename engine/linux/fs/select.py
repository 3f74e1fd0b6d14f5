"""fs/select.c: select and poll.

Models `core_sys_select`, `do_select`, `do_sys_poll`, `pollwake`, `poll_schedule_timeout` and `poll_freewait`, Linux
6.12 to 6.18.

Every call asks every descriptor, and a sleeper that is woken asks all of them again: `pollwake` does not say which one
became ready. The cost of a descriptor (`poll_scan`) includes its file's own `poll`.

Simplified: no timeout, no busy polling. A scan is at most 64 steps; with more descriptors a step stands for a batch
and costs as much as all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import TASK_RUNNING_ON_CPU, TASK_SLEEPING, Task
from engine.linux.include.sock import Sock, WaitQueueEntry
from engine.linux.kernel.entry import EINTR, syscall_enter, syscall_exit
from engine.linux.kernel.sched import schedule
from engine.linux.kernel.wait import add_wait_queue, default_wake_function, remove_wait_queue
from engine.linux.net.ipv4.udp_recvmsg import EMPTY, first_packet_length
from engine.timeline.schema import NOTHING

FD_SETSIZE = 1024
"""select cannot watch more descriptors."""

STEPS_A_SCAN = 64
FREE_ENTRY_NS = 10
"""What `poll_freewait` spends on each entry, beyond its own cost: order of magnitude."""

Descriptors = Sequence[Sock | None]
"""The watched descriptors in order; None never becomes ready."""


class PollWqueues:
    """One call's wait entries.

    Attributes:
        triggered: a wake-up came since the last look.
        entries: one a socket, from the first scan.
    """

    __slots__ = ("entries", "task", "triggered")

    def __init__(self, task: Task) -> None:
        self.task = task
        self.triggered = False
        self.entries: list[tuple[Sock, WaitQueueEntry]] = []


def sys_pselect6(task: Task, fds: Descriptors) -> Work[list[Sock]]:
    """select: wait until a descriptor is readable; all readable ones, or nothing when a signal ended the wait."""
    yield from syscall_enter(task, "pselect6")
    yield fn.__x64_sys_pselect6, task.uid
    yield fn.core_sys_select, task.uid
    yield fn.do_select, task.uid
    return (yield from _wait_and_leave(task, fds))


def sys_poll(task: Task, fds: Descriptors) -> Work[list[Sock]]:
    """poll: the same with a list instead of bitmaps, and no limit on the number."""
    yield from syscall_enter(task, "poll")
    yield fn.__x64_sys_poll, task.uid
    yield fn.do_sys_poll, task.uid
    return (yield from _wait_and_leave(task, fds))


def _wait_and_leave(task: Task, fds: Descriptors) -> Work[list[Sock]]:
    table = PollWqueues(task)
    ready = yield from _scan(task, table, fds, register=True)
    while not ready and not task.paused:
        yield from poll_schedule_timeout(task, table)
        ready = yield from _scan(task, table, fds, register=False)
    yield from poll_freewait(task, table)
    if ready:
        task.returns += 1
    yield from syscall_exit(task, len(ready) or -EINTR)
    return ready


def _scan(task: Task, table: PollWqueues, fds: Descriptors, *, register: bool) -> Work[list[Sock]]:
    """Ask every descriptor; wait entries are only made while none is ready."""
    each = task.processor.costs[fn.poll_scan]
    batch = max(1, -(-len(fds) // STEPS_A_SCAN))
    ready: list[Sock] = []
    for first in range(0, len(fds), batch):
        group = fds[first : first + batch]
        sockets = [sk for sk in group if sk is not None]
        yield fn.poll_scan, sockets[0].uid if sockets else NOTHING, each * len(group)
        for sk in sockets:
            if register and not ready:
                yield from _pollwait(task, table, sk)
            if (sk.sk_receive_queue or sk.reader_queue) and (
                yield from first_packet_length(task, sk)
            ) != EMPTY:
                ready.append(sk)
    return ready


def _pollwait(task: Task, table: PollWqueues, sk: Sock) -> Work[None]:
    entry = WaitQueueEntry(
        sk.recorder,
        parent=task.uid,
        name=task.comm,
        func=fn.pollwake,
        task=task.uid,
        call=pollwake,
        private=(task, table),
    )
    table.entries.append((sk, entry))
    yield from add_wait_queue(task.processor, sk.wq, entry)


def pollwake(cpu: Cpu, entry: WaitQueueEntry, sync: bool) -> Work[int]:
    """A watched socket became readable: note that something did, and wake the task."""
    yield fn.pollwake, entry.task
    entry.private[1].triggered = True
    return (yield from default_wake_function(cpu, entry, sync))


def poll_schedule_timeout(task: Task, table: PollWqueues) -> Work[None]:
    """Sleep unless a wake-up came since the scan."""
    yield fn.poll_schedule_timeout, task.uid
    task.state = TASK_SLEEPING
    if not table.triggered and not task.paused:
        yield fn.schedule_hrtimeout_range, task.uid
        yield from schedule(task)
    if task.state != TASK_RUNNING_ON_CPU:
        task.state = TASK_RUNNING_ON_CPU
    table.triggered = False


def poll_freewait(task: Task, table: PollWqueues) -> Work[None]:
    """Take the entries off their queues again."""
    cpu: Cpu = task.processor
    cost = cpu.costs[fn.poll_freewait] + FREE_ENTRY_NS * len(table.entries)
    yield fn.poll_freewait, task.uid, cost
    for sk, entry in table.entries:
        yield from remove_wait_queue(cpu, sk.wq, entry)
        entry.release()
    table.entries.clear()
