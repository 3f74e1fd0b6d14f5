"""An skb's card, close up: its memory as a strip with `head`, `data` and `tail`, and its fields.

The parts of the strip are as wide as they need to be read, not to scale; numbers are offsets from `head`. Headers that
were pulled are dimmed: bytes never move. Where the buffer ends is not known and not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Layer, Rect, Sketch, mono
from viewer.picture.level import Level
from viewer.picture.regions.common import flow_fill, flow_ink
from viewer.picture.regions.rss import small_mark
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import FlowPart, Role, Z, opacity

WIDTH, HEIGHT = 122.0, 33.0
STRIP_PX = 8.0
LEAST = {"headroom": 29.0, "payload": 43.0}
LEAST_HEADER = 13.0
_LEVEL = Level.FIELDS


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the linear data: name, and offsets of its first byte and of the byte after its last."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PacketCard:
    """What an skb's card shows.

    Attributes:
        uid: its number.
        flow: its flow.
        parts: of its memory, in order; empty before its headers are known.
        data: offset of `data`.
        tail: offset of `tail`.
        fields: names and values.
    """

    uid: int
    flow: int
    parts: tuple[Part, ...]
    data: int
    tail: int
    fields: tuple[tuple[str, str], ...]


def card_rect(spot: tuple[float, float], room: Rect) -> Rect:
    """Where a packet's card stands: above the packet, below where there is no room above, within ``room``."""
    x = min(max(spot[0] - WIDTH / 2.0, room.x), room.right - WIDTH)
    y = spot[1] - 8.0 - HEIGHT
    if y < room.y:
        y = spot[1] + 8.0
    return Rect(round(x, 1), round(y, 1), WIDTH, HEIGHT)


@lru_cache(maxsize=24)
def packet_card_layer(card: PacketCard, rect: Rect) -> Layer:
    """The card."""
    sketch = Sketch("packet card", rect.inset(-1.0), Z.ANNOTATION)
    title = f"sk_buff #{card.uid}"
    words = ", ".join(f"{name} {value}" for name, value in card.fields)
    with sketch.thing(Thing(Kind.PACKET, title, card.uid, f"{title}: {words}.")):
        sketch.box(rect, z=Z.DECK, radius=3.0, fill=Role.RAISED, stroke=Role.LINE_STRONG)
        left, right, y = rect.x + 4.0, rect.right - 4.0, rect.y + 6.5
        small_mark(sketch, left + 3.0, y - 1.6, card.flow, 6.5, _LEVEL)
        sketch.write(left + 9.0, y, mono(title, Role.TEXT, Type.SMALL, 700).at(_LEVEL))
        if card.parts:
            _strip(sketch, card, Rect(left, rect.y + 9.5, right - left, STRIP_PX))
        _fields(sketch, card, left, right, rect.bottom - 2.6)
    return sketch.layer()


def _widths(parts: tuple[Part, ...], room: float) -> list[float]:
    """Enough of each part to be read, of the last one for the marks of data and tail; the headroom has the rest."""
    least = [LEAST.get(part.name, LEAST_HEADER) for part in parts]
    spare = max(0.0, room - sum(least))
    return [
        size + (spare if part.name == "headroom" else 0.0) for size, part in zip(least, parts, strict=True)
    ]


def _strip(sketch: Sketch, card: PacketCard, area: Rect) -> None:
    x = area.x
    marks = {"head": (area.x, 0)}
    for part, width in zip(card.parts, _widths(card.parts, area.w), strict=True):
        box = Rect(x, area.y, width - 0.5, area.h)
        if part.start == card.data:
            marks["data"] = (x, card.data)
        _part(sketch, card, part, box)
        x += width
    marks["tail"] = (x - 0.5, card.tail)
    marks.setdefault("data", (x - 0.5, card.data))
    for name, (at, offset) in marks.items():
        foot = area.bottom + 2.0
        sketch.line(((at, area.bottom), (at, foot)), Role.TEXT, width=1.0, z=Z.BAY)
        align = Align.RIGHT if name == "tail" else Align.LEFT
        if name == "tail" and card.data == card.tail:
            continue  # it stands at data
        words = (
            mono(f"{name} ", Role.TEXT_TERTIARY, Type.MICRO),
            mono(str(offset), Role.TEXT, Type.MICRO, 600),
        )
        sketch.write(at, foot + 3.4, *(run.at(_LEVEL) for run in words), align=align)


def _part(sketch: Sketch, card: PacketCard, part: Part, box: Rect) -> None:
    if part.name == "headroom":
        sketch.box(box, z=Z.STATION, radius=1.0, fill=Role.INPUT, stroke=Role.LINE_STRONG)
        sketch.hatch(box.inset(0.5), Role.LINE_STRONG, z=Z.STATION)
        words = Run(f"headroom {part.end}", Type.MICRO, Face.UI, Role.TEXT_SECONDARY, 600).at(_LEVEL)
        wide = words.width() + 2.0
        sketch.box(Rect(box.cx - wide / 2.0, box.cy - 2.6, wide, 5.2), z=Z.BAY, radius=1.0, fill=Role.RAISED)
    else:
        payload = part.name == "payload"
        pulled = part.end <= card.data
        fill = flow_fill(card.flow) if payload else flow_ink(card.flow, FlowPart.TINT)
        strength = opacity("header_pulled") if pulled else 1.0
        sketch.box(box, z=Z.STATION, radius=1.0, fill=fill, opacity=strength)
        ink = flow_ink(card.flow, FlowPart.INK) if payload else Role.TEXT_TERTIARY if pulled else Role.TEXT
        size = f" {part.end - part.start}" if payload else ""
        words = Run(part.name + size, Type.MICRO, Face.UI, ink, 600).at(_LEVEL)
    sketch.write(box.cx, box.cy, words, align=Align.CENTRE, middle=True, room=box.w)


def _fields(sketch: Sketch, card: PacketCard, left: float, right: float, y: float) -> None:
    x = left
    for name, value in card.fields:
        label = mono(f"{name} ", Role.TEXT_TERTIARY, Type.MICRO).at(_LEVEL)
        number = mono(value, Role.TEXT, Type.MICRO, 600).at(_LEVEL)
        width = label.width() + number.width()
        if x + width > right:
            break
        sketch.write(x, y, label, number)
        x += width + 4.0
