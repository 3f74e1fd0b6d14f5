"""Any path of the results over simulated time: type it, or ask for it at a counter; several stand together.

Curves are neutral and told apart by their dashes and labels; only what is about one flow wears its colour, and only
losses are red. Each fills the height, or all have one scale.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout
from typing_extensions import override

from engine.results.series import paths
from engine.scenario.errors import Refused
from engine.scenario.units import format_ns
from viewer.chrome.completion import Suggestions, fitting
from viewer.chrome.leaving import Leaving
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button, Dress
from viewer.chrome.wrapped import WrappedLabel
from viewer.lasting import Lasting
from viewer.navigator import Navigator
from viewer.panels.counters_values import Histories
from viewer.panels.packets_marks import letters
from viewer.panels.plot_chart import Chart, Drawn
from viewer.panels.plot_curves import curve, flow_of, is_lost
from viewer.panels.plot_rows import Plotted, last_key, plotted_row
from viewer.panels.scrolled import Scrolled
from viewer.panels.sheet import PAD, Cell, Row, Sheet, mono, words
from viewer.session import Session
from viewer.theme.fonts import Type
from viewer.theme.tokens import FlowInk, FlowPart, Ink, Role

REFRESH_MS = 100
REFUSAL_LINES = 6
QWIDGETSIZE_MAX = 16_777_215
"""Qt's word for no limit."""

LEGEND_SHARE = 0.42
"""How much of the height the rows below the chart may take before they scroll."""

_NEUTRAL = (Role.TEXT, Role.TEXT_SECONDARY)
_OFFERS = ("sockets[0].queued", "packets.in_flight", "packets.delivered", "softnet_stat[cpu=0].processed")


class PlotPanel(QFrame):
    """The panel. Signal: `noted` when its title's words are others.

    Attributes:
        line: where a path is typed.
        note: at which time the values in the rows stand.
    """

    noted = Signal()

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.navigator, self.look = session, navigator, look
        self.note = ""
        self.setProperty("kind", "panel")
        self.setAccessibleName("Plot")
        self._plotted: list[Plotted] = []
        self._histories = Histories(session.lasting)
        self._known: Lasting[tuple[str, ...]] = Lasting(session.lasting)
        self.line = QLineEdit()
        self.line.setPlaceholderText("snmp.Udp.InDatagrams")
        self.line.setAccessibleName("A path to plot")
        self.line.setToolTip("A path of the results, or an expression; Enter plots it")
        self._complete()
        self.refusal = WrappedLabel(self.look, Type.SMALL, Role.TEXT_SECONDARY, REFUSAL_LINES)
        self.refusal.hide()
        self.one_scale = Button(look, "one scale", dress=Dress.SEGMENT, kind=Type.SMALL)
        self.one_scale.setCheckable(True)
        self.one_scale.setToolTip("One scale for all, or each its own height")
        self.fit = Button(look, "fit", dress=Dress.SEGMENT, kind=Type.SMALL)
        self.fit.setToolTip("Show all of the run")
        self.chart = Chart(look)
        self.sheet = Sheet(look, "Plotted")
        self.legend = Scrolled()
        self.legend.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._connect()
        self.refresh()

    def _lay(self) -> None:
        self.legend.setWidget(self.sheet)
        self.legend.setWidgetResizable(True)
        self.legend.setFrameShape(QScrollArea.Shape.NoFrame)
        self.legend.setProperty("kind", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        top = QHBoxLayout()
        top.setContentsMargins(int(PAD), 2, int(PAD), 0)
        top.setSpacing(4)
        top.addWidget(self.line, 1)
        top.addWidget(self.one_scale)
        top.addWidget(self.fit)
        column.addLayout(top)
        said = QHBoxLayout()
        said.setContentsMargins(int(PAD), 0, int(PAD), 0)
        said.addWidget(self.refusal)
        column.addLayout(said)
        column.addWidget(self.chart, 1)
        column.addWidget(self.legend)
        self._column = column

    def _complete(self) -> None:
        self._paths: tuple[str, ...] = ()
        Leaving(self.line, self._take_back)
        self.suggestions = Suggestions(self.line, self._names, self.look)
        self.suggestions.taken.connect(self._picked)
        self.line.textEdited.connect(self._take_back)
        self.line.returnPressed.connect(self._entered)

    def _connect(self) -> None:
        session = self.session
        session.moved.connect(self.soon)
        session.grew.connect(self.soon)
        session.changed.connect(self.soon)
        session.opened.connect(self.soon)
        self.look.changed.connect(self._restyle)
        self.chart.scrubbed.connect(lambda time: self.navigator.scrub(round(time)))
        self.chart.pointed.connect(self._tell)
        self.one_scale.toggled.connect(self._rescale)
        self.fit.clicked.connect(self.chart.fit)

    # -- what is plotted --------------------------------------------------------------------------------------

    def texts(self) -> list[str]:
        """What is plotted, in order."""
        return [one.text for one in self._plotted]

    def add(self, text: str) -> bool:
        """Plot a path or an expression; False, and a sentence below the line, when it cannot be."""
        text = text.strip()
        timeline = self.session.timeline
        if not text or timeline is None or text in self.texts():
            return bool(text) and text in self.texts()
        try:
            curve(timeline, self._histories.of(timeline, text))
        except Refused as refused:
            self.refusal.say(str(refused))
            self.refusal.show()
            return False
        self.refusal.hide()
        taken = {one.slot for one in self._plotted}
        slot = next(number for number in range(len(taken) + 1) if number not in taken)
        self._plotted.append(Plotted(text, slot, Lasting(self.session.lasting)))
        self.refresh()
        return True

    def remove(self, text: str) -> None:
        """Plot something no longer."""
        self._plotted = [one for one in self._plotted if one.text != text]
        self.refresh()

    def _entered(self) -> None:
        if self.add(self.line.text()):
            self.line.clear()

    def _picked(self, finish: bool) -> None:
        """A path alone is plotted as soon as it is picked; one in an expression is gone on with."""
        if finish and self.line.text() in self._paths:
            self._entered()

    def _take_back(self) -> None:
        self.refusal.hide()

    def _names(self, word: str) -> list[str]:
        timeline = self.session.timeline
        if timeline is None:
            return []
        known = (timeline, timeline.steps.bit_length(), timeline.complete)
        self._paths = self._known.of(known, lambda: tuple(paths(timeline)))
        return fitting(word, self._paths)

    def _rescale(self, shared: bool) -> None:
        self.chart.shared = shared
        self.refresh()

    # -- showing it -------------------------------------------------------------------------------------------

    def soon(self) -> None:
        """Refresh in a moment, at most ten times a second."""
        if not self._timer.isActive():
            self._timer.start()

    def _restyle(self) -> None:
        self.chart.dress()
        self.refresh()

    def refresh(self) -> None:
        """Draw what is known now, and tell the values."""
        timeline = self.session.timeline
        self.chart.setVisible(bool(self._plotted))
        for button in (self.one_scale, self.fit):
            button.setVisible(bool(self._plotted))
        if timeline is not None and self.isVisible():
            for one in self._plotted:
                self._follow(one)
            drawn = [
                Drawn(last_key(one.text), one.curve, self._ink(one), one.slot)
                for one in self._plotted
                if one.curve is not None
            ]
            self.chart.draw(tuple(drawn), float(timeline.until))
            self.chart.show_time(float(self.session.moment.time_ns))
        self._tell()

    def _follow(self, one: Plotted) -> None:
        """Bring a curve to the end of what is known; what means nothing yet may do so later."""
        timeline = self.session.timeline
        if timeline is None:
            return
        if not one.made.changed((timeline, timeline.steps, timeline.complete)):
            return
        try:
            one.curve, one.why_not = curve(timeline, self._histories.of(timeline, one.text)), ""
        except Refused as refused:
            one.curve, one.why_not = None, str(refused)

    def _ink(self, one: Plotted) -> Ink:
        timeline = self.session.timeline
        if is_lost(one.text):
            return Role.LOST
        flow = flow_of(one.text)
        if flow and timeline is not None:
            known = {timeline.label(uid): letter for uid, letter in letters(timeline).items()}
            if known.get(flow, -1) >= 0:
                return FlowInk(known[flow], FlowPart.EDGE)
        return _NEUTRAL[one.slot % len(_NEUTRAL)]

    def _tell(self) -> None:
        """The rows below: values under the mouse, else at the playhead."""
        pointer = self.chart.pointer
        time = float(self.session.moment.time_ns) if pointer is None else pointer
        note = f"at {format_ns(round(time), 3)}" if self._plotted and self.session.has_steps else ""
        room = self.width() - 2.0 * PAD
        rows = [
            plotted_row(self.look, one, self._ink(one), time, room, self._remover(one.text))
            for one in self._plotted
        ]
        self.sheet.show_rows(rows or self._empty())
        if self._plotted:
            self.legend.setFixedHeight(min(self.sheet.minimumHeight(), round(self.height() * LEGEND_SHARE)))
        else:
            self.legend.setMinimumHeight(0)
            self.legend.setMaximumHeight(QWIDGETSIZE_MAX)  # all that is below the line: it stays at the top
        self._column.setStretchFactor(self.legend, 0 if self._plotted else 1)
        if note != self.note:
            self.note = note
            self.noted.emit()

    def _remover(self, text: str) -> Callable[[], None]:
        return lambda: self.remove(text)

    def _empty(self) -> list[Row]:
        """What stands there before anything is plotted."""
        timeline = self.session.timeline
        rows = [
            Row((Cell((words(sentence, Role.TEXT_TERTIARY),)),))
            for sentence in ("Nothing is plotted yet.", "Type a path above, or right click a counter.")
        ]
        known = set(paths(timeline)) if timeline is not None else set()
        for path in _OFFERS:
            if path in known:
                rows.append(Row((Cell((mono(path, Role.TEXT),), do=self._adder(path)),), height=24.0))
        return rows

    def _adder(self, path: str) -> Callable[[], None]:
        def plot() -> None:
            self.add(path)

        return plot

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
