"""What stands below the histogram: where the time of the chosen packets went, the slowest of them, one packet's way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from engine.scenario.units import format_ns
from viewer.chrome.look import Look
from viewer.panels.latency_stages import Stage, Wait
from viewer.panels.packets_marks import paint_mark
from viewer.panels.sections import wrapped
from viewer.panels.sheet import APART, Cell, Row, mono, words
from viewer.panels.story import Stretch
from viewer.theme.fonts import Type, ui_scaled
from viewer.theme.tokens import FlowInk, FlowPart, Role

STAGES_MOST = 6
WORTH = 0.005
"""Differences and stretches below this share of all are left out."""


def sentence(text: str, room: float) -> list[Row]:
    """Plain words in lines that fit."""
    return [Row((Cell((words(line, Role.TEXT_TERTIARY),)),), height=18.0) for line in wrapped(text, room)]


def title(text: str, note: str = "", do: Callable[[], None] | None = None) -> Row:
    """A heading, with a word at the right that may do something."""
    cells = [Cell((words(text, Role.TEXT, Type.LABEL),))]
    if note:
        ink = Role.TEXT if do is not None else Role.TEXT_TERTIARY
        cells.append(Cell((words(note, ink),), at=1.0, right=True, do=do))
    return Row(tuple(cells), height=26.0)


def stage_rows(stages: list[Stage]) -> list[Row]:
    """Stations where these packets were longer, or shorter, than the median packet; the greatest difference first."""
    total = sum(stage.ns for stage in stages) or 1.0
    told = [stage for stage in stages if abs(stage.by) >= WORTH * total][:STAGES_MOST]
    usual = [words(f"median {duration(stage.usual)}", Role.TEXT_TERTIARY) for stage in told]
    left = max((span.width() for span in usual), default=0.0) + APART
    rows = []
    for stage, span in zip(told, usual, strict=True):
        cells = (
            Cell((words(stage.word, Role.TEXT_SECONDARY),)),
            Cell((mono(duration(stage.ns), Role.TEXT, 600),), x=-left, at=1.0, right=True),
            Cell((span,), at=1.0, right=True),
        )
        rows.append(Row(cells, say=f"{stage.word} {duration(stage.ns)}, median {duration(stage.usual)}"))
    return rows


def duration(ns: float) -> str:
    """A time in a table: three digits are enough."""
    return format_ns(round(ns), 1)


def slow_row(
    look: Look,
    name: str,
    letter: int,
    latency: int,
    wait: Wait | None,
    do: Callable[[], None] | None,
    menu: Callable[[QPoint], None] | None,
    *,
    room: float,
) -> Row:
    """A packet: what it is called, its latency, and what it waited for longest if there is room for it.

    One that is not in the record does nothing.
    """

    def paint(painter: QPainter, rect: QRectF) -> None:
        paint_mark(painter, look, letter, rect.left() + ui_scaled(8), rect.center().y())

    left = float(ui_scaled(24))
    number = Cell((mono(name, Role.TEXT),), x=left, do=do, menu=menu)
    took = Cell((mono(format_ns(latency, 2), Role.TEXT, 600),), at=1.0, right=True, do=do, menu=menu)
    cells = [number, took]
    if wait is not None:
        said = words(f"{wait.word} {duration(wait.ns)}", Role.TEXT_TERTIARY)
        x = left + mono("A 00000").width() + APART
        if x + said.width() + APART + took.width() <= room:
            cells.append(Cell((said,), x=x, do=do, menu=menu))
    tip = "" if do is not None else "Its steps are not in the record."
    if wait is not None:
        tip = f"Longest: {wait.word}, {format_ns(wait.ns)}. A click goes to its end."
    shown = tuple(Cell(c.spans, c.x, c.at, c.right, c.plate, tip, c.do, c.menu) for c in cells)
    return Row(shown, height=22.0, paint=paint, say=f"packet {name}, {format_ns(latency, 2)}. {tip}")


def waterfall(look: Look, stretches: tuple[Stretch, ...], total: int, letter: int) -> list[Row]:
    """A packet's way station by station, each bar beginning where the last one ended; waiting is hatched."""
    rows, gone = [], 0
    short = [one.ns for one in stretches if one.ns < WORTH * total]
    for one in stretches:
        if one.ns >= WORTH * total:
            cells = (
                Cell((words(one.word, Role.TEXT_SECONDARY),)),
                Cell((mono(format_ns(one.ns, 2), Role.TEXT),), at=1.0, right=True),
            )
            kind = "waiting" if one.waits else "work"
            share = (gone / total, one.ns / total)
            rows.append(
                Row(
                    cells,
                    height=18.0,
                    paint=_bar(look, share, letter, hatched=one.waits),
                    say=f"{one.word} {format_ns(one.ns)}, {kind}",
                )
            )
        gone += one.ns
    return [*rows, *([_shorter(short)] if short else [])]


def _shorter(short: list[int]) -> Row:
    """What was too short for a bar, so that the numbers add up to the whole."""
    said, took = f"and {len(short)} shorter", format_ns(sum(short))
    cells = (
        Cell((words(said, Role.TEXT_TERTIARY),)),
        Cell((mono(took, Role.TEXT_TERTIARY),), at=1.0, right=True),
    )
    return Row(cells, height=18.0, say=f"{said}, {took}")


def _bar(
    look: Look, share: tuple[float, float], letter: int, *, hatched: bool
) -> Callable[[QPainter, QRectF], None]:
    def paint(painter: QPainter, rect: QRectF) -> None:
        left, right = rect.left() + ui_scaled(84), rect.right() - ui_scaled(72)
        room = right - left
        if room < ui_scaled(40):
            return
        body = QRectF(
            left + share[0] * room,
            rect.top() + rect.height() * 0.25,
            max(share[1] * room, 2.0),
            rect.height() * 0.5,
        )
        ink = FlowInk(letter, FlowPart.FILL) if letter >= 0 else Role.CONTROL
        painter.setPen(Qt.PenStyle.NoPen)
        if hatched:
            painter.fillRect(
                body, look.colour(FlowInk(letter, FlowPart.TINT) if letter >= 0 else Role.RAISED)
            )
            painter.setBrush(QBrush(look.colour(ink), Qt.BrushStyle.BDiagPattern))
        else:
            painter.setBrush(look.colour(ink))
        painter.drawRect(body)

    return paint
