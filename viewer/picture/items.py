"""What can be drawn: the records a display list is made of.

Every record names its depth, its colours by meaning and the thing it stands for, so a test can ask what a
picture shows without looking at pixels. Coordinates are logical pixels of the scene at zoom 1; the camera is
applied when they are placed. Text keeps its size steps whatever the zoom. Records are plain tuples: a frame
makes hundreds of them.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from viewer.picture.level import Level
from viewer.theme.fonts import Face, Type, text_width, type_px, type_weight
from viewer.theme.tokens import Ink, Role, Shape

Points: TypeAlias = tuple[tuple[float, float], ...]


class Kind(StrEnum):
    """What sort of thing a record stands for: hit tests, tooltips and screen readers use it."""

    NONE = "none"
    HEAD = "head"
    WIRE = "wire"
    NIC = "nic"
    RSS = "rss"
    VECTOR = "vector"
    RING = "ring"
    CPU = "cpu"
    STATION = "station"
    GATE = "gate"
    NAPI = "napi"
    GRO = "gro"
    BACKLOG = "backlog"
    SOCKET = "socket"
    EPOLL = "eventpoll"
    SELECT = "select"
    TASK = "task"
    PACKET = "packet"
    DROP = "drop"
    ARROW = "arrow"
    TRANSMIT = "transmit"
    MINIMAP = "minimap"
    COUNTER = "counter"


class Thing(NamedTuple):
    """The object of the host that a record stands for.

    Attributes:
        kind: what sort of thing.
        name: how people call it, ``eth0-TxRx-0``.
        uid: its number in the timeline, 0 when it has none.
        sentence: one sentence with its state, for tooltips and screen readers.
    """

    kind: Kind
    name: str
    uid: int = 0
    sentence: str = ""


NOTHING = Thing(Kind.NONE, "")


class Dash(StrEnum):
    """Line patterns; arrows are told apart by them: wake-up, IPI, timer, completion."""

    SOLID = "solid"
    SHORT = "short"
    DOTTED = "dotted"
    LONG = "long"


class Align(StrEnum):
    """Where a text's x lies."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Box(NamedTuple):
    """A rectangle, rounded by ``radius``; stroke lies inside it."""

    z: int
    of: Thing
    x: float
    y: float
    w: float
    h: float
    radius: float = 0.0
    fill: Ink | None = None
    opacity: float = 1.0
    stroke: Ink | None = None
    width: float = 1.0
    dash: Dash = Dash.SOLID

    def inks(self) -> tuple[Ink, ...]:
        """Colours used."""
        return tuple(ink for ink in (self.fill, self.stroke) if ink is not None)

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in the scene."""
        return self.x, self.y, self.x + self.w, self.y + self.h


class Stroke(NamedTuple):
    """A line through points: corners rounded by ``corner``, or cubic Beziers (1 + 3n points) if ``curve``.

    ``filled`` closes and fills it instead; ``head`` puts an arrow head at the end.
    """

    z: int
    of: Thing
    points: Points
    ink: Ink
    width: float = 2.0
    opacity: float = 1.0
    dash: Dash = Dash.SOLID
    corner: float = 0.0
    curve: bool = False
    filled: bool = False
    head: bool = False

    def inks(self) -> tuple[Ink, ...]:
        """Colours used."""
        return (self.ink,)

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in the scene, half the width around the points."""
        xs = [point[0] for point in self.points]
        ys = [point[1] for point in self.points]
        half = self.width / 2.0
        return min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half


class Arc(NamedTuple):
    """Part of a circle's outline: degrees clockwise from twelve o'clock."""

    z: int
    of: Thing
    x: float
    y: float
    radius: float
    start: float
    span: float
    ink: Ink
    width: float = 2.0
    opacity: float = 1.0
    dash: Dash = Dash.SOLID

    def inks(self) -> tuple[Ink, ...]:
        """Colours used."""
        return (self.ink,)

    def bounds(self) -> tuple[float, float, float, float]:
        """The whole circle's rectangle."""
        reach = self.radius + self.width / 2.0
        return self.x - reach, self.y - reach, self.x + reach, self.y + reach


class Disc(NamedTuple):
    """A filled circle, with a rim if ``stroke`` is given."""

    z: int
    of: Thing
    x: float
    y: float
    radius: float
    fill: Ink | None
    opacity: float = 1.0
    stroke: Ink | None = None
    width: float = 1.5

    def inks(self) -> tuple[Ink, ...]:
        """Colours used."""
        return tuple(ink for ink in (self.fill, self.stroke) if ink is not None)

    def bounds(self) -> tuple[float, float, float, float]:
        """Its rectangle."""
        return self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius


class Donut(NamedTuple):
    """A ring of equal segments clockwise from twelve o'clock; None leaves a segment as an empty track.

    ``stripes`` holds, per segment, the colours that share it, in order.
    """

    z: int
    of: Thing
    x: float
    y: float
    inner: float
    outer: float
    stripes: tuple[tuple[Ink, ...], ...]
    track: Ink
    gap_px: float = 1.5
    opacity: float = 1.0

    def inks(self) -> tuple[Ink, ...]:
        """Colours used, in order of first use."""
        return tuple(dict.fromkeys([ink for stripe in self.stripes for ink in stripe]))

    def bounds(self) -> tuple[float, float, float, float]:
        """Its rectangle."""
        return self.x - self.outer, self.y - self.outer, self.x + self.outer, self.y + self.outer


class Cells(NamedTuple):
    """Equal cells in rows of ``columns``; a cell without colour is an outline in ``empty``."""

    z: int
    of: Thing
    x: float
    y: float
    w: float
    h: float
    columns: int
    dx: float
    dy: float
    fills: tuple[Ink | None, ...]
    radius: float = 2.0
    empty: Ink | None = Role.LINE_SUBTLE
    opacities: tuple[float, ...] = ()

    def inks(self) -> tuple[Ink, ...]:
        """Colours used, in order of first use."""
        return tuple(dict.fromkeys([ink for ink in self.fills if ink is not None]))

    def bounds(self) -> tuple[float, float, float, float]:
        """The rectangle around all cells."""
        across = min(self.columns, len(self.fills))
        down = -(-len(self.fills) // self.columns)
        return (
            self.x,
            self.y,
            self.x + max(0, across - 1) * self.dx + self.w,
            self.y + max(0, down - 1) * self.dy + self.h,
        )


class Hatch(NamedTuple):
    """Parallel lines over a rectangle: 45 degrees for ksoftirqd, -45 for a NAPI thread."""

    z: int
    of: Thing
    x: float
    y: float
    w: float
    h: float
    ink: Ink
    angle: int = 45
    step: float = 6.0
    width: float = 1.0
    opacity: float = 1.0

    def inks(self) -> tuple[Ink, ...]:
        """Colours used."""
        return (self.ink,)

    def bounds(self) -> tuple[float, float, float, float]:
        """Its rectangle."""
        return self.x, self.y, self.x + self.w, self.y + self.h


class Tint(NamedTuple):
    """The lane tint: a colour that fades to nothing from left to right."""

    z: int
    of: Thing
    x: float
    y: float
    w: float
    h: float
    ink: Ink
    opacity: float

    def inks(self) -> tuple[Ink, ...]:
        """Colours used."""
        return (self.ink,)

    def bounds(self) -> tuple[float, float, float, float]:
        """Its rectangle."""
        return self.x, self.y, self.x + self.w, self.y + self.h


class Glow(NamedTuple):
    """A colour that fades from the middle of an ellipse outwards, behind the packet at work."""

    z: int
    of: Thing
    x: float
    y: float
    rx: float
    ry: float
    ink: Ink
    opacity: float

    def inks(self) -> tuple[Ink, ...]:
        """Colours used."""
        return (self.ink,)

    def bounds(self) -> tuple[float, float, float, float]:
        """Its rectangle."""
        return self.x - self.rx, self.y - self.ry, self.x + self.rx, self.y + self.ry


class Mark(NamedTuple):
    """A flow's mark: its shape around ``size`` px, centred."""

    z: int
    of: Thing
    x: float
    y: float
    size: float
    shape: Shape
    fill: Ink | None
    stroke: Ink | None = None
    opacity: float = 1.0
    width: float = 1.25

    def inks(self) -> tuple[Ink, ...]:
        """Colours used."""
        return tuple(ink for ink in (self.fill, self.stroke) if ink is not None)

    def bounds(self) -> tuple[float, float, float, float]:
        """Its rectangle."""
        half = self.size / 2.0
        return self.x - half, self.y - half, self.x + half, self.y + half


class Run(NamedTuple):
    """A stretch of text in one style. Weight 0 is the size's own.

    ``size`` is the share of the token size that it has in the scene: below 1 it is only there close up, where it is
    drawn with the largest token size that is not above its share times the zoom.
    """

    text: str
    type: Type = Type.BODY
    face: Face = Face.UI
    ink: Ink = Role.TEXT
    weight: int = 0
    size: float = 1.0

    def font_key(self, px: int) -> tuple[int, Face, int]:
        """Arguments of the font at ``px``."""
        return px, self.face, self.weight or type_weight(self.type)

    def px(self) -> int:
        """The token size."""
        return type_px(self.type)

    def at(self, level: Level) -> Run:
        """The same words as small as a level of detail has them."""
        return Run(self.text, self.type, self.face, self.ink, self.weight, level.text)

    def width(self) -> float:
        """The width in the scene; what is drawn is not wider."""
        return _token_width(self.text, self.type, self.face, self.weight) * self.size


@lru_cache(maxsize=16384)
def _token_width(text: str, kind: Type, face: Face, weight: int) -> float:
    return text_width(text, type_px(kind), face, weight or type_weight(kind))


class Text(NamedTuple):
    """One line of text, in runs; ``y`` is the base line, or the middle of its capitals if ``middle``.

    ``room`` is the width it may take (0: as much as it needs); a text that does not fit is left out, never
    shortened. ``plate`` is a backing drawn behind it; ``tilt`` turns it about its anchor, in degrees.
    """

    z: int
    of: Thing
    x: float
    y: float
    runs: tuple[Run, ...]
    align: Align = Align.LEFT
    opacity: float = 1.0
    room: float = 0.0
    plate: Ink | None = None
    tilt: float = 0.0
    middle: bool = False

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(run.text for run in self.runs)

    def inks(self) -> tuple[Ink, ...]:
        """Colours used."""
        own = tuple(dict.fromkeys(run.ink for run in self.runs))
        return (*own, self.plate) if self.plate is not None else own

    def bounds(self) -> tuple[float, float, float, float]:
        """Its anchor only: the width depends on fonts, ``DisplayList.texts`` knows it."""
        return self.x, self.y, self.x, self.y


Item: TypeAlias = Box | Stroke | Arc | Disc | Donut | Cells | Hatch | Tint | Glow | Mark | Text
