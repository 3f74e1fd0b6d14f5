"""The wire: a lane for each flow, with its rate; the frames on it are sprites, close up one has its headers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from viewer.picture.items import Kind, Thing
from viewer.picture.layer import Layer, Rect, Sketch, mono
from viewer.picture.level import Level
from viewer.picture.regions.headers import LEAST_PX, Headers, draw_headers
from viewer.theme.tokens import Role, flow_code

FIRST = 58.0
STEP = 57.0
LABELLED_PX = 40.0
HEADERS_BELOW = 9.0
LABEL_ABOVE = 23.0


@dataclass(frozen=True, slots=True)
class Lane:
    """One flow on the wire.

    Attributes:
        flow: its place, 0 is A.
        uid: its number in the timeline.
        label: its rate around the playhead in words, "" when no frame is near.
        frames: how many it has sent.
        burst: whether it sends much faster than so far (its label is bold).
        headers: of the frame that is shown closely, if any.
    """

    flow: int
    uid: int
    label: str
    frames: int
    burst: bool = False
    headers: Headers | None = None


def lane_ys(area: Rect, count: int) -> tuple[float, ...]:
    """Heights of the lanes: even steps from the top, closer where they would not fit."""
    step = min(STEP, (area.h - FIRST - 24.0) / max(1, count))
    return tuple(round(area.y + FIRST + place * step) for place in range(count))


@lru_cache(maxsize=24)
def wire_layer(lanes: tuple[Lane, ...], area: Rect, nic_left: float, level: Level = Level.OVERVIEW) -> Layer:
    """The lanes from the window's left edge to the adapter."""
    bounds = Rect(0.0, area.y, nic_left, area.h)
    sketch = Sketch("wire", bounds)
    ys = lane_ys(area, len(lanes))
    step = ys[1] - ys[0] if len(ys) > 1 else STEP
    above = LABEL_ABOVE if level is Level.OVERVIEW else 6.0 + 17.0 * level.text
    for lane, y in zip(lanes, ys, strict=True):
        code = flow_code(lane.flow)
        thing = Thing(Kind.WIRE, f"flow {code}", lane.uid, f"Flow {code}, {lane.frames} frames so far.")
        with sketch.thing(thing):
            sketch.box(Rect(0.0, y - 12.0, nic_left, 24.0), fill=None)
            sketch.line(((0.0, y), (nic_left, y)), Role.TRACK, width=2.0)
            if lane.label and area.w >= LABELLED_PX and step >= 40.0:
                ink = Role.TEXT_SECONDARY if lane.burst else Role.TEXT_TERTIARY
                label = mono(lane.label, ink, weight=700 if lane.burst else 500).at(level)
                sketch.write(area.x, y - above, label, room=nic_left - area.x)
                if level.slots:
                    sent = mono(f"{lane.frames} frames", Role.TEXT_TERTIARY).at(level)
                    room = nic_left - 8.0 - area.x - label.width() - 6.0
                    if sent.width() <= room:
                        x = nic_left - 8.0 - sent.width()
                        sketch.write(x, y - above, sent)
        if lane.headers is not None and level.fields and step >= LEAST_PX and area.w >= LABELLED_PX:
            rect = Rect(area.x, y + HEADERS_BELOW, nic_left - 6.0 - area.x, 26.0)
            draw_headers(sketch, lane.flow, lane.headers, rect)
    return sketch.layer()
