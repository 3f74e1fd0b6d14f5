"""What the picture keeps to, as chips with a way out: one flow, chosen packets, a followed packet.

A row to lay over a corner of the canvas; it is hidden while nothing is kept. It owns none of it: the session does.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from engine.narration import packet_name
from engine.narration.words import letter
from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button
from viewer.session import Session
from viewer.theme.fonts import Type, ui_room
from viewer.theme.tokens import Role

HEIGHT = 28
APART = 6


class Chip(Button):
    """A word on a plate, with a cross behind it."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, "", Sign.CLOSE, kind=Type.SMALL, behind=True, sign_px=12.0, parent=parent)
        self._pad = 10
        self.setAccessibleName("What is kept to")  # until it has words

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), ui_room(HEIGHT))

    @override
    def _paint_body(self, painter: QPainter) -> None:
        hover = self.underMouse()
        painter.setPen(QPen(self.look.colour(Role.SELECT if hover else Role.LINE_STRONG), 1.0))
        painter.setBrush(self.look.colour(Role.INPUT if self.isDown() else Role.RAISED))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)


class Kept(QWidget):
    """The row. Signal: `refit` when it has become wider or narrower; it has its `sizeHint` by then.

    Attributes:
        flow: lets go of the single flow.
        packets: lets go of the packets that a filter chose.
        followed: lets go of the followed packet.
    """

    refit = Signal()

    def __init__(self, session: Session, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.look = session, look
        self.setAccessibleName("What the picture keeps to")
        self.flow, self.packets, self.followed = (Chip(look, self) for _ in range(3))
        self.flow.setToolTip("Show all flows again")
        self.followed.setToolTip("Follow no packet")
        self.flow.clicked.connect(self._all_flows)
        self.packets.clicked.connect(lambda: session.choose("", None))
        self.followed.clicked.connect(lambda: session.follow_packet(0))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(APART)
        for chip in self.chips:
            row.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)
        self._width = -1
        session.changed.connect(self.refresh)
        session.opened.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def chips(self) -> tuple[Chip, Chip, Chip]:
        """All chips, those included that are hidden."""
        return self.flow, self.packets, self.followed

    def texts(self) -> list[str]:
        """The words of the chips that are not hidden."""
        return [chip.text() for chip in self.chips if not chip.isHidden()]

    def refresh(self) -> None:
        """Show what is kept now."""
        said = (self._flow_text(), self._packets_text(), self._followed_text())
        for chip, text in zip(self.chips, said, strict=True):
            chip.say(text)
            chip.setVisible(bool(text))
        self.packets.setToolTip(f"{self.session.filter}\nShow all packets again")
        self.setFixedHeight(ui_room(HEIGHT))
        shown = any(said)
        self.setVisible(shown)
        width = self.sizeHint().width() if shown else 0
        if width != self._width:
            self._width = width
            self.adjustSize()
            self.refit.emit()

    def _flow_text(self) -> str:
        session, timeline = self.session, self.session.timeline
        if not session.solo_flow or timeline is None:
            return ""
        state = session.state()
        index = state.get(session.solo_flow, "letter") if state is not None else None
        name = letter(index) if isinstance(index, int) and index >= 0 else timeline.label(session.solo_flow)
        return f"only flow {name}"

    def _packets_text(self) -> str:
        if self.session.chosen is None:
            return ""
        count = len(self.session.chosen)
        return f"{count:,} {'packet' if count == 1 else 'packets'}".replace(",", " ")

    def _followed_text(self) -> str:
        session, timeline = self.session, self.session.timeline
        if not session.followed or timeline is None:
            return ""
        return f"follows {packet_name(timeline, int(timeline.frame_of(session.followed)))}"

    def _all_flows(self) -> None:
        """Keep to no flow: asking for the one that is kept lets go of it."""
        self.session._keep_flow(self.session.solo_flow)
