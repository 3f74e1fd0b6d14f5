"""Rows of the list of packets: the model over a choice, and how a row is painted in columns."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.panels.packets_choice import Facts, Packets
from viewer.panels.packets_list import RowDelegate, RowList
from viewer.panels.packets_marks import paint_mark
from viewer.panels.sheet import PAD, beside
from viewer.theme.fonts import Face, Type, font, metrics, ui_px, ui_room, ui_scaled, ui_width
from viewer.theme.tokens import Ink, Role

APART = 12.0
_Index = QModelIndex | QPersistentModelIndex


class Column(NamedTuple):
    """A column.

    Attributes:
        key: of `Facts` and, if it can be sorted by, of the table.
        head: the word above it.
        widest: a text as wide as it gets.
        weight: how dear it is; the least dear go first where there is little room.
    """

    key: str
    head: str
    widest: str
    weight: int


COLUMNS: Final = (
    Column("number", "packet", "A 00000", 9),
    Column("length", "bytes", "0000", 3),
    Column("arrived", "arrived", "000.000 µs", 2),
    Column("latency", "latency", "000.00 µs", 6),
)
PLACE: Final = "rx_queue_0_drops"
MARK_ROOM: Final = 24.0


def places(room: float) -> list[tuple[Column, float]]:
    """The columns that there is room for, each with its right edge from the left one of the row."""
    place = ui_width(PLACE, Type.SMALL, Face.MONO, 600)
    widths = {
        one.key: max(ui_width(one.widest, Type.SMALL, Face.MONO, 500), ui_width(one.head, Type.SMALL))
        for one in COLUMNS
    }
    kept = list(COLUMNS)
    while (
        len(kept) > 1 and sum(widths[one.key] + APART for one in kept) + place + ui_scaled(MARK_ROOM) > room
    ):
        kept.remove(min(kept, key=lambda one: one.weight))
    made, x = [], float(ui_scaled(MARK_ROOM))
    for one in kept:
        x += widths[one.key]
        made.append((one, x))
        x += APART
    return made


class PacketModel(QAbstractListModel):
    """The packets that are listed."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: Packets | None = None
        self.count = 0

    def show(self, packets: Packets | None) -> None:
        """Show a choice, or what has become of it."""
        count = len(packets.rows) if packets is not None else 0
        if packets is self.packets and count == self.count:
            if count:
                self.dataChanged.emit(self.index(0), self.index(count - 1))
            return
        self.beginResetModel()
        self.packets, self.count = packets, count
        self.endResetModel()

    def facts(self, row: int) -> Facts | None:
        """What a row says; None when there is none."""
        return self.packets.facts(row) if self.packets is not None and 0 <= row < self.count else None

    @override
    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.count

    @override
    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        facts = self.facts(index.row())
        if facts is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return facts.sentence
        return f"{facts.name} is frame #{facts.uid}" if role == Qt.ItemDataRole.ToolTipRole else None


class PacketDelegate(RowDelegate):
    """Paints a row."""

    @override
    def paint_row(self, painter: QPainter, inner: QRectF, index: _Index) -> None:
        model = index.model()
        facts = model.facts(index.row()) if isinstance(model, PacketModel) else None
        if facts is not None:
            paint_mark(painter, self.look, facts.letter, inner.left() + ui_scaled(8), inner.center().y())
            self._columns(painter, inner, facts)

    def _columns(self, painter: QPainter, rect: QRectF, facts: Facts) -> None:
        texts = {
            "number": facts.name,
            "length": facts.length,
            "arrived": facts.arrived,
            "latency": facts.latency,
        }
        right = rect.left()
        painter.setFont(font(Type.SMALL, Face.MONO, 500))
        for column, edge in places(rect.width()):
            ink = Role.TEXT if column.key in ("number", "latency") else Role.TEXT_SECONDARY
            if column.key == "latency" and not facts.read:
                ink = Role.TEXT_TERTIARY  # it is known how long it will have taken
            right = rect.left() + edge
            self._write(painter, QRectF(rect.left(), rect.top(), edge, rect.height()), texts[column.key], ink)
        room = rect.right() - right - APART
        face = Face.MONO if facts.lost else Face.UI
        kind, weight = (Type.SMALL, 600) if facts.lost else (Type.SMALL, 500)
        ink = Role.LOST if facts.lost else Role.TEXT
        painter.setFont(font(kind, face, weight))
        text = metrics(ui_px(kind), face, weight).elidedText(facts.place, Qt.TextElideMode.ElideRight, room)
        self._write(painter, rect, text, ink)

    def _write(self, painter: QPainter, rect: QRectF, text: str, ink: Ink) -> None:
        painter.setPen(self.look.colour(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


class Heads(QWidget):
    """The words above the columns; a click on one sorts by it. Signal: `sorted_by` with the column's key."""

    sorted_by = Signal(str)

    def __init__(self, look: Look, rows: RowList) -> None:
        """Make it; `rows` is what the words stand above."""
        super().__init__()
        self.look, self.rows = look, rows
        self.key, self.down = "number", False
        self.setToolTip("Click on a word to sort by it; again, the other way")
        self.setAccessibleName("Columns")
        self._resized()
        look.changed.connect(self._resized)

    def _resized(self) -> None:
        self.setFixedHeight(ui_room(20))
        self.update()

    @property
    def _room(self) -> float:
        """Width of a row, beside which there may be a scroll bar."""
        return self.rows.viewport().width() + beside(self.rows) - 2.0 * PAD

    def show_sort(self, key: str, *, down: bool) -> None:
        """Show what is sorted by."""
        self.key, self.down = key, down
        self.update()

    def at(self, x: float) -> str | None:
        """The key of the column at an x; None beside them."""
        left = PAD + ui_scaled(MARK_ROOM)
        for column, edge in places(self._room):
            if left <= x <= PAD + edge + APART / 2.0:
                return column.key
            left = PAD + edge + APART / 2.0
        return None

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        key = self.at(event.position().x())
        if key is not None and event.button() == Qt.MouseButton.LeftButton:
            self.sorted_by.emit(key)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        room = self._room
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.colour(Role.PANEL))
            for column, edge in places(room):
                chosen = column.key == self.key
                painter.setFont(font(Type.SMALL, Face.UI, 600 if chosen else 500))
                painter.setPen(self.look.colour(Role.TEXT if chosen else Role.TEXT_TERTIARY))
                place = QRectF(0.0, 0.0, PAD + edge, self.height())
                painter.drawText(
                    place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, column.head
                )
            painter.setFont(font(Type.SMALL, Face.UI, 500))
            painter.setPen(self.look.colour(Role.TEXT_TERTIARY))
            place = QRectF(0.0, 0.0, PAD + room, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "place")
            line = QRectF(PAD, self.height() - 1.0, room, 1.0)
            painter.fillRect(line, self.look.colour(Role.LINE_SUBTLE))
