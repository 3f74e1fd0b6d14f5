"""The inspector: one object, what just changed in it, the step that changed it, and what led to that step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QScrollArea

from engine.timeline.cursor import Cursor
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.panels.sections import (
    chain_rows,
    field_rows,
    gap,
    head,
    heading,
    loss,
    step_rows,
    way_rows,
)
from viewer.panels.sheet import Cell, Row, Sheet, mono, words
from viewer.panels.story import story
from viewer.panels.strip import strip_rows
from viewer.panels.subject import is_packet, just_changed, subject_of, title_of
from viewer.session import Selection, Session
from viewer.stepping import counter_moves
from viewer.theme.tokens import Role

REFRESH_MS = 66
CHILDREN_MOST = 12


class Inspector(QScrollArea):
    """The panel. Signal: `noted` when what its title says has changed."""

    noted = Signal()

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.navigator, self.look = session, navigator, look
        self.note = ""
        self.sheet = Sheet(look, "Inspector")
        self.setWidget(self.sheet)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setProperty("kind", "panel")
        self._cursor: Cursor | None = None
        self._told: tuple[object, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        session.moved.connect(self.soon)
        session.changed.connect(self.soon)
        session.opened.connect(self._opened)
        look.changed.connect(self.soon)
        self.soon()

    def soon(self) -> None:
        """Refresh, not more often than is seen."""
        if not self._timer.isActive():
            self._timer.start()

    def _opened(self) -> None:
        timeline = self.session.timeline
        self._cursor = Cursor(timeline) if timeline is not None else None
        self.soon()

    def refresh(self) -> None:
        """Tell about the moment."""
        session = self.session
        told = (self._cursor, session.moment.step, session.selection, session.followed, self.look.theme)
        if not self.isVisible() or told == self._told:
            return
        self._told = told
        before = self.note
        self.sheet.show_rows(self.rows())
        if self.note != before:
            self.noted.emit()

    def rows(self) -> list[Row]:
        """What there is to tell now."""
        session, cursor = self.session, self._cursor
        if cursor is None or not session.has_steps:
            self.note = ""
            return [Row((Cell((words("Nothing is open yet.", Role.TEXT_TERTIARY),)),))]
        cursor.seek(max(session.moment.step, 0))
        subject = subject_of(session, cursor)
        timeline = cursor.timeline
        name = title_of(timeline, subject.uid) if subject.uid else subject.name
        self.note = f"pinned to {name}" if subject.pinned else "follows the playhead"
        rows = self._about(cursor, subject.uid) if subject.uid else self._nameless(subject.name)
        rows += chain_rows(timeline, int(cursor.step), self.navigator.see)
        return rows

    def _nameless(self, name: str) -> list[Row]:
        cursor = self._cursor
        rows = [Row((Cell((words(name, Role.TEXT),)),), height=28.0)] if name else []
        if cursor is not None and cursor.step >= 0:
            rows += step_rows(cursor.timeline.step(cursor.step))
        return rows

    def _about(self, cursor: Cursor, uid: int) -> list[Row]:
        timeline = cursor.timeline
        packet = is_packet(timeline, uid)
        letter = self._letter(cursor, uid) if packet else -1
        rows = head(self.look, timeline, uid, letter, self._way(cursor, uid) if packet else "")
        told = story(timeline, uid, int(cursor.step)) if packet else None
        if told is not None:
            rows += loss(self.look, timeline, told)
        if cursor.step >= 0:
            rows += step_rows(timeline.step(cursor.step))
        alive = cursor.exists(uid)
        shown = cursor if alive else self._last_of(uid)
        if told is not None:
            rows += strip_rows(self.look, shown, uid, letter)
            rows += way_rows(self.look, told, letter)
        if not alive:
            rows.append(heading("As it was last"))
        changes = just_changed(cursor) if alive else []
        rows += field_rows(shown, uid, changes, self.navigator.see, self._field_menu, pairs=packet)
        rows.append(gap(12.0))
        return rows + ([] if packet else self._children(cursor, uid))

    def _last_of(self, uid: int) -> Cursor:
        """The state in which something that is no more was seen last, or first if it is not yet."""
        if self._cursor is None:
            raise RuntimeError("nothing is open")
        timeline = self._cursor.timeline
        info = timeline.object(uid)
        last = min(info.died - 1, timeline.steps - 1)
        return Cursor(timeline, max(last if info.born <= self._cursor.step else info.born, 0))

    def _letter(self, cursor: Cursor, uid: int) -> int:
        """The place of a packet's flow."""
        flow = self.session.flows.flow_of(uid) if self.session.flows is not None else 0
        letter = cursor.get(flow, "letter") if flow else -1
        return letter if isinstance(letter, int) else -1

    def _way(self, cursor: Cursor, uid: int) -> str:
        flow = self.session.flows.flow_of(uid) if self.session.flows is not None else 0
        if not flow:
            return ""
        port, number = cursor.get(flow, "dport"), cursor.get(flow, "protocol")
        protocol = {17: "UDP", 6: "TCP"}.get(number, "IP") if isinstance(number, int) else "IP"
        return f"{protocol} → :{port}" if port else protocol

    def _children(self, cursor: Cursor, uid: int) -> list[Row]:
        """What belongs to an object, a click away."""
        timeline = cursor.timeline
        found = []
        for child in timeline.children(uid).tolist():
            if not timeline.object(child).cls.transient and cursor.exists(child):
                found.append(int(child))
        if not found:
            return []
        rows = [heading("Has")]
        for child in found[:CHILDREN_MOST]:
            cells = (
                Cell((mono(timeline.label(child)),), do=self._selects(child)),
                Cell((words(timeline.object(child).cls.name, Role.TEXT_TERTIARY),), at=1.0, right=True),
            )
            rows.append(Row(cells, height=22.0, rule=True))
        if len(found) > CHILDREN_MOST:
            rest = f"and {len(found) - CHILDREN_MOST} more"
            rows.append(Row((Cell((words(rest, Role.TEXT_TERTIARY),)),)))
        return [*rows, gap(12.0)]

    def _selects(self, uid: int) -> Callable[[], None]:
        timeline = self._cursor.timeline if self._cursor is not None else None
        name = timeline.label(uid) if timeline is not None else ""
        return lambda: self.session.select(Selection("object", name, uid))

    def _field_menu(self, uid: int, field: str, place: QPoint) -> None:
        timeline = self.session.timeline
        if timeline is None:
            return
        menu = QMenu(self)
        menu.addAction("Step until it moves").triggered.connect(
            lambda: self.navigator.until(counter_moves(timeline, uid, field))
        )
        menu.addAction("Show as a sparkline, or not").triggered.connect(
            lambda: self.session.chart(uid, field)
        )
        menu.addAction("Copy name").triggered.connect(lambda: QGuiApplication.clipboard().setText(field))
        menu.popup(place)
