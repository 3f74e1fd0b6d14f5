"""What happened to a packet on its way: how long it was where, and how it ended."""

from __future__ import annotations

from typing import NamedTuple

from engine.timeline.chunk import FATES
from engine.timeline.timeline import Timeline
from engine.timeline.views import Ending

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
}
"""Words for the stations of `engine.topology`."""

WAITING = ("fifo", "ring", "backlog", "socket", "wake")
"""Stations where a packet waits rather than is worked on."""


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
        until: what the last step told was: "drop", "read", "now".
    """

    stretches: tuple[Stretch, ...]
    total_ns: int
    ended: Ending | None
    until: str


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
    until = "now" if ended is None else "drop" if ended.fate == "lost" else "read"
    if ended is not None:
        path = path[path <= ended.step]
    if len(path) == 0:
        return Story((), 0, ended, until)
    times = timeline.column("time")[path].tolist()
    stations = [timeline.function(int(number)).station for number in timeline.column("fn")[path].tolist()]
    spent: dict[str, int] = {}
    for number, station in enumerate(stations):
        after = times[number + 1] if number + 1 < len(times) else times[number]
        spent[station or "sched"] = spent.get(station or "sched", 0) + after - times[number]
    last = times[-1]
    if ended is not None:
        spent[stations[-1] or "sched"] += max(int(ended.time) - last, 0)
        last = max(last, int(ended.time))
    if ended is None and step < timeline.steps:
        now = int(timeline.time(step))
        spent[stations[-1] or "sched"] += max(now - last, 0)
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
