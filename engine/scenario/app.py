"""`[[app]]`: the programs that read, how they wait, and what they do with a message."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from engine.scenario.errors import Refused
from engine.scenario.table import (
    TIME_SCHEMA,
    Endpoint,
    EndpointText,
    Size,
    Table,
    Time,
    Written,
    not_built,
    one_of,
    text,
)
from engine.scenario.units import parse_time

MIN_RCVBUF: Final = 2304
"""SOCK_MIN_RCVBUF: no socket's receive buffer is smaller."""


class Stack(StrEnum):
    """Which network stack a program uses."""

    KERNEL = "kernel"
    ONLOAD = "onload"
    EF_VI = "ef_vi"
    DPDK = "dpdk"


class WaitFor(StrEnum):
    """How a program waits for messages."""

    BLOCKING = "blocking"
    SELECT = "select"
    POLL = "poll"
    EPOLL = "epoll"
    BUSY_POLL = "busy-poll"
    AF_XDP = "af_xdp"
    NONE = "none"


MULTIPLEXED: Final = (WaitFor.SELECT, WaitFor.POLL, WaitFor.EPOLL)
"""Ways of waiting on a set of descriptors."""


class Share(StrEnum):
    """What the threads of a program share."""

    EPOLL = "epoll"
    SOCKET = "socket"
    REUSEPORT = "reuseport"


class Read(StrEnum):
    """How much a woken thread reads."""

    DRAIN = "drain"
    ONE = "one"


class EpollFlag(StrEnum):
    """Flags of `epoll_ctl` beside EPOLLIN."""

    EPOLLET = "EPOLLET"
    EPOLLEXCLUSIVE = "EPOLLEXCLUSIVE"
    EPOLLONESHOT = "EPOLLONESHOT"


class SchedPolicy(StrEnum):
    """Scheduling classes a program may ask for."""

    OTHER = "other"
    FIFO = "fifo"


@dataclass(frozen=True)
class Sched:
    """A scheduling policy with its real-time priority: 1 to 99 for `fifo`, 0 for `other`."""

    policy: SchedPolicy = SchedPolicy.OTHER
    priority: int = 0


def parse_policy(value: object) -> Sched:
    """Return a policy written `other` or `fifo:50`.

    Raises:
        Refused: Neither, or a priority outside 1 to 99.
    """
    allowed = Refused('must be "other" or "fifo:N" with a priority N of 1 to 99')
    if value == "other":
        return Sched()
    name, _, number = value.partition(":") if isinstance(value, str) else ("", "", "")
    if name != "fifo" or not (number.isascii() and number.isdigit()) or not 1 <= int(number) <= 99:
        raise allowed
    return Sched(SchedPolicy.FIFO, int(number))


@dataclass(frozen=True)
class BusySleep:
    """A stretch of computing, then one of sleeping; both in nanoseconds."""

    busy_ns: int
    sleep_ns: int


@dataclass(frozen=True)
class PerMessage:
    """User time spent on each message read, in nanoseconds."""

    ns: int


@dataclass(frozen=True)
class Hog:
    """A program that computes without reading.

    Attributes:
        pairs: Busy and sleeping stretches, repeated in turn; empty: busy forever.
    """

    pairs: tuple[BusySleep, ...] = ()


Work: TypeAlias = PerMessage | Hog


def parse_work(value: object) -> Work:
    """Return what a program does: a time a message, `forever`, or busy and sleep pairs.

    Raises:
        Refused: None of these, or a pair without busy time.
    """
    if value == "forever":
        return Hog()
    if isinstance(value, str):
        return PerMessage(parse_time(value))
    pairs = [value] if isinstance(value, dict) else value
    if not isinstance(pairs, list) or not pairs:
        raise Refused('must be a time, "forever", or a pair such as { busy = "1ms", sleep = "1ms" }')
    return Hog(tuple(_pair(pair) for pair in pairs))


def _pair(value: object) -> BusySleep:
    """Return one busy and sleep pair."""
    if not isinstance(value, dict) or sorted(value) != ["busy", "sleep"]:
        raise Refused("a pair has busy and sleep, and nothing else")
    pair = BusySleep(parse_time(value["busy"]), parse_time(value["sleep"]))
    if not pair.busy_ns or not pair.sleep_ns:
        raise Refused('busy and sleep must be above zero; without sleep it is "forever"')
    return pair


_PAIR_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"busy": TIME_SCHEMA, "sleep": TIME_SCHEMA},
    "required": ["busy", "sleep"],
    "additionalProperties": False,
}
_WORK_SCHEMA: Final[dict[str, Any]] = {
    "anyOf": [
        TIME_SCHEMA,
        {"const": "forever"},
        _PAIR_SCHEMA,
        {"type": "array", "items": _PAIR_SCHEMA, "minItems": 1},
    ]
}


class SetSockOpt(Table):
    """Calls of setsockopt at SOL_SOCKET, before the socket is bound."""

    SO_RCVBUF: int | None = Field(default=None, ge=0)
    """Bytes asked for; the kernel doubles them, within its limits."""
    SO_BUSY_POLL: Annotated[int | None, not_built()] = None
    """Microseconds to poll. Not built yet."""
    SO_PREFER_BUSY_POLL: Annotated[int | None, not_built()] = None
    """Prefer polling to interrupts. Not built yet."""
    SO_BUSY_POLL_BUDGET: Annotated[int | None, not_built()] = None
    """Packets a poll. Not built yet."""


class Listen(Table):
    """A socket that a program opens, or several alike."""

    udp: EndpointText | None = None
    """Where a UDP socket is bound; a multicast address is also joined."""
    tcp: Annotated[EndpointText | None, not_built("udp")] = None
    """Where a TCP socket listens. Not built yet."""
    backlog: Annotated[int | None, not_built()] = None
    """Of listen(2). Not built yet."""
    rcvbuf: Size | None = None
    """The effective sk_rcvbuf in bytes; omitted: net.core.rmem_default."""
    epoll: tuple[Annotated[EpollFlag, one_of(EpollFlag)], ...] = ()
    """Flags beside EPOLLIN."""
    setsockopt: SetSockOpt = SetSockOpt()
    """Socket options set before bind."""
    count: int = Field(default=1, ge=1, le=4096)
    """Sockets opened alike."""

    @model_validator(mode="after")
    def _is_one_socket(self) -> "Listen":
        if self.udp is None:
            raise Refused("missing; a socket needs an address", key=("udp",))
        if self.rcvbuf is not None and self.rcvbuf < MIN_RCVBUF:
            raise Refused(f"must be at least {MIN_RCVBUF}, the kernel's least", key=("rcvbuf",))
        if self.rcvbuf is not None and self.setsockopt.SO_RCVBUF is not None:
            raise Refused("either rcvbuf or SO_RCVBUF, not both", key=("rcvbuf",))
        if EpollFlag.EPOLLEXCLUSIVE in self.epoll and EpollFlag.EPOLLONESHOT in self.epoll:
            raise Refused("epoll_ctl refuses EPOLLEXCLUSIVE with EPOLLONESHOT (EINVAL)", key=("epoll",))
        return self

    @property
    def bound(self) -> Endpoint:
        """Where the socket is bound.

        Raises:
            Refused: The model was built without the check that asks for it.
        """
        if self.udp is None:
            raise Refused("missing; a socket needs an address", key=("udp",))
        return self.udp


class Send(Table):
    """Messages a program sends. Not built yet."""

    to: EndpointText
    """Where they go."""
    protocol: Literal["udp", "tcp"] = "udp"
    """How."""
    bytes: Size
    """Bytes of a message."""
    every: Time
    """From one to the next."""


class Xsk(Table):
    """An AF_XDP socket. Not built yet."""

    nic: str
    """The NIC."""
    queue: int = Field(ge=0)
    """Its queue."""
    mode: Literal["copy", "zero-copy"] = "copy"
    """Whether frames are copied."""
    need_wakeup: bool = False
    """Whether the kernel says when it must be woken."""
    fill: int = 2048
    """Descriptors of the fill ring."""
    rx: int = 2048
    """Descriptors of the receive ring."""
    tx: int = 2048
    """Descriptors of the transmit ring."""
    completion: int = 2048
    """Descriptors of the completion ring."""


class App(Table):
    """A program with one or more threads."""

    name: str = Field(pattern=r"^[^\s/]{1,15}$")
    """Its name, at most 15 characters as in /proc; threads are NAME/0, NAME/1, ..."""
    cpu: int | None = Field(default=None, ge=0)
    """The only CPU it runs on; omitted: the scheduler chooses."""
    nice: int = Field(default=0, ge=-20, le=19)
    """Its niceness."""
    policy: Annotated[Sched, Written(parse_policy, text("^(other|fifo:[0-9]{1,2})$", "fifo:50"))] = Sched()
    """Scheduling policy: `other`, or `fifo:50` with a priority."""
    threads: int = Field(default=1, ge=1, le=1024)
    """Number of threads."""
    share: Annotated[Share | None, one_of(Share)] = None
    """epoll: one set for all; socket: one socket, a set a thread; reuseport: a socket a thread."""
    stack: Annotated[Stack, one_of(Stack, later=[Stack.ONLOAD, Stack.EF_VI, Stack.DPDK])] = Stack.KERNEL
    """The network stack it uses."""
    wait: Annotated[WaitFor, one_of(WaitFor, later=[WaitFor.BUSY_POLL, WaitFor.AF_XDP])] = WaitFor.BLOCKING
    """How it waits; `none` is a program that only computes."""
    read: Annotated[Read, one_of(Read)] = Read.DRAIN
    """drain: reads until nothing is left; one: a message a wake-up."""
    listen: tuple[Listen, ...] = ()
    """Its sockets."""
    idle_fds: int = Field(default=0, ge=0, le=1_000_000)
    """Further descriptors in the same set that never become ready."""
    work: Annotated[Work, Written(parse_work, _WORK_SCHEMA)] = PerMessage(0)
    """User time a message; or, of a program that only computes, `forever` or busy and sleep pairs."""
    send: Annotated[tuple[Send, ...], not_built()] = ()
    """What it sends. Not built yet."""
    xsk: Annotated[Xsk | None, not_built()] = None
    """Its AF_XDP socket. Not built yet."""

    @model_validator(mode="after")
    def _waiting_fits_work(self) -> "App":
        if self.wait is WaitFor.NONE:
            if not isinstance(self.work, Hog):
                raise Refused(
                    'must be "forever" or busy and sleep pairs, because wait = "none"', key=("work",)
                )
            for key in ("listen", "idle_fds", "share", "read"):
                if key in self.model_fields_set:
                    raise Refused('means nothing with wait = "none"', key=(key,))
        elif isinstance(self.work, Hog):
            raise Refused('must be a time a message, unless wait = "none"', key=("work",))
        elif not self.listen:
            raise Refused('missing; a program that waits needs a socket (or wait = "none")', key=("listen",))
        return self

    @model_validator(mode="after")
    def _set_fits_waiting(self) -> "App":
        if self.idle_fds and self.wait not in MULTIPLEXED:
            raise Refused("needs a set of descriptors: wait = select, poll or epoll", key=("idle_fds",))
        if self.wait is WaitFor.BLOCKING and sum(each.count for each in self.listen) > 1:
            raise Refused("a blocking read waits on one socket; take select, poll or epoll", key=("listen",))
        if self.wait is not WaitFor.EPOLL:
            for index, each in enumerate(self.listen):
                if each.epoll:
                    raise Refused('needs wait = "epoll"', key=("listen", index, "epoll"))
        return self

    @model_validator(mode="after")
    def _threads_share(self) -> "App":
        if self.share is None and self.threads > 1 and self.wait is not WaitFor.NONE:
            raise Refused("missing; several threads share epoll, socket or reuseport", key=("share",))
        if self.share is Share.EPOLL and self.wait is not WaitFor.EPOLL:
            raise Refused('needs wait = "epoll"', key=("share",))
        return self
