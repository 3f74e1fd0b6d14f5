"""How much of an object is drawn: a summary, its slots, or its fields; chosen by the zoom, with hysteresis."""

from __future__ import annotations

from enum import StrEnum

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


_ORDER = tuple(Level)


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
