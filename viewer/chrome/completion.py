"""Completion in a line of text: a list below the line, of which the keyboard or the mouse takes one.

Down and Up move the highlight, Return and Tab take what is highlighted (Tab the first where nothing is), Esc closes
the list and leaves the line alone. While nothing is highlighted Return belongs to the line. What is taken replaces
the word at the caret; the rest of the line stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from viewer.chrome.completion_list import CompletionList
from viewer.chrome.look import Look

MOST = 60
_BEFORE = re.compile(r"(?:[\w.*:]|\[[^\]]*\]?)*$")
_AFTER = re.compile(r"[\w.]*")
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TAKES = (*_ENTERS, Qt.Key.Key_Tab)


def word_at(text: str, at: int) -> tuple[int, int]:
    """Where the name or path begins and ends that has the caret; what stands in brackets belongs to it.

    Args:
        text: the line.
        at: the caret.
    """
    before, after = _BEFORE.search(text[:at]), _AFTER.match(text[at:])
    start = before.start() if before is not None else at
    end = after.end() if after is not None and start < at else 0
    return start, at + end


def fitting(typed: str, names: Iterable[str], most: int = MOST) -> list[str]:
    """The names that have what was typed: those that begin with it first. Nothing typed fits nothing."""
    sought = typed.strip().casefold()
    if not sought:
        return []
    found = [name for name in names if sought in name.casefold()]
    found.sort(key=lambda name: not name.casefold().startswith(sought))
    return list(dict.fromkeys(found))[:most]


class Suggestions(QObject):
    """Offers names below a line as a person types.

    Signal: `taken` after one was written; with True where Return or the mouse took it, with False for Tab.

    Attributes:
        line: where one types.
        source: the names that a begun word may become.
        word: where the word begins and ends that is replaced, from the line and the caret.
        tail: written behind what is taken at the end of the line.
    """

    taken = Signal(bool)

    def __init__(
        self,
        line: QLineEdit,
        source: Callable[[str], list[str]],
        look: Look,
        *,
        word: Callable[[str, int], tuple[int, int]] = word_at,
        tail: str = "",
    ) -> None:
        super().__init__(line)
        self.line, self.source, self.look, self.word, self.tail = line, source, look, word, tail
        self._list: CompletionList | None = None
        self._taking = False
        line.textEdited.connect(self._edited)
        line.cursorPositionChanged.connect(self._moved)
        line.installEventFilter(self)

    # -- the list -------------------------------------------------------------------------------------------

    @property
    def shown(self) -> list[str]:
        """What is offered now; empty while the list is closed."""
        return list(self._list.texts) if self._list is not None and not self._list.isHidden() else []

    @property
    def chosen(self) -> str:
        """What is highlighted; "" for nothing."""
        held = self._list
        return held.texts[held.chosen] if held is not None and self.shown and held.chosen >= 0 else ""

    def close(self) -> None:
        """Close the list."""
        if self._list is not None:
            self._list.hide()

    def _edited(self, _: str) -> None:
        """Offer what the word at the caret may become."""
        if self._taking:
            return
        at = self.line.cursorPosition()
        start, end = self.word(self.line.text(), at)
        typed = self.line.text()[start:at]
        found = self.source(typed) if not typed[:1].isdigit() else []  # no name begins with a digit
        if not found or found == [self.line.text()[start:end]] or not self.line.isVisible():
            self.close()
        else:
            self._offer(found, start)

    def _offer(self, found: list[str], start: int) -> None:
        over = self.line.window()
        if self._list is None or self._list.over is not over:  # a panel may have come into another window
            if self._list is not None:
                self._list.deleteLater()
            self._list = CompletionList(self.look, over)
            self._list.picked.connect(self._picked)
        place = self.line.mapTo(over, QPoint(0, 0))
        self._list.offer(found, QRect(place, self.line.size()))

    def _moved(self, before: int, now: int) -> None:
        """The caret went elsewhere: the list belongs to a word no longer, unless it was typing that moved it."""
        if self.shown and not self._taking:
            QTimer.singleShot(0, self, self._close_if_away)

    def _close_if_away(self) -> None:
        start, _ = self.word(self.line.text(), self.line.cursorPosition())
        if self.shown and self.source(self.line.text()[start : self.line.cursorPosition()]) != self.shown:
            self.close()

    # -- taking ---------------------------------------------------------------------------------------------

    def take(self, text: str, *, finish: bool = False) -> None:
        """Write a name in the place of the word at the caret."""
        line = self.line
        at = line.cursorPosition()
        start, end = self.word(line.text(), at)
        tail = self.tail if end == len(line.text()) else ""
        self._taking = True
        line.setSelection(start, end - start)
        line.insert(text + tail)
        self._taking = False
        self.close()
        self.taken.emit(finish)

    def _picked(self, row: int) -> None:
        if self._list is not None:
            self.take(self._list.texts[row], finish=True)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        held = self._list
        if held is None or held.isHidden():
            return False
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.Resize):
            held.hide()
        if not isinstance(event, QKeyEvent) or not self._ours(event):
            if (
                isinstance(event, QKeyEvent)
                and event.type() == QEvent.Type.KeyPress
                and event.key() in _ENTERS
            ):
                held.hide()  # the line is entered as it stands, and what is said about it may be below it
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self._key(held, Qt.Key(event.key()))
        return event.type() != QEvent.Type.KeyRelease

    def _ours(self, event: QKeyEvent) -> bool:
        """Whether a key means something for the list that is open."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key())
        if key in _ENTERS:
            return plain and bool(self.chosen)
        return plain and (key in _STEPS or key in (Qt.Key.Key_Tab, Qt.Key.Key_Escape))

    def _key(self, held: CompletionList, key: Qt.Key) -> None:
        if key in _STEPS:
            held.move_by(_STEPS[key])
        elif key in _TAKES:
            self.take(held.texts[max(held.chosen, 0)], finish=key != Qt.Key.Key_Tab)
        else:
            held.hide()
