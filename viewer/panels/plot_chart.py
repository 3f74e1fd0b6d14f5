"""The chart of a plot: curves over simulated time, the playhead that may be dragged, a crosshair under the mouse.

It draws what it is given; which curves there are is the panel's. The wheel zooms time at the pointer, dragging pans,
a click goes to a time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout
from typing_extensions import override

from engine.scenario.units import format_ns
from viewer.chrome.look import Look
from viewer.panels.counters_values import written
from viewer.panels.plot_axis import TimeAxis, ValueAxis
from viewer.panels.plot_curves import Curve, points, scaled
from viewer.panels.sheet import PAD
from viewer.theme.fonts import Face, Type, font, ui_line_px
from viewer.theme.tokens import Ink, Role

SHORTEST_NS = 100.0
DASHES: tuple[tuple[float, ...], ...] = ((), (6, 3), (2, 2), (8, 3, 2, 3), (12, 4), (1, 3))
"""Dash patterns by slot, in px; curves that are shown together differ by them."""


class Drawn(NamedTuple):
    """A curve as it is drawn.

    Attributes:
        label: what stands at its end.
        curve: its values.
        ink: its colour.
        slot: which dash pattern it has.
    """

    label: str
    curve: Curve
    ink: Ink
    slot: int


def pen(look: Look, ink: Ink, slot: int) -> QPen:
    """The pen of a curve: 1 px, in the pattern of its slot."""
    made = QPen(look.colour(ink), 1.0)
    made.setCosmetic(True)
    dashes = DASHES[slot % len(DASHES)]
    if dashes:
        made.setDashPattern(list(dashes))
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


class Chart(QFrame):
    """The chart.

    Signals: `scrubbed` a time was dragged or clicked to (ns); `pointed` the mouse is over a time, or over none.

    Attributes:
        shared: whether all curves have one scale; else each fills the height.
        pointer: the time under the mouse; None while it is elsewhere.
    """

    scrubbed = Signal(float)
    pointed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setProperty("kind", "panel")
        self.shared = False
        self.pointer: float | None = None
        self._end = 1.0
        self._drawn: tuple[Drawn, ...] = ()
        self._whole = True
        self.times, self.levels = TimeAxis(look), ValueAxis(look)
        self.view: Any = pg.PlotWidget(axisItems={"bottom": self.times, "left": self.levels})
        self.view.setAccessibleName("Plot")
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot: Any = self.view.getPlotItem()
        self.box: Any = self.plot.getViewBox()
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setContentsMargins(0, 4, 0, 0)
        self.box.setMouseEnabled(x=True, y=False)
        self.box.setDefaultPadding(0.0)
        self.box.disableAutoRange()
        self._curves: list[Any] = []
        self._labels: list[Any] = []
        self.playhead: Any = pg.InfiniteLine(angle=90, movable=True)
        self.crosshair: Any = pg.InfiniteLine(angle=90, movable=False)
        self.told: Any = pg.TextItem("", anchor=(0, 0))
        for item, z in ((self.playhead, 30), (self.crosshair, 20), (self.told, 40)):
            item.setZValue(z)
            self.plot.addItem(item, ignoreBounds=True)
        self.crosshair.hide()
        self.told.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(int(PAD), 0, int(PAD), 0)
        column.addWidget(self.view)
        self._connect()
        self.dress()

    def _connect(self) -> None:
        self.playhead.sigDragged.connect(lambda line: self.scrubbed.emit(max(float(line.value()), 0.0)))
        self.box.sigXRangeChanged.connect(self._ranged)
        self.box.sigResized.connect(self._ranged)
        self.view.scene().sigMouseMoved.connect(self._hover)
        self.view.scene().sigMouseClicked.connect(self._click)
        self.view.viewport().installEventFilter(self)

    def dress(self) -> None:
        """Wear the colours and the text size in force."""
        look = self.look
        self.view.setBackground(look.colour(Role.PANEL))
        for axis in (self.times, self.levels):
            axis.dress()
        self.playhead.setPen(pg.mkPen(look.colour(Role.PLAYHEAD), width=1))
        self.playhead.setHoverPen(pg.mkPen(look.colour(Role.PLAYHEAD), width=2))
        self.crosshair.setPen(pen(look, Role.CONTROL, 2))
        self.told.setFont(font(Type.MICRO, Face.MONO, 500))
        self.told.setColor(look.colour(Role.TEXT))
        self.told.fill = pg.mkBrush(look.colour(Role.RAISED))
        self.told.border = pg.mkPen(look.colour(Role.LINE_STRONG), width=1)
        self.draw(self._drawn, self._end)

    # -- what is drawn --------------------------------------------------------------------------------------

    def draw(self, drawn: tuple[Drawn, ...], end: float) -> None:
        """Show these curves of a run that is known up to a time."""
        self._drawn, self._end = drawn, max(end, SHORTEST_NS)
        for item in self._curves[len(drawn) :] + self._labels[len(drawn) :]:
            self.plot.removeItem(item)
        del self._curves[len(drawn) :], self._labels[len(drawn) :]
        while len(self._curves) < len(drawn):
            line = pg.PlotCurveItem(antialias=True)
            words = pg.TextItem("", anchor=(1, 0.5))
            words.textItem.document().setDocumentMargin(1.0)
            words.setZValue(10)
            for item in (line, words):
                self.plot.addItem(item, ignoreBounds=True)
            self._curves.append(line)
            self._labels.append(words)
        self.box.setLimits(
            xMin=0.0, xMax=self._end, minXRange=min(SHORTEST_NS, self._end), maxXRange=self._end
        )
        self.plot.showAxis("left", self.shared)
        if self._whole:
            self.fit()
        else:
            self._redraw()

    def fit(self) -> None:
        """Show all of the run."""
        self.box.setXRange(0.0, self._end, padding=0.0)
        self._whole = True
        self._redraw()

    def _ranged(self, *_: object) -> None:
        start, end = self.span
        self._whole = start <= 0.0 and end >= self._end
        self._redraw()

    @property
    def span(self) -> tuple[float, float]:
        """The times at the left and the right edge."""
        start, end = self.box.viewRange()[0]
        return float(start), float(end)

    def _bounds(self, one: Drawn) -> tuple[float, float]:
        """The values that are at the foot and at the top of a curve's scale."""
        if not self.shared:
            return one.curve.low, one.curve.high
        return min(each.curve.low for each in self._drawn), max(each.curve.high for each in self._drawn)

    def _redraw(self) -> None:
        """Draw what is in sight."""
        if not self._drawn:
            return
        start, end = self.span
        columns = max(int(self.box.width()), 1)
        low, high = self._bounds(self._drawn[0]) if self.shared else (0.0, 1.0)
        pad = (high - low or 1.0) * 0.06
        self.box.setYRange(low - pad, high + pad, padding=0.0)
        for one, line in zip(self._drawn, self._curves, strict=True):
            xs, ys = points(one.curve, start, end, columns)
            if not self.shared:
                ys = scaled(ys, one.curve.low, one.curve.high)
            line.setData(xs, ys, connect="finite", pen=pen(self.look, one.ink, one.slot))
        self._place_labels(end, low - pad, high + pad)

    def _place_labels(self, end: float, low: float, high: float) -> None:
        """Write what each curve is at its right end, none upon another."""
        height = max(float(self.box.height()), 1.0)
        apart = (ui_line_px(Type.MICRO) + 2.0) * (high - low) / height
        wanted = []
        for place, one in enumerate(self._drawn):
            value = one.curve.at(min(end, one.curve.end))
            ends = np.array([np.nan if value is None else value])
            at = ends if self.shared else scaled(ends, one.curve.low, one.curve.high)
            wanted.append((float(np.nan_to_num(at[0], nan=low)), place))
        for y, (_, place) in zip(
            _spread([y + apart * 0.6 for y, _ in sorted(wanted)], apart, low, high),
            sorted(wanted),
            strict=True,
        ):
            one, words = self._drawn[place], self._labels[place]
            words.setText(one.label)
            words.setFont(font(Type.MICRO, Face.MONO, 500))
            words.setColor(self.look.colour(one.ink))
            words.fill = pg.mkBrush(self.look.colour(Role.PANEL))
            words.setPos(end, y)

    def show_time(self, time: float) -> None:
        """Put the playhead somewhere."""
        if not self.playhead.moving:
            self.playhead.setValue(time)

    # -- the mouse --------------------------------------------------------------------------------------------

    def _hover(self, place: QPointF) -> None:
        inside = self.box.sceneBoundingRect().contains(place) and bool(self._drawn)
        time = float(self.box.mapSceneToView(place).x()) if inside else None
        self.point_at(time)

    def point_at(self, time: float | None) -> None:
        """Put the crosshair on a time, or away."""
        self.pointer = time
        self.crosshair.setVisible(time is not None)
        self.told.setVisible(time is not None)
        if time is not None:
            start, end = self.span
            self.crosshair.setValue(time)
            self.told.setAnchor((1.04, 0.0) if time > (start + end) / 2.0 else (-0.04, 0.0))
            self.told.setText("\n".join([format_ns(round(time), 3), *self._values(time)]))
            self.told.setPos(time, self.box.viewRange()[1][1])
        self.pointed.emit()

    def _values(self, time: float) -> list[str]:
        return [f"{number(one.curve.at(time))} {one.label}" for one in self._drawn]

    def _click(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._drawn:
            place = event.scenePos()
            if self.box.sceneBoundingRect().contains(place):
                self.scrubbed.emit(max(float(self.box.mapSceneToView(place).x()), 0.0))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.point_at(None)
        return super().eventFilter(watched, event)


def _spread(wanted: list[float], apart: float, low: float, high: float) -> list[float]:
    """Heights near those wanted, in rising order, that stay apart and between two edges as far as they can."""
    made: list[float] = []
    for y in wanted:
        made.append(max(y, made[-1] + apart if made else low + apart / 2.0))
    ceiling = high - apart / 2.0
    for place in range(len(made) - 1, -1, -1):
        made[place] = min(made[place], ceiling)
        ceiling = made[place] - apart
    return made


def number(value: float | None) -> str:
    """A value of a curve as it is shown."""
    return written(None if value is None else int(value) if value.is_integer() else value)
