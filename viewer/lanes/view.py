"""The timeline under the canvas: a lane a CPU, an overview, a ruler, sparklines, and the playhead.

Dragging over the lanes scrubs, over the ruler zooms, with Shift measures; the wheel zooms at the pointer; a click
on a slice goes to its beginning. The stretch of time that is shown is the view's, not the run's.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from engine.scenario.units import format_ns
from viewer.chrome.look import Look
from viewer.comparison import Comparison
from viewer.lanes.beside import Beside
from viewer.lanes.beside_pen import BesidePen
from viewer.lanes.contents import slice_of, slice_words
from viewer.lanes.forks import Forks
from viewer.lanes.gestures import Gesture, Measure, PanOverview, Scrub, ZoomRange
from viewer.lanes.layout import LanesLayout, lay_out
from viewer.lanes.marks import FORK_ASIDE, FORK_CLEAR, marks_of, paint_marks
from viewer.lanes.scale import TimeScale
from viewer.lanes.still import LanesStill, Looked
from viewer.lasting import Lasting
from viewer.navigator import Navigator
from viewer.session import Session
from viewer.theme.tokens import Role

WHEEL_NOTCH = 120
ZOOM_NOTCH = 1.25
FIRST_NS = 540_000
"""The stretch of a long run that is shown first; short enough to tell polls apart."""

GROW_MS = 120
"""A run that grows is painted anew no more often than this."""


class LanesView(QWidget):
    """The widget. Signal: `scale_changed`.

    Attributes:
        beside: what the lanes show of the future that is compared.
        forks: the changes that the ruler marks.
    """

    scale_changed = Signal()

    def __init__(
        self, session: Session, navigator: Navigator, look: Look, comparison: Comparison | None = None
    ) -> None:
        super().__init__()
        self.session, self.navigator, self.look = session, navigator, look
        self.beside, self.forks = Beside(comparison), Forks(session)
        self.still: LanesStill | None = None
        self.start_ns, self.end_ns = 0, 1_000
        self._whole, self._first = False, True
        self._by_keyboard = False
        self._shown: Lasting[None] = Lasting(session.lasting)
        self._compared: Lasting[None] = Lasting(session.lasting)
        self._pixmaps: tuple[QPixmap, QPixmap] | None = None
        self.gesture: Gesture | None = None
        self.measured: tuple[int, int] | None = None
        self._growing = QTimer(self)
        self._growing.setSingleShot(True)
        self._growing.setInterval(GROW_MS)
        self._growing.timeout.connect(self._grow)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline: what each CPU did")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        session.opened.connect(self._opened)
        session.grew.connect(self._grew)
        session.moved.connect(self._moved)
        session.changed.connect(self._changed)
        look.changed.connect(self.refresh)

    # -- what is shown --------------------------------------------------------------------------------------

    @property
    def layout_now(self) -> LanesLayout:
        """Rectangles at the present size."""
        series = len(self.still.series) if self.still is not None else 2
        size, percent, focus = self.size(), self.look.text_percent, self.session.focused_cpu
        return lay_out(
            size.width(), size.height(), self.cpus, series, focus, percent, beside=self.beside.on
        )  # fmt: skip

    @property
    def cpus(self) -> int:
        """How many lanes there should be."""
        timeline = self.session.timeline
        if timeline is None:
            return 4
        return int(timeline.facts.get("cpus") or 0) or max(timeline.cpus, default=0) + 1

    @property
    def scale(self) -> TimeScale:
        """The stretch of time over the lanes."""
        return self.layout_now.scale(self.start_ns, max(self.end_ns, self.start_ns + 1))

    @property
    def limit_ns(self) -> int:
        """How far the run is known, or the one that it is compared with, if that goes further."""
        mine = self.still.end_ns if self.still is not None else 1_000
        other = self.beside.timeline if self.beside.on else None
        return max(mine, int(other.until)) if other is not None else mine

    def show_range(self, scale: TimeScale) -> None:
        """Show another stretch of time."""
        self.start_ns, self.end_ns = scale.start_ns, scale.end_ns
        self._whole, self._first = scale.span_ns >= self.limit_ns, False
        self.scale_changed.emit()
        self.refresh()

    def fit(self) -> None:
        """Show the whole run."""
        self.show_range(self.scale.over(0, self.limit_ns, self.limit_ns))

    def refresh(self) -> None:
        """Paint everything anew."""
        self._pixmaps = None
        self.update()

    def _opened(self) -> None:
        timeline, events = self.session.timeline, self.session.events
        self.still = LanesStill(timeline, events) if timeline is not None and events is not None else None
        self.measured, self._whole, self._first = None, False, True
        self._grow()

    def _changed(self) -> None:
        """Most changes leave what stands still as it is."""
        session, other = self.session, self.beside.timeline
        shown = (session.focused_cpu, tuple(session.charted), self.beside.on, other)
        if not self._shown.changed(shown):
            if self._compared.changed((other, other.steps if other is not None else 0)):
                self._grew()
            self.update()
            return
        if self.still is not None:
            self.still.choose(session.charted)
        self.refresh()

    def _grew(self) -> None:
        if not self._growing.isActive():
            self._growing.start()

    def _grow(self) -> None:
        if self.still is None:
            return
        self.still.choose(self.session.charted)
        if self._first:
            self.start_ns, self.end_ns = 0, min(self.limit_ns, FIRST_NS)
        elif self._whole:
            self.start_ns, self.end_ns = 0, self.limit_ns
        self.refresh()

    def _moved(self) -> None:
        if self.gesture is None and not self._whole:
            followed = self.scale.following(self.session.moment.time_ns, self.limit_ns)
            if followed.start_ns != self.start_ns:
                self.show_range(followed)
        self.update()

    # -- painting -------------------------------------------------------------------------------------------

    @override
    def sizeHint(self) -> QSize:
        return QSize(1200, 208)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._pixmaps = None
        super().resizeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        layout, scale = self.layout_now, self.scale
        with QPainter(self) as painter:
            bright, dim = self._still_pixmaps(layout, scale)
            ahead = round(min(max(scale.x(self.session.moment.time_ns), layout.body.x), layout.body.right))
            painter.drawPixmap(QPoint(0, 0), bright)
            if self.still is None:
                return
            painter.setClipRect(ahead, 0, self.width() - ahead, self.height())
            painter.drawPixmap(QPoint(0, 0), dim)
            painter.setClipping(False)
            self._paint_live(BesidePen(painter, self.look.theme, layout), layout, scale)
            if self.hasFocus() and self._by_keyboard:
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _still_pixmaps(self, layout: LanesLayout, scale: TimeScale) -> tuple[QPixmap, QPixmap]:
        """What stands still, as it is before the playhead and, dimmed, after it."""
        if self._pixmaps is None:
            ratio = self.devicePixelRatioF()
            bright = QPixmap(self.size() * ratio)
            bright.setDevicePixelRatio(ratio)
            bright.fill(self.look.colour(Role.PANEL))
            if self.still is not None:
                with QPainter(bright) as painter:
                    pen = BesidePen(painter, self.look.theme, layout)
                    moment, focused = self.session.moment, self.session.focused_cpu
                    taken = marks_of(pen, scale, self.still, self.beside, self.forks).taken
                    at = Looked(moment.time_ns, focused, self.limit_ns, taken)
                    self.still.paint(pen, scale, at, self.beside)
            dim = QPixmap(bright)
            with QPainter(dim) as painter:
                BesidePen(painter, self.look.theme, layout).future()
            self._pixmaps = bright, dim
        return self._pixmaps

    def _paint_live(self, pen: BesidePen, layout: LanesLayout, scale: TimeScale) -> None:
        if self.still is None:
            return
        x = scale.x(self.session.moment.time_ns)
        if not self._complete and scale.shows(self.still.end_ns):
            pen.unknown(scale.x(self.still.end_ns))
        whole = layout.scale(0, self.limit_ns)
        pen.window(whole.x(scale.start_ns), whole.x(scale.end_ns))
        pen.painter.fillRect(
            QRectF(whole.x(self.session.moment.time_ns), layout.overview.y - 2, 1.5, layout.overview.h + 4),
            self.look.colour(Role.PLAYHEAD),
        )
        if layout.ruler.h == 0:
            return
        paint_marks(pen, marks_of(pen, scale, self.still, self.beside, self.forks), x)
        for bookmark in self.session.bookmarks:
            if scale.shows(bookmark.time_ns):
                pen.flag(scale.x(bookmark.time_ns))
        if self.measured is not None:
            one, other = self.measured
            pen.span(scale.x(one), scale.x(other), format_ns(abs(other - one), 3))
        pen.playhead(x)

    @property
    def _complete(self) -> bool:
        return self.session.timeline is not None and self.session.timeline.complete

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_keyboard = event.reason() in reasons
        super().focusInEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom at the playhead."""
        factor = {Qt.Key.Key_Plus: ZOOM_NOTCH, Qt.Key.Key_Minus: 1.0 / ZOOM_NOTCH}.get(Qt.Key(event.key()))
        if factor is None:
            super().keyPressEvent(event)
            return
        x = self.scale.x(self.session.moment.time_ns)
        self.show_range(self.scale.zoomed(factor, x, self.limit_ns))

    # -- the mouse ------------------------------------------------------------------------------------------

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / WHEEL_NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not notches:
            along = event.angleDelta().x() or event.angleDelta().y()
            self.show_range(self.scale.panned(-along, self.limit_ns))
        else:
            self.show_range(self.scale.zoomed(ZOOM_NOTCH**notches, event.position().x(), self.limit_ns))
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.still is None or event.button() != Qt.MouseButton.LeftButton:
            return
        x, y = event.position().x(), event.position().y()
        layout = self.layout_now
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.gesture = Measure(self)
        elif layout.overview.y - 4 <= y <= layout.overview.bottom + 2:
            self.gesture = PanOverview(self)
        elif layout.ruler.y <= y < layout.ruler.bottom:
            self.gesture = ZoomRange(self)
        else:
            self.gesture = Scrub(self)
        self.gesture.start(x, y)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            self.gesture.move(event.position().x(), event.position().y())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            gesture, self.gesture = self.gesture, None
            gesture.end(event.position().x(), event.position().y())

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.layout_now.overview.bottom + 2 >= event.position().y():
            self.fit()

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.describe(event.pos().x(), event.pos().y())
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return bool(super().event(event))

    def describe(self, x: float, y: float) -> str:
        """What is under a point: on the ruler a change, in a lane context, task, from when to when."""
        layout, scale = self.layout_now, self.scale
        if layout.ruler.y <= y < layout.ruler.bottom:
            aside = abs(x - FORK_ASIDE - scale.x(self.session.moment.time_ns)) < FORK_CLEAR
            mark = self.forks.at(x, scale) or (self.forks.at(x - FORK_ASIDE, scale) if aside else None)
            return mark.words if mark is not None else ""
        cpu = layout.cpu_at(y)
        if cpu is None or x < scale.left:
            return ""
        timeline, where = self.session.timeline, f"CPU {cpu}"
        if layout.in_other(y):
            parting = self.beside.parting()
            if parting is None:
                return ""
            whose = self.beside.whose
            if parting.same_ns is None or scale.time(x) <= parting.same_ns:
                return f"{where}: the same in {whose}"
            timeline, where = self.beside.timeline, f"{where} in {whose}"
        words = slice_words(timeline, cpu, scale.time(x)) if timeline is not None else ""
        return f"{where}: {words}" if words else ""

    def slice_at(self, cpu: int, time_ns: int) -> tuple[int, int, int, int] | None:
        """Start, end, context and task of what a CPU was in at a time."""
        timeline = self.session.timeline
        return slice_of(timeline, cpu, time_ns) if timeline is not None else None
