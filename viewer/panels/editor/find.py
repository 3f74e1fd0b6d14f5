"""Finding in the scene's text: a line above it, a count, and every place marked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit
from typing_extensions import override

from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button, label
from viewer.theme.fonts import Type


def places(text: str, words: str) -> list[int]:
    """Where words stand in a text, large and small letters alike; none for no words."""
    found: list[int] = []
    folded, wanted = text.casefold(), words.casefold()
    if len(folded) != len(text):  # a letter that folds into two: the places would not fit
        folded, wanted = text, words
    at = folded.find(wanted) if wanted else -1
    while at >= 0:
        found.append(at)
        at = folded.find(wanted, at + len(wanted))
    return found


class FindBar(QFrame):
    """What is looked for. Signals: `sought` with the words; `stepped` by 1 or -1; `closed`."""

    sought = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(4)
        self.line = QLineEdit()
        self.line.setPlaceholderText("Find")
        self.line.setAccessibleName("Find in the scene's text")
        self.line.textChanged.connect(self.sought)
        self.line.installEventFilter(self)
        self.count = label("", Type.SMALL, tone="secondary")
        row.addWidget(self.line, 1)
        row.addWidget(self.count)
        for sign, name, by in (
            (Sign.LEFT, "The one before (Shift+Enter)", -1),
            (Sign.RIGHT, "The next (Enter)", 1),
        ):
            button = Button(look, sign=sign, sign_px=16.0)
            button.setToolTip(name)
            button.setAccessibleName(name)
            button.clicked.connect(lambda _=False, by=by: self.stepped.emit(by))
            row.addWidget(button)
        close = Button(look, sign=Sign.CLOSE, sign_px=16.0)
        close.setToolTip("Close (Esc)")
        close.setAccessibleName("Close find")
        close.clicked.connect(self.closed)
        row.addWidget(close)
        self.hide()

    def tell(self, place: int, of: int) -> None:
        """Say which of how many is shown; `place` counts from 1, 0 is none of them."""
        if not self.line.text():
            self.count.setText("")
        elif not of:
            self.count.setText("none")
        else:
            self.count.setText(f"{place} of {of}" if place else f"{of}")

    @override
    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ours = enter or event.key() == Qt.Key.Key_Escape
        if event.type() == QEvent.Type.ShortcutOverride and ours:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress or not ours:
            return False
        if enter:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.stepped.emit(-1 if back else 1)
        else:
            self.closed.emit()
        return True
