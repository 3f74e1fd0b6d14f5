"""How fast simulated time is shown: a ratio of two times, written ``1us = 0.4s``."""

from __future__ import annotations

from fractions import Fraction

from engine.scenario.units import format_ns, parse_play_speed

DEFAULT_SPEED = Fraction(400_000)
"""1 µs in 0.4 s; speeds are shown nanoseconds for a simulated one."""

_PRESET_TEXTS = (
    "1us = 10s",
    "1us = 4s",
    "1us = 2s",
    "1us = 1s",
    "1us = 0.4s",
    "1us = 0.2s",
    "1us = 0.1s",
    "1us = 40ms",
    "1us = 20ms",
    "1us = 10ms",
    "1us = 4ms",
    "1us = 1ms",
    "1ms = 0.4s",
    "1ms = 0.1s",
    "1ms = 10ms",
    "1ms = 1ms",
)


def parse_speed(text: str) -> Fraction:
    """Read a speed as a person writes it.

    Raises:
        Refused: not two times above zero around an equals sign.
    """
    speed = parse_play_speed(text)
    return Fraction(speed.shown_ns, speed.simulated_ns)


PRESETS: tuple[Fraction, ...] = tuple(parse_speed(text) for text in _PRESET_TEXTS)
"""The speeds offered, slowest first."""


def speed_text(speed: Fraction) -> str:
    """Write a speed: 1 µs, or 1 ms where a microsecond takes no millisecond, against the time it takes."""
    simulated = 1_000 if speed * 1_000 >= 1_000_000 else 1_000_000
    shown = round(speed * simulated)
    if simulated == 1_000_000 and shown == 0:
        simulated, shown = 1_000_000_000, round(speed * 1_000_000_000)
    text = format_ns(shown, 3)
    if shown >= 100_000_000 and text.endswith(" ms"):
        text = f"{_decimal(shown)} s"
    return f"{format_ns(simulated)} = {text}"


def _decimal(shown_ns: int) -> str:
    return f"{shown_ns // 1_000_000 / 1000:.3f}".rstrip("0").rstrip(".")


def faster(speed: Fraction) -> Fraction:
    """The next quicker preset; the speed itself when there is none."""
    return next((preset for preset in PRESETS if preset < speed), speed)


def slower(speed: Fraction) -> Fraction:
    """The next slower preset; the speed itself when there is none."""
    return next((preset for preset in reversed(PRESETS) if preset > speed), speed)
