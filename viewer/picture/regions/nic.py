"""The adapter: receive-side scaling, indirection table, interrupt vectors with throttle, frames missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Layer, Rect, Sketch, caps, mono, number, ui
from viewer.picture.level import Level
from viewer.picture.regions.common import card, flow_or_grey, note
from viewer.picture.regions.rss import (
    MOST_HASHES,
    Hash,
    Toeplitz,
    draw_hashes,
    draw_table,
    draw_toeplitz,
    hashes_height,
)
from viewer.picture.regions.vectors import Vector, draw_vectors
from viewer.picture.words import grouped
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Ink, Role, Z

FIFO_CELLS = 8
TABLE_TOP = 190.0
LINE_OF_VECTORS = 92.0
"""From the vectors' title to the deck: title, one vector, and the FIFO and the counter below."""

FIFO_UP = 46.0
"""How far over the deck the FIFO's line stands at least."""

TALL_PX = 640.0
"""From this height on the parts of the card stand at heights of their own."""


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
        toeplitz: how one frame's hash came about; None where it is not shown.
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
    toeplitz: Toeplitz | None = None


def _pins(sketch: Sketch, rect: Rect) -> None:
    y = rect.y + 30.0
    while y < rect.bottom - 16.0:
        for x in (rect.x - 4.0, rect.right):
            sketch.box(Rect(x, y, 4.0, 10.0), radius=1.0, fill=Role.LINE_STRONG)
        y += 41.0


def _no_hash(nic: Nic) -> str:
    if not nic.table:
        return "none: one queue"
    return "no frame yet" if nic.recorded else "frames not recorded"


def _fifo(sketch: Sketch, nic: Nic, rect: Rect, y: float, level: Level) -> None:
    """The receive FIFO: its frames as flow-coloured cells, its bytes."""
    sentence = f"Receive FIFO: {grouped(nic.fifo_bytes)} of {grouped(nic.fifo_size)} bytes."
    with sketch.thing(Thing(Kind.NIC, "receive FIFO", nic.uid, sentence)):
        sketch.write(rect.x + 16.0, y, ui("FIFO", Role.TEXT_TERTIARY, Type.BODY).at(level))
        value = Run(grouped(nic.fifo_bytes), Type.SMALL, Face.UI, Role.TEXT, 600).at(level)
        size = f" of {grouped(nic.fifo_size)} B" if level.slots and nic.fifo_size else " B"
        sketch.write(rect.right - 14.0, y, value, note(size).at(level), align=Align.RIGHT)
        left, width = rect.x + 52.0, rect.w - 52.0 - (100.0 if level is Level.SLOTS else 80.0)
        dx = width / FIFO_CELLS
        fills = _fifo_fills(nic)
        first = Rect(left, y - 9.0, max(2.0, dx - 1.5), 9.0)
        sketch.cells(first, FIFO_CELLS, dx, 9.0, fills, radius=1.5, empty=Role.LINE_STRONG)


def _fifo_fills(nic: Nic) -> tuple[Ink | None, ...]:
    """Colours of the cells: the frames from the oldest on; where they are not known, grey by the share of bytes."""
    if nic.fifo or not nic.fifo_bytes or not nic.fifo_size:
        waiting = [flow_or_grey(flow) for flow in nic.fifo[:FIFO_CELLS]]
    else:
        waiting = [Role.CONTROL] * min(FIFO_CELLS, -(-FIFO_CELLS * nic.fifo_bytes // nic.fifo_size))
    return (*waiting, *(None for _ in range(FIFO_CELLS - len(waiting))))


def _counts(sketch: Sketch, nic: Nic, rect: Rect, y: float, level: Level) -> None:
    with sketch.thing(Thing(Kind.COUNTER, "rx_missed_errors", nic.uid)):
        sketch.write(rect.x + 16.0, y, ui("rx_missed_errors", Role.TEXT_TERTIARY, Type.BODY).at(level))
        if nic.missed_changed:
            value = number(grouped(nic.missed), Role.CHANGED_INK).at(level)
            sketch.write(rect.right - 16.0, y, value, align=Align.RIGHT, plate=Role.CHANGED)
        else:
            sketch.write(rect.right - 14.0, y, number(grouped(nic.missed)).at(level), align=Align.RIGHT)


def nic_layers(nic: Nic, rect: Rect, deck_y: float, *, level: Level = Level.OVERVIEW) -> tuple[Layer, ...]:
    """The adapter's card; below ``deck_y`` is the transmit half, which is not built yet.

    What changes with every frame is a layer of its own, and so is the ground, which is the same at every level.
    """
    ground = replace(nic, hashes=(), vectors=(), fifo_bytes=None, missed=None, missed_changed=0, fifo=(),
                     toeplitz=None)  # fmt: skip
    steering = replace(
        nic, vectors=(), fifo_bytes=None, missed=None, missed_changed=0, fifo=(), toeplitz=None
    )
    below = replace(nic, hashes=(), table=(), toeplitz=None)
    layers = [_ground_layer(ground, rect), _steering_layer(steering, rect, deck_y, level)]
    if nic.toeplitz is not None and level.fields:
        shown = min(len(nic.hashes), MOST_HASHES)
        layers += _toeplitz_layers(nic.toeplitz, shown, rect)
    return (*layers, _state_layer(below, bool(nic.table), rect, deck_y, level))


@lru_cache(maxsize=16)
def _ground_layer(nic: Nic, rect: Rect) -> Layer:
    sketch = Sketch("nic", rect.inset(-6.0))
    sentence = f"{nic.name}, {nic.driver}, {nic.queues} receive queues."
    with sketch.thing(Thing(Kind.NIC, nic.name, nic.uid, sentence)):
        _pins(sketch, rect)
        card(sketch, rect, stroke=Role.LINE_STRONG)
        sketch.write(rect.x + 16.0, rect.y + 25.0, Run(nic.name, Type.TITLE, Face.DISPLAY, Role.TEXT, 600))
        driver = mono(nic.driver, Role.TEXT_TERTIARY)
        sketch.write(rect.right - 14.0, rect.y + 25.0, driver, align=Align.RIGHT)
    return sketch.layer()


@lru_cache(maxsize=16)
def _steering_layer(nic: Nic, rect: Rect, deck_y: float, level: Level) -> Layer:
    sketch = Sketch("nic rss", rect, Z.TRACK)
    top = rect.y + 54.0
    sketch.write(rect.x + 16.0, top, caps("RSS · Toeplitz" if nic.table else "RSS").at(level))
    y = draw_hashes(sketch, nic.hashes, rect, top, _no_hash(nic), deck_y - FIFO_UP - 22.0, level)
    lower = max(y, rect.y + TABLE_TOP) if rect.h > TALL_PX or level.fields else y
    if nic.table and lower + 150.0 < deck_y:
        bottom = rect.y + _state_top(rect.h, steered=True) - 12.0
        table = Rect(rect.x + 16.0, lower, rect.w - 32.0, max(0.0, bottom - lower))
        draw_table(sketch, nic.table, nic.hashes, nic.queues, nic.uid, table, level)
    return sketch.layer()


def _toeplitz_layers(state: Toeplitz, hashes: int, rect: Rect) -> tuple[Layer, ...]:
    """How a hash came about, between the hashes and the table; nothing where there is no room."""
    top = rect.y + 54.0 + hashes_height(hashes, Level.FIELDS)
    area = Rect(rect.x + 12.0, top, rect.w - 24.0, rect.y + TABLE_TOP - 14.0 - top)
    return (_toeplitz_layer(state, area),) if area.h >= 40.0 else ()


@lru_cache(maxsize=32)
def _toeplitz_layer(state: Toeplitz, area: Rect) -> Layer:
    sketch = Sketch("nic toeplitz", area.inset(-1.0), Z.TRACK)
    draw_toeplitz(sketch, state, area)
    return sketch.layer()


def _state_top(height: float, *, steered: bool) -> float:
    """Where the vectors' title stands under the card's edge, whatever stands above."""
    return 349.0 if height > TALL_PX else 339.0 if steered else 140.0


@lru_cache(maxsize=24)
def _state_layer(nic: Nic, steered: bool, rect: Rect, deck_y: float, level: Level) -> Layer:
    """Vectors, FIFO and counters; they keep their height whatever stands above."""
    sketch = Sketch("nic state", rect, Z.TRACK)
    y = rect.y + _state_top(rect.h, steered=steered)
    if y + LINE_OF_VECTORS <= deck_y:
        y = draw_vectors(sketch, nic.vectors, nic.name, rect, y, deck_y - 56.0, level)
    base = min(y + 22.0, deck_y - FIFO_UP)
    _fifo(sketch, nic, rect, base, level)
    _counts(sketch, nic, rect, base + 23.0, level)
    return sketch.layer()
