"""The window: puts the parts together and lets the wall clock decide tau; nothing else.

The frame timer runs only while something moves. Every picture is a function of the session's moment, so a frame
that comes late shows the right thing late and nothing is ever caught up.
"""

from __future__ import annotations

import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QPoint, QRect, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from typing_extensions import override

from viewer.arrange import Arrangement, arrange
from viewer.canvas import Canvas
from viewer.chrome.grabber import Grabber, Strip
from viewer.chrome.look import Look
from viewer.chrome.menus import Actions, KeysHelp
from viewer.chrome.scenes import packaged, recent, remember
from viewer.chrome.start import StartCards
from viewer.chrome.title_bar import TitleBar
from viewer.chrome.toast import Toast
from viewer.chrome.transport import Transport
from viewer.lanes.view import LanesView
from viewer.navigator import Navigator
from viewer.panels.counters import Counters
from viewer.panels.dock import Dock
from viewer.panels.inspector import Inspector
from viewer.panels.scene_text import SceneText
from viewer.player import Player
from viewer.run import Failure, Request
from viewer.session import Session
from viewer.theme.tokens import ThemeName

FRAME_MS = 16
LOW_TIMELINE = 96


class Window(QWidget):
    """The main window.

    Attributes:
        session, player, navigator: what is shown, and how it moves.
        actions_table: the named actions; tests trigger them by name with `act`.
    """

    def __init__(self, session: Session, look: Look, settings: QSettings | None = None) -> None:
        super().__init__()
        self.session, self.look, self.settings = session, look, settings
        self.player = Player(session)
        self.navigator = Navigator(session, self.player)
        self.canvas = Canvas(session, look)
        self.lanes = LanesView(session, self.navigator, look)
        self.title_bar = TitleBar(session, self.navigator, look)
        self.transport = Transport(session, self.player, self.navigator, look)
        self.inspector = Inspector(session, self.navigator, look)
        self.counters = Counters(session, self.player, self.navigator, look)
        self.scene_text = SceneText(session, look)
        self.dock = Dock(self.inspector, self.counters, self.scene_text, look)
        self.grabber = Grabber("Drag to resize the side panels")
        self.strip = Strip(look, self.toggle_dock)
        self.start = StartCards(self.open_path, self.ask_for_file)
        self.toast = Toast(look, self.canvas)
        for part in (
            self.title_bar, self.canvas, self.transport, self.lanes, self.dock, self.strip, self.start, self.grabber,
        ):  # fmt: skip
            part.setParent(self)
        self._dock_wanted: bool | None = None
        self._dock_px = 0
        self._timeline_px = 0
        self._last_ns = 0
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._frame)
        self.setWindowTitle("skbscope")
        self.resize(1920, 1080)
        self.setMinimumSize(760, 480)
        self.actions_table = Actions(self, session, self.canvas)
        self._connect()
        self._place()
        self.start.setVisible(session.timeline is None and not session.running)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        if session.timeline is not None:  # it was open before there was a window
            session.opened.emit()

    def _connect(self) -> None:
        session = self.session
        session.changed.connect(self._changed)
        session.moved.connect(self._changed)
        session.opened.connect(self._opened)
        session.failed.connect(self._failed)
        session.told.connect(self.toast.say)
        self.transport.dragged.connect(self._drag_timeline)
        self.grabber.dragged.connect(self._drag_dock)
        bar = self.title_bar
        bar.menu.connect(lambda: self._pop(self.actions_table.menu(self), bar.logo))
        bar.scenes.connect(lambda: self._pop(self._scene_menu(), bar.scene))
        bar.theme.connect(self.next_theme)
        bar.panels.connect(self.toggle_dock)

    def act(self, name: str) -> None:
        """Do an action by its name, if it is possible now."""
        self.actions_table.by_name[name].trigger()

    # -- time -----------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        if self.player.moving and not self._frames.isActive():
            self._last_ns = time.perf_counter_ns()
            self._frames.start()
        if not self.player.moving:
            self.canvas.announce()
        self.start.setVisible(self.session.timeline is None and not self.session.running)
        if (
            self.isVisible()
            and self._drawer
            and self.session.selection is not None
            and self._dock_wanted is None
        ):
            self._dock_wanted = True
            self._place()

    def _frame(self) -> None:
        now = time.perf_counter_ns()
        passed, self._last_ns = now - self._last_ns, now
        self.player.advance(passed)
        if not self.player.moving:
            self._frames.stop()
            self.session.changed.emit()

    def _opened(self) -> None:
        timeline = self.session.timeline
        title = str(timeline.facts.get("title") or "") if timeline is not None else ""
        self.setWindowTitle(f"{title} – skbscope" if title else "skbscope")
        request = self.session.request
        if self.settings is not None and request is not None and request.path:
            remember(self.settings, request.path)

    # -- failures -------------------------------------------------------------------------------------------

    def _failed(self, failure: Failure) -> None:
        self.toast.fail(failure.sentence, failure.details)

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An exception nobody expected: playing stops on the last good frame, and it is shown."""
        self._frames.stop()
        self.player.direction = 0
        details = "".join(traceback.format_exception(kind, error, trace))
        print(details, file=sys.stderr)
        self.toast.fail(f"Something went wrong in the window: {error}", details)

    # -- parts and their places -----------------------------------------------------------------------------

    @property
    def _drawer(self) -> bool:
        return self.arrangement.drawer

    @property
    def dock_shown(self) -> bool:
        """Whether the side panels are shown: always in a wide window, on demand in a narrow one."""
        if self._dock_wanted is not None:
            return self._dock_wanted
        return not arrange(self.width(), self.height(), dock=True).drawer

    @property
    def arrangement(self) -> Arrangement:
        """Where the parts stand now."""
        return arrange(
            self.width(),
            self.height(),
            dock=self.dock_shown,
            dock_px=self._dock_px,
            timeline_px=self._timeline_px,
        )

    def _place(self) -> None:
        places = self.arrangement
        for part, rect in (
            (self.title_bar, places.title), (self.canvas, places.canvas), (self.transport, places.transport),
            (self.lanes, places.lanes), (self.dock, places.dock), (self.strip, places.strip),
        ):  # fmt: skip
            part.setGeometry(QRect(round(rect.x), round(rect.y), round(rect.w), round(rect.h)))
        self.transport.setFixedHeight(round(places.transport.h))
        self.dock.setVisible(self.dock_shown)
        self.strip.setVisible(places.strip.w > 0)
        self.dock.raise_()
        self.grabber.setVisible(self.dock_shown and not places.drawer)
        self.grabber.place(round(places.dock.x), round(places.dock.y), round(places.dock.h))
        self.grabber.raise_()
        self.start.setGeometry(self.canvas.geometry())
        self.toast.place()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _drag_timeline(self, by: int) -> None:
        places = self.arrangement
        self._timeline_px = round(places.transport.h + places.lanes.h) + by
        self._place()

    def _drag_dock(self, by: int) -> None:
        self._dock_px = min(max(round(self.arrangement.dock.w) - by, 280), self.width() // 2)
        self._place()

    def toggle_dock(self) -> None:
        """Show or hide the side panels."""
        self._dock_wanted = not self.dock_shown
        self._place()
        self.session.changed.emit()

    def toggle_timeline(self) -> None:
        """Low, or as high as usual."""
        self._timeline_px = 0 if self._timeline_px == LOW_TIMELINE else LOW_TIMELINE
        self._place()

    def toggle_full_screen(self) -> None:
        """The window, or all of the screen."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # -- scenes, colours, help ------------------------------------------------------------------------------

    def open_path(self, path: str) -> None:
        """Open a scene's file."""
        self.session.open(Request(path=path))

    def ask_for_file(self) -> None:
        """Ask which scene to open."""
        path, _ = QFileDialog.getOpenFileName(self, "Open a scene", "", "Scenes (*.toml);;All files (*)")
        if path:
            self.open_path(path)

    def _scene_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for scene in packaged():
            entry = menu.addAction(scene.title)
            entry.setToolTip(scene.question)
            entry.triggered.connect(lambda _=False, path=str(scene.path): self.open_path(path))
        self._variants(menu)
        menu.addSeparator()
        for path in recent(self.settings) if self.settings is not None else []:
            entry = menu.addAction(Path(path).name)
            entry.setToolTip(path)
            entry.triggered.connect(lambda _=False, path=path: self.open_path(path))
        menu.addSeparator()
        for name in ("open", "run_again", "cancel"):
            menu.addAction(self.actions_table.by_name[name])
        return menu

    def _variants(self, menu: QMenu) -> None:
        """The variants of the scene that is open."""
        timeline, request = self.session.timeline, self.session.request
        told = timeline.facts.get("variants") or [] if timeline is not None else []
        if not told or request is None or timeline is None:
            return
        sub = menu.addMenu("Variants of this scene")
        names = [None, *(str(one["name"]) for one in told)]
        for name in names:
            entry = sub.addAction(name or "As written")
            entry.setCheckable(True)
            entry.setChecked(name == timeline.facts.get("variant"))
            entry.triggered.connect(
                lambda _=False, name=name: self.session.open(replace(request, variant=name))
            )

    @staticmethod
    def _pop(menu: QMenu, under: QWidget) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(under.mapToGlobal(QPoint(0, under.height() + 4)))

    def set_theme(self, theme: str) -> None:
        """Wear other colours."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self.look.wear(ThemeName(theme), application)
            if self.settings is not None:
                self.settings.setValue("theme", theme)

    def next_theme(self) -> None:
        """Dark, light, high contrast, round again."""
        self.set_theme(self.look.next().value)

    def show_keys(self) -> None:
        """Show every action with its keys."""
        dialog = KeysHelp(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # -- Qt -------------------------------------------------------------------------------------------------

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._frames.stop()
        self.session.close()
        super().closeEvent(event)
