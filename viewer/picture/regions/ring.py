"""A receive ring: a donut of descriptors with its indices, the count in the hole, its vector's lamp.

The written-back run has the flows' colours (grey where single frames are not known), posted descriptors
are grey, what the driver has not posted again is a gap. A ring of any size is drawn with 32 segments; a
segment shows the flows of its share, in order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, pi, sin

import numpy as np

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Rect, Sketch, mono, number, ui
from viewer.picture.level import Level
from viewer.picture.regions.common import Lamp, flow_mark, flow_or_grey, lamp, note, throttle_arc, width_of
from viewer.picture.words import plain
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Ink, Role, Z

SEGMENTS = 32
MOST_STRIPES = 6
STRIP_SLOTS = 4
OUTER, INNER = 56.0, 42.0
RING_Y = 89.0
SMALL_OUTER, SMALL_INNER = 28.0, 20.5


@dataclass(frozen=True, slots=True)
class Ring:
    """What a ring shows.

    Attributes:
        name: ``rx-0``.
        uid: its number in the timeline.
        count: descriptors.
        filled: written back and not yet cleaned.
        flows: flow of each written-back descriptor, oldest first.
        next_to_clean: next slot the driver inspects.
        next_to_use: next slot the driver posts.
        head: next slot the NIC fills (RDH).
        vector: short name of its vector, "" when it has none.
        lamp: the vector's state.
        left_ns: throttle left.
        gap_ns: throttle.
        more: further rings of this CPU that are not drawn.
        napi: number of the NAPI that polls it, 0 when not known.
    """

    name: str
    uid: int
    count: int
    filled: int
    flows: tuple[int, ...]
    next_to_clean: int
    next_to_use: int
    head: int
    vector: str
    lamp: Lamp
    left_ns: int = 0
    gap_ns: int = 0
    more: int = 0
    napi: int = 0

    def with_more(self, more: int) -> Ring:
        """The same ring, with the number of further rings of its CPU."""
        return replace(self, more=more)

    def sentence(self) -> str:
        """Its state in words."""
        return f"Ring {self.name}: {self.filled} of {self.count} filled, vector {self.vector} {self.lamp}."


def ring_stripes(ring: Ring) -> tuple[tuple[tuple[Ink, ...], ...], frozenset[int]]:
    """Colours of each segment from slot 0 on, and the segments that hold no posted descriptor."""
    segments = min(SEGMENTS, max(1, ring.count))
    inside: list[list[Ink]] = [[] for _ in range(segments)]
    unknown = (-1,) * max(0, ring.filled - len(ring.flows))
    for place, flow in enumerate((*ring.flows[: ring.filled], *unknown)):
        slot = (ring.next_to_clean + place) % ring.count
        bucket = inside[slot * segments // ring.count]
        ink = flow_or_grey(flow)
        if len(bucket) < MOST_STRIPES and (not bucket or bucket[-1] != ink):
            bucket.append(ink)
    posted = (ring.next_to_use - ring.head) % ring.count
    slots = (ring.head + np.arange(posted)) % ring.count
    owned = np.bincount(slots * segments // ring.count, minlength=segments).tolist()
    empty = frozenset(at for at in range(segments) if not inside[at] and not owned[at])
    return tuple(tuple(bucket) for bucket in inside), empty


def _pointer(
    sketch: Sketch, x: float, y: float, radius: float, share: float, size: float, ink: Role, *, outward: bool
) -> None:
    """A small triangle on a circle; outward points at the ring from inside."""
    angle = 2.0 * pi * share
    ux, uy = sin(angle), -cos(angle)
    way = 1.0 if outward else -1.0
    tip = (x + ux * (radius + way * size), y + uy * (radius + way * size))
    left = (x + ux * radius - uy * size * 0.62, y + uy * radius + ux * size * 0.62)
    right = (x + ux * radius + uy * size * 0.62, y + uy * radius - ux * size * 0.62)
    sketch.shape((tip, left, right), ink, z=Z.LABEL)


def _donut(sketch: Sketch, ring: Ring, x: float, y: float, inner: float, outer: float) -> None:
    stripes, empty = ring_stripes(ring)
    count = len(stripes)
    sketch.disc(x, y, outer + 0.5, Role.INPUT, z=Z.STATION)
    sketch.disc(x, y, inner - 0.5, Role.CARD, z=Z.STATION)
    posted = tuple(
        stripe if stripe else ((Role.INPUT,) if at in empty else (Role.TRACK,))
        for at, stripe in enumerate(stripes)
    )
    sketch.donut(x, y, inner, outer, posted, Role.TRACK, gap_px=1.2)
    big = outer > 40.0
    size = 6.5 if big else 5.5
    _pointer(sketch, x, y, inner - size - 1.5, ring.next_to_clean / ring.count, size, Role.TEXT, outward=True)
    use = ring.next_to_use / ring.count
    _pointer(sketch, x, y, outer + size + 1.5, use, size, Role.TEXT_TERTIARY, outward=False)
    if ring.filled and count:
        angle = 2.0 * pi * ring.head / ring.count
        ux, uy = sin(angle), -cos(angle)
        reach = 4.0 if big else 2.0
        ends = ((x + ux * (inner - reach), y + uy * (inner - reach)),
                (x + ux * (outer + reach), y + uy * (outer + reach)))  # fmt: skip
        sketch.line(ends, Role.TEXT, width=2.5 if big else 1.5, z=Z.LABEL)


def draw_ring(sketch: Sketch, ring: Ring, area: Rect, *, level: Level = Level.OVERVIEW) -> None:
    """The ring of the focused row, in the left part of its card; close up with the slots that come next."""
    with sketch.thing(Thing(Kind.RING, ring.name, ring.uid, ring.sentence())):
        sketch.box(area)
        sketch.write(area.x + 16.0, area.y + 19.0, mono(ring.name, Role.TEXT, Type.BODY, 600))
        x, y = area.cx, area.y + RING_Y
        _donut(sketch, ring, x, y, INNER, OUTER)
        count = Run(plain(ring.filled), Type.READOUT, Face.DISPLAY, Role.TEXT, 600)
        sketch.write(x, y - 2.0, count, align=Align.CENTRE)
        sketch.write(x, y + 12.0, ui("filled", Role.TEXT_TERTIARY, Type.SMALL), align=Align.CENTRE)
        total = ui(f"of {ring.count}", Role.TEXT_TERTIARY, Type.MICRO)
        sketch.write(x, y + 24.0, total, align=Align.CENTRE)
        if ring.more:
            sketch.write(area.right - 12.0, area.y + 19.0, note(f"+{ring.more}"), align=Align.RIGHT)
    _vector_line(sketch, ring, area)
    if level.slots:
        _slots(sketch, ring, area)
    else:
        _indices(sketch, ring, area)


def _indices(sketch: Sketch, ring: Ring, area: Rect) -> None:
    rows = (
        ("next_to_clean", ring.next_to_clean),
        ("next_to_use", ring.next_to_use),
        ("head (RDH)", ring.head),
    )
    for place, (name, value) in enumerate(rows):
        base = area.y + 198.0 + place * 15.0
        with sketch.thing(Thing(Kind.RING, f"{ring.name} {name}", ring.uid)):
            number_run = mono(plain(value), Role.TEXT, Type.SMALL, 600)
            room = area.w - 31.0 - width_of(number_run)
            sketch.write(area.x + 15.0, base, mono(name, Role.TEXT_TERTIARY, Type.MICRO), room=room)
            sketch.write(area.right - 12.0, base, number_run, align=Align.RIGHT)


def _slots(sketch: Sketch, ring: Ring, area: Rect) -> None:
    """The descriptors from next_to_clean on: whose frame, the DD bit of what was written back, the slot's number."""
    pitch = (area.w - 28.0) / STRIP_SLOTS
    for place in range(min(STRIP_SLOTS, ring.count)):
        slot = (ring.next_to_clean + place) % ring.count
        done = place < ring.filled
        box = Rect(area.x + 14.0 + place * pitch, area.y + 184.0, pitch - 4.0, 32.0)
        state = "written back" if done else "not written back"
        with sketch.thing(
            Thing(Kind.RING, f"{ring.name} slot {slot}", ring.uid, f"Descriptor {slot}: {state}.")
        ):
            stroke = Role.CONTROL if done else Role.LINE_STRONG
            sketch.box(box, z=Z.BAY, radius=4.0, fill=Role.INPUT, stroke=stroke)
            if done:
                if place < len(ring.flows):
                    flow_mark(sketch, box.cx, box.y + 11.0, ring.flows[place], 13.0)
                tag = mono("DD", Role.TEXT_SECONDARY, Type.MICRO, 700)
                sketch.write(box.cx, box.bottom - 4.0, tag, align=Align.CENTRE, room=box.w)
            index = mono(str(slot), Role.TEXT if place == 0 else Role.TEXT_TERTIARY, Type.MICRO)
            sketch.write(box.cx, box.bottom + 13.0, index, align=Align.CENTRE, room=pitch)


def _vector_line(sketch: Sketch, ring: Ring, area: Rect) -> None:
    if not ring.vector:
        return
    with sketch.thing(Thing(Kind.VECTOR, ring.vector, 0, f"Vector {ring.vector}: {ring.lamp}.")):
        y = area.y + 170.0
        lamp(sketch, area.x + 22.0, y, ring.lamp)
        name = mono(ring.vector, Role.TEXT, Type.SMALL, 600)
        sketch.write(area.x + 35.0, y, name, middle=True)
        sketch.write(area.right - 14.0, y, ui(ring.lamp.value, Role.TEXT_TERTIARY, Type.MICRO),
                     align=Align.RIGHT, middle=True, room=area.w - 53.0 - width_of(name))  # fmt: skip


def draw_small_ring(sketch: Sketch, ring: Ring, area: Rect) -> None:
    """The ring of a compact row."""
    y = area.cy
    with sketch.thing(Thing(Kind.RING, ring.name, ring.uid, ring.sentence())):
        sketch.box(area)
        x = area.x + 34.0
        outer = min(SMALL_OUTER, area.h / 2.0 - 9.0)
        _donut(sketch, ring, x, y, outer * SMALL_INNER / SMALL_OUTER, outer)
        kind = Type.LABEL if ring.filled < 100 else Type.MICRO  # clear of the index that points from inside
        filled = number(plain(ring.filled), Role.TEXT if ring.filled else Role.TEXT_TERTIARY, kind)
        sketch.write(x, y, filled, align=Align.CENTRE, middle=True)
        sketch.write(area.x + 71.0, y - 10.0, mono(ring.name, Role.TEXT, Type.BODY, 600))
        if ring.more:
            sketch.write(area.right - 10.0, y - 10.0, note(f"+{ring.more}"), align=Align.RIGHT)
    if not ring.vector:
        return
    with sketch.thing(Thing(Kind.VECTOR, ring.vector, 0, f"Vector {ring.vector}: {ring.lamp}.")):
        lamp(sketch, area.x + 77.0, y + 10.0, ring.lamp)
        words = ui(ring.lamp.value, Role.TEXT_TERTIARY, Type.SMALL)
        sketch.write(area.x + 88.0, y + 10.0, words, middle=True)
        if ring.gap_ns > 0 and ring.left_ns > 0 and not ring.more:
            throttle_arc(sketch, area.right - 17.0, y - 15.0, 6.0, ring.left_ns / ring.gap_ns)
