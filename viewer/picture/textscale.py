"""The text scale of the picture: each text takes the largest step that has room, and never covers anything it did not.

Geometry does not follow the text scale, so a larger text may only take room that is empty. What has none keeps the size
it has at 100 %, where the layout has room for it; a smaller text always fits. Texts of one style on things of one kind
grow together, so that a list keeps one size. Among them goes who says more: a number before a name before a note.

A text has room when it crosses no record that it did not cross before, and still lies in all that it lay in: its cell,
its pill, its card, the hole of its ring.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from viewer.picture.display import Placed, text_rect
from viewer.picture.items import Box, Cells, Donut, Glow, Item, Stroke, Text, Tint
from viewer.picture.layer import Layer, Rect
from viewer.theme.fonts import PERCENTS, Face, Type, type_px
from viewer.theme.tokens import Role

Edges = NDArray[np.float64]
"""Left, top, right and bottom of rectangles, shape (n, 4)."""

AIR_X_PX, AIR_Y_PX = 5.0, 1.0
"""What is left free beside, above and below a text that has grown, where it was free before."""

_AIR = np.array([-AIR_X_PX, -AIR_Y_PX, AIR_X_PX, AIR_Y_PX])
_NOWHERE = (-1e9, -1e9, 1e9, 1e9)
"""A text that would not be drawn crosses everything: it does not fit."""


class _Hole(NamedTuple):
    """The inside of a ring."""

    x: float
    y: float
    radius: float

    def holds(self, texts: Edges) -> NDArray[np.bool_]:
        """Whether each text lies inside with all its corners."""
        across = np.maximum(np.abs(texts[:, 0] - self.x), np.abs(texts[:, 2] - self.x))
        down = np.maximum(np.abs(texts[:, 1] - self.y), np.abs(texts[:, 3] - self.y))
        return np.asarray(across**2 + down**2 <= self.radius**2)


class _Room(NamedTuple):
    """What the texts of a layer may not grow into: records of all sorts, and rings."""

    records: Edges
    holes: tuple[_Hole, ...]


def text_scaled(placed: list[Placed], percent: int, seen: Rect | None = None) -> list[Placed]:
    """The layers with the text scale of each of their texts; at 100 % the same list.

    Layers outside ``seen``, a part of the scene, stay as they are.
    """
    if percent == 100:
        return placed
    if percent < 100:
        return [one._replace(percents=_shrunk(one.layer, one.scale, percent)) for one in placed]
    result: list[Placed] = []
    for one in placed:
        if not one.layer.items or (seen is not None and not seen.crosses(one.layer.bounds)):
            result.append(one)
            continue
        near = tuple(
            other.layer
            for other in placed
            if other.layer is not one.layer
            and (other.scale, other.dx, other.dy) == (one.scale, one.dx, one.dy)
            and other.layer.items
            and other.layer.bounds.crosses(one.layer.bounds)
        )
        result.append(one._replace(percents=_grown(one.layer, near, one.scale, percent)))
    return result


@lru_cache(maxsize=128)
def _shrunk(layer: Layer, scale: float, percent: int) -> tuple[int, ...]:
    """The text scale of each record; 100 for a text that would be too small to be drawn."""
    place = Placed(layer, scale)
    return tuple(
        percent if isinstance(item, Text) and text_rect(place, item, percent) is not None else 100
        for item in layer.items
    )


@lru_cache(maxsize=128)
def _grown(layer: Layer, near: tuple[Layer, ...], scale: float, percent: int) -> tuple[int, ...]:
    """The text scale of each record of a layer among the layers around it.

    A layer around it is taken with texts as large as they become by themselves: which of two layers is asked first
    does not matter then.
    """
    found = _alone(layer, scale, percent)
    if not near or max(found) == 100:
        return found
    records = np.concatenate([_room(one, scale).records for one in near])
    records = np.concatenate([records, *(_alone_edges(one, scale, percent) for one in near)])
    room = _Room(records, tuple(hole for one in near for hole in _room(one, scale).holes))
    result = list(found)
    where = {at: line for line, at in enumerate(_drawn(layer, scale))}
    before, steps = _text_edges(layer, scale, 100), _steps(percent)
    every = _fits(before, np.stack([_text_edges(layer, scale, step) for step in steps]), room)
    fits = dict(zip(steps, every, strict=True))
    for members in _groups(layer, found, where).values():
        lines = [where[at] for at in members]
        fitting = (step for step in _steps(result[members[0]]) if fits[step][lines].all())
        step = next(fitting, 100)
        for at in members:
            result[at] = step
    return tuple(result)


@lru_cache(maxsize=128)
def _alone(layer: Layer, scale: float, percent: int) -> tuple[int, ...]:
    """The text scale of each record as if the layer were the only one."""
    result = [100] * len(layer.items)
    drawn = _drawn(layer, scale)
    if not drawn:
        return tuple(result)
    where = {at: line for line, at in enumerate(drawn)}
    bounds = Placed(layer, scale).map(layer.bounds)
    own = _room(layer, scale)
    room = own._replace(records=np.concatenate((own.records, np.array([_edges(bounds)]))))
    before = _text_edges(layer, scale, 100)
    edges = before.copy()
    steps = _steps(percent)
    sized = np.stack([_text_edges(layer, scale, step) for step in steps])
    fits = _fits(before, sized, room)
    for members in _groups(layer, tuple(result), where).values():
        lines = [where[at] for at in members]
        roomy = np.asarray(fits[:, lines].all(axis=1))
        if not roomy.any():
            continue
        others = _Room(np.delete(edges, lines, axis=0), ())
        roomy &= _fits(before[lines], sized[:, lines], others).all(axis=1)
        for number, step in enumerate(steps):
            if roomy[number] and not _crossing(sized[number, lines]):
                edges[lines] = sized[number, lines]
                for at in members:
                    result[at] = step
                break
    return tuple(result)


@lru_cache(maxsize=128)
def _alone_edges(layer: Layer, scale: float, percent: int) -> Edges:
    """Where a layer's texts are with the sizes that they have by themselves."""
    percents = _alone(layer, scale, percent)
    place = Placed(layer, scale)
    return _table([_rect(place, layer.items[at], percents[at]) for at in _drawn(layer, scale)])


def _steps(percent: int) -> tuple[int, ...]:
    """The text scales above 100 up to one, largest first."""
    return tuple(one for one in reversed(PERCENTS) if 100 < one <= percent)


def _groups(
    layer: Layer, percents: tuple[int, ...], drawn: dict[int, int] | None = None
) -> dict[tuple[object, ...], list[int]]:
    """Texts of one style on things of one kind, those that say more first."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for at, item in enumerate(layer.items):
        if isinstance(item, Text) and (drawn is None or at in drawn):
            run = item.runs[0]
            groups[item.of.kind, run.type, run.face, run.size, percents[at]].append(at)
    texts = layer.items
    return dict(sorted(groups.items(), key=lambda pair: _rank(texts[pair[1][0]])))


def _rank(item: Item) -> tuple[int, int]:
    """Priority of a text, the lowest first: a loss, a live number, a name, a function, a note."""
    run = item.runs[0] if isinstance(item, Text) else None
    if run is None:
        return 9, 0
    if run.ink is Role.LOST:
        return 0, 0
    quiet = run.ink in (Role.TEXT_TERTIARY, Role.TEXT_SECONDARY)
    number = run.text[:1].isdigit() and run.face is not Face.MONO
    rank = (
        1 if number and not quiet else 2 if run.face is not Face.MONO and not quiet else 3 if not quiet else 4
    )
    return rank, -type_px(run.type if isinstance(run.type, Type) else Type.BODY)


@lru_cache(maxsize=128)
def _drawn(layer: Layer, scale: float) -> tuple[int, ...]:
    """Places of a layer's texts that are drawn and stand straight."""
    place = Placed(layer, scale)
    return tuple(
        at
        for at, item in enumerate(layer.items)
        if isinstance(item, Text) and not item.tilt and text_rect(place, item) is not None
    )


@lru_cache(maxsize=512)
def _text_edges(layer: Layer, scale: float, percent: int) -> Edges:
    """Where a layer's texts are at a text scale; those that have no room of their own are without end."""
    place = Placed(layer, scale)
    return _table([_rect(place, layer.items[at], percent) for at in _drawn(layer, scale)])


def _rect(place: Placed, item: Item, percent: int) -> Rect | None:
    return text_rect(place, item, percent) if isinstance(item, Text) else None


def _table(rects: list[Rect | None]) -> Edges:
    return np.array([_edges(rect) for rect in rects], np.float64).reshape(len(rects), 4)


def _edges(rect: Rect | None) -> tuple[float, float, float, float]:
    return _NOWHERE if rect is None else (rect.x, rect.y, rect.right, rect.bottom)


def _crossing(edges: Edges) -> bool:
    """Whether any two cover one another."""
    return bool(_meets(edges, edges).sum() > len(edges))


def _fits(before: Edges, sizes: Edges, room: _Room) -> NDArray[np.bool_]:
    """Whether each text has room at some other sizes, shape (k, n).

    All sizes, each with and without the air around it, are compared in one go: there are many small groups.

    Args:
        before: where the texts are now.
        sizes: where they would be at each size, shape (k, n, 4).
        room: what they may not grow into.
    """
    both = np.concatenate([before[None], sizes])
    every = np.concatenate([both, both + _AIR]).reshape(-1, 4)
    shape = (2, len(both), len(before), len(room.records))
    meets, holds = _meets(every, room.records).reshape(shape), _holds(every, room.records).reshape(shape)
    fresh, left = meets[:, 1:] & ~meets[:, :1], holds[:, :1] & ~holds[:, 1:]
    fits = np.asarray(~(fresh | left).any(axis=(0, 3)))
    for hole in room.holes:
        inside = hole.holds(both.reshape(-1, 4)).reshape(len(both), -1)
        fits &= ~inside[0] | inside[1:]
    return fits


def _meets(texts: Edges, edges: Edges) -> NDArray[np.bool_]:
    """Which of some rectangles each text crosses, shape (n, m)."""
    return np.asarray(
        (edges[None, :, 0] < texts[:, None, 2])
        & (edges[None, :, 2] > texts[:, None, 0])
        & (edges[None, :, 1] < texts[:, None, 3])
        & (edges[None, :, 3] > texts[:, None, 1])
    )


def _holds(texts: Edges, edges: Edges) -> NDArray[np.bool_]:
    """Which of some rectangles hold each text, shape (n, m)."""
    return np.asarray(
        (edges[None, :, 0] <= texts[:, None, 0])
        & (edges[None, :, 2] >= texts[:, None, 2])
        & (edges[None, :, 1] <= texts[:, None, 1])
        & (edges[None, :, 3] >= texts[:, None, 3])
    )


@lru_cache(maxsize=128)
def _room(layer: Layer, scale: float) -> _Room:
    """Where a layer's records are that are no text, in px from the scene's corner."""
    found: list[tuple[float, float, float, float]] = []
    holes: list[_Hole] = []
    for item in layer.items:
        match item:
            case Text() | Tint() | Glow():
                continue
            case Box() if item.fill is None and item.stroke is None:
                continue
            case Cells():
                found += _cells(item)
            case Stroke() if not item.curve and not item.filled:
                found += _pieces(item)
            case Donut():
                holes.append(_Hole(item.x * scale, item.y * scale, item.inner * scale))
                found.append(item.bounds())
            case _:
                found.append(item.bounds())
    return _Room(np.array(found, np.float64).reshape(len(found), 4) * scale, tuple(holes))


def _cells(cells: Cells) -> list[tuple[float, float, float, float]]:
    found = []
    for at in range(len(cells.fills)):
        row, column = divmod(at, cells.columns)
        x, y = cells.x + column * cells.dx, cells.y + row * cells.dy
        found.append((x, y, x + cells.w, y + cells.h))
    return found


def _pieces(stroke: Stroke) -> list[tuple[float, float, float, float]]:
    """The straight pieces of a line."""
    half, points = stroke.width / 2.0, stroke.points
    return [
        (min(a[0], b[0]) - half, min(a[1], b[1]) - half, max(a[0], b[0]) + half, max(a[1], b[1]) + half)
        for a, b in pairwise(points)
    ]
