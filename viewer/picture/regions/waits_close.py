"""How programs wait, close up: the items of an epoll instance, the entries of wait queues, what a sweep asks."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Run
from viewer.picture.layer import Rect, Sketch
from viewer.picture.level import Level
from viewer.picture.regions.close import BETWEEN, RISE, Pairs, pitch, word, write_fields
from viewer.picture.regions.common import flow_or_grey
from viewer.theme.tokens import Role, Z


@dataclass(frozen=True, slots=True)
class Item:
    """An epitem.

    Attributes:
        fd: its descriptor.
        flow: of its socket, -1 before the first datagram.
        name: of its socket.
        on: the list that it is on, "" for none.
        events: what it is watched for.
        func: the callback on its socket's wait queue.
    """

    fd: int
    flow: int
    name: str
    on: str
    events: str
    func: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a wait queue: whom it wakes, by which function, and whether exclusively."""

    task: str
    func: str
    exclusive: bool


@dataclass(frozen=True, slots=True)
class PollerClose:
    """What an epoll instance shows close up."""

    level: Level
    items: tuple[Item, ...] = ()
    entries: tuple[Entry, ...] = ()
    fields: Pairs = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A descriptor that a sweep asks: number, flow, socket's name, datagrams that wait, the callback there."""

    fd: int
    flow: int
    name: str
    queued: int
    func: str


@dataclass(frozen=True, slots=True)
class SweepClose:
    """What a select or poll call shows close up."""

    level: Level
    asked: tuple[Asked, ...] = ()
    fields: Pairs = ()


def _listed(sketch: Sketch, rows: tuple[tuple[int, tuple[Run, ...]], ...], gap: Rect, level: Level) -> int:
    """A line for each thing with the dot of its flow, as many as fit; returns how many are shown.

    Words that find no room at a line's end are left out.
    """
    step = pitch(level)
    shown = min(len(rows), int((gap.h + 0.01) // step))
    radius = step * 0.27
    for line, (flow, runs) in enumerate(rows[:shown]):
        base = gap.y + line * step + step * RISE
        middle = base - step * 0.27
        ink = None if flow < 0 else flow_or_grey(flow)
        sketch.disc(
            gap.x + radius,
            middle,
            radius,
            ink,
            z=Z.BAY,
            width=0.8,
            stroke=Role.CONTROL if ink is None else None,
        )
        left = gap.x + 3.2 * radius
        fitting: list[Run] = []
        for run in runs:
            if sum(one.width() for one in (*fitting, run)) > gap.right - left:
                break
            fitting.append(run)
        if fitting:
            sketch.write(left, base, *fitting)
    return shown


def items_rows(items: tuple[Item, ...], level: Level) -> tuple[tuple[int, tuple[Run, ...]], ...]:
    """Each item's words, the most important first."""
    rows: list[tuple[int, tuple[Run, ...]]] = []
    for item in items:
        ready = Role.TEXT if item.on else Role.TEXT_TERTIARY
        runs = [word(f"{item.fd} ", level, Role.TEXT_TERTIARY), word(item.name, level, ready, 600)]
        if level.fields:
            more = (item.on, item.events, item.func)
            runs += [word(f"  {text}", level, Role.TEXT_SECONDARY) for text in more if text]
        elif item.on:
            runs.append(word(f" {item.on}", level))
        rows.append((item.flow, tuple(runs)))
    return tuple(rows)


def draw_items(sketch: Sketch, close: PollerClose, gap: Rect) -> int:
    """The epitems as a list; returns how many are shown."""
    return _listed(sketch, items_rows(close.items, close.level), gap, close.level)


def draw_tall_close(sketch: Sketch, close: PollerClose, x: float, y: float, width: float) -> None:
    """Fields around the ready list and the wait queue of a tall poller whose card begins at y."""
    level = close.level
    if level.fields:
        write_fields(sketch, close.fields, (Rect(x, y + 89.6, width, 15.6),))
    write_fields(sketch, _entries(close), (Rect(x, y + 153.4, width, 15.6 if level.fields else 9.7),), level)


def _entries(close: PollerClose) -> Pairs:
    """The wait queue's entries: names, and close by the functions that wake."""
    if not close.level.fields:
        return tuple((entry.task, "") for entry in close.entries) if len(close.entries) > 1 else ()
    return tuple(
        (entry.task, f"{entry.func}{' exclusive' if entry.exclusive else ''}") for entry in close.entries
    )


def draw_flat_close(sketch: Sketch, close: PollerClose, slot: Rect) -> None:
    """What a poller of three lines has room for between and under them."""
    x, width = slot.x + 16.0, slot.w - 28.0
    under = Rect(x, slot.y + 59.4, width, max(0.0, slot.bottom - 1.0 - slot.y - 59.4))
    if not close.level.fields:
        draw_items(sketch, close, under)
        return
    write_fields(sketch, close.fields, (Rect(x, slot.y + 23.4, width, 5.2),))
    write_fields(sketch, _entries(close), (Rect(x, slot.y + 41.8, width, 5.2),))
    draw_items(sketch, close, under)


def draw_sweep_close(sketch: Sketch, close: SweepClose, gap: Rect) -> None:
    """The call's fields and the sockets that it asks."""
    if close.level.fields:
        used = min(2, int(gap.h // pitch(close.level))) * pitch(close.level) if close.fields else 0.0
        write_fields(sketch, close.fields, (gap._replace(h=used),))
        gap = gap._replace(y=gap.y + used, h=gap.h - used)
    rows: list[tuple[int, tuple[Run, ...]]] = []
    for one in close.asked:
        ink = Role.TEXT if one.queued else Role.TEXT_TERTIARY
        runs = [word(f"{one.fd} ", close.level, Role.TEXT_TERTIARY), word(one.name, close.level, ink, 600)]
        runs.append(word(f"  {one.queued} queued", close.level))
        if close.level.fields and one.func:
            runs.append(word(f"{BETWEEN}{one.func}", close.level))
        rows.append((one.flow, tuple(runs)))
    _listed(sketch, tuple(rows), gap, close.level)
