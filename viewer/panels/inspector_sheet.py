"""A sheet that tells what is pointed at, by the mouse or by the keyboard, and keeps what has the focus in sight."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QScrollArea
from typing_extensions import override

from viewer.panels.sheet import Cell, Row, Sheet

MARGIN = 28
"""Above and below what has the focus, in px."""


class PointedSheet(Sheet):
    """The sheet. Signals: `pointed` with the tip of the cell that is pointed at, "" for none; `copied`, see `copy`."""

    pointed = Signal(str)
    copied = Signal()

    def focused_cell(self) -> Cell | None:
        """What the keyboard is at; None while it is elsewhere, or when nothing here can be done."""
        active = self._active()
        return active[min(self._focus, len(active) - 1)].cell if active and self.hasFocus() else None

    def copy(self) -> None:
        """Copy what has the focus; who listens to `copied` may put something better on the clipboard."""
        cell = self.focused_cell()
        if cell is not None:
            QGuiApplication.clipboard().setText(cell.text)
        self.copied.emit()

    @override
    def show_rows(self, rows: list[Row]) -> None:
        super().show_rows(rows)
        if self.hasFocus():
            self._point(self.focused_cell())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(self.cell_at(event.position().x(), event.position().y()) or self.focused_cell())

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(self.focused_cell())

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._point(self.focused_cell())

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)
        self._point(self.focused_cell())
        self._keep_in_sight()

    @override
    def event(self, event: QEvent) -> bool:
        copying = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if copying and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy):
            event.accept()
            return True
        return super().event(event)

    def _point(self, cell: Cell | None) -> None:
        tip = cell.tip if cell is not None else ""
        if cell is not None and cell is self.focused_cell():
            self.setAccessibleDescription(tip)
        self.pointed.emit(tip)

    def _keep_in_sight(self) -> None:
        """Scroll to what has the focus."""
        active = self._active()
        area: QObject | None = self.parent()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parent()
        if active and isinstance(area, QScrollArea):
            spot = active[min(self._focus, len(active) - 1)].rect
            area.ensureVisible(0, round(spot.center().y()), 0, MARGIN)
