"""Lines of the list of all counters: what each says, and how it is painted."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from typing_extensions import override

from viewer.panels.counters_values import Name, difference, signed, written
from viewer.panels.packets_list import RowDelegate
from viewer.panels.sheet import APART, CHIP_PAD
from viewer.theme.fonts import Face, Type, font, metrics, ui_px, ui_width
from viewer.theme.tokens import Ink, Role

LEFT_OUT = "…"

_Index = QModelIndex | QPersistentModelIndex


class Line(NamedTuple):
    """A line of the list.

    Attributes:
        name: what it tells of; None for the head of a group.
        group: its group.
        value: as it is shown.
        by: how much it moved since the reference, 0 for not at all; None where that is no number.
        moved: whether it is another value than at the reference.
        apart: how much more it is in the future that is compared; None while none is, or it is the same, or either
            is no number.
        differs: whether it is another value in the future that is compared.
    """

    name: Name | None
    group: str
    value: str = ""
    by: int | float | None = None
    moved: bool = False
    apart: int | float | None = None
    differs: bool = False

    @property
    def lost(self) -> bool:
        """Whether more are lost than at the reference."""
        return self.name is not None and self.name.lost and (self.by or 0) > 0

    @property
    def sentence(self) -> str:
        """All of it, for a tooltip or a screen reader."""
        if self.name is None:
            return self.group
        moved = f" ({signed(self.by)})" if self.by else " (changed)" if self.moved else ""
        unlike = ", another in the other future" if self.differs else ""
        apart = f", {signed(self.apart)} in the other future" if self.apart else unlike
        return f"{self.name.path} = {self.value}{moved}{apart}: {self.name.meaning}"


def matching(names: list[Name], text: str) -> list[Name]:
    """The names that have every typed word in their path or meaning, whatever its case."""
    typed = text.casefold().split()
    if not typed:
        return names
    found = []
    for name in names:
        said = f"{name.path} {name.meaning}".casefold()
        if all(word in said for word in typed):
            found.append(name)
    return found


def lines(
    names: list[Name], now: dict[str, Any], before: dict[str, Any], other: dict[str, Any] | None
) -> list[Line]:
    """Lines for some names, each group headed by its first key.

    Args:
        names: in their order.
        now: values of the moment, by path.
        before: values at the reference; without any nothing counts as moved.
        other: values in the future that is compared; None while none is.
    """
    made: list[Line] = []
    group = None
    for name in names:
        if name.group != group and name.parts:
            made.append(Line(None, name.group))
        group = name.group
        value = now.get(name.path)
        known = bool(before) and name.path in before
        by = difference(value, before[name.path]) if known else None
        moved = known and before[name.path] != value
        there = other.get(name.path) if other is not None else value
        apart = difference(there, value)
        made.append(Line(name, name.group, written(value), by, moved, apart or None, there != value))
    return made


def only(listed: list[Line], *, moved: bool, differs: bool) -> list[Line]:
    """Those lines that have moved, or differ, or both; a head stays where something of its group does."""

    def fits(line: Line) -> bool:
        return line.name is not None and line.moved >= moved and line.differs >= differs

    groups = {line.group for line in listed if fits(line)}
    return [line for line in listed if fits(line) or (line.name is None and line.group in groups)]


class LineModel(QAbstractListModel):
    """Holds the lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        """Show these lines; rows that stay the same keep their place."""
        same = [line.name for line in lines] == [line.name for line in self.lines]
        if same and [line.group for line in lines] == [line.group for line in self.lines]:
            changed = lines != self.lines
            self.lines = lines
            if changed and lines:
                self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def line(self, row: int) -> Line | None:
        """The line of a row; None when there is none."""
        return self.lines[row] if 0 <= row < len(self.lines) else None

    @override
    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    @override
    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        line = self.line(index.row())
        if line is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return line.name.path if line.name is not None else line.group
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.sentence
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.sentence if line.name is not None else None
        return None

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        line = self.line(index.row())
        if line is None or line.name is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def fitting(parts: tuple[str, ...], room: float) -> str:
    """A path in so many px: keys are left out from its beginning, none is cut while its last one fits.

    What stands in brackets there says whose value it is, so it goes last.
    """
    whose = parts[:1] if parts[0].startswith("[") else ()
    rest = parts[len(whose) :]
    shorter = [(*whose, LEFT_OUT, *rest[first:]) for first in range(1, len(rest))] if whose else []
    shorter += [(LEFT_OUT, *parts[first:]) for first in range(1, len(parts))]
    for keys in (parts, *shorter):
        text = "".join(keys).removeprefix(".").replace(f"{LEFT_OUT}.", LEFT_OUT)
        if ui_width(text, Type.SMALL, Face.MONO, 500) <= room:
            return text
    last = parts[-1].removeprefix(".")
    return metrics(ui_px(Type.SMALL), Face.MONO, 500).elidedText(
        LEFT_OUT + last, Qt.TextElideMode.ElideRight, max(room, 0.0)
    )


class LineDelegate(RowDelegate):
    """Paints a line."""

    height = 22.0

    @override
    def paint_row(self, painter: QPainter, inner: QRectF, index: _Index) -> None:
        model = index.model()
        line = model.line(index.row()) if isinstance(model, LineModel) else None
        if line is not None and line.name is None:
            self._head(painter, inner, line.group)
        elif line is not None and line.name is not None:
            self._line(painter, inner, line, line.name)

    def _head(self, painter: QPainter, rect: QRectF, group: str) -> None:
        painter.setPen(self.look.colour(Role.TEXT))
        painter.setFont(font(Type.SMALL, Face.MONO, 700))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, group)
        rule = QRectF(rect.left(), rect.bottom() - 1.0, rect.width(), 1.0)
        painter.fillRect(rule, self.look.colour(Role.LINE_SUBTLE))

    def _line(self, painter: QPainter, rect: QRectF, line: Line, name: Name) -> None:
        right = rect.right()
        if line.by:
            right = self._chip(painter, rect, right, signed(line.by), lost=line.lost)
        plate = line.moved and not line.by
        right = self._value(painter, rect, right, line.value, plate=plate)
        if line.differs:
            by = signed(line.apart) if line.apart else "differs"
            right = self._apart(painter, rect, right - APART, f"other {by}")
        parts = name.parts or (name.group,)
        text = fitting(parts, right - APART - rect.left())
        unmoved = line.value in ("0", "–") and not line.moved
        painter.setPen(self.look.colour(Role.TEXT_TERTIARY if unmoved else Role.TEXT_SECONDARY))
        painter.setFont(font(Type.SMALL, Face.MONO, 500))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _chip(self, painter: QPainter, rect: QRectF, right: float, text: str, *, lost: bool) -> float:
        fill, ink = (Role.LOST, Role.LOST_INK) if lost else (Role.CHANGED, Role.CHANGED_INK)
        return self._plate(painter, rect, right, text, fill, ink)

    def _apart(self, painter: QPainter, rect: QRectF, right: float, text: str) -> float:
        return self._plate(painter, rect, right, text, Role.RAISED, Role.TEXT)

    def _plate(self, painter: QPainter, rect: QRectF, right: float, text: str, fill: Role, ink: Ink) -> float:
        """A word on a plate that ends at the right; returns where what stands left of it may end."""
        width = ui_width(text, Type.MICRO, Face.UI, 600) + 2.0 * CHIP_PAD
        body = QRectF(right - width, rect.top() + 1.5, width, rect.height() - 3.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour(fill))
        painter.drawRoundedRect(body, 4.0, 4.0)
        painter.setPen(self.look.colour(ink))
        painter.setFont(font(Type.MICRO, Face.UI, 600))
        painter.drawText(body, Qt.AlignmentFlag.AlignCenter, text)
        return body.left() - APART

    def _value(self, painter: QPainter, rect: QRectF, right: float, text: str, *, plate: bool) -> float:
        room = rect.width() * 0.45
        shown = metrics(ui_px(Type.SMALL), Face.MONO, 600).elidedText(text, Qt.TextElideMode.ElideRight, room)
        if plate:
            width = ui_width(shown, Type.SMALL, Face.MONO, 600) + 2.0 * CHIP_PAD
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour(Role.CHANGED))
            painter.drawRoundedRect(
                QRectF(right - width, rect.top() + 1.5, width, rect.height() - 3.0), 4.0, 4.0
            )
            right -= CHIP_PAD
        painter.setPen(self.look.colour(Role.CHANGED_INK if plate else Role.TEXT))
        painter.setFont(font(Type.SMALL, Face.MONO, 600))
        place = QRectF(rect.left(), rect.top(), right - rect.left(), rect.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        return right - ui_width(shown, Type.SMALL, Face.MONO, 600) - (CHIP_PAD if plate else 0.0)
