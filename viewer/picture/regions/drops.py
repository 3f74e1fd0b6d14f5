"""Losses: the packet tips and falls at its place, and a chip names the reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from viewer.picture.items import Align, Body, Dash, Form, Kind, Run, Sprite, Thing
from viewer.picture.layer import Layer, Rect, Sketch
from viewer.picture.regions.common import width_of
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role, Z, opacity

TILT = 18
FALL = 24.0
CHIP_H = 22.0


@dataclass(frozen=True, slots=True)
class Drop:
    """A loss.

    Attributes:
        uid: the packet's number.
        flow: its flow.
        reason: SKB_DROP_REASON name, or the counter where Linux has no reason.
        x: where it was lost.
        y: where it was lost.
        fall: how far it has fallen, 0 to 1.
        count: losses of the same reason at the same place that this one stands for.
        sprite: whether the packet is still drawn (afterwards only the chip stays).
        room_right: right edge that the chip must not cross.
        skb: whether it was an skb already.
        small: whether there is little room.
    """

    uid: int
    flow: int
    reason: str
    x: float
    y: float
    fall: float = 1.0
    count: int = 1
    sprite: bool = True
    room_right: float = 1e9
    skb: bool = True
    small: bool = False

    def look(self) -> Sprite:
        """The packet as it falls."""
        body = Body.SKB if self.skb else Body.FRAME
        tilt = -round(TILT * min(1.0, self.fall * 2.0))
        return Sprite(self.flow, Form.CAPSULE, body, lost=True, tilt=tilt, size=14 if self.small else 0)


@lru_cache(maxsize=128)
def drop_layer(drop: Drop) -> Layer:
    """Light, trail and chip of a loss; the packet itself is a sprite above it."""
    text = drop.reason + (f" ×{drop.count}" if drop.count > 1 else "")
    chip = Run(text, Type.MICRO, Face.MONO, Role.LOST_INK, 700)
    width = round(width_of(chip) + 16.0)
    x = drop.x + 28.0
    beside = x + width <= drop.room_right
    y = drop.y - CHIP_H / 2.0
    if not beside:
        x, y = min(drop.x - 22.0, drop.room_right - width), drop.y + 15.0
    bounds = Rect(min(drop.x - 90.0, x - 4.0), drop.y - FALL - 70.0, 190.0 + width, FALL + 170.0)
    sketch = Sketch(f"drop {drop.uid}", bounds, Z.LOST)
    sentence = f"Packet {drop.uid} lost: {drop.reason}."
    with sketch.thing(Thing(Kind.DROP, drop.reason, drop.uid, sentence)):
        sketch.glow(drop.x + 10.0, drop.y + 4.0, 80.0, 42.0, Role.LOST, opacity("glow_light"), z=Z.PACKET)
        if drop.sprite and not drop.small:
            top = drop.y - FALL * min(1.0, drop.fall) - 12.0
            trail = ((drop.x, top), (drop.x, drop.y - 12.0))
            if trail[1][1] - trail[0][1] > 3.0:
                sketch.line(trail, Role.LOST, width=2.0, dash=Dash.DOTTED, z=Z.LOST)
        sketch.box(Rect(x, y, width, CHIP_H), z=Z.LOST, radius=4.0, fill=Role.LOST)
        sketch.write(x + width / 2.0, y + CHIP_H / 2.0, chip, align=Align.CENTRE, middle=True, z=Z.LOST)
    return sketch.layer()
