"""Which packets stand out: those of the flow that is shown alone, those that a filter chose; the others are dimmed.

Where single packets are not told apart (segments of a ring, of a tank) a flow stands out when any packet of it does.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from viewer.picture.items import Box, Cells, Disc, Donut, Item, Mark, Text
from viewer.picture.layer import Layer, Rect, Sketch
from viewer.picture.reading.desk import Desk
from viewer.picture.view import View
from viewer.theme.tokens import FlowInk, FlowPart, Ink

_DIMMED = {FlowPart.FILL: FlowPart.TINT, FlowPart.EDGE: FlowPart.TINT}
NO_FLOW = -2
"""Kept beside the flows that stand out, so that none of them is told from no choice at all."""


class Choice:
    """What stands out under a view.

    Attributes:
        flows: letters' places of the flows that do; None when all do.
    """

    def __init__(self, desk: Desk, view: View) -> None:
        self._desk = desk
        self._frames = _frames(desk, view.chosen)
        self.flows: frozenset[int] | None = None
        if view.solo:
            letter = next((row["letter"] for uid, row in desk.rows("flow") if uid == view.solo), None)
            self.flows = None if letter is None else frozenset((letter,))
        if self._frames is not None:
            letters = _letters(desk, view.chosen)
            self.flows = letters if self.flows is None else self.flows & letters

    def keeps(self, packet: int) -> bool:
        """Whether a packet stands out."""
        if self.flows is None:
            return True
        if self._desk.letter(packet) not in self.flows:
            return False
        return self._frames is None or _frame(self._desk, packet) in self._frames

    def shown(self, layer: Layer) -> Layer:
        """The layer with the flows dimmed that do not stand out; the layer itself where nothing is."""
        return layer if self.flows is None else _dimmed(layer, self.flows)


def _frame(desk: Desk, packet: int) -> int:
    return int(desk.timeline.frame_of(packet)) or packet


def _frames(desk: Desk, chosen: frozenset[int] | None) -> frozenset[int] | None:
    """The wire frames of the chosen packets."""
    if chosen is None:
        return None
    key = ("chosen frames", chosen)
    if key not in desk.kept:
        numbers = np.fromiter(chosen, np.int64, len(chosen))
        found = desk.timeline.frames_of(numbers) if len(numbers) else numbers
        desk.kept[key] = frozenset(np.where(found > 0, found, numbers).tolist())
    frames: frozenset[int] = desk.kept[key]
    return frames


def _letters(desk: Desk, chosen: frozenset[int] | None) -> frozenset[int]:
    key = ("chosen flows", chosen)
    if key not in desk.kept:
        desk.kept[key] = frozenset(desk.letters(np.fromiter(chosen or (), np.int64)).tolist())
    letters: frozenset[int] = desk.kept[key]
    return letters


@lru_cache(maxsize=24)
def _dimmed(layer: Layer, flows: frozenset[int]) -> Layer:
    """The same records, those of other flows in their soft colour, without letters; memoised like the layer itself."""
    items = tuple(one for item in layer.items if (one := _dim(item, flows)) is not None)
    if all(one is item for one, item in zip(items, layer.items, strict=False)) and len(items) == len(
        layer.items
    ):
        return layer
    sketch = Sketch(layer.name, Rect(*layer.bounds))
    made = sketch.layer()
    return Layer(layer.name, layer.z, layer.bounds, items, layer.sprites, made.serial)


def _soft(ink: Ink | None, flows: frozenset[int]) -> Ink | None:
    if isinstance(ink, FlowInk) and ink.flow not in flows:
        return FlowInk(ink.flow, _DIMMED.get(ink.part, ink.part))
    return ink


def _firm(ink: Ink, flows: frozenset[int]) -> Ink:
    """The same where there must be a colour."""
    return _soft(ink, flows) or ink


def _dim(item: Item, flows: frozenset[int]) -> Item | None:
    """The record as it is drawn; None for a letter on what is dimmed."""
    inks = [ink for ink in item.inks() if isinstance(ink, FlowInk) and ink.flow not in flows]
    if not inks:
        return item
    match item:
        case Text():
            return None if any(ink.part is FlowPart.INK for ink in inks) else item
        case Donut():
            stripes = tuple(tuple(_firm(ink, flows) for ink in stripe) for stripe in item.stripes)
            return item._replace(stripes=stripes)
        case Cells():
            return item._replace(fills=tuple(_soft(ink, flows) for ink in item.fills))
        case Box() | Disc() | Mark():
            return item._replace(fill=_soft(item.fill, flows), stroke=_soft(item.stroke, flows))
    return item._replace(ink=_firm(item.ink, flows))
