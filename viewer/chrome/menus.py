"""From the table of actions to what Qt triggers: keys and menus; `viewer.chrome.keys` is the help.

An action's handler is a path from the window; it is looked up once, so a path that leads nowhere fails when the
window is made and not when somebody presses the key.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from viewer.actions import ACTIONS, Action, Needs, key_table
from viewer.session import Session

__all__ = ["Actions", "handler_of", "shown_key"]


def handler_of(window: Any, action: Action) -> Callable[[], None]:
    """The method that an action calls, its argument bound; AttributeError when the path leads nowhere."""
    method: Callable[..., None] = reduce(getattr, action.handler.split("."), window)

    def call() -> None:  # drops the "checked" that Qt sends along
        if action.argument:
            method(action.argument)
        else:
            method()

    return call


_THERE: dict[Needs, Callable[[Session], bool]] = {
    Needs.NOTHING: lambda _: True,
    Needs.STEPS: lambda session: session.has_steps,
    Needs.SELECTION: lambda session: session.selection is not None,
    Needs.CHAPTERS: lambda session: session.has_steps and bool(session.chapters),
    Needs.BOOKMARKS: lambda session: bool(session.bookmarks),
    Needs.RUNNING: lambda session: session.running,
    Needs.SCENE: lambda session: session.request is not None or bool(session.document.text),
    Needs.VALID: lambda session: session.future is not None and session.document.valid is not None,
    Needs.DIRTY: lambda session: session.document.dirty,
    Needs.UNDO: lambda session: session.document.stack.canUndo(),
    Needs.REDO: lambda session: session.document.stack.canRedo(),
    Needs.COMPARING: lambda session: session.other is not None,
    Needs.VARIANT: lambda session: (
        session.document.valid is not None and bool(session.document.valid.variants)
    ),
    Needs.BACK: lambda session: session.trail.can_go_back,
    Needs.FORWARD: lambda session: session.trail.can_go_forward,
}
"""Whether what an action needs is there."""


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
        session.document.changed.connect(self.refresh)
        session.document.saved.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Allow what is possible now."""
        for action in ACTIONS:
            self.by_name[action.name].setEnabled(self.possible(action.needs))

    def possible(self, needs: Needs) -> bool:
        """Whether what an action needs is there."""
        return _THERE[needs](self.session)

    def menu(self, parent: QWidget) -> QMenu:
        """All actions, a menu a group."""
        menu = QMenu(parent)
        for group, actions in key_table():
            sub = menu.addMenu(group.value)
            for action in actions:
                sub.addAction(self.by_name[action.name])
        return menu


def shown_key(keys: tuple[str, ...]) -> str:
    """The first of an action's keys as people read it; "" for none."""
    return keys[0].replace("Return", "Enter").replace("PgDown", "PgDn") if keys else ""
