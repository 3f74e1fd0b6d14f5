"""Times, rates, sizes and speeds as people write them, to exact numbers and back.

Times are whole nanoseconds, rates fractions a second, sizes whole bytes: nothing passes through a float, so
the same text means the same run on every machine. A bare number is never a time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from engine.scenario.errors import Refused, listed, nearest_name

TIME_UNITS: Final[Mapping[str, int]] = {
    "ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
}  # fmt: skip
SIZE_UNITS: Final[Mapping[str, int]] = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
FRAME_UNITS: Final[Mapping[str, int]] = {"pps": 1, "kpps": 10**3, "Mpps": 10**6}
BIT_UNITS: Final[Mapping[str, int]] = {"bps": 1, "kbps": 10**3, "Mbps": 10**6, "Gbps": 10**9}
EVENT_UNITS: Final[Mapping[str, int]] = {"/s": 1, "k/s": 10**3, "M/s": 10**6}
LINK_UNITS: Final[Mapping[str, int]] = {"M": 10**6, "G": 10**9, "Mbps": 10**6, "Gbps": 10**9}

_QUANTITY = re.compile(r"([0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?) ?([^\s0-9.]*)")


class RateKind(StrEnum):
    """What a rate counts."""

    FRAMES = "frames"
    BITS = "bits"
    EVENTS = "events"
    LINE = "line"


@dataclass(frozen=True)
class Rate:
    """How fast something comes.

    Attributes:
        kind: What is counted; `LINE` means as fast as the link carries it.
        per_second: Exact count in a second; zero for `LINE`, which has no number of its own.
    """

    kind: RateKind
    per_second: Fraction


@dataclass(frozen=True)
class PlaySpeed:
    """Simulated time shown in a time of the showing, as in `1us = 0.4s`; both in nanoseconds."""

    simulated_ns: int
    shown_ns: int


def _split(value: object, what: str, units: Mapping[str, int], example: str) -> tuple[Fraction, str]:
    """Return number and unit of a quantity; the unit is one of `units` or empty."""
    need = f"must be {what} with one of the units {listed(units)}, such as {example}"
    if not isinstance(value, str):
        raise Refused(need)
    match = _QUANTITY.fullmatch(value.strip())
    if match is None:
        raise Refused(need)
    unit = match[2].replace("\u03bc", "\u00b5")  # two signs look like a mu; keyboards have either
    if unit and unit not in units:
        near = nearest_name(unit, units)
        raise Refused(need, nearest=f"{match[1]}{near}" if near else "")
    return Fraction(match[1].replace("_", "")), unit


def parse_time(value: object) -> int:
    """Return a time such as `120us` in whole nanoseconds.

    Raises:
        Refused: No number with a unit of time, or not a whole number of nanoseconds.
    """
    number, unit = _split(value, "a time", TIME_UNITS, '"120us"')
    if not unit:
        raise Refused(f"a time needs a unit: {listed(TIME_UNITS)}", nearest=f"{value}us")
    ns = number * TIME_UNITS[unit]
    if ns.denominator != 1:
        raise Refused("a time must be a whole number of nanoseconds")
    return ns.numerator


def parse_rate(value: object) -> Rate:
    """Return a rate: frames (`250kpps`), bits (`1.6Gbps`), events (`5k/s`) or `line`.

    Raises:
        Refused: Not such a rate, or zero.
    """
    if value == "line":
        return Rate(RateKind.LINE, Fraction(0))
    number, unit = _split(
        value, 'a rate, "line" or a number', {**FRAME_UNITS, **BIT_UNITS, **EVENT_UNITS}, '"250kpps"'
    )
    if not unit:
        raise Refused(f"a rate needs a unit: {listed([*FRAME_UNITS, *BIT_UNITS])}", nearest=f"{value}pps")
    if number == 0:
        raise Refused("a rate must be above zero")
    for kind, units in ((RateKind.FRAMES, FRAME_UNITS), (RateKind.BITS, BIT_UNITS)):
        if unit in units:
            return Rate(kind, number * units[unit])
    return Rate(RateKind.EVENTS, number * EVENT_UNITS[unit])


def parse_size(value: object) -> int:
    """Return a size in whole bytes: a plain number, or one with KiB, MiB, GiB.

    Raises:
        Refused: Not a size, negative, or not a whole number of bytes.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise Refused("a size must not be negative")
        return value
    number, unit = _split(value, "a size in bytes, or a number", SIZE_UNITS, '"64KiB"')
    size = number * SIZE_UNITS[unit or "B"]
    if size.denominator != 1:
        raise Refused("a size must be a whole number of bytes")
    return size.numerator


def parse_link_speed(value: object) -> int:
    """Return a link's speed (`1G`, `2.5G`, `100M`) in bits a second.

    Raises:
        Refused: Not a speed, or zero.
    """
    number, unit = _split(value, "a link speed", LINK_UNITS, '"10G"')
    if not unit:
        raise Refused(f"a link speed needs a unit: {listed(LINK_UNITS)}", nearest=f"{value}G")
    bits = number * LINK_UNITS[unit]
    if bits == 0 or bits.denominator != 1:
        raise Refused("a link speed must be a whole number of bits a second above zero")
    return bits.numerator


def parse_play_speed(value: object) -> PlaySpeed:
    """Return the speed of a showing, written `1us = 0.4s`: simulated time, then time on the screen.

    Raises:
        Refused: Not two times above zero around an equals sign.
    """
    left, equals, right = value.partition("=") if isinstance(value, str) else ("", "", "")
    if not equals:
        raise Refused('must be a speed such as "1us = 0.4s": simulated time, then time on the screen')
    speed = PlaySpeed(parse_time(left), parse_time(right))
    if not speed.simulated_ns or not speed.shown_ns:
        raise Refused("both times of a speed must be above zero")
    return speed


def _decimal(number: Fraction) -> str:
    """Return a fraction whose denominator divides a power of ten, with every digit and no more."""
    whole, rest = divmod(abs(number), 1)
    text = f"{whole}"
    if rest:
        digits = ""
        while rest:
            digit, rest = divmod(rest * 10, 1)
            digits += f"{digit}"
        text += f".{digits}"
    return f"-{text}" if number < 0 else text


def format_ns(ns: int, digits: int | None = None) -> str:
    """Return a time in its largest fitting unit: `format_ns(1250000)` is `1.25 ms`.

    Args:
        ns: Nanoseconds, negative for a difference.
        digits: Most digits after the point, the rest rounded half to even; None keeps all, so that the text
            parses back to the same number.
    """
    units = [("ns", 1), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)]
    chosen = max(index for index, (_, size) in enumerate(units) if index == 0 or abs(ns) >= size)
    number = Fraction(ns, units[chosen][1])
    if digits is not None:
        number = round(number, digits) if digits else Fraction(round(number))
        if abs(number) >= 1000 and chosen + 1 < len(units):  # 999.9996 µs rounds into the next unit
            chosen, number = chosen + 1, number / 1000
    return f"{_decimal(number)} {units[chosen][0]}"


def format_size(size: int) -> str:
    """Return bytes in the largest unit that divides them: `64 KiB`, but `1000 B`."""
    fits = [unit for unit, scale in SIZE_UNITS.items() if size and size % scale == 0]
    unit = fits[-1] if fits else "B"
    return f"{size // SIZE_UNITS[unit]} {unit}"


def format_rate(rate: Rate) -> str:
    """Return a rate as a scene writes it, in its largest unit that keeps at least one before the point.

    A rate that no decimal number holds (a third of a frame a second) cannot have come from a scene; it is
    shown as a fraction.
    """
    if rate.kind is RateKind.LINE:
        return "line"
    units = {RateKind.FRAMES: FRAME_UNITS, RateKind.BITS: BIT_UNITS}.get(rate.kind, EVENT_UNITS)
    unit = [name for name, scale in units.items() if scale == 1 or rate.per_second >= scale][-1]
    number = rate.per_second / units[unit]
    odd = number.denominator
    for prime in (2, 5):
        while odd % prime == 0:
            odd //= prime
    return f"{_decimal(number) if odd == 1 else number}{unit}"
