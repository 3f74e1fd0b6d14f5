"""kernel/sched/wait.c: wait queues.

Models `__wake_up`, `__wake_up_sync_key`, `__wake_up_common`, `prepare_to_wait_exclusive`, `finish_wait` and
`autoremove_wake_function`, Linux 6.12 to 6.18.

A wake-up calls each entry's function in list order and stops after the first exclusive entry whose function returned
non-zero. Entries that are added as non-exclusive go to the head, so the newest is called first.

Simplified: no entry is of the WQ_FLAG_PRIORITY or WQ_FLAG_BOOKMARK kind.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import TASK_RUNNING_ON_CPU, TASK_SLEEPING, Task
from engine.linux.include.sock import WaitQueueEntry, WaitQueueHead
from engine.linux.kernel.locking import SpinLock
from engine.linux.kernel.sched import try_to_wake_up
from engine.timeline.lists import RecordedList
from engine.timeline.recorder import Recorder

WakeFunction = Callable[[Cpu, WaitQueueEntry, bool], Work[int]]
"""What an entry does when it is called: `(cpu, entry, sync)`; non-zero counts as a task woken."""


def init_waitqueue_head(
    recorder: Recorder, owner: int, name: str, counted: Callable[[int], None]
) -> WaitQueueHead:
    """Return an empty wait queue; `counted` is told its length whenever it changes."""
    head = WaitQueueHead(recorder, parent=owner, name=name, lock=SpinLock(name), counted=counted)
    head.entries = RecordedList(recorder, head.uid, name)
    return head


def pass_lock(cpu: Cpu, lock: SpinLock) -> Work[None]:
    """Wait with interrupts off until a lock was free for this CPU.

    For critical sections without a payment in them: what follows, up to the next payment, is atomic anyway.
    """
    if lock.holder is not None:
        cpu.irq_disable()
        yield from lock.acquire(cpu)
        lock.release(cpu)
        cpu.irq_enable()


# -- waiting ------------------------------------------------------------------------------------------


def add_wait_queue(cpu: Cpu, head: WaitQueueHead, entry: WaitQueueEntry) -> Work[None]:
    """Add an entry that every wake-up calls: at the head."""
    yield from pass_lock(cpu, head.lock)
    entry.exclusive = 0
    head.entries.appendleft(entry)
    head.counted(len(head.entries))


def add_wait_queue_exclusive(cpu: Cpu, head: WaitQueueHead, entry: WaitQueueEntry) -> Work[None]:
    """Add an entry that shares wake-ups with others of its kind: at the tail."""
    yield from pass_lock(cpu, head.lock)
    entry.exclusive = 1
    head.entries.append(entry)
    head.counted(len(head.entries))


def remove_wait_queue(cpu: Cpu, head: WaitQueueHead, entry: WaitQueueEntry) -> Work[None]:
    """Take an entry out."""
    yield from pass_lock(cpu, head.lock)
    _unlink(head, entry)


def _unlink(head: WaitQueueHead, entry: WaitQueueEntry) -> None:
    if entry.link:
        head.entries.remove(entry)
        head.counted(len(head.entries))


def sleeper(task: Task, head: WaitQueueHead, function: int, call: WakeFunction) -> WaitQueueEntry:
    """The task's own entry (DEFINE_WAIT_FUNC); a task sleeps on one queue at a time."""
    entry: WaitQueueEntry | None = task.wait_entry
    if entry is None:
        entry = task.wait_entry = WaitQueueEntry(
            head.recorder, parent=task.uid, name=task.comm, task=task.uid, func=function
        )
    if entry.func != function:
        entry.func = function
    entry.call = call
    entry.private = (task, head)
    return entry


def prepare_to_wait_exclusive(cpu: Cpu, head: WaitQueueHead, entry: WaitQueueEntry, task: Task) -> Work[None]:
    """Queue at the tail and go to sleep in name; whoever wakes the task from here on is not missed."""
    yield from pass_lock(cpu, head.lock)
    if not entry.link:
        entry.exclusive = 1
        head.entries.append(entry)
        head.counted(len(head.entries))
    task.state = TASK_SLEEPING


def finish_wait(cpu: Cpu, head: WaitQueueHead, entry: WaitQueueEntry, task: Task) -> Work[None]:
    """Running again; off the queue unless the waker saw to it."""
    if task.state != TASK_RUNNING_ON_CPU:
        task.state = TASK_RUNNING_ON_CPU
    if entry.link:
        yield from remove_wait_queue(cpu, head, entry)


# -- waking -------------------------------------------------------------------------------------------


def __wake_up(cpu: Cpu, head: WaitQueueHead) -> Work[None]:
    """Wake one exclusive sleeper, and all others."""
    yield fn.__wake_up, head.uid
    yield from _wake_up_locked(cpu, head, sync=False)


def __wake_up_sync(cpu: Cpu, head: WaitQueueHead) -> Work[None]:
    """The same, by a waker that is about to sleep."""
    yield fn.__wake_up_sync, head.uid
    yield from _wake_up_locked(cpu, head, sync=True)


def __wake_up_sync_key(cpu: Cpu, head: WaitQueueHead) -> Work[None]:
    """The same, for certain events; the datapath's are always "readable"."""
    yield fn.__wake_up_sync_key, head.uid
    yield from _wake_up_locked(cpu, head, sync=True)


def _wake_up_locked(cpu: Cpu, head: WaitQueueHead, *, sync: bool) -> Work[None]:
    cpu.irq_disable()
    yield from head.lock.acquire(cpu)
    yield from __wake_up_common(cpu, head, sync)
    head.lock.release(cpu)
    cpu.irq_enable()


def __wake_up_common(cpu: Cpu, head: WaitQueueHead, sync: bool, nr_exclusive: int = 1) -> Work[int]:
    """Call the entries in order; return how many exclusive wake-ups are left over. Its caller's step pays for it."""
    for entry in tuple(head.entries):
        woken = yield from entry.call(cpu, entry, sync)
        if woken < 0:
            break
        if woken and entry.exclusive:
            nr_exclusive -= 1
            if not nr_exclusive:
                break
    return nr_exclusive


def default_wake_function(cpu: Cpu, entry: WaitQueueEntry, sync: bool) -> Work[int]:
    """Wake the entry's task."""
    yield fn.default_wake_function, entry.task
    task, _ = entry.private
    return int((yield from try_to_wake_up(cpu, task)))


def autoremove_wake_function(cpu: Cpu, entry: WaitQueueEntry, sync: bool) -> Work[int]:
    """Wake the entry's task and, if it was asleep, take the entry off the queue."""
    yield fn.autoremove_wake_function, entry.task
    woken = yield from default_wake_function(cpu, entry, sync)
    if woken:
        _unlink(entry.private[1], entry)
    return woken
