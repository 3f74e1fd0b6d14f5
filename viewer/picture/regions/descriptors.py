"""A ring's descriptors close up: those around the driver's indices, and one with its fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from viewer.picture.items import Align, Dash, Kind, Run, Thing
from viewer.picture.layer import Rect, Sketch, mono
from viewer.picture.level import Level
from viewer.picture.regions.rss import small_mark
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role, Z

MARGIN = 12.0


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One descriptor with its fields, as the adapter wrote it back, as far as they are known.

    Attributes:
        slot: its place in the ring.
        state: who has it, in words.
        flow: flow of its frame, -1 without one.
        fields: names and values.
    """

    slot: int
    state: str
    flow: int = -1
    fields: tuple[tuple[str, str], ...] = ()


class Slots(NamedTuple):
    """What the strips show of a ring.

    Attributes:
        name: of the ring.
        uid: its number in the timeline.
        size: descriptors.
        filled: written back and not yet cleaned.
        flows: flow of each written-back descriptor, oldest first.
        clean: next_to_clean.
        use: next_to_use.
        head: next slot the NIC fills.
    """

    name: str
    uid: int
    size: int
    filled: int
    flows: tuple[int, ...]
    clean: int
    use: int
    head: int

    def done(self, slot: int) -> int:
        """Which written-back descriptor a slot holds, oldest first; -1 when it holds none."""
        place = (slot - self.clean) % self.size
        return place if place < self.filled else -1

    def posted(self, slot: int) -> bool:
        """Whether the adapter may fill a slot."""
        return (slot - self.head) % self.size < (self.use - self.head) % self.size

    def owner(self, slot: int) -> str:
        """Who has a slot."""
        if self.done(slot) >= 0:
            return "written back"
        return "posted, the NIC's" if self.posted(slot) else "not posted, the driver's"


class _Strip(NamedTuple):
    """Heights of a strip under the area's top: title, boxes, box height, whether numbers stand below."""

    title: float
    top: float
    height: float
    below: bool


_STRIPS = {
    Level.SLOTS: (_Strip(163.0, 166.0, 19.0, True), _Strip(207.0, 210.0, 13.0, False)),
    Level.FIELDS: (_Strip(160.0, 162.0, 11.0, True), _Strip(184.0, 186.0, 7.5, False)),
}
_CELLS = {Level.SLOTS: 6, Level.FIELDS: 11}
CARD_TOP, CARD_H = 196.0, 40.0


def draw_strips(sketch: Sketch, ring: Slots, area: Rect, level: Level) -> None:
    """The descriptors from next_to_clean and from next_to_use on."""
    clean, use = _STRIPS[level]
    _strip(sketch, ring, area, clean, ("next_to_clean", ring.clean), level)
    _strip(sketch, ring, area, use, ("next_to_use", ring.use), level)
    head = mono(f"RDH {ring.head}", Role.TEXT_SECONDARY, Type.MICRO).at(level)
    y = use.title if level.fields else 234.0
    sketch.write(area.right - MARGIN, area.y + y, head, align=Align.RIGHT)


def _strip(
    sketch: Sketch, ring: Slots, area: Rect, strip: _Strip, index: tuple[str, int], level: Level
) -> None:
    name, first = index
    left, size = area.x + MARGIN, 6.0 * level.text
    y = area.y + strip.title
    with sketch.thing(Thing(Kind.RING, f"{ring.name} {name}", ring.uid)):
        tip = (left + size / 2.0, y + 0.6)
        sketch.shape(((left, y - size), (left + size, y - size), tip), Role.TEXT, z=Z.LABEL)
        words = (
            mono(name + " ", Role.TEXT_SECONDARY, Type.MICRO),
            mono(str(first), Role.TEXT, Type.MICRO, 700),
        )
        sketch.write(left + size + 3.0 * level.text, y, *(run.at(level) for run in words))
    cells = min(_CELLS[level], ring.size)
    pitch = (area.w - 2.0 * MARGIN + 1.0) / cells
    for place in range(cells):
        box = Rect(left + place * pitch, area.y + strip.top, pitch - 1.0, strip.height)
        _slot(sketch, ring, (first + place) % ring.size, box, place == 0, strip.below, level)


def _slot(sketch: Sketch, ring: Slots, slot: int, box: Rect, first: bool, below: bool, level: Level) -> None:
    done, state = ring.done(slot), ring.owner(slot)
    small = Type.MICRO
    with sketch.thing(Thing(Kind.RING, f"{ring.name} slot {slot}", ring.uid, f"Descriptor {slot}: {state}.")):
        posted = done >= 0 or ring.posted(slot)
        stroke = Role.CONTROL if done >= 0 else Role.LINE_STRONG
        sketch.box(box, z=Z.BAY, radius=4.0 * level.text, fill=Role.INPUT, stroke=stroke,
                   dash=Dash.SOLID if posted else Dash.SHORT)  # fmt: skip
        ink = Role.TEXT if first else Role.TEXT_TERTIARY
        number = mono(str(slot), ink, small, 700 if first else 500).at(level)
        y = box.bottom + 8.4 * level.text if below else box.cy
        sketch.write(box.cx, y, number, align=Align.CENTRE, room=box.w + 1.0, middle=True)
        if not below:
            return
        if done >= 0:
            size = 0.56 * box.h
            if done < len(ring.flows) and ring.flows[done] >= 0:
                small_mark(sketch, box.cx, box.y + 0.31 * box.h, ring.flows[done], size, level)
            tag = mono("DD", Role.TEXT, small, 700).at(level)
            sketch.write(box.cx, box.bottom - 0.21 * box.h, tag, align=Align.CENTRE, middle=True, room=box.w)
        else:
            owner = Run("NIC" if posted else "drv", small, Face.UI, Role.TEXT_TERTIARY, 500).at(level)
            sketch.write(box.cx, box.cy, owner, align=Align.CENTRE, middle=True, room=box.w)


def draw_descriptor(sketch: Sketch, name: str, uid: int, state: Descriptor, area: Rect) -> None:
    """The card of one descriptor: a line for each field."""
    level = Level.FIELDS
    card = Rect(area.x + MARGIN - 2.0, area.y + CARD_TOP, area.w - 2.0 * MARGIN + 4.0, CARD_H)
    words = ", ".join(f"{field} {value}" for field, value in state.fields)
    sentence = f"Descriptor {state.slot}: {state.state}. {words}".rstrip()
    with sketch.thing(Thing(Kind.RING, f"{name} rx_desc[{state.slot}]", uid, sentence)):
        sketch.box(card, z=Z.BAY, radius=3.0, fill=Role.INPUT, stroke=Role.LINE_STRONG)
        left, right, y = card.x + 4.0, card.right - 4.0, card.y + 7.0
        if state.flow >= 0:
            small_mark(sketch, left + 3.0, y - 1.6, state.flow, 6.5, level)
        title = mono(f"rx_desc[{state.slot}]", Role.TEXT, Type.SMALL, 700).at(level)
        sketch.write(left + (9.0 if state.flow >= 0 else 0.0), y, title)
        who = mono(state.state, Role.TEXT_TERTIARY, Type.MICRO).at(level)
        sketch.write(right, y, who, align=Align.RIGHT, room=card.w - 22.0 - title.width())
        pitch = min(6.6, (card.h - 10.0) / max(1, len(state.fields)))
        for place, (field, value) in enumerate(state.fields):
            base = y + (place + 1) * pitch + 0.6
            above = base - 0.72 * pitch
            sketch.line(((left, above), (right, above)), Role.LINE_SUBTLE, width=1.0, z=Z.BAY)
            sketch.write(left, base, mono(field, Role.TEXT_TERTIARY, Type.MICRO).at(level))
            sketch.write(right, base, mono(value, Role.TEXT, Type.MICRO, 600).at(level), align=Align.RIGHT)
