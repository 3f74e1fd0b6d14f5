"""The counters: a summary, a list of all of them, or a tool's own page; the word at the top chooses.

What moved since the last moment at rest, or since the mark that somebody set, stands on an inverse plate with its
delta; the rise of a loss is red. Zero counters stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
)
from typing_extensions import override

from engine.scenario.units import format_ns
from engine.timeline.cursor import Cursor
from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button
from viewer.lasting import Lasting
from viewer.navigator import Navigator
from viewer.panels.counters_all import AllCounters
from viewer.panels.counters_menu import CounterMenu
from viewer.panels.counters_summary import Summary, there
from viewer.panels.counters_tools import ALL, SUMMARY, pages, tool_rows
from viewer.panels.counting import Reference
from viewer.panels.scrolled import Scrolled
from viewer.panels.sheet import PAD, Cell, Row, Sheet, words
from viewer.player import Player
from viewer.session import Session
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

if TYPE_CHECKING:
    from viewer.comparison import Comparison

REFRESH_MS = 66


class Counters(QFrame):
    """The panel. Signal: `noted` when its numbers, and with them its note, are others.

    Attributes:
        page: `SUMMARY`, `ALL`, or the command whose output is shown.
        comparison: what is compared, if anything can be.
        menu: what right clicks offer; its `plot` is set by whoever has something to plot with.
    """

    noted = Signal()

    def __init__(self, session: Session, player: Player, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.player, self.navigator, self.look = session, player, navigator, look
        self.comparison: Comparison | None = None
        self.page = SUMMARY
        self.menu = CounterMenu(self, session, navigator)
        self.setProperty("kind", "panel")
        self.setAccessibleName("Counters")
        self.chooser = Button(look, SUMMARY, Sign.CHEVRON, behind=True, kind=Type.SMALL, sign_px=12.0)
        self.chooser.setToolTip("Choose what is shown")
        self.chooser.clicked.connect(self._offer_pages)
        self.sheet = Sheet(look, "Counters")
        self.summary = Summary(self.sheet, navigator, self.menu)
        self.board = Scrolled()
        self.board.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.board.setWidget(self.sheet)
        self.board.setWidgetResizable(True)
        self.board.setProperty("kind", "panel")
        self.board.setFrameShape(QScrollArea.Shape.NoFrame)
        self.all = AllCounters(session, navigator, look, self.menu)
        self.all.told.connect(self.noted)
        self.stack = QStackedWidget()
        self.stack.setProperty("kind", "panel")
        self.stack.addWidget(self.board)
        self.stack.addWidget(self.all)
        self._lay()
        self._cursor: Cursor | None = None
        self._told: Lasting[None] = Lasting(session.lasting)
        self._reference = Reference()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        session.moved.connect(self._moved)
        session.changed.connect(self.soon)
        session.grew.connect(self.soon)
        session.opened.connect(self._opened)
        look.changed.connect(self._restyle)
        self._opened()

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        top = QHBoxLayout()
        top.setContentsMargins(int(PAD) - 8, 0, int(PAD), 0)
        top.setSpacing(8)
        top.addWidget(self.chooser)
        top.addWidget(self.all.head, 1)
        top.addStretch(0)
        self.all.head.hide()
        column.addLayout(top)
        column.addWidget(self.stack, 1)

    @property
    def note(self) -> str:
        """What the panel's title says at the right: since when the marked numbers have moved."""
        timeline, mark = self.session.timeline, self.session.mark_ns
        if timeline is None or not self.session.has_steps:
            return ""
        if mark is not None:
            return f"since {format_ns(mark, 3)}"
        step = self._reference.step
        time = timeline.time(step) if 0 <= step < timeline.steps else 0
        return f"since {format_ns(time, 3)}" if time else "since the start"

    @property
    def line(self) -> QLineEdit | None:
        """What one types into; None where nothing is typed."""
        return self.all.line if self.page == ALL else None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.soon()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._told.forget()
        self.refresh()

    def soon(self) -> None:
        """Refresh, not more often than is seen."""
        if not self._timer.isActive():
            self._timer.start()

    def _restyle(self) -> None:
        self._told.forget()
        self.soon()

    def _opened(self) -> None:
        timeline = self.session.timeline
        self._cursor = Cursor(timeline) if timeline is not None else None
        self._reference = Reference()
        if not self.isVisible():
            self.sheet.show_rows([])  # what rows do may hold the run that they tell of
        self._told.forget()
        self.soon()

    def _moved(self) -> None:
        moment = self.session.moment
        self._reference.see(moment.step, at_rest=not self.player.moving)
        self.soon()

    @property
    def since(self) -> int:
        """The step that what moved is told from; -1 for the beginning of the run."""
        timeline = self.session.timeline
        return self._reference.since(timeline, self.session.mark_ns) if timeline is not None else -1

    def refresh(self) -> None:
        """Tell the numbers of the moment, if anybody looks."""
        if not self.isVisible():
            return
        timeline, beside = self.session.timeline, self._beside()
        told = (
            self._cursor,
            timeline is not None and (timeline.steps.bit_length(), timeline.complete),
            self.session.moment.step,
            self.since,
            self.page,
            self.look.theme,
            self.look.text_percent,
            self.sheet.room,
            beside is not None and (beside.timeline, int(beside.step)),
            self.player.moving,
        )
        if not self._told.changed(told):
            return
        if self.page == ALL and self._cursor is not None and self.session.has_steps:
            step = max(self.session.moment.step, 0)
            self.all.show_at(self._cursor, step, self.since, beside, moving=self.player.moving)
        else:
            self.sheet.show_rows(self.rows())
        self.noted.emit()

    def _beside(self) -> Cursor | None:
        """The state of the future that is compared."""
        comparison = self.comparison
        return comparison.state() if comparison is not None and comparison.on else None

    def rows(self) -> list[Row]:
        """What there is to tell now, of the summary or a tool's page."""
        cursor = self._cursor
        if cursor is None or not self.session.has_steps:
            return [Row((Cell((words("Nothing is counted yet.", Role.TEXT_TERTIARY),)),))]
        step = max(self.session.moment.step, 0)
        if self.page in (SUMMARY, ALL):
            beside = self._beside()
            return self.summary.rows(cursor, step, self.since, there(beside) if beside is not None else None)
        return tool_rows(self.page, cursor, step, self.since)

    # -- pages ----------------------------------------------------------------------------------------------

    def pages(self) -> list[str]:
        """What can be shown, the adapter's name filled in."""
        return pages(self.session.timeline)

    def show_page(self, page: str) -> None:
        """Show the summary, all counters, or what a command prints at the moment."""
        self.page = page
        self._told.forget()
        self.chooser.say(page)  # the command as it is typed: what follows is what it prints
        self.sheet.wide = page not in (SUMMARY, ALL)
        self.all.head.setVisible(page == ALL)
        self.stack.setCurrentWidget(self.all if page == ALL else self.board)
        if self.line is not None and self.isVisible():
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()
        self.noted.emit()

    def _offer_pages(self) -> None:
        menu = self.pages_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.chooser.mapToGlobal(QPoint(0, self.chooser.height())))

    def pages_menu(self) -> QMenu:
        """The pages to choose from."""
        menu = QMenu(self)
        for page in self.pages():
            entry = menu.addAction(page)
            entry.setCheckable(True)
            entry.setChecked(page == self.page)
            entry.triggered.connect(lambda _=False, page=page: self.show_page(page))
        return menu
