"""An answer as rows: how long, a bar of its links, each link with what it went to, what led there, the sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from engine.scenario.units import format_ns
from engine.why import Link, LinkKind, Why, summed
from viewer.chrome.look import Look
from viewer.panels.sections import gap, heading, wrapped
from viewer.panels.sheet import Cell, Painting, Row, Span, mono, words
from viewer.theme.fonts import Face, Type, ui_scaled
from viewer.theme.tokens import Role

MOST = 16
"""Links that are told one by one; of more, equal ones are added up until somebody asks for all."""

BAR = 16.0
SWATCH = 10.0
GAP = 10.0
LEAST = 140.0
"""Room for words beside a length; with less they stand below it."""

HATCH_FROM = 4.0
"""A stretch narrower than that is not hatched: one line of it would look like work."""

UNDER_WAY = (LinkKind.DMA, LinkKind.INTERRUPT, LinkKind.IPI, LinkKind.WORK, LinkKind.CALL, LinkKind.SWITCH)
"""What is work from every side."""

AT_IT = (LinkKind.SOFTIRQ, LinkKind.POLL_QUEUE, LinkKind.GRO, LinkKind.BATCH, LinkKind.BUSY)
"""What is work of the one who empties a queue, and a wait for a packet in it."""

FULLNESS = (LinkKind.FILLED, LinkKind.ARRIVED, LinkKind.DRAINED, LinkKind.LIMIT)
"""Causes of answers that tell what the one did who should have emptied something."""


class Stretch(NamedTuple):
    """How stretches are told apart without hue: solid work, hatched waits, an outline for what is not known."""

    solid: bool
    known: bool


class Doing(NamedTuple):
    """What rows can do: follow a link, show a menu at a place, tell all links or only their sums."""

    follow: Callable[[Link], None]
    menu: Callable[[QPoint], None]
    unfold: Callable[[], None]


def drawn(link: Link, why: Why) -> Stretch:
    """How a link of an answer is drawn."""
    if link.kind is LinkKind.UNKNOWN:
        return Stretch(solid=False, known=False)
    taker = any(cause.kind in FULLNESS for cause in why.causes)
    return Stretch(link.kind in UNDER_WAY or (taker and link.kind in AT_IT), known=True)


def answer_rows(look: Look, why: Why, room: float, doing: Doing, *, unfolded: bool) -> list[Row]:
    """An answer in so many px; `unfolded` tells every link even if there are many."""
    rows = []
    if why.total_ns > 0:
        total = Span(format_ns(why.total_ns), Role.TEXT, Type.READOUT, Face.DISPLAY, 600)
        rows.append(Row((Cell((total,), menu=doing.menu),), height=34.0))
    if why.links:
        rows.append(Row(height=BAR, paint=_bar(look, why), say=why.sentence))
        rows.append(gap(8.0))
        rows += _links(look, why, room, doing, unfolded=unfolded)
        rows.append(gap())
    if why.causes:
        rows.append(heading("What led to it"))
        rows += _table(why.causes, room, doing, None)
        rows.append(gap())
    rows.append(heading("In one sentence"))
    lines = wrapped(why.sentence, room)
    rows += [Row((Cell((words(line, Role.TEXT),), menu=doing.menu),), height=18.0) for line in lines]
    return [*rows, gap(12.0)]


def _links(look: Look, why: Why, room: float, doing: Doing, *, unfolded: bool) -> list[Row]:
    """The links, or the sums of equal ones where there are many."""
    sums = summed(why.links)
    many = len(why.links) > MOST and len(sums) < len(why.links)
    rows = _table(
        sums if many and not unfolded else why.links, room, doing, lambda link: _swatch(look, link, why)
    )
    if many:
        text = "add equal ones up" if unfolded else f"each of the {len(why.links)} stretches in turn"
        rows.append(Row((Cell((words(text),), do=doing.unfold, menu=doing.menu),)))
    return rows


class _Columns(NamedTuple):
    """Where what stands in a table, in px from the left edge.

    Attributes:
        lengths: right edge of the lengths.
        words: left edge of the words.
        below: the words stand below their length, as there is little room beside it.
        room: width of a row.
    """

    lengths: float
    words: float
    below: bool
    room: float


def _columns(links: Sequence[Link], room: float, *, swatch: bool) -> _Columns:
    first = float(ui_scaled(SWATCH)) + GAP if swatch else 0.0
    widest = max((_length(link).width() for link in links), default=0.0)
    left = first + widest + (GAP if widest else 0.0)
    owner = max((_owner(link).width() for link in links), default=0.0)
    below = bool(widest) and room - left - owner - GAP < ui_scaled(LEAST)
    return _Columns(first + widest, first if below else left, below, room)


def _length(link: Link) -> Span:
    return mono(format_ns(link.ns) if link.ns else "", weight=600)


def _owner(link: Link) -> Span:
    return words(f"CPU {link.cpu}" if link.cpu is not None else "", Role.TEXT_TERTIARY)


def _table(
    links: Sequence[Link], room: float, doing: Doing, swatch: Callable[[Link], Painting] | None
) -> list[Row]:
    """Rows for each link: how long, what it went to, whose CPU; below it the detail. The longest one is bold."""
    columns = _columns(links, room, swatch=swatch is not None)
    longest = max((link.ns for link in links), default=0) if swatch is not None else -1
    rows: list[Row] = []
    for link in links:
        paint = swatch(link) if swatch is not None else None
        rows += _entry(link, columns, doing, paint, 600 if link.ns == longest else 0)
    return rows


def _entry(link: Link, columns: _Columns, doing: Doing, paint: Painting | None, weight: int) -> list[Row]:
    owner = _owner(link)
    taken = 0.0 if columns.below else owner.width() + GAP
    lines = wrapped(link.words, columns.room - columns.words - taken)
    do = _follows(doing, link) if link.step >= 0 or link.uid else None
    tip = f"{link.detail or link.words}\nclick to go there" if do is not None else link.detail

    def cell(line: str, ink: Role, do: Callable[[], None] | None = None) -> Cell:
        span = words(line, ink, weight=weight if ink is Role.TEXT else 0)
        return Cell((span,), x=columns.words, tip=tip, do=do, menu=doing.menu)

    length = Cell((_length(link),), x=columns.lengths, right=True, menu=doing.menu)
    head = [length, Cell((owner,), at=1.0, right=True)]
    said = [cell(line, Role.TEXT, None if number else do) for number, line in enumerate(lines)]
    if not columns.below and said:
        head.insert(1, said.pop(0))
    detail = wrapped(link.detail, columns.room - columns.words)
    said += [cell(line, Role.TEXT_TERTIARY) for line in detail]
    bare = columns.below and not link.ns and link.cpu is None and bool(said)
    rows = [] if bare else [Row(tuple(head), height=22.0, paint=paint)]
    rows += [Row((one,), height=18.0) for one in said]
    return [*rows[:-1], replace(rows[-1], rule=True)]


def _follows(doing: Doing, link: Link) -> Callable[[], None]:
    return lambda: doing.follow(link)


# -- painting -------------------------------------------------------------------------------------------------


def _swatch(look: Look, link: Link, why: Why) -> Painting:
    def paint(painter: QPainter, rect: QRectF) -> None:
        size = float(ui_scaled(SWATCH))
        body = QRectF(rect.left(), rect.center().y() - size / 2.0, size, size)
        _stretch(painter, look, body, drawn(link, why))

    return paint


def _bar(look: Look, why: Why) -> Painting:
    def paint(painter: QPainter, rect: QRectF) -> None:
        start = why.links[0].start_ns
        scale = rect.width() / max(why.total_ns, 1)
        for link in why.links:
            left = rect.left() + (link.start_ns - start) * scale
            width = link.ns * scale
            body = QRectF(left, rect.top(), max(width - (1.0 if width > 3.0 else 0.0), 0.75), rect.height())
            _stretch(painter, look, body, drawn(link, why))

    return paint


def _stretch(painter: QPainter, look: Look, body: QRectF, how: Stretch) -> None:
    """Solid, hatched or outlined."""
    if not how.known:
        painter.setPen(QPen(look.colour(Role.CONTROL), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(body.adjusted(0.5, 0.5, -0.5, -0.5))
        return
    painter.fillRect(body, look.colour(Role.TEXT_SECONDARY if how.solid else Role.MASKED))
    if not how.solid and body.width() > HATCH_FROM:
        painter.fillRect(body, QBrush(look.colour(Role.PANEL, 0.5), Qt.BrushStyle.BDiagPattern))
