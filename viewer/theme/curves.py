"""Easing: the cubic Bezier curves of the tokens, evaluated the same way everywhere.

A curve maps the share of an act's time that has passed to the share of its way that is done. Solved by
bisection on plain floats, so the same phase gives the same pixel on every machine.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from viewer.theme.tokens import tokens

_HALVINGS = 24


class Curve(StrEnum):
    """The named curves."""

    LINEAR = "linear"
    TRAVEL = "travel"
    ENTER = "enter"
    EXIT = "exit"
    GRAVITY = "gravity"
    CAMERA = "camera"


def _bezier(first: float, second: float, t: float) -> float:
    rest = 1.0 - t
    return 3.0 * rest * rest * t * first + 3.0 * rest * t * t * second + t * t * t


@lru_cache(maxsize=4096)
def ease(curve: Curve, phase: float) -> float:
    """The share of the way done when ``phase`` (0 to 1, clamped) of the time has passed."""
    if phase <= 0.0:
        return 0.0
    if phase >= 1.0:
        return 1.0
    x1, y1, x2, y2 = tokens()["motion"]["curve"][curve.value]
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if _bezier(x1, x2, middle) < phase:
            low = middle
        else:
            high = middle
    return _bezier(y1, y2, (low + high) / 2.0)
