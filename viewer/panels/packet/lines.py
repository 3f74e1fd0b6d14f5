"""A sheet in which every row is one thing: wherever it is clicked it does the same, the keyboard stops there once."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QWidget
from typing_extensions import override

from viewer.panels.sheet import Cell, Sheet

MARGIN = 28
"""What stays in sight above and below the keyboard's row, in px."""


class Lines(Sheet):
    """A sheet whose rows each have one cell that does something, and others that only tell."""

    @override
    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell under a point; where that does nothing, the one of its row that does."""
        found = super().cell_at(x, y)
        if found is not None and found.do is not None:
            return found
        row = next((laid for laid in self._laid if laid.rect.top() <= y < laid.rect.bottom()), None)
        able = [spot.cell for spot in row.spots if spot.cell.do is not None] if row is not None else []
        return able[0] if len(able) == 1 else found

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        active = self._active()
        if active:
            keep_in_sight(self, active[min(self._focus, len(active) - 1)].rect)


def keep_in_sight(part: QWidget, rect: QRectF) -> None:
    """Scroll the area that a widget lies in, at whatever depth, to a rectangle of the widget."""
    above: QObject | None = part.parent()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parent()
    inside = above.widget() if isinstance(above, QScrollArea) else None
    if isinstance(above, QScrollArea) and inside is not None:
        place = part.mapTo(inside, rect.center().toPoint())
        above.ensureVisible(0, place.y(), 0, MARGIN)
