"""Colours for the scene's text, by meaning and without hue: hue is for what the packets do."""

from __future__ import annotations

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.panels.editor.mapping import utf16
from viewer.panels.editor.spans import Piece, State, spans
from viewer.theme.tokens import Role

INKS: dict[Piece, tuple[Role, int]] = {
    Piece.TABLE: (Role.TEXT, 700),
    Piece.KEY: (Role.TEXT, 500),
    Piece.STRING: (Role.TEXT_SECONDARY, 400),
    Piece.NUMBER: (Role.TEXT, 600),
    Piece.COMMENT: (Role.TEXT_TERTIARY, 400),
    Piece.COMMAND: (Role.TEXT, 500),
    Piece.KNOB: (Role.TEXT, 600),
}
"""Ink and weight of each piece."""


class Highlighter(QSyntaxHighlighter):
    """Colours a document and follows the theme."""

    def __init__(self, document: QTextDocument, look: Look) -> None:
        super().__init__(document)
        self.look = look
        self._formats: dict[Piece, QTextCharFormat] = {}
        self._dress()
        look.changed.connect(self.dress)

    def _dress(self) -> None:
        for piece, (ink, weight) in INKS.items():
            made = QTextCharFormat()
            made.setForeground(self.look.colour(ink))
            made.setFontWeight(QFont.Weight(weight))
            self._formats[piece] = made

    def dress(self) -> None:
        """Wear the colours of the theme in force."""
        self._dress()
        self.rehighlight()

    @override
    def highlightBlock(self, text: str) -> None:
        found, state = spans(text, State.of(self.previousBlockState()))
        plain = text.isascii()
        for start, length, piece in found:
            first = start if plain else utf16(text[:start])
            count = length if plain else utf16(text[start : start + length])
            self.setFormat(first, count, self._formats[piece])
        self.setCurrentBlockState(state.number())
