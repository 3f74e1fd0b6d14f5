"""More CPUs than rows: a strip with a cell for each CPU, its context and the fill of its rings.

Closer up each cell has its queues' fill and rate in numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Layer, Rect, Sketch, caps, mono
from viewer.picture.level import Level
from viewer.picture.regions.common import CONTEXTS, card, note
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role, Z

MOST_CELLS = 64
LINE_PX = 10.6
HOT = 0.75
"""A queue whose ring is so full is hot."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One receive queue: its number, descriptors written back, all descriptors, frames a second in words."""

    number: int
    filled: int
    count: int
    rate: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One CPU of the strip: context, fill of its rings (0 to 1), backlog, whether it has a row, queues, number."""

    cpu: int
    context: str
    fill: float
    backlog: int
    shown: bool
    queues: tuple[Queue, ...] = ()
    uid: int = 0

    @property
    def hot(self) -> bool:
        """Whether a ring is nearly full."""
        return self.fill >= HOT

    def sentence(self) -> str:
        """Its state in words."""
        state = "hot, " if self.hot else ""
        full = round(self.fill * 100)
        return f"CPU {self.cpu}: {state}{self.context}, rings {full} % full, backlog {self.backlog}."


@lru_cache(maxsize=24)
def heat_layer(cells: tuple[Cell, ...], area: Rect, level: Level = Level.OVERVIEW) -> Layer:
    """The strip of all CPUs."""
    sketch = Sketch("heat", area)
    card(sketch, area)
    low = area.h < 50.0
    if not low:
        sketch.write(area.x + 16.0, area.y + 20.0, caps("All CPUs"))
        words = "context, ring fill" + (", rate in pps" if level.slots else "")
        sketch.write(area.right - 14.0, area.y + 20.0, note(words), align=Align.RIGHT)
    shown = cells[:MOST_CELLS]
    dx = min(96.0, (area.w - 32.0) / max(1, len(shown)))
    top = area.y + (30.0 if not low else 3.0)
    height = area.bottom - top - (10.0 if not low else 3.0)
    for place, cell in enumerate(shown):
        _cell(sketch, cell, Rect(area.x + 16.0 + place * dx, top, dx - 4.0, height), level)
    return sketch.layer()


def _cell(sketch: Sketch, cell: Cell, box: Rect, level: Level) -> None:
    with sketch.thing(Thing(Kind.CPU, f"CPU {cell.cpu}", cell.uid, cell.sentence())):
        edge = Role.TEXT_SECONDARY if cell.hot else Role.CONTROL if cell.shown else Role.LINE_SUBTLE
        sketch.box(box, z=Z.STATION, radius=4.0, fill=Role.INPUT, stroke=edge)
        sketch.box(Rect(box.x, box.y, box.w, 4.0), z=Z.BAY, radius=2.0, fill=CONTEXTS[cell.context].fill)
        gauge = (box.h - 6.0) * min(1.0, cell.fill)
        listed = level.slots and bool(cell.queues)
        if gauge >= 1.0:
            width = 4.0 if listed else box.w - 4.0
            fill = Rect(box.x + 2.0, box.bottom - 1.0 - gauge, width, gauge)
            sketch.box(fill, z=Z.BAY, radius=2.0, fill=Role.CONTROL)
        if listed:
            _queues(sketch, cell, box, level)
        elif box.w >= 18.0 and box.h >= 18.0:
            weight = 700 if cell.hot else 600
            label = Run(str(cell.cpu), Type.MICRO, Face.UI, Role.TEXT, weight)
            sketch.write(box.cx, box.y + 4.0 + (box.h - 4.0) / 2.0, label, align=Align.CENTRE, middle=True)


def _queues(sketch: Sketch, cell: Cell, box: Rect, level: Level) -> None:
    """The CPU's number, then a block for each queue while there is room: name and fill, rate."""
    pitch = LINE_PX * level.text
    left, right, y = box.x + 8.0, box.right - 3.0, box.y + 4.0 + 0.8 * pitch
    room = right - left
    if y + 0.5 * pitch > box.bottom:
        return
    name = Run(f"CPU {cell.cpu}", Type.MICRO, Face.UI, Role.TEXT, 600).at(level)
    if name.width() > room:
        name = Run(str(cell.cpu), Type.MICRO, Face.UI, Role.TEXT, 600).at(level)
    sketch.write(left, y, name, middle=True, room=room)
    for queue in cell.queues:
        weight = 700 if queue.filled >= HOT * queue.count else 500
        fill = mono(f"{queue.filled}/{queue.count}", Role.TEXT, Type.MICRO, weight).at(level)
        label = mono(f"q{queue.number} ", Role.TEXT_TERTIARY, Type.MICRO).at(level)
        lines: list[tuple[Run, ...]] = (
            [(label, fill)] if label.width() + fill.width() <= room else [(label,), (fill,)]
        )
        lines += [(_rate(queue.rate, room, level),)] if queue.rate else []
        if y + (len(lines) + 0.5) * pitch > box.bottom:
            break
        for runs in lines:
            y += pitch
            sketch.write(left, y, *runs, middle=True, room=room)


def _rate(words: str, room: float, level: Level) -> Run:
    """A rate; without its unit, which the title has, where there is little room."""
    run = mono(words, Role.TEXT_SECONDARY, Type.MICRO).at(level)
    if run.width() <= room:
        return run
    return mono(words.removesuffix("pps"), Role.TEXT_SECONDARY, Type.MICRO).at(level)
