"""What several parts share: cards, pills, lamps, flow marks."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from viewer.picture.items import Align, Dash, Run
from viewer.picture.layer import Rect, Sketch, ui
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import FlowInk, FlowPart, Ink, Role, Shape, Z, flow_style, opacity, radius_px

PILL_PAD = 10.0
PILL_H = 22.0


class Lamp(StrEnum):
    """The state of an interrupt vector."""

    ARMED = "armed"
    FIRED = "fired"
    MASKED = "masked"


class ContextLook(NamedTuple):
    """Colours of a kind of CPU context, and its hatch (0: none)."""

    fill: Role
    ink: Role
    hatch: int


CONTEXTS: dict[str, ContextLook] = {
    "hardirq": ContextLook(Role.HARDIRQ, Role.HARDIRQ_INK, 0),
    "softirq": ContextLook(Role.SOFTIRQ, Role.SOFTIRQ_INK, 0),
    "ksoftirqd": ContextLook(Role.KSOFTIRQD, Role.KSOFTIRQD_INK, 45),
    "napi_thread": ContextLook(Role.NAPI_THREAD, Role.NAPI_THREAD_INK, -45),
    "syscall": ContextLook(Role.SYSCALL, Role.SYSCALL_INK, 0),
    "kthread": ContextLook(Role.SYSCALL, Role.SYSCALL_INK, 0),
    "user": ContextLook(Role.APP_CONTEXT, Role.APP_CONTEXT_INK, 0),
    "idle": ContextLook(Role.IDLE, Role.IDLE_INK, 0),
    "hardware": ContextLook(Role.IDLE, Role.IDLE_INK, 0),
}
"""Looks by ``schema.Where``."""


@lru_cache(maxsize=512)
def flow_ink(flow: int, part: FlowPart) -> FlowInk:
    """A flow's colour: one object for each, since records by the thousand hold them."""
    return FlowInk(flow, part)


def flow_fill(flow: int) -> FlowInk:
    """The body colour of a flow."""
    return flow_ink(flow, FlowPart.FILL)


def flow_or_grey(flow: int) -> Ink:
    """The body colour of a flow; grey where it is not known (-1)."""
    return flow_fill(flow) if flow >= 0 else Role.CONTROL


def flow_edge(flow: int) -> FlowInk:
    """The line colour of a flow."""
    return flow_ink(flow, FlowPart.EDGE)


def flow_text(flow: int) -> FlowInk:
    """The colour of text in a flow's hue."""
    return flow_ink(flow, FlowPart.TEXT)


def card(sketch: Sketch, rect: Rect, *, fill: Role = Role.CARD, stroke: Role = Role.LINE_SUBTLE) -> None:
    """A card of the canvas."""
    sketch.box(rect, radius=radius_px("panel"), fill=fill, stroke=stroke)


def bay(sketch: Sketch, rect: Rect, *, dash: Dash = Dash.SOLID, stroke: Role = Role.LINE_SUBTLE) -> None:
    """A sunken place where packets wait."""
    sketch.box(rect, z=Z.STATION, radius=8.0, fill=Role.INPUT, stroke=stroke, dash=dash)


def width_of(run: Run) -> float:
    """Width of a run in the scene."""
    return run.width()


def pill(sketch: Sketch, x: float, y: float, text: str, look: ContextLook, *, room: float = 0.0) -> float:
    """A context pill with its left edge at x and its top at y; returns its right edge."""
    run = Run(text, Type.BODY, Face.UI, look.ink, 600)
    width = width_of(run) + 2.0 * PILL_PAD
    if room and width > room:
        run = Run(text.split(" · ")[0], Type.BODY, Face.UI, look.ink, 600)
        width = width_of(run) + 2.0 * PILL_PAD
    rect = Rect(x, y, round(width), PILL_H)
    outline = Role.LINE_STRONG if look.fill is Role.IDLE else None
    sketch.box(rect, z=Z.BAY, radius=PILL_H / 2.0, fill=look.fill, stroke=outline)
    sketch.write(rect.cx, rect.cy, run, align=Align.CENTRE, middle=True)
    return rect.right


def lamp(sketch: Sketch, x: float, y: float, state: Lamp) -> None:
    """An interrupt vector's lamp: a disc when armed, a ring around it when fired, a slash when masked."""
    if state is Lamp.MASKED:
        sketch.disc(x, y, 5.0, None, z=Z.BAY, stroke=Role.MASKED, width=1.5)
        sketch.line(((x - 6.0, y + 6.0), (x + 6.0, y - 6.0)), Role.MASKED, z=Z.BAY, width=1.5)
        return
    if state is Lamp.FIRED:
        sketch.disc(x, y, 9.0, None, z=Z.BAY, stroke=Role.ARMED, width=1.5)
    for radius in (9.5, 7.5):
        sketch.disc(x, y, radius, Role.ARMED, z=Z.STATION, opacity=opacity("glow_light") * 0.35)
    sketch.disc(x, y, 5.0, Role.ARMED, z=Z.BAY)


def throttle_arc(sketch: Sketch, x: float, y: float, radius: float, share: float) -> None:
    """The throttle of a vector: how much of the gap between interrupts is still to pass, 0 to 1."""
    sketch.disc(x, y, radius, None, z=Z.STATION, stroke=Role.ARMED, width=2.5, opacity=0.22)
    if share > 0.0:
        sketch.arc(x, y, radius, 0.0, 360.0 * min(1.0, share), Role.ARMED, width=2.5)


def flow_mark(
    sketch: Sketch, x: float, y: float, flow: int, size: float = 17.0, *, faint: bool = False
) -> None:
    """A flow's mark with its letter inside."""
    style = flow_style(flow)
    shape = Shape.CIRCLE if style.shape is Shape.RING else style.shape
    grown = {Shape.TRIANGLE: 1.14, Shape.DIAMOND: 1.06, Shape.PLUS: 1.1, Shape.STAR4: 1.3}.get(shape, 1.0)
    strength = opacity("passed") if faint else 1.0
    sketch.mark(x, y, size * grown, shape, flow_fill(flow), stroke=flow_edge(flow), opacity=strength)
    drop = size * 0.13 if shape is Shape.TRIANGLE else 0.0
    kind = Type.SMALL if size >= 18.0 else Type.MICRO
    letter = Run(style.code, kind, Face.UI, flow_ink(flow, FlowPart.INK), 700)
    sketch.write(x, y + drop, letter, align=Align.CENTRE, middle=True, opacity=strength, z=Z.BAY)


def bar(sketch: Sketch, rect: Rect, share: float, ink: Ink, *, back: Role = Role.INPUT, z: Z = Z.BAY) -> None:
    """A level: the filled part is ``share`` of the whole, at least a dot when it is not nothing."""
    sketch.box(rect, z=Z.STATION, radius=rect.h / 2.0, fill=back)
    if share > 0.0:
        width = max(rect.h, rect.w * min(1.0, share))
        sketch.box(Rect(rect.x, rect.y, width, rect.h), z=z, radius=rect.h / 2.0, fill=ink)


def strong(text: str, ink: Ink = Role.TEXT, kind: Type = Type.LABEL) -> Run:
    """The name of an object."""
    return Run(text, kind, Face.UI, ink, 600)


def note(text: str, ink: Ink = Role.TEXT_TERTIARY) -> Run:
    """A quiet word beside a value."""
    return ui(text, ink, Type.BODY)
