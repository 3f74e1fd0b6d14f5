"""A CPU's row close up: a tick for every packet of a pass, the poll list, fields of the round, the call stack.

What stands here is added to the row's gauges and stations, in the room between them: nothing moves to another place.
"""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Rect, Sketch, caps
from viewer.picture.layout import STAGE_HEADS, Mode, Row, Stage
from viewer.picture.level import Level
from viewer.picture.regions.close import Pairs, brackets, fine, write_fields
from viewer.picture.regions.common import flow_edge, flow_or_grey
from viewer.picture.regions.track import Stop, Track, spread
from viewer.theme.tokens import Role, Z

TICK_ROWS = 4
CARD_PX = 42.0
"""How far over the track the card of the packet at work reaches."""

NAME_PX = 40.0
"""Half the room that a station's words have."""


@dataclass(frozen=True, slots=True)
class Polled:
    """A NAPI on a poll list: its name, its weight, its state bits."""

    name: str
    weight: int
    state: str


@dataclass(frozen=True, slots=True)
class HeadClose:
    """What a CPU's head shows close up.

    Attributes:
        level: how close.
        ticks: flows of the packets of each pass begun, in order.
        napis: what is on the poll list, the polled one first.
        cpu: fields of the CPU.
        passes: fields of the round of handle_softirqs.
        budget: fields of net_rx_action about its budget.
        time: fields of net_rx_action about its time.
        lists: fields of the polled NAPI and who is on the other lists.
        softnet: counters of softnet_data.
    """

    level: Level
    ticks: tuple[tuple[int, ...], ...] = ()
    napis: tuple[Polled, ...] = ()
    cpu: Pairs = ()
    passes: Pairs = ()
    budget: Pairs = ()
    time: Pairs = ()
    lists: Pairs = ()
    softnet: Pairs = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """What a station shows close up: functions that the packet went through there, fields of what they worked on."""

    stage: Stage
    functions: tuple[str, ...] = ()
    fields: Pairs = ()


@dataclass(frozen=True, slots=True)
class TrackClose:
    """What a track shows close up.

    Attributes:
        level: how close.
        details: of the stations.
        stack: functions on the CPU's stack, the outermost first, and the stage from which each is there.
    """

    level: Level
    details: tuple[Detail, ...] = ()
    stack: tuple[tuple[str, Stage | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """What a row shows close up; None for a part that lies outside the window."""

    head: HeadClose | None = None
    track: TrackClose | None = None


def draw_ticks(sketch: Sketch, ticks: tuple[int, ...], work: int, box: Rect) -> None:
    """A pass's packets as ticks in the upper part of its segment."""
    columns = -(-max(64, work, len(ticks)) // TICK_ROWS)
    dx, dy = (box.w - 3.0) / columns, 1.4
    first = Rect(box.x + 1.6, box.y + 1.2, dx * 0.8, 1.0)
    fills = tuple(flow_or_grey(flow) for flow in ticks)
    sketch.cells(first, columns, dx, dy, fills, z=Z.LABEL, radius=0.3)


def draw_head_close(sketch: Sketch, close: HeadClose, area: Rect, *, squeezed: bool) -> None:
    """Fields between the gauges of the focused row."""
    x, top, width = area.x, area.y, area.w
    if not close.level.fields:
        return
    name = x + 66.0
    beside = Rect(name, top + 5.0, area.right - name, 10.4 if squeezed else 26.0)
    write_fields(sketch, close.cpu, (beside,))
    write_fields(sketch, close.passes, (Rect(x, top + 122.6, width, 5.2),))
    write_fields(sketch, close.budget, (Rect(x, top + 150.6, width, 5.2),))
    write_fields(sketch, close.time, (Rect(x, top + 178.6, width, 5.2),))
    write_fields(sketch, close.lists, (Rect(x, top + 204.6, width, 10.4),))
    write_fields(sketch, close.softnet, (Rect(x, top + 226.6, width, 10.4),))


def draw_small_head_close(sketch: Sketch, close: HeadClose, area: Rect) -> None:
    """Fields under the context of a compact row."""
    below = area.cy + 24.0
    gap = Rect(area.x, below, area.w, area.bottom - below - 1.0)
    if close.level.fields:
        beside = Rect(area.x + 66.0, area.cy - 27.0, area.w - 66.0, 20.8)
        write_fields(sketch, close.cpu, (beside,))
        write_fields(sketch, close.lists + close.budget + close.time + close.softnet, (gap,))
    elif close.napis:
        write_fields(sketch, tuple((one.name, one.state) for one in close.napis), (gap,), close.level)


def draw_track_close(
    sketch: Sketch,
    track: Track,
    close: TrackClose,
    row: Row,
    places: tuple[tuple[Stage, float], ...],
    span: tuple[float, float],
    blocked: Rect | None,
) -> None:
    """What the stations looked up, and the functions on the stack; not where ``blocked`` is, the backlog's bay."""
    stops = {stop.stage: stop for stop in track.stops}
    where = dict(places)
    big = row.mode is Mode.EXPANDED
    details = [
        detail
        for detail in close.details
        if detail.stage in stops and not (blocked is not None and _hidden(where[detail.stage], blocked))
    ]
    if big and not close.level.fields:
        _lookups(sketch, details, stops, where, (span[0] - 14.0, span[1] - 4.0), row.track_y)
    for detail in details:
        stop, x = stops[detail.stage], where[detail.stage]
        with sketch.thing(Thing(Kind.STATION, stop.label or STAGE_HEADS[stop.stage])):
            if close.level.fields:
                _below(sketch, detail, x, _room(x, details, where), row)
            elif big:
                _above(sketch, stop, x, row.track_y)
    if close.level.fields and close.stack:
        _stack(sketch, track, close, row, places, span, blocked)


def _hidden(x: float, blocked: Rect) -> bool:
    return blocked.x - NAME_PX < x < blocked.right + NAME_PX


def _above(sketch: Sketch, stop: Stop, x: float, y: float) -> None:
    """The stage's name."""
    title = caps(STAGE_HEADS[stop.stage]).at(Level.SLOTS)
    sketch.write(x, y - 56.0, title, align=Align.CENTRE)


def _lookups(
    sketch: Sketch,
    details: list[Detail],
    stops: dict[Stage, Stop],
    where: dict[Stage, float],
    span: tuple[float, float],
    y: float,
) -> None:
    """Under the stages' names the last functions that the packet entered there, and what hangs at a gate.

    Two lines; a word that has no room beside the others on its line is left out.
    """
    words: dict[Stage, list[Run]] = {}
    for detail in details:
        named = [fine(name) for name in detail.functions if name != stops[detail.stage].label]
        words[detail.stage] = (named + [fine(" ".join(pair)) for pair in detail.fields])[-2:]
    for line in range(2):
        kept: list[tuple[float, float, Run]] = []
        spots: list[float] = []
        for stage, runs in words.items():
            if line < len(runs):
                half = runs[line].width() / 2.0 + 2.5
                tried = [*kept, (where[stage], half, runs[line])]
                found = spread([(x, width) for x, width, _ in tried], span)
                if found:
                    kept, spots = tried, found
        for (_, _, run), x in zip(kept, spots, strict=True):
            sketch.write(x, y - 45.0 + 10.0 * line, run, align=Align.CENTRE)


def _room(x: float, details: list[Detail], where: dict[Stage, float]) -> float:
    """Half the room that a station's words have: up to the middle between it and the next that has some."""
    told = [where[detail.stage] for detail in details if detail.functions or detail.fields]
    nearest = min((abs(other - x) for other in told if other != x), default=2.0 * NAME_PX)
    return min(NAME_PX, nearest / 2.0 - 1.0)


def _below(sketch: Sketch, detail: Detail, x: float, half: float, row: Row) -> None:
    """Functions and fields under a station's name."""
    gap = Rect(x - half, row.track_y + 31.6, 2.0 * half, 13.0)
    if row.mode is not Mode.EXPANDED:
        gap = gap._replace(h=row.card.bottom - gap.y - 1.0)
    words: Pairs = tuple((name, "") for name in detail.functions)
    pairs = detail.fields + words if detail.fields else words
    write_fields(sketch, pairs, (gap,))


def _stack(
    sketch: Sketch,
    track: Track,
    close: TrackClose,
    row: Row,
    places: tuple[tuple[Stage, float], ...],
    span: tuple[float, float],
    blocked: Rect | None,
) -> None:
    """The stack over the track, clear of the packet's card and of the times above the stations."""
    big, taken = row.mode is Mode.EXPANDED, track.flow >= 0
    if taken and not big:
        return
    left, right = span
    where = dict(places)
    bottom = row.track_y - (CARD_PX if taken else 12.0)
    top = (row.body.y if big else row.card.y) + 1.5
    band = Rect(left, top, right - left - 4.0, bottom - top)
    if blocked is not None:
        band = band._replace(w=blocked.x - left - 4.0)
    names = tuple((name, left if stage is None else where[stage]) for name, stage in close.stack)
    ink = flow_edge(track.flow) if taken else Role.TEXT
    brackets(sketch, names, band, ink)
