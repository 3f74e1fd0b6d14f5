"""The inspector: one object, what just changed in it, the step that changed it, and what led to that step.

The way one went, back, forward and to the owner, stands in the title of its place, or above its rows where it has no
title; below them is a sentence about what is pointed at.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget
from typing_extensions import override

from engine.narration import packet_name
from engine.timeline.cursor import Cursor
from engine.timeline.schema import FunctionInfo, Kind
from engine.timeline.timeline import Timeline
from viewer.chrome.look import Look
from viewer.lasting import Lasting
from viewer.navigator import Navigator
from viewer.panels.board import Board
from viewer.panels.inspector_bar import Bar, Foot, Ways
from viewer.panels.inspector_sheet import PointedSheet
from viewer.panels.sections import gap, head, heading, way_rows
from viewer.panels.sections_fields import Doings, field_rows
from viewer.panels.sections_has import has_rows, place_rows
from viewer.panels.sections_loss import loss
from viewer.panels.sections_simplified import simplifications, simplified_rows
from viewer.panels.sections_source import function_named, offer_source
from viewer.panels.sections_step import chain_rows, step_rows
from viewer.panels.sections_thing import Doings as FunctionDoings
from viewer.panels.sections_thing import function_rows, thing_rows
from viewer.panels.sheet import PAD, Cell, Row, words
from viewer.panels.story import story
from viewer.panels.strip import strip_rows
from viewer.panels.subject import Subject, exists, is_packet, just_changed, subject_of, title_of
from viewer.session import Selection, Session
from viewer.stepping import counter_moves
from viewer.theme.tokens import Role

IDLE = "swapper/"
"""How the idle tasks are called, which nobody wants to be led to."""

PROTOCOLS = {17: "UDP", 6: "TCP"}


class Inspector(Board):
    """The panel.

    Attributes:
        bar: where one can go from here.
        aside: the same, for the title of the place that the panel stands in.
        foot: the sentence about what is pointed at.
        subject: what the rows are about.
    """

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__(session, look, "Inspector")
        self.navigator = navigator
        self.subject = Subject(0, False)
        self._cursors: Lasting[Cursor] = Lasting(session.lasting)
        self._unfolded = False
        self._meaning = ""
        sheet = PointedSheet(look, "Inspector")
        sheet.pointed.connect(self._point)
        self.sheet = sheet
        self.setWidget(sheet)
        self.bar, self.foot = Bar(look, self), Foot(look, self)
        self.bar.back.connect(session.select_back)
        self.bar.forward.connect(session.select_forward)
        self.bar.up.connect(self.select_owner)
        self.bar.let_go.connect(self.let_go)
        self.aside: QWidget = self.bar
        QWidget.setTabOrder(self.bar.go_button, sheet)
        look.changed.connect(self._place)
        self._place()

    # -- when it is told ------------------------------------------------------------------------------------

    @override
    def key(self) -> object:
        session, trail = self.session, self.session.trail
        ways = (trail.can_go_back, trail.can_go_forward)
        chosen = (session.selection, session.followed, session.focused_cpu, self._unfolded)
        look = (self.look.theme, self.look.text_percent, self.sheet.room)
        return (session.timeline, session.moment.step, *chosen, *ways, *look)

    @override
    def refresh(self) -> None:
        super().refresh()
        if self.isVisible():
            self.bar.show_ways(self.ways())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._place()
        self.bar.show()
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.bar.hide()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        self.soon()

    def _place(self) -> None:
        """Give the foot its room below the rows, and the bar above them unless a title has it."""
        self.foot.fit(self.height())
        above = self.bar.px if self.bar.parent() is self else 0
        self.setViewportMargins(0, above, 0, self.foot.px)
        if above:
            self.bar.setGeometry(int(PAD), 0, self.width() - 2 * int(PAD), above)
        self.foot.setGeometry(0, self.height() - self.foot.px, self.width(), self.foot.px)

    # -- going ----------------------------------------------------------------------------------------------

    def ways(self) -> Ways:
        """Where one can go from what is told about."""
        trail, timeline = self.session.trail, self.session.timeline
        owner = self._owner()
        name = timeline.label(owner) if timeline is not None and owner else ""
        return Ways(trail.can_go_back, trail.can_go_forward, name, self.subject.pinned)

    def _owner(self) -> int:
        timeline, uid = self.session.timeline, self.subject.uid
        if timeline is None or not uid or not exists(timeline, uid):
            return 0
        return int(timeline.object(uid).parent)

    def select_owner(self) -> None:
        """Select what the object belongs to, if it does."""
        owner = self._owner()
        if owner:
            self._select(owner)

    def let_go(self) -> None:
        """Follow the playhead again."""
        if self.session.followed:
            self.session.follow_packet(0)
        self.session.select(None)

    def _select(self, uid: int) -> None:
        timeline = self.session.timeline
        if timeline is not None and exists(timeline, uid):
            kind = "packet" if is_packet(timeline, uid) else "object"
            self.session.select(Selection(kind, timeline.label(uid), uid))

    def _toggle_simplified(self) -> None:
        self._unfolded = not self._unfolded
        self.refresh()

    def _point(self, tip: str) -> None:
        self.foot.say(tip.replace("\n", "; ") or self._meaning)

    # -- what is told ---------------------------------------------------------------------------------------

    @override
    def rows(self) -> list[Row]:
        session, timeline = self.session, self.session.timeline
        if timeline is None or not session.has_steps:
            self.note, self.subject, self._meaning = "", Subject(0, False), ""
            return [Row((Cell((words("Nothing is open yet.", Role.TEXT_TERTIARY),)),))]
        cursor = self._cursor(timeline)
        self.subject = subject = subject_of(session, cursor)
        name = title_of(timeline, subject.uid) if subject.uid else subject.name
        self.note = f"pinned to {name}" if subject.pinned else "follows the playhead"
        cls = timeline.object(subject.uid).cls if subject.uid else None
        before = self._meaning
        self._meaning = f"{cls.name}: {cls.meaning}" if cls is not None else ""
        if self.foot.text in ("", before):
            self.foot.say(self._meaning)
        rows = self._about(cursor, subject.uid) if subject.uid else self._nameless(cursor, subject)
        return rows + chain_rows(timeline, int(cursor.step), self.navigator.see)

    def _nameless(self, cursor: Cursor, subject: Subject) -> list[Row]:
        """A function of the stack, another thing that is no object, or nothing; then the step."""
        if not subject.name:
            return self._step(cursor, "")
        timeline, room = cursor.timeline, self.sheet.room
        function = function_named(timeline, subject.name)
        if function is None:
            return [*thing_rows(subject.kind, subject.name, room), *self._step(cursor, "")]
        doings = FunctionDoings(
            self.navigator.see, self._select, self._offer_function, self.session.told.emit
        )
        rows = function_rows(timeline, int(cursor.step), function, room, doings)
        said = simplifications(timeline, function, "")
        rows += simplified_rows(said, room, unfolded=self._unfolded, toggle=self._toggle_simplified)
        return [*rows, gap(), heading("The step now"), *self._step(cursor, "", simplified=False)]

    def _about(self, cursor: Cursor, uid: int) -> list[Row]:
        timeline = cursor.timeline
        packet = is_packet(timeline, uid)
        letter = self._letter(cursor, uid) if packet else -1
        beside = f"{packet_name(timeline, uid)} · {self._way(cursor, uid)}".rstrip(" ·") if packet else ""
        rows = head(self.look, timeline, uid, letter, beside, self.sheet.room)
        told = story(timeline, uid, int(cursor.step)) if packet else None
        if told is not None:
            rows += loss(self.look, timeline, told, self.sheet.room)
        rows += self._step(cursor, timeline.object(uid).cls.name)
        alive = cursor.exists(uid)
        shown = cursor if alive else self._last_of(cursor, uid)
        if told is not None:
            rows += strip_rows(self.look, shown, uid, letter)
            rows += way_rows(self.look, told, letter, self.sheet.room)
        if not alive:
            rows.append(
                heading("As it was last" if timeline.object(uid).born <= cursor.step else "As it will be")
            )
        changes = just_changed(cursor) if alive else []
        doings = Doings(self.navigator.see, self._select, self._field_menu)
        rows += field_rows(shown, uid, changes, doings, pairs=packet, room=self.sheet.room)
        rows += place_rows(shown, uid, self._select)
        return [*rows, gap(12.0), *([] if packet else has_rows(shown, uid, self._select))]

    def _step(self, cursor: Cursor, class_name: str, *, simplified: bool = True) -> list[Row]:
        """The step of the moment, and what the model simplifies where it is taken unless that is not wanted."""
        timeline, room = cursor.timeline, self.sheet.room
        step = timeline.step(cursor.step)
        kernel = str(timeline.facts.get("kernel") or "")
        task = int(step.task)
        task_name = timeline.label(task)
        rows = step_rows(
            step,
            "" if task_name.startswith(IDLE) else task_name,
            kernel,
            room,
            lambda place: self._function_menu(int(step.number), place),
            lambda: self._select(task),
            self.session.told.emit,
        )
        if not simplified:
            return [*rows, gap(8.0)]
        said = simplifications(timeline, step.function, class_name)
        rows += simplified_rows(said, room, unfolded=self._unfolded, toggle=self._toggle_simplified)
        return [*rows, gap(8.0)]

    def _cursor(self, timeline: Timeline) -> Cursor:
        """The state at the moment."""
        cursor = self._cursors.of(timeline, lambda: Cursor(timeline))
        cursor.seek(max(self.session.moment.step, 0))
        return cursor

    @staticmethod
    def _last_of(cursor: Cursor, uid: int) -> Cursor:
        """The state in which something that is no more was seen last, or first if it is not yet."""
        timeline = cursor.timeline
        info = timeline.object(uid)
        last = min(info.died - 1, timeline.steps - 1)
        return Cursor(timeline, max(last if info.born <= cursor.step else info.born, 0))

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
        protocol = PROTOCOLS.get(number, "IP") if isinstance(number, int) else "IP"
        return f"{protocol} → :{port}" if port else protocol

    # -- menus ----------------------------------------------------------------------------------------------

    def _function_menu(self, step: int, place: QPoint) -> None:
        timeline = self.session.timeline
        if timeline is not None:
            self._offer_function(timeline.step(step).function, place)

    def _offer_function(self, function: FunctionInfo, place: QPoint) -> None:
        timeline = self.session.timeline
        if timeline is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        offer_source(menu, timeline, function, self.session.told.emit)
        menu.popup(place)

    def _field_menu(self, uid: int, field: str, place: QPoint) -> None:
        timeline = self.session.timeline
        if timeline is None:
            return
        cursor = self._cursor(timeline)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        schema = next(one for one in timeline.object(uid).cls.fields if one.name == field)
        value = cursor.get(uid, field)
        if schema.kind is Kind.UID and isinstance(value, int) and value > 0:
            menu.addAction("Select what it refers to").triggered.connect(lambda: self._select(value))
        step = cursor.changed_at(uid, field)
        if step is not None:
            menu.addAction("Go to the step that set it").triggered.connect(
                lambda: self.navigator.see(int(step))
            )
        menu.addAction("Step until it moves").triggered.connect(
            lambda: self.navigator.until(counter_moves(timeline, uid, field))
        )
        menu.addAction("Show as a sparkline, or not").triggered.connect(
            lambda: self.session.chart(uid, field)
        )
        text = cursor.value(uid, field)
        menu.addAction("Copy name").triggered.connect(lambda: QGuiApplication.clipboard().setText(field))
        menu.addAction("Copy value").triggered.connect(lambda: QGuiApplication.clipboard().setText(text))
        menu.popup(place)
