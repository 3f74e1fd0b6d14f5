"""The note under a wrong line: the sentence, and the key that mends it. Inverse, for red means loss alone."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.chrome.widgets import KeepsKeys
from viewer.theme.fonts import Face, Type, font, ui_px
from viewer.theme.tokens import Role, radius_px

PAD_X, PAD_Y, GAP = 10, 7, 8
WIDEST = 560
FIX_KEY = "Alt+Return"


class Note(QWidget):
    """Says what is wrong. Signal: `mend` the offer was taken."""

    mend = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.sentence = ""
        self._font = font(Type.SMALL, Face.MONO, 500)
        self.button = QPushButton(self)
        self.button.setFont(font(Type.SMALL, Face.UI, 600))
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        self.button.clicked.connect(self.mend)
        KeepsKeys(self.button)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._dress()
        look.changed.connect(self._dress)
        self.hide()

    def _dress(self) -> None:
        ink, ground = self.look.colour(Role.CHANGED_INK).name(), self.look.colour(Role.CHANGED).name()
        self.button.setStyleSheet(
            f"QPushButton {{ color: {ink}; background: transparent; border: 1px solid {ink};"
            f" border-radius: {radius_px('chip')}px; padding: 1px 8px; min-height: 18px;"
            f" font-size: {ui_px(Type.SMALL)}px; }}"
            f"QPushButton:hover, QPushButton:focus {{ background: {ink}; color: {ground}; }}"
        )
        self.update()

    def say(self, sentence: str, nearest: str) -> None:
        """Show a sentence, and the offer to use a name; "" offers nothing."""
        self.sentence = sentence
        self.setAccessibleName(sentence)
        self.button.setVisible(bool(nearest))
        self.button.setText(f"Use {nearest}   Alt+Enter")
        self.button.setToolTip(f"Write {nearest} in its place ({FIX_KEY})")
        self.update()

    def _words(self, width: int) -> QRect:
        room = QRect(0, 0, max(width - 2 * PAD_X, 40), 10_000)
        return QFontMetrics(self._font).boundingRect(room, self._flags(), self.sentence)

    @staticmethod
    def _flags() -> int:
        return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)

    def fitted(self, room: int) -> QSize:
        """The size that it takes in so much width."""
        width = min(room, WIDEST)
        words = self._words(width)
        height = words.height() + 2 * PAD_Y
        if not self.button.isHidden():
            height += GAP + self.button.sizeHint().height()
        needed = max(words.width(), 0 if self.button.isHidden() else self.button.sizeHint().width())
        return QSize(min(width, needed + 2 * PAD_X + 2), height)

    def lie(self, x: int, y: int, size: QSize) -> None:
        """Take a place."""
        self.setGeometry(x, y, size.width(), size.height())
        hint = self.button.sizeHint()
        self.button.setGeometry(PAD_X, size.height() - PAD_Y - hint.height(), hint.width(), hint.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour(Role.CHANGED))
            painter.drawRoundedRect(QRectF(self.rect()), radius_px("chip"), radius_px("chip"))
            painter.setPen(self.look.colour(Role.CHANGED_INK))
            painter.setFont(self._font)
            painter.drawText(self.rect().adjusted(PAD_X, PAD_Y, -PAD_X, 0), self._flags(), self.sentence)
