"""The list of what may stand at the cursor, below it; the keyboard stays with the text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from engine.scenario.completion import Item
from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, ui_line_px
from viewer.theme.tokens import Ink, Role, radius_px

ROW, PAD, WIDTH, ROWS = 24, 4, 340, 8
DETAIL_LINES = 3


class Suggestions(QWidget):
    """Items of which one is chosen, with the meaning of that one. Signal: `picked` with the item's place."""

    picked = Signal(int)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look, self.over = look, parent
        self.items: Sequence[Item] = ()
        self.chosen = 0
        self._top = 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Suggestions")
        look.changed.connect(self.update)
        self.hide()

    def offer(self, items: Sequence[Item], under: QRect) -> None:
        """Show items below a place of the parent, or above where there is no room."""
        self.items, self.chosen, self._top = items, 0, 0
        self._say()
        parent = self.over
        width = min(WIDTH, parent.width() - 16)
        height = min(len(items), ROWS) * ROW + 2 * PAD + self._detail_px(width)
        x = max(min(under.left(), parent.width() - width - 8), 8)
        y = under.bottom() + 4
        if y + height > parent.height() - 8:
            y = max(under.top() - 4 - height, 8)
        self.setGeometry(x, y, width, height)
        self.show()
        self.raise_()
        self.update()

    def move_by(self, rows: int) -> None:
        """Choose another; the ends join when one goes a row at a time."""
        last = len(self.items) - 1
        if abs(rows) == 1:
            self.chosen = (self.chosen + rows) % (last + 1)
        else:
            self.chosen = min(max(self.chosen + rows, 0), last)
        self._top = min(max(self._top, self.chosen - ROWS + 1), self.chosen)
        self._say()
        self.update()

    def _say(self) -> None:
        item = self.items[self.chosen]
        self.setAccessibleDescription(f"{item.text}: {item.detail}")

    def _detail_px(self, width: int) -> int:
        """The room for the longest meaning, so that the list keeps its height while one chooses."""
        measure = QFontMetrics(font(Type.SMALL))
        flags = int(Qt.TextFlag.TextWordWrap)
        tall = [
            measure.boundingRect(QRect(0, 0, width - 24, 1000), flags, item.detail).height()
            for item in self.items
            if item.detail
        ]
        return min(max(tall), DETAIL_LINES * ui_line_px(Type.SMALL) + 2) + 13 if tall else 0

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.look.colour(Role.LINE_STRONG), 1.0))
            painter.setBrush(self.look.colour(Role.RAISED))
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, radius_px("control"), radius_px("control"))
            for row, item in enumerate(self.items[self._top : self._top + ROWS]):
                self._paint_row(painter, row, item, chosen=self._top + row == self.chosen)
            self._paint_thumb(painter)
            self._paint_detail(painter)

    def _paint_row(self, painter: QPainter, row: int, item: Item, *, chosen: bool) -> None:
        rect = QRectF(PAD, PAD + row * ROW, self.width() - 2 * PAD, ROW)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour(Role.CHANGED))
            painter.drawRoundedRect(rect, radius_px("chip"), radius_px("chip"))
        inside = rect.adjusted(8, 0, -10, 0)
        name_ink: Ink = Role.CHANGED_INK if chosen else Role.TEXT
        kind_ink: Ink = Role.CHANGED_INK if chosen else Role.TEXT_TERTIARY
        painter.setFont(font(Type.SMALL))
        kind_px = QFontMetrics(painter.font()).horizontalAdvance(item.kind)
        painter.setPen(self.look.colour(kind_ink))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, item.kind)
        painter.setFont(font(Type.SMALL, Face.MONO, 500))
        painter.setPen(self.look.colour(name_ink))
        room = int(inside.width()) - kind_px - 12
        text = QFontMetrics(painter.font()).elidedText(item.text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_thumb(self, painter: QPainter) -> None:
        if len(self.items) <= ROWS:
            return
        track = ROWS * ROW
        height = max(track * ROWS / len(self.items), 12.0)
        top = PAD + (track - height) * self._top / (len(self.items) - ROWS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour(Role.CONTROL))
        painter.drawRoundedRect(QRectF(self.width() - 5.0, top, 2.0, height), 1.0, 1.0)

    def _paint_detail(self, painter: QPainter) -> None:
        top = 2 * PAD + min(len(self.items), ROWS) * ROW
        if top + 8 >= self.height():
            return
        painter.fillRect(QRectF(1.0, top, self.width() - 2.0, 1.0), self.look.colour(Role.LINE_STRONG))
        painter.setFont(font(Type.SMALL))
        painter.setPen(self.look.colour(Role.TEXT_SECONDARY))
        room = QRect(12, top + 6, self.width() - 24, self.height() - top - 8)
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap), self.items[self.chosen].detail)

    def _row_at(self, place: QPoint) -> int | None:
        row = (place.y() - PAD) // ROW
        inside = 0 <= row < min(len(self.items), ROWS)
        return self._top + row if inside else None

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint())
        if row is not None:
            self.picked.emit(row)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        by = -1 if event.angleDelta().y() > 0 else 1
        self._top = min(max(self._top + by, 0), max(len(self.items) - ROWS, 0))
        self.update()
        event.accept()
