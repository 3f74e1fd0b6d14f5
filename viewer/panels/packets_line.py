"""The line that the packet filter is typed into; it completes names, and texts after `==`."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from engine.results.packets import PACKET_FIELDS
from viewer.chrome.completion import Suggestions
from viewer.chrome.leaving import Leaving
from viewer.chrome.look import Look
from viewer.panels.packets_choice import completions
from viewer.session import Session

_WORD = re.compile(r"(?:'[^']*|[\w:]*)$")
_QUOTED = re.compile(r"'[^']*'")
_REST = re.compile(r"[\w:]*'?")


def word_at(text: str, at: int) -> tuple[int, int]:
    """Where the name, or the text in quotes, begins and ends that has the caret."""
    before = text[:at]
    start = at - len(_QUOTED.split(before)[-1])  # quotes that are closed begin no text
    found = _WORD.search(before, start)
    first = found.start() if found is not None else at
    rest = _REST.match(text[at:]) if first < at else None
    return first, at + (rest.end() if rest is not None else 0)


class FilterLine(QLineEdit):
    """The line. Signal: `written` when a person has changed it."""

    written = Signal()

    def __init__(self, session: Session, text: str, look: Look) -> None:
        super().__init__(text)
        self.session = session
        self.setPlaceholderText("flow == 'md' and length > 200")
        self.setAccessibleName("Which packets are listed")
        self.setToolTip("\n".join(f"{name}: {meaning}" for name, meaning in PACKET_FIELDS.items()))
        Leaving(self, self.written.emit)
        self.suggestions = Suggestions(self, self._names, look, word=word_at, tail=" ")
        self.textEdited.connect(lambda _: self.written.emit())

    def _names(self, _: str) -> list[str]:
        """What may stand at the caret; that depends on more than the word."""
        return [text for text, _ in completions(self.text()[: self.cursorPosition()], self.session.timeline)]

    def take(self, text: str) -> None:
        """Write a completion in place of the word that is typed."""
        self.suggestions.take(text)

    def show_wrong(self, *, wrong: bool) -> None:
        """Show whether what is typed means nothing."""
        if bool(self.property("invalid")) != wrong:
            self.setProperty("invalid", wrong)
            self.style().polish(self)
