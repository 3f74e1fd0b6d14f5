"""How the height of a canvas is divided among the CPUs: which of them have a row, and how high each is.

The focused one is expanded where all has room beside it; on a canvas too low for that it is compact rather than cut.
"""

from __future__ import annotations

from typing import NamedTuple

GAP = 8.0
EXPANDED = 238.0
EXPANDED_MOST = 310.0
FLUSH_MOST = 400.0
"""Rows that are all expanded are that high at most, if they then end where the columns beside them do."""

COMPACT = 88.0
COMPACT_LEAST = 56.0
COMPACT_MOST = 180.0
STRIP = 24.0
STRIP_MOST = 44.0
STRIP_GAP = 4.0
"""Between rows of a canvas so low that all but one are strips."""
MOST_ROWS = 6
ROWS_BESIDE_HEAT = 3
NARROW = 1180.0


def _shown_cpus(cpus: int, focused: int, room: int) -> tuple[int, ...]:
    """Which CPUs keep a row: the focused one and those after it, in CPU order."""
    first = min(max(0, focused - min(1, room - 1)), cpus - room)
    return tuple(range(first, first + room))


def _row_heights(count: int, heat: bool, height: float, width: float) -> tuple[float, float]:
    """Heights of the focused and of the other rows that fill the space above the deck.

    Where every row can be expanded, all are; where the others are strips, they stand closer.
    """
    others = count - 1 + (1 if heat else 0)
    if count * (EXPANDED + GAP) - GAP <= height and not heat:
        each = float(int((height + GAP) / count - GAP))
        each = each if each <= FLUSH_MOST else EXPANDED_MOST
        return each, each
    if width < NARROW:
        return max(EXPANDED, min(EXPANDED_MOST, height - others * (STRIP + GAP))), STRIP
    rest = (height - EXPANDED - others * GAP) / others
    if rest >= COMPACT_LEAST:
        compact, gap = float(int(min(COMPACT_MOST, rest))), GAP
    else:
        room = (height - EXPANDED) / others - STRIP_GAP if not heat else STRIP
        compact, gap = float(int(max(STRIP, min(STRIP_MOST, room)))), STRIP_GAP
    expanded = min(EXPANDED_MOST, max(EXPANDED, height - others * (compact + gap)))
    return expanded, compact


class Division(NamedTuple):
    """Which CPUs have rows, whether all share a strip, heights of the focused and the other rows, the gap."""

    shown: tuple[int, ...]
    heat: bool
    heights: tuple[float, float]
    gap: float

    def height(self) -> float:
        """Of everything, the strip as low as it can be."""
        others = len(self.shown) - 1
        return self.heights[0] + others * (self.heights[1] + self.gap) + self.heat * (STRIP + self.gap)


def division(cpus: int, focused: int, space: float, width: float) -> Division:
    """Divide the space above the deck among the CPUs."""
    narrow = width < NARROW
    fitting = 1 + int((space - EXPANDED) // (COMPACT_LEAST + GAP))
    room = 8 if narrow else max(ROWS_BESIDE_HEAT, min(MOST_ROWS, fitting))
    strips = EXPANDED + (cpus - 1) * (STRIP + STRIP_GAP) <= space and cpus <= MOST_ROWS
    heat = cpus > room and (narrow or not strips)
    shown = (
        _shown_cpus(cpus, focused, room - 1 if narrow else ROWS_BESIDE_HEAT) if heat else tuple(range(cpus))
    )
    if space >= EXPANDED:
        heights = _row_heights(len(shown), heat, space, width)
        found = Division(
            shown, heat, heights, STRIP_GAP if heights[1] < COMPACT_LEAST and not narrow else GAP
        )
        if found.height() <= space:
            return found
    return _low_division(cpus, focused, space)


def _low_division(cpus: int, focused: int, space: float) -> Division:
    """The same where not all has room: the focused row is compact rather than cut, the others are strips."""
    each = (space + GAP) // cpus - GAP
    if each >= COMPACT_LEAST and space < EXPANDED:
        return Division(tuple(range(cpus)), False, (min(COMPACT_MOST, each),) * 2, GAP)
    line = STRIP + STRIP_GAP
    expanded = space >= EXPANDED + line * min(1, cpus - 1)
    least, most = (EXPANDED, EXPANDED_MOST) if expanded else (COMPACT, COMPACT_MOST)
    lines = max(0, int((space - least) // line))
    heat = cpus - 1 > lines > 0
    others = min(cpus - 1, lines - heat)
    tall = max(STRIP, min(most, space - line * (others + heat)))
    return Division(_shown_cpus(cpus, focused, 1 + others), heat, (tall, STRIP), STRIP_GAP)
