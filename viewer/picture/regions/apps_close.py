"""A thread close up: the system call with the time in it, and the fields of its task_struct."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Align
from viewer.picture.layer import Rect, Sketch
from viewer.picture.level import Level
from viewer.picture.regions.close import Pairs, fine, write_fields
from viewer.theme.tokens import Role


@dataclass(frozen=True, slots=True)
class TaskClose:
    """What a thread shows close up: its call, how long it has been in it (both "" in user mode), its fields."""

    level: Level
    call: str = ""
    elapsed: str = ""
    fields: Pairs = ()


def draw_task_close(
    sketch: Sketch, close: TaskClose, slot: Rect, lines: tuple[float, ...], named: float
) -> None:
    """The call at the right of the name, or fields between a card's lines.

    Args:
        sketch: where to draw.
        close: what to tell.
        slot: the card.
        lines: base lines of what stands on the card, top down.
        named: where the name ends.
    """
    x, right = slot.x + 16.0, slot.right - 8.0
    if not close.level.fields:
        _call(sketch, close, named + 6.0, right, lines[0])
        return
    beside = Rect(named + 8.0, lines[0] - 10.0, right - named - 8.0, 10.4)
    gaps: list[Rect] = []
    ends = (*(line - 10.2 for line in lines[1:]), slot.bottom - 1.0)
    for base, end in zip(lines, ends, strict=True):
        top = base + 3.4
        if end - top >= 5.2:
            gaps.append(Rect(x, top, right - x, end - top))
    write_fields(sketch, close.fields, (*gaps[:1], beside, *gaps[1:]))


def draw_line_close(sketch: Sketch, close: TaskClose, gap: Rect) -> None:
    """The call with its time, or fields, between a list's lines."""
    if close.level.fields:
        write_fields(sketch, close.fields, (gap,))
    elif close.call:
        write_fields(sketch, ((close.call, close.elapsed),), (gap,), close.level)


def _call(sketch: Sketch, close: TaskClose, left: float, right: float, y: float) -> None:
    """Call and time, or of the two what has room: the time first."""
    call, time = fine(close.call, Role.TEXT_SECONDARY), fine(close.elapsed, Role.TEXT, 600)
    space = fine(" ")
    for runs in ((call, space, time), (time,), (call,)):
        if all(run.text for run in runs) and sum(run.width() for run in runs) <= right - left:
            sketch.write(right, y, *runs, align=Align.RIGHT)
            return
