"""A socket close up: a layer for every skb with its number, and the fields of struct sock."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Align
from viewer.picture.layer import Rect, Sketch
from viewer.picture.level import Level
from viewer.picture.regions.close import FIELD_PX, SLOT_PX, Pairs, fine, word, write_fields
from viewer.picture.regions.common import bar, flow_ink, flow_or_grey
from viewer.picture.words import grouped
from viewer.theme.tokens import FlowPart, Ink, Role, Z

LOSS_PX = 40.0
"""Room at the bottom of a tall slot that is left to a loss."""


@dataclass(frozen=True, slots=True)
class Queued:
    """An skb in a receive queue."""

    uid: int
    flow: int
    len: int
    truesize: int


@dataclass(frozen=True, slots=True)
class SocketClose:
    """What a socket shows close up: the skbs at the head of its queue, the oldest first, and its fields."""

    level: Level
    skbs: tuple[Queued, ...] = ()
    fields: Pairs = ()


def least_layer(level: Level) -> float:
    """Height of a layer, px of the scene, from which on a line parts it from the next."""
    return 0.5 if level.fields else 1.0 if level.slots else 1.5


def layer_names(
    sketch: Sketch, close: SocketClose, left: float, width: float, bottom: float, px: float, top: float
) -> None:
    """The skbs' numbers in their layers, where a layer is high enough; ``px`` is the height of a byte."""
    y = bottom
    for skb in close.skbs:
        height = skb.truesize * px
        if height < (FIELD_PX - 0.6 if close.level.fields else SLOT_PX - 0.6) or y - height < top - 0.5:
            return
        ink: Ink = flow_ink(skb.flow, FlowPart.INK) if skb.flow >= 0 else Role.TEXT
        texts = [f"#{skb.uid}"]
        if close.level.fields:
            texts = [f"#{skb.uid} len {skb.len} truesize {skb.truesize}", f"#{skb.uid} len {skb.len}", *texts]
        for text in texts:
            run = word(text, close.level, ink, 600)
            if run.width() <= width - 4.0:
                sketch.write(
                    left + width / 2.0, y - height / 2.0, run, align=Align.CENTRE, middle=True, z=Z.LABEL
                )
                break
        y -= height


def draw_tall_close(sketch: Sketch, close: SocketClose, x: float, top: float, slot: Rect) -> None:
    """Beside the tank: at the level of slots the skbs that are read next, below the figures; else all fields."""
    right, bottom = slot.right - 6.0, slot.bottom - LOSS_PX
    if close.level.fields:
        skbs = tuple((f"#{skb.uid}", f"{skb.len} B {grouped(skb.truesize)}") for skb in close.skbs)
        head = (("skb", "len truesize"),) if skbs else ()
        write_fields(
            sketch, close.fields + head + skbs, (Rect(x, top, right - x, bottom - top),), columns=True
        )
        return
    figures = top + 116.0
    for line, skb in enumerate(close.skbs):
        base = figures + line * SLOT_PX
        if base > bottom:
            break
        name, value = fine(f"#{skb.uid}", Role.TEXT), fine(f" {skb.len} B", Role.TEXT_TERTIARY)
        fits = name.width() + value.width() <= right - x
        sketch.write(x, base, *((name, value) if fits else (name,)))


def segments(
    sketch: Sketch, rect: Rect, skbs: tuple[Queued, ...], rcvbuf: int, share: float, ink: Ink
) -> None:
    """A bar with a part for each skb, by truesize; what is not known in single skbs is one part."""
    bar(sketch, rect, share, ink)
    x = rect.x
    for skb in skbs:
        width = rect.w * skb.truesize / max(1, rcvbuf)
        if width < 1.2 or x + width > rect.right:
            return
        sketch.box(Rect(x, rect.y, width, rect.h), z=Z.BAY, fill=flow_or_grey(skb.flow))
        x += width
        sketch.line(((x, rect.y), (x, rect.bottom)), Role.INPUT, z=Z.LABEL, width=0.5)


def flat_fields(sketch: Sketch, close: SocketClose, slot: Rect, top: float, *, words: bool) -> None:
    """Fields between the lines of a socket with a card of its own; ``words`` is whether it tells its bytes."""
    x, width = slot.x + 14.0, slot.w - 28.0
    if not close.level.fields:
        if not words and slot.bottom - top - 50.0 >= SLOT_PX:
            write_fields(sketch, _queue(close), (Rect(x, top + 50.0, width, SLOT_PX + 0.1),), close.level)
        return
    gaps = [Rect(x + 23.0, top + 30.0, width - 23.0, 10.4)]
    after = top + (74.6 if words else 50.6)
    if words:
        gaps.append(Rect(x, top + 50.2, width, 10.4))
    gaps.append(Rect(x, after, width, max(0.0, slot.bottom - 1.0 - after)))
    write_fields(sketch, close.fields + _queue(close), tuple(gaps))


def line_fields(sketch: Sketch, close: SocketClose, x: float, y: float, width: float, step: float) -> None:
    """Fields under a socket's line of a list, where the lines stand apart."""
    gap = Rect(x + 22.0, y + 20.0, width - 22.0, step - 20.0 - 1.0)
    pairs = close.fields + _queue(close) if close.level.fields else _queue(close)
    write_fields(sketch, pairs, (gap,), close.level)


def _queue(close: SocketClose) -> Pairs:
    """The skbs by number and length."""
    return tuple((f"#{skb.uid}", f"{skb.len} B") for skb in close.skbs)
