"""The histogram of latencies: bars by flow on a log axis, rules at the percentiles, bars that can be chosen.

A click chooses a bar, dragging a range of bars; with the keyboard Left and Right go from bar to bar, Shift widens, Esc
lets go. The selected packet stands on the axis as its flow's mark.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from engine.scenario.units import format_ns
from viewer.chrome.look import Look
from viewer.panels.latency_data import Histogram
from viewer.panels.packets_marks import paint_mark
from viewer.panels.sheet import PAD, beside
from viewer.theme.fonts import Face, Type, font, ui_line_px, ui_room, ui_scaled, ui_width
from viewer.theme.tokens import FlowInk, FlowPart, Role

HEIGHT = 164
BARS = 78
"""Of it, the room of the bars, at a text scale of 100 %."""

_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape, Qt.Key.Key_Home, Qt.Key.Key_End)


class Rule(NamedTuple):
    """A labelled line at a latency."""

    label: str
    ns: int


class LatencyChart(QWidget):
    """The histogram. Signal: `chosen` when other bars are chosen, or none.

    Attributes:
        histogram: what is shown; None before anything is known.
        first, last: the bars that are chosen; -1 for none.
    """

    chosen = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.histogram: Histogram | None = None
        self.letters: dict[int, int] = {}
        self.first = self.last = -1
        self.mark: tuple[int, int] | None = None
        self._anchor = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Histogram of latencies")
        look.changed.connect(self._resized)
        self._resized()

    def _resized(self) -> None:
        self.setFixedHeight(ui_scaled(HEIGHT))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(ui_room(300), ui_scaled(HEIGHT))

    def show_histogram(self, histogram: Histogram, letters: dict[int, int]) -> None:
        """Show another histogram; what was chosen stays if its bars are still there."""
        old, self.histogram, self.letters = self.histogram, histogram, letters
        if old is not None and self.first >= 0 and not np.array_equal(old.edges, histogram.edges):
            self._keep(old)
        self._say()
        self.update()

    def _keep(self, old: Histogram) -> None:
        """Choose the bars that have what was chosen."""
        if self.histogram is None or len(self.histogram.edges) < 2:
            self.first = self.last = -1
            return
        low, high = int(old.edges[self.first]), int(old.edges[self.last + 1]) - 1
        ends = self.histogram.edges
        self.first = max(int(np.searchsorted(ends, low, "right")) - 1, 0)
        self.last = min(int(np.searchsorted(ends, high, "right")) - 1, len(ends) - 2)
        if self.last < self.first:
            self.first = self.last = -1

    def show_mark(self, mark: tuple[int, int] | None) -> None:
        """Show the selected packet: its latency in ns and its flow's letter."""
        if mark != self.mark:
            self.mark = mark
            self.update()

    def pick(self, first: int, last: int) -> None:
        """Choose bars; -1 and -1 lets go."""
        bars = len(self.histogram.edges) - 1 if self.histogram is not None else 0
        if bars <= 0 or first < 0:
            first = last = -1
        else:
            first, last = max(min(first, last), 0), min(max(first, last), bars - 1)
        if (first, last) != (self.first, self.last):
            self.first, self.last = first, last
            self._say()
            self.update()
            self.chosen.emit()

    @property
    def range(self) -> tuple[int, int] | None:
        """Latencies of the bars that are chosen, from and up to, in ns; None for none."""
        if self.histogram is None or self.first < 0:
            return None
        return int(self.histogram.edges[self.first]), int(self.histogram.edges[self.last + 1])

    def rules(self) -> list[Rule]:
        """The percentiles, in order; those that are the same share a rule."""
        told = self.histogram.told if self.histogram is not None else None
        if told is None:
            return []
        made: list[Rule] = []
        for label, ns in (("p50", told.p50), ("p99", told.p99), ("p99.9", told.p999), ("max", told.max)):
            if made and made[-1].ns == ns:
                made[-1] = Rule(f"{made[-1].label}, {label}", ns)
            else:
                made.append(Rule(label, ns))
        return made

    def _say(self) -> None:
        bounds = self.range
        said = ", ".join(f"{rule.label} {format_ns(rule.ns, 2)}" for rule in self.rules())
        if bounds is not None:
            said += f"; chosen: {format_ns(bounds[0])} to {format_ns(bounds[1])}"
        self.setAccessibleDescription(said)

    # -- places -----------------------------------------------------------------------------------------------

    @property
    def _bars(self) -> QRectF:
        top = self.height() - ui_scaled(BARS) - ui_line_px(Type.MICRO) - 12.0
        return QRectF(PAD, top, max(self.width() + beside(self) - 2.0 * PAD, 1.0), ui_scaled(BARS))

    def x_of(self, ns: float) -> float:
        """Where a latency is."""
        rect = self._bars
        if self.histogram is None or len(self.histogram.edges) < 2:
            return rect.left()
        low, high = np.log(self.histogram.edges[0]), np.log(self.histogram.edges[-1])
        return float(rect.left() + (np.log(max(ns, 1)) - low) / (high - low) * rect.width())

    def bar_at(self, x: float) -> int:
        """The bar at an x, the nearest one beside them; -1 with none."""
        if self.histogram is None or len(self.histogram.edges) < 2:
            return -1
        places = [self.x_of(edge) for edge in self.histogram.edges.tolist()]
        return min(max(int(np.searchsorted(places, x, "right")) - 1, 0), len(places) - 2)

    # -- painting ---------------------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.colour(Role.PANEL))
            if self.histogram is None or self.histogram.told is None:
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_choice(painter)
            self._paint_bars(painter, self.histogram)
            self._paint_axis(painter)
            self._paint_rules(painter)
            if self.mark is not None:
                x = min(max(self.x_of(self.mark[0]), PAD + 4.0), self._bars.right() - 4.0)
                paint_mark(painter, self.look, self.mark[1], x, self._bars.bottom())
            if self.hasFocus():
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                edge = 1.0 if beside(self) else 9.0
                ring = QRectF(self.rect()).adjusted(9.0, 1.0, -edge, -1.0)
                painter.drawRoundedRect(ring, 4.0, 4.0)

    def _paint_choice(self, painter: QPainter) -> None:
        bounds = self.range
        if bounds is None:
            return
        rect = self._bars
        left, right = self.x_of(bounds[0]), self.x_of(bounds[1])
        painter.setPen(QPen(self.look.colour(Role.SELECT), 1.0))
        painter.setBrush(self.look.colour(Role.RAISED))
        painter.drawRoundedRect(
            QRectF(left - 1.5, rect.top() - 2.5, right - left + 3.0, rect.height() + 3.0), 3.0, 3.0
        )

    def _paint_bars(self, painter: QPainter, histogram: Histogram) -> None:
        """Bars stacked by flow; one that has anything in it is at least 2 px high."""
        rect, totals = self._bars, histogram.totals
        most = float(totals.max())
        places = [round(self.x_of(edge)) for edge in histogram.edges.tolist()]
        painter.setPen(Qt.PenStyle.NoPen)
        for bar in np.flatnonzero(totals).tolist():
            left, right = places[bar], places[bar + 1]
            gap = 1.0 if right - left > 3.0 else 0.0
            height = max(float(totals[bar]) / most * rect.height(), 2.0)
            y = rect.bottom()
            for row, flow in enumerate(histogram.flows):
                part = height * float(histogram.counts[row, bar]) / float(totals[bar])
                if part > 0.0:
                    letter = self.letters.get(flow, -1)
                    ink = FlowInk(letter, FlowPart.FILL) if letter >= 0 else Role.CONTROL
                    painter.fillRect(QRectF(left, y - part, right - left - gap, part), self.look.colour(ink))
                    y -= part

    def _paint_axis(self, painter: QPainter) -> None:
        rect = self._bars
        painter.fillRect(
            QRectF(rect.left(), rect.bottom(), rect.width(), 1.0), self.look.colour(Role.LINE_STRONG)
        )
        painter.setFont(font(Type.MICRO, Face.UI, 500))
        painter.setPen(self.look.colour(Role.TEXT_TERTIARY))
        free = rect.left() - 1e9
        for ns in self._ticks():
            text, x = format_ns(ns), self.x_of(ns)
            width = ui_width(text, Type.MICRO, Face.UI, 500)
            left = min(max(x - width / 2.0, rect.left()), rect.right() - width)
            if left < free:
                continue
            painter.fillRect(QRectF(x, rect.bottom(), 1.0, 4.0), self.look.colour(Role.LINE_STRONG))
            place = QRectF(left, rect.bottom() + 7.0, width + 2.0, ui_line_px(Type.MICRO))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, text)
            free = left + width + 10.0

    def _ticks(self) -> list[int]:
        """Round latencies on the axis: the decades, and 2 and 5 of each where there are few."""
        if self.histogram is None or len(self.histogram.edges) < 2:
            return []
        low, high = int(self.histogram.edges[0]), int(self.histogram.edges[-1])
        powers = [10**n for n in range(len(str(high)) + 1)]
        decades = [ns for ns in powers if low <= ns <= high]
        if len(decades) > 2:
            return decades
        every = sorted(digit * power for power in powers for digit in (1, 2, 5))
        finer = [ns for ns in every if low <= ns <= high]
        return finer if len(finer) > 1 else [low, high]

    def _paint_rules(self, painter: QPainter) -> None:
        """Lines at the percentiles, their words above each other where they would meet."""
        rect, line = self._bars, float(ui_line_px(Type.MICRO))
        rows: list[float] = []
        words: list[tuple[QRectF, str]] = []
        painter.setPen(QPen(self.look.colour(Role.TEXT_SECONDARY), 1.0, Qt.PenStyle.DashLine))
        for rule in self.rules():
            x, text = self.x_of(rule.ns), f"{rule.label} {format_ns(rule.ns, 1)}"
            width = ui_width(text, Type.MICRO, Face.UI, 600)
            left = min(max(x - width / 2.0, rect.left()), rect.right() - width)
            row = next((row for row, free in enumerate(rows) if left >= free), len(rows))
            rows[row : row + 1] = [left + width + 8.0]
            place = QRectF(left, rect.top() - 6.0 - (row + 1) * line, width + 2.0, line)
            words.append((place, text))
            painter.drawLine(round(x), round(place.bottom()), round(x), round(rect.bottom()))
        painter.setFont(font(Type.MICRO, Face.UI, 600))
        painter.setPen(self.look.colour(Role.TEXT))
        for place, text in words:
            painter.fillRect(place, self.look.colour(Role.PANEL))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    # -- mouse and keyboard -------------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._anchor = self.bar_at(event.position().x())
            alone = self.first == self.last == self._anchor
            self.pick(*((-1, -1) if alone else (self._anchor, self._anchor)))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor >= 0:
            here = self.bar_at(event.position().x())
            if here != self._anchor or self.first >= 0:
                self.pick(self._anchor, here)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        bars = len(self.histogram.edges) - 1 if self.histogram is not None else 0
        if not bars:
            super().keyPressEvent(event)
            return
        wider = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Escape:
                self.pick(-1, -1)
            case Qt.Key.Key_Home:
                self.pick(*self._next_full(-1, 1))
            case Qt.Key.Key_End:
                self.pick(*self._next_full(bars, -1))
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                by = 1 if event.key() == Qt.Key.Key_Right else -1
                if wider and self.first >= 0:
                    self.pick(self.first, max(self.last + by, self.first))
                else:
                    from_bar = self.last if by > 0 else self.first
                    start = from_bar if from_bar >= 0 else (-1 if by > 0 else bars)
                    self.pick(*self._next_full(start, by))
            case _:
                super().keyPressEvent(event)

    def _next_full(self, bar: int, by: int) -> tuple[int, int]:
        """The next bar on a side that has anything in it; the outermost one stays."""
        if self.histogram is None:
            return (-1, -1)
        full = np.flatnonzero(self.histogram.totals)
        beyond = full[full > bar] if by > 0 else full[full < bar]
        at = int((beyond[0] if by > 0 else beyond[-1]) if len(beyond) else (full[-1] if by > 0 else full[0]))
        return at, at

    @override
    def event(self, event: QEvent) -> bool:
        plain = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
            and event.modifiers() in plain
        ):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told(self.bar_at(event.pos().x())), self)
            return True
        return bool(super().event(event))

    def told(self, bar: int) -> str:
        """What a bar has, in words; "" for none."""
        if self.histogram is None or bar < 0:
            return ""
        low, high = self.histogram.edges[bar : bar + 2].tolist()
        many = int(self.histogram.totals[bar])
        return f"{format_ns(low)} to {format_ns(high)}: {many} {'reading' if many == 1 else 'readings'}"
