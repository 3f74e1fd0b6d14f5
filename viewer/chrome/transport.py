"""The transport: play and step, how far, how fast, where one is, what stopped and what comes next.

Its empty stretches are the handle by which the timeline is made taller.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget
from typing_extensions import override

from engine.scenario.units import format_ns, parse_time
from viewer.actions import tooltip
from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.popups import AskLine
from viewer.chrome.readout import Readout
from viewer.chrome.widgets import Button, Dress, Segments, label, show_fitting
from viewer.navigator import Navigator
from viewer.player import Player
from viewer.score import PRESETS, parse_speed, speed_text
from viewer.session import Session
from viewer.stepping import CONDITIONS, Condition, Granularity
from viewer.theme.fonts import Face, Type, metrics, type_weight, ui_px, ui_room
from viewer.theme.tokens import Role, size_px

HEIGHT = size_px("transport")
CHIP_MOST, CHIP_LEAST = 280, 120
"""How wide the chip gets that says what stopped playing, in px at a text scale of 100 %."""

BESIDE_READOUT = 14
_LOSS = re.compile(r"(?:Stopped at|Found) (?:(?:first|last) )?drop")
COMPUTING_AFTER_MS = 400
HINT_EVERY_MS = 150
_WORDS = {
    Granularity.FUNCTION: "function",
    Granularity.STAGE: "stage",
    Granularity.POLL: "poll",
    Granularity.SOFTIRQ: "softirq",
    Granularity.IRQ: "irq",
    Granularity.VISIBLE: "visible",
    Granularity.TIME: "1 µs",
    Granularity.UNTIL: "until",
}


class Transport(QFrame):
    """The bar. Signal: `dragged` by so many pixels (up is positive)."""

    dragged = Signal(int)

    def __init__(self, session: Session, player: Player, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.player, self.navigator, self.look = session, player, navigator, look
        self.setProperty("kind", "bar")
        self.setAccessibleName("Transport")
        self._drag_y: int | None = None
        self._computing = False
        self.signs = {
            "start": self._sign(Sign.START, "start", navigator.go_start),
            "step_back": self._sign(Sign.BACK, "step_back", navigator.step_back),
            "play": self._sign(Sign.PLAY, "play", player.toggle_play, Dress.PRIMARY),
            "step": self._sign(Sign.FORWARD, "step", navigator.step_forward),
            "end": self._sign(Sign.END, "end", navigator.go_end),
        }
        self.segments = Segments(
            look, [(g.value, _WORDS[g], tooltip(f"by_{g.value}")) for g in Granularity], "Step by"
        )
        self.segments.chosen.connect(self._chosen)
        self.speed = Button(look, "", Sign.CHEVRON, behind=True, sign_px=14.0)
        self.speed.clicked.connect(self.choose_speed)
        self.readout = Readout(look)
        self.stop_chip = Button(look, "", Sign.STOP, dress=Dress.LOST, sign_px=14.0)
        self.stop_chip.clicked.connect(self.choose_stops)
        self.hint = label("", Type.BODY, tone="secondary")
        self.cancel = Button(look, "Cancel")
        self.cancel.clicked.connect(session.cancel)
        self.marks = Button(look, "", ink=Role.TEXT_SECONDARY, kind=Type.BODY)
        self.marks.clicked.connect(self.show_bookmarks)
        self.step_word = label("Step", Type.BODY, tone="secondary")
        self.speed_word = label("Speed", Type.BODY, tone="secondary")
        self._fill()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(COMPUTING_AFTER_MS)
        self._late.timeout.connect(self._say_computing)
        self._hints = QTimer(self)
        self._hints.setSingleShot(True)
        self._hints.setInterval(HINT_EVERY_MS)
        self._hints.timeout.connect(self._show_hint)
        session.changed.connect(self.refresh)
        session.opened.connect(self.refresh)
        session.moved.connect(self._moved)
        session.grew.connect(self._hint_soon)
        look.changed.connect(self._resized)
        self.refresh()

    def _sign(self, sign: Sign, name: str, do: Callable[[], None], dress: Dress = Dress.BARE) -> Button:
        button = Button(self.look, sign=sign, dress=dress, sign_px=20.0)
        button.setToolTip(tooltip(name))
        button.setAccessibleName(tooltip(name).splitlines()[0])
        button.clicked.connect(do)
        button.fix(44 if dress is Dress.PRIMARY else 32, 34)
        return button

    def _fill(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.setSpacing(4)
        for name in self.signs:
            row.addWidget(self.signs[name])
            row.addSpacing(2)
        row.addSpacing(12)
        row.addWidget(self.step_word)
        row.addSpacing(6)
        row.addWidget(self.segments)
        row.addSpacing(12)
        row.addWidget(self.speed_word)
        row.addWidget(self.speed)
        row.addStretch(2)
        row.addSpacing(BESIDE_READOUT)
        row.addWidget(self.readout)
        row.addSpacing(BESIDE_READOUT)
        row.addStretch(2)
        row.addWidget(self.stop_chip)
        row.addSpacing(8)
        row.addWidget(self.hint)
        row.addWidget(self.cancel)
        row.addStretch(1)
        row.addWidget(self.marks)
        self.speed.setToolTip("How much time a stretch of simulated time takes  (, and .)")
        self.speed.setAccessibleName("Speed")
        self.stop_chip.setToolTip("What stops playing")
        self.stop_chip.setAccessibleName("What stops playing")
        self.marks.setAccessibleName("Bookmarks")

    # -- what is shown --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the session's settings."""
        session, player = self.session, self.player
        playing = player.direction != 0
        play = self.signs["play"]
        play.sign = Sign.PAUSE if playing else Sign.PLAY
        play.setAccessibleName("Pause" if playing else "Play")
        play.update()
        for button in self.signs.values():
            button.setEnabled(session.has_steps)
        self.segments.choose(session.granularity.value)
        self.segments.buttons["time"].say(format_ns(session.fixed_ns, 3))
        self.segments.buttons["until"].setToolTip(f"Until {session.condition.text}\nClick again to choose.")
        self.speed.say(speed_text(session.speed))
        count = len(session.bookmarks)
        self.marks.say("1 bookmark" if count == 1 else f"{count} bookmarks")
        self.marks.setVisible(count > 0)
        self.stop_chip.dress = Dress.LOST if _LOSS.fullmatch(player.stopped_at) else Dress.SEGMENT
        self.stop_chip.setVisible(bool(player.stopped_at))
        self._show_running()
        self._moved()
        self._resized()

    def _show_running(self) -> None:
        running = self.session.running
        if running and not self._late.isActive() and not self._computing:
            self._late.start()
        if not running:
            self._late.stop()
            self._computing = False
        self.cancel.setVisible(self._computing)
        self._hint_soon()
        self._resized()

    def _say_computing(self) -> None:
        self._computing = self.session.running
        self.cancel.setVisible(self._computing)
        self._show_hint()

    def _moved(self) -> None:
        self.readout.show_time(self.session.moment.time_ns, self.session.has_steps)
        self._hint_soon()

    def _hint_soon(self) -> None:
        if not self._hints.isActive():
            self._hints.start()

    def _show_hint(self) -> None:
        if self._computing:
            progress = self.session.progress
            percent = progress.percent if progress is not None else None
            self.hint.setText("Computing" if percent is None else f"Computing {percent} %")
        else:
            waiting = self.session.granularity is Granularity.UNTIL
            shown = self.session.future
            part = shown is not None and shown.request is not None and not (shown.complete or shown.running)
            told = [
                "Incomplete" if part else "",
                f"Until {self.session.condition.text}" if waiting else "",
                self.player.next_hint(),
            ]
            self.hint.setText("  ·  ".join(word for word in told if word))
        self._resized()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized()

    def _resized(self) -> None:
        """What has no room goes, the least important first."""
        always = (*self.signs.values(), self.readout, self.speed, self.stop_chip, self.cancel, self.marks)
        others = (self.segments, self.hint, self.step_word, self.speed_word)
        width = self.width() - 28.0 - 2.0 * BESIDE_READOUT
        taken = (
            one.sizeHint().width() + 14.0
            for one in always
            if one is not self.stop_chip and not one.isHidden()
        )
        self._say_stopped(width - sum(taken))
        show_fitting(width, always, others, 14.0)

    def _say_stopped(self, room: float) -> None:
        """Write on the chip what stopped playing, as much of it as there is room for."""
        whole = self.player.stopped_at
        most = min(max(room, ui_room(CHIP_LEAST)), ui_room(CHIP_MOST))
        measure = metrics(ui_px(Type.LABEL), Face.UI, type_weight(Type.LABEL))
        shown = measure.elidedText(whole, Qt.TextElideMode.ElideRight, most - 2.0 * ui_room(14))
        self.stop_chip.say(shown)
        self.stop_chip.setToolTip(whole if shown != whole else "What stops playing")
        if whole:
            self.stop_chip.setAccessibleName(whole)

    # -- choices --------------------------------------------------------------------------------------------

    def _chosen(self, key: str) -> None:
        again = self.session.granularity.value == key
        self.navigator.step_by(key)
        if again and key == Granularity.UNTIL.value:
            self.choose_condition()
        elif again and key == Granularity.TIME.value:
            self.ask_time()

    def _menu(self, under: QWidget) -> tuple[QMenu, QPoint]:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu, under.mapToGlobal(QPoint(0, 0))

    def _pop(self, menu: QMenu, place: QPoint) -> None:
        """Open a menu upwards: the transport is near the window's lower edge."""
        menu.popup(QPoint(place.x(), place.y() - menu.sizeHint().height() - 4))

    def choose_speed(self) -> None:
        """Offer the speeds."""
        menu, place = self._menu(self.speed)
        for preset in PRESETS:
            entry = menu.addAction(speed_text(preset))
            entry.setCheckable(True)
            entry.setChecked(preset == self.session.speed)
            entry.triggered.connect(self._setter(preset))
        menu.addSeparator()
        menu.addAction("Another...").triggered.connect(self.ask_speed)
        self._pop(menu, place)

    def _setter(self, speed: Fraction) -> Callable[[], None]:
        return lambda: self.session.set_speed(speed)

    def ask_speed(self) -> None:
        """Ask for a speed."""
        hint = "Simulated time = time on the screen, such as 1us = 0.4s"
        value = speed_text(self.session.speed)
        self._ask(self.speed, "Speed", hint, value, lambda text: self.session.set_speed(parse_speed(text)))

    def ask_time(self) -> None:
        """Ask for the stretch of time that a step of fixed time goes."""
        self._ask(
            self.segments, "Step of fixed time", "A time with its unit, such as 1us or 250ns",
            format_ns(self.session.fixed_ns), self._set_time,
        )  # fmt: skip

    def _set_time(self, text: str) -> None:
        self.session.fixed_ns = max(parse_time(text), 1)
        self.navigator.step_by(Granularity.TIME.value)

    def _ask(self, near: QWidget, title: str, hint: str, value: str, take: Callable[[str], None]) -> None:
        dialog = AskLine(self, title, hint, value, take)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = near.mapToGlobal(QPoint(0, 0))
        dialog.adjustSize()
        dialog.move(place.x(), place.y() - dialog.height() - 8)
        dialog.open()
        dialog.line.setFocus()

    def choose_condition(self) -> None:
        """Offer what "until" can wait for; counters are picked in the counters panel."""
        menu, place = self._menu(self.segments.buttons["until"])
        offered = list(CONDITIONS)
        if self.session.condition not in offered:
            offered.append(self.session.condition)
        for condition in offered:
            entry = menu.addAction(f"Until {condition.text}")
            entry.setCheckable(True)
            entry.setChecked(condition == self.session.condition)
            entry.triggered.connect(self._waiter(condition))
        menu.addSeparator()
        note = menu.addAction("A counter: right-click it in Counters")
        note.setEnabled(False)
        self._stop_entries(menu)
        self._pop(menu, place)

    def _waiter(self, condition: Condition) -> Callable[[], None]:
        return lambda: self.navigator.until(condition)

    def choose_stops(self) -> None:
        """Offer what stops playing."""
        menu, place = self._menu(self.stop_chip)
        self._stop_entries(menu)
        self._pop(menu, place)

    def _stop_entries(self, menu: QMenu) -> None:
        menu.addSection("Playing stops at")
        for one in self.session.breakpoints.all:
            entry: QAction = menu.addAction(f"Playing stops at {one.text}")
            entry.setCheckable(True)
            entry.setChecked(one.on)
            entry.triggered.connect(self._stopper(one.text, not one.on))
        menu.addAction("Another breakpoint...").triggered.connect(self.ask_breakpoint)

    def _stopper(self, text: str, on: bool) -> Callable[[], None]:
        def turn() -> None:
            self.session.breakpoints.turn(text, on=on)
            self.session.changed.emit()

        return turn

    def ask_breakpoint(self) -> None:
        """Ask for what stops playing."""
        hint = "An expression, event, function, counter, object or packet"
        self._ask(self.stop_chip, "Breakpoint", hint, "", self._add_breakpoint)

    def _add_breakpoint(self, text: str) -> None:
        timeline = self.session.timeline
        if timeline is not None and text.strip():
            self.session.breakpoints.add(text, timeline)
            self.session.changed.emit()

    def show_bookmarks(self) -> None:
        """Offer the moments that were remembered."""
        if not self.session.bookmarks:
            return
        menu, place = self._menu(self.marks if self.marks.isVisible() else self.readout)
        for bookmark in self.session.bookmarks:
            entry = menu.addAction(self.navigator.bookmark_text(bookmark))
            entry.triggered.connect(self._goer(bookmark.step))
        self._pop(menu, place)

    def _goer(self, step: int) -> Callable[[], None]:
        return lambda: self.navigator.go_to(step)

    # -- the handle -----------------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag_y = round(event.globalPosition().y())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_y is not None:
            y = round(event.globalPosition().y())
            self.dragged.emit(self._drag_y - y)
            self._drag_y = y

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_y = None
