"""The window: puts the parts together and lets the wall clock decide tau; nothing else.

The frame timer runs only while something moves. Every picture is a function of the session's moment, so a frame
that comes late shows the right thing late and nothing is ever caught up.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QRect, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from typing_extensions import override

from viewer.arrange import Arrangement, arrange
from viewer.branching import Branching
from viewer.chrome.grabber import Grabber, Strip
from viewer.chrome.kept import Kept
from viewer.chrome.keys import KeysHelp
from viewer.chrome.look import Look
from viewer.chrome.menus import Actions
from viewer.chrome.offer import Offer
from viewer.chrome.palette import Palette
from viewer.chrome.palette_entries import Provider, action_entries, scene_entries
from viewer.chrome.regions import go
from viewer.chrome.start import StartCards
from viewer.chrome.title_bar import TitleBar
from viewer.chrome.toast import Toast
from viewer.chrome.transport import Transport
from viewer.comparison import Comparison
from viewer.deck import Deck, gap_left
from viewer.document import UNNAMED
from viewer.files import Files
from viewer.lanes.view import LanesView
from viewer.memory import Memory
from viewer.navigator import Navigator
from viewer.panels.dock import Dock
from viewer.panels.pages import Pages
from viewer.player import Player
from viewer.run import Failure
from viewer.session import Session
from viewer.theme.fonts import ui_room
from viewer.theme.tokens import ThemeName

if TYPE_CHECKING:
    from viewer.panels.editor.editor import SceneEditor

FRAME_MS = 16
EDITOR = 640
EDITOR_LEAST_HIGH = 360
EDITOR_MOST, EDITOR_SHARE = 960, 0.4
"""Where a window is wide, the editor takes a share of it, up to so many px at a text scale of 100 %."""

KEPT_MARGIN, KEPT_TOP = 16, 40
KEPT_HIGH = 6
"""Beside the heads of the columns."""
LOW_TIMELINE = 96


class Window(QWidget):
    """The main window. Signal: `made` when a part was made that was not there at first.

    Attributes:
        session, player, navigator: what is shown, and how it moves.
        actions_table: the named actions; tests trigger them by name with `act`.
    """

    made = Signal()

    def __init__(self, session: Session, look: Look, settings: QSettings | None = None) -> None:
        super().__init__()
        self.session, self.look, self.settings = session, look, settings
        self.player = Player(session)
        self.navigator = Navigator(session, self.player)
        self.comparison = Comparison(session, self.navigator)
        self.branching = Branching(session)
        self.files = Files(self, session, settings)
        self.deck = Deck(session, look, self.comparison)
        self.canvas = self.deck.canvas
        for canvas in (self.deck.canvas, self.deck.other):
            canvas.playing = self._plays
            canvas.breaking = self.navigator.toggle_breakpoint
            canvas.asking = self._ask_about_selection
            canvas.changing = self._change
        self.lanes = LanesView(session, self.navigator, look, self.comparison)
        self.title_bar = TitleBar(session, self.navigator, look)
        self.transport = Transport(session, self.player, self.navigator, look)
        self.pages = Pages(self)
        self.inspector, self.counters = self.pages.inspector, self.pages.counters
        self.dock = Dock(self.pages.places(), look)
        self.grabber = Grabber("Drag to resize the side panels")
        self.editor_edge = Grabber("Drag to resize the editor")
        self.strip = Strip(look, self.toggle_dock)
        self.start = StartCards(self.files.open_path, self.files.ask_to_open)
        self.toast = Toast(look, self.deck)
        self.offer = Offer(self.deck)
        self.kept = Kept(session, look, self.deck)
        self.kept.refit.connect(self._place_kept)
        self.deck.canvas.looked.connect(self._place_kept)
        self.editor: SceneEditor | None = None
        for part in (
            self.title_bar, self.deck, self.transport, self.lanes, self.dock, self.strip, self.start, self.grabber,
            self.editor_edge,
        ):  # fmt: skip
            part.setParent(self)
        self._dock_wanted: bool | None = None
        self._dock_px = 0
        self._editor_px = 0
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
        self.palette_popup = Palette(self, look, self._providers(), settings)
        self.memory = Memory(self, settings) if settings is not None else None
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
        self.toast.run_again.connect(session.try_again)
        self.look.changed.connect(self._place)
        self.transport.dragged.connect(self._drag_timeline)
        self.dock.made.connect(self.made)
        self.grabber.dragged.connect(self._drag_dock)
        self.editor_edge.dragged.connect(self._drag_editor)
        self.editor_edge.hide()
        bar = self.title_bar
        bar.menu.connect(lambda: self._pop(self.actions_table.menu(self), bar.logo))
        bar.scenes.connect(lambda: self._pop(self._scene_menu(), bar.scene))
        bar.theme.connect(self.next_theme)
        bar.panels.connect(self.toggle_dock)
        bar.compare.connect(self.comparison.toggle)

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
        if self.session.running and self.toast.again.isVisible():
            self.toast.hide()  # what had failed is run again
        if (
            self.isVisible()
            and self._drawer
            and self.session.selection is not None
            and self._dock_wanted is None
        ):
            self._dock_wanted = True
            self._place()

    def _change(self, change: Mapping[str, Any], label: str) -> None:
        self.branching.change(change, label)

    def _plays(self) -> bool:
        return self.player.direction != 0

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

    # -- failures -------------------------------------------------------------------------------------------

    def _failed(self, failure: Failure) -> None:
        self.toast.fail(failure.sentence, failure.details, again=not failure.bad_input)
        only_text = self.session.timeline is None and bool(self.session.document.text)
        if failure.bad_input and only_text and self.editor is None:
            self.toggle_editor()
        elif failure.bad_input and self.session.broken is not None:
            answers = (("Mend it", self._mend), ("Leave it", self._leave_broken))
            self.offer.ask(f"{failure.sentence}", answers)
            self.toast.hide()

    def _mend(self) -> None:
        """Open the text of a scene that cannot be run, where it can be mended."""
        if self.files.may_leave():
            self.session.mend()
            if self.editor is None:
                self.toggle_editor()

    def _leave_broken(self) -> None:
        self.session.broken = None

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
        return not arrange(self.width(), self.height(), dock=True, percent=self.look.text_percent).drawer

    @property
    def arrangement(self) -> Arrangement:
        """Where the parts stand now."""
        return arrange(
            self.width(),
            self.height(),
            dock=self.dock_shown,
            dock_px=self._dock_px,
            timeline_px=self._timeline_px,
            percent=self.look.text_percent,
        )

    def _place(self) -> None:
        places = self.arrangement
        for part, rect in (
            (self.title_bar, places.title), (self.deck, places.canvas), (self.transport, places.transport),
            (self.lanes, places.lanes), (self.dock, places.dock), (self.strip, places.strip),
        ):  # fmt: skip
            part.setGeometry(QRect(round(rect.x), round(rect.y), round(rect.w), round(rect.h)))
        self.transport.setFixedHeight(round(places.transport.h))
        self.dock.setVisible(self.dock_shown)
        self.strip.setVisible(places.strip.w > 0)
        self.title_bar.dock.setVisible(places.strip.w == 0)  # the strip has the same button
        self.dock.raise_()
        self.grabber.setVisible(self.dock_shown and not places.drawer)
        self.grabber.place(round(places.dock.x), round(places.dock.y), round(places.dock.h))
        self.grabber.raise_()
        self.start.setGeometry(self.deck.geometry())
        if self.editor is not None:
            self._place_editor()
        self._cover()

    def _cover(self) -> None:
        """Tell the picture how much of it lies under the side panels and the editor, and place what stands over it."""
        places, editor = self.arrangement, self.editor
        left = self.deck.geometry().right() + 1
        drawn = [round(places.dock.x)] if places.drawer and self.dock_shown else []
        edges = drawn if editor is None else [*drawn, editor.x()]
        covered = left - min([left, *edges])
        self.deck.cover(covered)
        self.toast.covered = self.offer.covered = covered
        self.toast.place()
        self.offer.place()
        self._place_kept()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.look.fit(event.size().width())
        self._place()

    def _drag_timeline(self, by: int) -> None:
        places = self.arrangement
        self._timeline_px = round(places.transport.h + places.lanes.h) + by
        self._place()

    def _drag_dock(self, by: int) -> None:
        self._dock_px = min(max(round(self.arrangement.dock.w) - by, ui_room(280)), self.width() // 2)
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

    def _scene_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.files.scene_entries(menu)
        self._variants(menu)
        menu.addSeparator()
        for name in ("new", "open", "save", "save_as", "editor", "run_again", "cancel"):
            menu.addAction(self.actions_table.by_name[name])
        return menu

    def _variants(self, menu: QMenu) -> None:
        """The variants of the scene that is open."""
        valid = self.session.document.valid
        if valid is None or not valid.variants:
            return
        sub = menu.addMenu("Variants of this scene")
        for name in (None, *valid.variants):
            entry = sub.addAction(name or "As written")
            entry.setCheckable(True)
            entry.setChecked(name == self.session.variant)
            entry.triggered.connect(lambda _=False, name=name: self.session.switch(name))

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

    def show_page(self, key: str) -> None:
        """Show a page of the side panels, and give it the keyboard if one types into it."""
        if not self.dock_shown:
            self._dock_wanted = True
            self._place()
        page = self.dock.show_page(key)
        line = getattr(page, "line", None)
        if isinstance(line, QWidget):
            line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        ask = getattr(page, "ask", None)
        if callable(ask):
            ask()
        self.session.changed.emit()

    def _ask_about_selection(self) -> None:
        selection = self.session.selection
        self.ask_why(selection.uid if selection is not None else 0)

    def ask_why(self, uid: int) -> None:
        """Show why about an object; 0 asks about the moment."""
        from viewer.panels.why import WhyPanel

        self.show_page("why")
        page = self.dock.page("why")
        if isinstance(page, WhyPanel):
            page.ask(uid)

    def _place_kept(self) -> None:
        """What is kept to stands among the heads where these leave room for it, else below them at the right."""
        free = self.deck.width() - self.deck.canvas.covered
        left = gap_left(self.deck.canvas.composed(), float(self.kept.width()), float(free), float(free))
        if left is None or self.comparison.on:  # there the names of the decks stand
            self.kept.move(free - self.kept.width() - KEPT_MARGIN, KEPT_TOP)
        else:
            self.kept.move(round(left), KEPT_HIGH)
        self.kept.raise_()

    # -- the editor -------------------------------------------------------------------------------------------

    def toggle_editor(self) -> None:
        """Open the scene editor over the side panels, or close it."""
        if self.editor is None:
            self.editor = self._made_editor()
            self.editor.show()
            self._place_editor()
            self.editor.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
            self.editor_edge.hide()
            self._cover()
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _made_editor(self) -> SceneEditor:
        from viewer.panels.editor.editor import SceneEditor  # not before somebody edits
        from viewer.panels.editor.language import SCENES

        self.made.emit()
        editor = SceneEditor(self.session.document, self.look, SCENES)
        editor.setParent(self)
        editor.asked.connect(self._editor_asked)
        editor.started.connect(lambda text: self.files.open_text(text, UNNAMED))
        return editor

    def _editor_asked(self, name: str) -> None:
        """The editor can always be closed, even where it could not be opened."""
        if name == "toggle_editor":
            self.toggle_editor()
        else:
            self.act(name)

    def _place_editor(self) -> None:
        if self.editor is None:
            return
        top = self.title_bar.height()
        share = min(round(self.width() * EDITOR_SHARE), ui_room(EDITOR_MOST))
        usual = max(ui_room(EDITOR), self.dock.width(), share)
        width = min(self._editor_px or usual, self.width() - 240)
        above = self.transport.y() - top  # clock, progress and playhead stay in sight while one writes
        height = above if above >= ui_room(EDITOR_LEAST_HIGH) else self.height() - top
        self.editor.setGeometry(self.width() - width, top, width, height)
        self.editor.raise_()
        self.editor_edge.setVisible(True)
        self.editor_edge.place(self.width() - width, top, height)
        self.editor_edge.raise_()
        self._cover()

    def _drag_editor(self, by: int) -> None:
        if self.editor is not None:
            self._editor_px = min(max(self.editor.width() - by, 420), self.width() - 240)
            self._place_editor()

    def go_region(self, by: str) -> None:
        """Give the keyboard to the next part of the window, or the one before."""
        editor = [self.editor.form, self.editor.text] if self.editor is not None else []
        panels = [part for place in self.dock.places for part in (place.title, place)]
        go([self.title_bar, self.canvas, self.transport, self.lanes, *panels, self.strip, *editor], int(by))

    def focus_filter(self) -> None:
        """Type which packets are chosen."""
        self.show_page("packets")

    def _providers(self) -> list[Provider]:
        """What the palette lists."""
        return [
            lambda: action_entries(self.actions_table),
            lambda: scene_entries(self.session, self.files.open_path, self.settings),
        ]

    def show_palette(self) -> None:
        """Offer every action by a line to type into."""
        self.palette_popup.open_now()

    # -- what is remembered -----------------------------------------------------------------------------------

    def layout_told(self) -> dict[str, Any]:
        """Where the parts stand, for the next time."""
        return {
            "dock": self._dock_wanted,
            "dock_px": self._dock_px,
            "timeline_px": self._timeline_px,
            "editor_px": self._editor_px,
            "places": self.dock.splitter.sizes(),
        }

    def restore_layout(self, told: dict[str, Any], pages: list[str]) -> None:
        """Put the parts where they stood."""
        wanted = told.get("dock")
        self._dock_wanted = wanted if isinstance(wanted, bool) else None
        self._dock_px, self._timeline_px = int(told.get("dock_px") or 0), int(told.get("timeline_px") or 0)
        self._editor_px = int(told.get("editor_px") or 0)
        for key in pages:
            if self.pages.known(key):
                self.dock.show_page(key)
        sizes = [int(size) for size in told.get("places") or ()]
        if len(sizes) == len(self.dock.places):
            self.dock.splitter.setSizes(sizes)
        self._place()

    def show_keys(self) -> None:
        """Show every action with its keys."""
        dialog = KeysHelp(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # -- Qt -------------------------------------------------------------------------------------------------

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.session.document.look_at_disk()  # somebody may have edited the file elsewhere

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_leave():
            event.ignore()
            return
        self._frames.stop()
        if self.memory is not None:
            self.memory.keep()
        self.session.close()
        super().closeEvent(event)
