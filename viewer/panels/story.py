"""What happened to a packet on its way: how long it was where, and how it ended.

A function is drawn at a station of `engine.topology`, but what passes there is not always what the station is called
after: a packet that RPS leaves on its CPU is never in a backlog, and one that a full queue refuses never waits in it.
These stretches have names of their own, `RPS` and `REFUSAL`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.timeline.chunk import FATES
from engine.timeline.schema import FunctionInfo
from engine.timeline.timeline import Timeline
from engine.timeline.views import Ending

RPS = "rps"
"""Where RPS is asked for a packet's CPU, and the packet is held until the others of its list have been asked for."""

REFUSAL = "refusal"
"""Where a queue that is full turns a packet away."""

ELSEWHERE = "sched"
"""Where functions without a station count."""

WAITS = {
    "wire": "wire",
    "fifo": "FIFO",
    "ring": "ring wait",
    "irq": "interrupt",
    "softirq": "softirq",
    "poll": "poll",
    "xdp": "XDP",
    "gro": "GRO",
    "backlog": "backlog",
    "tap": "taps",
    "ip": "IP",
    "udp": "UDP",
    "socket": "socket wait",
    "wake": "wake-up",
    "syscall": "system call",
    "app": "program",
    "sched": "scheduler",
    RPS: "RPS lookup",
    REFUSAL: "refusal",
}
"""Words for the stations of `engine.topology`, and for the two that only stretches have."""

WAITING = ("fifo", "ring", "backlog", "socket", "wake")
"""Stations where a packet waits rather than is worked on."""


_ASKS_RPS = ("get_rps_cpu", "__skb_get_hash_net")
_REFUSES = {"skb:SOCKET_RCVBUFF": "socket", "skb:PROTO_MEM": "socket", "skb:CPU_BACKLOG": "backlog"}
"""Which station's queue turned a packet away, by the place of its loss."""

_UNTIL = {"lost": "drop", "delivered": "read"}
"""What the last step told was, by how the frame ended."""


class Stretch(NamedTuple):
    """A stretch of a packet's time at one station."""

    station: str
    ns: int

    @property
    def word(self) -> str:
        """What people call it."""
        return WAITS.get(self.station, self.station)

    @property
    def waits(self) -> bool:
        """Whether the packet waits there."""
        return self.station in WAITING


class Story(NamedTuple):
    """A packet's way so far.

    Attributes:
        stretches: where its time went, in order of the way, one a station.
        total_ns: from its first step to the last one told.
        ended: how it ended, if it has at the step asked about.
        until: what the last step told was: "drop", "read", "end" of another kind, "now".
    """

    stretches: tuple[Stretch, ...]
    total_ns: int
    ended: Ending | None
    until: str


def passed(function: FunctionInfo) -> str:
    """Where the time goes that follows a step of a function."""
    return RPS if function.name in _ASKS_RPS else function.station or ELSEWHERE


def passed_at(timeline: Timeline, frame: int, steps: NDArray[np.int64]) -> list[str]:
    """Where a frame's time goes that follows each of some steps of its path; knows how the frame ended."""
    ending = timeline.ending(frame)
    full = _REFUSES.get(ending.reason) if ending is not None and ending.fate == "lost" else None
    stations = (passed(timeline.function(int(number))) for number in timeline.column("fn")[steps])
    return [REFUSAL if station == full else station for station in stations]


def story(timeline: Timeline, packet: int, step: int) -> Story:
    """Tell a packet's way up to and with a step.

    The time from one of its steps to the next belongs to the station of the earlier one: until something else
    happens to it, that is where it is.
    """
    path = timeline.path(packet)
    path = path[path <= step]
    frame = timeline.frame_of(packet)
    ending = timeline.ending(int(frame))
    ended = ending if ending is not None and ending.step <= step else None
    until = "now" if ended is None else _UNTIL.get(ended.fate, "end")
    if ended is not None:
        path = path[path <= ended.step]
    if len(path) == 0:
        return Story((), 0, ended, until)
    times = timeline.column("time")[path].tolist()
    stations = passed_at(timeline, int(frame), path)
    spent: dict[str, int] = {}
    for number, station in enumerate(stations):
        after = times[number + 1] if number + 1 < len(times) else times[number]
        spent[station] = spent.get(station, 0) + after - times[number]
    last = times[-1]
    if ended is not None:
        spent[stations[-1]] += max(int(ended.time) - last, 0)
        last = max(last, int(ended.time))
    if ended is None and step < timeline.steps:
        now = int(timeline.time(step))
        spent[stations[-1]] += max(now - last, 0)
        last = max(last, now)
    stretches = tuple(Stretch(station, ns) for station, ns in spent.items() if ns > 0)
    return Story(stretches, last - times[0], ended, until)


def loss_place(reason: str) -> tuple[str, str]:
    """Split the place of a loss: who dropped it, and the reason as its owner spells it."""
    owner, _, name = reason.partition(":")
    return (owner, name) if name else ("", owner)


def is_loss(fate: int) -> bool:
    """Whether a row of the endings is a loss."""
    return FATES[fate] in ("lost", "copies_lost")
