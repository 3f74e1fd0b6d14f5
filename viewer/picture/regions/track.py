"""A row's track: the line from the ring to the socket with its stations and gates, and how far a packet came.

One packet travels on a track at a time. The line behind it is lit in its flow's colour, the stations it
passed are lit, and above them stands the time since the end of its frame on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Rect, Sketch, mono
from viewer.picture.layout import GATES, STAGE_HEADS, Stage
from viewer.picture.regions.common import flow_edge, flow_fill, flow_text, width_of
from viewer.picture.words import micros
from viewer.theme.fonts import Type
from viewer.theme.tokens import Ink, Role, Z, opacity

NAME_LEFT_PX, NAME_RIGHT_PX = 14.0, 4.0
"""How far a name may reach beyond the track's left end, and how far it stays from the card's edge at the right."""

TIME_GAP_PX = 4.0
"""Least room between the times of two stations."""

NUDGE_PX = 18.0
"""How far aside of its station a name may stand to have room beside another."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A station or gate.

    Attributes:
        stage: which.
        label: its function, or what is attached to a gate; "" for a station that the row's path leaves out.
        lit: whether the packet on the track has been here.
        since_ns: from the frame's last bit to this station; None leaves the time away.
        attached: for gates, whether anything is.
        here: whether the packet is here now: then its name goes before the others where there is little room.
    """

    stage: Stage
    label: str
    lit: bool = False
    since_ns: int | None = None
    attached: bool = False
    here: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """A track.

    Attributes:
        stops: in order of the stages.
        flow: flow of the packet on it, -1 for none.
        reach: how far the lit line goes, px of the scene; negative for no line.
        exits: whether the lit line leaves the row towards the sockets.
        begin: where the lit line begins; negative for the track's left end.
        inside: whether the packet that leaves is still on the row.
    """

    stops: tuple[Stop, ...]
    flow: int = -1
    reach: float = -1.0
    exits: bool = False
    begin: float = -1.0
    inside: bool = False


def _gate(sketch: Sketch, x: float, y: float, stop: Stop, half: float) -> None:
    sketch.box(Rect(x - 9.0, y - half, 18.0, 2.0 * half), z=Z.STATION, fill=Role.CARD)
    ink: Ink = Role.TEXT if stop.attached else Role.LINE_STRONG if not stop.lit else Role.CONTROL
    if stop.lit or not stop.attached:
        sketch.line(((x - 9.0, y), (x + 9.0, y)), Role.TRACK, width=2.0, z=Z.STATION)
    for side in (-5.0, 5.0):
        sketch.line(((x + side, y - half), (x + side, y + half)), ink, width=2.0, z=Z.BAY)


def _station(sketch: Sketch, x: float, y: float, stop: Stop, flow: int, *, big: bool) -> None:
    radius = 8.5 if big else 5.5
    if stop.lit and flow >= 0:
        sketch.disc(x, y, radius, Role.CARD, z=Z.BAY, stroke=flow_edge(flow), width=3.0 if big else 2.0)
        sketch.disc(x, y, radius * 0.38, flow_fill(flow), z=Z.BAY)
    else:
        sketch.disc(x, y, radius - (1.0 if big else 0.0), Role.CARD, z=Z.BAY, stroke=Role.TRACK, width=2.0)


def draw_track(
    sketch: Sketch,
    track: Track,
    places: tuple[tuple[Stage, float], ...],
    left: float,
    right: float,
    y: float,
    *,
    big: bool,
    names: bool,
    card_px: float = 0.0,
) -> None:
    """Line, lit line, stations; names and times on the focused row.

    Where the packet's card stands, ``card_px`` wide over the end of the lit line, there is no time.
    """
    where = dict(places)
    half = 10.5 if big else 8.0
    sketch.line(((left, y), (right, y)), Role.TRACK, width=2.0)
    named = _fitting(track.stops, where, (left - NAME_LEFT_PX, right - NAME_RIGHT_PX)) if names else {}
    timed = _timed(track, where) if names else {}
    for stop in track.stops:
        x = where[stop.stage]
        gate = stop.stage in GATES
        kind = Kind.GATE if gate else Kind.STATION
        state = "passed" if stop.lit else "ahead"
        name = stop.label or STAGE_HEADS[stop.stage]
        with sketch.thing(Thing(kind, name, 0, f"{name}: {state}." if stop.label else f"{name}: left out.")):
            if gate:
                _gate(sketch, x, y, stop, half)
            else:
                _station(sketch, x, y, stop, track.flow, big=big)
            if stop in named:
                sketch.write(named[stop], y + 28.0, _name(stop), align=Align.CENTRE)
            if stop in timed and not _hidden(track, x, width_of(timed[stop]) / 2.0, card_px / 2.0, right):
                sketch.write(x, y - 19.0, timed[stop], align=Align.CENTRE)
    if track.flow >= 0 and track.reach > max(left, track.begin):
        _lit(sketch, track, max(left, track.begin), y, big=big)


def _timed(track: Track, where: dict[Stage, float]) -> dict[Stop, Run]:
    """The times above stations: all, or from the latest back those that do not run into the one after them."""
    found: dict[Stop, Run] = {}
    end = float("inf")
    for stop in reversed(track.stops):
        if stop.since_ns is None or not stop.lit or track.flow < 0 or stop.stage in GATES:
            continue
        text = mono(micros(stop.since_ns, signed=True), flow_text(track.flow), Type.SMALL)
        half = width_of(text) / 2.0
        if where[stop.stage] + half + TIME_GAP_PX <= end:
            found[stop], end = text, where[stop.stage] - half
    return found


def _hidden(track: Track, x: float, half: float, card_half: float, right: float) -> bool:
    """Whether the card over the packet would lie on a time around ``x``; a packet that left has none here."""
    middle = min(track.reach, right - card_half)
    return card_half > 0.0 and (not track.exits or track.inside) and abs(middle - x) < half + card_half + 1.0


def _quiet(stop: Stop) -> bool:
    """Whether a gate's label only says that nothing hangs there."""
    return stop.stage in GATES and stop.label.startswith("no ")


def _name(stop: Stop) -> Run:
    quiet = _quiet(stop)
    return mono(stop.label, Role.TEXT_TERTIARY if quiet else Role.TEXT, Type.SMALL, 500 if quiet else 600)


def _fitting(
    stops: tuple[Stop, ...], where: dict[Stage, float], room: tuple[float, float]
) -> dict[Stop, float]:
    """The names that have room, and their middles: where the packet is, then functions, then what gates lack.

    A name stands under its station, moved inwards where it would leave the track's room, or a little aside
    where another one reaches under it.
    """
    kept: list[tuple[float, float, Stop]] = []
    spots: list[float] = []
    for stop in sorted((one for one in stops if one.label), key=lambda one: (not one.here, _quiet(one))):
        half = width_of(_name(stop)) / 2.0 + 3.0
        middle = min(max(where[stop.stage], room[0] + half), room[1] - half)
        tried = sorted([*kept, (middle, half, stop)], key=lambda one: where[one[2].stage])
        found = spread([(x, width) for x, width, _ in tried], room)
        if found:
            kept, spots = tried, found
    return {stop: spot for (_, _, stop), spot in zip(kept, spots, strict=True)}


def spread(names: list[tuple[float, float]], room: tuple[float, float]) -> list[float]:
    """Middles at which names (middle, half a width) stand beside each other; empty where there is none."""
    spots = [x for x, _ in names]
    for at in range(1, len(spots)):
        spots[at] = max(spots[at], spots[at - 1] + names[at - 1][1] + names[at][1])
    spots[-1] = min(spots[-1], room[1] - names[-1][1])
    for at in reversed(range(len(spots) - 1)):
        spots[at] = min(spots[at], spots[at + 1] - names[at + 1][1] - names[at][1])
    inside = spots[0] >= room[0] + names[0][1]
    near = all(abs(spot - x) <= NUDGE_PX for spot, (x, _) in zip(spots, names, strict=True))
    return spots if inside and near else []


def _lit(sketch: Sketch, track: Track, left: float, y: float, *, big: bool) -> None:
    ink = flow_edge(track.flow)
    end = track.reach
    if big:
        for width, share in ((16.0, 0.3), (9.0, 0.6)):
            sketch.line(((left, y), (end, y)), ink, width=width, opacity=opacity("glow_light") * share)
    sketch.line(((left, y), (end, y)), ink, width=3.0)
