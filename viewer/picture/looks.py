"""How a packet looks: its records around the origin, from which the atlas and the vector painter both draw.

A frame on the wire or in the NIC has no skb yet and is an outline; an skb is filled; a clone, which shares
its bytes, has a second edge. The flow is told by hue, by mark and by letter. Merged packets are a stack.
"""

from __future__ import annotations

from functools import lru_cache

from viewer.picture.items import NOTHING, Align, Box, Item, Mark, Run, Text
from viewer.picture.sprites import Body, Form, Sprite
from viewer.theme.fonts import Face, Type, text_width, type_px
from viewer.theme.tokens import FlowInk, FlowPart, Ink, Role, Shape, Z, capsule_px, depth, flow_style, opacity

MARK_PX = 18
STACK_STEP = 4.0
MAX_LAYERS = 4
_LETTERED = {Shape.TRIANGLE: 1.12, Shape.PLUS: 1.1, Shape.STAR4: 1.25}
_PACKET = depth(Z.PACKET)


def form_height(look: Sprite) -> float:
    """Height of the body in px at zoom 1."""
    if look.size:
        return float(look.size)
    match look.form:
        case Form.DOT:
            return float(capsule_px("xs")[1])
        case Form.PILL:
            return float(capsule_px("s")[1])
        case Form.MARK:
            return float(MARK_PX)
        case Form.CAPSULE:
            return float(capsule_px("m")[1])
        case Form.CARD:
            return float(capsule_px("l")[1])


def _letter(look: Sprite) -> Run:
    height = form_height(look)
    kind = Type.STRONG if height >= 26 else Type.LABEL if height >= 20 else Type.MICRO
    part = FlowPart.TEXT if look.body is Body.FRAME else FlowPart.INK
    return Run(flow_style(look.flow).code, kind, Face.UI, FlowInk(look.flow, part), 700)


def _label(look: Sprite) -> Run:
    kind = Type.LABEL if form_height(look) >= 26 else Type.SMALL
    part = FlowPart.TEXT if look.body is Body.FRAME else FlowPart.INK
    return Run(" " + look.label, kind, Face.MONO, FlowInk(look.flow, part), 600)


def _mark_px(look: Sprite) -> float:
    return round(form_height(look) * 0.42)


@lru_cache(maxsize=4096)
def form_width(look: Sprite) -> float:
    """Width of the body in px at zoom 1."""
    height = form_height(look)
    match look.form:
        case Form.DOT | Form.MARK:
            return height
        case Form.PILL:
            return float(capsule_px("s")[0]) * height / capsule_px("s")[1]
        case Form.CAPSULE | Form.CARD:
            letter = _letter(look)
            inside = _mark_px(look) + 4.0 + text_width(letter.text, *letter.font_key(letter.px()))
            if look.label:
                label = _label(look)
                inside += text_width(label.text, *label.font_key(label.px()))
            pad = height * 0.42 if height >= 18 else 3.0
            least = capsule_px("m")[0] * height / capsule_px("m")[1] if height >= 18 else 0.0
            return float(round(max(inside + 2.0 * pad, least)))


@lru_cache(maxsize=4096)
def look_reach(look: Sprite) -> tuple[float, float]:
    """Half the width and half the height that the look may touch in the scene, rings, stack and tilt included."""
    half_w, half_h = form_width(look) / 2.0 + 5.0, form_height(look) / 2.0 + 5.0
    layers = (min(look.stack, MAX_LAYERS) - 1) * STACK_STEP
    half_w, half_h = half_w + layers, half_h + layers
    if look.tilt:
        half_h = max(half_h, half_w)
    return half_w * look.scale, half_h * look.scale


def _body_inks(look: Sprite) -> tuple[Ink, Ink, float]:
    edge = FlowInk(look.flow, FlowPart.EDGE)
    if look.body is Body.FRAME:
        return FlowInk(look.flow, FlowPart.TINT), edge, 1.5
    return FlowInk(look.flow, FlowPart.FILL), edge, 1.25


def _shape_of(look: Sprite) -> Shape:
    return flow_style(look.flow).shape


def _simple(look: Sprite) -> list[Item]:
    fill, edge, width = _body_inks(look)
    height = form_height(look)
    shape = Shape.CIRCLE if _shape_of(look) is Shape.RING else _shape_of(look)
    items: list[Item] = []
    if look.form is Form.MARK:
        height *= _LETTERED.get(shape, 1.0)
    items.append(Mark(_PACKET, NOTHING, 0.0, 0.0, height, shape, fill, edge, 1.0, width))
    if look.form is Form.MARK and not look.passed:
        drop = height * 0.12 if shape is Shape.TRIANGLE else 0.0
        letter = _letter(look)
        items.append(Text(_PACKET, NOTHING, 0.0, drop, (letter,), Align.CENTRE, middle=True))
    return items


def _capsule(look: Sprite) -> list[Item]:
    fill, edge, width = _body_inks(look)
    w, h = form_width(look), form_height(look)
    items: list[Item] = []
    for layer in range(min(look.stack, MAX_LAYERS) - 1, 0, -1):
        off = layer * STACK_STEP
        strength = 1.0 - 0.18 * layer
        items.append(
            Box(_PACKET, NOTHING, -w / 2 + off, -h / 2 - off, w, h, h / 2, fill, strength, Role.CARD, 1.0)
        )
    items.append(Box(_PACKET, NOTHING, -w / 2, -h / 2, w, h, h / 2, fill, 1.0, edge, width))
    if look.body is Body.CLONE:
        ink = FlowInk(look.flow, FlowPart.INK)
        items.append(
            Box(_PACKET, NOTHING, -w / 2 + 2, -h / 2 + 2, w - 4, h - 4, h / 2 - 2, None, 1.0, ink, 1.0)
        )
    if flow_style(look.flow).second:
        ink = FlowInk(look.flow, FlowPart.INK)
        items.append(
            Box(_PACKET, NOTHING, -w / 2 + 2, -h / 2 + 2, w - 4, h - 4, h / 2 - 2, None, 0.7, ink, 2.0)
        )
    if look.form is Form.PILL or look.passed:
        return items
    return items + _inscription(look)


def _inscription(look: Sprite) -> list[Item]:
    letter = _letter(look)
    runs = (letter, _label(look)) if look.label else (letter,)
    wide = sum(text_width(run.text, *run.font_key(run.px())) for run in runs)
    mark = _mark_px(look)
    left = -(mark + 4.0 + wide) / 2.0
    items: list[Item] = []
    shape = _shape_of(look)
    if shape is Shape.RING:
        items.append(
            Mark(_PACKET, NOTHING, left + mark / 2.0, 0.0, mark, Shape.CIRCLE, None, letter.ink, 1.0, 2.0)
        )
    else:
        items.append(Mark(_PACKET, NOTHING, left + mark / 2.0, 0.0, mark, shape, letter.ink))
    items.append(Text(_PACKET, NOTHING, left + mark + 4.0, 0.0, runs, middle=True))
    return items


@lru_cache(maxsize=4096)
def look_items(look: Sprite) -> tuple[Item, ...]:
    """The records of a look around the origin, not yet tilted."""
    simple = look.form in (Form.DOT, Form.MARK)
    items = _simple(look) if simple else _capsule(look)
    w, h = form_width(look), form_height(look)
    if look.lost:
        items.append(
            Box(_PACKET, NOTHING, -w / 2 - 1, -h / 2 - 1, w + 2, h + 2, h / 2 + 1, None, 1.0, Role.LOST, 2.0)
        )
    if look.selected:
        out = Box(
            _PACKET, NOTHING, -w / 2 - 4, -h / 2 - 4, w + 8, h + 8, h / 2 + 4, None, 1.0, Role.SELECT, 2.0
        )
        items.append(out)
    return tuple(items)


def look_opacity(look: Sprite) -> float:
    """Opacity of the whole look: what has passed is drawn faint."""
    return opacity("passed") if look.passed else 1.0


def smallest_letter_px() -> int:
    """The size of the smallest letter a look may carry."""
    return type_px(Type.MICRO)
