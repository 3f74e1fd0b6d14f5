"""The rows of the command palette: their model, and how one is painted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.chrome.palette_entries import Entry
from viewer.theme.fonts import Face, Type, font, metrics, ui_line_px, ui_px, ui_room, ui_width
from viewer.theme.tokens import Ink, Role

PAD = 12.0
APART = 16.0
KEY_PAD = 8.0
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ROOT = QModelIndex()


class Found(NamedTuple):
    """An entry that fits, and the letters of its text that were found."""

    entry: Entry
    places: tuple[int, ...]


class Entries(QAbstractListModel):
    """What the palette lists."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Found] = []
        self.keys: frozenset[str] = frozenset({""})

    def show(self, rows: list[Found]) -> None:
        """List others."""
        self.beginResetModel()
        self.rows, self.keys = rows, frozenset({"", *(row.entry.keys for row in rows)})
        self.endResetModel()

    def at(self, index: QModelIndex | QPersistentModelIndex) -> Found | None:
        """What stands in a row."""
        return self.rows[index.row()] if index.isValid() and index.row() < len(self.rows) else None

    def first_possible(self) -> int:
        """The first row that can be done, else the first."""
        return next((number for number, row in enumerate(self.rows) if row.entry.enabled), 0)

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        found = self.at(index)
        if found is None:
            return None
        entry = found.entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = (entry.text, entry.group, entry.keys, entry.reason)
            return ", ".join(word for word in said if word)
        return None

    @override
    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        found = self.at(index)
        able = found is not None and found.entry.enabled
        usual = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return usual | Qt.ItemFlag.ItemIsEnabled if able else usual


class RowPainter(QStyledItemDelegate):
    """Paints a row: text with what was typed in bold, why not, group, and the key in a box."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look = look

    @staticmethod
    def height() -> int:
        """Height of a row in px."""
        return max(ui_room(32), ui_line_px(Type.BODY) + 12)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, self.height())

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        found = model.at(index) if isinstance(model, Entries) else None
        if found is None:
            return
        entry = found.entry
        box: Any = option  # the type stubs leave out what an option holds
        rect = QRectF(box.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = bool(box.state & QStyle.StateFlag.State_Selected)
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour(Role.CHANGED if entry.enabled else Role.INPUT))
            painter.drawRoundedRect(rect, 6.0, 6.0)
        inverse = here and entry.enabled
        right = self._keys(painter, entry.keys, rect, inverse=inverse)
        if isinstance(model, Entries) and not entry.reason:
            right = min(right, rect.right() - PAD / 2.0 - self._keys_px(model) - APART)
        note, ink = (entry.reason, Role.TEXT_SECONDARY) if entry.reason else (entry.group, Role.TEXT_TERTIARY)
        wide = ui_width(note, Type.SMALL)
        text_right = rect.left() + PAD + self._text_px(found)
        if text_right + APART + wide <= right:  # the note gives way to the text
            painter.setFont(font(Type.SMALL))
            painter.setPen(self.look.colour(Role.CHANGED_INK if inverse else ink))
            painter.drawText(QRectF(right - wide, rect.top(), wide + 2.0, rect.height()), LEFT, note)
            right -= wide
        tone = Role.CHANGED_INK if inverse else Role.TEXT if entry.enabled else Role.TEXT_TERTIARY
        self._text(
            painter,
            found,
            QRectF(rect.left() + PAD, rect.top(), right - rect.left() - PAD, rect.height()),
            tone,
        )
        painter.restore()

    @staticmethod
    def _keys_px(model: Entries) -> float:
        """Width of the widest key that is listed: groups stand in a column of their own beside the keys."""
        return max(ui_width(keys, Type.MICRO, Face.MONO, 500) for keys in model.keys) + 2 * KEY_PAD

    def _keys(self, painter: QPainter, keys: str, rect: QRectF, *, inverse: bool) -> float:
        """The key in its box; returns how far to the right there is room."""
        if not keys:
            return rect.right() - PAD
        wide = ui_width(keys, Type.MICRO, Face.MONO, 500) + 2 * KEY_PAD
        high = ui_px(Type.MICRO) + 9.0
        place = QRectF(rect.right() - PAD / 2.0 - wide, rect.center().y() - high / 2.0, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour(Role.INPUT, 0.0 if inverse else 1.0))
        painter.drawRoundedRect(place, 4.0, 4.0)
        painter.setFont(font(Type.MICRO, Face.MONO, 500))
        painter.setPen(self.look.colour(Role.CHANGED_INK if inverse else Role.TEXT_SECONDARY))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, keys)
        return place.left() - APART

    @staticmethod
    def _pieces(found: Found) -> Iterator[tuple[str, int]]:
        """The text in runs of found letters and others, with their weights."""
        places = set(found.places)
        for bold, letters in groupby(enumerate(found.entry.text), key=lambda one: one[0] in places):
            yield "".join(letter for _, letter in letters), 700 if bold else 500

    def _text_px(self, found: Found) -> float:
        return sum(ui_width(text, Type.BODY, Face.UI, weight) for text, weight in self._pieces(found))

    def _text(self, painter: QPainter, found: Found, room: QRectF, tone: Ink) -> None:
        painter.setPen(self.look.colour(tone))
        if self._text_px(found) > room.width():
            short = metrics(ui_px(Type.BODY), Face.UI, 500).elidedText(
                found.entry.text, Qt.TextElideMode.ElideRight, room.width()
            )
            painter.setFont(font(Type.BODY, Face.UI, 500))
            painter.drawText(room, LEFT, short)
            return
        x = room.left()
        for text, weight in self._pieces(found):
            wide = ui_width(text, Type.BODY, Face.UI, weight)
            painter.setFont(font(Type.BODY, Face.UI, weight))
            painter.drawText(QRectF(x, room.top(), wide + 2.0, room.height()), LEFT, text)
            x += wide
