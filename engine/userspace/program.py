"""What a program is told: how many threads, which sockets, how it waits, what it does with a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WaitFor(StrEnum):
    """How a program waits for messages; `NONE` only computes."""

    BLOCKING = "blocking"
    SELECT = "select"
    POLL = "poll"
    EPOLL = "epoll"
    NONE = "none"


class Share(StrEnum):
    """What the threads of a program share.

    `EPOLL`: sockets and one epoll instance; `SOCKET`: sockets; `REUSEPORT`: nothing, each has sockets of its own.
    """

    EPOLL = "epoll"
    SOCKET = "socket"
    REUSEPORT = "reuseport"


class ProgramError(ValueError):
    """A program that cannot be started.

    Attributes:
        app: name of the program.
        key: which of its settings is at fault.
    """

    def __init__(self, app: str, key: str, problem: str) -> None:
        super().__init__(f"program {app}: {key}: {problem}")
        self.app = app
        self.key = key


@dataclass(frozen=True, slots=True)
class ListenSpec:
    """UDP sockets opened alike.

    Attributes:
        address: local IPv4 address as an integer, 0 for any; a multicast address is also joined.
        rcvbuf: sk_rcvbuf itself, bytes; None for net.core.rmem_default.
        so_rcvbuf: what is passed to SO_RCVBUF, which doubles it; None for no call.
        peer: address and port it is connected to; None for unconnected.
        edge_triggered, one_shot, exclusive: EPOLLET, EPOLLONESHOT, EPOLLEXCLUSIVE.
    """

    address: int
    port: int
    rcvbuf: int | None = None
    so_rcvbuf: int | None = None
    peer: tuple[int, int] | None = None
    edge_triggered: bool = False
    one_shot: bool = False
    exclusive: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class ProgramSpec:
    """A program.

    Attributes:
        affinity: bitmap of the CPUs it may run on; 0 for all that are not isolated.
        policy: of `engine.linux.include.sched`; `rt_priority` is 0 for SCHED_OTHER.
        idle_fds: further descriptors in every set, which never become ready.
        work_ns: user time a message.
        drain: read until nothing is left, else one message a wake-up.
        maxevents: of epoll_wait.
        hog: for `WaitFor.NONE`, busy and sleeping nanoseconds in turn; empty for busy forever.
    """

    name: str
    wait: WaitFor = WaitFor.BLOCKING
    listen: tuple[ListenSpec, ...] = ()
    threads: int = 1
    share: Share = Share.SOCKET
    affinity: int = 0
    nice: int = 0
    policy: int = 0
    rt_priority: int = 0
    idle_fds: int = 0
    work_ns: int = 0
    drain: bool = True
    maxevents: int = 64
    hog: tuple[tuple[int, int], ...] = ()
