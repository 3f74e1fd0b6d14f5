"""Why what was typed leads nowhere: a note below a field, until somebody types on or leaves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.chrome.wrapped import WrappedLabel
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role, radius_px

PAD = 12
LINES = 6


class RefusalNote(QWidget):
    """The note of a field; a child of the field's window, as wide as the field."""

    def __init__(self, field: QWidget, look: Look) -> None:
        super().__init__(field)
        self.field, self.look = field, look
        self.words = WrappedLabel(look, Type.SMALL, Role.TEXT, LINES)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, 8, PAD, 8)
        column.addWidget(self.words)
        field.installEventFilter(self)
        look.changed.connect(self.hide)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence below the field."""
        over = self.field.window()
        if self.parentWidget() is not over:
            self.setParent(over)
        self.setFixedWidth(self.field.width())
        self.words.resize(self.field.width() - 2 * PAD, self.words.height())
        self.words.say(sentence)
        self.setAccessibleName(sentence)
        self.setFixedHeight(self.words.height() + 16)
        self.move(self.field.mapTo(over, QPoint(0, self.field.height() + 4)))
        self.show()
        self.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.Resize):
            self.hide()
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.look.colour(Role.FOCUS), 1.0))
            painter.setBrush(self.look.colour(Role.RAISED))
            radius = radius_px("control")
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
