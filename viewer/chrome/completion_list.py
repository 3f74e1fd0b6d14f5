"""The list of names below a line of text, of which one may be highlighted; the keyboard stays with the line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, metrics, ui_line_px, ui_px
from viewer.theme.tokens import Ink, Role, radius_px

ROWS = 8
PAD = 4
SIDE = 8
THUMB = 3.0
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CompletionList(QWidget):
    """Names, a child of the window. Signal: `picked` with the row that was clicked.

    Attributes:
        over: the window it lies in.
        texts: the names.
        chosen: the row that the keyboard highlights; -1 for none. The mouse has a fainter one of its own.
    """

    picked = Signal(int)

    def __init__(self, look: Look, over: QWidget) -> None:
        super().__init__(over)
        self.look, self.over = look, over
        self.texts: list[str] = []
        self.chosen = -1
        self._top, self._hover = 0, -1
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Suggestions")
        look.changed.connect(self.hide)
        self.hide()

    @staticmethod
    def row_px() -> int:
        """Height of a row."""
        return ui_line_px(Type.SMALL) + 8

    def offer(self, texts: list[str], under: QRect) -> None:
        """Show names below a place of the window, or above where there is no room; none is highlighted."""
        self.texts, self.chosen, self._top, self._hover = texts, -1, 0, -1
        room = self.over.size()
        measure = metrics(ui_px(Type.SMALL), Face.MONO, 500)
        widest = max(measure.horizontalAdvance(text) for text in texts)
        width = min(max(round(widest) + 2 * (PAD + SIDE) + 8, under.width()), room.width() - 16)
        height = min(len(texts), ROWS) * self.row_px() + 2 * PAD
        x = max(min(under.left(), room.width() - width - 8), 8)
        y = under.bottom() + 4
        if y + height > room.height() - 8:
            y = max(under.top() - 4 - height, 8)
        self.setGeometry(x, y, width, height)
        self._say()
        self.show()
        self.raise_()
        self.update()

    def move_by(self, rows: int) -> None:
        """Highlight another; a step at a time the ends join."""
        last = len(self.texts) - 1
        if self.chosen < 0:
            self.chosen = 0 if rows > 0 else last
        elif abs(rows) == 1:
            self.chosen = (self.chosen + rows) % (last + 1)
        else:
            self.chosen = min(max(self.chosen + rows, 0), last)
        self._top = min(max(self._top, self.chosen - ROWS + 1), self.chosen)
        self._say()
        self.update()

    def _say(self) -> None:
        self.setAccessibleDescription(
            self.texts[self.chosen] if self.chosen >= 0 else f"{len(self.texts)} names"
        )

    def row_rect(self, row: int) -> QRectF:
        """Where a row is drawn, if it is in view."""
        high = self.row_px()
        return QRectF(PAD, PAD + (row - self._top) * high, self.width() - 2 * PAD, high)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self.look.colour(Role.PANEL))
            painter.setPen(QPen(self.look.colour(Role.LINE_STRONG), 1.0))
            painter.setBrush(self.look.colour(Role.RAISED))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setFont(font(Type.SMALL, Face.MONO, 500))
            for row in range(self._top, min(self._top + ROWS, len(self.texts))):
                self._paint_row(painter, row)
            self._paint_thumb(painter)

    def _paint_row(self, painter: QPainter, row: int) -> None:
        rect, here = self.row_rect(row), row == self.chosen
        if here or row == self._hover:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour(Role.CHANGED if here else Role.INPUT))
            painter.drawRoundedRect(rect, radius_px("chip"), radius_px("chip"))
        ink: Ink = Role.CHANGED_INK if here else Role.TEXT
        painter.setPen(self.look.colour(ink))
        inside = rect.adjusted(SIDE, 0, -SIDE, 0)
        measure = metrics(ui_px(Type.SMALL), Face.MONO, 500)
        shown = measure.elidedText(self.texts[row], Qt.TextElideMode.ElideMiddle, inside.width())
        painter.drawText(inside, LEFT, shown)

    def _paint_thumb(self, painter: QPainter) -> None:
        if len(self.texts) <= ROWS:
            return
        track = float(ROWS * self.row_px())
        height = max(track * ROWS / len(self.texts), 12.0)
        top = PAD + (track - height) * self._top / (len(self.texts) - ROWS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour(Role.CONTROL))
        painter.drawRoundedRect(QRectF(self.width() - THUMB - 2.0, top, THUMB, height), 1.0, 1.0)

    def _row_at(self, place: QPoint) -> int:
        row = self._top + (place.y() - PAD) // self.row_px()
        return row if self._top <= row < min(self._top + ROWS, len(self.texts)) else -1

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint())
        if row >= 0:
            self.picked.emit(row)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint())
        if row != self._hover:
            self._hover = row
            self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        by = -1 if event.angleDelta().y() > 0 else 1
        self._top = min(max(self._top + by, 0), max(len(self.texts) - ROWS, 0))
        self.update()
        event.accept()
