"""Losses: the packet tips and falls at its place, and a chip names the reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from viewer.picture.items import Align, Dash, Kind, Run, Thing
from viewer.picture.layer import Layer, Rect, Sketch
from viewer.picture.regions.close import tiny
from viewer.picture.regions.common import width_of
from viewer.picture.sprites import Body, Form, Sprite
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role, Z, opacity

TILT = 18
FALL = 24.0
CHIP_H = 22.0
NEXT = 24.0
"""From a packet's middle to the chip beside it, at least."""


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
        mouth: where the packet was turned away, when it falls outside of something; None for straight down.
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
    mouth: tuple[float, float] | None = None

    def chip(self) -> Run:
        """The words on the chip."""
        text = self.reason + (f" ×{self.count}" if self.count > 1 else "")
        return Run(text, Type.MICRO, Face.MONO, Role.LOST_INK, 700)

    @property
    def tight(self) -> bool:
        """Whether packet and chip have to be small to stand beside each other."""
        return self.small or self.x + NEXT + self._chip_width() > self.room_right

    def _chip_width(self) -> float:
        return float(round(width_of(self.chip()) + 16.0))

    def chip_rect(self) -> Rect:
        """The chip, beside the packet, no further right than it may be."""
        width = self._chip_width()
        if self.tight:
            return Rect(min(self.x + 19.0, self.room_right - width), self.y - 9.0, width, 18.0)
        left = min(self.x + 28.0, self.room_right - width)
        return Rect(left, self.y - CHIP_H / 2.0, width, CHIP_H)

    def packet(self) -> tuple[float, float]:
        """Where the packet lies at the end of its fall."""
        return (min(self.x, self.chip_rect().x - 17.0) if self.tight else self.x), self.y

    def look(self) -> Sprite:
        """The packet as it falls."""
        body = Body.SKB if self.skb else Body.FRAME
        tilt = -round(TILT * min(1.0, self.fall * 2.0))
        return Sprite(self.flow, Form.CAPSULE, body, lost=True, tilt=tilt, size=12 if self.tight else 0)


@lru_cache(maxsize=24)
def drop_layer(drop: Drop) -> Layer:
    """Light, trail and chip of a loss; the packet itself is a sprite above it."""
    chip = drop.chip_rect()
    x, y = drop.packet()
    left, top = min(x - 90.0, chip.x - 4.0), min(y - FALL - 70.0, drop.mouth[1] - 4.0 if drop.mouth else y)
    right, bottom = max(x + 100.0, chip.right + 4.0), max(y + 60.0, chip.bottom + 4.0)
    sketch = Sketch(f"drop {drop.uid}", Rect(left, top, right - left, bottom - top), Z.LOST)
    sentence = f"Packet {drop.uid} lost: {drop.reason}."
    with sketch.thing(Thing(Kind.DROP, drop.reason, drop.uid, sentence)):
        reach = (44.0, 22.0) if drop.tight else (80.0, 42.0)
        sketch.glow(x + 10.0, y + 2.0, *reach, Role.LOST, opacity("glow_light"), z=Z.PACKET)
        if drop.mouth is not None:
            a, b = drop.mouth
            curve = ((a, b), (a - 10.0, b + 0.4 * (y - b)), (a - 8.0, y - 40.0), (x - 14.0, y - 16.0))
            sketch.line(curve, Role.LOST, width=2.0, dash=Dash.DOTTED, curve=True, z=Z.LOST)
        elif drop.sprite and not drop.tight:
            above = y - FALL * min(1.0, drop.fall) - 12.0
            if y - 12.0 - above > 3.0:
                sketch.line(((x, above), (x, y - 12.0)), Role.LOST, width=2.0, dash=Dash.DOTTED, z=Z.LOST)
        sketch.box(chip, z=Z.LOST, radius=4.0, fill=Role.LOST)
        sketch.write(chip.cx, chip.cy, drop.chip(), align=Align.CENTRE, middle=True, z=Z.LOST)
        number = tiny(f"#{drop.uid}", Role.LOST, 600)  # which packet: drawn close up only
        sketch.write(chip.right, chip.y - 1.6, number, align=Align.RIGHT, z=Z.LOST)
    return sketch.layer()
