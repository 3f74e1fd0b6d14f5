"""All counters: every path of the results as a long list in groups, with its value at the moment.

A click goes to the step that changed one last. What moved since the reference stands on an inverse plate with its
delta, the rise of a loss on red. The line above keeps to what has the words typed in its path or its meaning; "moved"
to what has moved, and "differs", while two futures are compared, to what the other one has otherwise.

Working out all values costs a few milliseconds, in long runs some tens: while the showing runs that is only done where
it is cheap, and never for a list that nobody sees.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout
from typing_extensions import override

from engine.timeline.cursor import Cursor
from viewer.chrome.leaving import Leaving
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button, Dress
from viewer.lasting import Lasting
from viewer.navigator import Navigator
from viewer.panels.counters_lines import Line, LineDelegate, LineModel, lines, matching, only
from viewer.panels.counters_menu import CounterMenu
from viewer.panels.counters_values import Histories, Name, names, values
from viewer.panels.packets_list import RowList
from viewer.session import Session
from viewer.theme.fonts import Type

CHEAP_MS = 8.0
"""What one look at all values may cost while the showing runs."""

TYPED_MS = 120


class _State(NamedTuple):
    """What `AllCounters.show_at` was asked to show."""

    cursor: Cursor
    step: int
    since: int
    other: Cursor | None


class AllCounters(QFrame):
    """The list. Signal: `told` when other values are shown.

    Attributes:
        head: the line and what belongs beside it; whoever shows the list puts it above.
        cost_ms: what the last look at all values cost.
    """

    told = Signal()

    def __init__(self, session: Session, navigator: Navigator, look: Look, menu: CounterMenu) -> None:
        super().__init__()
        self.session, self.navigator, self.look, self.menu = session, navigator, look, menu
        self.setProperty("kind", "panel")
        self.line = QLineEdit()
        self.line.setPlaceholderText("Words of a name or its meaning")
        self.line.setAccessibleName("Which counters are listed")
        self.line.setClearButtonEnabled(False)
        Leaving(self.line)
        self.moved_only = Button(look, "moved", dress=Dress.SEGMENT, kind=Type.SMALL)
        self.moved_only.setCheckable(True)
        self.moved_only.setToolTip("List only what has moved")
        self.differs_only = Button(look, "differs", dress=Dress.SEGMENT, kind=Type.SMALL)
        self.differs_only.setCheckable(True)
        self.differs_only.setToolTip("List only what the other future has otherwise")
        self.differs_only.hide()
        self.model = LineModel()
        self.list = RowList(look, "All counters", self.model, LineDelegate(look))
        self.list.empty = "No counter fits."
        self.cost_ms = 0.0
        self._histories = Histories(session.lasting)
        self._names: Lasting[list[Name]] = Lasting(session.lasting)
        self._before: Lasting[dict[str, Any]] = Lasting(session.lasting)
        self._state: Lasting[_State] = Lasting(session.lasting)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._typed.timeout.connect(self.refresh)
        self.line.textChanged.connect(self._type)
        self.moved_only.toggled.connect(lambda _: self.refresh())
        self.differs_only.toggled.connect(lambda _: self.refresh())
        self.list.chosen.connect(self._clicked)
        self.list.entered_on.connect(self._clicked)
        self.list.asked.connect(self._asked)
        self.list.setToolTip("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.head = QFrame()
        self.head.setProperty("kind", "panel")
        top = QHBoxLayout(self.head)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(6)
        top.addWidget(self.line, 1)
        top.addWidget(self.moved_only)
        top.addWidget(self.differs_only)

    def _type(self, _: str) -> None:
        """List anew when whoever types pauses."""
        self._typed.start()

    def show_at(self, cursor: Cursor, step: int, since: int, other: Cursor | None, *, moving: bool) -> None:
        """Show the values of a moment.

        Args:
            cursor: of the run; it is moved.
            step: the moment.
            since: the step to compare with; -1 for none.
            other: the state of the future that is compared; None while none is.
            moving: whether the next moment is to come at once.
        """
        self._state.put(_State(cursor, step, since, other))
        self.differs_only.setVisible(other is not None)
        if self.isVisible() and not (moving and self.cost_ms > CHEAP_MS):
            self.refresh()

    def refresh(self) -> None:
        """Work the values out and list what is asked for."""
        if self._state.last is None:
            return
        cursor, step, since, other = self._state.last
        began = time.perf_counter()
        before = self._values_before(cursor, since)
        now = values(cursor, step)
        there = values(other, int(other.step)) if other is not None else None
        self.cost_ms = (time.perf_counter() - began) * 1e3
        listed = lines(matching(self._which(cursor), self.line.text()), now, before, there)
        differs = other is not None and self.differs_only.isChecked()
        self.model.show(only(listed, moved=self.moved_only.isChecked(), differs=differs))
        self.told.emit()

    def _which(self, cursor: Cursor) -> list[Name]:
        """What there is: looked up again as the run doubles, and when it is complete."""
        timeline = cursor.timeline
        made = (timeline, timeline.steps.bit_length(), timeline.complete)
        return self._names.of(made, lambda: names(timeline))

    def _values_before(self, cursor: Cursor, since: int) -> dict[str, Any]:
        known = 0 <= since < cursor.timeline.steps
        return self._before.of((cursor, since), lambda: values(cursor, since) if known else {})

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    # -- what a row does ------------------------------------------------------------------------------------

    def _clicked(self, row: int) -> None:
        line = self.model.line(row)
        if line is not None and line.name is not None:
            self.go(line.name.path)

    def go(self, path: str) -> None:
        """Go to the step that changed what stands at a path last, as seen from the moment."""
        timeline, here = self.session.timeline, self.session.moment.step
        if timeline is None:
            return
        step = self._histories.changed_at(timeline, path, here)
        if step is None:
            self.session.told.emit(f"{path} has not changed before this moment.")
        else:
            self.navigator.see(step)

    def _asked(self, row: int, place: QPoint) -> None:
        line = self.model.line(row)
        if line is not None and line.name is not None:
            self.menu.of(line.name.path)(place)

    def listed(self) -> list[Line]:
        """The lines that are listed now."""
        return self.model.lines
