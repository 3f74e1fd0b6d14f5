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
from viewer.picture.extent import Area, item_area, layer_area
from viewer.picture.items import Item
from viewer.picture.lettering import Lettering
from viewer.picture.looks import look_items, look_opacity, look_reach
from viewer.picture.pen import Pen
from viewer.picture.sprites import Sprite, Sprites
from viewer.picture.stamped import StampStore
from viewer.theme.colours import colour
from viewer.theme.tokens import ThemeName

KEPT_BYTES = 96 * 1024 * 1024
"""Bitmaps of layers that are kept; those of the picture in hand are, whatever they take."""

KEPT_LOOKS = 2048
ATLAS_WIDTH = 2048
TILE = 256


@dataclass(slots=True)
class _Bitmap:
    """Part of a layer as pixels; without a pixmap there is nothing to see in that part."""

    pixmap: QPixmap | None
    origin: QPointF

    @property
    def bytes(self) -> int:
        """What it takes, about."""
        return 4 * self.pixmap.width() * self.pixmap.height() if self.pixmap is not None else 0


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
        self._bytes = 0
        self._atlas: _Atlas | None = None
        self._lettering = Lettering()
        self._stamps = StampStore()

    def clear(self) -> None:
        """Forget every bitmap."""
        self._layers.clear()
        self._bytes = 0
        self._atlas = None

    def bitmap(self, placed: Placed, display: DisplayList) -> _Bitmap | None:
        """The bitmap of a still layer, painted now if it is not kept; None when nothing of it is in the picture."""
        ratio = display.ratio
        left = floor(placed.dx * ratio)
        top = floor(placed.dy * ratio)
        rest = (round(placed.dx * ratio - left, 3), round(placed.dy * ratio - top, 3))
        window = Area(-left, -top, ceil(display.width * ratio) - left, ceil(display.height * ratio) - top)
        whole = layer_area(placed.layer, placed.scale, ratio, rest)
        area = _cut(whole, window)
        if area is None:
            return None
        key = (placed.layer.serial, placed.scale, placed.percents, ratio, display.theme, rest, area)
        kept = self._layers.get(key)
        if kept is None:
            kept = self._layers[key] = self._render(placed, display, rest, area, cut=area != whole)
            self._bytes += kept.bytes
        else:
            self._layers.move_to_end(key)
        return kept

    def trim(self, shown: int) -> None:
        """Forget the bitmaps that were not used for longest, but none of the ``shown`` last used."""
        while self._bytes > KEPT_BYTES and len(self._layers) > shown:
            _, gone = self._layers.popitem(last=False)
            self._bytes -= gone.bytes

    def _render(
        self, placed: Placed, display: DisplayList, rest: tuple[float, float], area: Area, *, cut: bool
    ) -> _Bitmap:
        """Paint part of a layer on its own; its origin is in device pixels from the placement's whole pixel.

        Of a layer that is cut only what reaches into the part is painted.
        """
        ratio, scale = display.ratio, placed.scale
        ground = display.background if _is_ground(placed, display) else None
        items = list(placed.items())
        seen: Area | None = area
        if cut and ground is None:
            seen, items = _seen(placed, ratio, rest, area)
        if seen is None:
            return _Bitmap(None, QPointF())
        left, top, right, bottom = seen
        pixmap = QPixmap(QSize(max(1, right - left), max(1, bottom - top)))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(colour(display.theme, ground) if ground is not None else Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = Pen(
                painter, display.theme, ratio, scale=scale, dx=(rest[0] - left) / ratio, dy=(rest[1] - top) / ratio,
                lettering=self._lettering, stamps=self._stamps, size=(pixmap.width() / ratio, pixmap.height() / ratio),
            )  # fmt: skip
            for item, percent in items:
                pen.draw(item, percent)
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


def _cut(area: Area, window: Area) -> Area | None:
    """An area, cut to whole tiles around the window; None when they do not meet.

    Whole tiles, so that a slow pan seldom needs another bitmap.
    """
    if not area.meets(window):
        return None
    tiles = Area(
        *(edge // TILE * TILE for edge in window[:2]), *(-(-edge // TILE) * TILE for edge in window[2:])
    )
    return area.within(tiles)


def _seen(
    placed: Placed, ratio: float, rest: tuple[float, float], area: Area
) -> tuple[Area | None, list[tuple[Item, int]]]:
    """The records of a layer that reach into an area, with the size of their text, and the part of it that they cover.

    Without any there is no such part.
    """
    whole: Area | None = None
    items: list[tuple[Item, int]] = []
    for item, percent in placed.items():
        covers = item_area(item, percent, placed.scale, ratio, rest)
        if covers is not None and covers.meets(area):
            items.append((item, percent))
            whole = covers if whole is None else whole.around(covers)
    return (whole.within(area) if whole is not None else None), items


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
    for item, percent in placed.items():
        pen.draw(item, percent)
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
            if bitmap is not None and bitmap.pixmap is not None:
                painter.setOpacity(placed.opacity)
                painter.drawPixmap(QPointF(x, y) + bitmap.origin, bitmap.pixmap)
                painter.setOpacity(1.0)
        _raster_sprites(painter, placed, display, how)
    painter.restore()
    how.trim(len(display.placed))


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
