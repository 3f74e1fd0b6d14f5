"""Painting a display list: onto bitmaps (window, stills, films) or as pure vectors (SVG, PDF).

``Raster`` keeps the bitmap of every still layer by the layer's serial number and stamps packets from an atlas
of their looks with one call a batch; a kept bitmap and a fresh one have the same pixels, because both are
painted relative to a whole device pixel. Of a layer that is larger than the picture, close up, only the part around
what is seen has a bitmap. ``Vector`` draws the same records one by one and never a bitmap.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from math import ceil, floor
from typing import cast

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from shiboken6 import Shiboken

from viewer.picture.display import DisplayList, Placed
from viewer.picture.lettering import Lettering
from viewer.picture.looks import look_items, look_opacity, look_reach
from viewer.picture.pen import Pen
from viewer.picture.sprites import Sprite, Sprites
from viewer.theme.colours import colour
from viewer.theme.tokens import ThemeName

KEPT_LAYERS = 192
KEPT_LOOKS = 2048
ATLAS_WIDTH = 2048
TILE = 256
_Area = tuple[int, int, int, int]
"""Left, top, right and bottom in device pixels."""


@dataclass(slots=True)
class _Bitmap:
    pixmap: QPixmap
    origin: QPointF


@dataclass(slots=True)
class _Atlas:
    """Looks rendered side by side at one scale, ratio and theme."""

    key: tuple[ThemeName, float, float]
    pixmap: QPixmap
    cells: dict[Sprite, tuple[int, int, int, int]] = field(default_factory=dict)
    x: int = 0
    y: int = 0
    row: int = 0


class Vector:
    """Paint as vectors.

    Attributes:
        outlines: draw text as the outlines of its glyphs, so that the file looks alike where the fonts are
            missing; otherwise as text that can be selected.
    """

    def __init__(self, *, outlines: bool = True) -> None:
        self.outlines = outlines


class Raster:
    """Paint with bitmaps kept between frames. One per window, still or film."""

    def __init__(self) -> None:
        self._layers: OrderedDict[tuple[object, ...], _Bitmap] = OrderedDict()
        self._atlas: _Atlas | None = None
        self._lettering = Lettering()

    def clear(self) -> None:
        """Forget every bitmap."""
        self._layers.clear()
        self._atlas = None

    def bitmap(self, placed: Placed, display: DisplayList) -> _Bitmap | None:
        """The bitmap of a still layer, painted now if it is not kept; None when nothing of it is in the picture."""
        ratio = display.ratio
        left = floor(placed.dx * ratio)
        top = floor(placed.dy * ratio)
        rest = (round(placed.dx * ratio - left, 3), round(placed.dy * ratio - top, 3))
        window = (-left, -top, ceil(display.width * ratio) - left, ceil(display.height * ratio) - top)
        area = _cut(_area(placed, ratio, rest), window)
        if area is None:
            return None
        key = (placed.layer.serial, placed.scale, ratio, display.theme, rest, area)
        kept = self._layers.get(key)
        if kept is None:
            kept = self._render(placed, display, rest, area)
            self._layers[key] = kept
            if len(self._layers) > KEPT_LAYERS:
                self._layers.popitem(last=False)
        else:
            self._layers.move_to_end(key)
        return kept

    def _render(
        self, placed: Placed, display: DisplayList, rest: tuple[float, float], area: _Area
    ) -> _Bitmap:
        """Paint part of a layer on its own; its origin is in device pixels from the placement's whole pixel."""
        ratio, scale = display.ratio, placed.scale
        left, top, right, bottom = area
        pixmap = QPixmap(QSize(max(1, right - left), max(1, bottom - top)))
        pixmap.setDevicePixelRatio(ratio)
        ground = display.background if _is_ground(placed, display) else None
        pixmap.fill(colour(display.theme, ground) if ground is not None else Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            dx, dy = (rest[0] - left) / ratio, (rest[1] - top) / ratio
            pen = Pen(painter, display.theme, ratio, scale=scale, dx=dx, dy=dy, lettering=self._lettering)
            for item in placed.layer.items:
                pen.draw(item)
        pixmap.setDevicePixelRatio(1.0)
        return _Bitmap(pixmap, QPointF(left, top))

    def atlas(self, looks: tuple[Sprite, ...], display: DisplayList, scale: float) -> _Atlas:
        """The atlas holding the looks at a scale."""
        key = (display.theme, display.ratio, scale)
        kept = self._atlas
        if kept is None or kept.key != key or len(kept.cells) > KEPT_LOOKS:
            pixmap = QPixmap(ATLAS_WIDTH, 256)
            pixmap.fill(Qt.GlobalColor.transparent)
            kept = self._atlas = _Atlas(key, pixmap)
        missing = [look for look in looks if look not in kept.cells]
        if missing:
            self._add_looks(kept, missing)
        return kept

    def _add_looks(self, atlas: _Atlas, looks: list[Sprite]) -> None:
        theme, ratio, scale = atlas.key
        for look in looks:
            half_w, half_h = look_reach(look)
            w, h = 2 * ceil(half_w * scale * ratio) + 2, 2 * ceil(half_h * scale * ratio) + 2
            if atlas.x + w > ATLAS_WIDTH:
                atlas.x, atlas.y, atlas.row = 0, atlas.y + atlas.row, 0
            atlas.cells[look] = (atlas.x, atlas.y, w, h)
            atlas.x += w
            atlas.row = max(atlas.row, h)
        need = atlas.y + atlas.row
        if need > atlas.pixmap.height():
            grown = QPixmap(ATLAS_WIDTH, max(need, 2 * atlas.pixmap.height()))
            grown.fill(Qt.GlobalColor.transparent)
            with QPainter(grown) as painter:
                painter.drawPixmap(QPoint(0, 0), atlas.pixmap)
            atlas.pixmap = grown
        with QPainter(atlas.pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for look in looks:
                x, y, w, h = atlas.cells[look]
                painter.save()
                painter.translate(x + w / 2.0, y + h / 2.0)
                painter.scale(ratio, ratio)
                _stamp(painter, look, theme, ratio, scale, outlines=False)
                painter.restore()


def _area(placed: Placed, ratio: float, rest: tuple[float, float]) -> _Area:
    """The device pixels that a layer covers, from the placement's whole pixel."""
    scale, bounds = placed.scale, placed.layer.bounds
    return (
        floor(bounds.x * scale * ratio + rest[0]) - 1,
        floor(bounds.y * scale * ratio + rest[1]) - 1,
        ceil(bounds.right * scale * ratio + rest[0]) + 1,
        ceil(bounds.bottom * scale * ratio + rest[1]) + 1,
    )


def _cut(area: _Area, window: _Area) -> _Area | None:
    """An area, cut to whole tiles around the window where it is much larger; None when they do not meet."""
    left, top, right, bottom = area
    if left >= window[2] or right <= window[0] or top >= window[3] or bottom <= window[1]:
        return None
    wide, high = window[2] - window[0], window[3] - window[1]
    if right - left > wide + TILE:
        left, right = max(left, window[0] // TILE * TILE), min(right, -(-window[2] // TILE) * TILE)
    if bottom - top > high + TILE:
        top, bottom = max(top, window[1] // TILE * TILE), min(bottom, -(-window[3] // TILE) * TILE)
    return left, top, right, bottom


def _is_ground(placed: Placed, display: DisplayList) -> bool:
    """Whether a layer is the lowest and covers the whole canvas: it carries the background then."""
    area = placed.map(placed.layer.bounds)
    covers = area.x <= 0.0 and area.y <= 0.0 and area.right >= display.width and area.bottom >= display.height
    return covers and display.placed[0] is placed and bool(placed.layer.items)


def _stamp(
    painter: QPainter, look: Sprite, theme: ThemeName, ratio: float, scale: float, *, outlines: bool
) -> None:
    """Draw one look around the painter's origin."""
    if look.tilt:
        painter.rotate(look.tilt)
    painter.setOpacity(painter.opacity() * look_opacity(look))
    pen = Pen(painter, theme, ratio, scale=scale * look.scale, outlines=outlines)
    for item in look_items(look):
        pen.draw(item)


def _fragments(batch: Sprites, atlas: _Atlas, placed: Placed, ratio: float) -> np.ndarray:
    """The (n, 10) table of drawPixmapFragments, in device pixels: cells land on whole ones."""
    cells = np.array([atlas.cells[look] for look in batch.looks], dtype=np.float64)[batch.look]
    table = np.zeros((len(batch.look), 10), dtype=np.float64)
    centre = batch.xy * placed.scale + np.array((placed.dx, placed.dy))
    half = cells[:, 2:4] / 2.0
    table[:, 0:2] = np.rint(centre * ratio - half) + half
    table[:, 2:6] = cells
    table[:, 6:8] = 1.0
    table[:, 9] = batch.opacity * placed.opacity
    return table


def _raster_sprites(painter: QPainter, placed: Placed, display: DisplayList, how: Raster) -> None:
    for batch in placed.layer.sprites:
        if not len(batch.look):
            continue
        atlas = how.atlas(batch.looks, display, placed.scale)
        table = _fragments(batch, atlas, placed, display.ratio)
        wrapped = Shiboken.wrapInstance(table.ctypes.data, QPainter.PixmapFragment)
        pointer = cast("QPainter.PixmapFragment", wrapped)
        painter.drawPixmapFragments(pointer, len(table), atlas.pixmap)


def _vector_layer(painter: QPainter, placed: Placed, display: DisplayList, how: Vector) -> None:
    pen = Pen(
        painter, display.theme, display.ratio,
        scale=placed.scale, dx=placed.dx, dy=placed.dy, outlines=how.outlines,
    )  # fmt: skip
    painter.save()
    painter.setOpacity(placed.opacity)
    for item in placed.layer.items:
        pen.draw(item)
    painter.restore()
    for batch in placed.layer.sprites:
        for at in range(len(batch.look)):
            painter.save()
            x = float(batch.xy[at, 0]) * placed.scale + placed.dx
            y = float(batch.xy[at, 1]) * placed.scale + placed.dy
            painter.translate(x, y)
            painter.setOpacity(float(batch.opacity[at]) * placed.opacity)
            look = batch.looks[int(batch.look[at])]
            _stamp(painter, look, display.theme, display.ratio, placed.scale, outlines=how.outlines)
            painter.restore()


def _raster_layers(painter: QPainter, display: DisplayList, how: Raster) -> None:
    """Stamp bitmaps in device pixels: Qt copies them only when nothing is scaled, whatever the ratio."""
    ratio = display.ratio
    painter.save()
    painter.scale(1.0 / ratio, 1.0 / ratio)
    for placed in display.placed:
        if placed.layer.items:
            bitmap = how.bitmap(placed, display)
            x, y = floor(placed.dx * ratio), floor(placed.dy * ratio)
            if bitmap is not None:
                painter.setOpacity(placed.opacity)
                painter.drawPixmap(QPointF(x, y) + bitmap.origin, bitmap.pixmap)
                painter.setOpacity(1.0)
        _raster_sprites(painter, placed, display, how)
    painter.restore()


def paint(painter: QPainter, display: DisplayList, how: Raster | Vector) -> None:
    """Paint a display list at the painter's origin, in logical pixels.

    For a bitmap target the painter's device must have the display list's pixel ratio.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    carried = isinstance(how, Raster) and bool(display.placed) and _is_ground(display.placed[0], display)
    if display.background is not None and not carried:
        area = QRect(0, 0, display.width, display.height)
        painter.fillRect(area, colour(display.theme, display.background))
    if isinstance(how, Raster):
        _raster_layers(painter, display, how)
        return
    for placed in display.placed:
        _vector_layer(painter, placed, display, how)
