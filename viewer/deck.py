"""The canvas area: one picture, or two futures on two decks with one transport and locked cameras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from engine.timeline.timeline import Timeline
from viewer.canvas import Canvas
from viewer.chrome.look import Look
from viewer.comparison import Comparison
from viewer.panels.futures import AS_WRITTEN
from viewer.picture.display import DisplayList, text_rect
from viewer.picture.ghost import with_ghost
from viewer.picture.items import Text
from viewer.picture.view import View
from viewer.score import Moment
from viewer.session import Session
from viewer.theme.fonts import Face, Type, font, metrics, type_weight, ui_px, ui_room
from viewer.theme.tokens import Role

TAG = 24
TAG_LEFT = 148.0
"""Beside the head of the adapter's column, where no other head is while nothing is zoomed."""

TAG_CLEAR = 10.0
"""How far a name stays from the heads of columns."""

TAG_TOP = 10.0
PAD = 10.0


class _Half(Canvas):
    """One of two decks: it may show the ghost of the other, and says whose future it is."""

    def __init__(self, session: Session, look: Look, comparison: Comparison) -> None:
        super().__init__(session, look)
        self.comparison = comparison
        self.beside: Canvas | None = None

    @override
    def finished(self, display: DisplayList) -> DisplayList:
        beside = self.beside
        if beside is None or not beside.isVisible() or not self.comparison.ghost or not self.comparison.on:
            return display
        return with_ghost(display, beside.bare())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.comparison.on:
            return
        with QPainter(self) as painter:
            self._tag(painter, self.whose())

    def whose(self) -> str:
        """The name of the future that is drawn."""
        return self.session.variant or AS_WRITTEN

    def _tag(self, painter: QPainter, words: str) -> None:
        measure = metrics(ui_px(Type.LABEL), Face.UI, type_weight(Type.LABEL))
        width, height = measure.horizontalAdvance(words) + 2 * PAD, float(ui_room(TAG))
        place = QRectF(tag_left(self.composed(), width), TAG_TOP, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour(Role.RAISED))
        painter.drawRoundedRect(place, 6.0, 6.0)
        painter.setPen(self.look.colour(Role.TEXT))
        painter.setFont(font(Type.LABEL))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)


def tag_left(display: DisplayList, width: float) -> float:
    """Where a name of a width stands over a picture: clear of the columns' heads, near its usual place."""
    left = gap_left(display, width, TAG_LEFT, display.width)
    return TAG_LEFT if left is None else left


def gap_left(display: DisplayList, width: float, near: float, end: float) -> float | None:
    """Where something has room among the columns' heads of a picture.

    Args:
        display: the picture.
        width: px of what is to stand there.
        near: the left edge that is wanted.
        end: where what can be seen of the picture ends.

    Returns:
        The left edge nearest to `near`; None where there is no such gap.
    """
    heads = display.layer("heads")
    items = heads.items() if heads is not None else iter(())
    taken = [
        (rect.x - TAG_CLEAR, rect.right + TAG_CLEAR)
        for item, percent in items
        if heads is not None and isinstance(item, Text)
        if (rect := text_rect(heads, item, percent)) is not None
    ]
    edges = [near, *(right for _, right in taken), *(left - width for left, _ in taken)]
    fits = [
        left
        for left in edges
        if left >= PAD and left + width <= end - PAD
        if all(left + width <= a or b <= left for a, b in taken)
    ]
    return min(fits, key=lambda left: abs(left - near), default=None)


class _Other(_Half):
    """The deck of what is compared with."""

    def __init__(self, session: Session, look: Look, comparison: Comparison) -> None:
        super().__init__(session, look, comparison)
        self.setAccessibleName("The datapath of the compared future")

    @override
    def shown(self) -> tuple[Timeline | None, Moment]:
        return self.comparison.timeline, self.comparison.moment

    @override
    def view(self) -> View:
        """As the first deck looks; while nothing is known here, nothing of what is chosen there exists here."""
        view, known = super().view(), self.comparison.timeline
        if known is not None and known.steps:
            return view
        return replace(view, focused=0, selected=0, followed=0, solo=0, chosen=None, marked=None)

    @override
    def whose(self) -> str:
        other = self.session.other
        return (other.variant or AS_WRITTEN) if other is not None else ""


class Deck(QWidget):
    """Holds the canvas, and a second one while two futures are compared.

    Attributes:
        canvas: the picture of what is shown.
        other: the picture of what it is compared with; hidden while nothing is.
    """

    def __init__(self, session: Session, look: Look, comparison: Comparison) -> None:
        super().__init__()
        self.comparison, self.look = comparison, look
        self.canvas: Canvas = _Half(session, look, comparison)
        self.other: Canvas = _Other(session, look, comparison)
        for canvas, beside in ((self.canvas, self.other), (self.other, self.canvas)):
            canvas.setParent(self)
            if isinstance(canvas, _Half):
                canvas.beside = beside
            canvas.looked.connect(self._lock(canvas, beside))
        self.other.hide()
        session.changed.connect(self._arrange)
        session.opened.connect(self._arrange)
        self.setFocusProxy(self.canvas)

    @staticmethod
    def _lock(mine: Canvas, other: Canvas) -> Callable[[], None]:
        def follow() -> None:
            if other.camera != mine.camera and other.isVisible():
                other.aim(mine.camera)

        return follow

    def cover(self, px: int) -> None:
        """Side panels lie over so many px of the right side."""
        for canvas in (self.other, self.canvas):
            canvas.cover(px)

    def _arrange(self) -> None:
        """One picture or two, the decks of equal height."""
        two = self.comparison.on
        height = self.height() // 2 if two else self.height()
        self.canvas.setGeometry(0, 0, self.width(), height)
        if two:
            self.other.setGeometry(0, height + 1, self.width(), self.height() - height - 1)
            if not self.other.isVisible():
                self.other.camera = self.canvas.camera
        self.other.setVisible(two)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
