"""The column of wait queues and programs: how they wait, and each thread with its state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from viewer.picture.items import Align, Kind, Thing
from viewer.picture.layer import Layer, Rect, Sketch, mono, ui
from viewer.picture.regions.apps_close import TaskClose, draw_line_close, draw_task_close
from viewer.picture.regions.common import CONTEXTS, card, note, strong, width_of
from viewer.picture.regions.waits import Poller, Sweep, draw_poller, draw_sweep
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role, Z

TASK_PX = 48.0
LIST_LEAST = 33.0
"""Height of a list of one task."""

LINE_PX = 24.0
FLAT_PX = 62.0
"""A thread's card that is lower has two lines: its name, and its state."""

APART_PX = 6.0
"""Least room between a name and what stands at the right of it."""


class TaskState(StrEnum):
    """Whether a thread has a CPU."""

    RUNNING = "running"
    RUNNABLE = "runnable"
    SLEEPING = "sleeping"
    DEAD = "exited"


@dataclass(frozen=True, slots=True)
class Task:
    """A thread.

    Attributes:
        name: its comm.
        uid: its number in the timeline.
        call: system call it is in, "" in user mode.
        state: whether it has a CPU.
        cpu: where it runs or last ran.
        context: colour of its dot while it runs, as ``schema.Where``.
        messages: messages read so far.
        close: what is added close up.
    """

    name: str
    uid: int
    call: str
    state: TaskState
    cpu: int
    context: str = "syscall"
    messages: int = 0
    close: TaskClose | None = None

    def sentence(self) -> str:
        """Its state in words."""
        where = f" on CPU {self.cpu}" if self.state is not TaskState.SLEEPING else ""
        call = f" in {self.call}" if self.call else ""
        return f"{self.name}: {self.state}{where}{call}, {self.messages} messages read."


@dataclass(frozen=True, slots=True)
class Apps:
    """The column's values."""

    pollers: tuple[Poller, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    tasks: tuple[Task, ...] = ()


def _dot(sketch: Sketch, task: Task, x: float, y: float) -> None:
    """Running is a disc, runnable a dot in a ring, sleeping a ring."""
    match task.state:
        case TaskState.RUNNING:
            sketch.disc(x, y, 4.5, CONTEXTS[task.context].fill, z=Z.BAY)
        case TaskState.RUNNABLE:
            sketch.disc(x, y, 4.5, None, z=Z.BAY, stroke=Role.TEXT)
            sketch.disc(x, y, 2.0, Role.TEXT, z=Z.BAY)
        case TaskState.SLEEPING:
            sketch.disc(x, y, 4.5, None, z=Z.BAY, stroke=Role.TEXT_SECONDARY)
        case TaskState.DEAD:
            sketch.line(((x - 4.0, y), (x + 4.0, y)), Role.TEXT_TERTIARY, z=Z.BAY)


def _state_words(task: Task) -> str:
    with_cpu = task.state in (TaskState.RUNNING, TaskState.RUNNABLE)
    return f"{task.state} · CPU {task.cpu}" if with_cpu else task.state.value


def _task(sketch: Sketch, task: Task, slot: Rect) -> None:
    with sketch.thing(Thing(Kind.TASK, task.name, task.uid, task.sentence())):
        card(sketch, slot)
        x = slot.x + 16.0
        low = slot.h < 80.0
        name = strong(task.name)
        flat = slot.h < FLAT_PX  # its two lines stand in its middle
        head = slot.h / 2.0 - 7.0 if flat else 20.0 if low else 27.0
        sketch.write(x, slot.y + head, name, room=slot.w - 24.0)
        if task.close is not None:
            under = (head + 20.5,) if flat else (38.0, 57.0) if low else (49.0, 73.0)
            lines = (head, *under)
            bases = tuple(slot.y + line for line in lines)
            draw_task_close(sketch, task.close, slot, bases, x + width_of(name))
        if flat:
            _dot(sketch, task, x + 4.0, slot.y + head + 16.0)
            words = ui(_state_words(task), Role.TEXT_SECONDARY, Type.SMALL)
            sketch.write(x + 15.0, slot.y + head + 16.0, words, middle=True, room=slot.w - 34.0)
            return
        call = mono(task.call or "user mode", Role.TEXT_SECONDARY, Type.SMALL)
        sketch.write(x, slot.y + (38.0 if low else 49.0), call, room=slot.w - 20.0)
        y = slot.y + (53.0 if low else 68.0)
        _dot(sketch, task, x + 4.0, y)
        words = ui(_state_words(task), Role.TEXT_SECONDARY, Type.SMALL if low else Type.BODY)
        sketch.write(x + 15.0, y, words, middle=True, room=slot.w - 34.0)


def _task_line(sketch: Sketch, task: Task, x: float, y: float, width: float) -> None:
    with sketch.thing(Thing(Kind.TASK, task.name, task.uid, task.sentence())):
        sketch.box(Rect(x, y - LINE_PX / 2.0, width, LINE_PX))
        _dot(sketch, task, x + 5.0, y)
        name = ui(task.name, Role.TEXT, Type.SMALL, 600)
        sketch.write(x + 16.0, y, name, middle=True)
        where = (
            f"CPU {task.cpu}" if task.state in (TaskState.RUNNING, TaskState.RUNNABLE) else task.state.value
        )
        words = ui(where, Role.TEXT_TERTIARY, Type.SMALL)
        if 16.0 + width_of(name) + APART_PX + width_of(words) <= width:  # else the dot says it
            sketch.write(x + width, y, words, align=Align.RIGHT, middle=True)
        if task.close is not None:
            draw_line_close(sketch, task.close, Rect(x + 16.0, y + 5.5, width - 16.0, LINE_PX - 11.5))


def _task_list(sketch: Sketch, tasks: tuple[Task, ...], area: Rect) -> None:
    card(sketch, area)
    room = max(1, int((area.h - 12.0) // LINE_PX))
    pad = 14.0 if area.w >= 140.0 else 10.0
    shown = tasks if len(tasks) <= room else tasks[: room - 1]
    for place, task in enumerate(shown):
        _task_line(sketch, task, area.x + pad, area.y + 6.0 + (place + 0.5) * LINE_PX, area.w - 2.0 * pad)
    more = tasks[len(shown) :]
    if more:
        running = sum(task.state is TaskState.RUNNING for task in more)
        words = note(f"+{len(more)} threads, {running} running")
        if width_of(words) > area.w - 2.0 * pad:
            words = note(f"+{len(more)}, {running} running")
        y = area.y + 6.0 + (len(shown) + 0.5) * LINE_PX
        sketch.write(area.x + pad, y, words, middle=True)


def apps_slots(apps: Apps, slots: tuple[Rect, ...]) -> tuple[tuple[Rect, ...], tuple[Rect, ...], Rect | None]:
    """Rectangles of pollers and sweeps, of tasks with a card, and of the list of tasks if they are many."""
    whole = Rect(slots[0].x, slots[0].y, slots[0].w, slots[-1].bottom - slots[0].y)
    heads = len(apps.pollers) + len(apps.sweeps)
    gap = 8.0
    if heads == 0:
        tops: tuple[Rect, ...] = ()
        below = whole
    elif heads == 1:
        tops = (slots[0],)
        below = Rect(whole.x, slots[0].bottom + gap, whole.w, whole.bottom - slots[0].bottom - gap)
    else:
        shown = min(heads, 4)
        each = float(int((slots[0].h + gap) / min(shown, 3) - gap))
        tops = tuple(Rect(whole.x, whole.y + at * (each + gap), whole.w, each) for at in range(shown))
        below = Rect(whole.x, tops[-1].bottom + gap, whole.w, whole.bottom - tops[-1].bottom - gap)
    count = len(apps.tasks)
    aligned = heads == 1 and count <= len(slots) - 1
    if aligned:
        return tops, slots[1 : 1 + count], None
    fit = int((below.h + gap) // (TASK_PX + gap))
    if count and count <= fit:
        each = float(int(min(88.0, (below.h + gap) / count - gap)))
        return (
            tops,
            tuple(Rect(below.x, below.y + at * (each + gap), below.w, each) for at in range(count)),
            None,
        )
    return tops, (), below if count and below.h >= LIST_LEAST else None


@lru_cache(maxsize=24)
def apps_layer(apps: Apps, slots: tuple[Rect, ...]) -> Layer:
    """The column of wait queues and programs."""
    whole = Rect(slots[0].x, slots[0].y, slots[0].w, slots[-1].bottom - slots[0].y)
    sketch = Sketch("apps", whole.inset(-6.0))
    tops, cards, listing = apps_slots(apps, slots)
    heads: list[Poller | Sweep] = [*apps.pollers, *apps.sweeps]
    for head, slot in zip(heads, tops, strict=False):
        if isinstance(head, Sweep):
            draw_sweep(sketch, head, slot)
        else:
            draw_poller(sketch, head, slot)
    for task, slot in zip(apps.tasks, cards, strict=False):
        _task(sketch, task, slot)
    if listing is not None:
        _task_list(sketch, apps.tasks, listing)
    if not heads and not apps.tasks:
        card(sketch, slots[0])
        sketch.write(slots[0].cx, slots[0].cy, note("no program"), align=Align.CENTRE, middle=True)
    return sketch.layer()
