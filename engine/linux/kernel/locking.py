"""kernel/locking: spin locks and mutexes.

Simplified: waiters are served in order of arrival, as queued spin locks do; a mutex hands over to its first waiter
(no optimistic spinning).
"""

from __future__ import annotations

from collections import deque

from engine.hardware.context import Context, Work
from engine.linux import fn
from engine.linux.cpu import Cpu, SpinWait
from engine.linux.include.sched import TASK_SLEEPING, Task
from engine.linux.kernel.sched import schedule, try_to_wake_up

_SPIN = SpinWait("spin")


class SpinLock:
    """A queued spin lock.

    Attributes:
        holder: the CPU inside, None when free.
    """

    __slots__ = ("holder", "name", "waiters")

    def __init__(self, name: str) -> None:
        self.name = name
        self.holder: Cpu | None = None
        self.waiters: deque[tuple[Cpu, Context]] = deque()

    def acquire(self, cpu: Cpu) -> Work[None]:
        """Take the lock; while another CPU has it this one spins, and the time is its own."""
        cpu.preempt_off += 1
        if self.holder is None:
            self.holder = cpu
            return
        self.waiters.append((cpu, cpu.context))
        yield _SPIN

    def release(self, cpu: Cpu) -> None:
        """Give the lock to the CPU that has waited longest."""
        cpu.preempt_off -= 1
        if not self.waiters:
            self.holder = None
            return
        following, context = self.waiters.popleft()
        self.holder = following
        following.wake(context)


class Mutex:
    """A sleeping lock, held by a task."""

    __slots__ = ("owner", "waiters")

    def __init__(self) -> None:
        self.owner: Task | None = None
        self.waiters: deque[Task] = deque()

    def lock(self, task: Task) -> Work[None]:
        """Take the mutex; sleeps while another task has it."""
        yield fn.mutex_lock, task.uid
        if self.owner is None:
            self.owner = task
            return
        self.waiters.append(task)
        while self.owner is not task:
            task.state = TASK_SLEEPING
            yield from schedule(task)

    def unlock(self, task: Task) -> Work[None]:
        """Release the mutex to its first waiter."""
        yield fn.mutex_unlock, task.uid
        self.owner = self.waiters.popleft() if self.waiters else None
        if self.owner is not None:
            yield from try_to_wake_up(task.processor, self.owner)
