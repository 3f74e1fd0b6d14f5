"""Reading what moves: the one packet on each CPU's track, frames on the wire and in DMA, wake-ups and IPIs.

A packet stands at the station of the function that handled it last; while an act is under way it is between that
station and the act's, by the act's phase.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.topology import Station
from viewer.picture.layout import Stage
from viewer.picture.reading.desk import Desk, among
from viewer.picture.reading.names import TAP, name_at
from viewer.picture.regions.track import Stop
from viewer.score.moment import Moment

STAGE_OF: dict[str, Stage] = {
    Station.POLL: Stage.POLL,
    Station.XDP: Stage.XDP,
    Station.GRO: Stage.GRO,
    Station.TAP: Stage.TAP,
    Station.IP: Stage.IP,
    Station.UDP: Stage.L4,
}
"""Stations that are stages of a track."""

LOOK_BACK = 8192
WAKE_BACK = 512
DROPPING = ("kfree_skb_reason", "sk_skb_reason_drop")
WIRE_NS = 8_000
"""Simulated time that the visible wire is long."""

MOST_ON_WIRE = 400
NEIGHBOURS = 3
FAR_NS = 1 << 40


@dataclass(frozen=True, slots=True)
class Carried:
    """The packet that a CPU handles.

    Attributes:
        uid: its number.
        flow: its flow.
        skb: whether it is an skb already.
        origin: station it comes from, "" when it just appeared here.
        station: station of the act, or where it stands.
        phase: how far between the two, 1 at rest.
        function: name of the function.
        step: the step that is under way or was the last.
        falling: whether it is being dropped: then it falls from the station where it was.
        kin: its numbers in all forms, frame and skbs.
    """

    uid: int
    flow: int
    skb: bool
    origin: str
    station: str
    phase: float
    function: str
    step: int
    falling: bool = False
    kin: tuple[int, ...] = ()


def carried(desk: Desk, moment: Moment, cpu: int) -> Carried | None:
    """What a CPU carries just now; None when neither its act nor its last step handles a packet."""
    last = desk.last_of_cpu(cpu)
    act = moment.act_of(cpu)
    flow = desk.letter(act.packet) if act is not None else -1
    if act is None or flow < 0:
        return _standing(desk, last)
    station = desk.station(act.function)
    origin = _origin(desk, act.packet, desk.step + 1)
    name = desk.function(act.function)
    falling = name in DROPPING
    place = origin if falling else station
    skb = desk.is_skb(act.packet)
    return Carried(
        act.packet, flow, skb, origin, place, act.phase, name, act.step, falling, _kin(desk, act.packet)
    )


def _standing(desk: Desk, last: int) -> Carried | None:
    """The packet of a CPU's last step, at that step's station."""
    if last < 0:
        return None
    packet = int(desk.timeline.column("packet")[last])
    flow = desk.letter(packet)
    if flow < 0:
        return None
    function = int(desk.timeline.column("fn")[last])
    falling = desk.function(function) in DROPPING
    station = _origin(desk, packet, last) if falling else desk.station(function)
    name = desk.function(function)
    return Carried(
        packet, flow, desk.is_skb(packet), station, station, 1.0, name, last, kin=_kin(desk, packet)
    )


def _kin(desk: Desk, packet: int) -> tuple[int, ...]:
    return tuple(desk.kin(packet).tolist())


def _origin(desk: Desk, packet: int, before: int) -> str:
    """Where a packet was before a step, by whatever name it went."""
    first = max(0, before - LOOK_BACK)
    functions, packets = desk.span(first, before, "fn", "packet")
    for at in np.flatnonzero(among(packets, desk.kin(packet)))[::-1].tolist():
        if desk.function(int(functions[at])) not in DROPPING:
            return desk.station(int(functions[at]))
    return ""


@dataclass(frozen=True, slots=True)
class Visits:
    """Where a packet has been on a CPU.

    Attributes:
        first: stage to the time of its first step there.
        ran: stage to the functions entered there, in order.
        arrived: when its frame arrived.
    """

    first: dict[Stage, int]
    ran: dict[Stage, tuple[str, ...]]
    arrived: int | None


def visits(desk: Desk, packet: int, cpu: int, until: int) -> Visits:
    """Stages that a packet has passed on a CPU up to a step."""
    kin = desk.kin(packet)
    first = max(0, until + 1 - LOOK_BACK)
    functions, packets, where, times = desk.span(first, until + 1, "fn", "packet", "where", "time")
    hits = np.flatnonzero(among(packets, kin) & (where >> 8 == cpu))
    seen: dict[Stage, int] = {}
    ran: dict[Stage, tuple[str, ...]] = {}
    for at in hits.tolist():
        function = int(functions[at])
        stage = STAGE_OF.get(desk.station(function))
        if stage is not None:
            seen.setdefault(stage, int(times[at]))
            ran[stage] = (*ran.get(stage, ()), *desk.calls(function))
    frame = desk.timeline.frame_of(packet)
    arrived = desk.made(frame, "arrived") if frame else None
    return Visits(seen, ran, arrived)


def stops(labels: dict[Stage, str], held: Carried | None, seen: Visits | None) -> tuple[Stop, ...]:
    """The stations of a track: names, which are lit, and when the packet was there."""
    result: list[Stop] = []
    here = STAGE_OF.get(held.station) if held is not None else None
    for stage, label in labels.items():
        time = seen.first.get(stage) if seen is not None else None
        since = (
            time - seen.arrived
            if seen is not None and time is not None and seen.arrived is not None
            else None
        )
        ran = seen.ran.get(stage, ()) if seen is not None else ()
        now = held.function if held is not None and stage is here else ""
        attached = label == TAP
        name = name_at(stage, label, ran, now)
        result.append(Stop(stage, name, time is not None, since, attached, here=bool(now)))
    return tuple(result)


class Coming(NamedTuple):
    """The frames of a flow that are on the visible wire, the next to arrive first.

    Neighbours count whether they are visible or not, so that a frame looks the same all along the wire.

    Attributes:
        flow: its place, 0 is A.
        frames: their numbers.
        to_go: nanoseconds until each has arrived.
        room: nanoseconds to the nearer neighbour of each.
        dense: which belong to a train: three and more that follow each other closely.
        trains: first and end of each train's visible part.
        before: frames of the flow before the first of these.
    """

    flow: int
    frames: NDArray[np.int64]
    to_go: NDArray[np.int64]
    room: NDArray[np.int64]
    dense: NDArray[np.bool_]
    trains: tuple[tuple[int, int], ...]
    before: int = 0


def upcoming(desk: Desk, close_ns: int) -> Iterator[Coming]:
    """Frames that will have arrived within the wire's length, flow by flow; ``close_ns`` makes a train."""
    table = desk.timeline
    last = table.moment(desk.now + WIRE_NS)
    for flow, steps in sorted(desk.arrivals().items()):
        first = int(np.searchsorted(steps, desk.step, "right"))
        end = min(int(np.searchsorted(steps, last, "right")), first + MOST_ON_WIRE)
        if end <= first:
            continue
        begin = max(0, first - NEIGHBOURS)
        times = table.column("time")[steps[begin : end + NEIGHBOURS]].astype(np.int64)
        seen = slice(first - begin, end - begin)
        gaps = np.concatenate(([FAR_NS], np.diff(times), [FAR_NS]))
        trains = _trains(gaps < close_ns, first - begin, end - begin)
        dense = np.zeros(end - first, np.bool_)
        for a, b in trains:
            dense[a:b] = True
        frames = table.column("packet")[steps[first:end]].astype(np.int64)
        room = np.minimum(gaps[:-1], gaps[1:])[seen]
        yield Coming(flow, frames, times[seen] - desk.now, room, dense, trains, first)


def _trains(links: NDArray[np.bool_], first: int, end: int) -> tuple[tuple[int, int], ...]:
    """Runs of at least two links (link k joins frames k - 1 and k), as frames of [first, end), counted from first."""
    edges = np.flatnonzero(links[1:] != links[:-1]) + 1
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    cut = ((max(a - 1, first) - first, min(b, end) - first) for a, b in runs if b - a >= 2)
    return tuple((a, b) for a, b in cut if b > a)


@dataclass(frozen=True, slots=True)
class Signal:
    """A wake-up or an interrupt between CPUs.

    Attributes:
        kind: ``wake`` or ``ipi``.
        cpu: who sends it.
        target: the task, or the CPU.
        phase: how far it came.
        sock: the socket whose data wakes, 0 for none.
    """

    kind: str
    cpu: int
    target: int
    phase: float
    sock: int = 0


def _waking(desk: Desk, cpu: int) -> int:
    """The socket whose data a CPU announces just now: none after it has left the softirq or the call."""
    end = desk.step + 1
    functions, packets, where = desk.span(max(0, end - WAKE_BACK), end, "fn", "packet", "where")
    mine = np.flatnonzero(where >> 8 == cpu)[::-1]
    ready = desk.numbers("sock_def_readable")
    over = desk.numbers("softirq_entry", "sys_enter", "irq_handler_entry", "hrtimer_wakeup")
    for at in mine.tolist():
        if int(functions[at]) in ready:
            return int(packets[at])
        if int(functions[at]) in over:
            break
    return 0


def signals(desk: Desk, moment: Moment) -> tuple[Signal, ...]:
    """Wake-ups (target: task) and RPS interrupts (target: CPU) under way, or just done when all is at rest."""
    wake, ipi = desk.numbers("try_to_wake_up"), desk.numbers("net_rps_send_ipi")
    found: list[Signal] = []
    events = [(act.function, act.packet, act.cpu, act.phase) for act in moment.acts]
    if moment.step >= 0 and not moment.acts:
        (function,), (packet,), (where,) = desk.span(moment.step, moment.step + 1, "fn", "packet", "where")
        events = [(int(function), int(packet), int(where) >> 8, 1.0)]
    for function, packet, cpu, phase in events:
        if function in wake:
            found.append(Signal("wake", cpu, packet, phase, _waking(desk, cpu)))
        elif function in ipi:
            target = desk.cursor.get(packet, "cpu") if packet else 0
            found.append(Signal("ipi", cpu, target if isinstance(target, int) else 0, phase))
    return tuple(found)
