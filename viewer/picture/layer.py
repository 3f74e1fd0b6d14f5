"""Layers: what one region draws, built through a sketch.

A layer is made by a pure function of a region's values and is never changed afterwards. Functions that make
layers are memoised, so a region whose values did not change hands out the same layer again and the painter
finds its bitmap by the layer's serial number. Moving packets are a layer of their own, stamped every frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from viewer.picture.items import (
    NOTHING,
    Align,
    Arc,
    Box,
    Cells,
    Dash,
    Disc,
    Donut,
    Glow,
    Hatch,
    Item,
    Mark,
    Points,
    Run,
    Stroke,
    Text,
    Thing,
    Tint,
)
from viewer.picture.sprites import Sprites
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Ink, Role, Shape, Z, depth

_serials = count(1)
KEPT_RUNS = 2048
"""Runs of each sort that are made once: records by the thousand hold them."""


class Rect(NamedTuple):
    """A rectangle of the scene."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h

    @property
    def cx(self) -> float:
        """Its middle, across."""
        return self.x + self.w / 2.0

    @property
    def cy(self) -> float:
        """Its middle, down."""
        return self.y + self.h / 2.0

    def inset(self, by: float) -> Rect:
        """The rectangle ``by`` px further in on all sides (out when negative)."""
        return Rect(self.x + by, self.y + by, self.w - 2.0 * by, self.h - 2.0 * by)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.x <= x <= self.right and self.y <= y <= self.bottom

    def crosses(self, other: Rect) -> bool:
        """Whether the two share area."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What one region draws.

    Attributes:
        name: the region, for tests.
        z: depth of the layer as a whole.
        bounds: what its bitmap must cover.
        items: records in the order of painting.
        sprites: batches of packets; a layer with batches is painted afresh each frame.
        serial: number of the layer, new for each one built.
    """

    name: str
    z: int
    bounds: Rect
    items: tuple[Item, ...]
    sprites: tuple[Sprites, ...]
    serial: int


class Sketch:
    """Collects a layer's records. Depths are named; what is drawn belongs to the current thing."""

    def __init__(self, name: str, bounds: Rect, z: Z = Z.DECK) -> None:
        self.name = name
        self.bounds = bounds
        self.z = depth(z)
        self.of: Thing = NOTHING
        self.items: list[Item] = []
        self.batches: list[Sprites] = []

    @contextmanager
    def thing(self, thing: Thing) -> Iterator[None]:
        """What is drawn inside belongs to ``thing``."""
        before, self.of = self.of, thing
        try:
            yield
        finally:
            self.of = before

    def layer(self) -> Layer:
        """The finished layer, records sorted by depth (stable)."""
        ordered = tuple(sorted(self.items, key=lambda item: item.z))
        return Layer(self.name, self.z, self.bounds, ordered, tuple(self.batches), next(_serials))

    def box(
        self,
        rect: Rect,
        *,
        z: Z = Z.DECK,
        radius: float = 0.0,
        fill: Ink | None = None,
        opacity: float = 1.0,
        stroke: Ink | None = None,
        width: float = 1.0,
        dash: Dash = Dash.SOLID,
    ) -> None:
        """A rectangle."""
        self.items.append(Box(depth(z), self.of, *rect, radius, fill, opacity, stroke, width, dash))

    def line(
        self,
        points: Points,
        ink: Ink,
        *,
        z: Z = Z.TRACK,
        width: float = 2.0,
        opacity: float = 1.0,
        dash: Dash = Dash.SOLID,
        corner: float = 0.0,
        curve: bool = False,
        head: bool = False,
    ) -> None:
        """A line through points, with rounded corners, or a curve, or an arrow."""
        stroke = Stroke(
            depth(z), self.of, points, ink, width, opacity, dash, corner, curve, filled=False, head=head
        )
        self.items.append(stroke)

    def shape(self, points: Points, ink: Ink, *, z: Z = Z.BAY, opacity: float = 1.0) -> None:
        """A filled polygon."""
        self.items.append(Stroke(depth(z), self.of, points, ink, 0.0, opacity, filled=True))

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        start: float,
        span: float,
        ink: Ink,
        *,
        z: Z = Z.BAY,
        width: float = 2.0,
        dash: Dash = Dash.SOLID,
    ) -> None:
        """Part of a circle's outline; degrees clockwise from twelve o'clock."""
        self.items.append(Arc(depth(z), self.of, x, y, radius, start, span, ink, width, 1.0, dash))

    def disc(
        self,
        x: float,
        y: float,
        radius: float,
        fill: Ink | None,
        *,
        z: Z = Z.STATION,
        stroke: Ink | None = None,
        width: float = 1.5,
        opacity: float = 1.0,
    ) -> None:
        """A circle."""
        self.items.append(Disc(depth(z), self.of, x, y, radius, fill, opacity, stroke, width))

    def donut(
        self,
        x: float,
        y: float,
        inner: float,
        outer: float,
        stripes: tuple[tuple[Ink, ...], ...],
        track: Ink,
        *,
        z: Z = Z.BAY,
        gap_px: float = 1.5,
        opacity: float = 1.0,
    ) -> None:
        """A ring of segments."""
        self.items.append(Donut(depth(z), self.of, x, y, inner, outer, stripes, track, gap_px, opacity))

    def cells(
        self,
        rect: Rect,
        columns: int,
        dx: float,
        dy: float,
        fills: tuple[Ink | None, ...],
        *,
        z: Z = Z.BAY,
        radius: float = 2.0,
        empty: Ink | None = Role.LINE_SUBTLE,
        opacities: tuple[float, ...] = (),
    ) -> None:
        """Equal cells; ``rect`` is the first one, ``dx`` and ``dy`` the steps."""
        self.items.append(Cells(depth(z), self.of, *rect, columns, dx, dy, fills, radius, empty, opacities))

    def hatch(self, rect: Rect, ink: Ink, *, z: Z = Z.BAY, angle: int = 45, opacity: float = 1.0) -> None:
        """Parallel lines over a rectangle."""
        self.items.append(Hatch(depth(z), self.of, *rect, ink, angle, opacity=opacity))

    def tint(self, rect: Rect, ink: Ink, opacity: float, *, z: Z = Z.DECK) -> None:
        """The lane tint."""
        self.items.append(Tint(depth(z), self.of, *rect, ink, opacity))

    def glow(
        self, x: float, y: float, rx: float, ry: float, ink: Ink, opacity: float, *, z: Z = Z.TRACK
    ) -> None:
        """A soft light behind something."""
        self.items.append(Glow(depth(z), self.of, x, y, rx, ry, ink, opacity))

    def mark(
        self,
        x: float,
        y: float,
        size: float,
        shape: Shape,
        fill: Ink | None,
        *,
        z: Z = Z.BAY,
        stroke: Ink | None = None,
        opacity: float = 1.0,
    ) -> None:
        """A flow's shape."""
        self.items.append(Mark(depth(z), self.of, x, y, size, shape, fill, stroke, opacity))

    def write(
        self,
        x: float,
        y: float,
        *runs: Run,
        z: Z = Z.LABEL,
        align: Align = Align.LEFT,
        opacity: float = 1.0,
        room: float = 0.0,
        plate: Ink | None = None,
        tilt: float = 0.0,
        middle: bool = False,
    ) -> None:
        """A line of text in runs; ``y`` is its base line, or the middle of its capitals."""
        text = Text(depth(z), self.of, x, y, runs, align, opacity, room, plate, tilt, middle)
        self.items.append(text)


@lru_cache(maxsize=KEPT_RUNS)
def caps(text: str, ink: Ink = Role.TEXT_TERTIARY) -> Run:
    """A group title: spaced capitals."""
    return Run(text.upper(), Type.MICRO, Face.CAPS, ink, 600)


@lru_cache(maxsize=KEPT_RUNS)
def mono(text: str, ink: Ink = Role.TEXT_SECONDARY, kind: Type = Type.SMALL, weight: int = 500) -> Run:
    """A kernel word."""
    return Run(text, kind, Face.MONO, ink, weight)


@lru_cache(maxsize=KEPT_RUNS)
def ui(text: str, ink: Ink = Role.TEXT_SECONDARY, kind: Type = Type.BODY, weight: int = 0) -> Run:
    """Plain interface text."""
    return Run(text, kind, Face.UI, ink, weight)


@lru_cache(maxsize=KEPT_RUNS)
def number(text: str, ink: Ink = Role.TEXT, kind: Type = Type.LABEL, weight: int = 600) -> Run:
    """A live value."""
    return Run(text, kind, Face.UI, ink, weight)
