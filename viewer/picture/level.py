"""How much of an object is drawn: a summary, its slots, or its fields; chosen by the zoom, with hysteresis.

A level is drawn with text of its own size in the scene: closer up the same rectangle has more pixels, and more words
have room in it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from viewer.theme.tokens import tokens


class Level(StrEnum):
    """The three levels of detail, from far to close."""

    OVERVIEW = "overview"
    SLOTS = "slots"
    FIELDS = "fields"

    @property
    def rank(self) -> int:
        """Its place: 0 is the farthest."""
        return _ORDER.index(self)

    @property
    def slots(self) -> bool:
        """Whether single slots and names are drawn."""
        return self is not Level.OVERVIEW

    @property
    def fields(self) -> bool:
        """Whether single fields are drawn."""
        return self is Level.FIELDS

    @property
    def text(self) -> float:
        """Size in the scene of what has its full size on the screen at the farthest zoom that shows the level."""
        return _text(self)


class Fade(NamedTuple):
    """A level giving way to another: the one before, and how much of the new one is there, 0 to 1."""

    before: Level
    share: float


_ORDER = tuple(Level)


@lru_cache(maxsize=3)
def _text(level: Level) -> float:
    if level is Level.OVERVIEW:
        return 1.0
    table = tokens()["zoom"]
    return 1.0 / (float(table[level.value]) * (1.0 - float(table["hysteresis"])))


def level_at(zoom: float, before: Level = Level.OVERVIEW) -> Level:
    """The level for a zoom, coming from another level.

    A border between two levels is crossed at its zoom on the way in and 12 % below it on the way out, so that a
    hand that rests there does not make the picture flicker.
    """
    table = tokens()["zoom"]
    slack = 1.0 - float(table["hysteresis"])
    found = Level.OVERVIEW
    for level in _ORDER[1:]:
        border = float(table[level.value])
        if zoom >= (border * slack if before.rank >= level.rank else border):
            found = level
    return found


def zoom_of(level: Level) -> float:
    """A zoom at which a level is shown, wherever one comes from."""
    if level is Level.OVERVIEW:
        return 1.0
    table = tokens()["zoom"]
    return float(table[level.value]) * (1.0 + float(table["hysteresis"]))
