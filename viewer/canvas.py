"""The canvas: shows the picture of the moment, and lets one look closer, select, and ask.

It composes and paints; what there is to see is the picture's. The camera is the way of looking and lives here, as
does the selection ring's way along the stations by Tab.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from weakref import ReferenceType, ref

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from engine.narration import sentence
from engine.scenario.units import format_ns
from engine.timeline.chunk import Prologue
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from viewer.canvas_menu import menu_for
from viewer.chrome.look import Look
from viewer.lasting import Lasting
from viewer.picture.centring import busy_spot, centred, uncovered
from viewer.picture.compose import compose
from viewer.picture.display import DisplayList, Found
from viewer.picture.items import Kind
from viewer.picture.layer import Rect
from viewer.picture.layout import Camera
from viewer.picture.level import Fade, Level, level_at, zoom_of
from viewer.picture.paint import Raster, paint
from viewer.picture.reading.desk import forget
from viewer.picture.telling import told
from viewer.picture.view import View
from viewer.score import Moment
from viewer.session import Selection, Session
from viewer.theme.tokens import Motion, Role, motion_ms

NOTCH = 120
ZOOM_NOTCH = 1.2
DRAG_PX = 4.0
HOVER_MS = 300
FADE_FRAME_MS = 16
TAB_ORDER = (
    Kind.WIRE, Kind.NIC, Kind.RSS, Kind.VECTOR, Kind.RING, Kind.CPU, Kind.NAPI, Kind.STATION, Kind.GRO,
    Kind.BACKLOG, Kind.SOCKET, Kind.EPOLL, Kind.SELECT, Kind.TASK, Kind.TRANSMIT,
)  # fmt: skip
_KINDS = frozenset(kind.value for kind in Kind)


class Canvas(QWidget):
    """The widget. Signal: `looked` when the camera moved.

    Attributes:
        camera: where it looks from.
        level: how much of every object is drawn.
        display: the picture that was made last.
        playing: asked whether time runs, in which case packets too quick for the eye become ribbons.
        breaking: called to stop the showing at what is selected.
        asking: called to show why what is selected is as it is.
        covered: how many px of its right side lie under side panels.
        changing: called with a change of the scene at this moment, as in `[[at]]`, and its label.
    """

    looked = Signal()

    def __init__(self, session: Session, look: Look) -> None:
        super().__init__()
        self.session, self.look = session, look
        self.camera = Camera()
        self.level = Level.OVERVIEW
        self.playing: Callable[[], bool] = lambda: False
        self.breaking: Callable[[], None] = lambda: None
        self.asking: Callable[[], None] = lambda: None
        self.changing: Callable[[Mapping[str, Any], str], None] = lambda change, label: None
        self.covered = 0
        self._moved_from: tuple[Camera, Camera] | None = None
        self._shown_selection: Selection | None = None
        self._cursor: Lasting[Cursor] = Lasting(session.lasting)
        self._drawn: ReferenceType[Timeline] | None = None
        self._before = Level.OVERVIEW
        self._faded = QElapsedTimer()
        self._fade = QTimer(self)
        self._fade.setInterval(FADE_FRAME_MS)
        self._fade.timeout.connect(self._fade_on)
        self.display: DisplayList | None = None
        self._raster = Raster()
        self._empty = Timeline(Prologue((), (), {}))
        self._pressed: QPointF | None = None
        self._panning = False
        self._stale = self._bare_stale = True
        self._bare: DisplayList | None = None
        self._mouse = QPointF()
        self._by_keyboard = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("The datapath")
        self.setMinimumSize(320, 200)
        self._hover = QTimer(self)
        self._hover.setSingleShot(True)
        self._hover.setInterval(HOVER_MS)
        self._hover.timeout.connect(self._tell_hovered)
        session.moved.connect(self.refresh)
        session.moved.connect(self._hide_tip)
        session.changed.connect(self.refresh)
        session.changed.connect(self._show_selection)
        session.opened.connect(self._opened)
        session.grew.connect(self.refresh)
        look.changed.connect(self.refresh)

    # -- the picture ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The picture is no longer right."""
        before = self.level
        self.level = level_at(self.camera.zoom, before)
        if self.level is not before:
            self._fade_from(before)
        self._stale = self._bare_stale = True
        self.update()

    def _opened(self) -> None:
        if not self.session.same_scene:
            self.camera = Camera()
        self._raster.clear()
        before = self._drawn() if self._drawn is not None else None
        now, _ = self.shown()
        if before is not None and before is not now:
            forget(before)
        self._bare = self.display = None
        self.refresh()

    def cursor_here(self) -> Cursor | None:
        """A cursor at the moment's step; None while there is no step."""
        timeline, moment = self.shown()
        if timeline is None or timeline.steps == 0:
            return None
        cursor = self._cursor.of(timeline, lambda: Cursor(timeline))
        cursor.seek(min(moment.step, timeline.steps - 1))
        return cursor

    def _fade_from(self, before: Level) -> None:
        """Let one level of detail give way to another, at once where motion is reduced."""
        if motion_ms(Motion.QUICK, reduced=self.session.reduced_motion) == 0 or not self.isVisible():
            self._fade.stop()
            return
        self._before = before
        self._faded.start()
        self._fade.start()

    def _fade_on(self) -> None:
        if self._faded.elapsed() >= motion_ms(Motion.QUICK):
            self._fade.stop()
        self.refresh()

    def _fading(self) -> Fade | None:
        """The level that gives way just now; None when none does."""
        if not self._fade.isActive():
            return None
        return Fade(self._before, min(1.0, self._faded.elapsed() / motion_ms(Motion.QUICK)))

    def view(self) -> View:
        """How the picture is looked at now."""
        session = self.session
        selection = session.selection
        return View(
            self.width(),
            self.height(),
            self.devicePixelRatioF(),
            self.look.theme,
            self.camera,
            session.focused_cpu,
            selection.uid if selection is not None else 0,
            session.followed,
            session.reduced_motion,
            level=self.level,
            fading=self._fading(),
            solo=session.solo_flow,
            chosen=session.chosen,
            speed=float(session.speed) if self.playing() else 0.0,
            text_percent=self.look.text_percent,
            marked=(selection.kind, selection.name) if selection is not None else None,
        )

    def shown(self) -> tuple[Timeline | None, Moment]:
        """The timeline and the moment of it that are drawn."""
        return self.session.timeline, self.session.moment

    def composed(self) -> DisplayList:
        """The picture of the moment with what is laid over it; made anew only if something changed."""
        if self._stale or self.display is None:
            self._stale = False
            self.display = self.finished(self.bare())
        return self.display

    def bare(self) -> DisplayList:
        """The picture of the moment alone."""
        if self._bare_stale or self._bare is None:
            self._bare_stale = False
            if self._bare is None:  # what stays if composing fails, so that it fails once and not each frame
                size = (self.width(), self.height(), self.devicePixelRatioF())
                self._bare = DisplayList(*size, self.look.theme, Role.CANVAS, ())
            timeline, moment = self.shown()
            if timeline is None or timeline.steps == 0:
                timeline, moment = self._empty, Moment(-1, 0)
            display = compose(timeline, moment, self.view())
            self._drawn = ref(timeline)
            if not self.session.minimap:
                kept = tuple(one for one in display.placed if one.layer.name != "minimap")
                display = replace(display, placed=kept)
            self._bare = display
        return self._bare

    def finished(self, display: DisplayList) -> DisplayList:
        """What else is laid over the picture before it is painted."""
        return display

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        display = self.composed()
        with QPainter(self) as painter:
            paint(painter, display, self._raster)
            if not self.session.has_steps:
                painter.fillRect(self.rect(), self.look.colour(Role.CANVAS, 0.6))
            if self.hasFocus() and self._by_keyboard:
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_keyboard = event.reason() in reasons
        super().focusInEvent(event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(1536, 776)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()
        super().resizeEvent(event)

    # -- the camera -----------------------------------------------------------------------------------------

    def aim(self, camera: Camera) -> None:
        """Look from elsewhere; at zoom 1 the picture lies where it belongs."""
        QToolTip.hideText()
        self.camera = Camera() if abs(camera.zoom - 1.0) < 0.01 and camera.zoom < self.camera.zoom else camera
        self.looked.emit()
        self.refresh()

    def fit(self) -> None:
        """See all."""
        self.camera = Camera()
        self.looked.emit()
        self.refresh()

    def zoom_in(self) -> None:
        """Closer, to the selection or the middle."""
        self.aim(self.camera.zoomed(ZOOM_NOTCH, *self._centre()))

    def zoom_out(self) -> None:
        """Further away."""
        self.aim(self.camera.zoomed(1.0 / ZOOM_NOTCH, *self._centre()))

    def zoom_level(self, level: str) -> None:
        """Look as close as a level of detail needs."""
        if level == Level.OVERVIEW:
            self.fit()
            return
        width, height = float(self.width()), float(self.height())
        spot = self._looked_at() or (width / 2.0, height / 2.0)
        self.aim(centred(self.camera, zoom_of(Level(level)), spot, width, height, float(self.covered)))

    def cover(self, px: int) -> None:
        """Side panels lie over so many px of the right side; what is selected there comes out from under them."""
        if px == self.covered:
            return
        self.covered = px
        if self._moved_from is not None and not px:
            before, after = self._moved_from
            self._moved_from = None
            if self.camera == after:
                self.aim(before)
        self._shown_selection = None
        self._show_selection()

    def _show_selection(self) -> None:
        """Move the picture aside, once, for what was selected under the side panels."""
        selection = self.session.selection
        if selection is self._shown_selection:
            return
        self._shown_selection = selection
        timeline, _ = self.shown()
        there = timeline is not None and timeline.steps > 0 and self.isVisible()
        found = self._selected() if self.covered and there else None
        by = uncovered(found.rect, float(self.width()), float(self.covered)) if found is not None else 0.0
        if by:
            way = self._moved_from
            before = way[0] if way is not None and way[1] == self.camera else self.camera
            self.aim(self.camera.panned(by, 0.0))
            self._moved_from = (before, self.camera)

    def _centre(self) -> tuple[float, float]:
        """Which point stays where it is while one looks closer: what is worth it, if it is in the window."""
        spot = self._looked_at()
        wide = self.width() - self.covered
        if spot is not None and 0.0 <= spot[0] <= wide and 0.0 <= spot[1] <= self.height():
            return spot
        return wide / 2.0, self.height() / 2.0

    def _looked_at(self) -> tuple[float, float] | None:
        """The middle of what is selected, else of what the focused CPU does."""
        found = self._selected()
        if found is not None:
            return found.rect.cx, found.rect.cy
        timeline, moment = self.shown()
        if timeline is None:
            return None
        return busy_spot(timeline, moment, self.view(), self.composed())

    def _selected(self) -> Found | None:
        selection = self.session.selection
        if selection is None:
            return None
        things = self.composed().things()
        return next((one for one in things.values() if _is(one, selection)), None)

    def frame(self, rect: Rect) -> None:
        """Show a rectangle of the window as large as it goes."""
        left, top = self.camera.to_scene(rect.x, rect.y)
        right, bottom = self.camera.to_scene(rect.right, rect.bottom)
        scene = Rect(left, top, right - left, bottom - top)
        self.aim(Camera().framing(scene, self.width() - self.covered, self.height(), 60.0))

    def open_selected(self) -> None:
        """Bring what is selected close."""
        found = self._selected()
        if found is not None:
            self.frame(found.rect)

    def back_out(self) -> None:
        """One thing at a time: the camera, then the selection, then what is kept to."""
        if self.camera != Camera():
            self.fit()
        elif self.session.selection is not None:
            self.session.select(None)
        else:
            self.session.let_go()

    # -- the mouse ------------------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._panning = event.position(), False
            self._mouse = event.position()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is None:
            self._mouse = place
            self._hover.start()
            return
        if not self._panning and (place - self._pressed).manhattanLength() > DRAG_PX:
            self._panning = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._panning:
            by = place - self._mouse
            self._mouse = place
            self.aim(self.camera.panned(by.x(), by.y()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if self._panning:
            self._panning = False
            self.unsetCursor()
        elif pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            self.select_at(event.position().x(), event.position().y())

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.composed().hit(event.position().x(), event.position().y())
        if found is not None:
            whole = self.composed().things().get((found.thing.kind, found.thing.name), found)
            self.frame(whole.rect)
        else:
            self.fit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / NOTCH
        if notches:
            place = event.position()
            self.aim(self.camera.zoomed(ZOOM_NOTCH**notches, place.x(), place.y()))
        event.accept()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover.stop()
        super().leaveEvent(event)

    def select_at(self, x: float, y: float) -> None:
        """Select what is under a point; nothing there selects nothing, a level's name on the minimap looks so close."""
        found = self.composed().hit(x, y)
        if found is not None and found.thing.kind is Kind.MINIMAP and found.thing.name in tuple(Level):
            self.zoom_level(found.thing.name)
            return
        self.session.select(None if found is None else _selection(found))
        if found is not None and found.thing.kind is Kind.CPU and not self._has_row(found.thing.name):
            self.session.focus_cpu(
                int(found.thing.name.removeprefix("CPU "))
            )  # a cell of the strip of all CPUs

    def _has_row(self, name: str) -> bool:
        """Whether a CPU has a row of its own, not only a cell in the strip of all CPUs."""
        return any(
            placed.there and placed.layer.name == f"row {name[4:]}" for placed in self.composed().placed
        )

    def _tell_hovered(self) -> None:
        found = self.composed().hit(self._mouse.x(), self._mouse.y())
        if found is None:
            QToolTip.hideText()
            return
        QToolTip.showText(self.mapToGlobal(self._mouse.toPoint()), self.describe(found), self)

    def _hide_tip(self) -> None:
        """What a tooltip tells is of another moment now."""
        if QToolTip.isVisible():
            QToolTip.hideText()

    def describe(self, found: Found) -> str:
        """Name, state, class, function and file of a thing, a line each."""
        cursor = self.cursor_here()
        if cursor is None:
            return found.thing.sentence or found.thing.name
        return "\n".join(told(cursor, found.thing))

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found = self.composed().hit(event.pos().x(), event.pos().y())
        if found is None:
            return
        self._hover.stop()
        QToolTip.hideText()
        self.session.select(_selection(found))
        menu_for(self, found).popup(event.globalPos())

    # -- the keyboard ---------------------------------------------------------------------------------------

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes along the datapath, then on to the next part of the window."""
        stops = self.stops()
        if not stops:
            return bool(super().focusNextPrevChild(next))
        selection = self.session.selection
        here = next_index(stops, selection, forward=next)
        if here is None:
            return bool(super().focusNextPrevChild(next))
        self.session.select(_selection(stops[here]))
        self._say(self.describe(stops[here]).replace("\n", ", "))
        return True

    def stops(self) -> list[Found]:
        """Where Tab stops, along the path: wire, adapter, rows, sockets, programs."""
        things = list(self.composed().things().values())
        rank = {kind: place for place, kind in enumerate(TAB_ORDER)}
        chosen = [one for one in things if one.thing.kind in rank]
        return sorted(chosen, key=lambda one: (rank[one.thing.kind], one.rect.y, one.rect.x))

    def announce(self) -> None:
        """Tell screen readers what the moment is; called on steps, not while time runs."""
        cursor = self.cursor_here()
        if cursor is None or cursor.step < 0:
            return
        time = format_ns(int(cursor.timeline.time(cursor.step)))
        self._say(f"{time}: {sentence(cursor.timeline, cursor.step, cursor)}.")

    def _say(self, words: str) -> None:
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))


def next_index(stops: list[Found], selection: Selection | None, *, forward: bool) -> int | None:
    """The stop after (or before) the selected one; None at the end of the way."""
    here = next(
        (place for place, one in enumerate(stops) if selection is not None and _is(one, selection)), None
    )
    if here is None:
        return 0 if forward else len(stops) - 1
    there = here + (1 if forward else -1)
    return there if 0 <= there < len(stops) else None


def _is(found: Found, selection: Selection) -> bool:
    """Whether a thing is the selected one; an object chosen elsewhere is known by its number alone."""
    thing = found.thing
    if selection.kind not in _KINDS:
        return bool(selection.uid) and thing.uid == selection.uid
    return thing.kind.value == selection.kind and (thing.uid, thing.name) == (selection.uid, selection.name)


def _selection(found: Found) -> Selection:
    thing = found.thing
    return Selection(thing.kind.value, thing.name, thing.uid)
