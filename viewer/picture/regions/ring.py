"""A receive ring: a donut of descriptors with its indices, the count in the hole, its vector's lamp.

The written-back run has the flows' colours (grey where single frames are not known), posted descriptors
are grey, what the driver has not posted again is a gap. A ring of any size is drawn with 32 segments; a
segment shows the flows of its share, in order. Closer up its descriptors stand below it one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, pi, sin

import numpy as np

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Rect, Sketch, mono, number, ui
from viewer.picture.level import Level
from viewer.picture.regions.common import Lamp, flow_or_grey, lamp, note, throttle_arc, width_of
from viewer.picture.regions.descriptors import Descriptor, Slots, draw_descriptor, draw_strips
from viewer.picture.words import plain
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Ink, Role, Z

SEGMENTS = 32
MOST_STRIPES = 6
OUTER, INNER = 56.0, 42.0
RING_Y = 89.0
SMALL_OUTER, SMALL_INNER = 28.0, 20.5
LISTED_PX = 72.0
"""A compact row of that height has room for its ring's indices."""


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
        descriptor: the one that is shown with its fields; None where none is.
        vector_label: whole name of its vector, "" where only the short one is known.
        vector_uid: the vector's number in the timeline, 0 when not known.
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
    descriptor: Descriptor | None = None
    vector_label: str = ""
    vector_uid: int = 0

    @property
    def slots(self) -> Slots:
        """Its descriptors."""
        return Slots(
            self.name, self.uid, self.count, self.filled, self.flows[: self.filled],
            self.next_to_clean, self.next_to_use, self.head,
        )  # fmt: skip

    def with_more(self, more: int) -> Ring:
        """The same ring, with the number of further rings of its CPU."""
        return replace(self, more=more)

    def vector_thing(self) -> Thing:
        """Its vector, the same thing as on the adapter's card."""
        sentence = f"Vector {self.vector}: {self.lamp}."
        return Thing(Kind.VECTOR, self.vector_label or self.vector, self.vector_uid, sentence)

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
    """The ring of the focused row, at the left of its card; close up with its descriptors, then with one's fields."""
    with sketch.thing(Thing(Kind.RING, ring.name, ring.uid, ring.sentence())):
        sketch.box(area)
        head = area.y + (19.0 if level is Level.OVERVIEW else 16.0)
        name = mono(ring.name, Role.TEXT, Type.BODY, 600).at(level)
        sketch.write(area.x + 16.0, head, name)
        x, y = area.cx, area.y + RING_Y
        _donut(sketch, ring, x, y, INNER, OUTER)
        count = Run(plain(ring.filled), Type.READOUT, Face.DISPLAY, Role.TEXT, 600)
        sketch.write(x, y - 2.0, count, align=Align.CENTRE)
        sketch.write(x, y + 12.0, ui("filled", Role.TEXT_TERTIARY, Type.SMALL), align=Align.CENTRE)
        total = ui(f"of {ring.count}", Role.TEXT_TERTIARY, Type.MICRO)
        sketch.write(x, y + 24.0, total, align=Align.CENTRE)
        if ring.more:
            more = note(f"+{ring.more}").at(level)
            at = area.right - 12.0 if level is Level.OVERVIEW else area.x + 20.0 + name.width() + more.width()
            sketch.write(at, head, more, align=Align.RIGHT)
    if level is Level.OVERVIEW:
        _vector_line(sketch, ring, area)
        _indices(sketch, ring, area)
        return
    _vector_above(sketch, ring, area, level)
    draw_strips(sketch, ring.slots, area, level)
    if level.fields and ring.descriptor is not None:
        draw_descriptor(sketch, ring.name, ring.uid, ring.descriptor, area)


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


def _vector_line(sketch: Sketch, ring: Ring, area: Rect) -> None:
    if not ring.vector:
        return
    with sketch.thing(ring.vector_thing()):
        y = area.y + 170.0
        lamp(sketch, area.x + 22.0, y, ring.lamp)
        name = mono(ring.vector, Role.TEXT, Type.SMALL, 600)
        sketch.write(area.x + 35.0, y, name, middle=True)
        sketch.write(area.right - 14.0, y, ui(ring.lamp.value, Role.TEXT_TERTIARY, Type.MICRO),
                     align=Align.RIGHT, middle=True, room=area.w - 53.0 - width_of(name))  # fmt: skip


def _vector_above(sketch: Sketch, ring: Ring, area: Rect, level: Level) -> None:
    """The vector beside the ring's name, where its descriptors need the room below."""
    if not ring.vector:
        return
    with sketch.thing(ring.vector_thing()):
        y = area.y + 12.5
        name = mono(ring.vector, Role.TEXT, Type.MICRO, 600).at(level)
        right = area.right - 12.0
        sketch.write(right, y, name, align=Align.RIGHT, middle=True, room=area.w - 70.0)
        lamp(sketch, right - name.width() - 9.0, y, ring.lamp)


def draw_small_ring(sketch: Sketch, ring: Ring, area: Rect, *, level: Level = Level.OVERVIEW) -> None:
    """The ring of a compact row; close up with its indices."""
    y = area.cy
    close = level.slots and area.h >= LISTED_PX
    high = y - (28.0 if close else 10.0)
    with sketch.thing(Thing(Kind.RING, ring.name, ring.uid, ring.sentence())):
        sketch.box(area)
        x = area.x + 34.0
        outer = min(SMALL_OUTER, area.h / 2.0 - 9.0)
        _donut(sketch, ring, x, y, outer * SMALL_INNER / SMALL_OUTER, outer)
        kind = Type.LABEL if ring.filled < 100 else Type.MICRO  # clear of the index that points from inside
        filled = number(plain(ring.filled), Role.TEXT if ring.filled else Role.TEXT_TERTIARY, kind)
        sketch.write(x, y, filled, align=Align.CENTRE, middle=True)
        at = level if close else Level.OVERVIEW
        sketch.write(area.x + 71.0, high, mono(ring.name, Role.TEXT, Type.BODY, 600).at(at), middle=close)
        if ring.more:
            sketch.write(
                area.right - 10.0, high, note(f"+{ring.more}").at(at), align=Align.RIGHT, middle=close
            )
        if close:
            _small_indices(sketch, ring, area, y, level)
    if not ring.vector:
        return
    low = y - 14.0 if close else y + 10.0
    with sketch.thing(ring.vector_thing()):
        lamp(sketch, area.x + 77.0, low, ring.lamp)
        words = ui(ring.lamp.value, Role.TEXT_TERTIARY, Type.SMALL).at(level if close else Level.OVERVIEW)
        sketch.write(area.x + 88.0, low, words, middle=True)
        if ring.gap_ns > 0 and ring.left_ns > 0 and not ring.more:
            throttle_arc(sketch, area.right - 17.0, high - 5.0 * (not close), 6.0, ring.left_ns / ring.gap_ns)


def _small_indices(sketch: Sketch, ring: Ring, area: Rect, y: float, level: Level) -> None:
    """The three indices: by the drivers' short names where the long ones have no room."""
    rows = (
        ("next_to_clean", "NTC", ring.next_to_clean),
        ("next_to_use", "NTU", ring.next_to_use),
        ("head (RDH)", "RDH", ring.head),
    )
    for place, (name, short, value) in enumerate(rows):
        base = y + 3.0 + place * 12.0
        words = mono(name if level.fields else short, Role.TEXT_TERTIARY, Type.MICRO).at(level)
        sketch.write(area.x + 71.0, base, words, middle=True)
        number_run = mono(plain(value), Role.TEXT, Type.MICRO, 600).at(level)
        sketch.write(area.right - 12.0, base, number_run, align=Align.RIGHT, middle=True)
