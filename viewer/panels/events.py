"""The event list: what happens, a sentence a step, beside the picture and for those who do not see it.

What is listed is chosen above the list. The current step is brought out and kept in view, and the arrow keys move the
playhead from row to row. On a step its sentence is told to screen readers; while time runs nothing is.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollBar, QVBoxLayout
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.chrome.widgets import Segments
from viewer.navigator import Navigator
from viewer.panels.board import REFRESH_MS
from viewer.panels.events_listing import OF_GRANULARITY, Kind, Listing
from viewer.panels.events_rows import Rows, Teller
from viewer.panels.events_view import EventsView
from viewer.panels.sheet import PAD
from viewer.session import Session

CHOICES = [
    (Kind.FUNCTIONS, "functions", "Every step"),
    (Kind.STAGES, "stages", "Where a packet, or a CPU, comes to another station"),
    (Kind.POLLS, "polls", "Every NAPI poll"),
    (Kind.LOSSES, "losses", "Every packet that is lost"),
]


class EventsPanel(QFrame):
    """The panel. Signal: `noted` when what its title says has changed.

    Attributes:
        note: words at the right of the title.
        kind: what is listed.
        line: what gets the keyboard when the page is asked for.
    """

    noted = Signal()

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.navigator, self.look = session, navigator, look
        self.note = ""
        self.kind = OF_GRANULARITY.get(session.granularity, Kind.STAGES)
        self.rows = Rows(self)
        self.list = self.line = EventsView(look, self.rows)
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.segments = Segments(
            look, [(str(key), word, tip) for key, word, tip in CHOICES], "What is listed"
        )
        self.segments.choose(self.kind)
        self._followed = -1
        self._announced: tuple[Teller | None, int] = (None, -1)
        self._build()
        self._timer = self._made_timer(REFRESH_MS, self.refresh)
        self._more = self._made_timer(0, self._grow)
        self._connect()

    def _build(self) -> None:
        self.setProperty("kind", "panel")
        self.setAccessibleName("Events")
        top = QHBoxLayout()
        top.setContentsMargins(int(PAD), 2, int(PAD), 4)
        top.addWidget(self.segments)
        top.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.list, 1)
        below.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(below, 1)

    def _made_timer(self, ms: int, do: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(do)
        return timer

    def _connect(self) -> None:
        session, view = self.session, self.list
        for told in (session.moved, session.changed, session.grew):
            told.connect(self.soon)
        session.opened.connect(self._opened)
        self.look.changed.connect(self._dressed)
        self.segments.chosen.connect(self.choose)
        self.bar.valueChanged.connect(self._show)
        view.stepped.connect(self._step)
        view.jumped.connect(self._jump)
        view.turned.connect(lambda by: self.bar.setValue(self.bar.value() + by))
        view.resized.connect(self._fit)
        view.clicked.connect(self._clicked)

    # -- what is listed -------------------------------------------------------------------------------------

    def choose(self, kind: str) -> None:
        """List another kind of steps."""
        self.kind = Kind(kind)
        self.segments.choose(kind)
        self.refresh()

    def soon(self) -> None:
        """Refresh in a moment."""
        if not self._timer.isActive():
            self._timer.start()

    def _opened(self) -> None:
        if not self.isVisible():  # hold no run that is not shown any more
            self.rows.listing, self.rows.teller, self._announced = None, None, (None, -1)
            self._fit()
        self.soon()

    def _dressed(self) -> None:
        """Other colours or another text scale: rows are of another height."""
        self.list.doItemsLayout()
        self._fit()

    def refresh(self) -> None:
        """See that the right steps are listed and the current one is shown, if anybody looks."""
        if not self.isVisible():
            return
        timeline, listing = self.session.timeline, self.rows.listing
        if timeline is None:
            self.rows.listing = self.rows.teller = None
        elif (
            listing is None
            or listing.timeline is not timeline
            or listing.kind is not self.kind
            or listing.keep != Listing(timeline, self.kind, self.session.keep).keep
        ):
            self.rows.listing = Listing(timeline, self.kind, self.session.keep)
            self._followed = -1
            if self.rows.teller is None or self.rows.teller.timeline is not timeline:
                self.rows.teller = Teller(self.session, timeline)
        self._grow()

    def _grow(self) -> None:
        """Look at more of the run; again soon, while there is more."""
        listing = self.rows.listing
        if listing is not None and listing.grow():
            self._more.start()
        self._fit()
        self._follow()
        self._tell_note()

    def _tell_note(self) -> None:
        timeline, listing = self.session.timeline, self.rows.listing
        note = ""
        if timeline is not None and listing is not None:
            mine, all_of = len(listing), timeline.steps
            note = (
                f"{_grouped(mine)} of {_grouped(all_of)} steps"
                if mine != all_of
                else f"{_grouped(mine)} steps"
            )
        if note != self.note:
            self.note = note
            self.noted.emit()

    # -- where one is ---------------------------------------------------------------------------------------

    def _fit(self) -> None:
        """The scroll bar covers the listing, and the model holds what can be seen."""
        total = len(self.rows.listing) if self.rows.listing is not None else 0
        page = self.list.page
        self.bar.blockSignals(True)
        self.bar.setPageStep(page)
        self.bar.setRange(0, max(total - page, 0))
        self.bar.blockSignals(False)
        self.bar.setVisible(total > page)
        self._show(self.bar.value())

    def _show(self, top: int) -> None:
        self.rows.show(top, self.list.page + 1)
        self._place_current()

    def _follow(self) -> None:
        """Bring the current step out; it is brought into view when it is another one."""
        listing = self.rows.listing
        step = self.session.moment.step
        self.rows.here = listing.row(step) if listing is not None else -1
        if step != self._followed:
            self._followed = step
            here, top, page = self.rows.here, self.bar.value(), self.list.page
            if here < top or here >= top + page:
                near = here == top - 1 or here == top + page
                self.bar.setValue((here if here < top else here - page + 1) if near else here - page // 2)
        self._announce()
        self._place_current()
        self.list.viewport().update()

    def _place_current(self) -> None:
        """What Qt, and so a screen reader, takes for the current row; it stays while time runs."""
        if self.navigator.player.moving:
            return
        row = self.rows.here - self.rows.top
        index = self.rows.index(row) if 0 <= row < self.rows.rowCount() else QModelIndex()
        if index != self.list.currentIndex():
            self.list.setCurrentIndex(index)

    def _announce(self) -> None:
        """Tell what the step did; setting the description tells whoever listens that it is another."""
        teller, step = self.rows.teller, self.session.moment.step
        if teller is None or self.navigator.player.moving or (teller, step) == self._announced:
            return
        self._announced = (teller, step)
        if 0 <= step < teller.timeline.steps:
            self.list.setAccessibleDescription(teller.tell(step).said)

    def _step(self, by: int) -> None:
        """Go so many rows on; between two rows, one on is the next and one back is the one before."""
        listing = self.rows.listing
        if listing is None or not len(listing):
            return
        step = self.session.moment.step
        row = listing.row(step)
        between = row < 0 or listing.step(row) != step
        self._see(row + by + (1 if by < 0 and between else 0))

    def _jump(self, row: int) -> None:
        """Go to a row; -1 is the last."""
        if self.rows.listing is not None:
            self._see(row if row >= 0 else len(self.rows.listing) - 1)

    def _see(self, row: int) -> None:
        listing = self.rows.listing
        if listing is not None and len(listing):
            self.navigator.see(listing.step(min(max(row, 0), len(listing) - 1)))
            self.refresh()

    def _clicked(self, index: QModelIndex) -> None:
        self._see(self.rows.top + index.row())

    # -- Qt -------------------------------------------------------------------------------------------------

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
