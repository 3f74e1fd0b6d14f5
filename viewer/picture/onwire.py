"""Frames on the wire: packets where they can be told from each other, ribbons where they cannot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.picture.choice import Choice
from viewer.picture.density import Ribbon, densities, ribbon_layer, too_many
from viewer.picture.layer import Layer
from viewer.picture.layout import Layout
from viewer.picture.level import Level
from viewer.picture.looks import form_width
from viewer.picture.reading.desk import Desk
from viewer.picture.reading.flights import WIRE_NS, Coming, upcoming
from viewer.picture.reading.lanes import Pace
from viewer.picture.regions.wire import lane_ys
from viewer.picture.sprites import Body, Form, Sprite
from viewer.picture.stamps import Stamps

RIBBON_PX = 5.0
MARK_PX = 19.0
EDGE_PX = 4.0


@dataclass(frozen=True, slots=True)
class Showing:
    """How packets are shown.

    Attributes:
        level: how much of each.
        choice: which stand out.
        wanted: numbers of those that are always shown: the selected and the followed one, in all forms.
        reduced: whether motion is reduced.
        quick: CPUs and flows that handle too many packets to be told apart.
        speed: of the showing, 0 when it stands.
    """

    level: Level
    choice: Choice
    wanted: frozenset[int] = frozenset()
    reduced: bool = False
    quick: frozenset[int] = frozenset()
    speed: float = 0.0

    def looks(self, look: Sprite, uid: int) -> Sprite:
        """The look of a packet, faint where it does not stand out."""
        return look if self.choice.keeps(uid) else look._replace(passed=True)


def stamp_wire(
    desk: Desk,
    stamps: Stamps,
    place: Layout,
    lanes: dict[int, int],
    paces: dict[int, Pace | None],
    how: Showing,
) -> tuple[Layer, ...]:
    """Frames that arrive soon, at their true distance; a ribbon where they are too close or too quick to be told apart.

    The selected one and a flow's first are always shown.
    """
    if place.wire.w < 24.0:
        return ()
    ys = lane_ys(place.wire, len(lanes))
    scale = place.nic.x / WIRE_NS
    quick = {flow for flow, pace in paces.items() if pace and too_many(pace.per_second, how.speed)}
    bands: dict[int, list[Ribbon]] = {}
    for flow in quick & lanes.keys():
        pace = paces[flow]
        dense = pace.per_second / (1e9 * scale) if pace is not None else 0.0
        bands[flow] = [Ribbon(flow, ys[lanes[flow]], (place.nic.x - EDGE_PX, 0.0), (dense, dense))]
    for coming in upcoming(desk, round(RIBBON_PX * how.level.text / scale)):
        lane = lanes.get(coming.flow)
        if lane is None:
            continue
        xs = (place.nic.x - coming.to_go * scale).astype(np.float64)
        single = ~coming.dense
        if coming.flow in quick:
            single[:] = False
        else:
            trains = (_train(coming, xs, first, end, ys[lane], place) for first, end in coming.trains)
            bands.setdefault(coming.flow, []).extend(one for one in trains if one is not None)
        single |= _always(coming, how)
        for at in np.flatnonzero(single).tolist():
            frame = int(coming.frames[at])
            look = _frame_look(desk, coming.flow, frame, float(coming.room[at] * scale), how)
            if frame in how.wanted:
                look = look._replace(selected=True)
            stamps.add(look, min(float(xs[at]), place.nic.x - 8.0), ys[lane], frame)
    return tuple(how.choice.shown(ribbon_layer(tuple(band))) for band in bands.values() if band)


def _train(
    coming: Coming, xs: NDArray[np.float64], first: int, end: int, y: float, place: Layout
) -> Ribbon | None:
    """The band of a train's visible part; None when too little of it is left to be seen."""
    inside = np.minimum(xs[first:end], place.nic.x - EDGE_PX)
    if end - first < 2 or inside[0] - inside[-1] < 0.5:
        return None
    return Ribbon(coming.flow, y, tuple(inside.tolist()), densities(np.abs(np.diff(xs[first:end]))))


def _always(coming: Coming, how: Showing) -> NDArray[np.bool_]:
    """Frames that are shown however dense they are: the selected one, the first of its flow."""
    shown = np.zeros(len(coming.frames), np.bool_)
    if coming.before == 0 and len(shown):
        shown[0] = True
    if how.wanted:
        shown |= np.isin(coming.frames, list(how.wanted))
    return shown


def _frame_look(desk: Desk, flow: int, frame: int, room: float, how: Showing) -> Sprite:
    """As much of a frame as there is room for: close up its letter and its length."""
    level = how.level
    dot = Sprite(flow, Form.DOT, Body.FRAME, scale=level.text)
    if level is Level.OVERVIEW:
        return how.looks(dot._replace(form=Form.MARK) if room >= MARK_PX else dot, frame)
    length = desk.made(frame, "len")
    label = "" if length is None else f"{length} B"
    looks = (
        Sprite(flow, Form.CARD, Body.FRAME, label, scale=level.text),
        Sprite(flow, Form.CAPSULE, Body.FRAME, label, scale=level.text),
        Sprite(flow, Form.MARK, Body.FRAME, scale=level.text),
    )
    fitting = (look for look in looks if (form_width(look) + 2.0) * level.text <= room)
    return how.looks(next(fitting, dot), frame)
