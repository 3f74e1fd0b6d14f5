"""The prompt: Enter runs, Shift+Enter adds a line, Up and Down go through what was typed, Tab completes.

Undo and redo are the text's own only while there is something of the text to take back; else they are the window's,
so that a branch just made by a command can be taken back at once.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, ui_line_px

LINES_MOST = 8


class ScriptLine(QPlainTextEdit):
    """Where one types.

    Signals: `entered` with a script, `edited`, `tabbed`, `cleared` for Ctrl+L, `left` for Esc when it is empty.
    """

    entered = Signal(str)
    edited = Signal()
    tabbed = Signal()
    cleared = Signal()
    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._most = LINES_MOST
        self.before: Callable[[str], str] = str
        self.after: Callable[[str], str] = str
        self.setProperty("kind", "ghost")
        self.setAccessibleName("Command")
        self.setAccessibleDescription("A command of the simulated host; Enter runs it, Tab completes it")
        self.setPlaceholderText("sysctl -w net.core.netdev_budget=600")
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.setStyleSheet("QPlainTextEdit { padding: 0; border: none; background: transparent; }")
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.textChanged.connect(self.edited)
        look.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setFont(font(Type.SMALL, Face.MONO))
        self._fit()

    def _fit(self) -> None:
        """Take the height of the lines as they are wrapped."""
        wrapped = round(self.document().size().height())  # this document's layout counts in lines
        line = max(ui_line_px(Type.SMALL), self.fontMetrics().lineSpacing())
        self.setFixedHeight(min(max(wrapped, 1), self._most) * line + 4)
        self.verticalScrollBar().setValue(0)
        self.ensureCursorVisible()  # from the top: no room is left empty below the last line

    def give_room(self, lines: int) -> None:
        """Be no higher than so many lines."""
        lines = min(max(lines, 1), LINES_MOST)
        if lines != self._most:
            self._most = lines
            self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def put(self, text: str) -> None:
        """Show a script with the caret behind it."""
        self.setPlainText(text)
        self.moveCursor(self.textCursor().MoveOperation.End)

    @property
    def before_caret(self) -> str:
        """What is typed, up to the caret."""
        return self.toPlainText().encode("utf-16-le")[: 2 * self.textCursor().position()].decode("utf-16-le")

    def replace_word(self, word: str) -> None:
        """Write a word in the place of the one that ends at the caret."""
        cursor = self.textCursor()
        begun = self.before_caret
        typed = "" if begun[-1:].isspace() else begun.split()[-1] if begun.split() else ""
        for _ in range(len(typed.encode("utf-16-le")) // 2):
            cursor.deletePreviousChar()
        cursor.insertText(word)
        self.setTextCursor(cursor)

    def _at_edge(self, *, last: bool) -> bool:
        """Whether the caret is in the first, or the last, of the lines as they are wrapped."""
        cursor = self.textCursor()
        layout = cursor.block().layout()
        row = layout.lineForTextPosition(cursor.positionInBlock()).lineNumber()
        if last:
            return cursor.blockNumber() == self.blockCount() - 1 and row >= layout.lineCount() - 1
        return cursor.blockNumber() == 0 and row <= 0

    def _windows_own(self, event: QKeyEvent) -> bool:
        """Whether a key takes back or does again, and this text has nothing for it."""
        again = event.matches(QKeySequence.StandardKey.Redo) or (
            event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_Y
        )
        if not again and not event.matches(QKeySequence.StandardKey.Undo):
            return False
        document = self.document()
        there = document.isRedoAvailable() if again else document.isUndoAvailable()
        return document.isEmpty() or not there

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._windows_own(event):
                event.ignore()
                return False
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            control_l = (
                event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_L
            )
            function = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
            if (plain and not function) or control_l:
                event.accept()
                return True
        return bool(super().event(event))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not shift:
                self.entered.emit(self.toPlainText())
            case Qt.Key.Key_Up if self._at_edge(last=False):
                self.put(self.before(self.toPlainText()))
            case Qt.Key.Key_Down if self._at_edge(last=True):
                self.put(self.after(self.toPlainText()))
            case Qt.Key.Key_Tab if self.toPlainText().strip() and not shift:
                self.tabbed.emit()
            case Qt.Key.Key_Tab | Qt.Key.Key_Backtab:
                QWidget.focusNextPrevChild(self, not shift)  # that of a text leaves the text never
            case Qt.Key.Key_L if control:
                self.cleared.emit()
            case Qt.Key.Key_Escape if self.document().isEmpty():
                self.left.emit()
            case Qt.Key.Key_Escape:
                self.clear()
            case _:
                super().keyPressEvent(event)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste a script as plain text, its last line end left out."""
        self.insertPlainText(source.text().replace("\r\n", "\n").rstrip("\n"))
