"""Presentation time: which moment of a timeline is shown when.

Two clocks: simulated nanoseconds, and the showing's own time tau. ``speed`` relates them, ``holds`` gives
acts that take no simulated time a stretch of tau so that they are seen, ``score`` maps tau to a moment.
"""

from viewer.score.holds import Holds, StepSource
from viewer.score.moment import Act, Moment
from viewer.score.score import Score
from viewer.score.speed import DEFAULT_SPEED, PRESETS, faster, parse_speed, slower, speed_text

__all__ = [
    "DEFAULT_SPEED",
    "PRESETS",
    "Act",
    "Holds",
    "Moment",
    "Score",
    "StepSource",
    "faster",
    "parse_speed",
    "slower",
    "speed_text",
]
