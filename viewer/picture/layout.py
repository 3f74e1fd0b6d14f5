"""Where everything stands: rows are CPUs, columns are stages, whatever the window's size.

Numbers are logical pixels of the canvas at zoom 1. At 1536 x 776 (the canvas of a 1920 x 1080 window) they
are the table of the visual specification; a wider canvas gives its width to the tracks, a narrower one
takes it from them and from the columns at the sides. No object moves to another cell unless the user asks:
rows stay in CPU order, and beyond four CPUs the focused one and its neighbours stay rows while all CPUs
share a heat strip.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from viewer.picture.division import COMPACT_LEAST, EXPANDED, GAP, NARROW, STRIP, division
from viewer.picture.layer import Rect

TOP = 48.0
HEAD_BASE = 26.0
HEAD_RULE = 36.0

TANK_LEAST = 190.0
"""Height of a socket's slot in which its tank can still be read."""

DECK = 172.0
DECK_LOW = 96.0
MARGIN = 14.0


class Stage(StrEnum):
    """The stages of a track, in order."""

    POLL = "poll"
    XDP = "xdp"
    GRO = "gro"
    TAP = "tap"
    IP = "ip"
    L4 = "l4"


STAGE_HEADS = {
    Stage.POLL: "POLL",
    Stage.XDP: "XDP",
    Stage.GRO: "GRO",
    Stage.TAP: "TAP · TC",
    Stage.IP: "IP",
    Stage.L4: "UDP · TCP",
}
_STAGE_PX = {
    Stage.POLL: 32.0,
    Stage.XDP: 110.0,
    Stage.GRO: 208.0,
    Stage.TAP: 304.0,
    Stage.IP: 384.0,
    Stage.L4: 470.0,
}
_TRACK_PX = 536.0
GATES = (Stage.XDP, Stage.TAP)


class Mode(StrEnum):
    """How much room a row has."""

    EXPANDED = "expanded"
    COMPACT = "compact"
    STRIP = "strip"


@dataclass(frozen=True, slots=True)
class Row:
    """One CPU's row: the whole card, and the height of its track."""

    cpu: int
    mode: Mode
    card: Rect
    track_y: float

    @property
    def body(self) -> Rect:
        """Where the row's parts stand: the card, or the middle of one that is taller than they need."""
        spare = max(0.0, self.card.h - EXPANDED) // 2.0 if self.mode is Mode.EXPANDED else 0.0
        return Rect(self.card.x, self.card.y + spare, self.card.w, self.card.h - 2.0 * spare)


@dataclass(frozen=True, slots=True)
class Layout:
    """The geometry of one canvas.

    Attributes:
        width: of the canvas.
        height: of the canvas.
        wire: column of the wire.
        nic: the adapter's card.
        ring_right: where a row's ring ends and its CPU begins.
        head_right: right edge of a row's gauges.
        track_left: first pixel of the tracks.
        track_right: last pixel of the tracks, the right edge of the rows.
        stages: middle of each stage.
        rows: the rows, top to bottom.
        heat: strip of all CPUs and queues, when they do not all have a row.
        sockets: slots of the socket column, top to bottom; the last is the reader's station.
        apps: slots of the column of wait queues and programs; empty on a narrow canvas.
        deck: the transmit deck; None where there is no room.
        minimap: None where there is no room.
        names: whether rows that are not focused have room for function names.
    """

    width: float
    height: float
    wire: Rect
    nic: Rect
    ring_right: float
    head_right: float
    track_left: float
    track_right: float
    stages: tuple[tuple[Stage, float], ...]
    rows: tuple[Row, ...]
    heat: Rect | None
    sockets: tuple[Rect, ...]
    apps: tuple[Rect, ...]
    deck: Rect | None
    minimap: Rect | None
    names: bool

    def stage(self, stage: Stage) -> float:
        """Middle of a stage."""
        return dict(self.stages)[stage]

    def row(self, cpu: int) -> Row | None:
        """The row of a CPU, if it has one."""
        return next((row for row in self.rows if row.cpu == cpu), None)

    def track_of(self, row: Row) -> Rect:
        """The part of a row's card that has its track and its bays."""
        return Rect(self.head_right, row.card.y, row.card.right - self.head_right, row.card.h)

    @property
    def socket_column(self) -> Rect:
        """The column of sockets as one rectangle."""
        return _column(self.sockets)

    @property
    def app_column(self) -> Rect:
        """The column of programs as one rectangle."""
        return _column(self.apps)


def _column(slots: tuple[Rect, ...]) -> Rect:
    first, last = slots[0], slots[-1]
    return Rect(first.x, first.y, first.w, last.bottom - first.y)


@dataclass(frozen=True, slots=True)
class _Columns:
    wire: tuple[float, float]
    nic: tuple[float, float]
    ring: tuple[float, float]
    head_right: float
    track: tuple[float, float]
    socket: tuple[float, float]
    app: tuple[float, float] | None


def _columns(width: float) -> _Columns:
    """Left and right edge of every column."""
    if width >= 1536.0:
        extra = width - 1536.0
        track_right = 1164.0 + round(extra * 0.7)
        socket = (track_right + 16.0, track_right + 188.0 + round(extra * 0.15))
        app = (socket[1] + 16.0, width - 16.0)
        return _Columns((16, 96), (104, 288), (304, 444), 608, (628, track_right), socket, app)
    if width >= NARROW:
        less = 1536.0 - width
        wire_right = 96.0 - round(min(24.0, less * 0.1))
        nic_left = wire_right + 8.0
        nic_right = nic_left + 184.0
        ring = (nic_right + 16.0, nic_right + 156.0)
        app = (width - 16.0 - 132.0 - max(0.0, round(20.0 - less * 0.08)), width - 16.0)
        socket = (app[0] - 16.0 - 164.0, app[0] - 16.0)
        head_right = ring[1] + 164.0
        return _Columns(
            (16, wire_right), (nic_left, nic_right), ring, head_right,
            (head_right + 20.0, socket[0] - 16.0), socket, app,
        )  # fmt: skip
    ring = (224.0, 364.0)
    socket = (width - 16.0 - 164.0, width - 16.0)
    head_right = ring[1] + 164.0
    return _Columns((8, 24), (32, 208), ring, head_right, (head_right + 16, socket[0] - 16), socket, None)


def _rows(
    shown: tuple[int, ...],
    focused: int,
    edges: tuple[float, float],
    heights: tuple[float, float],
    gap: float,
) -> tuple[Row, ...]:
    rows: list[Row] = []
    left, right = edges
    y = TOP
    for cpu in shown:
        height = heights[0] if cpu == focused else heights[1]
        if height >= EXPANDED:
            card = Rect(left, y, right - left, height)
            rows.append(Row(cpu, Mode.EXPANDED, card, y + max(0.0, card.h - EXPANDED) // 2.0 + 72.0))
        else:
            card = Rect(left, y, right - left, height)
            mode = Mode.STRIP if height < COMPACT_LEAST else Mode.COMPACT
            rows.append(Row(cpu, mode, card, round(card.cy)))
        y += card.h + gap
    return tuple(rows)


def _socket_slots(edges: tuple[float, float], height: float) -> tuple[Rect, ...]:
    """Slots of the sockets and of the reader: also on a low canvas more than one socket has room."""
    slots = _slots(edges, height)
    if len(slots) == 1:  # no tank then: a card for the first socket, one for the others, the reader
        count = 3 if height >= 3.0 * COMPACT_LEAST + 2.0 * GAP else 2
        each = float(int((height + GAP) / count - GAP))
        return tuple(
            Rect(edges[0], TOP + at * (each + GAP), edges[1] - edges[0], each) for at in range(count)
        )
    rest = height - TANK_LEAST - 2.0 * GAP - COMPACT_LEAST
    if len(slots) != 2 or rest < COMPACT_LEAST:
        return slots
    left, width = slots[0].x, slots[0].w
    second = TOP + TANK_LEAST + GAP
    last = second + COMPACT_LEAST + GAP
    return (
        Rect(left, TOP, width, TANK_LEAST),
        Rect(left, second, width, COMPACT_LEAST),
        Rect(left, last, width, TOP + height - last),
    )


def _slots(edges: tuple[float, float], height: float) -> tuple[Rect, ...]:
    """Slots of the columns at the right: one tall, then equal ones of at least 56 px."""
    left, right = edges
    rest = height - EXPANDED - GAP
    count = max(0, min(3, int((rest + GAP) // (COMPACT_LEAST + GAP))))
    if count == 0:
        return (Rect(left, TOP, right - left, height),)
    each = float(int((rest - (count - 1) * GAP) / count))
    tall = height - count * (each + GAP)
    tops = [TOP + tall + GAP + place * (each + GAP) for place in range(count)]
    return (Rect(left, TOP, right - left, tall), *(Rect(left, y, right - left, each) for y in tops))


@lru_cache(maxsize=64)
def layout(width: int, height: int, cpus: int, focused: int) -> Layout:
    """The geometry of a canvas for a host with ``cpus`` CPUs, one of which is focused."""
    columns = _columns(float(width))
    deck_h = DECK if height >= 760 else DECK_LOW if height >= 560 and width >= NARROW else 0.0
    bottom = height - MARGIN
    deck_y = bottom - deck_h
    space = (deck_y - 16.0 if deck_h else bottom) - TOP
    shown, heat, heights, gap = division(cpus, focused, space, float(width))
    left, right = columns.ring[0], columns.track[1]
    rows = _rows(shown, focused, (left, right), heights, gap)
    track = columns.track[1] - columns.track[0]
    stages = tuple(
        (stage, float(round(columns.track[0] + px * track / _TRACK_PX))) for stage, px in _STAGE_PX.items()
    )
    last = rows[-1].card.bottom
    app = columns.app
    return Layout(
        float(width),
        float(height),
        Rect(columns.wire[0], TOP, columns.wire[1] - columns.wire[0], bottom - TOP),
        Rect(columns.nic[0], TOP, columns.nic[1] - columns.nic[0], bottom - TOP),
        columns.ring[1],
        columns.head_right,
        columns.track[0],
        columns.track[1],
        stages,
        rows,
        Rect(left, last + gap, right - left, max(STRIP, TOP + space - last - gap)) if heat else None,
        _socket_slots(columns.socket, space),
        _slots(app, space) if app else (),
        Rect(left, deck_y, columns.socket[1] - left, deck_h) if deck_h else None,
        Rect(app[0], bottom - 86.0, app[1] - app[0], 86.0) if app and deck_h >= 86.0 else None,
        width >= 1400 and height >= 700,
    )


@dataclass(frozen=True, slots=True)
class Camera:
    """Pan and zoom: a scene point p is at ``p * zoom + (x, y)`` in the window."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def zoomed(self, factor: float, at_x: float, at_y: float) -> Camera:
        """Zoom by a factor so that the scene point under (at_x, at_y) stays there; zoom stays in 0.4 to 8."""
        zoom = min(8.0, max(0.4, self.zoom * factor))
        real = zoom / self.zoom
        return Camera(zoom, at_x - (at_x - self.x) * real, at_y - (at_y - self.y) * real)

    def panned(self, dx: float, dy: float) -> Camera:
        """Move the picture by window pixels."""
        return Camera(self.zoom, self.x + dx, self.y + dy)

    def framing(self, rect: Rect, width: float, height: float, margin: float = 24.0) -> Camera:
        """A camera that shows a rectangle of the scene as large as the window allows."""
        zoom = min((width - 2 * margin) / max(1.0, rect.w), (height - 2 * margin) / max(1.0, rect.h))
        zoom = min(8.0, max(0.4, zoom))
        return Camera(zoom, width / 2.0 - rect.cx * zoom, height / 2.0 - rect.cy * zoom)

    def to_scene(self, x: float, y: float) -> tuple[float, float]:
        """The scene point under a window point."""
        return (x - self.x) / self.zoom, (y - self.y) / self.zoom
