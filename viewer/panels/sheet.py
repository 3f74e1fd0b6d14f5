"""A sheet: rows of text cells, painted in one go, each of which may be explained, clicked and changed.

Panels are rebuilt many times a second while the showing runs, so they are values (rows of cells) and one painter,
not trees of widgets. Cells that do something are reached by mouse and keyboard alike.

Heights of rows are written as they are at a text scale of 100 % and grow with it here; offsets and widths within a row
are pixels, measured where they depend on text. Where what stands at the right edge would run into what stands at the
left one, it goes to a line of its own below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, ui_scaled, ui_width
from viewer.theme.tokens import Ink, Role

PAD = 20.0
"""Left and right of every panel."""

LINE = 20.0
CHIP_PAD = 6.0
APART = 8.0
"""Least room between what stands at the left and at the right."""


def beside(widget: QWidget) -> float:
    """Px that a scroll bar takes to the right of what is drawn on: rows reach so far into the edge beside it.

    With a scroll bar or without, they so end where the words of titles and lines to type into end.
    """
    area: QWidget | None = widget
    while area is not None and not isinstance(area, QAbstractScrollArea):
        area = area.parentWidget()
    if not isinstance(area, QAbstractScrollArea):
        return 0.0
    return taken(area.viewport() if widget is area else widget, area)


def taken(inner: QWidget, outer: QWidget) -> float:
    """Px between the right edges of a widget and of one that holds it, as far as rows may reach there."""
    right = inner.mapTo(outer, QPoint(inner.width(), 0)).x()
    return float(min(max(outer.width() - right, 0), int(PAD - CHIP_PAD)))


class Plate(StrEnum):
    """What lies behind a cell's text."""

    NONE = "none"
    CHANGED = "changed"
    LOST = "lost"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Span:
    """Words in one hand."""

    text: str
    ink: Ink = Role.TEXT
    kind: Type = Type.SMALL
    face: Face = Face.UI
    weight: int = 0

    def width(self) -> float:
        """Advance in px."""
        return ui_width(self.text, self.kind, self.face, self.weight)


def mono(text: str, ink: Ink = Role.TEXT, weight: int = 500, kind: Type = Type.SMALL) -> Span:
    """A kernel word or number."""
    return Span(text, ink, kind, Face.MONO, weight)


def words(text: str, ink: Ink = Role.TEXT_SECONDARY, kind: Type = Type.SMALL, weight: int = 0) -> Span:
    """Plain words."""
    return Span(text, ink, kind, Face.UI, weight)


@dataclass(frozen=True, slots=True)
class Cell:
    """Spans at a place in a row.

    Attributes:
        x: left edge, or the right one if `right`, from the sheet's left edge; shares of the width count from
            `at` (0 left edge, 1 right edge).
        do: what a click does.
        menu: what a right click does, at a point of the screen.
    """

    spans: tuple[Span, ...]
    x: float = 0.0
    at: float = 0.0
    right: bool = False
    plate: Plate = Plate.NONE
    tip: str = ""
    do: Callable[[], None] | None = None
    menu: Callable[[QPoint], None] | None = None

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(span.text for span in self.spans)

    def width(self) -> float:
        """Advance of its words."""
        return sum(span.width() for span in self.spans)


Painting: TypeAlias = Callable[[QPainter, QRectF], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One line: cells, or something painted.

    Attributes:
        height: of a line, at a text scale of 100 %.
        rule: a thin line below.
        paint: paints the row's own rectangle, that of its first line, before the cells.
        say: what a screen reader reads instead of the cells.
    """

    cells: tuple[Cell, ...] = ()
    height: float = LINE
    rule: bool = False
    paint: Painting | None = None
    say: str = ""

    @property
    def px(self) -> float:
        """Height of a line at the text scale in force."""
        return float(ui_scaled(self.height))


@dataclass(slots=True)
class _Spot:
    rect: QRectF
    cell: Cell


@dataclass(slots=True)
class _Laid:
    row: Row
    rect: QRectF
    first: QRectF
    spots: list[_Spot] = field(default_factory=list)


def _collide(spots: list[_Spot]) -> bool:
    """Whether words at the right edge meet words at the left one; columns in between keep their line."""
    left = [spot.rect.right() for spot in spots if spot.cell.at == 0.0 and not spot.cell.right]
    right = [spot.rect.left() for spot in spots if spot.cell.at == 1.0 and spot.cell.right]
    if not left or not right or len(left) + len(right) < len(spots):
        return False
    return max(left) + APART > min(right)


class Sheet(QWidget):
    """Shows rows; give it others with `show_rows`.

    Attributes:
        wide: whether lines that are too long are scrolled to rather than cut.
    """

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self.look = look
        self.rows: list[Row] = []
        self.wide = False
        self._laid: list[_Laid] = []
        self._focus = 0
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        look.changed.connect(self._settle)

    @property
    def room(self) -> float:
        """Width of a row in px."""
        return self.width() - 2 * PAD + (0.0 if self.wide else beside(self))

    def show_rows(self, rows: list[Row]) -> None:
        """Show these rows."""
        self.rows = rows
        self._settle()

    def _settle(self) -> None:
        """Lay the rows out anew: other rows, another width or another text scale."""
        self._lay()
        height = round(self._laid[-1].rect.bottom() + 8.0) if self._laid else 0
        if height != self.minimumHeight():
            self.setMinimumHeight(height)
        self.setMinimumWidth(self._least_width() if self.wide else 0)
        self.update()

    def _least_width(self) -> int:
        """What the longest line from the left edge needs."""
        lines = [cell.x + cell.width() for row in self.rows for cell in row.cells if cell.at == 0.0]
        return round(max(lines, default=0.0) + 2 * PAD)

    def texts(self) -> list[str]:
        """What each row says."""
        return [row.say or "  ".join(cell.text for cell in row.cells) for row in self.rows]

    def cell_of(self, text: str) -> Cell | None:
        """The first cell whose words are exactly these."""
        return next((cell for row in self.rows for cell in row.cells if cell.text == text), None)

    def _lay(self) -> None:
        y = 0.0
        self._laid = []
        for row in self.rows:
            laid = self._lay_row(row, y)
            self._laid.append(laid)
            y += laid.rect.height()

    def _lay_row(self, row: Row, y: float) -> _Laid:
        first = QRectF(PAD, y, self.room, row.px)
        laid = _Laid(row, QRectF(first), first)
        for cell in row.cells:
            width = cell.width()
            x = PAD + cell.x + cell.at * self.room
            left = x - width if cell.right else x
            laid.spots.append(_Spot(QRectF(left, y, width, row.px), cell))
        if not self.wide and _collide(laid.spots):
            laid.rect.setHeight(2.0 * row.px)
            for spot in laid.spots:
                if spot.cell.right:
                    spot.rect.translate(0.0, row.px)
        return laid

    @override
    def sizeHint(self) -> QSize:
        return QSize(384, max(self.minimumHeight(), 40))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._settle()
        super().resizeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        clip = QRectF(event.rect())
        active = self._active()
        with QPainter(self) as painter:
            painter.fillRect(clip, self.look.colour(Role.PANEL))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for laid in self._laid:
                if laid.rect.bottom() < clip.top() or laid.rect.top() > clip.bottom():
                    continue
                if laid.row.paint is not None:
                    laid.row.paint(painter, laid.first)
                for spot in laid.spots:
                    self._paint_cell(painter, spot)
                if laid.row.rule:
                    line = QRectF(laid.rect.left(), laid.rect.bottom() - 1.0, laid.rect.width(), 1.0)
                    painter.fillRect(line, self.look.colour(Role.LINE_SUBTLE))
            if self.hasFocus():  # a sheet in which nothing can be done shows it as a whole
                seen = QRectF(self.visibleRegion().boundingRect()).adjusted(5.0, 0.0, -5.0, 0.0)
                chosen = active[min(self._focus, len(active) - 1)] if active else None
                ring = seen if chosen is None else chosen.rect
                if chosen is not None and chosen.cell.plate is not Plate.NONE:
                    ring = ring.adjusted(-CHIP_PAD, 0.0, CHIP_PAD, 0.0)  # around the plate, with a gap
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(ring.adjusted(-4.0, 1.0, 4.0, -1.0), 4.0, 4.0)

    def _paint_cell(self, painter: QPainter, spot: _Spot) -> None:
        cell = spot.cell
        if cell.plate is not Plate.NONE:
            fill = {Plate.CHANGED: Role.CHANGED, Plate.LOST: Role.LOST, Plate.QUIET: Role.RAISED}[cell.plate]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour(fill))
            body = spot.rect.adjusted(-CHIP_PAD, 1.5, CHIP_PAD, -1.5)
            painter.drawRoundedRect(body, 4.0, 4.0)
        x = spot.rect.left()
        for span in cell.spans:
            ink = span.ink
            if cell.plate is Plate.CHANGED:
                ink = Role.CHANGED_INK
            elif cell.plate is Plate.LOST:
                ink = Role.LOST_INK
            painter.setPen(self.look.colour(ink))
            painter.setFont(font(span.kind, span.face, span.weight))
            width = span.width()
            place = QRectF(x, spot.rect.top(), width + 4.0, spot.rect.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, span.text)
            x += width

    # -- mouse and keyboard ---------------------------------------------------------------------------------

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell under a point; a row with a single active cell answers for its whole width."""
        for laid in self._laid:
            if not laid.rect.top() <= y < laid.rect.bottom():
                continue
            for spot in laid.spots:
                if spot.rect.left() - CHIP_PAD <= x <= spot.rect.right() + CHIP_PAD:
                    return spot.cell
            active = [spot.cell for spot in laid.spots if spot.cell.do is not None]
            return active[0] if len(active) == 1 else None
        return None

    def _active(self) -> list[_Spot]:
        return [spot for laid in self._laid for spot in laid.spots if spot.cell.do is not None]

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().x(), event.position().y())
        hand = cell is not None and cell.do is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None and cell.do is not None:
            cell.do()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        cell, place = self.cell_at(event.pos().x(), event.pos().y()), event.globalPos()
        active = self._active()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and active:
            spot = active[min(self._focus, len(active) - 1)]
            cell, place = spot.cell, self.mapToGlobal(spot.rect.bottomLeft().toPoint())
        if cell is not None and cell.menu is not None:
            cell.menu(place)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        active = self._active()
        if not active:
            super().keyPressEvent(event)
            return
        at = min(self._focus, len(active) - 1)
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                self._focus = (at + (1 if event.key() == Qt.Key.Key_Down else -1)) % len(active)
                self._say_focus()
                self.update()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                do = active[at].cell.do
                if do is not None:
                    do()
            case _:
                super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._say_focus()

    def _say_focus(self) -> None:
        """Tell screen readers the row that the keyboard is at: to them a sheet is one thing, with a description."""
        active = self._active()
        if active:
            spot = active[min(self._focus, len(active) - 1)]
            row = next(laid.row for laid in self._laid if any(one is spot for one in laid.spots))
            self.setAccessibleDescription(row.say or "  ".join(cell.text for cell in row.cells))

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if event.key() in keys and event.modifiers() == Qt.KeyboardModifier.NoModifier and self._active():
                event.accept()
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos().x(), event.pos().y())
            if cell is not None and cell.tip:
                QToolTip.showText(event.globalPos(), cell.tip, self)
            else:
                QToolTip.hideText()
            return True
        return bool(super().event(event))
