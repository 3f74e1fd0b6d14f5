"""The packets of the run: a filter to type, how many fit it, and the list of them.

The filter says which packets are listed; "solo" (or Enter) brings them out in the picture and lets the others recede,
"clear" lets go. What depends on where packets are is looked up again at every moment at rest.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout
from typing_extensions import override

from engine.scenario.errors import Refused
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button, Dress, label
from viewer.navigator import Navigator
from viewer.panels.packets_choice import SORTS, Packets, follows_moment
from viewer.panels.packets_line import FilterLine
from viewer.panels.packets_list import RowList
from viewer.panels.packets_rows import Heads, PacketDelegate, PacketModel
from viewer.panels.sheet import PAD
from viewer.session import Selection, Session
from viewer.theme.fonts import Type

REFRESH_MS = 100
MOVING_S, CHEAP_S = 0.4, 0.02
"""While time runs the list is looked up so often, where it is cheap."""


class PacketsPanel(QFrame):
    """The panel. Signal: `noted` when another number of packets is listed.

    Attributes:
        line: where the filter is typed.
        note: how many are listed, in short.
    """

    noted = Signal()

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.navigator, self.look = session, navigator, look
        self.note = ""
        self.setProperty("kind", "panel")
        self.setAccessibleName("Packets")
        self.packets: Packets | None = None
        self._sort, self._down = "number", False
        self._seen = session.filter
        self._good = ""
        self._looked = self._cost_s = 0.0
        self._told: object = None
        self.line = FilterLine(session, session.filter, look)
        self.refusal = label("", Type.SMALL, tone="secondary")
        self.refusal.setWordWrap(True)
        self.refusal.hide()
        self.count = label("", Type.SMALL, tone="secondary")
        self.solo = Button(look, "solo", dress=Dress.SEGMENT, kind=Type.SMALL)
        self.solo.setCheckable(True)
        self.solo.setToolTip("Keep only these packets in the picture; the others recede")
        self.clear = Button(look, "clear", dress=Dress.SEGMENT, kind=Type.SMALL)
        self.clear.setToolTip("List and show all packets again")
        self.model = PacketModel()
        self.list = RowList(look, "Packets", self.model, PacketDelegate(look))
        self.list.empty = "No packet fits."
        self.heads = Heads(look, self.list)
        self._lay()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._connect()
        self._opened()

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        top = QVBoxLayout()
        top.setContentsMargins(int(PAD), 2, int(PAD), 0)
        top.setSpacing(4)
        top.addWidget(self.line)
        top.addWidget(self.refusal)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.count, 1)
        row.addWidget(self.solo)
        row.addWidget(self.clear)
        top.addLayout(row)
        column.addLayout(top)
        column.addWidget(self.heads)
        column.addWidget(self.list, 1)

    def _connect(self) -> None:
        session = self.session
        self.line.written.connect(self.soon)
        self.line.returnPressed.connect(self.keep)
        self.solo.clicked.connect(self._soloed)
        self.clear.clicked.connect(self.let_go)
        self.heads.sorted_by.connect(self.sort)
        self.list.chosen.connect(self._select)
        self.list.entered_on.connect(self._follow)
        self.list.asked.connect(self._offer)
        session.moved.connect(self.soon)
        session.grew.connect(self.soon)
        session.changed.connect(self._changed)
        session.opened.connect(self._opened)

    # -- what is listed -------------------------------------------------------------------------------------

    def soon(self) -> None:
        """Look again in a moment."""
        if not self._timer.isActive():
            self._timer.start()

    def _opened(self) -> None:
        timeline = self.session.timeline
        self.packets = Packets(timeline) if timeline is not None else None
        self._told = None
        if not self.isVisible():
            self.model.show(None)  # hold no run that is not shown any more
        self._take_filter()
        self.soon()
        if (
            self.session.filter and self.session.chosen is None
        ):  # another future of the scene: choose again there
            self.refresh(choose=True)

    def _changed(self) -> None:
        if self.session.filter != self._seen:
            self._take_filter()
            self.refresh()
        self._show_state()
        self.soon()

    def _take_filter(self) -> None:
        """Show the filter in force, which may have been chosen elsewhere."""
        self._seen = self.session.filter
        if self.line.text() != self._seen:
            self.line.setText(self._seen)

    @property
    def soloed(self) -> bool:
        """Whether the picture keeps to what the line says."""
        return self.session.chosen is not None and self.session.filter == self._good

    def refresh(self, *, choose: bool = False) -> None:
        """List what fits now; what is kept to in the picture goes with it.

        Args:
            choose: keep to it from now on.
        """
        packets, session = self.packets, self.session
        kept = choose or self.soloed
        if packets is None or not (self.isVisible() or kept):
            return
        text, step = self.line.text().strip(), session.moment.step
        waits = self._cost_s > CHEAP_S or time.monotonic() - self._looked < MOVING_S
        if self.navigator.player.moving and waits and not (kept and follows_moment(text)):
            self.soon()
            return
        told = (packets.timeline.steps, step, text, self._sort, self._down)
        if told != self._told:
            began = time.monotonic()
            try:
                packets.choose(text, step, self._sort, down=self._down)
            except Refused as refused:
                self._refuse(refused)
                return
            self._told, self._good = told, text
            self._looked = time.monotonic()
            self._cost_s = self._looked - began
            self.model.show(packets)
            self.heads.update()
            self._show_selected()
        self._refuse(None)
        if kept and text:
            chosen = frozenset(packets.uids.tolist())
            if chosen != session.chosen or session.filter != text:
                self._seen = text
                session.choose(text, chosen)
        self._show_state()

    def _refuse(self, why: Refused | None) -> None:
        self.refusal.setText(str(why) if why is not None else "")
        self.refusal.setVisible(why is not None)
        self.line.show_wrong(wrong=why is not None)
        self._show_state()

    def _show_state(self) -> None:
        packets = self.packets
        all_of, here = (len(packets.table), len(packets.rows)) if packets is not None else (0, 0)
        every = f"{all_of:,}".replace(",", " ")
        some = f"{here:,}".replace(",", " ")
        if all_of == 0:
            said = "No packets yet."
        else:
            said = f"{every} packets" if here == all_of else f"{some} of {every} packets"
        self.count.setText(said)
        self.solo.setChecked(self.soloed)
        self.solo.setEnabled(bool(self.line.text().strip()))
        self.clear.setEnabled(bool(self.line.text()) or self.session.chosen is not None)
        note = "solo" if self.soloed else ""
        if note != self.note:
            self.note = note
            self.noted.emit()

    def _show_selected(self) -> None:
        selection, packets = self.session.selection, self.packets
        if selection is not None and packets is not None and selection.kind == "packet" and selection.uid:
            self.list.show_row(packets.row_of(selection.uid))

    def sort(self, key: str) -> None:
        """Sort by a column; again, the other way round. What is most interesting of times is the longest."""
        if key not in SORTS:
            return
        self._down = not self._down if key == self._sort else key == "latency"
        self._sort = key
        self.heads.show_sort(key, down=self._down)
        self.refresh()

    # -- what people do -------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Keep only what the line says in the picture; an empty line lets go."""
        if not self.line.text().strip():
            self.let_go()
            return
        self.refresh(choose=True)

    def _soloed(self) -> None:
        if self.session.chosen is not None and self.session.filter == self.line.text().strip():
            self._seen = ""
            self.session.choose("", None)
        else:
            self.keep()
        self._show_state()

    def let_go(self) -> None:
        """List and show all packets."""
        self.line.clear()
        self._seen = ""
        self.session.choose("", None)
        self.refresh()

    def _select(self, row: int) -> None:
        facts = self.model.facts(row)
        if facts is not None:
            self.session.select(Selection("packet", f"#{facts.uid}", facts.uid))

    def _follow(self, row: int) -> None:
        facts = self.model.facts(row)
        if facts is not None and self.session.followed != facts.uid:
            self.session.follow_packet(facts.uid)

    def _offer(self, row: int, place: QPoint) -> None:
        menu = self.menu(row)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def menu(self, row: int) -> QMenu:
        """What a right click on a row offers."""
        menu, facts = QMenu(self), self.model.facts(row)
        if facts is None:
            return menu
        uid = facts.uid
        menu.addAction("Follow it").triggered.connect(lambda: self.session.follow_packet(uid))
        menu.addAction("Go to its first step").triggered.connect(lambda: self._go(uid, 0))
        menu.addAction("Go to its last step").triggered.connect(lambda: self._go(uid, -1))
        menu.addAction("Keep to its flow, or not").triggered.connect(lambda: self.session.solo_packet(uid))
        return menu

    def _go(self, uid: int, which: int) -> None:
        timeline = self.session.timeline
        steps = timeline.path(uid) if timeline is not None else ()
        if len(steps):
            self._select(self.packets.row_of(uid) if self.packets is not None else -1)
            self.navigator.see(int(steps[which]))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._told = None
        self.refresh()
