"""Sockets: receive queues as tanks of truesize bytes against sk_rcvbuf, and the station where programs read.

The first socket has the tall tank with a layer per skb; further ones a bar; many share a list. The last
slot is the reader's station: the function that takes datagrams out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from viewer.picture.items import Align, Dash, Kind, Run, Thing
from viewer.picture.layer import Layer, Rect, Sketch, mono, number, ui
from viewer.picture.level import Level
from viewer.picture.regions.close import Pairs, write_fields
from viewer.picture.regions.common import (
    bar,
    card,
    flow_edge,
    flow_fill,
    flow_mark,
    flow_or_grey,
    note,
    width_of,
)
from viewer.picture.regions.sockets_close import (
    SocketClose,
    draw_tall_close,
    flat_fields,
    layer_names,
    least_layer,
    line_fields,
    segments,
)
from viewer.picture.words import grouped
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role, Z

NEAR = 0.85
MOST_LAYERS = 160
TANK_ROOM = 1.06
LINE_PX = 21.0
NO_RUN = -2
TALL = 190.0
CHIP_PX = 36.0
"""So high above the bottom of a tank's card begins the chip of a loss."""


@dataclass(frozen=True, slots=True)
class Socket:
    """One socket.

    Attributes:
        name: ``UDP :9000``.
        uid: its number in the timeline.
        flow: flow of its first waiting or latest datagram; -1 before the first.
        layers: (flow, truesize) of each waiting skb, oldest first; at most what is worth drawing.
        queued: how many wait.
        rmem: sk_rmem_alloc.
        rcvbuf: sk_rcvbuf.
        drops: sk_drops.
        owner: name of the program.
        rmem_changed: whether sk_rmem_alloc moved in this step.
        close: what is added close up.
    """

    name: str
    uid: int
    flow: int
    layers: tuple[tuple[int, int], ...]
    queued: int
    rmem: int
    rcvbuf: int
    drops: int = 0
    owner: str = ""
    rmem_changed: bool = False
    close: SocketClose | None = None

    @property
    def share(self) -> float:
        """sk_rmem_alloc over sk_rcvbuf."""
        return self.rmem / self.rcvbuf if self.rcvbuf else 0.0

    def sentence(self) -> str:
        """Its state in words."""
        return (
            f"{self.name}: {self.queued} skbs, {grouped(self.rmem)} of {grouped(self.rcvbuf)} bytes, "
            f"{self.drops} dropped."
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """The station where datagrams leave: function, what it is doing, its flow (-1 for none); fields close up."""

    function: str
    words: str
    flow: int = -1
    task: str = ""
    close: Pairs = ()


def tank_rect(slot: Rect) -> Rect:
    """The tank inside a tall slot."""
    width = min(69.0, slot.w * 0.4)
    return Rect(slot.x + 18.0, slot.y + 45.0, width, slot.h - 96.0)


def tank_level(slot: Rect, share: float) -> float:
    """Height of the level for a share of rcvbuf: the line at rcvbuf leaves a rim above it."""
    tank = tank_rect(slot)
    inner = tank.h - 8.0
    return tank.bottom - 4.0 - inner * min(1.0, share / TANK_ROOM)


def _mark_or_dot(sketch: Sketch, x: float, y: float, flow: int) -> None:
    if flow >= 0:
        flow_mark(sketch, x, y, flow)
    else:
        sketch.disc(x, y, 7.0, None, z=Z.BAY, stroke=Role.LINE_STRONG)


def _fill(sketch: Sketch, socket: Socket, slot: Rect) -> None:
    """The layers from the bottom up: runs of one flow are one box, a hairline parts every skb."""
    tank = tank_rect(slot)
    inner = tank.h - 8.0
    px = inner / (socket.rcvbuf * TANK_ROOM) if socket.rcvbuf else 0.0
    left, width = tank.x + 4.0, tank.w - 8.0
    y = tank.bottom - 4.0
    top = tank_level(slot, socket.share)
    layers = socket.layers[:MOST_LAYERS]
    if not layers and socket.rmem > 0:
        layers = ((socket.flow, socket.rmem),)
    run_flow, run_bottom, lines = NO_RUN, y, []
    least = least_layer(socket.close.level if socket.close is not None else Level.OVERVIEW)
    for at, (flow, truesize) in enumerate(layers):
        if flow != run_flow:
            if run_flow > NO_RUN and run_bottom - y >= 0.5:
                sketch.box(
                    Rect(left, y, width, run_bottom - y), z=Z.BAY, radius=3.0, fill=flow_or_grey(run_flow)
                )
            run_flow, run_bottom = flow, y
        y = max(top, y - truesize * px)
        if at + 1 < len(layers) and truesize * px >= least:
            lines.append(y)
    if run_flow > NO_RUN and run_bottom - top >= 0.5:
        sketch.box(Rect(left, top, width, run_bottom - top), z=Z.BAY, radius=4.0, fill=flow_or_grey(run_flow))
        for line in lines:
            sketch.line(((left, line), (left + width, line)), Role.INPUT, width=1.0, opacity=0.35, z=Z.BAY)
    if socket.close is not None:
        layer_names(sketch, socket.close, left, width, tank.bottom - 4.0, px, top)


def _tank(sketch: Sketch, socket: Socket, slot: Rect) -> None:
    tank = tank_rect(slot)
    sketch.box(tank.inset(2.0), z=Z.STATION, radius=8.0, fill=Role.INPUT)
    _fill(sketch, socket, slot)
    wall = ((tank.x, tank.y), (tank.x, tank.bottom), (tank.right, tank.bottom), (tank.right, tank.y))
    sketch.line(wall, Role.CONTROL, width=2.0, corner=10.0, z=Z.BAY)
    line = tank_level(slot, 1.0)
    sketch.line(
        ((tank.x - 10.0, line), (tank.right + 8.0, line)), Role.TEXT, width=1.5, dash=Dash.SHORT, z=Z.LABEL
    )


def _figures(sketch: Sketch, socket: Socket, slot: Rect, *, losing: bool) -> None:
    """What is in the tank; the unit gives way to the chip of a loss where it is low."""
    tank = tank_rect(slot)
    x, room = tank.right + 14.0, slot.right - tank.right - 18.0
    line = tank_level(slot, 1.0)
    near = socket.share >= NEAR
    if socket.drops:
        drops = (mono("sk_drops ", Role.TEXT_TERTIARY, Type.MICRO), number(grouped(socket.drops), Role.LOST))
        sketch.write(slot.right - 12.0, slot.y + 39.0, *drops, align=Align.RIGHT)
    if socket.close is not None:
        draw_tall_close(sketch, socket.close, x, line - 2.0, slot)
        if socket.close.level.fields:
            return
    sketch.write(x, line + 4.0, ui("rcvbuf", Role.TEXT_SECONDARY, Type.SMALL, 600))
    sketch.write(x, line + 19.0, number(grouped(socket.rcvbuf), kind=Type.SMALL), room=room)
    count = Run(grouped(socket.queued), Type.READOUT, Face.DISPLAY, Role.TEXT, 600)
    sketch.write(x, line + 49.0, count, room=room)
    sketch.write(x, line + 65.0, note("skbs"))
    value = Run(grouped(socket.rmem), Type.LABEL, Face.UI, Role.TEXT, 700 if near else 600)
    if socket.rmem_changed:
        value = value._replace(ink=Role.CHANGED_INK)
        sketch.write(x + 4.0, line + 86.0, value, room=room, plate=Role.CHANGED)
    else:
        sketch.write(x, line + 86.0, value, room=room)
    if losing and line + 103.0 > slot.bottom - CHIP_PX:
        return
    sketch.write(x, line + 101.0, ui("B truesize", Role.TEXT_TERTIARY, Type.SMALL))


def _tall(sketch: Sketch, socket: Socket, slot: Rect, *, losing: bool) -> None:
    with sketch.thing(Thing(Kind.SOCKET, socket.name, socket.uid, socket.sentence())):
        card(sketch, slot)
        _mark_or_dot(sketch, slot.x + 22.0, slot.y + 18.0, socket.flow)
        name = _fitting(socket.name, slot.w - 48.0, Type.LABEL)
        sketch.write(slot.x + 37.0, slot.y + 18.0, name, middle=True)
        _tank(sketch, socket, slot)
        _figures(sketch, socket, slot, losing=losing)


def _flat(sketch: Sketch, socket: Socket, slot: Rect, *, losing: bool) -> None:
    """A socket with a card of its own: a tank where there is room, else a bar; no small words beside a loss."""
    if slot.h >= TALL:
        _tall(sketch, socket, slot, losing=losing)
        return
    with sketch.thing(Thing(Kind.SOCKET, socket.name, socket.uid, socket.sentence())):
        card(sketch, slot)
        top = _flat_top(slot)
        _mark_or_dot(sketch, slot.x + 22.0, top + 21.0, socket.flow)
        count = note(grouped(socket.queued))
        name = _fitting(socket.name, slot.w - 59.0 - width_of(count), Type.LABEL)
        sketch.write(slot.x + 37.0, top + 21.0, name, middle=True)
        sketch.write(slot.right - 14.0, top + 21.0, count, align=Align.RIGHT, middle=True)
        ink = flow_or_grey(socket.flow)
        level = Rect(slot.x + 14.0, top + 42.0, slot.w - 28.0, 6.0)
        if socket.close is None:
            bar(sketch, level, socket.share, ink)
        else:
            segments(sketch, level, socket.close.skbs, socket.rcvbuf, socket.share, ink)
            if not losing:
                flat_fields(sketch, socket.close, slot, top, words=slot.h >= 72.0)
        if slot.h < 72.0:
            return
        value = number(grouped(socket.rmem), kind=Type.LABEL, weight=700 if socket.share >= NEAR else 600)
        lost = number(grouped(socket.drops), Role.LOST)
        room = slot.w - 28.0 - (width_of(lost) + 6.0 if socket.drops else 0.0)
        units = (f" / {grouped(socket.rcvbuf)} B", f" / {grouped(socket.rcvbuf)}")
        fitting = (run for run in map(note, units) if width_of(value) + width_of(run) <= room)
        sketch.write(slot.x + 14.0, top + 71.0, value, *[*fitting][:1], room=room)
        if socket.drops:
            sketch.write(slot.right - 14.0, top + 71.0, lost, align=Align.RIGHT)


def _fitting(name: str, room: float, kind: Type = Type.SMALL) -> Run:
    """A socket's name, without its protocol and then without its owner where there is little room."""
    port = name.partition(" ")[2]
    for words in (name, port, port.partition(" ")[0]):
        run = ui(words, Role.TEXT, kind, 600)
        if width_of(run) <= room:
            break
    return run


def _line(sketch: Sketch, socket: Socket, x: float, y: float, width: float) -> None:
    """A socket as a line of a list: mark, name, bytes, thin bar."""
    with sketch.thing(Thing(Kind.SOCKET, socket.name, socket.uid, socket.sentence())):
        sketch.box(Rect(x, y, width, LINE_PX))
        _mark_or_dot(sketch, x + 8.0, y + 9.0, socket.flow)
        ink = Role.LOST if socket.drops else Role.TEXT_SECONDARY
        value = number(grouped(socket.drops) if socket.drops else grouped(socket.rmem), ink, Type.SMALL)
        name = _fitting(socket.name, width - 28.0 - width_of(value))
        sketch.write(x + 22.0, y + 8.0, name, middle=True)
        sketch.write(x + width, y + 8.0, value, align=Align.RIGHT, middle=True)
        fill = flow_or_grey(socket.flow)
        bar(sketch, Rect(x + 22.0, y + 16.0, width - 22.0, 3.0), socket.share, fill)


def _lines(count: int, slot: Rect, *, losing: bool) -> tuple[int, float]:
    """How many sockets of a list are shown, and from line to line."""
    room = max(1, int((slot.h - 10.0) // LINE_PX))
    step = min(40.0, (slot.h - 14.0 - (LINE_PX if losing else 0.0)) / max(1, min(room, count)))
    shown = count if count < room or (count == room and not losing) else room - 1
    return shown, max(LINE_PX, step) if losing else step


def _flat_top(slot: Rect) -> float:
    """Where the parts of a socket with a card of its own begin: higher where it is low."""
    return slot.y + max(-10.0, min(0.0, (slot.h - 88.0) / 3.0))


def _pair(sketch: Sketch, sockets: tuple[Socket, ...], slot: Rect, *, losing: bool) -> None:
    """Several sockets as lines; the last line is left to a loss that is being shown."""
    card(sketch, slot)
    room, step = _lines(len(sockets), slot, losing=losing)
    shown = sockets[:room]
    for place, socket in enumerate(shown):
        y = slot.y + 10.0 + place * step
        _line(sketch, socket, slot.x + 14.0, y, slot.w - 28.0)
        if socket.close is not None and not losing:
            with sketch.thing(Thing(Kind.SOCKET, socket.name, socket.uid, socket.sentence())):
                line_fields(sketch, socket.close, slot.x + 14.0, y, slot.w - 28.0, min(step, slot.bottom - y))
    more = len(sockets) - len(shown)
    if more and not losing:
        waiting = sum(socket.queued for socket in sockets[len(shown) :])
        words = note(f"+{more} sockets, {grouped(waiting)} skbs")
        sketch.write(
            slot.x + 14.0, slot.y + 10.0 + len(shown) * step + 8.0, words, middle=True, room=slot.w - 18.0
        )


def _reader(sketch: Sketch, reader: Reader | None, slot: Rect) -> None:
    if reader is None:
        card(sketch, slot)
        sketch.write(slot.cx, slot.cy, note("nobody reads"), align=Align.CENTRE, middle=True)
        return
    with sketch.thing(Thing(Kind.STATION, reader.function, 0, f"{reader.function}: {reader.words}.")):
        card(sketch, slot)
        x, y = reader_spot(slot)
        lit = reader.flow >= 0
        edge = flow_edge(reader.flow) if lit else Role.TRACK
        sketch.disc(x, y, 7.5, Role.CARD, z=Z.BAY, stroke=edge, width=2.5 if lit else 2.0)
        if lit:
            sketch.disc(x, y, 3.0, flow_fill(reader.flow), z=Z.BAY)
        name = mono(reader.function, Role.TEXT if lit else Role.TEXT_SECONDARY, Type.SMALL, 600)
        sketch.write(slot.cx, y + 25.0, name, align=Align.CENTRE, room=slot.w - 8.0)
        if slot.h < 76.0:
            return
        sketch.write(slot.cx, y + 42.0, note(reader.words), align=Align.CENTRE, room=slot.w - 8.0)
        rest = Rect(slot.x + 10.0, y + 46.4, slot.w - 20.0, max(0.0, slot.bottom - 1.0 - y - 46.4))
        write_fields(sketch, reader.close, (rest,))


def reader_spot(slot: Rect) -> tuple[float, float]:
    """Middle of the reader's station."""
    return slot.cx, slot.y + min(34.0, max(14.0, slot.h * 0.39))


T = TypeVar("T")


def first_slot(count: int, slots: tuple[Rect, ...]) -> Rect:
    """The first socket's slot: it takes the room of slots that no socket needs."""
    spare = max(0, len(slots) - 1 - max(1, count))
    return Rect(slots[0].x, slots[0].y, slots[0].w, slots[spare].bottom - slots[0].y)


def _groups(sockets: tuple[T, ...], slots: tuple[Rect, ...]) -> list[tuple[Rect, tuple[T, ...]]]:
    """Which sockets beyond the first share which slot: one each, the later slots more when they are many."""
    spare = max(0, len(slots) - 1 - max(1, len(sockets)))
    rest, room = sockets[1:], slots[1 + spare : -1]
    if not rest or not room:
        return []
    each = [1] * len(room)
    for extra in range(len(rest) - len(room)):
        each[-1 - extra % len(room)] += 1
    result: list[tuple[Rect, tuple[T, ...]]] = []
    at = 0
    for slot, count in zip(room, each, strict=True):
        group = rest[at : at + count]
        at += count
        if group:
            result.append((slot, group))
    return result


def socket_slots(uids: tuple[int, ...], slots: tuple[Rect, ...]) -> dict[int, Rect]:
    """The slot that shows each socket."""
    found = {uids[0]: first_slot(len(uids), slots)} if uids else {}
    for slot, group in _groups(uids, slots):
        found.update(dict.fromkeys(group, slot))
    return found


def is_tank(slot: Rect, slots: tuple[Rect, ...]) -> bool:
    """Whether packets fall into the tank of a slot: the first one, where it is not too low for a tank."""
    return slot.y == slots[0].y and slot.h >= TALL


def _mark_y(slot: Rect) -> float:
    return slot.y + 18.0 if slot.h >= TALL else _flat_top(slot) + 21.0


def socket_heights(
    uids: tuple[int, ...], slots: tuple[Rect, ...], losing: frozenset[int] = frozenset()
) -> dict[int, float]:
    """The height of each socket's mark; of those that have no line of their own, that of the words for the rest."""
    first = first_slot(len(uids), slots)
    found = {uids[0]: _mark_y(first)} if uids else {}
    for slot, group in _groups(uids, slots):
        if len(group) == 1:
            found[group[0]] = _mark_y(slot)
            continue
        shown, step = _lines(len(group), slot, losing=not losing.isdisjoint(group))
        found.update({uid: slot.y + 19.0 + min(place, shown) * step for place, uid in enumerate(group)})
    return found


@lru_cache(maxsize=24)
def sockets_layer(
    sockets: tuple[Socket, ...],
    reader: Reader | None,
    slots: tuple[Rect, ...],
    losing: frozenset[int] = frozenset(),
) -> Layer:
    """The socket column; ``losing`` are sockets at which a loss is shown."""
    whole = Rect(slots[0].x, slots[0].y, slots[0].w, slots[-1].bottom - slots[0].y)
    sketch = Sketch("sockets", whole.inset(-12.0))
    if not sockets:
        card(sketch, slots[0])
        sketch.write(slots[0].cx, slots[0].cy, note("no socket"), align=Align.CENTRE, middle=True)
    else:
        _flat(sketch, sockets[0], first_slot(len(sockets), slots), losing=sockets[0].uid in losing)
    if len(slots) > 1:
        _reader(sketch, reader, slots[-1])
    for slot, group in _groups(sockets, slots):
        if len(group) == 1:
            _flat(sketch, group[0], slot, losing=group[0].uid in losing)
        else:
            _pair(sketch, group, slot, losing=any(socket.uid in losing for socket in group))
    return sketch.layer()
