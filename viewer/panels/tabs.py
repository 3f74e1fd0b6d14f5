"""The title of a place in the dock: its pages as words of which one is chosen, and a note at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.chrome.widgets import KeepsKeys
from viewer.panels.sheet import PAD
from viewer.theme.fonts import Face, Type, font, ui_room, ui_width
from viewer.theme.tokens import Role

TITLE = 36
GAP = 12
NOTE_GAP = 16.0


class Tab(QAbstractButton):
    """A word that chooses a page."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__()
        self.look = look
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        KeepsKeys(self)
        look.changed.connect(self.updateGeometry)
        look.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(ui_width(self.text(), Type.LABEL, Face.UI, 600)) + 2, ui_room(TITLE - 4))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            bright = self.isChecked() or self.underMouse()
            painter.setPen(self.look.colour(Role.TEXT if bright else Role.TEXT_TERTIARY))
            painter.setFont(font(Type.LABEL))
            place = QRectF(self.rect())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.drawRoundedRect(place.adjusted(-1.0, 5.0, 1.0, -5.0), 4.0, 4.0)


class TabRow(QWidget):
    """The title row. Signal: `chosen` with the number of a page."""

    chosen = Signal(int)

    def __init__(self, look: Look, titles: list[str], *, line: bool) -> None:
        """Make it.

        Args:
            look: the window's colours.
            titles: the pages' words.
            line: whether a thin line is drawn above: it is not the first of the dock.
        """
        super().__init__()
        self.look, self._line = look, line
        self.note: Callable[[], str] = str
        self.setFixedHeight(ui_room(TITLE))
        self.setAccessibleName(", ".join(titles))
        row = QHBoxLayout(self)
        row.setContentsMargins(int(PAD), 2, int(PAD), 0)
        row.setSpacing(GAP)
        self.tabs: list[Tab] = []
        for number, title in enumerate(titles):
            tab = Tab(look, title)
            tab.clicked.connect(self._choose(number))
            row.addWidget(tab)
            self.tabs.append(tab)
        row.addStretch(1)
        look.changed.connect(self._resized)

    def _resized(self) -> None:
        self.setFixedHeight(ui_room(TITLE))
        self.update()

    def _choose(self, number: int) -> Callable[[], None]:
        return lambda: self.chosen.emit(number)

    def show_chosen(self, number: int) -> None:
        """Show which page is chosen."""
        for place, tab in enumerate(self.tabs):
            tab.setChecked(place == number)
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.update()
        super().resizeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.fillRect(rect, self.look.colour(Role.PANEL))
            if self._line:
                top = QRectF(rect.left(), rect.top(), rect.width(), 1.0)
                painter.fillRect(top, self.look.colour(Role.LINE_SUBTLE))
            left = float(self.tabs[-1].geometry().right()) + NOTE_GAP
            words = self.note()
            room = rect.right() - PAD - left
            if words and ui_width(words, Type.SMALL, Face.UI, 500) <= room:
                painter.setPen(self.look.colour(Role.TEXT_SECONDARY))
                painter.setFont(font(Type.SMALL, Face.UI, 500))
                place = QRectF(left, 2.0, room, rect.height() - 2.0)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
