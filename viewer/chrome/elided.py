"""A line of text that gives way: what does not fit ends in dots and stands whole in the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, metrics, type_weight, ui_line_px, ui_px
from viewer.theme.tokens import Role


class ElidedLabel(QWidget):
    """Prose only: a symbol is never cut, it goes away instead."""

    def __init__(self, look: Look, kind: Type, role: Role, face: Face = Face.UI) -> None:
        super().__init__()
        self.look, self.kind, self.role, self.face = look, kind, role, face
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._resized)

    def _resized(self) -> None:
        self.updateGeometry()
        self.update()

    def say(self, text: str) -> None:
        """Show another text."""
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(40, ui_line_px(self.kind))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        weight = type_weight(self.kind)
        measure = metrics(ui_px(self.kind), self.face, weight)
        shown = measure.elidedText(self.text, Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text if shown != self.text else "")
        with QPainter(self) as painter:
            painter.setFont(font(self.kind, self.face))
            painter.setPen(self.look.colour(self.role))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
