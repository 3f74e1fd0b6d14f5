"""A question over the canvas that waits until it is answered: one sentence and a few words to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from viewer.chrome.widgets import KeepsKeys, label
from viewer.theme.fonts import Type

WIDEST = 760


class Offer(QFrame):
    """One question at a time, at the upper edge of its parent, of whose right side `covered` px lie under others."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "raised")
        self.setAccessibleName("Question")
        self.sentence = label("", Type.BODY)
        self.sentence.setWordWrap(True)
        self.buttons: list[QPushButton] = []
        self.covered = 0
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 8, 8, 8)
        self._row.setSpacing(8)
        self._row.addWidget(self.sentence, 1)
        self.hide()

    def ask(self, sentence: str, answers: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Ask; the first answer is the one that is proposed."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)
        for number, (word, do) in enumerate(answers):
            button = QPushButton(word)
            button.setProperty("kind", "primary" if number == 0 else "")
            button.clicked.connect(self._answerer(do))
            KeepsKeys(button)
            self._row.addWidget(button)
            self.buttons.append(button)
        self.show()
        self.raise_()
        self.place()

    def _answerer(self, do: Callable[[], None]) -> Callable[[], None]:
        def answer() -> None:
            self.hide()
            do()

        return answer

    def place(self) -> None:
        """Stand at the upper edge of the parent, in its middle."""
        parent, layout = self.parentWidget(), self.layout()
        if parent is None or layout is None or self.isHidden():
            return
        layout.activate()
        free = parent.width() - self.covered
        width = min(WIDEST, free - 32)
        height = layout.heightForWidth(width) if layout.hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry((free - width) // 2, 12, width, height)
