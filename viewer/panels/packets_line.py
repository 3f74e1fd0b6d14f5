"""The line that the packet filter is typed into; it completes names, and texts after `==`."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit

from engine.results.packets import PACKET_FIELDS
from viewer.panels.packets_choice import completions
from viewer.session import Session


class FilterLine(QLineEdit):
    """The line. Signal: `written` when a person has changed it."""

    written = Signal()

    def __init__(self, session: Session, text: str) -> None:
        super().__init__(text)
        self.session = session
        self.setPlaceholderText("flow == 'md' and length > 200")
        self.setAccessibleName("Which packets are listed")
        self.setToolTip("\n".join(f"{name}: {meaning}" for name, meaning in PACKET_FIELDS.items()))
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self._completer.activated.connect(self.take)
        self.textEdited.connect(self._edited)

    def _edited(self, _: str) -> None:
        found = completions(self.text()[: self.cursorPosition()], self.session.timeline)
        self._names.setStringList([text for text, _ in found])
        popup = self._completer.popup()
        if found and self.hasFocus():
            self._completer.complete()
        elif popup is not None:
            popup.hide()
        self.written.emit()

    def take(self, text: str) -> None:
        """Write a completion in place of the word that is typed."""
        at = self.cursorPosition()
        before, after = self.text()[:at], self.text()[at:]
        start = len(before)
        while start and (before[start - 1].isalnum() or before[start - 1] in "_':"):
            start -= 1
        self.setText(f"{before[:start]}{text} {after.lstrip()}".rstrip() + ("" if after else " "))
        self.setCursorPosition(start + len(text) + 1)
        self.written.emit()

    def show_wrong(self, *, wrong: bool) -> None:
        """Show whether what is typed means nothing."""
        if bool(self.property("invalid")) != wrong:
            self.setProperty("invalid", wrong)
            self.style().polish(self)
