"""From the table of actions to what Qt triggers: keys, menus, the help.

An action's handler is a path from the window; it is looked up once, so a path that leads nowhere fails when the
window is made and not when somebody presses the key.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from viewer.actions import ACTIONS, Action, Group, Needs, key_table
from viewer.chrome.widgets import label
from viewer.session import Session
from viewer.theme.fonts import Type


def handler_of(window: Any, action: Action) -> Callable[[], None]:
    """The method that an action calls, its argument bound; AttributeError when the path leads nowhere."""
    method: Callable[..., None] = reduce(getattr, action.handler.split("."), window)

    def call() -> None:  # drops the "checked" that Qt sends along
        if action.argument:
            method(action.argument)
        else:
            method()

    return call


class Actions:
    """The window's actions, by name."""

    def __init__(self, window: QWidget, session: Session, canvas: QWidget) -> None:
        self.session = session
        self.by_name: dict[str, QAction] = {}
        for action in ACTIONS:
            made = QAction(action.text, window)
            made.setShortcuts([QKeySequence(key) for key in action.keys])
            made.setToolTip(action.help)
            made.setStatusTip(action.help)
            if action.local:
                made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            made.triggered.connect(handler_of(window, action))
            (canvas if action.local else window).addAction(made)
            self.by_name[action.name] = made
        session.changed.connect(self.refresh)
        session.opened.connect(self.refresh)
        session.grew.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Allow what is possible now."""
        for action in ACTIONS:
            self.by_name[action.name].setEnabled(self.possible(action.needs))

    def possible(self, needs: Needs) -> bool:
        """Whether what an action needs is there."""
        session = self.session
        match needs:
            case Needs.NOTHING:
                return True
            case Needs.STEPS:
                return session.has_steps
            case Needs.SELECTION:
                return session.selection is not None
            case Needs.CHAPTERS:
                return session.has_steps and bool(session.chapters)
            case Needs.BOOKMARKS:
                return bool(session.bookmarks)
            case Needs.RUNNING:
                return session.running
            case Needs.SCENE:
                return session.request is not None

    def menu(self, parent: QWidget) -> QMenu:
        """All actions, a menu a group."""
        menu = QMenu(parent)
        for group, actions in key_table():
            sub = menu.addMenu(group.value)
            for action in actions:
                sub.addAction(self.by_name[action.name])
        return menu


class KeysHelp(QDialog):
    """Every action with its keys."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(1000, 760)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(area)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(32, 24, 32, 24)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        row = 0
        for group, actions in key_table():
            row = self._section(grid, row, group, actions)
        area.setWidget(inside)

    @staticmethod
    def _section(grid: QGridLayout, row: int, group: Group, actions: list[Action]) -> int:
        grid.addWidget(label(group.value.upper(), Type.MICRO, face="caps"), row, 0, 1, 3)
        row += 1
        for action in actions:
            keys = "   ".join(key.replace("Return", "Enter") for key in dict.fromkeys(action.keys))
            grid.addWidget(label(keys, Type.SMALL, face="mono"), row, 0)
            grid.addWidget(label(action.text, Type.LABEL), row, 1)
            sentence = label(action.help, Type.BODY, tone="secondary")
            sentence.setWordWrap(True)
            grid.addWidget(sentence, row, 2)
            row += 1
        grid.setRowMinimumHeight(row, 14)
        return row + 1
