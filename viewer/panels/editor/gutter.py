"""The numbers left of the lines; the wrong one stands on an inverse plate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from viewer.theme.fonts import Face, Type, font, ui_width
from viewer.theme.tokens import Role, radius_px

if TYPE_CHECKING:
    from viewer.panels.editor.text import TextEditor

LEFT, RIGHT = 10, 10
PLATE = 4


class Gutter(QWidget):
    """Paints the numbers of an editor's lines; a click selects the line."""

    def __init__(self, editor: TextEditor) -> None:
        super().__init__(editor)
        self.editor = editor
        self.setAccessibleName("Line numbers")

    def width_px(self) -> int:
        """As wide as the last number needs."""
        digits = max(len(str(self.editor.blockCount())), 2)
        return round(ui_width("0" * digits, Type.MICRO, Face.MONO, 500) + 0.5) + LEFT + RIGHT

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.width_px(), 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        editor = self.editor
        current, wrong = editor.textCursor().blockNumber(), editor.wrong_line
        line_px = editor.fontMetrics().lineSpacing()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(event.rect(), editor.look.colour(Role.PANEL))
            painter.setFont(font(Type.MICRO, Face.MONO, 500))
            for number, top in editor.lines_in_view():
                if number == wrong:
                    self._plate(painter, top, line_px)
                ink = (
                    Role.CHANGED_INK
                    if number == wrong
                    else Role.TEXT
                    if number == current
                    else Role.TEXT_TERTIARY
                )
                painter.setPen(editor.look.colour(ink))
                place = QRectF(0.0, top, self.width() - RIGHT, line_px)
                painter.drawText(
                    place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number + 1)
                )

    def _plate(self, painter: QPainter, top: float, line_px: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.editor.look.colour(Role.CHANGED))
        place = QRectF(PLATE, top, self.width() - RIGHT, line_px)
        painter.drawRoundedRect(place, radius_px("chip"), radius_px("chip"))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        cursor = self.editor.cursorForPosition(at)
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)
        self.editor.setFocus(Qt.FocusReason.MouseFocusReason)
