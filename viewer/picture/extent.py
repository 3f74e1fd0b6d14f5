"""Which pixels records cover, so that what nobody sees is not painted: the extents are ample, never too small."""

from __future__ import annotations

from math import ceil, floor
from typing import NamedTuple

from viewer.picture.display import PLATE_PAD_X, PLATE_PAD_Y, fit_text, text_base, text_left
from viewer.picture.items import Item, Stroke, Text
from viewer.picture.layer import Layer

AMPLE_PX = 4.0
HEAD_PX = 12.0


class Area(NamedTuple):
    """Device pixels: left, top, right, bottom."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: Area) -> bool:
        """Whether the two share pixels."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: Area) -> Area:
        """What the two share; they must meet."""
        return Area(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def around(self, other: Area) -> Area:
        """The smallest area that holds both."""
        return Area(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def layer_area(layer: Layer, scale: float, ratio: float, rest: tuple[float, float]) -> Area:
    """What a layer covers, from the whole pixel that it is placed at; ``rest`` is what is left to its true place."""
    bounds, by = layer.bounds, scale * ratio
    return Area(
        floor(bounds.x * by + rest[0]) - 1,
        floor(bounds.y * by + rest[1]) - 1,
        ceil(bounds.right * by + rest[0]) + 1,
        ceil(bounds.bottom * by + rest[1]) + 1,
    )


def item_area(item: Item, percent: int, scale: float, ratio: float, rest: tuple[float, float]) -> Area | None:
    """What a record covers, in the same pixels; None for a text that is not drawn."""
    if isinstance(item, Text):
        found = _text(item, scale, percent)
        if found is None:
            return None
        left, top, right, bottom = found
        ample = AMPLE_PX
    else:
        left, top, right, bottom = (edge * scale for edge in item.bounds())
        ample = AMPLE_PX
        if isinstance(item, Stroke):
            ample += item.width * scale + (HEAD_PX * max(1.0, scale) if item.head else 0.0)
    return Area(
        floor((left - ample) * ratio + rest[0]),
        floor((top - ample) * ratio + rest[1]),
        ceil((right + ample) * ratio + rest[0]),
        ceil((bottom + ample) * ratio + rest[1]),
    )


def _text(item: Text, scale: float, percent: int) -> tuple[float, float, float, float] | None:
    fit = fit_text(item.runs, item.room, scale, percent)
    if fit is None:
        return None
    x = text_left(item, fit, item.x * scale)
    y = text_base(item, fit, item.y * scale)
    if item.tilt:  # as far as the text reaches, all around
        reach = fit.width + fit.rise
        return x - reach, y - reach, x + reach, y + reach
    # letters such as Å and ( reach over the capitals and under the base line
    above, below = 1.4 * fit.rise, 1.4 * fit.fall
    return x - PLATE_PAD_X, y - above - PLATE_PAD_Y, x + fit.width + PLATE_PAD_X, y + below + PLATE_PAD_Y
