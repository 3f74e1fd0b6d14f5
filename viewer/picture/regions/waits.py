"""How programs wait: epoll instances with ready list and sleepers, and the sweeps of select and poll."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Align, Dash, Kind, Thing
from viewer.picture.layer import Rect, Sketch, mono, ui
from viewer.picture.regions.common import card, flow_mark, note, strong, width_of
from viewer.picture.regions.waits_close import (
    PollerClose,
    SweepClose,
    draw_flat_close,
    draw_items,
    draw_sweep_close,
    draw_tall_close,
)
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role, Z

MOST_CHIPS = 4
MOST_MARKS = 5
FLAT_CHIPS = 2
COLUMNS = 16
MOST_ROWS = 8
TALL = 160.0


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
        owner: name of the program.
        close: what is added close up.
    """

    uid: int
    fd: int
    ready: tuple[tuple[int, str], ...]
    ready_count: int
    waiters: tuple[str, ...]
    watched: tuple[int, ...]
    items: int
    scanning: bool = False
    owner: str = ""
    close: PollerClose | None = None

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
    close: SweepClose | None = None


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
        if poller.close is not None:
            draw_tall_close(sketch, poller.close, x, slot.y, width)
        if slot.h < 210.0:
            return
        sketch.write(x, slot.y + 178.0, mono("poll_wait", Role.TEXT_TERTIARY))
        if poller.close is not None:
            _items(sketch, poller, poller.close, Rect(x, slot.y + 183.0, width, slot.h - 184.0))
            return
        for place, flow in enumerate(poller.watched[:MOST_MARKS]):
            at = x + 9.0 + place * 25.0
            if flow >= 0:
                flow_mark(sketch, at, slot.y + 197.0, flow)
            else:
                sketch.disc(at, slot.y + 197.0, 7.0, None, z=Z.BAY, stroke=Role.LINE_STRONG)
        more = poller.items - min(len(poller.watched), MOST_MARKS)
        if more > 0 and slot.h >= 232.0:
            sketch.write(x, slot.y + 224.0, note(f"+{more} descriptors"))


def _items(sketch: Sketch, poller: Poller, close: PollerClose, gap: Rect) -> None:
    """The watched descriptors as a list, with the number of those that are not shown."""
    shown = draw_items(sketch, close, gap)
    more = poller.items - shown
    if more > 0:
        words = mono(f"+{more}", Role.TEXT_TERTIARY, Type.MICRO)
        sketch.write(gap.right, gap.y - 5.0, words, align=Align.RIGHT)


def _flat_poller(sketch: Sketch, poller: Poller, slot: Rect) -> None:
    with sketch.thing(Thing(Kind.EPOLL, f"eventpoll {poller.fd}", poller.uid, poller.sentence())):
        card(sketch, slot)
        x = slot.x + 16.0
        sketch.write(x, slot.y + 20.0, strong("eventpoll"))
        sketch.write(
            slot.right - 14.0,
            slot.y + 20.0,
            ui(poller.owner or f"epfd {poller.fd}", Role.TEXT_TERTIARY, Type.SMALL),
            align=Align.RIGHT,
            room=slot.w - 100.0,
        )
        ready = ui(f"{poller.ready_count} of {poller.items} ready", Role.TEXT_SECONDARY, Type.SMALL)
        sketch.write(x, slot.y + 39.0, ready)
        room = int((slot.right - 33.0 - x - width_of(ready)) // 17.0) + 1
        marks = [flow for flow, _ in poller.ready if flow >= 0][: max(0, min(FLAT_CHIPS, room))]
        for place, flow in enumerate(reversed(marks)):
            flow_mark(sketch, slot.right - 22.0 - place * 17.0, slot.y + 35.0, flow, 14.0)
        who = f"{len(poller.waiters)} waiting" if poller.waiters else "no waiter"
        sketch.write(x, slot.y + 56.0, ui(who, Role.TEXT_TERTIARY, Type.SMALL), room=slot.w - 20.0)
        if poller.close is not None:
            draw_flat_close(sketch, poller.close, slot)


def draw_poller(sketch: Sketch, poller: Poller, slot: Rect) -> None:
    """An epoll instance, in as much detail as its slot has room for."""
    if slot.h >= TALL:
        _tall_poller(sketch, poller, slot)
    else:
        _flat_poller(sketch, poller, slot)


def draw_sweep(sketch: Sketch, sweep: Sweep, slot: Rect) -> None:
    """A cell for each descriptor, or for so many that they fit; the scanned ones are filled."""
    sentence = f"{sweep.call} of {sweep.task}: {sweep.scanned} of {sweep.fds} scanned, {sweep.ready} ready."
    with sketch.thing(Thing(Kind.SELECT, f"{sweep.call} {sweep.task}", sweep.uid, sentence)):
        card(sketch, slot)
        low = slot.h < 110.0
        x, width = slot.x + 16.0, slot.w - 32.0
        base = slot.y + (20.0 if low else 24.0)
        call = strong(sweep.call)
        sketch.write(x, base, call)
        task = ui(sweep.task, Role.TEXT_TERTIARY, Type.SMALL)
        sketch.write(slot.right - 14.0, base, task, align=Align.RIGHT, room=slot.w - 38.0 - width_of(call))
        top = slot.y + (29.0 if low else 36.0)
        room = slot.bottom - top - (21.0 if low else 44.0)
        y = _cells(sketch, sweep, Rect(x, top, width, room), 10.0 if low else 14.0) + (13.0 if low else 14.0)
        scanned = ui(f"{sweep.scanned} of {sweep.fds} scanned", Role.TEXT_SECONDARY, Type.SMALL)
        sketch.write(x, y, scanned, room=width + 8.0)
        below = y + 3.4
        if y + 26.0 < slot.bottom:
            _ready(sketch, sweep, x, y + 18.0)
            below = y + 27.0
        if sweep.close is not None:
            draw_sweep_close(sketch, sweep.close, Rect(x, below, width, max(0.0, slot.bottom - 1.0 - below)))


def _cells(sketch: Sketch, sweep: Sweep, area: Rect, high: float) -> float:
    """The cells; close up smaller ones if then each descriptor has one. Returns where they end."""
    finer = (1, 2, 4) if sweep.close is not None else (1,)
    for part in finer:
        columns, dy = COLUMNS * part, high / part
        each = max(1, -(-sweep.fds // (columns * max(1, min(MOST_ROWS * part, int(area.h // dy))))))
        if each == 1:
            break
    dx = area.w / columns
    count = -(-sweep.fds // each)
    fills = tuple(Role.CONTROL if at * each < sweep.scanned else None for at in range(count))
    first = Rect(area.x, area.y, dx - 2.0 / part, dy - 2.0 / part)
    sketch.cells(first, columns, dx, dy, fills, radius=2.0 / part, empty=Role.LINE_STRONG)
    return area.y + -(-count // columns) * dy


def _ready(sketch: Sketch, sweep: Sweep, x: float, y: float) -> None:
    left = x
    if sweep.flow >= 0:
        flow_mark(sketch, x + 8.0, y, sweep.flow)
        left += 24.0
    sketch.write(left, y, ui(f"{sweep.ready} ready", Role.TEXT, Type.SMALL, 600), middle=True)
