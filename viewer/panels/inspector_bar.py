"""Beside and below the inspector's rows: the way one went, and a sentence about what is pointed at."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from viewer.chrome.icons import Sign, draw_sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button, show_fitting
from viewer.panels.sections import wrapped
from viewer.panels.sheet import PAD
from viewer.theme.fonts import Face, Type, font, metrics, type_weight, ui_line_px, ui_px, ui_room
from viewer.theme.tokens import Role

HEIGHT = 30
LINES = 2
"""Of the sentence at the bottom."""

LOW = 320
"""A panel lower than this, at a text scale of 100 %, has one line for it."""

EDGE = 6
"""Above and below that sentence."""


class Ways(NamedTuple):
    """Where one can go from here: `owner` is the name of what the object belongs to, "" for nothing."""

    back: bool
    forward: bool
    owner: str
    pinned: bool


class _Up(Button):
    """A chevron that points up."""

    @override
    def _paint_inside(self, painter: QPainter) -> None:
        size = self._sign_px
        painter.save()
        painter.translate(self.width() / 2.0, self.height() / 2.0)
        painter.rotate(180.0)
        place = QRectF(-size / 2.0, -size / 2.0, size, size)
        draw_sign(painter, Sign.CHEVRON, place, self.look.colour(self._ink()))
        painter.restore()


class Bar(QWidget):
    """Back, forward, to the owner, and let go. Signals of those names.

    It stands in the title of its place and gives way there: what has no room is left out, the owner first.
    """

    back = Signal()
    forward = Signal()
    up = Signal()
    let_go = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self._pinned = False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        ink = Role.TEXT_SECONDARY
        self.back_button = Button(look, sign=Sign.LEFT, ink=ink)
        self.forward_button = Button(look, sign=Sign.RIGHT, ink=ink)
        self.up_button = _Up(look, sign=Sign.CHEVRON, ink=ink)
        self.go_button = Button(look, sign=Sign.CLOSE, sign_px=14.0, ink=ink)
        for button, tip, signal in (
            (self.back_button, "Selected before (Ctrl+Alt+Left)", self.back),
            (self.forward_button, "Selected after (Ctrl+Alt+Right)", self.forward),
            (self.up_button, "What it belongs to (Ctrl+Alt+Up)", self.up),
            (self.go_button, "Let go: follow the playhead", self.let_go),
        ):
            button.setToolTip(tip)
            button.setAccessibleName(tip.partition(" (")[0])
            button.clicked.connect(signal)
            row.addWidget(button)
        self.go_button.hide()
        self.setAccessibleName("Where to go from here")
        look.changed.connect(self._fit)

    @property
    def px(self) -> int:
        """Its height."""
        return ui_room(HEIGHT)

    @override
    def sizeHint(self) -> QSize:
        shown = (self.back_button, self.forward_button, self.up_button)
        wide = sum(button.sizeHint().width() for button in shown)
        return QSize(wide + (self.go_button.sizeHint().width() if self._pinned else 0), self.px)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.px)

    def show_ways(self, ways: Ways) -> None:
        """Show where one can go."""
        self.back_button.setEnabled(ways.back)
        self.forward_button.setEnabled(ways.forward)
        self.up_button.setEnabled(bool(ways.owner))
        belongs = f"Belongs to {ways.owner}" if ways.owner else "Belongs to nothing else"
        self.up_button.setToolTip(f"{belongs} (Ctrl+Alt+Up)")
        self.up_button.setAccessibleName(belongs)
        if ways.pinned != self._pinned:
            self._pinned = ways.pinned
            self.updateGeometry()
        self._fit()

    def _fit(self) -> None:
        """Show what there is room for."""
        always = (self.go_button,) if self._pinned else ()
        self.go_button.setVisible(self._pinned)
        show_fitting(self.width(), always, (self.back_button, self.forward_button, self.up_button), 0.0)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class Foot(QWidget):
    """A dim sentence in two lines, or one where the panel is low.

    Attributes:
        most: how many lines.
    """

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.text = ""
        self.most = LINES

    def fit(self, height: int) -> None:
        """Take the lines that a panel of a height can spare."""
        self.most = LINES if height >= ui_room(LOW) else 1

    @property
    def px(self) -> int:
        """Its height."""
        return self.most * ui_line_px(Type.SMALL) + 2 * EDGE

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, self.px)

    def say(self, text: str) -> None:
        """Show a sentence."""
        if text != self.text:
            self.text = text
            self.update()

    def lines(self) -> list[str]:
        """The sentence as it is shown: what does not fit ends in dots."""
        room = self.width() - 2 * PAD
        lines = wrapped(self.text, room)
        most = self.most
        kept = [*lines[: most - 1], " ".join(lines[most - 1 :])] if len(lines) > most else lines
        measure = metrics(ui_px(Type.SMALL), Face.UI, type_weight(Type.SMALL))
        return [measure.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in kept]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        line = ui_line_px(Type.SMALL)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.colour(Role.PANEL))
            painter.fillRect(QRectF(0.0, 0.0, self.width(), 1.0), self.look.colour(Role.LINE_SUBTLE))
            painter.setPen(self.look.colour(Role.TEXT_TERTIARY))
            painter.setFont(font(Type.SMALL))
            for number, text in enumerate(self.lines()):
                place = QRectF(PAD, EDGE + number * line, self.width() - 2 * PAD, line)
                painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
