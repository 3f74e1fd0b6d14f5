"""An skb's memory as a strip: headroom, headers, payload, and where `data` and `tail` stand.

The parts are as wide as they need to be read, not to scale; their numbers are offsets from `head`. Headers that
were pulled lie before `data` and are dimmed: bytes never move. Where the buffer ends is not recorded and not drawn.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from engine.timeline.cursor import Cursor
from viewer.chrome.look import Look
from viewer.panels.sheet import Row
from viewer.theme.fonts import Face, Type, font, ui_line_px, ui_scaled, ui_width
from viewer.theme.tokens import FlowInk, FlowPart, Role, opacity

ETHERNET = 14
UDP = 8
HEIGHT = 34.0
MARKS = 40.0
LEAST = 34.0
PAYLOAD_LEAST = 88.0
"""Room for the marks of data and tail beside each other.

All of these at a text scale of 100 %, as heights of rows are.
"""


class Part(NamedTuple):
    """A part of the linear data: name and offsets of its first byte and of the byte after its last."""

    name: str
    start: int
    end: int


class Geometry(NamedTuple):
    """Parts in order, and the offsets of `data` and `tail`."""

    parts: tuple[Part, ...]
    data: int
    tail: int


def geometry(cursor: Cursor, uid: int) -> Geometry | None:
    """Read an skb's layout; None for what is no skb, or before its headers are known."""
    fields = cursor.fields(uid)
    wanted = ("data", "len", "network_header", "transport_header")
    values = [fields.get(name) for name in wanted]
    numbers = [value for value in values if isinstance(value, int)]
    if len(numbers) != len(wanted):
        return None
    data, length, network, transport = numbers
    mac = network - ETHERNET
    tail = data + length
    if mac < 0 or not network < transport <= tail:
        return None
    edges = [("headroom", 0), ("eth", mac), ("ip", network), ("udp", transport)]
    edges += [("payload", min(transport + UDP, tail)), ("", tail)]
    parts = [Part(name, start, after) for (name, start), (_, after) in itertools.pairwise(edges)]
    return Geometry(tuple(part for part in parts if part.end > part.start), data, tail)


def widths(parts: tuple[Part, ...], room: float) -> list[float]:
    """Pixels of each part: enough to be read, what is left over by size; headroom is worth a third of its own."""
    least = [float(ui_scaled(PAYLOAD_LEAST if part.name == "payload" else LEAST)) for part in parts]
    spare = max(room - sum(least), 0.0)
    sizes = [(part.end - part.start) / (3.0 if part.name == "headroom" else 1.0) for part in parts]
    return [px + spare * size / sum(sizes) for px, size in zip(least, sizes, strict=True)]


def strip_rows(look: Look, cursor: Cursor, uid: int, letter: int) -> list[Row]:
    """The strip and its marks; nothing for what has no layout."""
    found = geometry(cursor, uid)
    if found is None:
        return []
    words = ", ".join(f"{part.name} {part.start} to {part.end}" for part in found.parts)
    row = Row(height=HEIGHT + MARKS, paint=_painter(look, found, letter), say=f"data {found.data}: {words}")
    return [row, Row(height=6.0)]


def _painter(look: Look, found: Geometry, letter: int) -> Callable[[QPainter, QRectF], None]:
    def paint(painter: QPainter, rect: QRectF) -> None:
        x = rect.left()
        marks = {"head": rect.left()}
        for part, width in zip(found.parts, widths(found.parts, rect.width()), strict=True):
            body = QRectF(x, rect.top(), width - 1.0, ui_scaled(HEIGHT))
            pulled = part.end <= found.data and part.name != "headroom"
            _paint_part(painter, look, part, body, letter, pulled=pulled)
            if part.start == found.data:
                marks["data"] = x
            x += width
        marks["tail"] = x - 1.0
        offsets = {"head": 0, "data": found.data, "tail": found.tail}
        for name, place in marks.items():
            _paint_mark(painter, look, name, offsets[name], place, rect)

    return paint


def _paint_part(
    painter: QPainter, look: Look, part: Part, body: QRectF, letter: int, *, pulled: bool
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if part.name == "headroom":
        painter.setBrush(QBrush(look.colour(Role.LINE_STRONG), Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(body, 3.0, 3.0)
        text, ink = str(part.end), look.colour(Role.TEXT_SECONDARY)
        plate = QRectF(
            0.0, 0.0, ui_width(text, Type.MICRO, Face.UI, 600) + 16.0, ui_line_px(Type.MICRO) + 4.0
        )
        plate.moveCenter(body.center())
        painter.setBrush(look.colour(Role.PANEL))
        painter.drawRoundedRect(plate, 4.0, 4.0)
    else:
        payload = part.name == "payload"
        flow = letter if letter >= 0 else 7
        painter.setBrush(look.colour(FlowInk(flow, FlowPart.FILL if payload else FlowPart.TINT)))
        painter.drawRoundedRect(body, 3.0, 3.0)
        text = part.name
        ink = look.colour(FlowInk(flow, FlowPart.INK) if payload else Role.TEXT)
    painter.setPen(ink)
    painter.setFont(font(Type.MICRO, Face.UI, 600))
    painter.drawText(body, Qt.AlignmentFlag.AlignCenter, text)
    if pulled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(Role.PANEL, opacity("header_pulled")))
        painter.drawRoundedRect(body, 3.0, 3.0)


def _paint_mark(painter: QPainter, look: Look, name: str, offset: int, x: float, rect: QRectF) -> None:
    top = rect.top() + ui_scaled(HEIGHT) + 2.0
    line, room = float(ui_scaled(14)), float(ui_scaled(60))
    painter.fillRect(QRectF(min(x, rect.right() - 1.5), top, 1.5, 7.0), look.colour(Role.TEXT))
    right = x > rect.right() - ui_scaled(40)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    left = rect.right() - room if right else x
    painter.setPen(look.colour(Role.TEXT))
    painter.setFont(font(Type.MICRO, Face.MONO, 600))
    painter.drawText(QRectF(left, top + 7.0, room, line), side | Qt.AlignmentFlag.AlignVCenter, name)
    painter.setPen(look.colour(Role.TEXT_TERTIARY))
    painter.setFont(font(Type.MICRO, Face.UI, 500))
    painter.drawText(
        QRectF(left, top + 6.0 + line, room, line), side | Qt.AlignmentFlag.AlignVCenter, str(offset)
    )
