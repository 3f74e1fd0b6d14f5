"""A packet's way as a waterfall: a bar a station, all on the packet's own time axis.

The axis runs from the last bit on the wire to the reader, the loss, or the end of what is known. As in `story`, the
time from one of the packet's steps to the next belongs to the station of the earlier one. Within it the packet is
worked on while the function of the later step runs; before that it waits. Left out: what other packets did meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from engine.scenario.units import format_ns
from engine.timeline.timeline import Timeline
from engine.timeline.views import Ending
from viewer.chrome.look import Look
from viewer.panels.sections import heading
from viewer.panels.sheet import Cell, Row, mono, words
from viewer.panels.story import WAITS, loss_place, passed_at
from viewer.theme.fonts import Face, Type, ui_width
from viewer.theme.tokens import FlowInk, FlowPart, Ink, Role, opacity

APART = 12.0
LEAST_BAR = 1.5
HATCH_FROM = 5.0
"""Bars narrower than that in px are too small for a hatch."""

LINE = 20.0


class Piece(NamedTuple):
    """A stretch of the axis, in ns from the last bit on: spent on the packet, or waiting."""

    start: int
    end: int
    works: bool


class Stop(NamedTuple):
    """A station of the way.

    Attributes:
        station: its name in `engine.topology`, or one of `story`'s own.
        step: where the packet got there first.
        pieces: its stretches, in order.
    """

    station: str
    step: int
    pieces: tuple[Piece, ...]

    @property
    def word(self) -> str:
        """What people call it; the same word as in the inspector."""
        return WAITS.get(self.station, self.station)

    @property
    def ns(self) -> int:
        """Time spent there."""
        return sum(piece.end - piece.start for piece in self.pieces)

    @property
    def worked(self) -> int:
        """How much of it the packet's own functions ran."""
        return sum(piece.end - piece.start for piece in self.pieces if piece.works)

    @property
    def start(self) -> int:
        """When the packet got there, from the last bit on."""
        return self.pieces[0].start


class Way(NamedTuple):
    """A packet's whole way, as far as it is known.

    Attributes:
        stops: in the order of the way.
        began: moment of the last bit on the wire, in ns of the run.
        total: length of the axis in ns.
        ended: how it ended; None while that is not known.
    """

    stops: tuple[Stop, ...]
    began: int
    total: int
    ended: Ending | None


def way_of(timeline: Timeline, packet: int) -> Way | None:
    """Read the way of a frame, or of the first frame of an skb; None before it has begun."""
    frame = int(timeline.frame_of(packet))
    path = timeline.path(frame)
    ended = timeline.ending(frame)
    if ended is not None and ended.fate == "in_flight":
        ended = None
    if ended is not None:
        path = path[path <= int(ended.step)]
    if len(path) == 0:
        return None
    times = timeline.column("time")[path].tolist()
    spans = timeline.column("span")[path].tolist()
    last = max(times[-1], int(ended.time) if ended is not None else int(timeline.end_time))
    own = int(timeline.column("span")[int(ended.step)]) if ended is not None else 0
    times.append(last)
    spans.append(own)
    began = times[0]
    pieces: dict[str, list[Piece]] = {}
    first: dict[str, int] = {}
    for row, station in enumerate(passed_at(timeline, frame, path)):
        first.setdefault(station, int(path[row]))
        start, end = times[row] - began, times[row + 1] - began
        turn = end - min(spans[row + 1], end - start)
        for piece in (Piece(start, turn, False), Piece(turn, end, True)):
            _add(pieces.setdefault(station, []), piece)
    stops = tuple(Stop(name, first[name], tuple(parts)) for name, parts in pieces.items() if parts)
    return Way(stops, began, last - began, ended)


def _add(pieces: list[Piece], piece: Piece) -> None:
    """Add a stretch; one that goes on from the last of its kind becomes part of it."""
    if piece.end <= piece.start:
        return
    last = pieces[-1] if pieces else None
    if last is not None and last.end == piece.start and last.works == piece.works:
        pieces[-1] = last._replace(end=piece.end)
    else:
        pieces.append(piece)


def waterfall_rows(look: Look, way: Way, now_ns: int, letter: int, see: Callable[[int], None]) -> list[Row]:
    """The waterfall at a moment of the run; what comes after the moment is dimmed, a click on a row goes there."""
    now = now_ns - way.began
    names = max((ui_width(stop.word, Type.SMALL) for stop in way.stops), default=0.0)
    numbers = max(
        (ui_width(format_ns(stop.ns), Type.SMALL, Face.MONO, 500) for stop in way.stops), default=0.0
    )
    rows = [heading(*_title(way, now))]
    for stop in way.stops:
        paint = _bars(look, way, stop, now, letter, names + APART, numbers + APART)
        ahead = stop.start > now
        tip = _tip(stop)
        go = _go(see, stop.step)
        cells = (
            Cell((words(stop.word, Role.TEXT_TERTIARY if ahead else Role.TEXT_SECONDARY),), tip=tip, do=go),
            Cell(
                (mono(format_ns(stop.ns), Role.TEXT_TERTIARY if ahead else Role.TEXT),),
                at=1.0, right=True, tip=tip,
            ),
        )  # fmt: skip
        rows.append(Row(cells, height=LINE, paint=paint, say=tip.replace("\n", ", ")))
    return [*rows, *_end(way, now)]


def _title(way: Way, now: int) -> tuple[str, str]:
    """The title with the time so far, or of the whole way where it is over."""
    if way.ended is not None and now >= way.total:
        word = {"lost": "Wire to drop", "delivered": "Wire to reader"}.get(way.ended.fate, "Wire to its end")
        return word, format_ns(way.total)
    if now < 0:
        return "Not here yet", f"last bit in {format_ns(-now)}"
    whole = f" of {format_ns(way.total)}" if way.ended is not None else ""
    return "Wire to now", format_ns(now) + whole


def _end(way: Way, now: int) -> list[Row]:
    """How it ended, where that says more than the title."""
    if way.ended is None or way.ended.fate == "delivered" or now < way.total:
        return []
    owner, reason = loss_place(way.ended.reason)
    if way.ended.fate != "lost":
        return [Row((Cell((words(way.ended.fate, Role.TEXT_SECONDARY),)),))]
    where = words("lost in the adapter " if owner == "nic" else "lost ", Role.TEXT_SECONDARY)
    return [Row((Cell((where, mono(reason, Role.LOST, 600))),))]


def _tip(stop: Stop) -> str:
    lead = f"{stop.word}: {format_ns(stop.ns)}, from {format_ns(stop.start)} on"
    if stop.worked == stop.ns:
        return f"{lead}\nits own functions run all the time"
    return f"{lead}\nits own functions run {format_ns(stop.worked)} of it; it waits the rest"


def _go(see: Callable[[int], None], step: int) -> Callable[[], None]:
    return lambda: see(step)


def _bars(
    look: Look, way: Way, stop: Stop, now: int, letter: int, left: float, right: float
) -> Callable[[QPainter, QRectF], None]:
    """Paint a row's bars between its name and its number."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        x, room = rect.left() + left, rect.width() - left - right
        if room < LEAST_BAR or way.total <= 0:
            return
        per = room / way.total
        painter.fillRect(QRectF(x, rect.center().y(), room, 1.0), look.colour(Role.LINE_SUBTLE))
        for piece in stop.pieces:
            for start, end, dim in _around(piece, now):
                wide = max((end - start) * per, LEAST_BAR)
                body = QRectF(
                    min(x + start * per, x + room - wide), rect.top() + 4.0, wide, rect.height() - 8.0
                )
                _bar(painter, look, body, letter, works=piece.works, dim=dim)
        if 0 <= now < way.total:
            painter.fillRect(
                QRectF(round(x + now * per), rect.top(), 1.0, rect.height()), look.colour(Role.PLAYHEAD)
            )

    return paint


def _around(piece: Piece, now: int) -> list[tuple[int, int, bool]]:
    """A piece cut where the moment is: start, end, and whether it is still to come."""
    if piece.end <= now:
        return [(piece.start, piece.end, False)]
    if piece.start >= now:
        return [(piece.start, piece.end, True)]
    return [(piece.start, now, False), (now, piece.end, True)]


def _bar(painter: QPainter, look: Look, body: QRectF, letter: int, *, works: bool, dim: bool) -> None:
    share = opacity("passed") if dim else 1.0
    fill: Ink = FlowInk(letter, FlowPart.FILL) if letter >= 0 else Role.SELECT
    painter.fillRect(body, look.colour(fill if works else Role.MASKED, share))
    if not works and body.width() > HATCH_FROM:
        painter.fillRect(body, QBrush(look.colour(Role.PANEL, 0.5), Qt.BrushStyle.BDiagPattern))
