"""What the parts share close up: small words, and rows of fields that fill the room which an object leaves.

A field is a name and a value, verbatim as the kernel names them. Fields come in the order of their importance; what
finds no room is left out, from the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from viewer.picture.items import Align, Run
from viewer.picture.layer import Rect, Sketch, mono
from viewer.picture.level import Level
from viewer.theme.fonts import Type
from viewer.theme.tokens import Ink, Role, Z

Pair = tuple[str, str]
"""A field's name and its value; a name alone is a word."""

Pairs = tuple[Pair, ...]

SLOT_PX = 9.6
"""From line to line of the words of slots."""

FIELD_PX = 5.2
"""From line to line of fields."""

RISE = 0.75
"""How much of a line lies above its base."""

BETWEEN = "   "


def fine(text: str, ink: Ink = Role.TEXT_SECONDARY, weight: int = 500) -> Run:
    """A kernel word beside a slot: drawn from the level of slots on."""
    return mono(text, ink, Type.MICRO, weight).at(Level.SLOTS)


def tiny(text: str, ink: Ink = Role.TEXT_SECONDARY, weight: int = 500) -> Run:
    """A kernel word of a field: drawn at the level of fields."""
    return mono(text, ink, Type.MICRO, weight).at(Level.FIELDS)


def word(text: str, level: Level, ink: Ink = Role.TEXT_SECONDARY, weight: int = 500) -> Run:
    """A kernel word as small as a level has it."""
    return mono(text, ink, Type.MICRO, weight).at(level)


def pitch(level: Level) -> float:
    """From line to line of a level's small words, px of the scene."""
    return FIELD_PX if level.fields else SLOT_PX


def bases(gap: Rect, level: Level) -> Iterator[float]:
    """The base lines that fit into a gap, from its top down."""
    step = pitch(level)
    for line in range(int((gap.h + 0.01) // step)):
        yield gap.y + line * step + step * RISE


def write_fields(
    sketch: Sketch,
    pairs: Pairs,
    gaps: tuple[Rect, ...],
    level: Level = Level.FIELDS,
    *,
    columns: bool = False,
) -> int:
    """Write fields into gaps, as many on a line as fit, or one a line if ``columns``, the values right.

    A field that is wider than a line is left out.

    Returns:
        How many fields were written or left out for their width.
    """
    at = 0
    for gap in gaps:
        for base in bases(gap, level):
            if at == len(pairs):
                return at
            if columns:
                _row(sketch, pairs[at], gap, base, level)
                at += 1
            else:
                at = _line(sketch, pairs, at, gap, base, level)
    return at


def _runs(pair: Pair, level: Level) -> tuple[Run, ...]:
    name, value = pair
    if not value:
        return (word(name, level, Role.TEXT),)
    return word(name, level, Role.TEXT_TERTIARY), word(f" {value}", level, Role.TEXT)


def _wide(runs: tuple[Run, ...]) -> float:
    return sum(run.width() for run in runs)


def _line(sketch: Sketch, pairs: Pairs, at: int, gap: Rect, base: float, level: Level) -> int:
    """One line from the field ``at`` on; returns the first that is left for the next line."""
    line: list[Run] = []
    while at < len(pairs):
        runs = _runs(pairs[at], level)
        more = (word(BETWEEN, level), *runs) if line else runs
        if _wide((*line, *more)) > gap.w:
            if line:
                break
            at += 1  # too wide for any line
            continue
        line += more
        at += 1
    if line:
        sketch.write(gap.x, base, *line, room=gap.w)
    return at


def _row(sketch: Sketch, pair: Pair, gap: Rect, base: float, level: Level) -> None:
    """A field on a line of its own: the name left, the value right; the value alone where both do not fit."""
    name, value = word(pair[0], level, Role.TEXT_TERTIARY), word(pair[1], level, Role.TEXT)
    if not pair[1] or name.width() + value.width() + 2.0 > gap.w:
        sketch.write(gap.x, base, *_runs(pair, level), room=gap.w)
        return
    sketch.write(gap.x, base, name)
    sketch.write(gap.right, base, value, align=Align.RIGHT)


def brackets(sketch: Sketch, names: tuple[tuple[str, float], ...], band: Rect, ink: Ink) -> None:
    """Calls inside each other as nested brackets over the track: the outermost on top, the innermost lit.

    Args:
        sketch: where to draw.
        names: function and the x from which it is on the stack, outermost first.
        band: the room; where it is too low the outermost calls are left out.
        ink: the colour of the innermost bracket.
    """
    step = FIELD_PX - 0.5
    shown = names[-max(0, int(band.h // step)) :] if band.h >= step else ()
    if not shown:
        return
    lefts = [max(band.x, x) for _, x in shown]
    for at, (one, other) in enumerate(pairwise(lefts)):
        lefts[at + 1] = max(other, one + 2.5)
    last = len(shown) - 1
    runs = [
        tiny(f"{name}()", Role.TEXT if at == last else Role.TEXT_SECONDARY, 600 if at == last else 500)
        for at, (name, _) in enumerate(shown)
    ]
    wanted = max(left + run.width() + 3.0 for left, run in zip(lefts, runs, strict=True))
    over = max(0.0, wanted + 2.0 * last - band.right)
    end = min(band.right - 2.0 * last, wanted)
    top = band.bottom - len(shown) * step
    for at, (left, run) in enumerate(zip(lefts, runs, strict=True)):
        x, y, far = max(band.x, left - over), top + at * step, end + 2.0 * (last - at)
        tone = ink if at == last else Role.CONTROL
        sketch.line(((x, y + 3.4), (x, y), (far, y), (far, y + 3.4)), tone, z=Z.BAY, width=0.5)
        sketch.write(x + 1.5, y + 4.0, run, room=far - x)
