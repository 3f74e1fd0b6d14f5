"""A long list of which only what is seen is painted: rows of one height, reached by mouse and keyboard alike."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.panels.sheet import PAD, beside
from viewer.theme.fonts import Type, font, ui_scaled
from viewer.theme.tokens import Role

_KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)
"""What the list takes while it has the keyboard; else these are the window's."""

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class RowDelegate(QStyledItemDelegate):
    """Paints what all rows have: what marks a row that is chosen or under the mouse, and the keyboard's ring."""

    height = 24.0
    """Of a row, at a text scale of 100 %."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, ui_scaled(self.height))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        box: Any = option  # the type stubs leave out what an option holds
        whole, state = QRectF(box.rect), box.state
        inner = whole.adjusted(PAD, 0.0, beside(box.widget) - PAD, 0.0)
        marked = bool(index.flags() & Qt.ItemFlag.ItemIsSelectable)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if marked and state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            ink = Role.RAISED if state & QStyle.StateFlag.State_Selected else Role.CARD
            painter.fillRect(whole, self.look.colour(ink))
        self.paint_row(painter, inner, index)
        if marked and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)  # that of a chip may still be set
            painter.drawRoundedRect(inner.adjusted(-6.0, 1.0, 6.0, -1.0), 4.0, 4.0)
        painter.restore()

    def paint_row(self, painter: QPainter, inner: QRectF, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint a row's own part, between the margins of the panel."""
        raise NotImplementedError


class RowList(QListView):
    """The list.

    Attributes:
        empty: what is said where there is no row.

    Signals: `chosen` a row was clicked, or reached by keys; `entered_on` one was double clicked, or Enter pressed on
    it; `asked` a row and the point of the screen where its menu belongs.
    """

    chosen = Signal(int)
    entered_on = Signal(int)
    asked = Signal(int, QPoint)

    def __init__(self, look: Look, name: str, model: QAbstractListModel, delegate: RowDelegate) -> None:
        super().__init__()
        self.look = look
        self.empty = ""
        self.setAccessibleName(name)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setModel(model)
        self.setItemDelegate(delegate)
        delegate.setParent(self)
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(lambda index: self.entered_on.emit(index.row()))
        look.changed.connect(self._restyle)

    def _restyle(self) -> None:
        """Other sizes: lay out anew."""
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(index.row())

    def show_row(self, row: int) -> None:
        """Make a row the current one and bring it into sight; -1 for none."""
        model = self.model()
        if not 0 <= row < model.rowCount():
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        index = model.index(row, 0)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.empty and not self.model().rowCount():
            with QPainter(self.viewport()) as painter:
                painter.setPen(self.look.colour(Role.TEXT_TERTIARY))
                painter.setFont(font(Type.SMALL))
                place = QRectF(self.viewport().rect()).adjusted(PAD, 6.0, -PAD, 0.0)
                painter.drawText(place, int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), self.empty)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index, place = self.indexAt(event.pos()), event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        if index.isValid():
            self.asked.emit(index.row(), place)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        hand = index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsSelectable)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.entered_on.emit(self.currentIndex().row())
            return
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        after = self.currentIndex()
        if after.isValid() and after.row() != before:
            self.chosen.emit(after.row())

    @override
    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
            and event.modifiers() in _PLAIN
        ):
            event.accept()
            return True
        return bool(super().event(event))
