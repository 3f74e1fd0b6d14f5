"""The field that goes somewhere: a time, a step, an event, a chapter, a packet, a function, a counter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from viewer.chrome.completion import MOST, Suggestions
from viewer.chrome.icons import Sign, draw_sign
from viewer.chrome.leaving import give_back
from viewer.chrome.look import Look
from viewer.chrome.refusal import RefusalNote
from viewer.jump import suggestions
from viewer.navigator import Navigator
from viewer.session import Session
from viewer.theme.fonts import Face, Type, font, ui_room, ui_width
from viewer.theme.tokens import Role

WIDTH = 368
HEIGHT = 30
PLACEHOLDERS = (
    "Go to time, packet, function, expression",
    "Go to time, packet, expression",
    "Function, time",
    "Go to",
)
"""What the field is for, the longest first."""

KEY = "Ctrl G"


class Search(QLineEdit):
    """Suggests names while one types; Enter goes there, or says below the field why not."""

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.navigator, self.look = session, navigator, look
        self.setAccessibleName(PLACEHOLDERS[0])
        self._resized()
        self.refusal = RefusalNote(self, look)
        self.suggestions = Suggestions(self, self._names, look)
        self.suggestions.taken.connect(self._taken)
        self.textEdited.connect(self.refusal.hide)
        self.returnPressed.connect(self.go)
        look.changed.connect(self._resized)

    def _resized(self) -> None:
        """Room for the sign and the key at both ends; the longest hint that fits between them."""
        key = round(self._key_px())
        self.setTextMargins(ui_room(18) + 6, 0, key + 4, 0)
        self.setFixedHeight(ui_room(HEIGHT))
        room = self.width() - ui_room(18) - 6 - key - 4 - 24
        fitting = (one for one in PLACEHOLDERS if ui_width(one, Type.BODY, Face.UI, 400) <= room)
        self.setPlaceholderText(next(fitting, ""))
        self.update()

    @staticmethod
    def _key_px() -> float:
        return ui_width(KEY, Type.MICRO) + 16.0

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized()

    def _names(self, word: str) -> list[str]:
        timeline = self.session.timeline
        return suggestions(word, timeline, MOST) if timeline is not None else []

    def _taken(self, finish: bool) -> None:
        if finish:
            self.go()

    def go(self) -> None:
        """Go where the text says; what leads nowhere stays to be mended, with the reason below it."""
        text = self.text().strip()
        self.suggestions.close()
        if text and self.navigator.jump(text):
            self.clear()
            self.refusal.hide()
            self.clearFocus()
        elif text and self.navigator.refusal:
            self.refusal.say(self.navigator.refusal)

    @override
    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # it leaves the field and does not back out of the canvas
            return True
        return bool(super().event(event))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.refusal.hide()
            self.clear()
            give_back(self)
            return
        super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            shade = self.look.colour(Role.TEXT_SECONDARY)
            sign = float(ui_room(16))
            draw_sign(painter, Sign.SEARCH, QRectF(10.0, (self.height() - sign) / 2.0, sign, sign), shade)
            if not self.text():
                key = self._key_px()
                place = QRectF(self.width() - key - 6.0, 6.0, key, self.height() - 12.0)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.look.colour(Role.RAISED))
                painter.drawRoundedRect(place, 4.0, 4.0)
                painter.setFont(font(Type.MICRO, Face.UI, 500))
                painter.setPen(shade)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, KEY)
