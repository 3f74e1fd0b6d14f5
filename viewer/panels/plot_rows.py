"""The rows below a plot: a piece of each curve's line, its path, how far it reaches, its value at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from viewer.chrome.look import Look
from viewer.lasting import Lasting
from viewer.panels.counters_lines import fitting
from viewer.panels.counters_values import cut
from viewer.panels.plot_chart import number, pen
from viewer.panels.plot_curves import Curve
from viewer.panels.sheet import APART, Cell, Row, mono, words
from viewer.theme.fonts import Type, ui_scaled
from viewer.theme.tokens import Ink, Role

SAMPLE = 24.0


@dataclass(slots=True)
class Plotted:
    """What is plotted.

    Attributes:
        text: the path or expression.
        slot: its dash pattern.
        made: knows whether the curve is that of what is known now.
        curve: its values in the run that is shown; None where it has none.
        why_not: why it has none.
    """

    text: str
    slot: int
    made: Lasting[None]
    curve: Curve | None = None
    why_not: str = ""


def plotted_row(
    look: Look, one: Plotted, ink: Ink, time: float, room: float, remove: Callable[[], None]
) -> Row:
    """The row of a curve.

    Args:
        look: the window's colours.
        one: what is plotted.
        ink: its colour.
        time: of the value, ns.
        room: width of the row, px.
        remove: what the cross does.
    """
    x, left = -float(ui_scaled(18)), float(ui_scaled(SAMPLE + 8))
    room += x - left - APART
    group, parts = cut(one.text)
    if one.curve is None:
        told = Cell((words("not in this run", Role.TEXT_TERTIARY),), x=x, at=1.0, right=True)
    else:
        reach = f"{number(one.curve.low)} to {number(one.curve.high)}   "
        value = mono(number(one.curve.at(time)), Role.TEXT, 600)
        spans = (words(reach, Role.TEXT_TERTIARY, Type.MICRO), value)
        both = sum(span.width() for span in spans) + mono((group, *parts)[-1]).width() <= room
        told = Cell(spans if both else (value,), x=x, at=1.0, right=True)
    name = mono(fitting((group, *parts), room - told.width()), Role.TEXT_SECONDARY)
    tip = f"{one.text}\n{one.why_not}" if one.why_not else one.text
    cross = Cell((words("×", Role.TEXT_SECONDARY),), at=1.0, right=True, tip="Plot it no longer", do=remove)
    return Row(
        (Cell((name,), x=left, tip=tip), told, cross),
        height=22.0,
        paint=_sample(look, ink, one.slot),
        say=f"{one.text}: {told.text}",
    )


def _sample(look: Look, ink: Ink, slot: int) -> Callable[[QPainter, QRectF], None]:
    """A piece of the curve's line."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        painter.setPen(pen(look, ink, slot))
        y = round(rect.center().y()) + 0.5
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.left() + ui_scaled(SAMPLE), y))

    return paint


def last_key(text: str) -> str:
    """What stands at a curve's end: the last key of a path, or all of an expression."""
    _, parts = cut(text)
    return parts[-1].strip(".[]'") if parts and "(" not in text and " " not in text else text
