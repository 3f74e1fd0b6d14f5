"""A frame's bytes: offset, hex, ASCII, in the tones of their flow, with the bytes of one field marked.

As many bytes stand in a row as there is room for. The bytes and their layers are given; nothing is read here.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget
from typing_extensions import override

from engine.packet import Layer, hex_rows
from viewer.chrome.look import Look
from viewer.panels.packet.hexgrid import GAP, Grid, grid_of
from viewer.panels.packet.lines import keep_in_sight
from viewer.panels.sheet import PAD, beside
from viewer.theme.fonts import Face, Type, font
from viewer.theme.tokens import FlowInk, FlowPart, Ink, Role

FLOW_OF_NONE = 7
"""What has no flow is shown as the eighth is, in greys."""

_STEPS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class HexView(QWidget):
    """The widget. Signal: `picked` with the offset of a byte that somebody pointed at.

    Attributes:
        data: the bytes.
        marked: the offsets that are brought out.
        at: the byte that the keyboard is at.
    """

    picked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.data = b""
        self.layers: tuple[Layer, ...] = ()
        self.letter = -1
        self.marked = range(0)
        self.at = 0
        self.setAccessibleName("Bytes of the frame")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._settle)

    def show_bytes(self, data: bytes, layers: tuple[Layer, ...], letter: int) -> None:
        """Show other bytes."""
        self.data, self.layers, self.letter = data, layers, letter
        self.at = min(self.at, max(len(data) - 1, 0))
        self._settle()

    def mark(self, offsets: range) -> None:
        """Bring bytes out; none for an empty range."""
        self.marked = offsets
        if offsets and self.at not in offsets:
            self.at = offsets.start
        part = self.data[offsets.start : offsets.stop] if offsets else b""
        where = f"bytes {offsets.start} to {offsets.stop - 1}: {part[:32].hex(' ')}" if offsets else ""
        self.setAccessibleDescription(f"{len(self.data)} bytes{', ' + where if where else ''}")
        self.update()

    @property
    def grid(self) -> Grid:
        """How the bytes are set now."""
        return grid_of(self.width() + beside(self) - 2 * PAD, len(self.data))

    def _settle(self) -> None:
        grid = self.grid
        rows = -(-len(self.data) // grid.row)
        self.setFixedHeight(round(rows * grid.line + GAP) if rows else 0)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(384, self.minimumHeight())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    # -- painting -------------------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        grid = self.grid
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.look.colour(Role.PANEL))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(Type.MICRO, Face.MONO, 500))
            first = max(int(event.rect().top() // grid.line), 0)
            last = min(int(event.rect().bottom() // grid.line) + 1, -(-len(self.data) // grid.row))
            for number in range(first, last):
                self._paint_row(painter, grid, number)
            if self.hasFocus() and self.data:
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(self._cell(grid, self.at).adjusted(-1.0, 0.0, 1.0, 0.0), 3.0, 3.0)

    def _cell(self, grid: Grid, offset: int) -> QRectF:
        row, column = divmod(offset, grid.row)
        return QRectF(PAD + grid.hex_left + column * grid.pitch, row * grid.line, grid.pitch, grid.line - 1.0)

    def _paint_row(self, painter: QPainter, grid: Grid, number: int) -> None:
        start = number * grid.row
        part = self.data[start : start + grid.row]
        top = number * grid.line
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self.look.colour(Role.TEXT_TERTIARY))
        place = QRectF(PAD, top, grid.hex_left, grid.line - 1.0)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | middle, f"{start:0{grid.digits}x}")
        self._paint_tones(painter, grid, start, start + len(part))
        for column, byte in enumerate(part):
            marked = start + column in self.marked
            painter.setPen(self.look.colour(Role.TEXT_INVERSE if marked else self._ink(start + column)))
            painter.drawText(self._cell(grid, start + column), Qt.AlignmentFlag.AlignCenter, f"{byte:02x}")
            painter.setPen(self.look.colour(Role.TEXT if marked else Role.TEXT_SECONDARY))
            letter = chr(byte) if 0x20 <= byte < 0x7F else "·"
            box = QRectF(PAD + grid.text_left + column * grid.char, top, grid.char + 1.0, grid.line - 1.0)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | middle, letter)

    def _paint_tones(self, painter: QPainter, grid: Grid, start: int, end: int) -> None:
        """What lies behind the bytes of a row: a tone for each layer, white for what is marked."""
        painter.setPen(Qt.PenStyle.NoPen)
        parts = [(layer.start, layer.end, self._tone(layer)) for layer in self.layers]
        if self.marked:
            parts.append((self.marked.start, self.marked.stop, Role.SELECT))
        for first, after, tone in parts:
            a, b = max(first, start), min(after, end)
            if a < b:
                left, right = self._cell(grid, a), self._cell(grid, b - 1)
                painter.setBrush(self.look.colour(tone))
                body = QRectF(left.topLeft(), QPointF(right.right(), right.bottom()))
                painter.drawRoundedRect(body.adjusted(0.5, 0.0, -0.5, 0.0), 3.0, 3.0)

    def _tone(self, layer: Layer) -> Ink:
        flow = self.letter if self.letter >= 0 else FLOW_OF_NONE
        return FlowInk(flow, FlowPart.FILL if layer.name == "Data" else FlowPart.TINT)

    def _ink(self, offset: int) -> Ink:
        carried = next((one for one in self.layers if one.start <= offset < one.end), None)
        if carried is None or carried.name != "Data":
            return Role.TEXT
        return FlowInk(self.letter if self.letter >= 0 else FLOW_OF_NONE, FlowPart.INK)

    # -- mouse, keyboard, clipboard ---------------------------------------------------------------------------

    def offset_at(self, x: float, y: float) -> int | None:
        """The byte under a point, in hex or as a character."""
        grid = self.grid
        for left, wide in ((grid.hex_left, grid.pitch), (grid.text_left, grid.char)):
            column = int((x - PAD - left) // wide)
            if 0 <= column < grid.row and y >= 0.0:
                offset = int(y // grid.line) * grid.row + column
                return offset if offset < len(self.data) else None
        return None

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        offset = self.offset_at(event.position().x(), event.position().y())
        if offset is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(offset)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the press was; what lies behind has no part in it

    def _go(self, offset: int) -> None:
        self.at = offset
        self.picked.emit(offset)
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_hex()
        elif event.key() in _STEPS and self.data:
            across, down = _STEPS[Qt.Key(event.key())]
            there = self.at + across + down * self.grid.row
            if 0 <= there < len(self.data):
                self._go(there)
                keep_in_sight(self, self._cell(self.grid, there))
        else:
            super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
            )  # fmt: skip
            if (plain and event.key() in _STEPS) or event.matches(QKeySequence.StandardKey.Copy):
                event.accept()
                return True
        return bool(super().event(event))

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.mapToGlobal(self._cell(self.grid, self.at).bottomLeft().toPoint())
        self.menu(place)

    def menu(self, place: QPoint) -> QMenu:
        """Offer to copy, at a point of the screen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy as hex").triggered.connect(self.copy_hex)
        menu.addAction("Copy as text").triggered.connect(self.copy_text)
        menu.popup(place)
        return menu

    def copy_hex(self) -> None:
        """Put the marked bytes, else all, into the clipboard as hex digits."""
        part = self.data[self.marked.start : self.marked.stop] if self.marked else self.data
        QGuiApplication.clipboard().setText(part.hex(" "))

    def copy_text(self) -> None:
        """Put the dump with offsets and characters into the clipboard."""
        lines = [f"{row.offset:04x}  {row.hex:<47}  {row.ascii}" for row in hex_rows(self.data)]
        QGuiApplication.clipboard().setText("\n".join(lines))
