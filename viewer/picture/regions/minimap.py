"""The minimap: where everything stands, which CPU is busy with what, what the camera shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from viewer.picture.items import Align, Kind, Thing
from viewer.picture.layer import Layer, Rect, Sketch, ui
from viewer.picture.layout import Layout
from viewer.picture.level import Level
from viewer.picture.regions.common import CONTEXTS
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role, Z

QUIET = 0.45
"""Strength of what is not busy, of an ink that every theme has well apart from the contexts'."""

LEAST_GAP, MOST_GAP = 5.0, 12.0


@dataclass(frozen=True, slots=True)
class Minimap:
    """What the minimap shows.

    Attributes:
        contexts: context of each row's CPU, in row order.
        drops: scene points where packets are being lost.
        window: the part of the scene that the camera shows; None when it is all of it.
        percent: the zoom.
        level: how much of every object is drawn; its name stands out.
    """

    contexts: tuple[str, ...]
    drops: tuple[tuple[float, float], ...]
    window: Rect | None
    percent: int
    level: Level = Level.OVERVIEW


@lru_cache(maxsize=24)
def minimap_layer(state: Minimap, place: Layout) -> Layer:
    """The minimap's card; it stays where it is under any camera."""
    card = place.minimap or Rect(0.0, 0.0, 0.0, 0.0)
    sketch = Sketch("minimap", card, Z.MINIMAP)
    with sketch.thing(Thing(Kind.MINIMAP, "minimap", 0, f"Zoom {state.percent} %.")):
        sketch.box(card, radius=10.0, fill=Role.PANEL, stroke=Role.LINE_STRONG)
        area = Rect(card.x + 14.0, card.y + 6.0, card.w - 28.0, card.h - 32.0)
        scale = min(area.w / place.width, area.h / place.height)
        left = area.x + (area.w - place.width * scale) / 2.0
        _blocks(sketch, state, place, left, area.y, scale)
        if state.window is not None:
            x1 = max(area.x, left + state.window.x * scale)
            y1 = max(area.y, area.y + state.window.y * scale)
            x2 = min(area.right, left + state.window.right * scale)
            y2 = min(area.bottom, area.y + state.window.bottom * scale)
            if x2 > x1 and y2 > y1:
                sketch.box(Rect(x1, y1, x2 - x1, y2 - y1), z=Z.LABEL, radius=2.0, stroke=Role.SELECT)
    _levels(sketch, state, card)
    return sketch.layer()


def _levels(sketch: Sketch, state: Minimap, card: Rect) -> None:
    """The names of the levels, each to be clicked, the drawn one in bold; the zoom where there is no room for them."""
    y = card.bottom - 12.0
    runs = [
        (one, ui(one.value.capitalize(), Role.TEXT if one is state.level else Role.TEXT_TERTIARY, Type.MICRO,
                 700 if one is state.level else 500))
        for one in Level
    ]  # fmt: skip
    gap = (card.w - 16.0 - sum(run.width() for _, run in runs)) / 2.0
    if gap < LEAST_GAP:
        words = ui(f"zoom {state.percent} %", Role.TEXT_TERTIARY, Type.MICRO)
        sketch.write(card.cx, y, words, align=Align.CENTRE, middle=True)
        return
    gap = min(gap, MOST_GAP)
    x = card.cx - (sum(run.width() for _, run in runs) + 2.0 * gap) / 2.0
    for level, run in runs:
        with sketch.thing(Thing(Kind.MINIMAP, level.value, 0, f"Look as close as {level.value}.")):
            sketch.box(Rect(x - gap / 2.0, y - 11.0, run.width() + gap, 22.0))
            sketch.write(x, y, run, middle=True)
        x += run.width() + gap


def _blocks(sketch: Sketch, state: Minimap, place: Layout, left: float, top: float, scale: float) -> None:
    def block(rect: Rect, fill: Role = Role.CONTROL, strength: float = QUIET) -> None:
        small = Rect(left + rect.x * scale, top + rect.y * scale, rect.w * scale, max(2.0, rect.h * scale))
        sketch.box(small, z=Z.STATION, radius=1.0, fill=fill, opacity=strength)

    block(place.nic)
    for row, context in zip(place.rows, state.contexts, strict=False):
        block(Rect(row.card.x, row.card.y, place.ring_right - row.card.x, row.card.h))
        rest = Rect(place.ring_right, row.card.y, row.card.right - place.ring_right, row.card.h)
        if context == "idle":
            block(rest)
        else:
            block(rest, CONTEXTS[context].fill, 1.0)
    for slot in (*place.sockets, *place.apps):
        block(slot)
    if place.deck is not None:
        block(place.deck, strength=QUIET / 2.0)
    for x, y in state.drops:
        sketch.disc(left + x * scale, top + y * scale, 2.5, Role.LOST, z=Z.LABEL)
