"""The big clock: simulated time to the nanosecond, digits that stand still while they count."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, text_width, type_px, type_weight
from viewer.theme.tokens import Role

UNIT = "µs"
GAP = 6.0


def time_words(time_ns: int) -> str:
    """Microseconds with all three decimals, thousands apart."""
    whole, rest = divmod(time_ns, 1_000)
    return f"{whole:,}".replace(",", "\u2009") + f".{rest:03d}"


class Readout(QWidget):
    """Shows a time."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.words = "0.000"
        self.known = False
        self._room = 0.0
        look.changed.connect(self.update)
        self.show_time(0, known=False)

    def show_time(self, time_ns: int, known: bool) -> None:
        """Show a time; dim while there is nothing to show the time of."""
        words = time_words(time_ns)
        if words == self.words and known == self.known and self._room:
            return
        self.words, self.known = words, known
        self.setAccessibleName(f"Simulated time {words} microseconds")
        room = self._width(words) + GAP + text_width(UNIT, type_px(Type.TITLE), Face.UI, 500) + 4.0
        if room > self._room:
            self._room = room
            self.updateGeometry()
        self.update()

    @staticmethod
    def _width(words: str) -> float:
        return text_width(words, type_px(Type.DISPLAY), Face.DISPLAY, type_weight(Type.DISPLAY))

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(self._room + 0.5), 36)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.look.colour(Role.TEXT if self.known else Role.TEXT_DISABLED))
            painter.setFont(font(Type.DISPLAY, Face.DISPLAY))
            width = self._width(self.words)
            unit = text_width(UNIT, type_px(Type.TITLE), Face.UI, 500)
            left = self.width() - width - GAP - unit - 2.0
            baseline = self.height() / 2.0 + 10.0
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(left, 0.0, width + 2.0, self.height()), flags, self.words)
            painter.setPen(self.look.colour(Role.TEXT_TERTIARY))
            painter.setFont(font(Type.TITLE, Face.UI, 500))
            painter.drawText(round(left + width + GAP), round(baseline), UNIT)
