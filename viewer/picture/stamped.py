"""What is stamped from a bitmap of its kind: many equal cells at once, and soft lights, which are dear to paint.

The edges of every cell lie on whole device pixels, where a stamped cell and a drawn one are the same; a light has no
edge, its middle is moved to a whole device pixel.
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil, floor
from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap, QRadialGradient, QTransform
from shiboken6 import Shiboken

from viewer.picture.items import Cells, Glow
from viewer.picture.strokes import brush_of, pen_of
from viewer.theme.colours import colour
from viewer.theme.tokens import Ink, ThemeName

if TYPE_CHECKING:
    from viewer.picture.pen import Pen

KEPT_CELLS = 1024
_Kind = tuple[Ink | None, float, int, int]
"""Colour, opacity, width and height in device pixels of cells that are alike."""


class StampStore:
    """Bitmaps of single cells and lights."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], QPixmap] = {}

    def cell(
        self, theme: ThemeName, kind: _Kind, empty: Ink | None, radius: float, *, square: bool
    ) -> QPixmap:
        """The bitmap of a cell, its corner ``radius`` in device pixels."""
        name = (theme, kind, empty if kind[0] is None else None, radius, square)
        found = self._kept.get(name)
        if found is None:
            if len(self._kept) >= KEPT_CELLS:
                self._kept.clear()
            found = self._kept[name] = _cell(theme, kind, empty, radius, square=square)
        return found

    def light(self, theme: ThemeName, glow: Glow, reach: tuple[int, int]) -> QPixmap:
        """The bitmap of a light that reaches so many device pixels from its middle, across and down."""
        name = (theme, glow.ink, glow.opacity, reach)
        found = self._kept.get(name)
        if found is None:
            if len(self._kept) >= KEPT_CELLS:
                self._kept.clear()
            found = QPixmap(QSize(2 * reach[0], 2 * reach[1]))
            found.fill(Qt.GlobalColor.transparent)
            with QPainter(found) as painter:
                draw_glow(painter, theme, glow, reach[0], reach[1], reach[0], reach[1])
            self._kept[name] = found
        return found


def draw_glow(
    painter: QPainter, theme: ThemeName, glow: Glow, x: float, y: float, rx: float, ry: float
) -> None:
    """Paint a light around (x, y)."""
    gradient = QRadialGradient(QPointF(0.0, 0.0), 1.0)
    for stop, share in ((0.0, 1.0), (0.35, 0.62), (0.7, 0.16), (1.0, 0.0)):
        gradient.setColorAt(stop, colour(theme, glow.ink, glow.opacity * share))
    painter.save()
    painter.translate(x, y)
    painter.scale(rx, ry)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(gradient))
    painter.drawEllipse(QPointF(0.0, 0.0), 1.0, 1.0)
    painter.restore()


def stamp_glow(pen: Pen, glow: Glow, stamps: StampStore) -> None:
    """Draw a light; the painter must have no transform of its own."""
    s, ratio = pen.scale, pen.ratio
    reach = max(1, round(glow.rx * s * ratio)), max(1, round(glow.ry * s * ratio))
    pixmap = stamps.light(pen.theme, glow, reach)
    x, y = round((glow.x * s + pen.dx) * ratio) - reach[0], round((glow.y * s + pen.dy) * ratio) - reach[1]
    if ratio != 1.0:
        pen.painter.setWorldTransform(QTransform.fromScale(1.0 / ratio, 1.0 / ratio))
    pen.painter.drawPixmap(QPoint(x, y), pixmap)
    if ratio != 1.0:
        pen.painter.resetTransform()


def _cell(theme: ThemeName, kind: _Kind, empty: Ink | None, radius: float, *, square: bool) -> QPixmap:
    fill, opacity, wide, high = kind
    pixmap = QPixmap(QSize(wide, high))
    pixmap.fill(Qt.GlobalColor.transparent)
    rect = QRectF(0.0, 0.0, wide, high)
    if fill is None:
        rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen_of(theme, empty if fill is None else None, 1.0, opacity))
        painter.setBrush(brush_of(theme, fill, opacity))
        if square:
            painter.drawRect(rect)
        else:
            painter.drawRoundedRect(rect, radius, radius)
    return pixmap


def _edges(
    start: float, size: float, step: float, count: int, ratio: float, room: float
) -> list[tuple[int, int, int]]:
    """Place, first and last device pixel of the pieces that reach into ``room`` px."""
    first, last = 0, count
    if step > 0.0:
        first = max(0, floor((-start - size) / step))
        last = min(count, ceil((room - start) / step) + 1)
    found = []
    for at in range(first, last):
        left = round((start + at * step) * ratio)
        found.append((at, left, round((start + at * step + size) * ratio)))
    return found


def stamp_cells(pen: Pen, cells: Cells, stamps: StampStore, room: tuple[float, float]) -> None:
    """Draw the cells that reach into ``room`` px from the painter's origin; it must have no transform of its own."""
    s, ratio, columns = pen.scale, pen.ratio, cells.columns
    count = len(cells.fills)
    across = _edges(cells.x * s + pen.dx, cells.w * s, cells.dx * s, columns, ratio, room[0])
    down = _edges(cells.y * s + pen.dy, cells.h * s, cells.dy * s, -(-count // columns), ratio, room[1])
    groups: dict[_Kind, list[tuple[int, int]]] = defaultdict(list)
    for row, top, bottom in down:
        for column, left, right in across:
            at = row * columns + column
            if at >= count:
                break
            fill = cells.fills[at]
            if (fill is None and cells.empty is None) or right <= left or bottom <= top:
                continue
            opacity = cells.opacities[at] if cells.opacities else 1.0
            groups[fill, opacity, right - left, bottom - top].append((left, top))
    painter, radius = pen.painter, cells.radius * s * ratio
    if ratio != 1.0:
        painter.setWorldTransform(QTransform.fromScale(1.0 / ratio, 1.0 / ratio))
    for kind, places in groups.items():
        pixmap = stamps.cell(pen.theme, kind, cells.empty, radius, square=cells.radius <= 0.0)
        _stamp(painter, pixmap, places)
    if ratio != 1.0:
        painter.resetTransform()


def _stamp(painter: QPainter, pixmap: QPixmap, places: list[tuple[int, int]]) -> None:
    wide, high = pixmap.width(), pixmap.height()
    table = np.zeros((len(places), 10), np.float64)
    table[:, 0:2] = np.array(places, np.float64)
    table[:, 0:2] += (wide / 2.0, high / 2.0)
    table[:, 4:6] = (wide, high)
    table[:, 6:8] = 1.0
    table[:, 9] = 1.0
    wrapped = Shiboken.wrapInstance(table.ctypes.data, QPainter.PixmapFragment)
    painter.drawPixmapFragments(cast("QPainter.PixmapFragment", wrapped), len(table), pixmap)
