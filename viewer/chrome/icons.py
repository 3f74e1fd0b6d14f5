"""The few signs of the window, drawn as paths in a box of 20 by 20.

Each stands beside a word or carries a tooltip with one; none is the only key to what it does.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

BOX = 20.0


class Sign(StrEnum):
    """What there is to draw."""

    LOGO = "logo"
    CHEVRON = "chevron"
    LEFT = "left"
    RIGHT = "right"
    SEARCH = "search"
    PLAY = "play"
    PAUSE = "pause"
    FORWARD = "forward"
    BACK = "back"
    START = "start"
    END = "end"
    CLOSE = "close"
    MENU = "menu"
    THEME = "theme"
    PANEL = "panel"
    BOOKMARK = "bookmark"
    STOP = "stop"


class _Drawing(NamedTuple):
    filled: QPainterPath
    lined: QPainterPath
    width: float


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    path.closeSubpath()
    return path


def _lines(*lines: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for line in lines:
        path.moveTo(*line[0])
        for point in line[1:]:
            path.lineTo(*point)
    return path


def _logo() -> _Drawing:
    line = QPainterPath(QPointF(4.0, 4.5))
    line.lineTo(13.0, 4.5)
    line.arcTo(QRectF(8.0, 4.5, 10.0, 10.0), 90.0, -180.0)
    line.lineTo(5.0, 14.5)
    filled = QPainterPath()
    filled.addEllipse(QPointF(3.5, 4.5), 2.3, 2.3)
    filled.addPath(_polygon((1.0, 14.5), (7.0, 10.6), (7.0, 18.4)))
    return _Drawing(filled, line, 2.2)


def _search() -> _Drawing:
    path = QPainterPath()
    path.addEllipse(QPointF(8.8, 8.8), 5.2, 5.2)
    path.moveTo(12.8, 12.8)
    path.lineTo(16.8, 16.8)
    return _Drawing(QPainterPath(), path, 1.6)


def _theme() -> _Drawing:
    ring, half = QPainterPath(), QPainterPath(QPointF(10.0, 3.5))
    ring.addEllipse(QPointF(10.0, 10.0), 6.5, 6.5)
    half.arcTo(QRectF(3.5, 3.5, 13.0, 13.0), 90.0, 180.0)
    half.closeSubpath()
    return _Drawing(half, ring, 1.5)


def _panel() -> _Drawing:
    path = QPainterPath()
    path.addRoundedRect(QRectF(3.0, 4.0, 14.0, 12.0), 2.0, 2.0)
    path.moveTo(12.0, 4.0)
    path.lineTo(12.0, 16.0)
    return _Drawing(QPainterPath(), path, 1.5)


_Points = tuple[tuple[float, float], ...]
_BAR_LEFT: _Points = ((3.5, 4.0), (5.5, 4.0), (5.5, 16.0), (3.5, 16.0))
_BAR_RIGHT: _Points = ((14.5, 4.0), (16.5, 4.0), (16.5, 16.0), (14.5, 16.0))
_FILLED: dict[Sign, list[_Points]] = {
    Sign.PLAY: [((5.5, 3.0), (17.0, 10.0), (5.5, 17.0))],
    Sign.PAUSE: [
        ((5.0, 3.5), (8.5, 3.5), (8.5, 16.5), (5.0, 16.5)),
        ((11.5, 3.5), (15.0, 3.5), (15.0, 16.5), (11.5, 16.5)),
    ],
    Sign.FORWARD: [((5.5, 4.0), (15.5, 10.0), (5.5, 16.0))],
    Sign.BACK: [((14.5, 4.0), (4.5, 10.0), (14.5, 16.0))],
    Sign.START: [((16.5, 4.0), (7.0, 10.0), (16.5, 16.0)), _BAR_LEFT],
    Sign.END: [((3.5, 4.0), (13.0, 10.0), (3.5, 16.0)), _BAR_RIGHT],
    Sign.STOP: [((4.0, 4.0), (16.0, 4.0), (16.0, 16.0), (4.0, 16.0))],
    Sign.BOOKMARK: [((6.0, 3.0), (14.0, 3.0), (14.0, 17.0), (10.0, 13.5), (6.0, 17.0))],
}
_LINED: dict[Sign, list[_Points]] = {
    Sign.CHEVRON: [((5.0, 7.5), (10.0, 12.5), (15.0, 7.5))],
    Sign.LEFT: [((12.5, 5.0), (7.5, 10.0), (12.5, 15.0))],
    Sign.RIGHT: [((7.5, 5.0), (12.5, 10.0), (7.5, 15.0))],
    Sign.CLOSE: [((5.5, 5.5), (14.5, 14.5)), ((14.5, 5.5), (5.5, 14.5))],
    Sign.MENU: [((3.5, 5.5), (16.5, 5.5)), ((3.5, 10.0), (16.5, 10.0)), ((3.5, 14.5), (16.5, 14.5))],
}
_MADE = {Sign.LOGO: _logo, Sign.SEARCH: _search, Sign.THEME: _theme, Sign.PANEL: _panel}


@lru_cache(maxsize=32)
def _drawing(sign: Sign) -> _Drawing:
    if sign in _MADE:
        return _MADE[sign]()
    filled = QPainterPath()
    for polygon in _FILLED.get(sign, ()):
        filled.addPath(_polygon(*polygon))
    return _Drawing(filled, _lines(*_LINED.get(sign, ())), 1.6)


def draw_sign(painter: QPainter, sign: Sign, rect: QRectF, colour: QColor) -> None:
    """Draw a sign as large as fits into a rectangle."""
    drawing = _drawing(sign)
    size = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - size / 2.0, rect.center().y() - size / 2.0)
    painter.scale(size / BOX, size / BOX)
    if not drawing.filled.isEmpty():
        painter.fillPath(drawing.filled, colour)
    if not drawing.lined.isEmpty():
        pen = QPen(colour, drawing.width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(drawing.lined, pen)
    painter.restore()
