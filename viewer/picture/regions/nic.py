"""The adapter: receive-side scaling, indirection table, interrupt vectors with throttle, frames missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Layer, Rect, Sketch, caps, mono, number, ui
from viewer.picture.level import Level
from viewer.picture.regions.common import Lamp, card, flow_fill, flow_mark, lamp, note, throttle_arc, width_of
from viewer.picture.words import grouped, micros, plain
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import FlowInk, FlowPart, Ink, Role, Z, flow_code, flow_style

COLUMNS = 16
MOST_HASHES = 4
MOST_VECTORS = 6
FIFO_CELLS = 8
_GREY = Role.TEXT_TERTIARY
_GREY_OPACITY = (0.14, 0.32, 0.52, 0.8)
"""One ink in four strengths: four greys in every theme."""


@dataclass(frozen=True, slots=True)
class Hash:
    """The hash of a flow's latest frame, the entry it hit and that entry's queue."""

    flow: int
    value: int
    index: int
    queue: int


@dataclass(frozen=True, slots=True)
class Vector:
    """An interrupt vector.

    Attributes:
        name: short name, ``TxRx-0``.
        uid: its number in the timeline.
        lamp: armed, fired or masked.
        left_ns: until it may fire again; 0 when it may now.
        gap_ns: its throttle, 0 for none.
        fired: messages sent.
        cpu: who takes it, None when not known.
    """

    name: str
    uid: int
    lamp: Lamp
    left_ns: int
    gap_ns: int
    fired: int
    cpu: int | None = None


@dataclass(frozen=True, slots=True)
class Nic:
    """What the adapter's card shows.

    Attributes:
        name: interface name.
        uid: its number in the timeline.
        driver: name of the driver.
        hashes: per flow, in flow order.
        table: queue of each entry of the indirection table; empty where there is none.
        queues: how many receive queues.
        vectors: the interrupt vectors.
        fifo_bytes: waiting in the receive FIFO.
        fifo_size: its size.
        missed: frames missed for want of FIFO room.
        missed_changed: by how much that moved in this step.
        fifo: flows of the frames in the FIFO, oldest first; at most what is worth drawing.
        recorded: whether single frames are known here.
    """

    name: str
    uid: int
    driver: str
    hashes: tuple[Hash, ...]
    table: tuple[int, ...]
    queues: int
    vectors: tuple[Vector, ...]
    fifo_bytes: int | None
    fifo_size: int | None
    missed: int | None
    missed_changed: int = 0
    fifo: tuple[int, ...] = ()
    recorded: bool = True


def _pins(sketch: Sketch, rect: Rect) -> None:
    y = rect.y + 30.0
    while y < rect.bottom - 16.0:
        for x in (rect.x - 4.0, rect.right):
            sketch.box(Rect(x, y, 4.0, 10.0), radius=1.0, fill=Role.LINE_STRONG)
        y += 41.0


def _hashes(sketch: Sketch, nic: Nic, rect: Rect, y: float) -> float:
    sketch.write(rect.x + 16.0, y, caps("RSS · Toeplitz" if nic.table else "RSS"))
    if not nic.hashes:
        sketch.write(rect.x + 16.0, y + 30.0, note(_no_hash(nic)))
        return y + 54.0
    for place, entry in enumerate(nic.hashes[:MOST_HASHES]):
        row = y + 25.0 + place * 24.0
        code = flow_code(entry.flow)
        sentence = f"Flow {code}: hash {entry.value:08x}, entry {entry.index}, queue {entry.queue}."
        with sketch.thing(Thing(Kind.RSS, f"hash {code}", 0, sentence)):
            flow_mark(sketch, rect.x + 24.0, row, entry.flow)
            sketch.write(rect.x + 40.0, row, mono(f"{entry.value:08x}", kind=Type.BODY), middle=True)
            x = rect.right - 62.0
            sketch.line(((x, row), (x + 17.0, row)), Role.TEXT_TERTIARY, width=1.5, z=Z.BAY)
            sketch.line(
                ((x + 11.0, row - 5.0), (x + 17.0, row), (x + 11.0, row + 5.0)),
                Role.TEXT_TERTIARY, width=1.5, z=Z.BAY,
            )  # fmt: skip
            sketch.write(rect.right - 14.0, row, number(plain(entry.index)), align=Align.RIGHT, middle=True)
    more = len(nic.hashes) - MOST_HASHES
    if more > 0:
        sketch.write(rect.right - 14.0, y, note(f"+{more} flows"), align=Align.RIGHT)
    return y + 25.0 + min(len(nic.hashes), MOST_HASHES) * 24.0 + 15.0


def _no_hash(nic: Nic) -> str:
    if not nic.table:
        return "none: one queue"
    return "no frame yet" if nic.recorded else "frames not recorded"


def _table(sketch: Sketch, nic: Nic, rect: Rect, y: float) -> float:
    sketch.write(rect.x + 16.0, y, caps(f"Indirection · {len(nic.table)}"))
    room = rect.w - 32.0
    dx = room / COLUMNS
    size = float(int(dx - 1.5))
    hits = {entry.index: entry.flow for entry in nic.hashes}
    fills: list[Ink | None] = [_GREY] * len(nic.table)
    strengths = [_GREY_OPACITY[queue % len(_GREY_OPACITY)] for queue in nic.table]
    used = len(set(nic.table))
    with sketch.thing(
        Thing(Kind.RSS, "indirection table", nic.uid, f"{len(nic.table)} entries over {used} queues.")
    ):
        first = Rect(rect.x + 16.0, y + 12.0, size, size)
        sketch.cells(first, COLUMNS, dx, 11.0, tuple(fills), radius=1.5, opacities=tuple(strengths))
        for index, flow in hits.items():
            if index >= len(nic.table):
                continue
            row, column = divmod(index, COLUMNS)
            cx = first.x + column * dx + size / 2.0
            cy = first.y + row * 11.0 + size / 2.0
            sketch.box(Rect(cx - 6.5, cy - 6.5, 13.0, 13.0), z=Z.BAY, radius=2.5, fill=flow_fill(flow),
                       stroke=Role.CARD)  # fmt: skip
            letter = Run(flow_style(flow).code, Type.MICRO, Face.UI, FlowInk(flow, FlowPart.INK), 700)
            sketch.write(cx, cy, letter, align=Align.CENTRE, middle=True)
    rows = -(-len(nic.table) // COLUMNS)
    legend = y + 12.0 + rows * 11.0 + 15.0
    for queue in range(min(nic.queues, len(_GREY_OPACITY))):
        x = rect.x + 16.0 + queue * 38.0
        sketch.box(Rect(x, legend - 5.0, 10.0, 10.0), z=Z.BAY, radius=2.0, fill=_GREY,
                   opacity=_GREY_OPACITY[queue])  # fmt: skip
        last = queue == len(_GREY_OPACITY) - 1
        suffix = "…" if last and nic.queues > len(_GREY_OPACITY) else ""
        sketch.write(x + 15.0, legend, mono(f"q{queue}{suffix}", Role.TEXT_TERTIARY), middle=True)
    return legend + 42.0


def _vectors(sketch: Sketch, nic: Nic, rect: Rect, y: float, bottom: float, *, level: Level) -> float:
    sketch.write(rect.x + 16.0, y, Run(_vectors_title(nic), Type.MICRO, Face.CAPS, Role.TEXT_TERTIARY, 600))
    room = max(1, int((bottom - y - 20.0) // 26.0))
    shown = nic.vectors[: min(room, MOST_VECTORS)]
    for place, vector in enumerate(shown):
        row = y + 24.0 + place * 26.0
        state = _vector_words(vector, level=level)
        where = "" if vector.cpu is None else f", taken by CPU {vector.cpu}"
        sentence = f"Vector {vector.name}: {state}, {vector.fired} interrupts{where}."
        with sketch.thing(Thing(Kind.VECTOR, vector.name, vector.uid, sentence)):
            sketch.box(Rect(rect.x + 12.0, row - 12.0, rect.w - 24.0, 24.0))
            lamp(sketch, rect.x + 24.0, row, vector.lamp)
            armed = vector.lamp is not Lamp.MASKED
            ink = Role.TEXT if armed else Role.TEXT_SECONDARY
            name = mono(vector.name, ink, Type.BODY)
            sketch.write(rect.x + 40.0, row, name, middle=True)
            sketch.write(rect.right - 36.0, row, note(state), align=Align.RIGHT, middle=True,
                         room=rect.w - 84.0 - width_of(name))  # fmt: skip
            share = vector.left_ns / vector.gap_ns if vector.gap_ns > 0 else 0.0
            throttle_arc(sketch, rect.right - 22.0, row, 7.0, share)
    more = len(nic.vectors) - len(shown)
    if more > 0:
        sketch.write(rect.right - 14.0, y, note(f"+{more}"), align=Align.RIGHT)
    return y + 24.0 + len(shown) * 26.0


def _vectors_title(nic: Nic) -> str:
    """What the interrupts are, and their throttle where the queues' vectors have one in common."""
    queues = [vector for vector in nic.vectors if vector.name != nic.name]
    gaps = {vector.gap_ns for vector in queues}
    if nic.vectors and not queues:
        return "INTERRUPT"  # one line for everything
    return (
        f"MSI-X · ITR {micros(gaps.pop()).removesuffix('.0')} µs" if len(gaps) == 1 and max(gaps) else "MSI-X"
    )


def _vector_words(vector: Vector, *, level: Level = Level.OVERVIEW) -> str:
    if vector.lamp is Lamp.MASKED:
        return "masked"
    if vector.lamp is Lamp.FIRED:
        return "fired"
    if vector.left_ns > 0:
        return f"{micros(vector.left_ns)} µs"
    return f"CPU {vector.cpu}" if level.slots and vector.cpu is not None else "armed"


def _fifo(sketch: Sketch, nic: Nic, rect: Rect, y: float) -> None:
    """The receive FIFO: its frames as flow-coloured cells, its bytes."""
    sentence = f"Receive FIFO: {grouped(nic.fifo_bytes)} of {grouped(nic.fifo_size)} bytes."
    with sketch.thing(Thing(Kind.NIC, "receive FIFO", nic.uid, sentence)):
        sketch.write(rect.x + 16.0, y, ui("FIFO", Role.TEXT_TERTIARY, Type.BODY))
        value = Run(grouped(nic.fifo_bytes), Type.SMALL, Face.UI, Role.TEXT, 600)
        sketch.write(rect.right - 14.0, y, value, note(" B"), align=Align.RIGHT)
        left, width = rect.x + 52.0, rect.w - 52.0 - 80.0
        dx = width / FIFO_CELLS
        fills = tuple(
            flow_fill(nic.fifo[at]) if at < len(nic.fifo) and nic.fifo[at] >= 0 else None
            for at in range(FIFO_CELLS)
        )
        first = Rect(left, y - 9.0, max(2.0, dx - 1.5), 9.0)
        sketch.cells(first, FIFO_CELLS, dx, 9.0, fills, radius=1.5, empty=Role.LINE_STRONG)


def _counts(sketch: Sketch, nic: Nic, rect: Rect, y: float) -> None:
    with sketch.thing(Thing(Kind.COUNTER, "rx_missed_errors", nic.uid)):
        sketch.write(rect.x + 16.0, y, ui("rx_missed_errors", Role.TEXT_TERTIARY, Type.BODY))
        if nic.missed_changed:
            value = number(grouped(nic.missed), Role.CHANGED_INK)
            sketch.write(rect.right - 16.0, y, value, align=Align.RIGHT, plate=Role.CHANGED)
        else:
            sketch.write(rect.right - 14.0, y, number(grouped(nic.missed)), align=Align.RIGHT)


def nic_layers(nic: Nic, rect: Rect, deck_y: float, *, level: Level = Level.OVERVIEW) -> tuple[Layer, ...]:
    """The adapter's card; below ``deck_y`` is the transmit half, which is not built yet.

    What changes with every frame is a layer of its own. Close up a vector that may fire names its CPU.
    """
    steering = replace(nic, vectors=(), fifo_bytes=None, missed=None, missed_changed=0, fifo=())
    below = replace(nic, hashes=(), table=())
    return _steering_layer(steering, rect, deck_y), _state_layer(below, bool(nic.table), rect, deck_y, level)


def _table_top(rect: Rect, y: float) -> float:
    return max(y, rect.y + 190.0) if rect.h > 640.0 else y


@lru_cache(maxsize=64)
def _steering_layer(nic: Nic, rect: Rect, deck_y: float) -> Layer:
    sketch = Sketch("nic", rect.inset(-6.0))
    sentence = f"{nic.name}, {nic.driver}, {nic.queues} receive queues."
    with sketch.thing(Thing(Kind.NIC, nic.name, nic.uid, sentence)):
        _pins(sketch, rect)
        card(sketch, rect, stroke=Role.LINE_STRONG)
        sketch.write(rect.x + 16.0, rect.y + 25.0, Run(nic.name, Type.TITLE, Face.DISPLAY, Role.TEXT, 600))
        driver = mono(nic.driver, Role.TEXT_TERTIARY)
        sketch.write(rect.right - 14.0, rect.y + 25.0, driver, align=Align.RIGHT)
    y = _hashes(sketch, nic, rect, rect.y + 54.0)
    if nic.table and _table_top(rect, y) + 150.0 < deck_y:
        _table(sketch, nic, rect, _table_top(rect, y))
    return sketch.layer()


@lru_cache(maxsize=128)
def _state_layer(nic: Nic, steered: bool, rect: Rect, deck_y: float, level: Level) -> Layer:
    """Vectors, FIFO and counters; they keep their height whatever stands above."""
    sketch = Sketch("nic state", rect, Z.TRACK)
    y = rect.y + (349.0 if rect.h > 640.0 else 339.0 if steered else 140.0)
    if y + 40.0 < deck_y:
        y = _vectors(sketch, nic, rect, y, deck_y - 56.0, level=level)
    base = min(y + 22.0, deck_y - 46.0)
    _fifo(sketch, nic, rect, base)
    _counts(sketch, nic, rect, base + 23.0)
    return sketch.layer()
