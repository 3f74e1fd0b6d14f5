"""Flow marks in panels: the letter in its shape, as the picture has it, and which flow wears which."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from engine.timeline.timeline import Timeline
from viewer.chrome.look import Look
from viewer.picture.looks import look_items
from viewer.picture.pen import Pen
from viewer.picture.sprites import Form, Sprite
from viewer.theme.fonts import ui_scaled

MARK = 16
"""Size of a mark in a row, at a text scale of 100 %."""


def letters(timeline: Timeline) -> dict[int, int]:
    """Which flow has which letter (0 is A), by the flow's number."""
    if all(schema.name != "flow" for schema in timeline.classes):
        return {}
    found = {}
    for uid in timeline.objects("flow").tolist():
        values = timeline.changes(uid, "letter")[2]
        if len(values):
            found[uid] = int(values[-1])
    return found


def paint_mark(painter: QPainter, look: Look, letter: int, x: float, y: float) -> None:
    """Paint a flow's mark around a point; nothing for a flow without a letter."""
    if letter < 0:
        return
    painter.save()
    painter.translate(x, y)
    pen = Pen(painter, look.theme, painter.device().devicePixelRatioF(), scale=ui_scaled(100) / 100.0)
    for item in look_items(Sprite(letter, Form.MARK, size=MARK)):
        pen.draw(item)
    painter.restore()
