"""The big clock: simulated time to the nanosecond, digits that stand still while they count."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, ui_line_px, ui_px, ui_width
from viewer.theme.tokens import Role

UNIT = "µs"
GAP = 6.0
CAP_SHARE = 0.714
"""Height of the display face's figures, of its size: the unit stands on their line."""


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
        look.changed.connect(self._resized)
        self.show_time(0, known=False)

    def _resized(self) -> None:
        """The room that was reserved is of another text scale."""
        self._room = self._need(self.words)
        self.updateGeometry()
        self.update()

    def show_time(self, time_ns: int, known: bool) -> None:
        """Show a time; dim while there is nothing to show the time of."""
        words = time_words(time_ns)
        if words == self.words and known == self.known and self._room:
            return
        self.words, self.known = words, known
        self.setAccessibleName(f"Simulated time {words} microseconds")
        room = self._need(words)
        if room > self._room:
            self._room = room
            self.updateGeometry()
        self.update()

    @staticmethod
    def _width(words: str) -> float:
        return ui_width(words, Type.DISPLAY, Face.DISPLAY)

    @classmethod
    def _need(cls, words: str) -> float:
        return cls._width(words) + GAP + ui_width(UNIT, Type.TITLE, Face.UI, 500) + 4.0

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(self._room + 0.5), ui_line_px(Type.DISPLAY))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.look.colour(Role.TEXT if self.known else Role.TEXT_DISABLED))
            painter.setFont(font(Type.DISPLAY, Face.DISPLAY))
            width = self._width(self.words)
            unit = ui_width(UNIT, Type.TITLE, Face.UI, 500)
            left = self.width() - width - GAP - unit - 2.0
            baseline = self.height() / 2.0 + ui_px(Type.DISPLAY) * CAP_SHARE / 2.0
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(left, 0.0, width + 2.0, self.height()), flags, self.words)
            painter.setPen(self.look.colour(Role.TEXT_TERTIARY))
            painter.setFont(font(Type.TITLE, Face.UI, 500))
            painter.drawText(round(left + width + GAP), round(baseline), UNIT)
