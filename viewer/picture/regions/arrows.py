"""What goes from one part to another: packets' ways between columns, wake-ups, interrupts between CPUs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from viewer.picture.items import Align, Dash, Kind, Points, Thing
from viewer.picture.layer import Layer, Rect, Sketch, ui
from viewer.theme.fonts import Type
from viewer.theme.tokens import Ink, Role, Z


class Tie(StrEnum):
    """What an arrow means; each has its pattern."""

    WAY = "way"
    WAKE = "wakeup"
    IPI = "IPI"
    TIMER = "timer"


_DASH = {Tie.WAY: Dash.SOLID, Tie.WAKE: Dash.SOLID, Tie.IPI: Dash.SHORT, Tie.TIMER: Dash.DOTTED}
_DEPTHS = {"arrows": Z.ARROW, "ways": Z.PACKET}
"""Signals lie over packets, the ways of packets under them and over the cards, the rest under the tracks."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow or a way.

    Attributes:
        tie: what it means.
        points: corners, or a cubic curve.
        ink: its colour.
        label: words beside its end, "" for none.
        grown: how much of it is drawn, 0 to 1.
        head: whether it ends in a head.
        curve: whether the points are a curve.
        width: of the line.
        name: for tests and tooltips.
    """

    tie: Tie
    points: Points
    ink: Ink
    label: str = ""
    grown: float = 1.0
    head: bool = True
    curve: bool = False
    width: float = 2.0
    name: str = ""


def _grown(points: Points, share: float) -> Points:
    """The first part of a line of straight pieces, by length."""
    if share >= 1.0:
        return points
    pieces = list(pairwise(points))
    lengths = [((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in pieces]
    left = max(1.0, sum(lengths) * share)
    out = [points[0]]
    for (a, b), length in zip(pieces, lengths, strict=True):
        if left <= length:
            part = left / length if length else 0.0
            out.append((a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part))
            return tuple(out)
        out.append(b)
        left -= length
    return tuple(out)


def _bounds(arrows: tuple[Arrow, ...]) -> Rect:
    xs = [x for arrow in arrows for x, _ in arrow.points]
    ys = [y for arrow in arrows for _, y in arrow.points]
    left, top = min(xs) - 16.0, min(ys) - 16.0
    return Rect(left, top, max(xs) + 160.0 - left, max(ys) + 16.0 - top)


@lru_cache(maxsize=24)
def arrows_layer(arrows: tuple[Arrow, ...], name: str = "arrows") -> Layer:
    """Arrows as a layer over the cards; ``arrows`` must not be empty."""
    sketch = Sketch(name, _bounds(arrows), _DEPTHS.get(name, Z.TRACK))
    for arrow in arrows:
        with sketch.thing(Thing(Kind.ARROW, arrow.name or arrow.tie.value)):
            points = arrow.points if arrow.curve else _grown(arrow.points, arrow.grown)
            sketch.line(
                points, arrow.ink, z=Z.ARROW, width=arrow.width, dash=_DASH[arrow.tie],
                corner=0.0 if arrow.curve else 10.0, curve=arrow.curve, head=arrow.head,
            )  # fmt: skip
            if arrow.label:
                x, y = arrow.points[-1]
                run = ui(arrow.label, Role.TEXT_SECONDARY, Type.SMALL)
                sketch.write(x + 12.0, y - 4.0, run, align=Align.LEFT)
    return sketch.layer()
