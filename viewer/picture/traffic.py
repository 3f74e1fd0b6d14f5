"""The packets that move inside the host, and the lines that say where they go: DMA, tracks, backlogs, wake-ups."""

from __future__ import annotations

from dataclasses import dataclass

from engine.timeline.schema import NO_CPU
from engine.topology import Station
from viewer.picture.layer import Rect
from viewer.picture.layout import Layout, Mode, Row
from viewer.picture.level import Level
from viewer.picture.onwire import Showing
from viewer.picture.places import (
    Ground,
    Point,
    along,
    backlog_spot,
    exit_way,
    packet_spot,
    read_way,
    ring_mouth,
)
from viewer.picture.reading.adapter import Adapter
from viewer.picture.reading.desk import Desk
from viewer.picture.reading.flights import DROPPING, Carried, Signal
from viewer.picture.regions.arrows import Arrow, Tie
from viewer.picture.regions.common import flow_edge
from viewer.picture.regions.drops import FALL, TILT
from viewer.picture.regions.sockets import tank_rect
from viewer.picture.sprites import Body, Form, Sprite
from viewer.picture.stamps import Stamps
from viewer.score.moment import Moment
from viewer.theme.curves import Curve, ease
from viewer.theme.tokens import Role

RIM_PX = 7.0


@dataclass(frozen=True, slots=True)
class Way:
    """Where a packet is carried from and to, as far as the timeline knows: its socket, the backlog it goes to."""

    sock: int
    backlog: int


def way_of(desk: Desk, held: Carried) -> Way:
    """Look at what the act under way will have done: which socket or which backlog holds the packet then."""
    cursor = desk.ahead(held.step)
    sock, backlog = 0, -1
    if desk.is_skb(held.uid) and cursor.exists(held.uid):
        found = cursor.where(held.uid)
        owner = desk.timeline.table.lists[found[0]].owner if found else 0
        if owner:
            name = desk.timeline.object(owner).cls.name
            if name == "sock":
                sock = int(owner)
            elif name == "softnet_data":
                target = cursor.get(owner, "cpu")
                backlog = target if isinstance(target, int) else -1
        if not sock:
            value = cursor.get(held.uid, "sk")
            sock = value if isinstance(value, int) else 0
    if not sock and held.station in (Station.SYSCALL, Station.SOCKET, Station.WAKE):
        sock = desk.sock_of(held.uid)
    return Way(sock, backlog)


def stamp_dma(
    desk: Desk, moment: Moment, stamps: Stamps, place: Layout, adapter: Adapter | None, how: Showing
) -> None:
    """Frames that the adapter writes to memory, between its edge and their ring."""
    if adapter is None:
        return
    for act in moment.acts:
        if act.cpu != NO_CPU or desk.station(act.function) != Station.RING:
            continue
        flow = desk.letter(act.packet)
        queue = adapter.queue_of(desk.known(act.packet, "hash")) if flow >= 0 else 0
        row = place.row(adapter.queue_cpu.get(queue, 0))
        if flow < 0 or row is None or row.mode is Mode.STRIP:
            continue
        end = ring_mouth(place, row)
        start: Point = (place.nic.right - 10.0, end[1])
        x, y = along((start, end), ease(Curve.ENTER, act.phase))
        look = Sprite(flow, Form.DOT, Body.FRAME, size=9)
        if how.level.slots:
            look = Sprite(flow, Form.MARK, Body.FRAME, scale=how.level.text)
        stamps.add(how.looks(look, act.packet), x, y, act.packet)


def stamp_carried(
    desk: Desk,
    stamps: Stamps,
    ground: Ground,
    held: dict[int, Carried | None],
    known: dict[int, Way],
    how: Showing,
) -> tuple[Arrow, ...]:
    """The one packet of each CPU; returns the lit ways that leave the tracks.

    Of a CPU that handles too many only the selected packet, a lost one and a flow's first are shown.
    """
    ways: list[Arrow] = []
    for cpu, packet in held.items():
        row = ground.place.row(cpu)
        if packet is None or row is None:
            continue
        where = known[cpu]
        chosen = not how.wanted.isdisjoint(packet.kin)
        low = row.mode is Mode.STRIP and packet.station not in (Station.SYSCALL, Station.APP)
        look = how.looks(_carried_look(desk, packet, how.level, low=low), packet.uid)._replace(
            selected=chosen
        )
        spot = packet_spot(ground, row, packet, where.sock, reduced=how.reduced)
        if packet.falling and packet.phase >= 1.0:
            ways += _lit_way(ground, row, packet, where)
            continue  # it is drawn as a loss
        if packet.falling:
            fall = ease(Curve.GRAVITY, packet.phase)
            look = look._replace(form=Form.CAPSULE, label="", lost=True, tilt=-round(TILT * fall), selected=False,
                                 passed=False, scale=1.0)  # fmt: skip
            stamps.add(look, spot[0], spot[1] + FALL * fall, packet.uid)
            continue
        if packet.station == Station.BACKLOG and where.backlog >= 0:
            spot, arrow = _steered(ground, packet, spot, where.backlog, reduced=how.reduced)
            ways += [arrow] if arrow is not None else []
        ways += _lit_way(ground, row, packet, where)
        queued = packet.phase >= 1.0 and packet.origin == packet.station and packet.skb
        if queued and packet.station in (Station.SOCKET, Station.WAKE):
            continue  # it lies in the tank now
        if cpu in how.quick and not chosen and not _first(desk, packet):
            continue  # the ribbon stands for it
        stamps.add(look, spot[0], spot[1], packet.uid)
    return tuple(ways)


def _carried_look(desk: Desk, packet: Carried, level: Level, *, low: bool) -> Sprite:
    """A packet at work: mark and letter; close up its length as well."""
    body = Body.SKB if packet.skb else Body.FRAME
    if packet.skb and desk.known(packet.uid, "cloned"):
        body = Body.CLONE
    if level is Level.OVERVIEW or low:
        return Sprite(packet.flow, Form.CAPSULE, body, size=14 if low else 0)
    length = desk.known(packet.uid, "len")
    label = "" if length is None else f"{length} B"
    return Sprite(packet.flow, Form.CARD, body, label, scale=level.text)


def _first(desk: Desk, packet: Carried) -> bool:
    """Whether it is the first of its flow."""
    return desk.made(packet.uid, "number") == 0


def _lit_way(ground: Ground, row: Row, packet: Carried, where: Way) -> list[Arrow]:
    """The way of a packet beyond its track: into a socket, or out of it."""
    ink = flow_edge(packet.flow)
    if packet.station in (Station.SOCKET, Station.WAKE):
        line = exit_way(ground, row, where.sock)
        rim = tank_rect(ground.slot(where.sock)).x - RIM_PX
        if packet.function in DROPPING and line[-1][0] > rim:  # turned away: it does not come over the mouth
            line = (*line[:-1], (rim, line[-1][1]))
        return [Arrow(Tie.WAY, line, ink, head=False, width=3.0, name="to socket")]
    if packet.station == Station.SYSCALL:
        return [Arrow(Tie.WAY, read_way(ground, where.sock), ink, head=False, width=3.0, name="read")]
    return []


def _steered(
    ground: Ground, packet: Carried, start: Point, cpu: int, *, reduced: bool
) -> tuple[Point, Arrow | None]:
    """A packet that RPS sends to another CPU: a curve from its track to that CPU's backlog."""
    end = backlog_spot(ground, cpu)
    if end is None:
        return start, None
    bend = ((start[0], start[1]), (start[0] + 26.0, start[1]), (end[0], start[1]), (end[0], end[1] - 4.0))
    arrow = Arrow(
        Tie.WAY, bend, flow_edge(packet.flow), curve=True, width=3.0, name=f"to input_pkt_queue {cpu}"
    )
    share = 1.0 if reduced else ease(Curve.TRAVEL, packet.phase)
    return _cubic(bend, share), arrow


def _cubic(points: tuple[Point, ...], share: float) -> Point:
    rest = 1.0 - share
    weights = (rest**3, 3 * rest * rest * share, 3 * rest * share * share, share**3)
    x = sum(weight * point[0] for weight, point in zip(weights, points, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, points, strict=True))
    return x, y


def signal_arrows(signals: tuple[Signal, ...], ground: Ground, tasks: dict[int, Rect]) -> tuple[Arrow, ...]:
    """Arrows of wake-ups and of interrupts between CPUs."""
    place = ground.place
    arrows: list[Arrow] = []
    for signal in signals:
        row = place.row(signal.cpu)
        if row is None:
            continue
        if signal.kind == "ipi":
            target = place.row(signal.target)
            if target is not None and target is not row:
                down = target.card.y > row.card.y
                x = place.track_right - 92.0
                start = (x, row.card.bottom - 16.0 if down else row.card.y + 16.0)
                end = (x, target.card.y + 28.0 if down else target.card.bottom - 28.0)
                label = "IPI" if signal.phase >= 1.0 else ""
                arrows.append(Arrow(Tie.IPI, (start, end), Role.HARDIRQ, label, signal.phase, name="IPI"))
            continue
        slot = tasks.get(signal.target)
        if slot is None:
            continue
        lane = slot.x - 8.0
        source = ground.sock_slots.get(signal.sock)
        # what wakes without a socket, such as a timer, comes from its CPU's row: the lane at its height
        start = (lane, row.card.cy) if source is None else (source.right - 2.0, ground.height(signal.sock))
        line = (start, (lane, start[1]), (lane, slot.cy), (slot.x + 4.0, slot.cy))
        arrows.append(Arrow(Tie.WAKE, line, Role.SELECT, "", signal.phase, name="wakeup"))
    return tuple(arrows)


def fan_arrows(adapter: Adapter | None, place: Layout) -> tuple[Arrow, ...]:
    """Short lines from the adapter to the ring that each flow is hashed to."""
    if adapter is None:
        return ()
    flows_of: dict[int, list[int]] = {}
    for flow, queue in adapter.routes.items():
        flows_of.setdefault(adapter.queue_cpu.get(queue, 0), []).append(flow)
    arrows: list[Arrow] = []
    for cpu, flows in flows_of.items():
        row = place.row(cpu)
        if row is None:
            continue
        x, y = ring_mouth(place, row)
        step = min(9.0, 36.0 / max(1, len(flows)))
        for at, flow in enumerate(flows[:8]):
            level = y + (at - (min(len(flows), 8) - 1) / 2.0) * step
            end = row.card.x + 2.0 if row.mode is Mode.STRIP else max(row.card.x + 2.0, x - 10.0)
            line = ((place.nic.right + 4.0, level), (end, level))
            arrows.append(Arrow(Tie.WAY, line, flow_edge(flow), head=False, name="RSS"))
    return tuple(arrows)
