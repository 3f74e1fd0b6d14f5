"""The title of a place in the dock: its pages as words of which one is chosen, and a note at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.chrome.widgets import KeepsKeys
from viewer.panels.sheet import PAD
from viewer.theme.fonts import Face, Type, font, ui_room, ui_width
from viewer.theme.tokens import Role

TITLE = 36
RING = 4
"""Px beside a word, for the ring around it."""

GAP = 12 - 2 * RING
NOTE_GAP = 16.0
ASIDE_EDGE = 5
"""How far the signs of buttons lie inside of these: so far they may stand out, to end where words do."""

ASIDE_GAP = 4.0
BRIEF = ("pinned",)
"""Words that are a note by themselves: to what, the page's own head says."""


def briefer(note: str) -> tuple[str, ...]:
    """A note, and its first word for where the whole has no room, if that says enough."""
    first = note.partition(" ")[0]
    return (note, first) if first in BRIEF else (note,)


def width_of(note: str) -> float:
    """Px of a note."""
    return ui_width(note, Type.SMALL, Face.UI, 500)


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
        return QSize(
            round(ui_width(self.text(), Type.LABEL, Face.UI, 600)) + 2 * RING + 2, ui_room(TITLE - 4)
        )

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
            inside = place.adjusted(RING, 0.0, -RING, 0.0)
            painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.drawRoundedRect(place.adjusted(1.0, 5.0, -1.0, -5.0), 4.0, 4.0)


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
        row.setContentsMargins(int(PAD) - RING, 2, int(PAD), 0)
        row.setSpacing(GAP)
        self.tabs: list[Tab] = []
        for number, title in enumerate(titles):
            tab = Tab(look, title)
            tab.clicked.connect(self._choose(number))
            row.addWidget(tab)
            self.tabs.append(tab)
        row.addStretch(1)
        self._row = row
        self._asides: list[QWidget] = []
        look.changed.connect(self._resized)

    def take(self, aside: QWidget) -> None:
        """Hold what belongs to a page at the right; the page shows it while the page itself is seen.

        Args:
            aside: buttons without words, whose signs end some px before their own edge.
        """
        self._asides.append(aside)
        self._row.addWidget(aside)
        self._row.setContentsMargins(int(PAD) - RING, 2, int(PAD) - ASIDE_EDGE, 0)
        aside.hide()
        aside.installEventFilter(self)  # the note makes room for it

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Hide):
            self.update()
        return super().eventFilter(watched, event)

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

    def _note_span(self) -> tuple[float, float]:
        """From where to where a note may stand: beside the words, before what is held."""
        held = [aside.geometry().left() - ASIDE_GAP for aside in self._asides if aside.isVisible()]
        return self.tabs[-1].geometry().right() + NOTE_GAP, min([self.width() - PAD, *held])

    @property
    def noted(self) -> str:
        """The note as there is room for it: whole, in brief, or not at all."""
        left, right = self._note_span()
        return next((one for one in briefer(self.note()) if width_of(one) <= right - left), "")

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
            words = self.noted
            if words:
                painter.setPen(self.look.colour(Role.TEXT_SECONDARY))
                painter.setFont(font(Type.SMALL, Face.UI, 500))
                left, right = self._note_span()
                place = QRectF(left, 2.0, right - left, rect.height() - 2.0)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
