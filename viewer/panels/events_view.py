"""The widget of the event list: shows the rows that can be seen and says which way the keyboard and the wheel go.

It moves nothing itself: rows beyond those in view are the panel's matter.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QListView
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.panels.events_rows import RowPainter, Rows
from viewer.theme.tokens import Role

NOTCH = 120
WHEEL_ROWS = 3
_MOVES = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
)  # fmt: skip


class EventsView(QListView):
    """The widget.

    Signals: `stepped` by so many rows; `jumped` to a row, -1 for the last; `turned` the wheel, by so many rows;
    `resized`.
    """

    stepped = Signal(int)
    jumped = Signal(int)
    turned = Signal(int)
    resized = Signal()

    def __init__(self, look: Look, rows: Rows) -> None:
        super().__init__()
        self.look, self.rows = look, rows
        self.setModel(rows)
        self.setItemDelegate(RowPainter(look, rows, self))
        self.setUniformItemSizes(True)
        self.setProperty("kind", "bare")
        self.setAccessibleName("Events")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._notches = 0.0

    @property
    def page(self) -> int:
        """How many rows can be seen whole."""
        return max(self.viewport().height() // RowPainter.height(self.viewport().width()), 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                self.stepped.emit(self.page if event.key() == Qt.Key.Key_PageDown else -self.page)
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                self.jumped.emit(0 if event.key() == Qt.Key.Key_Home else -1)
            case _:
                event.ignore()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if plain and event.key() in _MOVES:
                event.accept()
                return True
        return bool(super().event(event))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows; where the keyboard's row is out of view, the frame shows that it is here."""
        super().paintEvent(event)
        if self.hasFocus() and not 0 <= self.rows.here - self.rows.top < self.rows.rowCount():
            with QPainter(self.viewport()) as painter:
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._notches += event.angleDelta().y() / NOTCH * WHEEL_ROWS
        whole = int(self._notches)
        self._notches -= whole
        if whole:
            self.turned.emit(-whole)
        event.accept()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if RowPainter.lines(event.size().width()) != RowPainter.lines(event.oldSize().width()):
            self.scheduleDelayedItemsLayout()
        self.resized.emit()
