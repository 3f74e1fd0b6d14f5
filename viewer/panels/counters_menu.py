"""What a right click on a counter offers, by its path in the results, by the field that it stands in, or both."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from engine.results.when import condition
from engine.scenario.errors import Refused
from viewer.navigator import Navigator
from viewer.panels.counting import Key
from viewer.session import Session
from viewer.stepping import Condition, counter_moves


class CounterMenu:
    """Makes the menus.

    Attributes:
        plot: what plots a path; without it plotting is not offered.
    """

    def __init__(self, parent: QWidget, session: Session, navigator: Navigator) -> None:
        self.parent, self.session, self.navigator = parent, session, navigator
        self.plot: Callable[[str], object] | None = None

    def of(self, path: str, key: Key | None = None) -> Callable[[QPoint], None]:
        """What shows the menu of a counter at a point of the screen; an empty path leaves out what needs one."""

        def show(place: QPoint) -> None:
            menu = self.made(path, key)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(place)

        return show

    def made(self, path: str, key: Key | None = None) -> QMenu:
        """The menu of a counter."""
        menu = QMenu(self.parent)
        plot = self.plot
        if path and plot is not None:
            menu.addAction("Plot it").triggered.connect(lambda: plot(path))
        if key is not None:
            menu.addAction("Show as a sparkline, or not").triggered.connect(
                lambda: self.session.chart(key.uid, key.field)
            )
        counts = bool(path) and "(" not in path  # a path moves, an expression becomes true
        if counts or key is not None:
            menu.addAction("Step until it moves").triggered.connect(lambda: self.until(path, key))
        if counts:
            menu.addAction("Stop when it moves").triggered.connect(lambda: self.stop(path))
        menu.addSeparator()
        if path:
            menu.addAction("Copy path").triggered.connect(lambda: _copy(path))
        if key is not None:
            menu.addAction("Copy name").triggered.connect(lambda: _copy(key.field))
        return menu

    def until(self, path: str, key: Key | None = None) -> None:
        """Make the next move of a counter what "until" steps to."""
        timeline = self.session.timeline
        if timeline is None:
            return
        if key is not None:
            self.navigator.until(counter_moves(timeline, key.uid, key.field))
            return
        try:
            self.navigator.until(Condition(f"{path} moves", condition(path, timeline)))
        except Refused as refused:
            self.session.told.emit(f"{path}: {refused}")

    def stop(self, path: str) -> None:
        """Stop playing whenever a counter moves."""
        timeline = self.session.timeline
        if timeline is None:
            return
        try:
            self.session.breakpoints.add(path, timeline)
        except Refused as refused:
            self.session.told.emit(f"{path}: {refused}")
            return
        self.session.told.emit(f"Playing stops when {path} moves.")
        self.session.changed.emit()


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
