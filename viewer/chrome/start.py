"""What stands over the dimmed datapath while nothing is open: scenes to begin with, and a way to a file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from viewer.chrome.scenes import Packaged, packaged
from viewer.chrome.widgets import KeepsKeys, label
from viewer.theme.fonts import Type, ui_room

CARDS = 3
CARD_PX = 300
CARD_LEAST = 160
GAP = 16


class StartCards(QWidget):
    """Three scenes and a button."""

    def __init__(self, open_path: Callable[[str], None], ask: Callable[[], None]) -> None:
        super().__init__()
        self._open_path, self._ask = open_path, ask
        self.buttons: list[QPushButton] = []
        self.cards: list[QFrame] = []
        self.setAccessibleName("Start")
        self.setStyleSheet("StartCards { background: transparent; }")
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Read the scenes' titles only when somebody is about to see them."""
        if not self.buttons:
            self._fill()
            self._fit()
        super().showEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._fit()  # another text scale comes with another style sheet
        super().changeEvent(event)

    def _fit(self) -> None:
        room = (self.width() - (CARDS + 1) * GAP) // CARDS
        for card in self.cards:
            card.setFixedWidth(max(min(ui_room(CARD_PX), room), CARD_LEAST))

    def _fill(self) -> None:
        grid = QGridLayout(self)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(3, 1)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addStretch(1)
        for scene in packaged()[:CARDS]:
            row.addWidget(self._card(scene))
        row.addStretch(1)
        grid.addLayout(row, 1, 0)
        file = QPushButton("Open a file")
        file.clicked.connect(self._ask)
        self.buttons.append(file)
        for button in self.buttons:
            KeepsKeys(button)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(file)
        below.addStretch(1)
        grid.addLayout(below, 2, 0)
        grid.setVerticalSpacing(24)

    def _card(self, scene: Packaged) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        self.cards.append(card)
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        title = label(scene.title, Type.STRONG)
        title.setWordWrap(True)
        question = label(scene.question, Type.BODY, tone="secondary")
        question.setWordWrap(True)
        button = QPushButton("Open")
        button.setProperty("kind", "primary")
        button.setAccessibleName(f"Open {scene.title}")
        button.clicked.connect(lambda: self._open_path(str(scene.path)))
        self.buttons.append(button)
        column.addWidget(title)
        column.addWidget(question)
        column.addStretch(1)
        column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        return card
