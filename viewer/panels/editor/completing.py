"""Completion: asks the language as one types, shows the list, and writes what was chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.panels.editor.language import Language
from viewer.panels.editor.mapping import Patch
from viewer.panels.editor.suggestions import ROWS, Suggestions
from viewer.panels.editor.text import TextEditor

_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -ROWS,
    Qt.Key.Key_PageDown: ROWS,
}


class Completing(QObject):
    """Completion for an editor, its list a child of `over`."""

    def __init__(self, editor: TextEditor, language: Language, look: Look, over: QWidget) -> None:
        super().__init__(editor)
        self.editor, self.language = editor, language
        self.list = Suggestions(look, over)
        self._start = 0
        editor.keyed.connect(self._typed)
        editor.complete.connect(self.ask)
        editor.moved.connect(self.close)
        editor.verticalScrollBar().valueChanged.connect(self.close)
        editor.horizontalScrollBar().valueChanged.connect(self.close)
        self.list.picked.connect(self.take)
        editor.installEventFilter(self)

    def _typed(self, text: str) -> None:
        """Offer something when a name is begun; go on offering while the list is open."""
        name = len(text) == 1 and (text.isalnum() or text in "_-.")
        if name or (self.list.isVisible() and not text):
            self._offer(least=1)
        else:
            self.close()

    def ask(self) -> None:
        """Offer whatever may stand here."""
        self._offer(least=0)

    def _offer(self, least: int) -> None:
        editor = self.editor
        at = editor.at
        found = self.language.complete(editor.shown_text, at)
        typed = editor.shown_text[found.start : at]
        whole = len(found.items) == 1 and found.items[0].text == typed
        if not found.items or whole or len(typed) < least:
            self.close()
            return
        self._start = found.start
        self.list.offer(found.items, self._under())

    def _under(self) -> QRect:
        """Where the cursor is, as the list's parent sees it."""
        rect = self.editor.cursorRect()
        place = self.editor.viewport().mapTo(self.list.over, QPoint(rect.left(), rect.top()))
        return QRect(place, rect.size())

    def take(self, row: int) -> None:
        """Write an item in the place of what was begun."""
        item = self.list.items[row]
        self.close()
        self.editor.edit(Patch(self._start, self.editor.at, item.text), f"Complete {item.text}")

    def close(self) -> None:
        """Close the list."""
        self.list.hide()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or self.list.isHidden():
            return False
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and key in _STEPS:
            self.list.move_by(_STEPS[key])
        elif plain and key in _TAKES:
            self.take(self.list.chosen)
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True
