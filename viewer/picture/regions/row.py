"""A CPU's row: ring, head, track and bays on one card."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from viewer.picture.items import Align
from viewer.picture.layer import Layer, Rect, Sketch, mono
from viewer.picture.layout import Layout, Mode, Row
from viewer.picture.level import Level
from viewer.picture.regions.bays import Backlog, Bays, backlog_rect, bays_layers, draw_backlog
from viewer.picture.regions.common import card, note
from viewer.picture.regions.cpu import (
    OVERHANG,
    Cpu,
    draw_context,
    draw_head,
    draw_small_head,
    draw_strip_head,
)
from viewer.picture.regions.cpu_close import Close, HeadClose, TrackClose, draw_track_close
from viewer.picture.regions.packet_card import WIDTH as CARD_WIDTH
from viewer.picture.regions.ring import Ring, draw_ring, draw_small_ring
from viewer.picture.regions.track import Track, draw_track
from viewer.picture.words import plain
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role, Z

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
        close: what is added close up.
    """

    cpu: Cpu
    ring: Ring | None
    track: Track
    bays: Bays
    backlog: Backlog | None = None
    note: str = ""
    close: Close | None = None


def row_layers(
    state: RowState,
    row: Row,
    place: Layout,
    *,
    level: Level = Level.OVERVIEW,
    ring_level: Level | None = None,
) -> tuple[Layer, ...]:
    """The layers of a row: what changes together is together, so that a step repaints little.

    Close up the ring shows its next descriptors, every row its functions, and what ``RowState.close`` holds. The ring
    may have a level of its own.
    """
    close_ring = level if ring_level is None else ring_level
    cpu, close = state.cpu, state.close if level.slots else None
    ground = _ground_layer(cpu.context, cpu.stub, state.ring is None, row, place)
    head = _head_layer(cpu, close.head if close is not None else None, row, place)
    if row.mode is Mode.STRIP:
        return (ground, *_rings(state.ring, row, place, close_ring), head)
    named = level.slots and state.backlog is None  # the backlog's bay lies over the names
    card_px = CARD_WIDTH if level.fields and row.mode is Mode.EXPANDED else 0.0
    track = _track_layer(state.track, state.note, row, place, named, card_px)
    layers = [ground, *_rings(state.ring, row, place, close_ring), head, track]
    if close is not None and close.track is not None:
        layers.append(_close_layer(state.track, (close.track, state.backlog is not None), row, place))
    if row.mode is Mode.EXPANDED:
        layers += bays_layers(state.bays, row.body, place.track_left, place.track_right)
    if state.backlog is not None:
        layers.append(_backlog_layer(state.backlog, cpu.number, row, place))
    return tuple(layers)


def _areas(row: Row, place: Layout) -> tuple[Rect, Rect]:
    """Where a row's ring and its head are."""
    left = place.ring_right + HEAD_LEFT
    return (
        Rect(row.body.x, row.body.y, place.ring_right - row.body.x, row.body.h),
        Rect(left, row.body.y, place.head_right - left, row.body.h),
    )


@lru_cache(maxsize=24)
def _ground_layer(context: str, stub: str, ringless: bool, row: Row, place: Layout) -> Layer:
    """The card with its context."""
    sketch = Sketch(f"row {row.cpu}", row.card.inset(-2.0))
    card(sketch, row.card)
    area = Rect(place.ring_right, row.card.y, row.card.right - place.ring_right, row.card.h)
    big = row.mode is Mode.EXPANDED
    draw_context(sketch, Cpu(row.cpu, 0, context, "", stub=stub), area, hot=big)
    if ringless and row.mode is not Mode.STRIP:
        y = row.body.y + 28.0 if big else row.card.cy
        sketch.write(row.card.x + 16.0, y, note("no queue"), middle=not big)
    return sketch.layer()


@lru_cache(maxsize=24)
def _head_layer(cpu: Cpu, close: HeadClose | None, row: Row, place: Layout) -> Layer:
    _, area = _areas(row, place)
    bounds = area.inset(-6.0)
    if cpu.squeezed:
        bounds = bounds._replace(w=bounds.w + OVERHANG)
    sketch = Sketch(f"head {row.cpu}", bounds, Z.TRACK)
    match row.mode:
        case Mode.EXPANDED:
            draw_head(sketch, cpu, area, close)
        case Mode.COMPACT:
            draw_small_head(sketch, cpu, area, close)
        case Mode.STRIP:
            draw_strip_head(sketch, cpu, area)
    return sketch.layer()


def _rings(ring: Ring | None, row: Row, place: Layout, level: Level) -> tuple[Layer, ...]:
    close = Level.OVERVIEW if row.mode is Mode.STRIP else level
    return () if ring is None else (_ring_layer(ring, row, place, close),)


@lru_cache(maxsize=24)
def _ring_layer(ring: Ring, row: Row, place: Layout, level: Level) -> Layer:
    area, _ = _areas(row, place)
    sketch = Sketch(f"ring {row.cpu}", area.inset(-8.0), Z.TRACK)
    match row.mode:
        case Mode.EXPANDED:
            draw_ring(sketch, ring, area, level=level)
        case Mode.COMPACT:
            draw_small_ring(sketch, ring, area, level=level)
        case Mode.STRIP:
            _strip_ring(sketch, ring, area)
    return sketch.layer()


@lru_cache(maxsize=24)
def _track_layer(track: Track, words: str, row: Row, place: Layout, slots: bool, card_px: float) -> Layer:
    big = row.mode is Mode.EXPANDED
    left, right = place.track_left, place.track_right
    half = 40.0 if big else row.card.h / 2.0
    bounds = Rect(left - 40.0, row.track_y - half, right - left + 48.0, 2.0 * half)
    sketch = Sketch(f"track {row.cpu}", bounds, Z.TRACK)
    named = big or (slots and row.card.h >= 76.0)
    draw_track(sketch, track, place.stages, left, right, row.track_y, big=big, names=named, card_px=card_px)
    if words and not named and row.card.h >= 76.0:
        run = mono(words, Role.TEXT_TERTIARY, Type.SMALL)
        sketch.write(right - 12.0, row.card.bottom - 14.0, run, align=Align.RIGHT)
    return sketch.layer()


@lru_cache(maxsize=24)
def _close_layer(track: Track, over: tuple[TrackClose, bool], row: Row, place: Layout) -> Layer:
    """Words around the stations; under the backlog's bay there are none."""
    close, queue = over
    left, right = place.track_left, place.track_right
    bounds = Rect(left - 20.0, row.card.y, right - left + 24.0, row.card.h)
    sketch = Sketch(f"stations {row.cpu}", bounds, Z.TRACK)
    blocked = backlog_rect(row.body, place.stages, expanded=row.mode is Mode.EXPANDED) if queue else None
    draw_track_close(sketch, track, close, row, place.stages, (left, right), blocked)
    return sketch.layer()


@lru_cache(maxsize=24)
def _backlog_layer(backlog: Backlog, cpu: int, row: Row, place: Layout) -> Layer:
    box = backlog_rect(row.body, place.stages, expanded=row.mode is Mode.EXPANDED)
    sketch = Sketch(f"backlog {cpu}", box.inset(-4.0), Z.STATION)
    draw_backlog(sketch, backlog, box, cpu)
    return sketch.layer()


def _strip_ring(sketch: Sketch, ring: Ring, area: Rect) -> None:
    filled = mono(f"{ring.name} {plain(ring.filled)}/{ring.count}", Role.TEXT_SECONDARY, Type.SMALL)
    sketch.write(area.x + 12.0, area.cy, filled, middle=True)
