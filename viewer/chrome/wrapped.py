"""A sentence that wraps, long names as well, over a few lines; what is beyond them ends in dots and is the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, metrics, type_weight, ui_line_px, ui_px
from viewer.theme.tokens import Role


class WrappedLabel(QWidget):
    """Shows a text over as many lines as it needs, up to `most`.

    Attributes:
        text: the whole text.
    """

    def __init__(self, look: Look, kind: Type, role: Role, most: int, face: Face = Face.UI) -> None:
        super().__init__()
        self.look, self.kind, self.role, self.most, self.face = look, kind, role, most, face
        self.text = ""
        self._rows: list[str] = [""]
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._wrap)
        self._wrap()

    @property
    def rows(self) -> list[str]:
        """The lines as they are drawn."""
        return list(self._rows)

    def say(self, text: str) -> None:
        """Show another text."""
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self._wrap()

    def give_room(self, lines: int) -> None:
        """Be no higher than so many lines."""
        if lines != self.most:
            self.most = lines
            self._wrap()

    def _wrap(self) -> None:
        """Break the text for the present width, and take the height it needs."""
        rows: list[str] = []
        for paragraph in self.text.split("\n"):
            rows += self._broken(paragraph)
        cut = len(rows) > self.most
        if cut:
            measure = metrics(ui_px(self.kind), self.face, type_weight(self.kind))
            last = f"{rows[self.most - 1].rstrip()}…"
            rows = [
                *rows[: self.most - 1],
                measure.elidedText(last, Qt.TextElideMode.ElideRight, self.width()),
            ]
        self._rows = rows
        self.setToolTip(self.text if cut else "")
        self.setFixedHeight(len(rows) * ui_line_px(self.kind))
        self.update()

    def _broken(self, paragraph: str) -> list[str]:
        """A paragraph in lines as wide as this, broken between words, or inside one that has no room."""
        layout = QTextLayout(paragraph, font(self.kind, self.face))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        rows: list[str] = []
        units = paragraph.encode("utf-16-le")
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(self.width(), 1))
            start = line.textStart()
            rows.append(units[2 * start : 2 * (start + line.textLength())].decode("utf-16-le"))
        layout.endLayout()
        return rows or [""]

    @override
    def sizeHint(self) -> QSize:
        return QSize(40, self.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._wrap()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        high = ui_line_px(self.kind)
        measure = metrics(ui_px(self.kind), self.face, type_weight(self.kind))
        with QPainter(self) as painter:
            painter.setFont(font(self.kind, self.face))
            painter.setPen(self.look.colour(self.role))
            top = (high - measure.height()) / 2.0 + measure.ascent()
            for number, row in enumerate(self._rows):
                painter.drawText(QPointF(0.0, number * high + top), row.rstrip())
