"""What the threads of a program run: read, work, wait, for ever.

User time is `user_work` (a message) and `user_spin` (a program that only computes); everything else is system calls.

Simplified: a stop or kill takes effect where a thread leaves a system call or ends a piece of work, and ends a wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.hardware.context import SYSCALL, USER, Work
from engine.linux import fn
from engine.linux.fs.epoll_wait import sys_epoll_wait
from engine.linux.fs.eventpoll import sys_epoll_ctl_mod
from engine.linux.fs.select import sys_poll, sys_pselect6
from engine.linux.include.eventpoll import EPOLLIN, EPOLLONESHOT, EpItem, EventPoll
from engine.linux.include.sched import TASK_DEAD, TASK_SLEEPING, App, Task
from engine.linux.include.sock import Sock
from engine.linux.kernel.entry import exit_to_user_mode, syscall_enter
from engine.linux.kernel.nanosleep import sys_clock_nanosleep
from engine.linux.kernel.sched import schedule
from engine.linux.net.ipv4.udp import udp_destroy_sock
from engine.linux.net.socket import sys_recvfrom
from engine.userspace.program import ProgramSpec, WaitFor

SPIN_NS = 1_000_000
"""Length of one step of a program that computes for ever."""


@dataclass(slots=True)
class Thread:
    """One thread of a program.

    Attributes:
        socks: what it reads.
        ep: its epoll instance, shared or its own.
        exiting: it is to end at the next chance.
    """

    task: Task
    app: App
    spec: ProgramSpec
    socks: list[Sock] = field(default_factory=list)
    ep: EventPoll | None = None
    exiting: bool = False

    def run(self) -> Work[None]:
        """The thread's code, begun in its first system call or piece of work."""
        match self.spec.wait:
            case WaitFor.BLOCKING:
                body = self._blocking()
            case WaitFor.EPOLL:
                body = self._epoll()
            case WaitFor.SELECT | WaitFor.POLL:
                body = self._select()
            case WaitFor.NONE:
                body = self._hog()
        yield from body
        yield from self._exit()

    def _exit(self) -> Work[None]:
        """exit_group: the last thread closes the sockets."""
        task = self.task
        yield from syscall_enter(task, "exit_group")
        self.app.threads -= 1
        if not self.app.threads:
            for sk in self.app.socks:
                udp_destroy_sock(sk)
        task.state = TASK_DEAD
        yield from schedule(task)

    # -- between system calls -----------------------------------------------------------------------------

    def _goes_on(self) -> Work[bool]:
        """Stop here while stopped; false when the thread is to end."""
        task = self.task
        while task.paused:
            if self.exiting:
                return False
            task.processor.become(SYSCALL)
            task.state = TASK_SLEEPING
            yield from schedule(task)
            yield from exit_to_user_mode(task)
        return True

    def _read(self, sk: Sock, *, dontwait: bool) -> Work[bool]:
        """Read one message and work on it; false when there was none."""
        task = self.task
        if (yield sys_recvfrom(task, sk, dontwait=dontwait)) < 0:
            return False
        if self.spec.work_ns:
            task.processor.become(USER)
            yield fn.user_work, task.uid, self.spec.work_ns
        return True

    def _read_ready(self, sk: Sock) -> Work[None]:
        """Read one message, or all there are and then find that there are no more."""
        while (yield from self._read(sk, dontwait=True)):
            if not self.spec.drain or self.task.paused:
                return

    # -- the loops --------------------------------------------------------------------------------------------

    def _blocking(self) -> Work[None]:
        while (yield from self._goes_on()):
            yield from self._read(self.socks[0], dontwait=False)

    def _epoll(self) -> Work[None]:
        ep = self.ep
        if ep is None:
            raise LookupError(f"{self.task.comm} has no epoll instance")
        while (yield from self._goes_on()):
            for item in (yield from sys_epoll_wait(self.task, ep, self.spec.maxevents)):
                yield from self._serve(item)

    def _serve(self, item: EpItem) -> Work[None]:
        if item.socket is None:
            return
        yield from self._read_ready(item.socket)
        if item.events & EPOLLONESHOT:
            yield from sys_epoll_ctl_mod(self.task, item, item.events | EPOLLIN)

    def _select(self) -> Work[None]:
        wait = sys_poll if self.spec.wait is WaitFor.POLL else sys_pselect6
        fds = [None] * self.spec.idle_fds + self.socks
        while (yield from self._goes_on()):
            for sk in (yield from wait(self.task, fds)):
                yield from self._read_ready(sk)

    def _hog(self) -> Work[None]:
        task = self.task
        pairs = self.spec.hog
        turn = 0
        while (yield from self._goes_on()):
            task.processor.become(USER)
            if not pairs:
                yield fn.user_spin, task.uid, SPIN_NS
                continue
            busy, sleep = pairs[turn % len(pairs)]
            yield fn.user_spin, task.uid, busy
            yield from sys_clock_nanosleep(task, sleep)
            turn += 1
