"""The design tokens: every colour, size, duration and order of depth, by meaning.

The numbers stand in ``assets/tokens.json``; this module only gives them names that code can use. Nothing
else in the viewer may hold a literal colour. Flow colours are asked for by the flow's place (0 is A), so a
ninth flow has an answer too: the hues start again and the code becomes two letters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple, TypeAlias

FLOWS = "ABCDEFGH"


class ThemeName(StrEnum):
    """The three themes, as the command line spells them."""

    DARK = "dark"
    LIGHT = "light"
    CONTRAST = "contrast"


class Role(StrEnum):
    """What a colour means; the value is its path in the tokens."""

    CANVAS = "surface.canvas"
    APP = "surface.app"
    PANEL = "surface.panel"
    CARD = "surface.card"
    RAISED = "surface.raised"
    INPUT = "surface.input"
    OVERLAY = "surface.overlay"
    LINE_SUBTLE = "line.subtle"
    LINE_STRONG = "line.strong"
    TRACK = "line.track"
    GRID = "line.grid"
    CONTROL = "line.control"
    TEXT = "text.primary"
    TEXT_SECONDARY = "text.secondary"
    TEXT_TERTIARY = "text.tertiary"
    TEXT_DISABLED = "text.disabled"
    TEXT_INVERSE = "text.inverse"
    HARDIRQ = "context.hardirq"
    SOFTIRQ = "context.softirq"
    KSOFTIRQD = "context.ksoftirqd"
    NAPI_THREAD = "context.napi_thread"
    SYSCALL = "context.syscall"
    APP_CONTEXT = "context.app"
    IDLE = "context.idle"
    HARDIRQ_INK = "context_ink.hardirq"
    SOFTIRQ_INK = "context_ink.softirq"
    KSOFTIRQD_INK = "context_ink.ksoftirqd"
    NAPI_THREAD_INK = "context_ink.napi_thread"
    SYSCALL_INK = "context_ink.syscall"
    APP_CONTEXT_INK = "context_ink.app"
    IDLE_INK = "context_ink.idle"
    LOST = "state.lost"
    LOST_BG = "state.lost_bg"
    LOST_INK = "state.lost_ink"
    SELECT = "state.select"
    FOCUS = "state.focus"
    ARMED = "state.armed"
    MASKED = "state.masked"
    CHANGED = "state.changed"
    CHANGED_INK = "state.changed_ink"
    PLAYHEAD = "state.playhead"


class FlowPart(StrEnum):
    """Which of a flow's colours: capsule body, letter on it, outline, coloured text, soft background."""

    FILL = "fill"
    INK = "ink"
    EDGE = "edge"
    TEXT = "text"
    TINT = "tint"


class FlowInk(NamedTuple):
    """A flow's colour: its place (0 is A; any number) and which of its colours."""

    flow: int
    part: FlowPart


Ink: TypeAlias = Role | FlowInk


class Shape(StrEnum):
    """The mark that tells a flow without its hue."""

    CIRCLE = "circle"
    SQUARE = "square"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"
    HEXAGON = "hexagon"
    PLUS = "plus"
    STAR4 = "star4"
    RING = "ring"


class Z(StrEnum):
    """Depth on the canvas, by name; ``depth`` gives the number."""

    GRID = "grid"
    DECK = "deck"
    TRACK = "track"
    STATION = "station"
    BAY = "bay"
    PACKET = "packet"
    PACKET_SELECTED = "packet_selected"
    ARROW = "arrow"
    LABEL = "label"
    LOST = "lost"
    ANNOTATION = "annotation"
    MINIMAP = "minimap"
    CHROME = "chrome"


class Motion(StrEnum):
    """How long a kind of movement lasts at speed 1."""

    INSTANT = "instant"
    MICRO = "micro"
    QUICK = "quick"
    BASE = "base"
    TRAVEL = "travel"
    EMPHASIS = "emphasis"
    SCENE = "scene"


@dataclass(frozen=True, slots=True)
class FlowStyle:
    """How a flow is told from the others: mark, code and whether its hue is a second use."""

    code: str
    shape: Shape
    second: bool


@lru_cache(maxsize=1)
def tokens() -> dict[str, Any]:
    """The whole of ``assets/tokens.json``."""
    text = resources.files("assets").joinpath("tokens.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def flow_code(flow: int) -> str:
    """The letters of a flow: A to H, then AA, AB and so on (hues come round again every eight)."""
    if flow < len(FLOWS):
        return FLOWS[flow]
    turn, place = divmod(flow, len(FLOWS))
    return FLOWS[(turn - 1) % len(FLOWS)] + FLOWS[place]


@lru_cache(maxsize=256)
def flow_style(flow: int) -> FlowStyle:
    """Mark and code of flow number ``flow`` (0 is A)."""
    entry = tokens()["theme"]["dark"]["flow"][FLOWS[flow % len(FLOWS)]]
    return FlowStyle(flow_code(flow), Shape(entry["shape"]), flow >= len(FLOWS))


@lru_cache(maxsize=1024)
def hex_colour(theme: ThemeName, ink: Ink) -> str:
    """The colour as ``#RRGGBB`` or ``#RRGGBBAA``."""
    table = tokens()["theme"]["hc" if theme is ThemeName.CONTRAST else theme.value]
    if isinstance(ink, FlowInk):
        return str(table["flow"][FLOWS[ink.flow % len(FLOWS)]][ink.part.value])
    group, name = ink.value.split(".")
    return str(table[group][name])


@lru_cache(maxsize=64)
def depth(z: Z) -> int:
    """The number of a depth: what is larger is painted later."""
    return int(tokens()["z"][z.value])


def opacity(name: str) -> float:
    """An opacity by its token name (``lane_tint``, ``passed``, ...)."""
    return float(tokens()["opacity"][name])


def motion_ms(kind: Motion, *, reduced: bool = False) -> int:
    """Milliseconds of a kind of movement; with reduced motion always ``motion.reduced``."""
    return int(tokens()["motion"]["reduced" if reduced else kind.value])


def size_px(name: str) -> int:
    """A layout size by its token name (``dock``, ``timeline``, ``lane_compact``, ...)."""
    return int(tokens()["size"][name])


def radius_px(name: str) -> int:
    """A corner radius by its token name (``chip``, ``control``, ``card``, ``panel``)."""
    return int(tokens()["radius"][name])


def capsule_px(name: str) -> tuple[int, int]:
    """Width and height of a capsule size (``xs``, ``s``, ``m``, ``l``, ``present``)."""
    width, height = tokens()["size"]["capsule"][name]
    return int(width), int(height)
