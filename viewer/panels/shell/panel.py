"""The shell panel: scrollback, prompt, and what the typed command would do.

A command that changes the host, typed while one looks at a moment, makes a branch there (`viewer.branching`).
"""

from __future__ import annotations

from textwrap import wrap

from PySide6.QtCore import QEvent, QObject, QRectF, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QToolTip, QVBoxLayout
from typing_extensions import override

from engine.console import read as console
from engine.timeline.cursor import Cursor
from viewer.branching import Branching
from viewer.chrome.leaving import give_back
from viewer.chrome.look import Look
from viewer.chrome.widgets import KeepsKeys, label
from viewer.chrome.wrapped import WrappedLabel
from viewer.panels.sheet import PAD
from viewer.panels.shell.line import ScriptLine
from viewer.panels.shell.typing import History, Kind, Line, common_start, completions, preview, typed
from viewer.session import Session
from viewer.theme.fonts import Face, Type, font, ui_line_px
from viewer.theme.tokens import Role, radius_px

PREVIEW_MS = 150
KEPT_LINES = 2_000
KEPT_SCRIPTS = 200
PLAN_LINES = 8
LEAST_COLUMNS = 24
ROUND_ABOUT = 46
"""Px of the panel's height around the prompt's and the preview's lines."""

LISTED_MOST = 60
_INKS = {
    Kind.PROMPT: Role.TEXT,
    Kind.OUT: Role.TEXT_SECONDARY,
    Kind.ERROR: Role.TEXT,
    Kind.HINT: Role.TEXT_TERTIARY,
}


class Shell(QFrame):
    """The panel. Signal: `noted` when what its title says has changed."""

    noted = Signal()

    def __init__(
        self, session: Session, branching: Branching, look: Look, settings: QSettings | None = None
    ) -> None:
        super().__init__()
        self.session, self.branching, self.look, self.settings = session, branching, look, settings
        self.note = ""
        self.history = History(_remembered(settings))
        self.lines: list[Line] = []
        self.setProperty("kind", "panel")
        self.setAccessibleName("Shell")
        self.output = QPlainTextEdit()
        self.output.setReadOnly(True)
        self.output.setProperty("kind", "printed")
        self.output.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)  # what tools print stands in columns
        self._columns = 0
        self.output.setMaximumBlockCount(KEPT_LINES)
        self.output.setAccessibleName("What the commands printed")
        self.output.setTabChangesFocus(True)
        self.output.setMinimumHeight(1)  # it gives way to a script that is typed
        self._at_end = True
        bar = self.output.verticalScrollBar()
        bar.rangeChanged.connect(self._room_changed)
        bar.sliderMoved.connect(self._scrolled)
        bar.actionTriggered.connect(lambda: self._scrolled(bar.sliderPosition()))
        self.line = ScriptLine(look)
        self.line.before, self.line.after = self.history.up, self.history.down
        self.line.entered.connect(self.enter)
        self.line.tabbed.connect(self.complete)
        self.line.cleared.connect(self.clear)
        self.line.left.connect(lambda: give_back(self.line))
        self.plan = WrappedLabel(look, Type.SMALL, Role.TEXT_SECONDARY, PLAN_LINES)
        self.run = QPushButton("Run")
        self.run.setProperty("kind", "primary")
        self.run.setAccessibleName("Run the command")
        self.run.clicked.connect(lambda: self.enter(self.line.toPlainText()))
        KeepsKeys(self.run)
        self._fill()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PREVIEW_MS)
        self._soon.timeout.connect(self._preview)
        self.line.edited.connect(self._soon.start)
        session.moved.connect(self._moved)
        session.opened.connect(self._opened)
        look.changed.connect(self._redraw)
        self._redraw()
        self._moved()

    def _fill(self) -> None:
        pad = int(PAD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(0)
        around = QHBoxLayout()
        inside = (
            round(self.output.document().documentMargin()) + 5
        )  # with what the style sheet leaves around it
        around.setContentsMargins(pad - inside, 0, 0, 4)
        around.addWidget(self.output)
        column.addLayout(around, 1)
        held = QHBoxLayout()
        held.setContentsMargins(pad, 0, pad, 6)
        held.addWidget(_Prompt(self.line, self.look))
        column.addLayout(held)
        self.bar = QFrame()
        self.bar.setProperty("kind", "raised")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(self.plan, 1)
        row.addWidget(self.run)
        below = QHBoxLayout()
        below.setContentsMargins(pad, 0, pad, 0)
        below.addWidget(self.bar)
        column.addLayout(below)
        self.bar.hide()

    # -- what is typed --------------------------------------------------------------------------------------

    def enter(self, script: str) -> None:
        """Run a script at the moment that is looked at; what it changes begins a branch."""
        script = script.strip()
        self.line.clear()
        QToolTip.hideText()  # that of the preview, which is gone
        cursor = self._cursor()
        if not script:
            return
        self.history.add(script)
        self._remember()
        if cursor is None:
            self._show([Line(Kind.PROMPT, script), Line(Kind.HINT, "Nothing has been computed yet.")])
            return
        done = typed(script, cursor)
        self._show(list(done.lines))
        if done.changes:
            self._branch(done.changes)

    def _branch(self, changes: tuple[str, ...]) -> None:
        goes_on = self.branching.goes_on
        script = "\n".join(changes)
        name = self.branching.change({"run": script}, changes[0] if len(changes) == 1 else "Shell script")
        if name is not None:
            what = "goes on" if goes_on else "begins"
            self._show([Line(Kind.HINT, f"# {name} {what} here; Ctrl+Z takes it back")])

    def complete(self) -> None:
        """Complete the word at the caret as far as it can only be one thing; else list what it can be."""
        cursor, before = self._cursor(), self.line.before_caret
        found = list(console.completions(before, cursor, cursor.timeline)) if cursor is not None else []
        if not found:
            self._complete_whole()
            return
        typed_word = "" if before[-1:].isspace() else (before.split() or [""])[-1]
        longer = common_start(found)
        if len(found) == 1:
            self.line.replace_word(longer if longer.endswith(("/", "=")) else f"{longer} ")
        elif len(longer) > len(typed_word):
            self.line.replace_word(longer)
        else:
            self._list(found)

    def _complete_whole(self) -> None:
        """Complete what is typed to a command that was typed before."""
        text = self.line.toPlainText()
        found = completions(text, (), self.history.scripts)
        longer = common_start(found)
        if len(longer) > len(text.lstrip()):
            self.line.put(longer)
        elif found:
            self._list(found)

    def _list(self, found: list[str]) -> None:
        more = len(found) - LISTED_MOST
        shown = [*found[:LISTED_MOST], *([f"… and {more} more"] if more > 0 else [])]
        self._show([Line(Kind.HINT, one) for one in shown])

    def clear(self) -> None:
        """Empty the scrollback."""
        self.lines = []
        self.output.clear()

    def _cursor(self) -> Cursor | None:
        timeline = self.session.timeline
        if timeline is None or not timeline.steps:
            return None
        return Cursor(timeline, max(self.session.moment.step, 0))

    # -- what is shown --------------------------------------------------------------------------------------

    def _opened(self) -> None:
        """What was printed before is another host's."""
        timeline = self.session.timeline
        if self.lines and timeline is not None and not self.session.same_scene:
            self._show([Line(Kind.HINT, f"# {timeline.facts.get('title') or 'another host'}")])
        self._moved()

    def _moved(self) -> None:
        note = "changes apply at the playhead" if self.session.has_steps else ""
        if note != self.note:
            self.note = note
            self.noted.emit()
        if self.bar.isVisible():
            self._soon.start()

    def _preview(self) -> None:
        """Tell what the typed command would do at this moment."""
        cursor, text = self._cursor(), self.line.toPlainText().strip()
        words = preview(text, cursor) if cursor is not None and text else ""
        self.plan.say(words if "\n" in words else f"Preview: {words}" if words else "")
        self.bar.setVisible(bool(words))
        self._share()

    def _share(self) -> None:
        """Divide a low panel: half of it for the preview, the rest for what is typed."""
        rows = (self.height() - ROUND_ABOUT) // ui_line_px(Type.SMALL)
        self.plan.give_room(min(max(rows // 2, 1), PLAN_LINES))
        self.line.give_room(rows - (len(self.plan.rows) if not self.bar.isHidden() else 0))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()
        if self._measure():
            self._redraw()

    def _show(self, lines: list[Line]) -> None:
        self.lines = [*self.lines, *lines][-KEPT_LINES:]
        for line in lines:
            self._write(line)
        self._go_to_end()
        self.output.horizontalScrollBar().setValue(0)

    def _go_to_end(self) -> None:
        """Show the last lines, and go on showing them while the room changes."""
        self._at_end = True
        bar = self.output.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _scrolled(self, value: int) -> None:
        self._at_end = value >= self.output.verticalScrollBar().maximum()

    def _room_changed(self, _: int, most: int) -> None:
        if self._at_end:
            self.output.verticalScrollBar().setValue(most)

    def _write(self, line: Line) -> None:
        made = QTextCharFormat()
        made.setForeground(self.look.colour(_INKS[line.kind]))
        made.setFontWeight(QFont.Weight.DemiBold if line.kind is Kind.PROMPT else QFont.Weight.Medium)
        place = QTextCursor(self.output.document())
        place.movePosition(QTextCursor.MoveOperation.End)
        if not self.output.document().isEmpty():
            place.insertBlock()
        text = f"$ {line.text}" if line.kind is Kind.PROMPT else line.text
        place.insertText(text if line.kind is Kind.OUT else self._wrapped(text), made)

    def _wrapped(self, text: str) -> str:
        """What is no output of a tool, broken where the panel ends."""
        broken = (
            wrap(line, max(self._columns, LEAST_COLUMNS), break_on_hyphens=False) for line in text.split("\n")
        )
        return "\n".join("\n".join(rows) for rows in broken)

    def _measure(self) -> bool:
        """Count the letters that a line has room for; whether it is another number now."""
        inside = self.output.viewport().width() - 2.0 * self.output.document().documentMargin()
        before, self._columns = self._columns, int(inside / self.output.fontMetrics().horizontalAdvance("0"))
        return self._columns != before

    def _redraw(self) -> None:
        """Write everything anew: other colours, or another size of text."""
        self.output.setFont(font(Type.SMALL, Face.MONO))
        self._measure()
        self.output.clear()
        for line in self.lines:
            self._write(line)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._go_to_end()

    def _remember(self) -> None:
        if self.settings is not None:
            self.settings.setValue("shell", self.history.scripts[-KEPT_SCRIPTS:])


class _Prompt(QFrame):
    """The sign and the line, with a ring around them while the line has the keyboard."""

    def __init__(self, line: ScriptLine, look: Look) -> None:
        super().__init__()
        self.line, self.look = line, look
        self.setProperty("kind", "panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(6)
        sign = label("$", Type.SMALL, tone="secondary", face="mono")
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(line, 1)
        line.installEventFilter(self)
        look.changed.connect(self.update)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        here = self.line.hasFocus()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.look.colour(Role.FOCUS if here else Role.LINE_SUBTLE), 1.0))
            radius = radius_px("control")
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def _remembered(settings: QSettings | None) -> list[str]:
    value = settings.value("shell", []) if settings is not None else []
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, list) else []
