"""A CPU's head: what runs, how much of its softirq round is spent, whom it polls, its backlog."""

from __future__ import annotations

from dataclasses import dataclass, replace

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Rect, Sketch, caps, mono, number
from viewer.picture.regions.close import fine
from viewer.picture.regions.common import CONTEXTS, bar, note, pill, width_of
from viewer.picture.regions.cpu_close import HeadClose, draw_head_close, draw_small_head_close, draw_ticks
from viewer.picture.words import grouped, micros, plain
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role, Z, opacity

CONTEXT_BAR = 4.0
TINT_PX = 280.0
PASSES = 10
BRIGHT = 0.85
"""From this fill on a number lies wholly on the fill and takes its ink."""
OVERHANG = 48.0
"""How far the chip of ``time_squeeze`` may reach over the beginning of the track, above it."""
_ROW = 5


@dataclass(frozen=True, slots=True)
class Cpu:
    """What a CPU shows.

    Attributes:
        number: of the CPU.
        uid: its number in the timeline.
        context: as ``schema.Where`` spells it.
        words: the pill's text, ``softirq · NET_RX``.
        passes: passes of handle_softirqs begun in this round, 0 outside a round.
        works: packets of each pass begun; the last is the one in progress.
        weight: most packets a pass's poll may return, what a segment's fill is measured against.
        budget: left in this net_rx_action; None outside one.
        budget_of: ``netdev_budget``.
        time_ns: spent in this net_rx_action; None outside one.
        time_of_ns: its limit.
        polling: names of the NAPIs on the poll list, the polled one first.
        polling_uid: number of the first of them, 0 when not known.
        backlog: skbs on input_pkt_queue.
        backlog_of: ``netdev_max_backlog``.
        squeezed: by how much ``time_squeeze`` moved in this step.
        stub: context that was preempted and waits, "" for none.
    """

    number: int
    uid: int
    context: str
    words: str
    passes: int = 0
    works: tuple[int, ...] = ()
    weight: int = 64
    budget: int | None = None
    budget_of: int | None = None
    time_ns: int | None = None
    time_of_ns: int | None = None
    polling: tuple[str, ...] = ()
    polling_uid: int = 0
    backlog: int | None = None
    backlog_of: int | None = None
    squeezed: int = 0
    stub: str = ""

    def polled(self, work: int) -> Cpu:
        """The same CPU with the packets of a poll in progress added to its pass."""
        if not work or not self.works:
            return self
        return replace(self, works=(*self.works[:-1], self.works[-1] + work))

    def sentence(self) -> str:
        """Its state in words, for tooltips and screen readers."""
        parts = [f"CPU {self.number}", self.words.replace(" · ", " ")]
        if self.budget is not None:
            parts.append(f"budget {plain(self.budget)} of {plain(self.budget_of)}")
        if self.passes:
            parts.append(f"pass {self.passes}")
        return ", ".join(parts) + "."


def draw_context(sketch: Sketch, cpu: Cpu, area: Rect, *, hot: bool) -> None:
    """The bar, the hatch and the tint that say in which context the CPU is."""
    look = CONTEXTS[cpu.context]
    strip = Rect(area.x, area.y + 1.0, CONTEXT_BAR, area.h - 2.0)
    if cpu.context != "idle":
        tint = Rect(strip.right, strip.y, min(TINT_PX, area.w - CONTEXT_BAR), strip.h)
        sketch.tint(tint, look.fill, opacity("lane_tint_hot" if hot else "lane_tint"))
    sketch.box(strip, z=Z.TRACK, fill=look.fill if cpu.context != "idle" else Role.LINE_SUBTLE)
    if look.hatch:
        sketch.hatch(strip, Role.CARD, angle=look.hatch)
    if cpu.stub:
        under = CONTEXTS[cpu.stub]
        sketch.box(Rect(strip.right, strip.y, 2.0, strip.h), z=Z.TRACK, fill=under.fill)


def _gauge_passes(
    sketch: Sketch, cpu: Cpu, close: HeadClose | None, left: float, right: float, y: float
) -> None:
    sketch.write(left, y, caps("Pass"))
    if not cpu.passes:
        sketch.write(right, y, note(f"– of {PASSES}"), align=Align.RIGHT)
    else:
        sketch.write(
            right, y, Run(str(cpu.passes), Type.STRONG, Face.UI, Role.TEXT, 600), note(f" of {PASSES}"),
            align=Align.RIGHT,
        )  # fmt: skip
    gap = 3.0
    width = (right - left - gap * (_ROW - 1)) / _ROW
    for place in range(PASSES):
        row, column = divmod(place, _ROW)
        box = Rect(left + column * (width + gap), y + 7.0 + row * 18.0, width, 15.0)
        if place >= cpu.passes:
            sketch.box(box, z=Z.STATION, radius=3.0, fill=Role.INPUT, stroke=Role.LINE_SUBTLE)
            continue
        work = cpu.works[place] if place < len(cpu.works) else 0
        current = place == cpu.passes - 1
        sketch.box(box, z=Z.STATION, radius=3.0, fill=Role.SOFTIRQ, opacity=0.22)
        if close is not None:
            _pass_close(sketch, close, place, work, box, current=current)
            continue
        share = min(1.0, work / max(1, cpu.weight))
        bright = current and share >= BRIGHT
        if share > 0.0:
            filled = Rect(box.x, box.y, max(4.0, box.w * share), box.h)
            sketch.box(filled, z=Z.BAY, radius=3.0, fill=Role.SOFTIRQ, opacity=1.0 if bright else 0.45)
        if current:
            sketch.box(box, z=Z.BAY, radius=3.0, stroke=Role.SOFTIRQ)
        ink = Role.SOFTIRQ_INK if bright else Role.TEXT
        label = Run(str(work), Type.SMALL, Face.UI, ink, 600)
        if width_of(label) <= width - 2.0:
            sketch.write(box.cx, box.cy, label, align=Align.CENTRE, middle=True)


def _pass_close(sketch: Sketch, close: HeadClose, place: int, work: int, box: Rect, *, current: bool) -> None:
    """A pass with a tick for each of its packets, and their number."""
    if current:
        sketch.box(box, z=Z.BAY, radius=3.0, stroke=Role.SOFTIRQ)
    draw_ticks(sketch, close.ticks[place] if place < len(close.ticks) else (), work, box)
    sketch.write(box.cx, box.bottom - 1.9, fine(str(work), Role.TEXT, 600), align=Align.CENTRE)


def _level(
    sketch: Sketch,
    title: str,
    value: tuple[Run, ...],
    share: float,
    span: tuple[float, float, float],
    h: float,
) -> None:
    left, right, y = span
    sketch.write(left, y, caps(title))
    sketch.write(right, y, *value, align=Align.RIGHT)
    bar(sketch, Rect(left, y + 7.0, right - left, h), share, Role.SOFTIRQ)


def _short(napi: str) -> str:
    """A NAPI's name without the interface's, or without its CPU's."""
    return napi.split("-", 1)[-1] if "-" in napi else napi.split(" ")[0]


def _polling(sketch: Sketch, cpu: Cpu, left: float, right: float, y: float) -> None:
    sketch.write(left, y, caps("Polling"))
    if not cpu.polling:
        sketch.write(right, y, note("none"), align=Align.RIGHT)
        return
    more = len(cpu.polling) - 1
    run = mono(cpu.polling[0] + (f" +{more}" if more else ""), Role.TEXT, Type.MICRO)
    width = width_of(run) + 12.0
    if width > right - left - 58.0:
        run = mono(_short(cpu.polling[0]) + (f" +{more}" if more else ""), Role.TEXT, Type.MICRO)
        width = width_of(run) + 12.0
    box = Rect(right - width, y - 15.0, width, 20.0)
    with sketch.thing(
        Thing(Kind.NAPI, cpu.polling[0], cpu.polling_uid, "On poll_list: " + ", ".join(cpu.polling) + ".")
    ):
        sketch.box(box, z=Z.STATION, radius=5.0, fill=Role.INPUT, stroke=Role.LINE_STRONG)
        sketch.write(box.cx, box.cy, run, align=Align.CENTRE, middle=True)


def draw_head(sketch: Sketch, cpu: Cpu, area: Rect, close: HeadClose | None = None) -> None:
    """The gauges of the focused row, between its context bar and its track; close up with what is between them."""
    left, right, top = area.x, area.right, area.y
    with sketch.thing(Thing(Kind.CPU, f"CPU {cpu.number}", cpu.uid, cpu.sentence())):
        sketch.box(area)
        title = Run(f"CPU {cpu.number}", Type.TITLE, Face.DISPLAY, Role.TEXT, 600)
        sketch.write(left, top + 28.0, title)
        pill(sketch, left, top + 37.0, cpu.words, CONTEXTS[cpu.context], room=right - left)
        _gauge_passes(sketch, cpu, close, left, right, top + 81.0)
        spent = 0.0
        if cpu.budget is not None and cpu.budget_of:
            spent = max(0.0, cpu.budget / cpu.budget_of)
        value = (number(grouped(cpu.budget)), note(f" / {plain(cpu.budget_of)}"))
        _level(sketch, "Budget", value, spent, (left, right, top + 138.0), 4.0)
        limit = None if cpu.time_of_ns is None else cpu.time_of_ns // 1000
        value = (number(micros(cpu.time_ns)), note(f" / {plain(limit)} µs"))
        share = (cpu.time_ns or 0) / cpu.time_of_ns if cpu.time_of_ns else 0.0
        _level(sketch, "Time", value, share, (left, right, top + 167.0), 4.0)
        _polling(sketch, cpu, left, right, top + 199.0)
        sketch.write(left, top + 224.0, caps("Backlog"))
        backlog = (number(plain(cpu.backlog)), note(f" / {plain(cpu.backlog_of)}"))
        sketch.write(right, top + 224.0, *backlog, align=Align.RIGHT)
        if cpu.squeezed:
            chip = mono(f"time_squeeze +{cpu.squeezed}", Role.CHANGED_INK, Type.MICRO, 600)
            sketch.write(left + width_of(title) + 16.0, top + 27.0, chip, plate=Role.CHANGED)
        if close is not None:
            draw_head_close(sketch, close, area, squeezed=bool(cpu.squeezed))


def draw_small_head(sketch: Sketch, cpu: Cpu, area: Rect, close: HeadClose | None = None) -> None:
    """Name and context of a compact row."""
    with sketch.thing(Thing(Kind.CPU, f"CPU {cpu.number}", cpu.uid, cpu.sentence())):
        sketch.box(area)
        title = Run(f"CPU {cpu.number}", Type.TITLE, Face.DISPLAY, Role.TEXT, 600)
        sketch.write(area.x, area.cy - 11.0, title)
        pill(sketch, area.x, area.cy, cpu.words, CONTEXTS[cpu.context], room=area.w)
        if close is not None:
            draw_small_head_close(sketch, close, area)


def draw_strip_head(sketch: Sketch, cpu: Cpu, area: Rect) -> None:
    """Name and context of a row of one line."""
    with sketch.thing(Thing(Kind.CPU, f"CPU {cpu.number}", cpu.uid, cpu.sentence())):
        sketch.box(area)
        title = Run(f"CPU {cpu.number}", Type.LABEL, Face.UI, Role.TEXT, 600)
        sketch.write(area.x, area.cy, title, middle=True)
        sketch.write(area.x + 52.0, area.cy, note(cpu.words), middle=True, room=area.w - 52.0)
