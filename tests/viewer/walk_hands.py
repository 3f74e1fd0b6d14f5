"""The hands of a random walk: how it clicks, turns, drags, types, and answers what opens."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import TextIO

import shiboken6
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QMenu, QPlainTextEdit, QWidget

from tests.viewer import walk_words as words
from viewer.actions import ACTIONS
from viewer.window import Window

FRAME_NS = 16_000_000
PATIENCE = 12.0
"""Seconds after which a run is not waited for any longer."""

MOST_POPUPS = 6
NEVER = frozenset({"quit"})


class Hands:
    """Touches a window.

    Args:
        window: which one.
        rng: decides everything.
        leaving_out: names of actions and pages that are not to be touched.

    Attributes:
        done: words for what the present move does.
        log: where they are written as well, at once.
    """

    def __init__(self, window: Window, rng: Random, leaving_out: frozenset[str]) -> None:
        self.window, self.rng = window, rng
        self.leaving_out = leaving_out | {f"show_{name}" for name in leaving_out}
        self.done: list[str] = []
        self.log: TextIO | None = None

    def note(self, words: object) -> None:
        """Say what is being done, for the report of what goes wrong."""
        self.done.append(str(words))
        if self.log is not None:
            self.log.write(f"    {words}\n")
            self.log.flush()

    def events(self, ms: int = 20) -> None:
        """Let Qt do what is due."""
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, ms)

    def until(self, done: Callable[[], bool], seconds: float = PATIENCE) -> bool:
        """Let Qt work until something is so; False when it did not become so in time."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            self.events()
        return True

    def frames(self, count: int) -> None:
        """Show so many frames of the showing, each as long as a screen's."""
        window = self.window
        for _ in range(count):
            if window.player.moving:
                window._last_ns = time.perf_counter_ns() - FRAME_NS
                window._frame()
            self.events(5)

    def poke(self, widget: QWidget) -> None:
        """Click, double-click, drag, turn the wheel or ask for the menu somewhere on a widget."""
        if not widget.isVisible() or widget.width() < 2 or widget.height() < 2:
            return
        place = self.place(widget)
        what = self.rng.choice(("click", "click", "click", "double", "wheel", "drag", "menu", "hover"))
        self.note(f"{what} {type(widget).__name__} {place.x()},{place.y()}")
        keys = self.rng.choice((Qt.KeyboardModifier.NoModifier,) * 4 + (Qt.KeyboardModifier.ShiftModifier,))
        left = Qt.MouseButton.LeftButton
        if what == "click":
            QTest.mouseClick(widget, left, keys, place)
        elif what == "double":
            QTest.mouseDClick(widget, left, keys, place)
        elif what == "wheel":
            self.wheel(widget, place, keys)
        elif what == "menu":
            QApplication.sendEvent(
                widget,
                QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place)),
            )
        else:
            if what == "drag":
                QTest.mousePress(widget, left, keys, place)
            for _ in range(3):
                if shiboken6.isValid(widget):  # it may go while one is over it
                    QTest.mouseMove(widget, self.place(widget))
                    self.events(2)
            if what == "drag" and shiboken6.isValid(widget):
                QTest.mouseRelease(widget, left, keys, self.place(widget))

    def place(self, widget: QWidget) -> QPoint:
        """Somewhere on a widget."""
        return QPoint(self.rng.randrange(widget.width()), self.rng.randrange(widget.height()))

    def wheel(self, widget: QWidget, place: QPoint, keys: Qt.KeyboardModifier) -> None:
        """Turn the wheel."""
        turn = QPoint(0, self.rng.choice((-480, -120, 120, 480, 1200)))
        event = QWheelEvent(
            QPointF(place), QPointF(widget.mapToGlobal(place)), QPoint(), turn, Qt.MouseButton.NoButton,
            keys, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def _fields(self, parent: QWidget) -> list[QWidget]:
        return [
            one
            for one in parent.findChildren(QWidget)
            if isinstance(one, QLineEdit | QPlainTextEdit)
            and one.isVisible()
            and one.isEnabled()
            and not one.isReadOnly()
            and one.objectName() != "sceneText"
        ]

    def fill(self, field: QWidget, text: str) -> None:
        """Type a text into a field in the place of what is there, then Enter, Esc, Tab or nothing."""
        self.note(f"{field.accessibleName() or type(field).__name__} {text[:40]!r}")
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if text.isascii():
            QTest.keyClicks(field, text)
        elif isinstance(field, QLineEdit | QPlainTextEdit):
            (field.insert if isinstance(field, QLineEdit) else field.insertPlainText)(text)
        self.events(5)
        last = self.rng.choice((Qt.Key.Key_Return,) * 4 + (Qt.Key.Key_Escape, Qt.Key.Key_Tab, None))
        if last is not None and field.isVisible():
            QTest.keyClick(field, last)

    def answer_popups(self) -> None:
        """Choose in, type into, or close whatever has opened."""
        for _ in range(MOST_POPUPS):
            self.events(5)
            popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if popup is None:
                return
            self._answer(popup)
        self.close_popups()

    def _answer(self, popup: QWidget) -> None:
        what = type(popup).__name__
        if self.rng.random() < 0.25:
            self.note(f"[{what} closed]")
            popup.close()
        elif isinstance(popup, QMenu):
            self._choose(popup)
        elif isinstance(popup, QAbstractItemView):
            self.note(f"[{what}]")
            for _ in range(self.rng.choice((0, 1, 3))):
                QTest.keyClick(popup, Qt.Key.Key_Down)
            QTest.keyClick(popup, self.rng.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)))
        else:
            fields = self._fields(popup)
            if fields:
                self.fill(
                    self.rng.choice(fields), self.rng.choice(words.QUERIES + words.NONSENSE + words.NUMBERS)
                )
            else:
                self.note(f"[{what}]")
                QTest.keyClick(popup, Qt.Key.Key_Escape)

    def _choose(self, menu: QMenu) -> None:
        """Choose an entry of a menu, of a menu below it perhaps."""
        allowed = [
            one
            for one in menu.actions()
            if one.isEnabled() and not one.isSeparator() and not self._forbidden(one.text())
        ]
        if not allowed:
            menu.close()
            return
        entry = self.rng.choice(allowed)
        self.note(f"[{entry.text()}]")
        below = entry.menu()
        if isinstance(below, QMenu):
            self._choose(below)
            menu.close()
            return
        entry.trigger()
        menu.close()

    def _forbidden(self, text: str) -> bool:
        names = NEVER | self.leaving_out
        return any(one.text == text for one in ACTIONS if one.name in names)

    def close_popups(self) -> None:
        """Close whatever is open over the window."""
        for _ in range(MOST_POPUPS):
            popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if popup is None:
                return
            popup.close()
            self.events(5)
