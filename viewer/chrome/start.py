"""What stands over the dimmed datapath while nothing is open: scenes to begin with, and a way to a file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from viewer.chrome.look import Look
from viewer.chrome.scenes import Packaged, packaged
from viewer.chrome.widgets import label
from viewer.theme.fonts import Type

CARDS = 3
CARD_PX = 300


class StartCards(QWidget):
    """Three scenes and a button."""

    def __init__(self, look: Look, open_path: Callable[[str], None], ask: Callable[[], None]) -> None:
        super().__init__()
        self.look = look
        self.setAccessibleName("Start")
        self.setStyleSheet("StartCards { background: transparent; }")
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        grid = QGridLayout(self)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(3, 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addStretch(1)
        self.buttons: list[QPushButton] = []
        for scene in packaged()[:CARDS]:
            row.addWidget(self._card(scene, open_path))
        row.addStretch(1)
        grid.addLayout(row, 1, 0)
        file = QPushButton("Open a file")
        file.clicked.connect(ask)
        self.buttons.append(file)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(file)
        below.addStretch(1)
        grid.addLayout(below, 2, 0)
        grid.setVerticalSpacing(24)

    def _card(self, scene: Packaged, open_path: Callable[[str], None]) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        card.setFixedWidth(CARD_PX)
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
        button.clicked.connect(lambda: open_path(str(scene.path)))
        self.buttons.append(button)
        column.addWidget(title)
        column.addWidget(question)
        column.addStretch(1)
        column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        return card
