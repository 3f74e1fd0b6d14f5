"""A scroll area of rows that stays where it is when the keyboard leaves it."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QWidget
from typing_extensions import override


class Scrolled(QScrollArea):
    """As Qt's, but that one moves to the middle of what has the keyboard, and a sheet of rows has it as a whole."""

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        return bool(QWidget.focusNextPrevChild(self, next))
