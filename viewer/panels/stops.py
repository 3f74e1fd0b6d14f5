"""What stops the showing: a line to type a condition into, and the breakpoints, each on or off."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QVBoxLayout

from engine.scenario.errors import Refused
from viewer.chrome.completion import MOST, Suggestions
from viewer.chrome.leaving import Leaving
from viewer.chrome.look import Look
from viewer.chrome.wrapped import WrappedLabel
from viewer.jump import suggestions
from viewer.navigator import Navigator
from viewer.panels.board import Board
from viewer.panels.sheet import PAD, Cell, Row, mono, words
from viewer.session import Session
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

REFUSAL_LINES = 6


class StopsPanel(QFrame):
    """The panel. Signal: `noted` when what its title says has changed."""

    noted = Signal()

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session = session
        self.setProperty("kind", "panel")
        self.setAccessibleName("Stops")
        self.line = QLineEdit()
        self.line.setPlaceholderText("sockets[app='feed'].drops > 10")
        self.line.setAccessibleName("A condition that stops playing")
        self.line.setToolTip("An expression, event, function, counter, object or packet; Enter adds it")
        Leaving(self.line, self._take_back)
        self.suggestions = Suggestions(self.line, self._names, look)
        self.line.textEdited.connect(self._take_back)
        self.line.returnPressed.connect(self.add)
        self.refusal = WrappedLabel(look, Type.SMALL, Role.TEXT_SECONDARY, REFUSAL_LINES)
        self.refusal.hide()
        self.board = _Board(session, navigator, look)
        self.board.noted.connect(self.noted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        top = QVBoxLayout()
        top.setContentsMargins(int(PAD), 2, int(PAD), 0)
        top.addWidget(self.line)
        top.addWidget(self.refusal)
        column.addLayout(top)
        column.addWidget(self.board, 1)

    @property
    def note(self) -> str:
        """Words at the right of the title."""
        return self.board.note

    def _take_back(self) -> None:
        self.refusal.hide()

    def _names(self, word: str) -> list[str]:
        timeline = self.session.timeline
        return suggestions(word, timeline, MOST) if timeline is not None else []

    def add(self) -> None:
        """Stop at what was typed from now on; what means nothing stays to be mended."""
        timeline, text = self.session.timeline, self.line.text().strip()
        if timeline is None or not text:
            return
        try:
            self.session.breakpoints.add(text, timeline)
        except Refused as refused:
            self.refusal.say(str(refused))
            self.refusal.show()
            return
        self.line.clear()
        self.session.changed.emit()


class _Board(Board):
    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__(session, look, "Breakpoints")
        self.navigator = navigator

    def rows(self) -> list[Row]:
        stops = self.session.breakpoints.all
        on = sum(one.on for one in stops)
        self.note = f"{on} of {len(stops)} on" if stops else ""
        return [row for one in stops for row in self._stop(one.text, on=one.on)]

    def _stop(self, text: str, *, on: bool) -> list[Row]:
        timeline = self.session.timeline
        why_not = self.session.breakpoints.why_not(text, timeline) if timeline is not None else ""
        menu = self._menu(text)
        ink = Role.TEXT if on and not why_not else Role.TEXT_TERTIARY
        state = "not in this run" if why_not else "on" if on else "off"
        cells = (
            Cell((words("●" if on else "○", ink),), do=self._turn(text, not on), menu=menu, tip="On or off"),
            Cell((mono(text, ink),), x=20.0, do=self._turn(text, not on), menu=menu, tip=why_not or text),
            Cell((words(state, Role.TEXT_TERTIARY),), at=1.0, right=True, menu=menu, tip=why_not),
        )
        return [Row(cells, height=24.0, rule=True, say=f"{text}, {state}")]

    def _turn(self, text: str, on: bool) -> Callable[[], None]:
        def turn() -> None:
            self.session.breakpoints.turn(text, on=on)
            self.session.changed.emit()

        return turn

    def _menu(self, text: str) -> Callable[[QPoint], None]:
        def show(place: QPoint) -> None:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            plain = text.removeprefix("first ")
            menu.addAction("Go to the next").triggered.connect(lambda: self.navigator.find(plain, back=False))
            menu.addAction("Go to the one before").triggered.connect(
                lambda: self.navigator.find(plain, back=True)
            )
            menu.addAction("Forget it").triggered.connect(self._remove(text))
            menu.popup(place)

        return show

    def _remove(self, text: str) -> Callable[[], None]:
        def remove() -> None:
            self.session.breakpoints.remove(text)
            self.session.changed.emit()

        return remove
