"""The bays close up: whose poll it is, the list of every GRO bucket, the numbers of the seats, the backlog's limit."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Align
from viewer.picture.layer import Rect, Sketch
from viewer.picture.level import Level
from viewer.picture.regions.close import Pairs, fine, tiny, word, write_fields
from viewer.picture.regions.common import flow_edge, flow_ink, flow_or_grey
from viewer.theme.tokens import FlowPart, Role, Z

MOST_HELD = 8
"""MAX_GRO_SKBS: a bucket holds no more."""


@dataclass(frozen=True, slots=True)
class BaysClose:
    """What the bays show close up.

    Attributes:
        level: how close.
        poll: fields of the NAPI.
        buckets: (flow, number) of the packets that each GRO bucket holds, the list's head first.
        gro: fields about what GRO holds.
        seats: fields about rx_list.
        state: the NAPI's state bits.
    """

    level: Level
    poll: Pairs = ()
    buckets: tuple[tuple[tuple[int, int], ...], ...] = ()
    gro: Pairs = ()
    seats: Pairs = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class BacklogClose:
    """What a backlog shows close up: the numbers of the skbs that its seats show, its fields."""

    level: Level
    uids: tuple[int, ...] = ()
    fields: Pairs = ()


def draw_poll_close(sketch: Sketch, close: BaysClose, napi: str, box: Rect) -> None:
    """Under the ticks: the NAPI and its fields."""
    if close.level.fields:
        write_fields(sketch, close.poll, (Rect(box.x + 11.0, box.y + 96.4, box.w - 22.0, box.h - 97.4),))
    elif napi:
        name, state, room = fine(napi), fine(close.state, Role.TEXT), box.w - 22.0
        sketch.write(box.x + 11.0, box.y + 104.3, name, room=room)
        left = room - name.width() - 6.0
        if left > 0.0:
            sketch.write(box.right - 11.0, box.y + 104.3, state, align=Align.RIGHT, room=left)


def draw_bucket(sketch: Sketch, held: tuple[tuple[int, int], ...], cell: Rect, level: Level) -> None:
    """The list of a bucket, the head lowest: a capsule for each packet."""
    for place, (flow, uid) in enumerate(held[:MOST_HELD]):
        pill = Rect(cell.x, cell.y - 6.0 - 4.7 * place, cell.w, 4.0)
        sketch.box(pill, z=Z.BAY, radius=2.0, fill=flow_or_grey(flow), stroke=flow_edge(max(0, flow)))
        if level.fields:
            name = tiny(f"#{uid}", flow_ink(max(0, flow), FlowPart.INK), 600)
            sketch.write(pill.cx, pill.cy, name, align=Align.CENTRE, middle=True, room=pill.w)


def draw_gro_close(sketch: Sketch, close: BaysClose, box: Rect) -> None:
    """Under the buckets: which of them hold something."""
    if close.level.fields:
        write_fields(sketch, close.gro, (Rect(box.x + 10.0, box.y + 98.0, box.w - 20.0, box.h - 99.0),))


def draw_seats_close(
    sketch: Sketch, close: BaysClose, seats: tuple[tuple[int, float], ...], box: Rect
) -> None:
    """The numbers of the skbs under their seats, on two lines by turns; ``seats`` are (number, middle)."""
    for place, (uid, x) in enumerate(seats):
        y = box.y + (71.0 if close.level.fields else 72.3 + 8.7 * (place % 2))
        sketch.write(x, y, word(f"#{uid}", close.level), align=Align.CENTRE)
    if close.level.fields:
        write_fields(sketch, close.seats, (Rect(box.x + 11.0, box.y + 25.0, box.w - 22.0, 20.8),))


def draw_backlog_close(
    sketch: Sketch, close: BacklogClose, seats: tuple[tuple[int, float], ...], box: Rect, *, low: bool
) -> None:
    """Fields between the name and the seats, and the numbers of the skbs under them."""
    width = box.w - 20.0
    if not close.level.fields:
        if not low:
            gap = Rect(box.x + 11.0, box.y + 20.4, width, 9.7)
            write_fields(sketch, close.fields[:1], (gap,), close.level)
        return
    gap = (
        Rect(box.x + 11.0, box.y + 15.6, width, 5.2) if low else Rect(box.x + 11.0, box.y + 20.6, width, 10.4)
    )
    write_fields(sketch, close.fields, (gap,))
    for uid, x in seats:
        sketch.write(x, box.bottom - 1.3, tiny(f"#{uid}"), align=Align.CENTRE)
