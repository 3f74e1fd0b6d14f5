"""More CPUs than rows: a strip with a cell for each CPU, its context and the fill of its rings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Layer, Rect, Sketch, caps
from viewer.picture.regions.common import CONTEXTS, card, note
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role, Z

MOST_CELLS = 64


@dataclass(frozen=True, slots=True)
class Cell:
    """One CPU of the strip: context, fill of its rings (0 to 1), backlog, and whether it has a row above."""

    cpu: int
    context: str
    fill: float
    backlog: int
    shown: bool


@lru_cache(maxsize=256)
def heat_layer(cells: tuple[Cell, ...], area: Rect) -> Layer:
    """The strip of all CPUs."""
    sketch = Sketch("heat", area)
    card(sketch, area)
    low = area.h < 50.0
    if not low:
        sketch.write(area.x + 16.0, area.y + 20.0, caps("All CPUs"))
        sketch.write(area.right - 14.0, area.y + 20.0, note("context, ring fill"), align=Align.RIGHT)
    shown = cells[:MOST_CELLS]
    room = area.w - 32.0
    dx = min(96.0, room / max(1, len(shown)))
    top = area.y + (30.0 if not low else 3.0)
    height = area.bottom - top - (10.0 if not low else 3.0)
    for place, cell in enumerate(shown):
        box = Rect(area.x + 16.0 + place * dx, top, dx - 4.0, height)
        look = CONTEXTS[cell.context]
        sentence = (
            f"CPU {cell.cpu}: {cell.context}, rings {round(cell.fill * 100)} % full, backlog {cell.backlog}."
        )
        with sketch.thing(Thing(Kind.CPU, f"CPU {cell.cpu}", 0, sentence)):
            edge = Role.CONTROL if cell.shown else Role.LINE_SUBTLE
            sketch.box(box, z=Z.STATION, radius=4.0, fill=Role.INPUT, stroke=edge)
            sketch.box(Rect(box.x, box.y, box.w, 4.0), z=Z.BAY, radius=2.0, fill=look.fill)
            level = (box.h - 6.0) * min(1.0, cell.fill)
            if level >= 1.0:
                fill = Rect(box.x + 2.0, box.bottom - 1.0 - level, box.w - 4.0, level)
                sketch.box(fill, z=Z.BAY, radius=2.0, fill=Role.CONTROL)
            if dx >= 22.0 and height >= 18.0:
                label = Run(str(cell.cpu), Type.MICRO, Face.UI, Role.TEXT, 600)
                sketch.write(
                    box.cx, box.y + 4.0 + (box.h - 4.0) / 2.0, label, align=Align.CENTRE, middle=True
                )
    return sketch.layer()
