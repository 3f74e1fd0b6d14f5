"""The packet view: who it is, its memory, where its time went, its headers, its bytes.

The packet is the selected or followed one, else the one handled at the moment or last before it. Its bytes are no
record: they are made again from its flow and its number, and the payload is made up.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout
from typing_extensions import override

from engine.narration import packet_name
from engine.timeline.cursor import Cursor
from viewer.chrome.look import Look
from viewer.lasting import Lasting
from viewer.navigator import Navigator
from viewer.panels.board import REFRESH_MS
from viewer.panels.packet.bar import FlowBar
from viewer.panels.packet.headers import Mark, ends_of, field_at, header_rows, marked_bytes
from viewer.panels.packet.hexview import HexView
from viewer.panels.packet.lines import Lines
from viewer.panels.packet.shown import Shown, shown
from viewer.panels.scrolled import Scrolled
from viewer.panels.sections import gap, head, heading, wrapped
from viewer.panels.sheet import Cell, Row, Sheet, mono, words
from viewer.panels.strip import strip_rows
from viewer.panels.subject import title_of
from viewer.panels.waterfall import Way, waterfall_rows, way_of
from viewer.session import Session
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

MADE = "regenerated from flow and number; payload is made"
UNKNOWN = "not known here: the run does not tell its addresses"


class PacketPanel(Scrolled):
    """The panel. Signal: `noted` when what its title says has changed.

    Attributes:
        note: words at the right of the title.
        opened: names of the layers whose fields are listed.
        mark: the field that is selected, in whatever packet has it.
    """

    noted = Signal()

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.navigator, self.look = session, navigator, look
        self.note = ""
        self.opened: set[str] = set()
        self.mark: Mark | None = None
        self.packet: Shown | None = None
        self._cursor: Lasting[Cursor] = Lasting(session.lasting)
        self._way: Lasting[Way | None] = Lasting(session.lasting)
        self._told: Lasting[None] = Lasting(session.lasting)
        self._told_bytes: object = None
        self.top = Sheet(look, "Packet")
        self.top.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # nothing in it can be done
        self.bar = FlowBar(session, navigator, look)
        self.way_sheet = Lines(look, "Where its time went")
        self.headers = Lines(look, "Headers")
        self.hex = HexView(look)
        self.hex.picked.connect(self._picked)
        self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        for told in (session.moved, session.changed, session.opened, session.grew, look.changed):
            told.connect(self.soon)

    def _build(self) -> None:
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setProperty("kind", "panel")
        self.setAccessibleName("Packet view")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its parts have the keyboard
        self.setWidgetResizable(True)
        body = self._body = QFrame()
        body.setProperty("kind", "panel")
        column = self._column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.top, self.bar, self.way_sheet, self.headers, self.hex):
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(body)

    # -- when ----------------------------------------------------------------------------------------------

    def soon(self) -> None:
        """Refresh, not more often than is seen."""
        if not self._timer.isActive():
            self._timer.start()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.soon()

    def refresh(self) -> None:
        """Tell about the moment, if anybody looks."""
        session, timeline = self.session, self.session.timeline
        told = (
            timeline,
            timeline.steps if timeline is not None else 0,
            session.moment.step,
            session.selection,
            session.followed,
            self.look.theme,
            self.look.text_percent,
            self.top.room,
        )
        if not self.isVisible() or not self._told.changed(told):
            return
        before = self.note
        self._show()
        if self.note != before:
            self.noted.emit()

    # -- what ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        timeline = self.session.timeline
        if timeline is None or not self.session.has_steps:
            self._show_nothing("Nothing is open yet.")
            return
        cursor = self._cursor.of(timeline, lambda: Cursor(timeline))
        cursor.seek(max(self.session.moment.step, 0))
        packet = self.packet = shown(self.session, cursor)
        if packet is None:
            self._show_nothing("No packet was handled yet: select one, or step to one.")
            return
        name = packet_name(timeline, packet.frame)
        self.note = f"pinned to {name}" if packet.pinned else "follows the playhead"
        self.top.show_rows(self._who(cursor, packet))
        self.bar.show_packet(packet)
        self.way_sheet.show_rows(self._memory_and_way(cursor, packet))
        self._show_bytes(packet)
        for part in (self.bar, self.way_sheet, self.headers, self.hex):
            part.show()

    def _show_nothing(self, why: str) -> None:
        self.note, self.packet = "", None
        lines = wrapped(why, self.top.room)
        self.top.show_rows([Row((Cell((words(line, Role.TEXT_TERTIARY),)),)) for line in lines])
        for part in (self.bar, self.way_sheet, self.headers, self.hex):
            part.hide()

    def _who(self, cursor: Cursor, packet: Shown) -> list[Row]:
        """Capsule and name, the objects that are it, and from where to where."""
        timeline = cursor.timeline
        form = title_of(timeline, packet.uid)
        of = f"{form} of frame #{packet.frame}" if packet.frame != packet.uid else f"{form}, no skb yet"
        length = f", {len(packet.data)} B" if packet.data is not None else ""
        name = packet_name(timeline, packet.frame)
        rows = head(self.look, timeline, packet.uid, packet.letter, of + length, self.top.room, name)
        ways = [ends for layer in packet.layers[1:] if (ends := ends_of(layer)) is not None]
        if not ways:
            return rows
        (saddr, daddr), (sport, dport) = ways[0], ways[1] if len(ways) > 1 else ("", "")
        text = f"{saddr}:{sport} → {daddr}:{dport}" if sport else f"{saddr} → {daddr}"
        return [*rows, Row((Cell((mono(text, Role.TEXT_SECONDARY),)),))]

    def _memory_and_way(self, cursor: Cursor, packet: Shown) -> list[Row]:
        timeline = cursor.timeline
        rows = [gap(6.0)]
        alive = cursor.exists(packet.uid)
        rows += strip_rows(
            self.look, cursor if alive else self._last_of(cursor, packet.uid), packet.uid, packet.letter
        )
        way = self._way_of(packet)
        if way is not None:
            now = int(timeline.time(max(self.session.moment.step, 0)))
            rows += waterfall_rows(self.look, way, now, packet.letter, self.navigator.see)
        return [*rows, gap(6.0)]

    @staticmethod
    def _last_of(cursor: Cursor, uid: int) -> Cursor:
        """The state in which something that is no more was seen last."""
        info = cursor.timeline.object(uid)
        return Cursor(cursor.timeline, max(min(info.died - 1, cursor.timeline.steps - 1), 0))

    def _way_of(self, packet: Shown) -> Way | None:
        """The packet's way; read again only when the packet is another or more of the run is known."""
        timeline = self.session.timeline
        if timeline is None:
            return None
        return self._way.of((timeline, packet.frame, timeline.steps), lambda: way_of(timeline, packet.frame))

    def _show_bytes(self, packet: Shown) -> None:
        """Headers and bytes, anew only when they are others or told otherwise."""
        room, look = self.top.room, self.look
        told = (
            packet.data,
            packet.letter,
            self.mark,
            frozenset(self.opened),
            room,
            look.theme,
            look.text_percent,
        )
        if told == self._told_bytes:
            return
        self._told_bytes = told
        note = MADE if packet.data is not None else UNKNOWN
        rows = [heading("Headers and bytes")]
        rows += [
            Row((Cell((words(line, Role.TEXT_TERTIARY, Type.MICRO),)),), height=18.0)
            for line in wrapped(note, room, Type.MICRO)
        ]
        rows += header_rows(self.look, packet.layers, self.opened, self.mark, (self._turn, self._pick), room)
        self.headers.show_rows([*rows, gap(4.0)])
        self.hex.show_bytes(packet.data or b"", packet.layers, packet.letter)
        self.hex.mark(marked_bytes(packet.layers, self.mark))

    # -- choosing -------------------------------------------------------------------------------------------

    def _turn(self, layer: str) -> None:
        """Open a layer, or close it."""
        self.opened ^= {layer}
        self._again()

    def _pick(self, mark: Mark) -> None:
        """Select a field; again, let go of it."""
        self.mark = None if mark == self.mark else mark
        self._again()

    def _picked(self, offset: int) -> None:
        """Select the field that a byte belongs to, and list it; the bytes stay where they are on the screen."""
        packet = self.packet
        mark = field_at(packet.layers, offset) if packet is not None else None
        if mark is None:
            return
        self.mark = mark
        self.opened.add(mark.layer)
        before = self.hex.y()
        self._again()
        self._column.activate()
        self._body.resize(
            self._body.width(), max(self._column.minimumSize().height(), self.viewport().height())
        )
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + self.hex.y() - before)

    def _again(self) -> None:
        if self.packet is not None:
            self._show_bytes(self.packet)
