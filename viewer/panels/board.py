"""A panel of rows that follows the session: rebuilt when what it tells has changed, as often as is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.lasting import Lasting
from viewer.panels.scrolled import Scrolled
from viewer.panels.sheet import Row, Sheet
from viewer.session import Session

REFRESH_MS = 66


class Board(Scrolled):
    """The base of such panels. Signal: `noted` when what its title says has changed.

    Attributes:
        note: words at the right of the title.
        sheet: where the rows are.
    """

    noted = Signal()

    def __init__(self, session: Session, look: Look, name: str) -> None:
        super().__init__()
        self.session, self.look = session, look
        self.note = ""
        self.sheet = Sheet(look, name)
        self.setWidget(self.sheet)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the sheet inside has the keyboard
        self.setProperty("kind", "panel")
        self.setAccessibleName(name)
        self._told: Lasting[None] = Lasting(session.lasting)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        session.moved.connect(self.soon)
        session.changed.connect(self.soon)
        session.opened.connect(self._opened)
        session.grew.connect(self.soon)
        look.changed.connect(self.anew)

    def rows(self) -> list[Row]:
        """What there is to tell now; sets `note` on the way."""
        raise NotImplementedError

    def key(self) -> object:
        """What the rows depend on; while it stays equal they are not built again. None builds them each time."""
        return None

    def soon(self) -> None:
        """Refresh in a moment."""
        if not self._timer.isActive():
            self._timer.start()

    def _opened(self) -> None:
        if not self.isVisible():
            self.sheet.show_rows([])  # what rows do may hold the run that they tell of
        self.anew()

    def anew(self) -> None:
        """Refresh in a moment even if nothing that is told has changed."""
        self._told.forget()
        self.soon()

    def refresh(self) -> None:
        """Tell how things are now, if anybody looks."""
        if not self.isVisible():
            return
        told = self.key()
        if not self._told.changed(told) and told is not None:
            return
        before = self.note
        self.sheet.show_rows(self.rows())
        if self.note != before:
            self.noted.emit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
