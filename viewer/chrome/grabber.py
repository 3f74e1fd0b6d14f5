"""What is dragged to resize the side panels, and the strip that opens them where they are a drawer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from viewer.actions import tooltip
from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button
from viewer.theme.tokens import Role, size_px

WIDTH = size_px("hit_min")


class Grabber(QWidget):
    """Lies unseen over a border, wide enough for a finger. Signal: `dragged` by so many pixels to the right."""

    dragged = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._x: int | None = None
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setStyleSheet("background: transparent;")
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def place(self, x: int, y: int, height: int) -> None:
        """Lie over the border at x."""
        self.setGeometry(x - WIDTH // 2, y, WIDTH, height)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._x = round(event.globalPosition().x())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._x is not None:
            x = round(event.globalPosition().x())
            self.dragged.emit(x - self._x)
            self._x = x

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._x = None


class Strip(QWidget):
    """The narrow column at the right of a narrow window."""

    def __init__(self, look: Look, toggle: Callable[[], None]) -> None:
        super().__init__()
        self.look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 8)
        button = Button(look, sign=Sign.PANEL, sign_px=20.0)
        button.setFixedSize(32, 32)
        button.setAccessibleName("Side panels")
        button.setToolTip(tooltip("inspector"))
        button.clicked.connect(toggle)
        column.addWidget(button)
        column.addStretch(1)
        look.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.colour(Role.PANEL))
            line = self.look.colour(Role.LINE_SUBTLE)
            painter.fillRect(QRectF(0.0, 0.0, 1.0, self.height()), line)
