"""The rows of the event list: what each says, and how it is painted.

Sentences are made when a row is first shown and some thousands are remembered, so the length of a run costs nothing.
The model holds the rows that can be seen, not the run: Qt's lists lay out all they are given.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from engine.narration import place, sentence
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from viewer.chrome.look import Look
from viewer.events import Event
from viewer.panels.events_listing import Listing
from viewer.panels.sheet import PAD, taken
from viewer.panels.subject import is_packet
from viewer.picture.looks import MARK_PX, look_items
from viewer.picture.pen import Pen
from viewer.picture.sprites import Body, Form, Sprite
from viewer.session import Session
from viewer.theme.fonts import Face, Type, font, ui_line_px, ui_scaled, ui_width
from viewer.theme.tokens import FlowInk, FlowPart, Ink, Role

ONE_LINE_PX = 560
"""Width from which a sentence stands on one line."""

REMEMBERED = 4096
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MARK = 26.0
"""Room of the flow's mark at a text scale of 100 %."""

GAP = 8.0
MORE = "…"
_ROOT = QModelIndex()


class Told(NamedTuple):
    """A row's words.

    Attributes:
        step: its step.
        time: in µs, with three places.
        place: where it happened.
        text: what happened.
        letter: the place of the packet's flow; -1 without a packet.
        lost: whether a packet is lost here.
    """

    step: int
    time: str
    place: str
    text: str
    letter: int
    lost: bool

    @property
    def said(self) -> str:
        """The row as one sentence."""
        return f"{self.time}, {self.place}: {self.text}"


def time_text(ns: int) -> str:
    """A moment in µs with all its places, so that times stand under each other."""
    return f"{ns // 1000:,}.{ns % 1000:03d} µs".replace(",", "\N{NARROW NO-BREAK SPACE}")


class Teller:
    """Makes rows' words and remembers the last of them."""

    def __init__(self, session: Session, timeline: Timeline) -> None:
        self.session, self.timeline = session, timeline
        self._cursor = Cursor(timeline)
        self._kept: OrderedDict[int, Told] = OrderedDict()

    def tell(self, step: int) -> Told:
        """The words of a step; IndexError when there is no such step."""
        found = self._kept.get(step)
        if found is None:
            found = self._kept[step] = self._told(step)
            if len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(step)
        return found

    def _told(self, step: int) -> Told:
        timeline = self.timeline
        where = place(timeline, step, self._cursor)
        text = sentence(timeline, step, self._cursor).removeprefix(f"{where}: ")
        events = self.session.events
        lost = events is not None and events.within(Event.DROP, step - 1, step) is not None
        time = time_text(int(timeline.time(step)))
        return Told(step, time, where, text, self._letter(timeline.step(step).packet), lost)

    def _letter(self, packet: int) -> int:
        if not packet or self.session.flows is None or not is_packet(self.timeline, packet):
            return -1
        flow = self.session.flows.flow_of(packet)
        letter = self._cursor.get(flow, "letter") if flow else -1
        return letter if isinstance(letter, int) else -1


class Rows(QAbstractListModel):
    """The rows of a listing that can be seen.

    Attributes:
        listing: all rows; None without a run.
        teller: says them.
        top: the row of the listing that is the model's first.
        here: the row of the listing that is the current one.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.listing: Listing | None = None
        self.teller: Teller | None = None
        self.top = 0
        self.here = -1
        self._count = 0
        self._shown: Listing | None = None

    def show(self, top: int, count: int) -> None:
        """Hold so many rows of the listing from one on; fewer at its end."""
        most = len(self.listing) if self.listing is not None else 0
        count = max(min(count, most - top), 0)
        if (self.listing, top, count) == (self._shown, self.top, self._count):
            return
        self.beginResetModel()
        self._shown = self.listing
        self.top, self._count = top, count
        self.endResetModel()

    def told(self, index: QModelIndex | QPersistentModelIndex) -> Told | None:
        """A row's words."""
        if self.listing is None or self.teller is None or not 0 <= index.row() < self._count:
            return None
        return self.teller.tell(self.listing.step(self.top + index.row()))

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        wanted = (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        )
        told = self.told(index) if role in wanted else None
        return told.said if told is not None else None


def is_symbol(word: str) -> bool:
    """Whether a word is the kernel's rather than prose: it goes in mono and is never cut."""
    return "_" in word or word.endswith("()")


def word_px(word: str) -> float:
    """Room of a word with the blank after it."""
    face, weight = (Face.MONO, 500) if is_symbol(word) else (Face.UI, 0)
    return ui_width(word, Type.SMALL, face, weight) + ui_width(" ", Type.SMALL)


def fitting(text: str, room: float) -> tuple[str, ...]:
    """The words of a sentence that have room, with a sign for those that are left out; no word is cut."""
    words = tuple(text.split())
    if sum(word_px(word) for word in words) <= room:
        return words
    left = room - word_px(MORE)
    kept: list[str] = []
    for word in words:
        left -= word_px(word)
        if left < 0 and kept:
            break
        kept.append(word)
    if kept:
        kept[-1] = kept[-1].rstrip(",;:")
    return (*kept, MORE)


def lines_of(text: str, room: float, most: int) -> list[tuple[str, ...]]:
    """The words of a sentence over at most so many lines; only the last one may leave some out."""
    lines: list[tuple[str, ...]] = []
    words = text.split()
    while words and len(lines) < most - 1 and sum(word_px(word) for word in words) > room:
        left, count = room, 0
        for word in words:
            left -= word_px(word)
            if left < 0 and count:
                break
            count += 1
        lines.append(tuple(words[:count]))
        words = words[count:]
    return [*lines, fitting(" ".join(words), room)] if words else lines


class RowPainter(QStyledItemDelegate):
    """Paints a row: the flow's mark, time and place, and below them what happened, where it is narrow on two lines."""

    def __init__(self, look: Look, rows: Rows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look, self.rows = look, rows

    @staticmethod
    def lines(width: int) -> int:
        """How many lines a sentence has in a list of a width."""
        return 1 if width >= ui_scaled(ONE_LINE_PX) else 2

    @classmethod
    def height(cls, width: int) -> int:
        """Height of a row in px, in a list of a width."""
        return ui_line_px(Type.MICRO) + cls.lines(width) * ui_line_px(Type.SMALL) + ui_scaled(8)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        box: Any = option  # the type stubs leave out what an option holds
        return QSize(
            100, self.height(box.widget.viewport().width() if box.widget is not None else ONE_LINE_PX)
        )

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        told = self.rows.told(index)
        if told is None:
            return
        box: Any = option  # the type stubs leave out what an option holds
        view = box.widget
        outside = view.parentWidget() if view is not None else None  # the scroll bar is not the list's own
        rect = QRectF(box.rect).adjusted(0.0, 0.0, taken(view, outside) if outside is not None else 0.0, 0.0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.rows.top + index.row() == self.rows.here
        self._paint_behind(painter, rect, QRectF(box.rect), told, here=here)
        if here and box.widget is not None and box.widget.hasFocus():
            painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(box.rect).adjusted(7.0, 2.0, -2.0, -2.0), 5.0, 5.0)
        if told.letter >= 0:
            self._paint_mark(painter, rect, told.letter)
        self._paint_words(painter, rect, told)
        painter.restore()

    def _paint_behind(self, painter: QPainter, rect: QRectF, seen: QRectF, told: Told, *, here: bool) -> None:
        """The line below a row, and what marks the one that is here, in the part of the row that is seen."""
        line = QRectF(rect.left() + PAD, rect.bottom() - 1.0, rect.width() - 2 * PAD, 1.0)
        painter.fillRect(line, self.look.colour(Role.LINE_SUBTLE))
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour(Role.RAISED))
            painter.drawRoundedRect(seen.adjusted(6.0, 1.0, -1.0, -1.0), 6.0, 6.0)
        if here or told.lost:
            side = QRectF(rect.left() + 6.0, rect.top() + 5.0, 3.0, rect.height() - 10.0)
            painter.fillRect(side, self.look.colour(Role.LOST if told.lost else Role.SELECT))

    def _paint_mark(self, painter: QPainter, rect: QRectF, letter: int) -> None:
        painter.save()
        scale = ui_scaled(100) / 100.0
        painter.translate(rect.left() + PAD + scale * MARK_PX / 2.0, rect.center().y())
        pen = Pen(painter, self.look.theme, painter.device().devicePixelRatioF(), scale=scale)
        for item in look_items(Sprite(letter, Form.MARK, Body.SKB)):
            pen.draw(item)
        painter.restore()

    def _paint_words(self, painter: QPainter, rect: QRectF, told: Told) -> None:
        left = rect.left() + PAD + ui_scaled(MARK)
        right = rect.right() - PAD
        above, below = float(ui_line_px(Type.MICRO)), float(ui_line_px(Type.SMALL))
        lines = lines_of(told.text, right - left, self.lines(round(rect.width())))
        top = rect.top() + (rect.height() - above - len(lines) * below) / 2.0
        ink: Ink = FlowInk(told.letter, FlowPart.TEXT) if told.letter >= 0 else Role.TEXT_SECONDARY
        painter.setFont(font(Type.MICRO, Face.MONO, 500))
        painter.setPen(self.look.colour(ink))
        painter.drawText(QRectF(left, top, right - left, above), LEFT, told.time)
        beside = left + ui_width(told.time, Type.MICRO, Face.MONO, 500) + GAP
        painter.setFont(font(Type.MICRO))
        painter.setPen(self.look.colour(Role.TEXT_TERTIARY))
        if beside + ui_width(told.place, Type.MICRO) <= right:
            painter.drawText(QRectF(beside, top, right - beside, above), LEFT, told.place)
        painter.setPen(self.look.colour(Role.TEXT))
        for number, line in enumerate(lines):
            x, y = left, top + above + number * below
            for word in line:
                symbol = is_symbol(word)
                painter.setFont(font(Type.SMALL, Face.MONO, 500) if symbol else font(Type.SMALL))
                painter.drawText(QRectF(x, y, right - x + PAD, below), LEFT, word)
                x += word_px(word)
