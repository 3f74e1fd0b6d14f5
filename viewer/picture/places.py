"""Where a packet is on the canvas: stations to points, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from engine.topology import Station
from viewer.picture.layer import Rect
from viewer.picture.layout import Layout, Mode, Row, Stage
from viewer.picture.reading.flights import STAGE_OF, Carried
from viewer.picture.regions.bays import backlog_rect
from viewer.picture.regions.ring import OUTER, RING_Y, SMALL_OUTER
from viewer.picture.regions.sockets import is_tank, reader_spot, tank_level, tank_rect
from viewer.theme.curves import Curve, ease

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """What positions depend on besides the layout.

    Attributes:
        place: the layout.
        sock_slots: socket to the rectangle that shows it.
        sock_share: socket to its fill, 0 to 1.
        sock_y: socket to the height of its mark.
        backlogs: CPUs whose backlog is drawn.
    """

    place: Layout
    sock_slots: dict[int, Rect]
    sock_share: dict[int, float]
    sock_y: dict[int, float]
    backlogs: frozenset[int]

    def slot(self, sock: int) -> Rect:
        """What shows a socket; the first slot where it is not known."""
        found = self.sock_slots.get(sock)
        return found if found is not None else next(iter(self.sock_slots.values()), self.place.sockets[0])

    def height(self, sock: int) -> float:
        """The height of a socket's mark; of the first slot's where it is not known."""
        return self.sock_y.get(sock, self.slot(sock).y + 18.0)


def along(points: tuple[Point, ...], share: float) -> Point:
    """The point at a share of a line's length."""
    if share <= 0.0 or len(points) == 1:
        return points[0]
    pieces = list(pairwise(points))
    lengths = [((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in pieces]
    left = sum(lengths) * min(1.0, share)
    for (a, b), length in zip(pieces, lengths, strict=True):
        if left <= length and length > 0.0:
            part = left / length
            return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        left -= length
    return points[-1]


def ring_spot(place: Layout, row: Row) -> tuple[Point, float]:
    """Middle of a row's ring and its outer radius."""
    if row.mode is Mode.EXPANDED:
        return ((row.card.x + place.ring_right) / 2.0, row.body.y + RING_Y), OUTER
    return (row.card.x + 34.0, row.card.cy), min(SMALL_OUTER, row.card.h / 2.0 - 9.0)


def ring_mouth(place: Layout, row: Row) -> Point:
    """Where frames enter a row's ring: its left edge."""
    (x, y), radius = ring_spot(place, row)
    return x - radius - 2.0, y


def exit_way(ground: Ground, row: Row, sock: int) -> tuple[Point, ...]:
    """From the end of a row's track into a socket's tank."""
    place = ground.place
    slot = ground.slot(sock)
    y = row.track_y
    gap = place.track_right + 8.0
    tank = tank_rect(slot)
    if is_tank(slot, place.sockets):
        return (place.track_right, y), (gap, y), (gap, tank.y - 6.0), (tank.cx, tank.y - 6.0)
    level = ground.height(sock)
    return (place.track_right, y), (gap, y), (gap, level), (slot.x + 22.0, level)


def read_way(ground: Ground, sock: int) -> tuple[Point, ...]:
    """From a socket to the reading station."""
    place = ground.place
    slot = ground.slot(sock)
    spot = reader_spot(place.sockets[-1])
    lane = slot.right + 8.0
    low = place.sockets[-1].y + 9.0
    if is_tank(slot, place.sockets):
        tank = tank_rect(slot)
        start: Point = (tank.right + 2.0, min(tank.bottom - 12.0, tank_level(slot, 0.0) - 8.0))
    else:
        start = (slot.right - 9.0, ground.height(sock))
    return start, (lane, start[1]), (lane, low), (spot[0], low), (spot[0], spot[1] - 8.0)


def backlog_box(ground: Ground, cpu: int) -> Rect | None:
    """A CPU's backlog bay; None when the CPU has no row with one."""
    row = ground.place.row(cpu)
    if row is None or row.mode is Mode.STRIP:
        return None
    return backlog_rect(row.body, ground.place.stages, expanded=row.mode is Mode.EXPANDED)


def backlog_spot(ground: Ground, cpu: int) -> Point | None:
    """Top of a CPU's backlog bay; None when the CPU has no row."""
    row = ground.place.row(cpu)
    if row is None:
        return None
    box = backlog_box(ground, cpu)
    return (ground.place.stage(Stage.GRO) + 20.0, row.track_y) if box is None else (box.cx, box.y)


def station_spot(ground: Ground, row: Row, station: str, sock: int) -> Point:
    """Where a station is for a packet on a row."""
    place = ground.place
    stage = STAGE_OF.get(station)
    if stage is not None:
        return place.stage(stage), row.track_y
    if station == Station.BACKLOG:
        return (place.stage(Stage.GRO) + place.stage(Stage.TAP)) / 2.0, row.track_y
    if station in (Station.SOCKET, Station.WAKE):
        return exit_way(ground, row, sock)[-1]
    if station in (Station.SYSCALL, Station.APP, Station.SCHED):
        return reader_spot(place.sockets[-1])
    return place.track_left, row.track_y


def way(ground: Ground, row: Row, held: Carried, sock: int) -> tuple[Point, ...]:
    """The line from a packet's last station to the one it goes to."""
    start = station_spot(ground, row, held.origin or Station.RING, sock)
    end = station_spot(ground, row, held.station, sock)
    reading = (Station.SYSCALL, Station.APP)
    if held.station == Station.SOCKET and held.origin not in (Station.SOCKET, Station.WAKE):
        return start, *exit_way(ground, row, sock)
    if held.station in reading and held.origin not in reading:
        return *read_way(ground, sock), reader_spot(ground.place.sockets[-1])
    if held.station in STAGE_OF and held.origin not in STAGE_OF and held.origin != Station.BACKLOG:
        return (place_left(ground), row.track_y), end
    return start, end


def place_left(ground: Ground) -> float:
    """First pixel of the tracks."""
    return ground.place.track_left


def packet_spot(ground: Ground, row: Row, held: Carried, sock: int, *, reduced: bool) -> Point:
    """Where a carried packet is drawn."""
    if held.origin == held.station or reduced:
        return station_spot(ground, row, held.station, sock)
    return along(way(ground, row, held, sock), ease(Curve.TRAVEL, held.phase))
