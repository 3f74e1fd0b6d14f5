"""Brushes and pens of colours by meaning, made once: a frame asks for thousands and needs some dozens."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QPen

from viewer.picture.items import Dash
from viewer.theme.colours import colour
from viewer.theme.tokens import Ink, ThemeName

_DASHES: dict[Dash, tuple[float, ...]] = {
    Dash.SHORT: (4.0, 3.0),
    Dash.DOTTED: (1.0, 2.4),
    Dash.LONG: (7.0, 5.0),
}


@lru_cache(maxsize=2048)
def brush_of(theme: ThemeName, ink: Ink | None, opacity: float) -> QBrush:
    """A brush; without a colour one that paints nothing. Do not change the object: it is shared."""
    return QBrush(Qt.BrushStyle.NoBrush) if ink is None else QBrush(colour(theme, ink, opacity))


@lru_cache(maxsize=4096)
def pen_of(
    theme: ThemeName,
    ink: Ink | None,
    width: float,
    opacity: float,
    dash: Dash = Dash.SOLID,
    *,
    rounded: bool = False,
) -> QPen:
    """A pen of a width in px, with round or sharp joins; without a colour one that paints nothing.

    Do not change the object: it is shared.
    """
    if ink is None:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(colour(theme, ink, opacity))
    pen.setWidthF(width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if dash is Dash.DOTTED else Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin if rounded else Qt.PenJoinStyle.MiterJoin)
    if dash is not Dash.SOLID:
        pen.setDashPattern(list(_DASHES[dash]))
    return pen
