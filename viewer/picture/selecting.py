"""The ring around what is selected: found by kind and name, and by its number where the name is not drawn.

What stands in several places, as a station does on every row, has its ring where it is drawn largest. A packet is
ringed by its number alone, since its forms differ in name. Words stand clear of the ring.
"""

from __future__ import annotations

from collections.abc import Iterator

from viewer.picture.display import Placed, text_rect
from viewer.picture.items import Item, Kind, Text, Thing
from viewer.picture.layer import Rect, Sketch
from viewer.picture.view import View
from viewer.theme.tokens import Role, Z

CLEAR_PX, WORDS_CLEAR_PX = 3.0, 6.0
"""How far the ring is from what it goes around, and from words."""

_BY_NUMBER = (Kind.PACKET, Kind.ARROW)


def selection_ring(placed: list[Placed], view: View) -> list[Placed]:
    """The ring as a layer; nothing where what is selected is not drawn."""
    rect = _named(placed, view) or _numbered(placed, view)
    if rect is None:
        return []
    fine, camera = view.level.text, view.camera
    sketch = Sketch("selection", rect.inset(-5.0), Z.PACKET_SELECTED)
    radius = (12.0 if rect.h > 40.0 else 6.0) * fine  # a small thing's ring must not cut its corners
    sketch.box(rect, z=Z.PACKET_SELECTED, radius=radius, stroke=Role.SELECT, width=2.0 * max(fine, 0.6))
    return [Placed(sketch.layer(), camera.zoom, camera.x, camera.y)]


def _named(placed: list[Placed], view: View) -> Rect | None:
    """The ring around the records of the selected kind and name; of several numbers the selected one's."""
    if view.marked is None or view.marked[0] in _BY_NUMBER:
        return None
    kind, name = view.marked
    found: dict[bool, Rect] = {}
    for one in placed:
        hits = (
            [(item, percent) for item, percent in one.items() if _is(item.of, kind, name)]
            if one.there
            else []
        )
        for own in (True, False) if hits else ():
            chosen = [pair for pair in hits if not own or pair[0].of.uid == view.selected]
            rect = _around(_rects(one, chosen, view.level.text))
            if rect is not None and (own not in found or rect.w * rect.h > found[own].w * found[own].h):
                found[own] = rect
    return found.get(True, found.get(False))


def _is(thing: Thing, kind: str, name: str) -> bool:
    return thing.name == name and thing.kind == kind


def _rects(one: Placed, hits: list[tuple[Item, int]], fine: float) -> Iterator[Rect]:
    """Rectangles of some of a layer's records, each with the room that the ring leaves around it."""
    for item, percent in hits:
        if not isinstance(item, Text):
            yield _bounds(item).inset(-CLEAR_PX * fine)
            continue
        rect = text_rect(one, item, percent)
        if rect is not None:
            scale = one.scale
            left, top = (rect.x - one.dx) / scale, (rect.y - one.dy) / scale
            yield Rect(left, top, rect.w / scale, rect.h / scale).inset(-WORDS_CLEAR_PX * fine)


def _numbered(placed: list[Placed], view: View) -> Rect | None:
    """The ring around the largest record of the selected number."""
    if not view.selected:
        return None
    rects = [_bounds(item) for one in placed for item in one.layer.items if item.of.uid == view.selected]
    largest = max((rect for rect in rects if rect.w > 0.0), key=lambda rect: rect.w * rect.h, default=None)
    return None if largest is None else largest.inset(-CLEAR_PX * view.level.text)


def _bounds(item: Item) -> Rect:
    left, top, right, bottom = item.bounds()
    return Rect(left, top, right - left, bottom - top)


def _around(rects: Iterator[Rect]) -> Rect | None:
    every = list(rects)
    if not every:
        return None
    x, y = min(rect.x for rect in every), min(rect.y for rect in every)
    right, bottom = max(rect.right for rect in every), max(rect.bottom for rect in every)
    return Rect(x, y, right - x, bottom - y)
