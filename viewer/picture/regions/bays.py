"""Where packets wait on a CPU: the poll in progress, GRO's buckets, rx_list, and the backlog of RPS.

What waits as an skb is drawn here as part of the row; only what moves is a sprite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from viewer.picture.items import Align, Dash, Kind, Thing
from viewer.picture.layer import Layer, Rect, Sketch, mono, number
from viewer.picture.layout import Stage
from viewer.picture.regions.bays_close import (
    BacklogClose,
    BaysClose,
    draw_backlog_close,
    draw_bucket,
    draw_gro_close,
    draw_poll_close,
    draw_seats_close,
)
from viewer.picture.regions.close import fine
from viewer.picture.regions.common import bay, flow_edge, flow_fill, flow_mark, note, width_of
from viewer.picture.words import plain
from viewer.theme.fonts import Type
from viewer.theme.tokens import Ink, Role, Z

TICKS = 16
BUCKETS = 8
SEATS = 8
QUEUE_SEATS = 5


@dataclass(frozen=True, slots=True)
class Seat:
    """A place of a list.

    Attributes:
        flow: of its packet, -1 for an empty place.
        uid: the packet's number.
        gone: whether it has gone up already.
        marked: whether the CPU has it in hand.
        lost: whether it is being dropped.
    """

    flow: int = -1
    uid: int = 0
    gone: bool = False
    marked: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Bays:
    """What waits on the focused CPU.

    Attributes:
        napi: name of the NAPI whose poll this is, "" for none.
        ticks: flow of each packet of the poll, in order.
        work: packets of the poll so far.
        weight: most it may return; 0 when there is no poll.
        held: flow of the packet held in each GRO bucket, -1 for none.
        held_count: segments of each held packet.
        seats: rx_list and what of it climbs just now.
        list_name: which list the seats show.
        batch: most that list takes (``gro_normal_batch``).
        climbing: how many of the batch have gone up.
        close: what is added close up.
        whose: name and number of what the poll is told of: the NAPI that is polled or was last, else the list.
        napi_uid: number of the NAPI whose GRO this is, 0 before its first poll.
    """

    napi: str = ""
    ticks: tuple[int, ...] = ()
    work: int = 0
    weight: int = 0
    held: tuple[int, ...] = (-1,) * BUCKETS
    held_count: tuple[int, ...] = (0,) * BUCKETS
    seats: tuple[Seat, ...] = ()
    list_name: str = "rx_list"
    batch: int = SEATS
    climbing: int = 0
    close: BaysClose | None = None
    whose: tuple[str, int] = ("poll_list", 0)
    napi_uid: int = 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """A CPU's backlog: flows at the head of the list that waits, its length, its limit, its name; more close up."""

    flows: tuple[int, ...]
    length: int
    limit: int | None
    name: str = "input_pkt_queue"
    over: bool = False
    close: BacklogClose | None = None


WIDE_BAYS = 400.0
SEAT_LEAST = 7.0
"""From seat to seat, at least: closer ones are no longer drawn."""


def bay_rects(row: Rect, left: float, right: float) -> tuple[Rect, Rect | None, Rect]:
    """The bays of a focused row: shares of the track's width; GRO's goes first when there is little."""
    room = right - left - 12.0
    top, height, gap = row.y + 118.0, row.h - 130.0, 9.0
    if room < WIDE_BAYS:
        half = round((room - gap) / 2.0)
        return Rect(left, top, half, height), None, Rect(left + half + gap, top, room - half - gap, height)
    first = round(room * 163.0 / 524.0)
    second = round(room * 152.0 / 524.0)
    third = room - first - second - 2 * gap
    return (
        Rect(left, top, first, height),
        Rect(left + first + gap, top, second, height),
        Rect(left + first + second + 2 * gap, top, third, height),
    )


def _title(sketch: Sketch, box: Rect, name: str, value: str) -> None:
    run = number(value)
    left = box.w - 26.0 - width_of(run)
    sketch.write(box.right - 11.0, box.y + 20.0, run, align=Align.RIGHT, room=box.w - 14.0)
    if left > 0.0:
        sketch.write(box.x + 11.0, box.y + 20.0, mono(name, Role.TEXT_TERTIARY, Type.SMALL), room=left)


def _poll(sketch: Sketch, bays: Bays, box: Rect) -> None:
    sentence = f"Poll of {bays.napi}: {bays.work} of {bays.weight}." if bays.napi else "No poll in progress."
    with sketch.thing(Thing(Kind.NAPI, *bays.whose, sentence)):
        bay(sketch, box)
        value = f"{bays.work} of {bays.weight}" if bays.weight else "–"
        _title(sketch, box, "poll", value)
        room = box.w - 22.0
        dx = room / TICKS
        rows = 4
        shown = max(TICKS * rows, 1)
        each = max(1, -(-bays.weight // shown))
        fills: list[Ink | None] = []
        for place in range(min(shown, -(-max(bays.weight, 64) // each))):
            at = place * each
            fills.append(flow_fill(bays.ticks[at]) if at < len(bays.ticks) else None)
        first = Rect(box.x + 11.0, box.y + 36.0, max(3.0, dx - 2.2), 12.0)
        sketch.cells(first, TICKS, dx, 15.5, tuple(fills), radius=2.0, empty=Role.LINE_STRONG)
        if bays.close is not None:
            draw_poll_close(sketch, bays.close, bays.napi, box)


def _gro(sketch: Sketch, bays: Bays, box: Rect) -> None:
    held = sum(1 for flow in bays.held if flow >= 0)
    with sketch.thing(
        Thing(Kind.GRO, "gro_hash", bays.napi_uid, f"GRO holds packets in {held} of 8 buckets.")
    ):
        bay(sketch, box)
        _title(sketch, box, "gro_hash[8]", "held" if held else "")
        dx = (box.w - 20.0) / BUCKETS
        for bucket in range(BUCKETS):
            x = box.x + 10.0 + bucket * dx
            full = bays.held[bucket] >= 0
            cell = Rect(x, box.y + 70.0, dx - 4.0, 26.0)
            sketch.box(cell, z=Z.BAY, radius=4.0, stroke=Role.CONTROL if full else Role.LINE_SUBTLE)
            ink = Role.TEXT if full else Role.TEXT_TERTIARY
            run = mono(str(bucket), ink, Type.SMALL, 700 if full else 500)
            sketch.write(cell.cx, cell.cy, run, align=Align.CENTRE, middle=True)
            if full and bays.close is not None and bucket < len(bays.close.buckets):
                draw_bucket(sketch, bays.close.buckets[bucket], cell, bays.close.level)
            elif full:
                flow = bays.held[bucket]
                sketch.line(((cell.cx, cell.y - 9.0), (cell.cx, cell.y)), flow_edge(flow), width=2.0, z=Z.BAY)
                flow_mark(sketch, cell.cx, cell.y - 19.0, flow)
        if not held:
            sketch.write(box.x + 11.0, box.y + 50.0, note("nothing held"), middle=True)
        if bays.close is not None:
            draw_gro_close(sketch, bays.close, box)


def _rx_list(sketch: Sketch, bays: Bays, box: Rect) -> None:
    waiting = sum(1 for seat in bays.seats if seat.flow >= 0 and not seat.gone)
    if bays.climbing:
        value = f"{bays.climbing} of {len(bays.seats)} up"
    else:
        value = f"{waiting} of {bays.batch}"
    sentence = f"{bays.list_name}: {waiting} skbs wait, batch of {bays.batch}."
    with sketch.thing(Thing(Kind.GRO, bays.list_name, bays.napi_uid, sentence)):
        bay(sketch, box)
        _title(sketch, box, bays.list_name, value)
        seats = max(SEATS, 1)
        dx = min(21.5, (box.w - 24.0) / seats)
        if dx < SEAT_LEAST:
            return
        start = box.x + (box.w - dx * seats) / 2.0 + dx / 2.0
        y = box.y + 57.0
        shown = bays.seats[-seats:]
        size = min(17.0, dx - 3.0)
        for place in range(seats):
            x = start + place * dx
            seat = shown[place] if place < len(shown) else Seat()
            if seat.flow < 0:
                sketch.disc(x, y, size / 2.0, None, z=Z.BAY, stroke=Role.LINE_STRONG, width=1.0)
            elif seat.marked:
                ink: Ink = Role.LOST if seat.lost else flow_edge(seat.flow)
                sketch.arc(x, y, size / 2.0, 0.0, 360.0, ink, width=1.5, dash=Dash.SHORT)
                sketch.line(((x, y + 12.0), (x, y + 19.0)), ink, width=1.5, z=Z.BAY)
            else:
                flow_mark(sketch, x, y, seat.flow, size, faint=seat.gone)
        if bays.close is not None:
            spots = [
                (seat.uid, start + at * dx) for at, seat in enumerate(shown) if seat.uid and not seat.marked
            ]
            draw_seats_close(sketch, bays.close, tuple(spots), box)
        here = next((seat for seat in shown if seat.marked), None)
        if here is not None:
            runs = (mono(f"#{here.uid}", Role.TEXT, Type.SMALL, 600),
                    mono(f" batch of {len(bays.seats)}", Role.TEXT_TERTIARY))  # fmt: skip
            sketch.write(box.cx, box.y + 92.0, *runs, align=Align.CENTRE, room=box.w)
        elif not waiting:
            sketch.write(box.cx, box.y + 92.0, mono("empty", Role.TEXT_TERTIARY), align=Align.CENTRE)


def bays_layers(bays: Bays, row: Rect, left: float, right: float) -> list[Layer]:
    """The bays under the focused row's track."""
    poll, gro, seats = bay_rects(row, left, right)
    quiet = replace(bays, napi="", ticks=(), work=0, weight=0)
    layers = [_poll_layer(replace(bays, seats=(), climbing=0), poll)]
    if gro is not None:
        layers.append(_gro_layer(replace(quiet, seats=(), climbing=0), gro))
    layers.append(_list_layer(quiet, seats))
    return layers


@lru_cache(maxsize=24)
def _poll_layer(bays: Bays, box: Rect) -> Layer:
    sketch = Sketch("poll", box.inset(-2.0), Z.STATION)
    _poll(sketch, bays, box)
    return sketch.layer()


@lru_cache(maxsize=24)
def _gro_layer(bays: Bays, box: Rect) -> Layer:
    sketch = Sketch("gro_hash", box.inset(-2.0), Z.STATION)
    _gro(sketch, bays, box)
    return sketch.layer()


@lru_cache(maxsize=24)
def _list_layer(bays: Bays, box: Rect) -> Layer:
    sketch = Sketch("rx_list", box.inset(-2.0), Z.STATION)
    _rx_list(sketch, bays, box)
    return sketch.layer()


def backlog_rect(row: Rect, places: tuple[tuple[Stage, float], ...], *, expanded: bool) -> Rect:
    """Where a row's backlog stands: between GRO and the taps, on the track of a compact row."""
    where = dict(places)
    right = where[Stage.TAP] - 20.0
    width = min(150.0, right - where[Stage.XDP] - 16.0)
    x = right - width
    if expanded:
        return Rect(x, row.y + 3.0, width, 38.0)
    return Rect(x, row.cy - 27.0, width, 55.0)


def draw_backlog(sketch: Sketch, backlog: Backlog, box: Rect, cpu: int) -> None:
    """A CPU's input_pkt_queue, drawn while RPS steers to it."""
    sentence = f"CPU {cpu}: {backlog.name} holds {backlog.length} of {plain(backlog.limit)}."
    with sketch.thing(Thing(Kind.BACKLOG, f"input_pkt_queue {cpu}", 0, sentence)):
        stroke = Role.LOST if backlog.over else Role.LINE_STRONG
        sketch.box(box, z=Z.BAY, radius=8.0, fill=Role.INPUT, stroke=stroke)
        value = [number(plain(backlog.length))]
        low = box.h < 45.0
        if low and backlog.close is not None and backlog.limit is not None:
            value.append(fine(f" / {backlog.limit}", Role.TEXT_TERTIARY))
        left = box.w - 25.0 - sum(width_of(run) for run in value)
        base = box.y + (14.0 if low else 17.0)
        for name in (backlog.name, "backlog"):
            run = mono(name, Role.TEXT_TERTIARY, Type.MICRO if low else Type.SMALL)
            if width_of(run) <= left:
                sketch.write(box.x + 11.0, base, run)
                break
        sketch.write(box.right - 10.0, base, *value, align=Align.RIGHT)
        y = box.bottom - (11.0 if low else 15.0)
        size = 13.0 if low else 15.0
        seats = max(1, min(QUEUE_SEATS, int((box.w - 20.0) // 24.0)))
        for place in range(seats):
            x = box.x + 22.0 + place * 25.0
            if place < len(backlog.flows):
                flow_mark(sketch, x, y, backlog.flows[place], size)
            else:
                seat = Rect(x - 10.0, y - size / 2.0, 20.0, size)
                sketch.box(seat, z=Z.BAY, radius=size / 2.0, stroke=Role.LINE_STRONG, dash=Dash.SHORT)
        if backlog.close is not None:
            uids = backlog.close.uids[: min(seats, len(backlog.flows))]
            spots = tuple((uid, box.x + 22.0 + place * 25.0) for place, uid in enumerate(uids))
            draw_backlog_close(sketch, backlog.close, spots, box, low=low)
