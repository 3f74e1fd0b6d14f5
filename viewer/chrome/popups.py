"""Small windows that ask for one line, and the menus' common dress."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.scenario.errors import Refused
from viewer.chrome.widgets import label
from viewer.theme.fonts import Type, ui_room


class AskLine(QDialog):
    """Asks for one line of text; what is refused is said below the line and nothing is closed.

    Args:
        title: what is asked for.
        hint: how it is written.
        value: what stands in the line at first.
        take: what is done with the line; raises `Refused` for what it cannot use.
    """

    def __init__(
        self, parent: QWidget, title: str, hint: str, value: str, take: Callable[[str], None]
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._take = take
        self.setAccessibleName(title)
        self.setMinimumWidth(ui_room(360))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(title, Type.EMPHASIS))
        column.addWidget(label(hint, Type.SMALL, tone="secondary"))
        self.line = QLineEdit(value)
        self.line.setAccessibleName(title)
        self.line.selectAll()
        self.line.returnPressed.connect(self.try_it)
        column.addWidget(self.line)
        self.refusal = label("", Type.SMALL, tone="secondary")
        self.refusal.setWordWrap(True)
        self.refusal.hide()
        column.addWidget(self.refusal)
        row = QHBoxLayout()
        row.addStretch(1)
        self.button = QPushButton("Set")
        self.button.setProperty("kind", "primary")
        self.button.setDefault(True)
        self.button.clicked.connect(self.try_it)
        row.addWidget(self.button)
        column.addLayout(row)

    def try_it(self) -> None:
        """Use the line, or say why not."""
        try:
            self._take(self.line.text())
        except Refused as refused:
            self.refusal.setText(str(refused))
            self.refusal.show()
            self.adjustSize()
            return
        self.accept()
