"""The counters: a summary whose every number leads to the step that moved it, or a tool's own page.

What moved since the last moment at rest stands on an inverse plate with its delta; the rise of a loss is red.
Zero counters stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QScrollArea

from engine.scenario.units import format_ns
from engine.timeline.cursor import Cursor
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.panels.counting import (
    SOFTNET_HEADS,
    Counter,
    Key,
    Reference,
    SoftnetRow,
    counters,
    losses,
    read,
    softnet_rows,
)
from viewer.panels.sheet import Cell, Plate, Row, Sheet, Span, mono, words
from viewer.player import Player
from viewer.session import Session
from viewer.stepping import counter_moves
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role

REFRESH_MS = 66
SUMMARY = "Summary"
HEX_DIGITS = 8
_COLUMNS = (0.30, 0.53, 0.765, 1.0)
PAGES = (
    SUMMARY,
    "cat /proc/net/softnet_stat",
    "cat /proc/interrupts",
    "cat /proc/softirqs",
    "cat /proc/net/snmp",
    "nstat -az",
    "ethtool -S {nic}",
    "ethtool -g {nic}",
    "ethtool -x {nic}",
    "ip -s link show {nic}",
    "ss -uampn",
    "mpstat -P ALL",
    "cat /proc/net/dev",
)


class Counters(QScrollArea):
    """The panel. Signal: `noted` when its numbers, and with them its note, are others.

    Attributes:
        page: `SUMMARY`, or the command whose output is shown.
    """

    noted = Signal()

    def __init__(self, session: Session, player: Player, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.player, self.navigator, self.look = session, player, navigator, look
        self.page = SUMMARY
        self.sheet = Sheet(look, "Counters")
        self.setWidget(self.sheet)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setProperty("kind", "panel")
        self._cursor: Cursor | None = None
        self._told: tuple[object, ...] = ()
        self._reference = Reference()
        self._before: tuple[int, dict[Key, int]] = (-2, {})
        self._shown: tuple[list[SoftnetRow], list[Counter]] = ([], [])
        self._shown_at: tuple[int, bool] = (0, False)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        session.moved.connect(self._moved)
        session.changed.connect(self.soon)
        session.opened.connect(self._opened)
        look.changed.connect(self.soon)
        self.soon()

    @property
    def note(self) -> str:
        """What the panel's title says at the right: the page, or since when the marked numbers have moved."""
        if self.page != SUMMARY:
            return self.page
        timeline, step = self.session.timeline, self._reference.step
        if timeline is None or not self.session.has_steps:
            return ""
        time = timeline.time(step) if 0 <= step < timeline.steps else 0
        return f"since {format_ns(time, 3)}" if time else "since the start"

    def soon(self) -> None:
        """Refresh, not more often than is seen."""
        if not self._timer.isActive():
            self._timer.start()

    def _opened(self) -> None:
        timeline = self.session.timeline
        self._cursor = Cursor(timeline) if timeline is not None else None
        self._reference, self._before, self._shown_at = Reference(), (-2, {}), (0, False)
        self.soon()

    def _moved(self) -> None:
        moment = self.session.moment
        self._reference.see(moment.step, at_rest=not self.player.moving)
        self.soon()

    def refresh(self) -> None:
        """Tell the numbers of the moment."""
        made = self._made()
        told = (
            self._cursor,
            self.session.moment.step,
            self._reference.step,
            self.page,
            made,
            self.look.theme,
        )
        if self.isVisible() and told != self._told:
            self._told = told
            self.sheet.show_rows(self.rows())
            self.noted.emit()

    def rows(self) -> list[Row]:
        """What there is to tell now."""
        cursor = self._cursor
        if cursor is None or not self.session.has_steps:
            return [Row((Cell((words("Nothing is counted yet.", Role.TEXT_TERTIARY),)),))]
        if self.page != SUMMARY:
            return self._tool(cursor)
        softnet, others = self._which(cursor)
        keys = [key for row in softnet for key in row.keys] + [one.key for one in others]
        before = self._values_before(cursor, keys)
        cursor.seek(max(self.session.moment.step, 0))
        now = read(cursor, keys)
        rows = self._softnet(softnet, now, before) + self._losses(cursor)
        for one in others:
            rows.append(self._counter(one, now.get(one.key), before.get(one.key)))
        return rows

    def _which(self, cursor: Cursor) -> tuple[list[SoftnetRow], list[Counter]]:
        made = self._made()
        if made != self._shown_at:
            self._shown_at = made
            self._shown = (softnet_rows(cursor.timeline), counters(cursor.timeline))
        return self._shown

    def _made(self) -> tuple[int, bool]:
        """Changes when there may be other objects that count: as the run doubles, and when it is complete."""
        timeline = self.session.timeline
        return (timeline.steps.bit_length(), timeline.complete) if timeline is not None else (0, False)

    def _values_before(self, cursor: Cursor, keys: list[Key]) -> dict[Key, int]:
        step = self._reference.step
        if step != self._before[0] or len(self._before[1]) > len(keys):
            values: dict[Key, int] = {}
            if 0 <= step < cursor.timeline.steps:
                cursor.seek(step)
                values = read(cursor, keys)
            self._before = (step, values)
        return self._before[1]

    # -- the summary ----------------------------------------------------------------------------------------

    def _losses(self, cursor: Cursor) -> list[Row]:
        """What was lost so far, by place and reason; that nothing was is said once it is sure."""
        timeline = cursor.timeline
        found = losses(timeline, int(cursor.step))
        if not found:
            at_end = timeline.complete and cursor.step >= timeline.steps - 1
            sentence = "Nothing was lost in this run." if at_end else "Nothing lost so far."
            return [Row((Cell((words(sentence, Role.TEXT_TERTIARY),)),)), Row(height=6.0)]
        before = {one.reason: one.number for one in losses(timeline, self._reference.step)}
        rows = []
        for one in found:
            delta = one.number - before.get(one.reason, 0)
            place = Cell((mono("lost ", Role.LOST, 600), mono(one.reason, Role.TEXT_SECONDARY)))
            rows.append(
                Row((place, *self._numbers(one.number, delta, self._sees(one.step), lost=True)), height=21.0)
            )
        return [*rows, Row(height=6.0)]

    def _sees(self, step: int) -> Callable[[], None]:
        return lambda: self.navigator.see(step)

    @staticmethod
    def _numbers(value: int, delta: int, do: Callable[[], None] | None, *, lost: bool) -> list[Cell]:
        """A number at the right edge, and how much it moved on a plate beside it."""
        number = Span(f"{value:,}".replace(",", " "), Role.TEXT, Type.SMALL, Face.MONO, 600)
        if not delta:
            return [Cell((number,), at=1.0, right=True, do=do)]
        chip = Span(f"{delta:+,}".replace(",", " "), Role.TEXT, Type.MICRO, Face.UI, 600)
        plate = Plate.LOST if lost and delta > 0 else Plate.CHANGED
        left = -(chip.width() + 24.0)
        return [
            Cell((chip,), x=-6.0, at=1.0, right=True, plate=plate, do=do),
            Cell((number,), x=left, at=1.0, right=True, do=do),
        ]

    def _softnet(self, lines: list[SoftnetRow], now: dict[Key, int], before: dict[Key, int]) -> list[Row]:
        if not lines:
            return []
        heads = [Cell((words("cpu", Role.TEXT_TERTIARY),))]
        for at, head in zip(_COLUMNS, SOFTNET_HEADS, strict=True):
            heads.append(Cell((words(head, Role.TEXT_TERTIARY),), x=-6.0, at=at, right=True))
        title = Cell((mono("/proc/net/softnet_stat", Role.TEXT_SECONDARY),))
        rows = [Row((title,), height=22.0), Row(tuple(heads))]
        for line in lines:
            cells = [Cell((mono(f"{line.cpu}", Role.TEXT_SECONDARY),))]
            for at, key in zip(_COLUMNS, line.keys, strict=True):
                cells.append(self._hex(key, at, now.get(key), before.get(key)))
            rows.append(Row(tuple(cells), height=20.0))
        return [*rows, Row(height=8.0)]

    def _hex(self, key: Key, at: float, now: int | None, before: int | None) -> Cell:
        """A number as softnet_stat prints it: eight hex digits, the leading zeros dim."""
        text = "–" if now is None else f"{now:0{HEX_DIGITS}x}"
        moved = now is not None and before is not None and now != before
        lead = len(text) - len(text.lstrip("0")) if now is not None else 0
        spans = (
            Span(text[:lead], Role.TEXT_DISABLED, Type.SMALL, Face.MONO, 500),
            Span(text[lead:], Role.TEXT, Type.SMALL, Face.MONO, 600),
        )
        tip = f"{key.field}: {now}" + (f" (+{now - before})" if moved and now and before is not None else "")
        plate = Plate.CHANGED if moved else Plate.NONE
        return Cell(
            spans,
            x=-6.0,
            at=at,
            right=True,
            plate=plate,
            tip=tip,
            do=self._goer(key, now),
            menu=self._menu(key),
        )

    def _counter(self, one: Counter, now: int | None, before: int | None) -> Row:
        tip, menu = self._tip(one.key), self._menu(one.key)
        name = Cell(
            (mono(f"{one.owner} ", Role.TEXT_TERTIARY), mono(one.name, Role.TEXT_SECONDARY)),
            tip=tip,
            menu=menu,
        )
        if now is None:
            return Row((name, Cell((mono("–", Role.TEXT_TERTIARY),), at=1.0, right=True)), height=21.0)
        delta = now - before if before is not None else 0
        numbers = self._numbers(now, delta, self._goer(one.key, now), lost=one.lost)
        return Row((name, *(replace(cell, tip=tip, menu=menu) for cell in numbers)), height=21.0)

    def _tip(self, key: Key) -> str:
        if self._cursor is None:
            return ""
        info = self._cursor.timeline.object(key.uid)
        field = next((field for field in info.cls.fields if field.name == key.field), None)
        return f"{info.cls.name}.{field.name}: {field.meaning}" if field is not None else ""

    def _goer(self, key: Key, now: int | None) -> Callable[[], None] | None:
        """Go to the step that moved a counter last, as seen from the moment."""
        if now is None:
            return None

        def go() -> None:
            if self._cursor is None:
                return
            self._cursor.seek(max(self.session.moment.step, 0))
            step = self._cursor.changed_at(key.uid, key.field)
            if step is not None:
                self.navigator.see(int(step))

        return go

    def _menu(self, key: Key) -> Callable[[QPoint], None]:
        def show(place: QPoint) -> None:
            timeline = self.session.timeline
            if timeline is None:
                return
            menu = QMenu(self)
            menu.addAction("Step until it moves").triggered.connect(
                lambda: self.navigator.until(counter_moves(timeline, key.uid, key.field))
            )
            menu.addAction("Show as a sparkline, or not").triggered.connect(
                lambda: self.session.chart(key.uid, key.field)
            )
            menu.addAction("Copy name").triggered.connect(
                lambda: QGuiApplication.clipboard().setText(key.field)
            )
            menu.popup(place)

        return show

    # -- tools' pages ---------------------------------------------------------------------------------------

    def pages(self) -> list[str]:
        """What can be shown, the adapter's name filled in."""
        nics = self.session.timeline.facts.get("nics") or [] if self.session.timeline is not None else []
        name = str(nics[0].get("name", "eth0")) if nics else "eth0"
        return [page.format(nic=name) for page in PAGES]

    def show_page(self, page: str) -> None:
        """Show the summary, or what a command prints at the moment."""
        self.page = page
        self.sheet.wide = page != SUMMARY
        self.soon()

    def _tool(self, cursor: Cursor) -> list[Row]:
        before = self._printed(cursor, self._reference.step) if self._reference.step >= 0 else ""
        text = self._printed(cursor, max(self.session.moment.step, 0))
        old = before.splitlines() if before else []
        rows = [Row((Cell((mono(f"$ {self.page}", Role.TEXT),)),), height=24.0)]
        for number, line in enumerate(text.splitlines()):
            moved = bool(old) and (number >= len(old) or old[number] != line)
            ink = Role.TEXT if moved else Role.TEXT_SECONDARY
            span = mono(line.expandtabs(8), ink, 700 if moved else 500, Type.MICRO)
            rows.append(Row((Cell((span,), tip="moved since then" if moved else ""),), height=16.0))
        return rows

    def _printed(self, cursor: Cursor, step: int) -> str:
        from engine.console import read as console  # not before somebody asks for a tool's page

        cursor.seek(min(step, cursor.timeline.steps - 1))
        output = console.run(self.page, cursor, cursor.timeline)
        return output.stdout + output.stderr
