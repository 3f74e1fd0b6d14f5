"""What sections of the inspector are made of, and its first ones: who it is, and where its time went."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from engine.scenario.units import format_ns
from engine.timeline.timeline import Timeline
from viewer.chrome.look import Look
from viewer.panels.sheet import APART, Cell, Row, words
from viewer.panels.story import Story
from viewer.panels.subject import is_packet, title_of
from viewer.picture.looks import look_items
from viewer.picture.pen import Pen
from viewer.picture.sprites import Body, Form, Sprite
from viewer.theme.fonts import Type, ui_scaled
from viewer.theme.tokens import FlowInk, FlowPart, Role

REST_LEAST = 0.4
"""The share of a line that the last line of a sentence fills, where its lines can be broken so."""

REST_STEP = 8.0


def gap(px: float = 10.0) -> Row:
    """Empty room."""
    return Row(height=px)


def heading(text: str, note: str = "") -> Row:
    """The name of a section, and a note at the right."""
    cells = [Cell((words(text, Role.TEXT_SECONDARY, Type.LABEL),))]
    if note:
        cells.append(Cell((words(note, Role.TEXT, Type.LABEL),), at=1.0, right=True))
    return Row(tuple(cells), height=22.0)


def head(
    look: Look, timeline: Timeline, uid: int, letter: int, way: str, room: float = math.inf, name: str = ""
) -> list[Row]:
    """Capsule, name (else that of the object), and where it goes; that below where both do not fit so many px."""
    title = words(name or title_of(timeline, uid), Role.TEXT, Type.TITLE)
    left, paint = 0.0, None
    if is_packet(timeline, uid) and letter >= 0:
        left = float(ui_scaled(64))
        body = Body.SKB if timeline.object(uid).cls.name == "sk_buff" else Body.FRAME
        paint = _capsule(look, Sprite(letter, Form.CAPSULE, body))
    kind = words(way or timeline.object(uid).cls.name, Role.TEXT_SECONDARY, Type.LABEL, 500)
    first = Cell((title,), x=left, tip=timeline.object(uid).cls.meaning)
    beside = left + title.width() + APART + kind.width() <= room
    cells = (first, Cell((kind,), at=1.0, right=True)) if beside else (first,)
    below = [] if beside else [Row((Cell((kind,)),))]
    return [Row(cells, height=36.0, paint=paint), *below, gap(6.0)]


def _capsule(look: Look, sprite: Sprite) -> Callable[[QPainter, QRectF], None]:
    def paint(painter: QPainter, rect: QRectF) -> None:
        painter.save()
        painter.translate(rect.left() + ui_scaled(26), rect.center().y())
        scale = ui_scaled(118) / 100.0
        pen = Pen(painter, look.theme, painter.device().devicePixelRatioF(), scale=scale)
        for item in look_items(sprite):
            pen.draw(item)
        painter.restore()

    return paint


def wrapped(text: str, width: float, kind: Type = Type.SMALL) -> list[str]:
    """A sentence in lines that fit a width; a word that is wider than that stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and words(longer, kind=kind).width() <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def balanced(text: str, width: float, kind: Type = Type.SMALL) -> list[str]:
    """A sentence as `wrapped` breaks it, but with no short rest alone on its last line."""
    lines = wrapped(text, width, kind)
    if len(lines) < 2 or words(lines[-1], kind=kind).width() >= width * REST_LEAST:
        return lines
    narrower = width - REST_STEP
    while narrower > width / 2.0 and len(tried := wrapped(text, narrower, kind)) == len(lines):
        lines, narrower = tried, narrower - REST_STEP
    return lines


def joined(parts: list[str], width: float) -> list[str]:
    """Parts with dots between them, in lines that fit a width; no part is broken."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and words(longer, kind=Type.MICRO).width() <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def way_rows(look: Look, told: Story, letter: int, room: float) -> list[Row]:
    """Where the packet's time went, as a bar with its parts in words, in so many px."""
    if told.total_ns <= 0:
        return []
    until = {"drop": "drop", "read": "reader", "end": "its end", "now": "now"}[told.until]
    longest = sorted(told.stretches, key=lambda one: -one.ns)[:4]
    shown = [one for one in told.stretches if one in longest]
    parts = [f"{one.word} {format_ns(one.ns, 1)}" for one in shown]
    every = ", ".join(f"{one.word} {format_ns(one.ns)}" for one in told.stretches)
    return [
        heading(f"Wire to {until}", format_ns(told.total_ns, 1)),
        Row(height=16.0, paint=_bar(look, told, letter), say=every),
        *(
            Row((Cell((words(line, Role.TEXT_TERTIARY, Type.MICRO),), tip=every),), height=18.0)
            for line in joined(parts, room)
        ),
        gap(14.0),
    ]


def _bar(look: Look, told: Story, letter: int) -> Callable[[QPainter, QRectF], None]:
    def paint(painter: QPainter, rect: QRectF) -> None:
        x = rect.left()
        work = FlowInk(letter, FlowPart.FILL) if letter >= 0 else Role.SELECT
        for one in told.stretches:
            width = rect.width() * one.ns / told.total_ns
            body = QRectF(x, rect.top() + 2.0, max(width - 1.0, 1.0), rect.height() - 4.0)
            painter.fillRect(body, look.colour(Role.MASKED if one.waits else work))
            if one.waits and body.width() > 6.0:
                painter.fillRect(body, QBrush(look.colour(Role.PANEL, 0.5), Qt.BrushStyle.BDiagPattern))
            x += width

    return paint
