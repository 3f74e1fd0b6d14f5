"""Esc in a line of text: it empties the line first, then gives the keyboard back to the picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override


def give_back(widget: QWidget) -> None:
    """Give the keyboard to the canvas of a widget's window; without one the widget only lets go of it."""
    canvas = getattr(widget.window(), "canvas", None)
    if isinstance(canvas, QWidget):
        canvas.setFocus(Qt.FocusReason.OtherFocusReason)
    else:
        widget.clearFocus()


def is_the_windows(event: QEvent) -> bool:
    """Whether a line is asked about Ctrl+E, which moves to its end on some systems and is the window's everywhere."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.key() == Qt.Key.Key_E and event.modifiers() == Qt.KeyboardModifier.ControlModifier


class Leaving(QObject):
    """Makes Esc leave a line: with text in it, the text goes; without, the keyboard does.

    Args:
        line: the line.
        cleared: called when Esc has emptied it, as if a person had.
    """

    def __init__(self, line: QLineEdit, cleared: Callable[[], None] | None = None) -> None:
        super().__init__(line)
        self.line, self.cleared = line, cleared
        line.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if is_the_windows(event):
            event.ignore()
            return True
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if not self.line.text():
            give_back(self.line)
            return True
        self.line.clear()
        if self.cleared is not None:
            self.cleared()
        return True
