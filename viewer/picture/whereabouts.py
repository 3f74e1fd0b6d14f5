"""Where a packet waits that nobody handles just now: in the FIFO, a ring, a list, a backlog, a socket."""

from __future__ import annotations

from math import cos, pi, sin

from viewer.picture.items import Kind, Thing
from viewer.picture.layer import Layer, Rect, Sketch, mono
from viewer.picture.layout import Mode
from viewer.picture.level import Level
from viewer.picture.places import Ground, Point, backlog_box, ring_spot
from viewer.picture.reading.adapter import Adapter
from viewer.picture.reading.desk import Desk
from viewer.picture.regions.bays import bay_rects
from viewer.picture.regions.sockets import tank_level, tank_rect
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role, Z

MARK = 9.0
LEAST = 0.5
"""How much of it the ring keeps at least."""


def waiting_spot(
    desk: Desk, packet: int, ground: Ground, adapter: Adapter | None
) -> tuple[int, Point] | None:
    """The form in which a packet waits, and where; None when it waits nowhere that is drawn."""
    for form in desk.kin(packet).tolist()[::-1]:
        if not desk.cursor.exists(form):
            continue
        found = desk.cursor.where(form)
        if found is None:
            continue
        spot = _spot(desk, found, ground, adapter)
        if spot is not None:
            return form, spot
    return None


def ring_layer(packet: int, spot: Point, level: Level) -> Layer:
    """A white ring with the packet's number where it waits; closer up a smaller one."""
    x, y = spot
    size = MARK * max(level.text, LEAST)
    sketch = Sketch("whereabouts", Rect(x - 60.0, y - 34.0, 120.0, 54.0), Z.PACKET_SELECTED)
    with sketch.thing(Thing(Kind.PACKET, f"#{packet}", packet, f"Packet {packet} waits here.")):
        sketch.disc(x, y, size, None, z=Z.PACKET_SELECTED, stroke=Role.SELECT, width=2.0 * level.text)
        if not level.fields:  # its card says so then
            run = mono(f"#{packet}", Role.TEXT, Type.MICRO, 600).at(level)
            sketch.write(x + size + 8.0 * level.text, y - size - 4.0 * level.text, run, plate=Role.RAISED)
    return sketch.layer()


def _spot(desk: Desk, found: tuple[int, int], ground: Ground, adapter: Adapter | None) -> Point | None:
    owner = desk.timeline.table.lists[found[0]].owner
    place = ground.place
    match desk.timeline.object(owner).cls.name:
        case "nic":
            return place.nic.x + 60.0, (place.deck.y if place.deck else place.nic.bottom) - 49.0
        case "rx_ring":
            return _in_ring(desk, owner, found[1], ground, adapter)
        case "napi_struct":
            row = next((row for row in place.rows if row.mode is Mode.EXPANDED), None)
            if row is None:
                return None
            seats = bay_rects(row.body, place.track_left, place.track_right)[2]
            return seats.x + 22.0 + min(found[1], 7) * 21.5, seats.y + 57.0
        case "softnet_data":
            cpu = desk.known(owner, "cpu") or 0
            box = backlog_box(ground, cpu)
            return None if box is None else (box.x + 22.0 + min(found[1], 4) * 25.0, box.bottom - 13.0)
        case "sock":
            return _in_tank(desk, owner, found[1], ground)
    return None


def _in_ring(desk: Desk, ring: int, position: int, ground: Ground, adapter: Adapter | None) -> Point | None:
    queue, count = desk.known(ring, "queue"), desk.known(ring, "count")
    clean = desk.known(ring, "next_to_clean")
    cpu = adapter.queue_cpu.get(queue or 0, 0) if adapter is not None else 0
    row = ground.place.row(cpu)
    if row is None or row.mode is Mode.STRIP or not count or clean is None:
        return None
    (x, y), outer = ring_spot(ground.place, row)
    angle = 2.0 * pi * ((clean + position) % count + 0.5) / count
    reach = outer * 0.875
    return x + reach * sin(angle), y - reach * cos(angle)


def _in_tank(desk: Desk, sock: int, position: int, ground: Ground) -> Point | None:
    slot = ground.sock_slots.get(sock)
    if slot is None:
        return None
    if slot.y != ground.place.sockets[0].y:
        return slot.x + 22.0, ground.height(sock)
    tank, queued = tank_rect(slot), max(1, desk.known(sock, "queued") or 1)
    top = tank_level(slot, ground.sock_share.get(sock, 0.0))
    share = (position + 0.5) / queued
    return tank.cx, tank.bottom - 4.0 - (tank.bottom - 4.0 - top) * min(1.0, share)
