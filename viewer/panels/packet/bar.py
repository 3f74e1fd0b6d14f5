"""The line below a packet's name: to the packet before and the next of its flow, and to follow it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout
from typing_extensions import override

from viewer.actions import tooltip
from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button, label
from viewer.navigator import Navigator
from viewer.panels.packet.shown import Shown
from viewer.panels.sheet import PAD, beside
from viewer.session import Session
from viewer.theme.fonts import Type


class FlowBar(QFrame):
    """The line."""

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session = session
        self.setProperty("kind", "panel")
        self.where = label("", Type.SMALL, tone="secondary")
        self.before = self._sign(look, Sign.LEFT, "Previous packet of the flow", "previous_packet")
        self.after = self._sign(look, Sign.RIGHT, "Next packet of the flow", "next_packet")
        self.follow = Button(look, "Follow", kind=Type.SMALL)
        self.follow.setToolTip(tooltip("follow"))
        self.before.clicked.connect(navigator.previous_of_flow)
        self.after.clicked.connect(navigator.next_of_flow)
        self.follow.clicked.connect(self._follow)
        self._uid = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(int(PAD) - 6, 0, int(PAD) - 8, 0)
        row.setSpacing(4)
        for part in (self.before, self.where, self.after):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self.follow)
        self._row = row

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._row.setContentsMargins(int(PAD) - 6, 0, int(PAD - beside(self)) - 8, 0)

    @staticmethod
    def _sign(look: Look, sign: Sign, name: str, action: str) -> Button:
        button = Button(look, sign=sign, sign_px=14.0)
        button.setAccessibleName(name)
        button.setToolTip(tooltip(action))
        return button

    def show_packet(self, packet: Shown) -> None:
        """Say where in its flow a packet is, and whether it is followed."""
        self._uid = packet.uid
        self.where.setText(f"{packet.place} of {packet.of} in {packet.flow}" if packet.place else "no flow")
        self.before.setEnabled(packet.place > 1)
        self.after.setEnabled(packet.place < packet.of)
        self.follow.say("Let go" if self._followed(packet) else "Follow")

    def _followed(self, packet: Shown) -> bool:
        timeline, followed = self.session.timeline, self.session.followed
        return bool(followed) and timeline is not None and int(timeline.frame_of(followed)) == packet.frame

    def _follow(self) -> None:
        """Follow the packet that is shown, or let go of it."""
        self.session.follow_packet(0 if self.follow.text() == "Let go" else self._uid)
