"""A CPU's row as one layer: ring, head, track and bays on one card."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from viewer.picture.items import Align
from viewer.picture.layer import Layer, Rect, Sketch, mono
from viewer.picture.layout import Layout, Mode, Row
from viewer.picture.regions.bays import Backlog, Bays, backlog_rect, draw_backlog, draw_bays
from viewer.picture.regions.common import card, note
from viewer.picture.regions.cpu import Cpu, draw_context, draw_head, draw_small_head, draw_strip_head
from viewer.picture.regions.ring import Ring, draw_ring, draw_small_ring
from viewer.picture.regions.track import Track, draw_track
from viewer.picture.words import plain
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

HEAD_LEFT = 18.0


@dataclass(frozen=True, slots=True)
class RowState:
    """The values of one row.

    Attributes:
        cpu: what the CPU shows.
        ring: its first ring; None when no vector is routed to it.
        track: stations and how far a packet came.
        bays: what waits; drawn on the focused row.
        backlog: its input_pkt_queue; None while RPS does not use it.
        note: one line in kernel words under a compact track, such as ``get_rps_cpu() = 2``.
    """

    cpu: Cpu
    ring: Ring | None
    track: Track
    bays: Bays
    backlog: Backlog | None = None
    note: str = ""


@lru_cache(maxsize=256)
def row_layer(state: RowState, row: Row, place: Layout) -> Layer:
    """The layer of a row."""
    sketch = Sketch(f"row {row.cpu}", row.card.inset(-8.0))
    card(sketch, row.card)
    context = Rect(place.ring_right, row.card.y, row.card.right - place.ring_right, row.card.h)
    draw_context(sketch, state.cpu, context, hot=row.mode is Mode.EXPANDED)
    ring = Rect(row.card.x, row.card.y, place.ring_right - row.card.x, row.card.h)
    left = place.ring_right + HEAD_LEFT
    head = Rect(left, row.card.y, place.head_right - left, row.card.h)
    if row.mode is Mode.STRIP:
        draw_strip_head(sketch, state.cpu, head)
        _strip_ring(sketch, state.ring, ring)
        return sketch.layer()
    big = row.mode is Mode.EXPANDED
    draw_track(
        sketch, state.track, place.stages, place.track_left, place.track_right, row.track_y,
        big=big, names=big,
    )  # fmt: skip
    if big:
        draw_head(sketch, state.cpu, head)
        draw_bays(sketch, state.bays, row.card, place.track_left, place.track_right)
        if state.ring is not None:
            draw_ring(sketch, state.ring, ring)
    else:
        draw_small_head(sketch, state.cpu, head)
        if state.ring is not None:
            draw_small_ring(sketch, state.ring, ring)
        if state.note and row.card.h >= 76.0:
            run = mono(state.note, Role.TEXT_TERTIARY, Type.SMALL)
            sketch.write(place.track_right - 12.0, row.card.bottom - 14.0, run, align=Align.RIGHT)
    if state.ring is None:
        sketch.write(ring.x + 16.0, row.card.y + (28.0 if big else ring.h / 2.0), note("no queue"),
                     middle=not big)  # fmt: skip
    if state.backlog is not None:
        box = backlog_rect(row.card, place.stages, expanded=big)
        draw_backlog(sketch, state.backlog, box, state.cpu.number)
    return sketch.layer()


def _strip_ring(sketch: Sketch, ring: Ring | None, area: Rect) -> None:
    if ring is None:
        return
    filled = mono(f"{ring.name} {plain(ring.filled)}/{ring.count}", Role.TEXT_SECONDARY, Type.SMALL)
    sketch.write(area.x + 12.0, area.cy, filled, middle=True)
