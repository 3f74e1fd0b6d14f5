"""Numbers as the canvas writes them: grouped digits, microseconds, a dash for what is not known."""

from __future__ import annotations

DASH = "–"


def grouped(value: int | None) -> str:
    """Digits in groups of three, set apart by a space; a dash for the unknown."""
    if value is None:
        return DASH
    sign = "−" if value < 0 else ""
    return sign + f"{abs(value):,}".replace(",", " ")


def plain(value: int | None) -> str:
    """Digits as they are; a dash for the unknown."""
    if value is None:
        return DASH
    return f"−{-value}" if value < 0 else str(value)


def micros(ns: int | None, *, signed: bool = False) -> str:
    """Nanoseconds as microseconds with one decimal (cut, not rounded), ``+`` in front if ``signed``."""
    if ns is None:
        return DASH
    sign = "−" if ns < 0 else "+" if signed else ""
    whole, rest = divmod(abs(ns), 1000)
    return f"{sign}{grouped(whole)}.{rest // 100}"


def rate(per_second: int | None) -> str:
    """Frames per second as people say it: ``1.6 Mpps``, ``250 kpps``, ``12 pps``."""
    if per_second is None:
        return DASH
    for unit, size in (("Mpps", 1_000_000), ("kpps", 1_000)):
        if per_second >= size:
            tenths = per_second * 10 // size
            whole, part = divmod(tenths, 10)
            return f"{whole}.{part} {unit}" if whole < 100 and part else f"{whole} {unit}"
    return f"{per_second} pps"
