"""The summary of the counters as rows: softnet_stat, what was lost, and what the tools are asked for most.

Every number leads to the step that moved it last. What moved since the reference stands on an inverse plate with its
delta; the rise of a loss is red. Beside another future each number that differs there says by how much.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from viewer.lasting import Lasting
from viewer.navigator import Navigator
from viewer.panels.counters_menu import CounterMenu
from viewer.panels.counters_values import signed, written
from viewer.panels.counting import (
    SOFTNET_HEADS,
    Counter,
    Key,
    SoftnetRow,
    counters,
    losses,
    read,
    softnet_rows,
)
from viewer.panels.sheet import Cell, Plate, Row, Sheet, Span, mono, words
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role

HEX_DIGITS = 8
FIRST_COLUMN = 0.30
"""Where the first column of softnet_stat ends, of the width, unless its head needs more."""

Number = tuple[str, str]
"""A number of the summary in any run: whose it is, and its name."""


class Shown(NamedTuple):
    """Which numbers a run has."""

    softnet: list[SoftnetRow]
    others: list[Counter]

    @property
    def keys(self) -> list[Key]:
        """Where they stand."""
        return [key for row in self.softnet for key in row.keys] + [one.key for one in self.others]

    def named(self, values: dict[Key, int]) -> dict[Number, int]:
        """Values by the names that they have in any run."""
        found = {
            (f"cpu {row.cpu}", head): values[key]
            for row in self.softnet
            for head, key in zip(SOFTNET_HEADS, row.keys, strict=True)
            if key in values
        }
        return found | {(one.owner, one.name): values[one.key] for one in self.others if one.key in values}


def there(cursor: Cursor) -> dict[Number, int]:
    """The numbers of another run at its cursor, by name."""
    shown = Shown(softnet_rows(cursor.timeline), counters(cursor.timeline))
    return shown.named(read(cursor, shown.keys))


class Summary:
    """Makes the rows for a sheet; remembers what it read at the reference."""

    def __init__(self, sheet: Sheet, navigator: Navigator, menu: CounterMenu) -> None:
        self.sheet, self.navigator, self.menu = sheet, navigator, menu
        kept = navigator.session.lasting
        self._timeline: Lasting[Timeline] = Lasting(kept)
        self._shown: Lasting[Shown] = Lasting(kept)
        self._before: Lasting[dict[Key, int]] = Lasting(kept)
        self._step = 0

    def rows(self, cursor: Cursor, step: int, since: int, other: dict[Number, int] | None) -> list[Row]:
        """What there is to tell.

        Args:
            cursor: of the run; it is moved.
            step: the moment.
            since: the step to compare with; -1 for none.
            other: the numbers of the future that is compared; None while none is.
        """
        self._timeline.put(cursor.timeline)
        shown, self._step = self._which(cursor), step
        before = self._before.of((shown, since), lambda: _values_at(cursor, shown.keys, since))
        cursor.seek(step)
        now = read(cursor, shown.keys)
        apart = self._apart(shown.named(now), other)
        rows = [*self._softnet(shown.softnet, now, before, apart), *self._losses(cursor, since)]
        return rows + [
            self._counter(one, now.get(one.key), before.get(one.key), apart) for one in shown.others
        ]

    def _which(self, cursor: Cursor) -> Shown:
        """Which numbers there are: looked up again as the run doubles, and when it is complete."""
        timeline = cursor.timeline
        made = (timeline, timeline.steps.bit_length(), timeline.complete)
        return self._shown.of(made, lambda: Shown(softnet_rows(timeline), counters(timeline)))

    @staticmethod
    def _apart(mine: dict[Number, int], other: dict[Number, int] | None) -> dict[Number, int]:
        """How much the other future's numbers are more, where they are not equal."""
        if other is None:
            return {}
        return {name: other[name] - here for name, here in mine.items() if other.get(name, here) != here}

    # -- losses, and the list -------------------------------------------------------------------------------

    def _losses(self, cursor: Cursor, since: int) -> list[Row]:
        """What was lost so far, by place and reason; that nothing was is said once it is sure."""
        timeline = cursor.timeline
        found = losses(timeline, int(cursor.step))
        if not found:
            at_end = timeline.complete and cursor.step >= timeline.steps - 1
            sentence = "Nothing was lost in this run." if at_end else "Nothing lost so far."
            return [Row((Cell((words(sentence, Role.TEXT_TERTIARY),)),)), Row(height=6.0)]
        before = {one.reason: one.number for one in losses(timeline, since)}
        rows = []
        for one in found:
            delta = one.number - before.get(one.reason, 0)
            menu = self.menu.of(f"packets.lost['{one.reason}']")
            place = Cell((mono("lost ", Role.LOST, 600), mono(one.reason, Role.TEXT_SECONDARY)), menu=menu)
            numbers = numbers_of(one.number, delta, self._sees(one.step), lost=True)
            rows.append(Row((place, *(replace(cell, menu=menu) for cell in numbers)), height=21.0))
        return [*rows, Row(height=6.0)]

    def _sees(self, step: int) -> Callable[[], None]:
        return lambda: self.navigator.see(step)

    def _counter(self, one: Counter, now: int | None, before: int | None, apart: dict[Number, int]) -> Row:
        tip, menu = self._tip(one.key), self.menu.of(one.path, one.key)
        name = Cell(
            (mono(f"{one.owner} ", Role.TEXT_TERTIARY), mono(one.name, Role.TEXT_SECONDARY)),
            tip=tip,
            menu=menu,
        )
        if now is None:
            return Row((name, Cell((mono("–", Role.TEXT_TERTIARY),), at=1.0, right=True)), height=21.0)
        delta = now - before if before is not None else 0
        by = apart.get((one.owner, one.name), 0)
        numbers = numbers_of(now, delta, self._goer(one.key, now), lost=one.lost, apart=by)
        return Row((name, *(replace(cell, tip=tip, menu=menu) for cell in numbers)), height=21.0)

    def _tip(self, key: Key) -> str:
        timeline = self._timeline.last
        if timeline is None:
            return ""
        info = timeline.object(key.uid)
        field = next((field for field in info.cls.fields if field.name == key.field), None)
        return f"{info.cls.name}.{field.name}: {field.meaning}" if field is not None else ""

    def _goer(self, key: Key, now: int | None) -> Callable[[], None] | None:
        """Go to the step that moved a counter last, as seen from the moment."""
        here = self._step
        if now is None:
            return None

        def go() -> None:
            timeline = self._timeline.last
            step = Cursor(timeline, here).changed_at(key.uid, key.field) if timeline is not None else None
            if step is not None:
                self.navigator.see(int(step))

        return go

    # -- softnet_stat ---------------------------------------------------------------------------------------

    def _softnet(
        self,
        lines: list[SoftnetRow],
        now: dict[Key, int],
        before: dict[Key, int],
        apart: dict[Number, int],
    ) -> list[Row]:
        if not lines:
            return []
        rows = [Row((Cell((mono("/proc/net/softnet_stat", Role.TEXT_SECONDARY),)),), height=22.0)]
        columns = self._columns()
        if not self._fits(columns):
            return [*rows, *self._softnet_by_field(lines, now, before), *_others(apart), Row(height=8.0)]
        heads = [Cell((words("cpu", Role.TEXT_TERTIARY),))]
        for at, head in zip(columns, SOFTNET_HEADS, strict=True):
            heads.append(Cell((words(head, Role.TEXT_TERTIARY),), x=-6.0, at=at, right=True))
        rows.append(Row(tuple(heads)))
        for line in lines:
            cells = [Cell((mono(f"{line.cpu}", Role.TEXT_SECONDARY),))]
            for at, key in zip(columns, line.keys, strict=True):
                cells.append(self._hex(line.path(key), key, at, now.get(key), before.get(key)))
            rows.append(Row(tuple(cells), height=20.0))
        return [*rows, *_others(apart), Row(height=8.0)]

    def _columns(self) -> list[float]:
        """Right ends of the columns, as shares of the width: evenly apart after the first one's head."""
        head = words("cpu").width() + words(SOFTNET_HEADS[0]).width() + 14.0
        first = min(max(FIRST_COLUMN, head / max(self.sheet.room, 1.0)), 0.9)
        last = len(SOFTNET_HEADS) - 1
        return [first + (1.0 - first) * number / last for number in range(last + 1)]

    def _fits(self, columns: list[float]) -> bool:
        """Whether numbers beside each other stay apart."""
        apart = (columns[1] - columns[0]) * self.sheet.room
        return mono("0" * HEX_DIGITS, weight=600).width() + 8.0 <= apart

    def _softnet_by_field(
        self, lines: list[SoftnetRow], now: dict[Key, int], before: dict[Key, int]
    ) -> list[Row]:
        """The same where there is no room for columns: a line a number."""
        rows = []
        for line in lines:
            for head, key in zip(SOFTNET_HEADS, line.keys, strict=True):
                name = Cell((mono(f"{line.cpu} ", Role.TEXT_SECONDARY), words(head, Role.TEXT_TERTIARY)))
                number = self._hex(line.path(key), key, 1.0, now.get(key), before.get(key))
                rows.append(Row((name, number), height=20.0))
        return rows

    def _hex(self, path: str, key: Key, at: float, now: int | None, before: int | None) -> Cell:
        """A number as softnet_stat prints it: eight hex digits, the leading zeros dim."""
        text = "–" if now is None else f"{now:0{HEX_DIGITS}x}"
        moved = now is not None and before is not None and now != before
        lead = len(text) - len(text.lstrip("0")) if now is not None else 0
        spans = (
            Span(text[:lead], Role.TEXT_DISABLED, Type.SMALL, Face.MONO, 500),
            Span(text[lead:], Role.TEXT, Type.SMALL, Face.MONO, 600),
        )
        tip = f"{key.field}: {now}"
        if moved and now is not None and before is not None:
            tip += f" ({signed(now - before)})"
        return Cell(
            spans,
            x=-6.0,
            at=at,
            right=True,
            plate=Plate.CHANGED if moved else Plate.NONE,
            tip=tip,
            do=self._goer(key, now),
            menu=self.menu.of(path, key),
        )


def _values_at(cursor: Cursor, keys: list[Key], step: int) -> dict[Key, int]:
    """What stood there after a step; nothing before the first. Moves the cursor there."""
    if not 0 <= step < cursor.timeline.steps:
        return {}
    cursor.seek(step)
    return read(cursor, keys)


def _others(apart: dict[Number, int]) -> list[Row]:
    """The numbers of softnet_stat that are others in the future that is compared."""
    rows = []
    for (owner, name), by in apart.items():
        if owner.startswith("cpu ") and name in SOFTNET_HEADS:
            label = Cell((mono(f"{owner} ", Role.TEXT_TERTIARY), mono(name, Role.TEXT_SECONDARY)))
            rows.append(Row((label, _chip_apart(by, -6.0)), height=20.0))
    return rows


def _chip_apart(by: int, x: float) -> Cell:
    chip = Span(f"other {signed(by)}", Role.TEXT, Type.MICRO, Face.UI, 600)
    return Cell((chip,), x=x, at=1.0, right=True, plate=Plate.QUIET, tip="In the future that is compared")


def numbers_of(
    value: int, delta: int, do: Callable[[], None] | None, *, lost: bool, apart: int = 0
) -> list[Cell]:
    """A number at the right edge, how much it moved on a plate beside it, how much more it is in another future."""
    number = Span(written(value), Role.TEXT, Type.SMALL, Face.MONO, 600)
    cells, left = [], 0.0
    if delta:
        chip = Span(signed(delta), Role.TEXT, Type.MICRO, Face.UI, 600)
        plate = Plate.LOST if lost and delta > 0 else Plate.CHANGED
        left = -(chip.width() + 24.0)
        cells.append(Cell((chip,), x=-6.0, at=1.0, right=True, plate=plate, do=do))
    cells.append(Cell((number,), x=left, at=1.0, right=True, do=do))
    if apart:
        cells.append(_chip_apart(apart, left - number.width() - 18.0))
    return cells
