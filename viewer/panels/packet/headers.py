"""A packet's headers as rows: a layer a line, its fields below it when it is open."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from engine.packet import Field, Layer
from viewer.chrome.icons import Sign, draw_sign
from viewer.chrome.look import Look
from viewer.panels.sections import wrapped
from viewer.panels.sheet import Cell, Row, mono, words
from viewer.theme.fonts import Face, Type, ui_scaled, ui_width
from viewer.theme.tokens import Role

SUMMARY = {
    "Ethernet II": ("Source", "Destination"),
    "Internet Protocol Version 4": ("Source Address", "Destination Address"),
    "User Datagram Protocol": ("Source Port", "Destination Port"),
    "Transmission Control Protocol": ("Source Port", "Destination Port"),
}
"""The two fields that say of a closed layer from where it comes and where it goes."""

INDENT = 18.0
SIGN = 12.0
LEAST_ROOM = 24.0


class Mark(NamedTuple):
    """The field that is selected, by its layer's name and its own; "" for the layer as a whole."""

    layer: str
    field: str


def marked_bytes(layers: tuple[Layer, ...], mark: Mark | None) -> range:
    """The bytes that a mark stands for; none where the packet has no such field."""
    for layer in layers:
        if mark is None or layer.name != mark.layer:
            continue
        if not mark.field:
            return range(layer.start, layer.end)
        for field in layer.fields:
            if field.name == mark.field:
                return range(field.start, field.end)
    return range(0)


def field_at(layers: tuple[Layer, ...], offset: int) -> Mark | None:
    """The smallest field that a byte belongs to; the first of those that share it."""
    for layer in layers:
        if not layer.start <= offset < layer.end:
            continue
        holding = [field for field in layer.fields if field.start <= offset < field.end]
        if holding:
            return Mark(layer.name, min(holding, key=lambda one: one.end - one.start).name)
        return Mark(layer.name, "")
    return None


def ends_of(layer: Layer) -> tuple[str, str] | None:
    """From where a layer comes and where it goes; None for one that has no such fields."""
    wanted = SUMMARY.get(layer.name)
    found = {field.name: field.value_text for field in layer.fields}
    if wanted is None or not all(name in found for name in wanted):
        return None
    return found[wanted[0]], found[wanted[1]]


def header_rows(
    look: Look,
    layers: tuple[Layer, ...],
    opened: Collection[str],
    mark: Mark | None,
    do: tuple[Callable[[str], None], Callable[[Mark], None]],
    room: float,
) -> list[Row]:
    """The rows, in so many px.

    Args:
        look: the window's colours.
        layers: what there is.
        opened: names of the layers whose fields are listed.
        mark: what is selected.
        do: opens or closes a layer by its name; selects a field.
        room: width of a row.
    """
    turn, pick = do
    rows = []
    for layer in layers:
        open_now = layer.name in opened
        rows.append(_layer_row(look, layer, open_now, turn, room))
        if open_now:
            for field in layer.fields:
                rows += _field_rows(look, layer, field, mark == Mark(layer.name, field.name), pick, room)
    return rows


def _layer_row(look: Look, layer: Layer, open_now: bool, turn: Callable[[str], None], room: float) -> Row:
    indent = float(ui_scaled(INDENT))
    size = f"{layer.end - layer.start} B"
    ends = ends_of(layer)
    state = "open" if open_now else "closed"
    cells = [
        Cell((words(layer.name, Role.TEXT, Type.SMALL, 600),), x=indent, do=_doer(turn, layer.name)),
        Cell((words(size, Role.TEXT_TERTIARY),), at=1.0, right=True),
    ]
    left = indent + cells[0].width() + LEAST_ROOM / 2.0
    note = f"{ends[0]} → {ends[1]}" if ends is not None and not open_now else ""
    wide = ui_width(note, Type.MICRO, Face.MONO, 500)
    edge = float(ui_scaled(44))
    if note and left + wide + edge <= room:
        cells.append(Cell((mono(note, Role.TEXT_SECONDARY, kind=Type.MICRO),), x=-edge, at=1.0, right=True))
    said = f"{layer.name}, {note or size}, {state}"
    return Row(tuple(cells), height=24.0, rule=True, paint=_chevron(look, open_now), say=said)


def _field_rows(
    look: Look, layer: Layer, field: Field, marked: bool, pick: Callable[[Mark], None], room: float
) -> list[Row]:
    """A field; a value that is too long for the line has lines of its own below."""
    indent = float(ui_scaled(INDENT))
    tip = f"{field.name}: {field.meaning}"
    name = words(field.name, Role.TEXT if marked else Role.TEXT_SECONDARY)
    value = mono(field.value_text, Role.TEXT, 600 if marked else 500)
    do = _doer(pick, Mark(layer.name, field.name))
    label = Cell((name,), x=indent, tip=tip, do=do)
    said = f"{field.name}: {field.value_text}{', selected' if marked else ''}"
    paint = _plate(look) if marked else None
    if indent + name.width() + LEAST_ROOM / 2.0 + value.width() <= room:
        cells = (label, Cell((value,), at=1.0, right=True, tip=tip))
        return [Row(cells, height=22.0, rule=True, paint=paint, say=said)]
    rows = [Row((label,), height=22.0, paint=paint, say=said)]
    for line in wrapped(field.value_text, (room - indent) * 0.98):
        rows.append(Row((Cell((mono(line),), x=indent, tip=tip),), height=18.0, paint=paint))
    return rows


def _doer(do: Callable[..., None], what: object) -> Callable[[], None]:
    return lambda: do(what)


def _chevron(look: Look, open_now: bool) -> Callable[[QPainter, QRectF], None]:
    def paint(painter: QPainter, rect: QRectF) -> None:
        side = float(ui_scaled(SIGN))
        painter.save()
        painter.translate(QPointF(rect.left() + side / 2.0, rect.center().y()))
        painter.rotate(0.0 if open_now else -90.0)
        place = QRectF(-side / 2.0, -side / 2.0, side, side)
        draw_sign(painter, Sign.CHEVRON, place, look.colour(Role.TEXT_SECONDARY))
        painter.restore()

    return paint


def _plate(look: Look) -> Callable[[QPainter, QRectF], None]:
    """What lies behind the selected field."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        body = rect.adjusted(-8.0, 0.0, 8.0, -1.0)
        painter.fillRect(body, look.colour(Role.RAISED))
        painter.fillRect(QRectF(body.left(), body.top(), 2.0, body.height()), look.colour(Role.SELECT))

    return paint
