"""Messages over the canvas: a sentence that goes by itself, or a failure that stays until it is read."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button, KeepsKeys, label
from viewer.theme.fonts import Face, Type, ui_room, ui_width

STAYS_MS = 5_000
WIDEST = 720
LEAST = 320


class Toast(QFrame):
    """One message at a time; the latest wins. Signal: `run_again` what failed is to be run once more.

    Attributes:
        details: what "Copy details" copies; "" when there is nothing to copy.
        covered: how many px of the parent's right side lie under something else.
    """

    run_again = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "raised")
        self.setAccessibleName("Message")
        self.details = ""
        self.covered = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        self.sentence = label("", Type.BODY)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self.sentence, 1)
        self.copy = QPushButton("Copy details")
        self.copy.clicked.connect(self._copy)
        KeepsKeys(self.copy)
        row.addWidget(self.copy)
        self.again = QPushButton("Run again")
        self.again.clicked.connect(self._run_again)
        KeepsKeys(self.again)
        row.addWidget(self.again)
        close = Button(look, sign=Sign.CLOSE, sign_px=14.0)
        close.setAccessibleName("Close this message")
        close.clicked.connect(self.hide)
        row.addWidget(close)
        look.changed.connect(self.place)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence for a while."""
        self._show(sentence, "", again=False)
        self._timer.start(STAYS_MS)

    def fail(self, sentence: str, details: str, *, again: bool = False) -> None:
        """Show a failure until it is closed; `again` offers to run what failed once more."""
        self._timer.stop()
        self._show(sentence, details, again=again)

    def _run_again(self) -> None:
        self.hide()
        self.run_again.emit()

    def _show(self, sentence: str, details: str, *, again: bool) -> None:
        self.details = details
        self.again.setVisible(again)
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)
        self.copy.setVisible(bool(details))
        self.show()
        self.raise_()
        self.place()

    def place(self) -> None:
        """Stand above the lower edge of the parent, in its middle."""
        parent = self.parentWidget()
        if parent is None or self.isHidden():
            return
        layout = self.layout()
        if layout is None:
            return
        layout.activate()
        free = parent.width() - self.covered
        words = round(ui_width(self.sentence.text(), Type.BODY, Face.UI, 400)) + 8
        beside = self.sizeHint().width() - self.sentence.sizeHint().width()
        width = min(ui_room(WIDEST), free - 32, max(words + beside, ui_room(LEAST)))
        height = layout.heightForWidth(width) if layout.hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry((free - width) // 2, parent.height() - height - 16, width, height)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.sentence.text()}\n\n{self.details}")
