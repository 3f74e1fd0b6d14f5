"""Corners of marks, pieces of rings, points along lines: the arithmetic behind the pen."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

from viewer.theme.tokens import Shape


@lru_cache(maxsize=256)
def shape_points(shape: Shape) -> tuple[tuple[float, float], ...]:
    """Corners of a mark in the unit square around the origin; empty for the round ones."""
    match shape:
        case Shape.CIRCLE | Shape.RING:
            return ()
        case Shape.SQUARE:
            return ((-0.44, -0.44), (0.44, -0.44), (0.44, 0.44), (-0.44, 0.44))
        case Shape.TRIANGLE:
            return ((0.0, -0.5), (0.53, 0.44), (-0.53, 0.44))
        case Shape.DIAMOND:
            return ((0.0, -0.56), (0.56, 0.0), (0.0, 0.56), (-0.56, 0.0))
        case Shape.HEXAGON:
            return tuple((0.52 * cos(k * pi / 3), 0.52 * sin(k * pi / 3)) for k in range(6))
        case Shape.PLUS:
            a, b = 0.22, 0.5
            return (
                (-a, -b), (a, -b), (a, -a), (b, -a), (b, a), (a, a),
                (a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a),
            )  # fmt: skip
        case Shape.STAR4:
            return tuple(
                (
                    (0.56 if k % 2 == 0 else 0.2) * sin(k * pi / 4),
                    -(0.56 if k % 2 == 0 else 0.2) * cos(k * pi / 4),
                )
                for k in range(8)
            )


def towards(start: QPointF, end: QPointF, by: float) -> QPointF:
    """The point ``by`` px from start to end, at most half way."""
    dx, dy = end.x() - start.x(), end.y() - start.y()
    length = (dx * dx + dy * dy) ** 0.5
    share = 0.5 if length <= 2.0 * by else by / length
    return QPointF(start.x() + dx * share, start.y() + dy * share)


@lru_cache(maxsize=4096)
def wedge(x: float, y: float, inner: float, outer: float, start: float, end: float) -> QPolygonF:
    """A piece of a ring from angle to angle (radians clockwise from twelve o'clock)."""
    steps = max(
        1, int((end - start) / min(0.12, (2.0 / max(outer, 1.0)) ** 0.5))
    )  # within a quarter of a pixel
    angles = [start + (end - start) * k / steps for k in range(steps + 1)]
    corners = [QPointF(x + outer * sin(a), y - outer * cos(a)) for a in angles]
    corners += [QPointF(x + inner * sin(a), y - inner * cos(a)) for a in reversed(angles)]
    return QPolygonF(corners)
