"""The prompt: Enter runs, Shift+Enter adds a line, Up and Down go through what was typed, Tab completes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, ui_line_px

LINES_MOST = 6


class ScriptLine(QPlainTextEdit):
    """Where one types. Signals: `entered` with a script, `edited`, `tabbed`, `cleared` for Ctrl+L."""

    entered = Signal(str)
    edited = Signal()
    tabbed = Signal()
    cleared = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.before: Callable[[str], str] = str
        self.after: Callable[[str], str] = str
        self.setProperty("kind", "ghost")
        self.setAccessibleName("Command")
        self.setAccessibleDescription("A command of the simulated host; Enter runs it, Tab completes it")
        self.setPlaceholderText("sysctl -w net.core.netdev_budget=600")
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.setStyleSheet("QPlainTextEdit { padding: 0; border: none; background: transparent; }")
        self.textChanged.connect(self._fit)
        self.textChanged.connect(self.edited)
        look.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setFont(font(Type.SMALL, Face.MONO))
        self._fit()

    def _fit(self) -> None:
        lines = min(max(self.blockCount(), 1), LINES_MOST)
        self.setFixedHeight(lines * ui_line_px(Type.SMALL) + 4)

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def put(self, text: str) -> None:
        """Show a script with the caret behind it."""
        self.setPlainText(text)
        self.moveCursor(self.textCursor().MoveOperation.End)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
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
        cursor = self.textCursor()
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not shift:
                self.entered.emit(self.toPlainText())
            case Qt.Key.Key_Up if cursor.blockNumber() == 0:
                self.put(self.before(self.toPlainText()))
            case Qt.Key.Key_Down if cursor.blockNumber() == self.blockCount() - 1:
                self.put(self.after(self.toPlainText()))
            case Qt.Key.Key_Tab if self.toPlainText().strip() and not shift:
                self.tabbed.emit()
            case Qt.Key.Key_Tab | Qt.Key.Key_Backtab:
                QWidget.focusNextPrevChild(self, not shift)  # that of a text leaves the text never
            case Qt.Key.Key_L if control:
                self.cleared.emit()
            case Qt.Key.Key_Escape:
                self.clear()
            case _:
                super().keyPressEvent(event)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste a script as plain text, its last line end left out."""
        self.insertPlainText(source.text().replace("\r\n", "\n").rstrip("\n"))
