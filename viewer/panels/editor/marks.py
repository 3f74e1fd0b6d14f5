"""What is marked in the text without being part of it: this line, what is found, what flashes, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from viewer.chrome.look import Look
from viewer.theme.tokens import Motion, Role, motion_ms

FLASH = 0.24
HERE = 0.55


class Marks(QObject):
    """The marks of an editor; each kind is set by itself and all are shown together."""

    def __init__(self, editor: QPlainTextEdit, look: Look) -> None:
        super().__init__(editor)
        self._editor, self._look = editor, look
        self._found: list[tuple[int, int]] = []
        self._wrong: tuple[int, int] | None = None
        self.flashing: QTextCursor | None = None
        self._over = QTimer(editor)
        self._over.setSingleShot(True)
        self._over.setInterval(motion_ms(Motion.EMPHASIS))
        self._over.timeout.connect(self._still)
        editor.cursorPositionChanged.connect(self.show)
        look.changed.connect(self.show)

    def find(self, places: Sequence[tuple[int, int]]) -> None:
        """Mark what is found, from and to in Qt's units."""
        self._found = list(places)
        self.show()

    def wrong(self, place: tuple[int, int] | None) -> None:
        """Underline what is wrong, or nothing."""
        self._wrong = place
        self.show()

    def flash(self, line: int) -> None:
        """Tint a line (from 0) for a moment; nothing fades or pulses."""
        block = self._editor.document().findBlockByNumber(line)
        if block.isValid():
            self.flashing = QTextCursor(block)
            self._over.start()
            self.show()

    def _still(self) -> None:
        self.flashing = None
        self.show()

    def show(self) -> None:
        """Show all marks."""
        look, shown = self._look, []
        here = self._editor.textCursor()
        if not here.hasSelection():
            shown.append(self._line(here, Role.RAISED, HERE))
        if self.flashing is not None:
            shown.append(self._line(self.flashing, Role.CHANGED, FLASH))
        for start, end in self._found:
            made = QTextCharFormat()
            made.setBackground(look.colour(Role.LINE_STRONG))
            shown.append(self._part(start, end, made))
        if self._wrong is not None:
            made = QTextCharFormat()
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            made.setUnderlineColor(look.colour(Role.TEXT))
            shown.append(self._part(*self._wrong, made))
        self._editor.setExtraSelections(shown)

    def _line(self, cursor: QTextCursor, role: Role, opacity: float) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        made.format.setBackground(self._look.colour(role, opacity))
        made.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        plain = QTextCursor(cursor)
        plain.clearSelection()
        made.cursor = plain
        return made

    def _part(self, start: int, end: int, how: QTextCharFormat) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        last = max(self._editor.document().characterCount() - 1, 0)
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor
        made.format = how
        return made
