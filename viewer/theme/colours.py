"""Tokens as Qt colours."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor

from viewer.theme.tokens import Ink, ThemeName, hex_colour


@lru_cache(maxsize=4096)
def colour(theme: ThemeName, ink: Ink, opacity: float = 1.0) -> QColor:
    """The colour of a meaning, its own alpha times ``opacity``. Do not change the object: it is shared."""
    text = hex_colour(theme, ink)
    made = QColor(text[:7])
    alpha = int(text[7:9], 16) if len(text) == 9 else 255
    made.setAlpha(round(alpha * opacity))
    return made
