"""Latency: how long readings took, which packets a bar has, and what was different about them.

A bar of the histogram is a choice of packets: they stand out in the picture, and their filter is a filter that can be
typed. Below it stand the stations where they were longer than the median packet, and the slowest of them; a click on
one goes to the end of its longest wait. With nothing chosen that is told of the slowest hundredth.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout
from typing_extensions import override

from engine.narration import packet_name
from engine.scenario.units import format_ns
from viewer.chrome.look import Look
from viewer.chrome.widgets import Segments
from viewer.navigator import Navigator
from viewer.panels.latency_chart import LatencyChart
from viewer.panels.latency_data import Readings
from viewer.panels.latency_rows import sentence, slow_row, stage_rows, title, waterfall
from viewer.panels.latency_stages import Stages, Wait
from viewer.panels.latency_told import NOTHING, Told, choice, tell
from viewer.panels.packets_marks import letters
from viewer.panels.scrolled import Scrolled
from viewer.panels.sheet import PAD, Row, Sheet
from viewer.panels.story import story
from viewer.panels.subject import exists
from viewer.session import Selection, Session
from viewer.theme.tokens import flow_code

REFRESH_MS = 66
GROWING_MS = 500


class LatencyPanel(QFrame):
    """The panel. Signal: `noted` when its title's words are others.

    Attributes:
        note: how many readings there are.
        histogram: the chart.
    """

    noted = Signal()

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.navigator, self.look = session, navigator, look
        self.note = ""
        self.setProperty("kind", "panel")
        self.setAccessibleName("Latency")
        self.flow = 0
        self._readings: Readings | None = None
        self._stages: Stages | None = None
        self._letters: dict[int, int] = {}
        self._filter = ""
        self._told: tuple[object, Told | None] = (None, None)
        self._key: object = None
        self._again = False
        self.flows: Segments | None = None
        self._offered: tuple[int, ...] = ()
        self.histogram = LatencyChart(look)
        self.sheet = Sheet(look, "Latency")
        self._lay()
        self._timer, self._growing = QTimer(self), QTimer(self)
        for timer, pause in ((self._timer, REFRESH_MS), (self._growing, GROWING_MS)):
            timer.setSingleShot(True)
            timer.setInterval(pause)
            timer.timeout.connect(self.refresh)
        self.histogram.chosen.connect(self._choose)
        session.changed.connect(self._changed)
        session.grew.connect(self._grew)
        session.opened.connect(self._opened)
        look.changed.connect(self._restyle)
        self._opened()

    def _lay(self) -> None:
        inside = QFrame()
        inside.setProperty("kind", "panel")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self.histogram)
        rows.addWidget(self.sheet, 1)
        scroll = Scrolled()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setProperty("kind", "panel")
        self._top = QHBoxLayout()
        self._top.setContentsMargins(int(PAD), 2, int(PAD), 0)
        self._top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._top)
        column.addWidget(scroll, 1)

    # -- when to look again -----------------------------------------------------------------------------------

    def _opened(self) -> None:
        timeline = self.session.timeline
        self._readings = Readings(timeline) if timeline is not None else None
        self._stages = Stages(timeline) if timeline is not None else None
        self._letters, self._told, self._key = {}, (None, None), None
        if not self.session.same_scene:
            self.flow = 0
            self.histogram.first = self.histogram.last = -1
        self._again = self.histogram.range is not None
        self._timer.start()

    def _changed(self) -> None:
        if self.histogram.range is not None and self.session.filter != self._filter:
            self._filter = self.session.filter  # something else was chosen elsewhere
            self.histogram.first = self.histogram.last = -1
            self.histogram.update()
        if not self._timer.isActive():
            self._timer.start()

    def _grew(self) -> None:
        if not self._growing.isActive():
            self._growing.start()

    def _restyle(self) -> None:
        self._key = None
        if not self._timer.isActive():
            self._timer.start()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restyle()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._key = None
        self.refresh()

    def refresh(self) -> None:
        """Count what is new, and tell it, if anybody looks."""
        readings, timeline = self._readings, self.session.timeline
        if readings is None or timeline is None or not self.isVisible():
            return
        selection = self.session.selection
        many = len(timeline.samples)
        key = (many, timeline.complete, self.flow, self.histogram.range, selection, self.sheet.room)
        if key == self._key and not self._again:
            return
        self._key = None if self._again else key
        if len(self._letters) == 0 or not timeline.complete:
            self._letters = letters(timeline)
        self._offer_flows(readings)
        self.histogram.show_histogram(readings.histogram(self.flow), self._letters)
        if self._again:  # another future of the scene: choose there what was chosen
            self._again = False
            self._choose()
            return
        self.histogram.show_mark(self._mark())
        self.histogram.setVisible(many > 0)
        self.sheet.show_rows(self.rows())
        shown = len(readings.rows(self.flow))
        note = f"{shown:,} {'reading' if shown == 1 else 'readings'}".replace(",", " ") if many else ""
        if note != self.note:
            self.note = note
            self.noted.emit()

    # -- flows --------------------------------------------------------------------------------------------------

    def _offer_flows(self, readings: Readings) -> None:
        """A word for each flow that was read from, once there are two."""
        offered = readings.histogram().flows
        if offered == self._offered:
            return
        self._offered = offered
        if self.flows is not None:
            self._top.removeWidget(self.flows)
            self.flows.hide()
            self.flows.deleteLater()
            self.flows = None
        if len(offered) < 2:
            return
        choices = [("0", "all", "Readings of all flows")]
        for uid in offered[:8]:
            letter = self._letters.get(uid, -1)
            name = readings.timeline.label(uid)
            choices.append((str(uid), flow_code(letter) if letter >= 0 else name, f"Readings of {name}"))
        self.flows = Segments(self.look, choices, "Flow")
        self.flows.chosen.connect(lambda key: self.show_flow(int(key)))
        self._top.insertWidget(0, self.flows)
        self.flows.choose(str(self.flow) if self.flow in offered else "0")

    def show_flow(self, flow: int) -> None:
        """Show one flow's readings, or (0) all."""
        self.flow = flow
        if self.flows is not None:
            self.flows.choose(str(flow))
        self.histogram.pick(-1, -1)
        self._key = None
        self.refresh()

    def _mark(self) -> tuple[int, int] | None:
        """The selected packet's longest reading, and its flow's letter."""
        timeline, selection, flows = self.session.timeline, self.session.selection, self.session.flows
        if timeline is None or flows is None or selection is None or selection.kind != "packet":
            return None
        frame = int(timeline.frame_of(selection.uid))
        mine = timeline.samples["latency"][timeline.samples["frame"] == frame]
        return (int(mine.max()), self._letters.get(flows.flow_of(frame), -1)) if len(mine) else None

    # -- choosing -----------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        """Bring out the packets of the bars."""
        bounds = self.histogram.range
        if bounds is None or self._readings is None:
            self._filter = ""
            self.session.choose("", None)
        else:
            letter = self._letters.get(self.flow, -1)
            name = flow_code(letter) if letter >= 0 else ""
            self._filter, packets = choice(self._readings, self.flow, name, *bounds)
            self.session.choose(self._filter, packets)
        self.refresh()

    # -- rows -----------------------------------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """What stands below the histogram."""
        readings = self._readings
        if readings is None or len(readings.timeline.samples) == 0:
            return sentence("Nobody has read anything yet.", self.sheet.room)
        told = self._told_now(readings)
        bounds = self.histogram.range
        rows: list[Row] = []
        if bounds is None:
            rows.append(title("Slowest hundredth", f"{told.many} of {len(readings.rows(self.flow))}"))
            rows += sentence("Choose bars: their packets stand out in the picture.", self.sheet.room)
        else:
            packets = f"{told.packets} {'packet' if told.packets == 1 else 'packets'}"
            rows.append(
                title(
                    f"{packets}, {format_ns(bounds[0])} to {format_ns(bounds[1])}",
                    "clear",
                    lambda: self.histogram.pick(-1, -1),
                )
            )
            if told.packets > len(self.session.chosen or ()):
                rows += sentence(
                    "Some are further readings; the picture shows packets by their first one.",
                    self.sheet.room,
                )
        rows += self._way()
        rows += self._against(told)
        rows.append(title("The slowest"))
        return rows + [self._slow(*one) for one in told.slowest]

    def _against(self, told: Told) -> list[Row]:
        if told.stages is None:
            return sentence(
                "Their steps are not in the record, so their stages are not known.", self.sheet.room
            )
        rows = stage_rows(told.stages)
        if not rows:
            return sentence("Their stages are those of the median packet.", self.sheet.room)
        return [title("Their stages against the median's"), *rows]

    def _told_now(self, readings: Readings) -> Told:
        """What is told of the bars, or of the slowest hundredth; kept until either is another."""
        bounds = self.histogram.range
        key = (readings, len(readings.timeline.samples), self.flow, bounds)
        known = self._told[1]
        if self._stages is not None and (known is None or key != self._told[0]):
            known = tell(readings, self._stages, self.flow, bounds)
            self._told = (key, known)
        return known if known is not None else NOTHING

    def _slow(self, frame: int, flow: int, latency: int, wait: Wait | None) -> Row:
        timeline = self.session.timeline
        recorded = timeline is not None and exists(timeline, frame)
        return slow_row(
            self.look,
            self._name(frame),
            self._letters.get(flow, -1),
            latency,
            wait,
            self._shower(frame, wait) if recorded else None,
            self._menu(frame, wait) if recorded else None,
            room=self.sheet.room,
        )

    def _name(self, frame: int) -> str:
        timeline = self.session.timeline
        return packet_name(timeline, frame) if timeline is not None else f"frame #{frame}"

    def _way(self) -> list[Row]:
        """The selected packet's stations, one after the other."""
        timeline, selection, mark = self.session.timeline, self.session.selection, self._mark()
        if timeline is None or selection is None or mark is None:
            return []
        frame = int(timeline.frame_of(selection.uid))
        mine = timeline.samples[timeline.samples["frame"] == frame]
        told = story(timeline, frame, int(mine["step"][mine["latency"].argmax()]))
        rows = waterfall(self.look, told.stretches, max(told.total_ns, 1), mark[1])
        return [title(f"Packet {packet_name(timeline, frame)}", format_ns(mark[0], 2)), *rows]

    # -- what a packet's row does -----------------------------------------------------------------------------------

    def show_packet(self, frame: int, wait: Wait | None) -> None:
        """Select a packet and go to the end of its longest wait."""
        self.session.select(Selection("packet", f"#{frame}", frame))
        if wait is not None:
            self.navigator.see(wait.end)

    def play(self, frame: int, wait: Wait) -> None:
        """Select a packet and play from the beginning of its longest wait."""
        self.session.select(Selection("packet", f"#{frame}", frame))
        self.navigator.see(wait.begin)
        player = self.navigator.player
        if not player.moving:
            player.toggle_play()

    def _shower(self, frame: int, wait: Wait | None) -> Callable[[], None]:
        return lambda: self.show_packet(frame, wait)

    def _menu(self, frame: int, wait: Wait | None) -> Callable[[QPoint], None]:
        def show(place: QPoint) -> None:
            menu = self.menu(frame, wait)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(place)

        return show

    def menu(self, frame: int, wait: Wait | None) -> QMenu:
        """What a right click on a packet offers."""
        menu = QMenu(self)
        if wait is not None:
            menu.addAction(f"Go to the end of its {wait.word}").triggered.connect(self._shower(frame, wait))
            menu.addAction(f"Play it from the beginning of its {wait.word}").triggered.connect(
                lambda: self.play(frame, wait)
            )
        menu.addAction("Follow it").triggered.connect(lambda: self.session.follow_packet(frame))
        return menu
