"""The display list: what ``compose`` returns and ``paint`` consumes, and what tests ask.

It holds layers, each with its place under the camera. Questions about it (what was drawn, where a text lies,
what is under the mouse) are answered in the window's logical pixels, from the same measurements that the
painter uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from viewer.picture.items import NOTHING, Align, Item, Kind, Run, Text, Thing
from viewer.picture.layer import Layer, Rect
from viewer.picture.looks import look_reach
from viewer.picture.sprites import Sprite
from viewer.theme.fonts import Type, metrics, step, stepped_px, text_width, type_px
from viewer.theme.tokens import Ink, Role, ThemeName

PLATE_PAD_X = 5.0
PLATE_PAD_Y = 3.0
_IN_MANY_PLACES = (Kind.STATION, Kind.GATE, Kind.VECTOR, Kind.CPU, Kind.NAPI)
SMALLEST_PX = float(type_px(Type.MICRO))
NEARLY = 0.9


class Placed(NamedTuple):
    """A layer under the camera: a scene point p is at ``p * scale + (dx, dy)``; less than opaque while it fades.

    ``leaving`` is set in the second half of a fade where the layer stays opaque under the one that takes its place.
    ``percents`` is the text scale of each of the layer's records; without any all are at 100.
    """

    layer: Layer
    scale: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    opacity: float = 1.0
    percents: tuple[int, ...] = ()
    leaving: bool = False

    def items(self) -> Iterator[tuple[Item, int]]:
        """The layer's records, each with the text scale it has."""
        return zip(self.layer.items, self.percents or repeat(100), strict=False)

    @property
    def there(self) -> bool:
        """Whether it counts as drawn: what fades out does not any more from the middle on."""
        return self.opacity >= 0.5 and not self.leaving

    def map(self, rect: Rect) -> Rect:
        """A rectangle of the scene in the window."""
        s = self.scale
        return Rect(rect.x * s + self.dx, rect.y * s + self.dy, rect.w * s, rect.h * s)


class Fit(NamedTuple):
    """How a text comes out at a zoom: sizes and widths of its runs, whole width, rise and fall of its ink."""

    sizes: tuple[int, ...]
    widths: tuple[float, ...]
    width: float
    rise: float
    fall: float


def _at_least(px: float) -> float:
    """A size just below the smallest of the scale is drawn at the smallest."""
    return max(px, SMALLEST_PX) if px >= SMALLEST_PX * NEARLY else px


@lru_cache(maxsize=32768)
def fit_text(runs: tuple[Run, ...], room: float, scale: float, percent: int = 100) -> Fit | None:
    """Measure a text at a zoom and a text scale.

    None if it would need a size below the scale's smallest, or has no room.
    """
    sizes: list[int] = []
    widths: list[float] = []
    rise = fall = 0.0
    for run in runs:
        own = scale * run.size
        token = run.px() if percent == 100 else stepped_px(run.type, percent)
        px = token if own == 1.0 else step(_at_least(token * own))
        if px == 0:
            return None
        key = run.font_key(px)
        sizes.append(px)
        widths.append(text_width(run.text, *key))
        rise = max(rise, metrics(*key).capHeight())
        fall = max(fall, metrics(*key).descent() * 0.7)
    total = sum(widths)
    if room > 0.0 and total > room * scale + 0.5:
        return None
    return Fit(tuple(sizes), tuple(widths), total, rise, fall)


def text_left(text: Text, fit: Fit, x: float) -> float:
    """Left edge of a text whose anchor is at ``x`` in the window."""
    if text.align is Align.CENTRE:
        return x - fit.width / 2.0
    return x - fit.width if text.align is Align.RIGHT else x


def text_base(text: Text, fit: Fit, y: float) -> float:
    """Base line of a text whose anchor is at ``y`` in the window."""
    return y + fit.rise / 2.0 if text.middle else y


class Written(NamedTuple):
    """A text that is really drawn, with the rectangle of its ink in the window."""

    text: str
    rect: Rect
    item: Text
    layer: str


class Found(NamedTuple):
    """A thing under the mouse, with its rectangle in the window."""

    thing: Thing
    rect: Rect


class Seen(NamedTuple):
    """A packet that is drawn: number, look, centre in the window, opacity."""

    uid: int
    look: Sprite
    x: float
    y: float
    opacity: float


@dataclass(frozen=True, slots=True, eq=False)
class DisplayList:
    """Everything one frame shows.

    Attributes:
        width: of the canvas in logical px.
        height: of the canvas in logical px.
        ratio: device pixels per logical pixel.
        theme: which colours.
        background: what lies behind everything; None leaves it transparent.
        placed: layers in the order of painting.
    """

    width: int
    height: int
    ratio: float
    theme: ThemeName
    background: Role | None
    placed: tuple[Placed, ...]

    def layer(self, name: str) -> Placed | None:
        """The layer of a name, if it is drawn."""
        return next((one for one in self.placed if one.layer.name == name), None)

    def items(
        self, role: Ink | None = None, kind: Kind | None = None, name: str | None = None
    ) -> Iterator[Item]:
        """The records, in the order of painting; those using a colour, of a kind of thing, of a thing."""
        for placed in self.placed:
            for item in placed.layer.items:
                if role is not None and role not in item.inks():
                    continue
                if kind is not None and item.of.kind is not kind:
                    continue
                if name is not None and item.of.name != name:
                    continue
                yield item

    def texts(self) -> Iterator[Written]:
        """The texts that are really drawn, with their rectangles."""
        for placed in self.placed:
            if not placed.there:
                continue
            for item, percent in placed.items():
                if isinstance(item, Text):
                    rect = text_rect(placed, item, percent)
                    if rect is not None:
                        yield Written(item.text, rect, item, placed.layer.name)

    def packets(self) -> Iterator[Seen]:
        """The packets that are drawn as sprites, lowest first."""
        for placed in self.placed:
            for batch in placed.layer.sprites:
                for at in range(len(batch.look)):
                    x, y = batch.xy[at]
                    yield Seen(
                        int(batch.uids[at]),
                        batch.looks[int(batch.look[at])],
                        float(x) * placed.scale + placed.dx,
                        float(y) * placed.scale + placed.dy,
                        float(batch.opacity[at]) * placed.opacity,
                    )

    def things(self) -> dict[tuple[Kind, str], Found]:
        """Every thing drawn, in the order of painting, with the rectangle around all its records.

        Stations of the same name stand on every row, a vector on the adapter's card and at its ring: of those the
        largest is meant, which is the focused row's.
        """
        found: dict[tuple[Kind, str], Found] = {}
        owner: dict[tuple[Kind, str], str] = {}
        for placed in self.placed:
            if not placed.there:
                continue
            for item, percent in placed.items():
                if item.of is NOTHING:
                    continue
                rect = _window_rect(placed, item, percent)
                if rect is None:
                    continue
                key = (item.of.kind, item.of.name)
                old = found.get(key)
                if (
                    item.of.kind in _IN_MANY_PLACES
                    and owner.setdefault(key, placed.layer.name) != placed.layer.name
                ):
                    if old is not None and old.rect.w * old.rect.h >= rect.w * rect.h:
                        continue
                    owner[key], old = placed.layer.name, None
                found[key] = Found(item.of, rect if old is None else _around(old.rect, rect))
        return found

    def hit(self, x: float, y: float) -> Found | None:
        """The uppermost thing at a point of the window; packets first where they lie on top."""
        for placed in reversed(self.placed):
            if not placed.there:
                continue
            packet = _packet_at(placed, x, y)
            if packet is not None:
                return packet
            for item, percent in reversed(list(placed.items())):
                if item.of is NOTHING:
                    continue
                rect = _window_rect(placed, item, percent)
                if rect is not None and rect.holds(x, y):
                    return Found(item.of, rect)
        return None


def _around(one: Rect, other: Rect) -> Rect:
    x, y = min(one.x, other.x), min(one.y, other.y)
    return Rect(x, y, max(one.right, other.right) - x, max(one.bottom, other.bottom) - y)


def _window_rect(placed: Placed, item: Item, percent: int) -> Rect | None:
    if isinstance(item, Text):
        return text_rect(placed, item, percent)
    left, top, right, bottom = item.bounds()
    return placed.map(Rect(left, top, right - left, bottom - top))


def text_rect(placed: Placed, item: Text, percent: int = 100) -> Rect | None:
    """The rectangle of a text's ink in the window, with its plate; None when it is not drawn."""
    fit = fit_text(item.runs, item.room, placed.scale, percent)
    if fit is None:
        return None
    x = text_left(item, fit, item.x * placed.scale + placed.dx)
    y = text_base(item, fit, item.y * placed.scale + placed.dy)
    rect = Rect(x, y - fit.rise, fit.width, fit.rise + fit.fall)
    if item.plate is None:
        return rect
    return Rect(
        rect.x - PLATE_PAD_X, rect.y - PLATE_PAD_Y, rect.w + 2 * PLATE_PAD_X, rect.h + 2 * PLATE_PAD_Y
    )


def _packet_at(placed: Placed, x: float, y: float) -> Found | None:
    for batch in reversed(placed.layer.sprites):
        for at in range(len(batch.look) - 1, -1, -1):
            half_w, half_h = look_reach(batch.looks[int(batch.look[at])])
            cx = float(batch.xy[at, 0]) * placed.scale + placed.dx
            cy = float(batch.xy[at, 1]) * placed.scale + placed.dy
            half_w, half_h = half_w * placed.scale, half_h * placed.scale
            if abs(x - cx) <= half_w and abs(y - cy) <= half_h:
                uid = int(batch.uids[at])
                thing = Thing(Kind.PACKET, f"#{uid}", uid)
                return Found(thing, Rect(cx - half_w, cy - half_h, 2 * half_w, 2 * half_h))
    return None
