"""A layout of plain text that leaves room under one line, where the note about a mistake stands."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout
from typing_extensions import override


class RoomLayout(QPlainTextDocumentLayout):
    """Lays lines below each other, one of them with room below."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._at: QTextCursor | None = None
        self._room_px = 0

    def leave(self, line: int, room_px: int) -> None:
        """Leave so many px under a line (from 0), which keeps them while text before it comes and goes."""
        block = self.document().findBlockByNumber(line)
        self._at = QTextCursor(block) if block.isValid() else None
        self._room_px = room_px
        self._tell()

    def close_up(self) -> None:
        """Leave no room."""
        if self._at is not None:
            self._at = None
            self._tell()

    def block(self) -> QTextBlock | None:
        """The line that has room below; None without one."""
        return self._at.block() if self._at is not None else None

    @property
    def room_px(self) -> int:
        """How much room there is."""
        return self._room_px

    def _tell(self) -> None:
        self.documentSizeChanged.emit(self.documentSize())

    @override
    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        rect = super().blockBoundingRect(block)
        if self._at is not None and block == self._at.block():
            rect.setHeight(rect.height() + self._room_px)
        return rect
