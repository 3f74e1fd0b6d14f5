"""Receive-side scaling on the adapter's card: hashes, indirection table, and close up how one hash came about."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Rect, Sketch, caps, mono, number
from viewer.picture.level import Level
from viewer.picture.regions.common import flow_fill, flow_ink, flow_mark, note
from viewer.picture.words import plain
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import FlowPart, Ink, Role, Z, flow_code, flow_style

COLUMNS = 16
NUMBERED_COLUMNS = 8
"""Entries in a row when they are numbered, as ``ethtool -x`` prints them."""

MOST_HASHES = 4
GREY = Role.TEXT_TERTIARY
GREY_OPACITY = (0.14, 0.32, 0.52, 0.8)
"""One ink in four strengths: four greys in every theme."""

ROW_LABEL_PX = 18.0
"""Room for the number of a row's first entry."""

LINE_PX = 10.4
"""Height that a line of the smallest text needs."""

FINE_SIZE = 0.5
"""Size of an entry's number and queue where both stand in its cell."""


@dataclass(frozen=True, slots=True)
class Hash:
    """The hash of a flow's latest frame, the entry it hit and that entry's queue."""

    flow: int
    value: int
    index: int
    queue: int


@dataclass(frozen=True, slots=True)
class Toeplitz:
    """How the hash of one frame came about.

    Attributes:
        flow: its flow.
        frame: its number.
        inputs: name, value and bytes of each part of the input, in order; no bytes for what is not hashed.
        key: the first bytes of the key.
        value: the hash.
        entries: of the indirection table.
        index: the entry hit.
        queue: that entry's queue.
        rule: the queue that an ntuple rule chose instead; -1 for none.
    """

    flow: int
    frame: int
    inputs: tuple[tuple[str, str, str], ...]
    key: str
    value: int
    entries: int
    index: int
    queue: int
    rule: int = -1


def draw_hashes(
    sketch: Sketch, hashes: tuple[Hash, ...], rect: Rect, y: float, empty: str, bottom: float, level: Level
) -> float:
    """The latest hash of each flow above ``bottom``, or why there is none; returns where the list ends."""
    if not hashes:
        sketch.write(rect.x + 16.0, y + 30.0, note(empty).at(level))
        return y + 54.0
    pitch = 10.0 if level.fields else 24.0
    first = y + (9.0 if level.fields else 25.0)
    room = min(MOST_HASHES, max(1, int((bottom - first) // pitch) + 1))
    for place, entry in enumerate(hashes[:room]):
        _hash(sketch, entry, rect, first + place * pitch, level)
    more = len(hashes) - room
    if more > 0:
        words = note(f"+{more} flow" + "s" * (more > 1)).at(level)
        sketch.write(rect.right - 14.0, y, words, align=Align.RIGHT)
    return y + hashes_height(len(hashes), level)


def hashes_height(count: int, level: Level) -> float:
    """Height of the list of hashes under its title."""
    shown = min(count, MOST_HASHES)
    return 9.0 + 10.0 * shown if level.fields else 40.0 + 24.0 * shown


def _hash(sketch: Sketch, entry: Hash, rect: Rect, row: float, level: Level) -> None:
    code = flow_code(entry.flow)
    width = 1.1 if level.fields else 1.5
    sentence = f"Flow {code}: hash {entry.value:08x}, entry {entry.index}, queue {entry.queue}."
    with sketch.thing(Thing(Kind.RSS, f"hash {code}", 0, sentence)):
        if level.fields:
            small_mark(sketch, rect.x + 20.0, row, entry.flow, 8.0, level)
        else:
            flow_mark(sketch, rect.x + 24.0, row, entry.flow)
        value = mono(f"{entry.value:08x}", kind=Type.BODY).at(level)
        x = rect.x + (28.0 if level.fields else 40.0)
        sketch.write(x, row, value, middle=True)
        if level.slots:
            masked = mono("& 0x7f", Role.TEXT_TERTIARY, Type.MICRO).at(level)
            left = x + value.width() + 5.0
            sketch.write(left, row, masked, middle=True, room=rect.right - 66.0 - left)
        x = rect.right - 62.0
        reach = 5.0 * (0.6 if level.fields else 1.0)
        sketch.line(((x, row), (x + 17.0, row)), Role.TEXT_TERTIARY, width=width, z=Z.BAY)
        sketch.line(
            ((x + 17.0 - 1.2 * reach, row - reach), (x + 17.0, row), (x + 17.0 - 1.2 * reach, row + reach)),
            Role.TEXT_TERTIARY, width=width, z=Z.BAY,
        )  # fmt: skip
        sketch.write(
            rect.right - 14.0, row, number(plain(entry.index)).at(level), align=Align.RIGHT, middle=True
        )


def small_mark(sketch: Sketch, x: float, y: float, flow: int, size: float, level: Level) -> None:
    """A flow's mark with its letter as small as a level has them."""
    sketch.mark(x, y, size, flow_style(flow).shape, flow_fill(flow), stroke=flow_ink(flow, FlowPart.EDGE))
    letter = Run(flow_style(flow).code, Type.MICRO, Face.UI, flow_ink(flow, FlowPart.INK), 700).at(level)
    sketch.write(x, y, letter, align=Align.CENTRE, middle=True, z=Z.BAY)


def draw_table(
    sketch: Sketch, table: tuple[int, ...], hashes: tuple[Hash, ...], queues: int, uid: int,
    area: Rect, level: Level,
) -> None:  # fmt: skip
    """The indirection table under its title: greys far away; close up every entry with number and queue."""
    sketch.write(area.x, area.y, caps(f"Indirection · {len(table)}").at(level))
    sentence = f"{len(table)} entries over {len(set(table))} queues."
    rows = -(-len(table) // NUMBERED_COLUMNS)
    pitch = min(11.0, (area.h - 10.0) / max(1, rows))
    with sketch.thing(Thing(Kind.RSS, "indirection table", uid, sentence)):
        if level.slots and pitch >= LINE_PX * (FINE_SIZE if level.fields else level.text):
            _numbered(sketch, table, hashes, area, pitch, level)
        else:
            _greys(sketch, table, hashes, queues, area)


def _greys(sketch: Sketch, table: tuple[int, ...], hashes: tuple[Hash, ...], queues: int, area: Rect) -> None:
    dx = area.w / COLUMNS
    size = float(int(dx - 1.5))
    strengths = [GREY_OPACITY[queue % len(GREY_OPACITY)] for queue in table]
    first = Rect(area.x, area.y + 12.0, size, size)
    fills: tuple[Ink | None, ...] = (GREY,) * len(table)
    sketch.cells(first, COLUMNS, dx, 11.0, fills, radius=1.5, opacities=tuple(strengths))
    for index, flow in {entry.index: entry.flow for entry in hashes}.items():
        if index < len(table):
            row, column = divmod(index, COLUMNS)
            _hit(sketch, first.x + column * dx + size / 2.0, first.y + row * 11.0 + size / 2.0, flow)
    legend = area.y + 12.0 + -(-len(table) // COLUMNS) * 11.0 + 15.0
    for queue in range(min(queues, len(GREY_OPACITY))):
        x = area.x + queue * 38.0
        sketch.box(Rect(x, legend - 5.0, 10.0, 10.0), z=Z.BAY, radius=2.0, fill=GREY,
                   opacity=GREY_OPACITY[queue])  # fmt: skip
        last = queue == len(GREY_OPACITY) - 1
        suffix = "…" if last and queues > len(GREY_OPACITY) else ""
        sketch.write(x + 15.0, legend, mono(f"q{queue}{suffix}", Role.TEXT_TERTIARY), middle=True)


def _hit(sketch: Sketch, x: float, y: float, flow: int) -> None:
    sketch.box(Rect(x - 6.5, y - 6.5, 13.0, 13.0), z=Z.BAY, radius=2.5, fill=flow_fill(flow),
               stroke=Role.CARD)  # fmt: skip
    letter = Run(flow_style(flow).code, Type.MICRO, Face.UI, flow_ink(flow, FlowPart.INK), 700)
    sketch.write(x, y, letter, align=Align.CENTRE, middle=True)


def _numbered(
    sketch: Sketch, table: tuple[int, ...], hashes: tuple[Hash, ...], area: Rect, pitch: float, level: Level
) -> None:
    """Eight entries a row, as `ethtool -x` prints them: the number of the row's first one, each with its queue.

    Closest up every entry has its own number. One that was hit has its flow's colour.
    """
    fine = level.fields
    shift = 0.0 if fine else ROW_LABEL_PX
    dx = (area.w - shift) / NUMBERED_COLUMNS
    hits = {entry.index: entry.flow for entry in hashes}
    size = FINE_SIZE if fine else min(level.text, pitch / 11.5)
    cell = Rect(area.x + shift, area.y + 6.0, dx - 1.2, pitch - 0.8)
    strengths = tuple(0.45 * GREY_OPACITY[queue % len(GREY_OPACITY)] for queue in table)
    fills: tuple[Ink | None, ...] = (GREY,) * len(table)
    sketch.cells(cell, NUMBERED_COLUMNS, dx, pitch, fills, radius=1.5, opacities=strengths)
    for at, queue in enumerate(table):
        row, column = divmod(at, NUMBERED_COLUMNS)
        box = Rect(cell.x + column * dx, cell.y + row * pitch, cell.w, cell.h)
        flow = hits.get(at)
        if flow is not None:
            sketch.box(box, z=Z.BAY, radius=1.5, fill=flow_fill(flow), stroke=flow_ink(flow, FlowPart.EDGE))
        ink: Ink = Role.TEXT if flow is None else flow_ink(flow, FlowPart.INK)
        value = Run(str(queue), Type.MICRO, Face.UI, ink, 700, size)
        if fine:
            sketch.write(box.right - 1.6, box.cy, value, align=Align.RIGHT, middle=True)
            faint: Ink = Role.TEXT_SECONDARY if flow is None else flow_ink(flow, FlowPart.INK)
            index = Run(str(at), Type.MICRO, Face.UI, faint, 500, FINE_SIZE)
            sketch.write(box.x + 1.4, box.cy, index, middle=True, room=box.w - 3.4 - value.width())
        else:
            sketch.write(box.cx, box.cy, value, align=Align.CENTRE, middle=True, room=box.w)
            if column == 0:
                first = Run(str(at), Type.MICRO, Face.UI, Role.TEXT_TERTIARY, 500, size)
                sketch.write(cell.x - 2.0, box.cy, first, align=Align.RIGHT, middle=True, room=ROW_LABEL_PX)


def draw_toeplitz(sketch: Sketch, state: Toeplitz, area: Rect) -> None:
    """Input, key, hash, masked hash, queue of one frame, a line each."""
    level = Level.FIELDS
    code = flow_code(state.flow)
    index = f"{state.value:08x} & 0x{state.entries - 1:x}"
    sentence = f"Frame {state.frame} of flow {code}: hash {index} = {state.index}, queue {state.queue}."
    with sketch.thing(Thing(Kind.RSS, "Toeplitz", state.frame, sentence)):
        sketch.box(area, z=Z.STATION, radius=3.0, fill=Role.INPUT, stroke=Role.LINE_SUBTLE)
        left, right = area.x + 4.0, area.right - 4.0
        y = area.y + 7.5
        small_mark(sketch, left + 3.0, y - 1.5, state.flow, 6.5, level)
        sketch.write(left + 9.0, y, mono(f"frame #{state.frame}", Role.TEXT, Type.SMALL, 600).at(level))
        lines = [(name, value, data) for name, value, data in state.inputs]
        lines += [("key", "", state.key), ("hash", "", f"{state.value:08x}")]
        lines += [(f"& 0x{state.entries - 1:x}", f"entry {state.index}", f"queue {state.queue}")]
        lines += [("ntuple", "a rule chose", f"queue {state.rule}")] if state.rule >= 0 else []
        pitch = min(8.4, (area.h - 10.5) / len(lines))
        for place, (name, value, data) in enumerate(lines):
            base = y + (place + 1) * pitch
            sketch.write(left, base, mono(name, Role.TEXT_TERTIARY, Type.MICRO).at(level))
            sketch.write(left + 22.0, base, mono(value, Role.TEXT_SECONDARY, Type.MICRO).at(level))
            ink = Role.TEXT if data else Role.TEXT_TERTIARY
            sketch.write(right, base, mono(data or "not hashed", ink, Type.MICRO, 600).at(level),
                         align=Align.RIGHT)  # fmt: skip
