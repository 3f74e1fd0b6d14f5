"""Wait queues and programs: epoll instances with ready lists, select sweeps, threads with their state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from viewer.picture.items import Align, Dash, Kind, Thing
from viewer.picture.layer import Layer, Rect, Sketch, mono, ui
from viewer.picture.regions.common import CONTEXTS, card, flow_mark, note, strong
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role, Z

MOST_CHIPS = 4
MOST_MARKS = 5
TASK_PX = 66.0
LINE_PX = 24.0


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
    """

    name: str
    uid: int
    call: str
    state: TaskState
    cpu: int
    context: str = "syscall"
    messages: int = 0

    def sentence(self) -> str:
        """Its state in words."""
        where = f" on CPU {self.cpu}" if self.state is not TaskState.SLEEPING else ""
        call = f" in {self.call}" if self.call else ""
        return f"{self.name}: {self.state}{where}{call}, {self.messages} messages read."


@dataclass(frozen=True, slots=True)
class Poller:
    """An epoll instance.

    Attributes:
        uid: its number in the timeline.
        fd: its descriptor.
        ready: (flow, socket's name) of the items on rdllist, in order.
        ready_count: items on rdllist.
        waiters: names of the tasks in its wait queue.
        watched: flows of the sockets it watches, -1 where none came yet.
        items: descriptors it watches.
        scanning: whether a transfer runs and ovflist is in use.
    """

    uid: int
    fd: int
    ready: tuple[tuple[int, str], ...]
    ready_count: int
    waiters: tuple[str, ...]
    watched: tuple[int, ...]
    items: int
    scanning: bool = False

    def sentence(self) -> str:
        """Its state in words."""
        who = ", ".join(self.waiters) or "no waiter"
        return f"eventpoll fd {self.fd}: {self.ready_count} of {self.items} ready, {who}."


@dataclass(frozen=True, slots=True)
class Sweep:
    """A select or poll call of a thread: how many descriptors it watches, scanned so far, and found ready."""

    task: str
    uid: int
    call: str
    fds: int
    scanned: int
    ready: int
    flow: int = -1


@dataclass(frozen=True, slots=True)
class Apps:
    """The column's values."""

    pollers: tuple[Poller, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    tasks: tuple[Task, ...] = ()


def _chips(sketch: Sketch, poller: Poller, x: float, y: float, width: float) -> None:
    sketch.box(Rect(x, y, width, 30.0), z=Z.STATION, radius=6.0, fill=Role.INPUT, stroke=Role.LINE_STRONG)
    if not poller.ready_count:
        sketch.write(x + width / 2.0, y + 15.0, note("empty"), align=Align.CENTRE, middle=True)
        return
    shown = poller.ready[:MOST_CHIPS]
    for place, (flow, _name) in enumerate(shown):
        if flow >= 0:
            flow_mark(sketch, x + 17.0 + place * 22.0, y + 15.0, flow)
        else:
            sketch.disc(x + 17.0 + place * 22.0, y + 15.0, 7.0, Role.TEXT_SECONDARY, z=Z.BAY)
    more = poller.ready_count - len(shown)
    if len(shown) == 1 and not more:
        sketch.write(x + 32.0, y + 15.0, mono("EPOLLIN", Role.TEXT, Type.SMALL), middle=True)
    elif more:
        sketch.write(x + width - 8.0, y + 15.0, note(f"+{more}"), align=Align.RIGHT, middle=True)


def _waiters(sketch: Sketch, poller: Poller, x: float, y: float, width: float) -> None:
    box = Rect(x, y, width, 30.0)
    if not poller.waiters:
        sketch.box(box, z=Z.STATION, radius=6.0, stroke=Role.LINE_STRONG, dash=Dash.SHORT)
        sketch.write(box.cx, box.cy, note("no waiter"), align=Align.CENTRE, middle=True)
        return
    sketch.box(box, z=Z.STATION, radius=6.0, fill=Role.INPUT, stroke=Role.LINE_STRONG)
    text = poller.waiters[0] if len(poller.waiters) == 1 else f"{len(poller.waiters)} waiters"
    sketch.disc(x + 14.0, box.cy, 4.0, None, z=Z.BAY, stroke=Role.TEXT_SECONDARY)
    sketch.write(x + 26.0, box.cy, ui(text, Role.TEXT, Type.SMALL, 600), middle=True, room=width - 30.0)


def _tall_poller(sketch: Sketch, poller: Poller, slot: Rect) -> None:
    with sketch.thing(Thing(Kind.EPOLL, f"eventpoll {poller.fd}", poller.uid, poller.sentence())):
        card(sketch, slot)
        x, width = slot.x + 16.0, slot.w - 32.0
        sketch.write(x, slot.y + 24.0, strong("eventpoll"))
        sketch.write(
            slot.right - 14.0,
            slot.y + 24.0,
            mono(f"epfd {poller.fd}", Role.TEXT_TERTIARY),
            align=Align.RIGHT,
            room=slot.w - 100.0,
        )
        sketch.write(x, slot.y + 50.0, mono("rdllist", Role.TEXT_TERTIARY))
        _chips(sketch, poller, x, slot.y + 58.0, width)
        sketch.write(x, slot.y + 114.0, mono("wq", Role.TEXT_TERTIARY))
        _waiters(sketch, poller, x, slot.y + 122.0, width)
        if slot.h < 210.0:
            return
        sketch.write(x, slot.y + 178.0, mono("poll_wait", Role.TEXT_TERTIARY))
        for place, flow in enumerate(poller.watched[:MOST_MARKS]):
            at = x + 9.0 + place * 25.0
            if flow >= 0:
                flow_mark(sketch, at, slot.y + 197.0, flow)
            else:
                sketch.disc(at, slot.y + 197.0, 7.0, None, z=Z.BAY, stroke=Role.LINE_STRONG)
        more = poller.items - min(len(poller.watched), MOST_MARKS)
        if more > 0 and slot.h >= 232.0:
            sketch.write(x, slot.y + 224.0, note(f"+{more} descriptors"))


def _flat_poller(sketch: Sketch, poller: Poller, slot: Rect) -> None:
    with sketch.thing(Thing(Kind.EPOLL, f"eventpoll {poller.fd}", poller.uid, poller.sentence())):
        card(sketch, slot)
        x = slot.x + 16.0
        sketch.write(x, slot.y + 20.0, strong("eventpoll"))
        sketch.write(
            slot.right - 14.0,
            slot.y + 20.0,
            mono(f"epfd {poller.fd}", Role.TEXT_TERTIARY),
            align=Align.RIGHT,
            room=slot.w - 100.0,
        )
        ready = ui(f"{poller.ready_count} of {poller.items} ready", Role.TEXT_SECONDARY, Type.SMALL)
        sketch.write(x, slot.y + 39.0, ready)
        who = f"{len(poller.waiters)} waiting" if poller.waiters else "no waiter"
        sketch.write(x, slot.y + 56.0, ui(who, Role.TEXT_TERTIARY, Type.SMALL), room=slot.w - 20.0)


def _sweep(sketch: Sketch, sweep: Sweep, slot: Rect) -> None:
    """A cell for each descriptor; the scanned ones are filled, the ready one has its flow's colour."""
    sentence = f"{sweep.call} of {sweep.task}: {sweep.scanned} of {sweep.fds} scanned, {sweep.ready} ready."
    with sketch.thing(Thing(Kind.SELECT, f"{sweep.call} {sweep.task}", sweep.uid, sentence)):
        card(sketch, slot)
        x, width = slot.x + 16.0, slot.w - 32.0
        sketch.write(x, slot.y + 24.0, strong(sweep.call))
        sketch.write(
            slot.right - 14.0,
            slot.y + 24.0,
            ui(sweep.task, Role.TEXT_TERTIARY, Type.SMALL),
            align=Align.RIGHT,
        )
        columns = 16
        cells = min(sweep.fds, 128 if slot.h > 160.0 else 32)
        each = max(1, -(-sweep.fds // max(1, cells)))
        dx = width / columns
        fills = tuple(
            Role.CONTROL if at * each < sweep.scanned else None for at in range(-(-sweep.fds // each))
        )
        first = Rect(x, slot.y + 36.0, max(3.0, dx - 2.0), 12.0)
        sketch.cells(first, columns, dx, 14.0, fills, radius=2.0, empty=Role.LINE_STRONG)
        rows = -(-len(fills) // columns)
        y = slot.y + 36.0 + rows * 14.0 + 14.0
        sketch.write(x, y, ui(f"{sweep.scanned} of {sweep.fds} scanned", Role.TEXT_SECONDARY, Type.SMALL))
        if y + 24.0 < slot.bottom:
            ready = (ui(f"{sweep.ready} ready", Role.TEXT, Type.SMALL, 600),)
            sketch.write(x + (24.0 if sweep.flow >= 0 else 0.0), y + 22.0, *ready)
            if sweep.flow >= 0:
                flow_mark(sketch, x + 8.0, y + 18.0, sweep.flow)


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
        sketch.write(x, slot.y + (20.0 if low else 27.0), strong(task.name), room=slot.w - 24.0)
        if slot.h < 62.0:
            _dot(sketch, task, x + 4.0, slot.y + 38.0)
            words = ui(_state_words(task), Role.TEXT_SECONDARY, Type.SMALL)
            sketch.write(x + 15.0, slot.y + 38.0, words, middle=True, room=slot.w - 34.0)
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
        sketch.write(x + 16.0, y, ui(task.name, Role.TEXT, Type.SMALL, 600), middle=True)
        where = (
            f"CPU {task.cpu}" if task.state in (TaskState.RUNNING, TaskState.RUNNABLE) else task.state.value
        )
        sketch.write(x + width, y, ui(where, Role.TEXT_TERTIARY, Type.SMALL), align=Align.RIGHT, middle=True)


def _task_list(sketch: Sketch, tasks: tuple[Task, ...], area: Rect) -> None:
    card(sketch, area)
    room = max(1, int((area.h - 12.0) // LINE_PX))
    shown = tasks if len(tasks) <= room else tasks[: room - 1]
    for place, task in enumerate(shown):
        _task_line(sketch, task, area.x + 14.0, area.y + 6.0 + (place + 0.5) * LINE_PX, area.w - 28.0)
    more = tasks[len(shown) :]
    if more:
        running = sum(task.state is TaskState.RUNNING for task in more)
        words = note(f"+{len(more)} threads, {running} running")
        y = area.y + 6.0 + (len(shown) + 0.5) * LINE_PX
        sketch.write(area.x + 14.0, y, words, middle=True)


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
    return tops, (), below if count else None


@lru_cache(maxsize=256)
def apps_layer(apps: Apps, slots: tuple[Rect, ...]) -> Layer:
    """The column of wait queues and programs."""
    whole = Rect(slots[0].x, slots[0].y, slots[0].w, slots[-1].bottom - slots[0].y)
    sketch = Sketch("apps", whole.inset(-6.0))
    tops, cards, listing = apps_slots(apps, slots)
    heads: list[Poller | Sweep] = [*apps.pollers, *apps.sweeps]
    for head, slot in zip(heads, tops, strict=False):
        if isinstance(head, Sweep):
            _sweep(sketch, head, slot)
        elif slot.h >= 160.0:
            _tall_poller(sketch, head, slot)
        else:
            _flat_poller(sketch, head, slot)
    for task, slot in zip(apps.tasks, cards, strict=False):
        _task(sketch, task, slot)
    if listing is not None:
        _task_list(sketch, apps.tasks, listing)
    if not heads and not apps.tasks:
        card(sketch, slots[0])
        sketch.write(slots[0].cx, slots[0].cy, note("no program"), align=Align.CENTRE, middle=True)
    return sketch.layer()
