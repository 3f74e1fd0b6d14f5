"""What a thing of the canvas is that is no object of the run: a function's station, a gate, a heading, an arrow.

A station tells of its function: where it stands in the kernel, what it does and costs, how often it ran up to the
moment, and what it handled last on any CPU. Of anything else there is its name and what it means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPoint

from engine.narration import does, packet_name, sentence
from engine.scenario.units import format_ns
from engine.timeline.schema import FunctionInfo
from engine.timeline.timeline import Timeline
from viewer.panels.sections import gap, wrapped
from viewer.panels.sections_source import SITE_NAME, open_source, source_url
from viewer.panels.sections_step import LINK, OUT, cost_text
from viewer.panels.sheet import LINE, Cell, Row, mono, words
from viewer.panels.story import WAITS
from viewer.panels.subject import is_packet, title_of
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

_HEADS = {
    "wire": "The link to the adapter: frames on their way, the last bit first to count.",
    "nic": "The network adapter: its filters, its FIFO, the hash that chooses a queue, its interrupt vectors.",
    "rx ring": "The receive rings: descriptors that the adapter fills and the driver takes.",
    "cpu context": "What each CPU runs: a task, a hardirq, a softirq.",
    "poll": "The driver's poll function takes descriptors from its ring and builds an sk_buff for each.",
    "xdp": "Where an XDP program would see a frame before there is an sk_buff.",
    "gro": "Generic receive offload: packets of a flow may be merged, and are handed on as lists.",
    "tap · tc": "Where packet sockets get their copies, and where traffic control would sit.",
    "ip": "IPv4 receive: the header is checked and the route looked up.",
    "udp · tcp": "The transport: the socket of a packet is looked up.",
    "socket": "Receive queues of sockets, with what is charged to them.",
    "wait queue · app": "Who waits for a socket, and the programs that read.",
}
_NAMES = {
    "no prog": "No XDP program is attached: the driver hands every frame on.",
    "no taps": "No packet socket is open: nothing is copied here.",
    "no poll": "This CPU polls nothing now.",
    "gro_hash": "Eight buckets of packets that GRO holds for others of their flow.",
    "rx_list": "Packets that GRO is done with; they go up the stack as one list.",
    "indirection table": "Which queue each value of the hash goes to.",
    "way": "The way that something takes between two places of the picture.",
    "wakeup": "One CPU wakes a task that runs on another, or on itself.",
    "IPI": "An interrupt that one CPU sends to another.",
    "timer": "A timer that has been set, and when it comes.",
}
_KINDS = {
    "transmit": "The transmit side is not built yet: nothing is sent in this version.",
    "rss": "The hash of a flow's addresses and ports; its low bits choose an entry of the indirection table.",
    "wire": "Frames on the link, too close to be told apart one by one.",
    "station": "A place on the way of packets through the stack.",
    "gate": "A place where packets could be looked at or turned away.",
    "arrow": "Something that passes between two places of the picture.",
    "vector": "An interrupt vector of the adapter.",
    "napi": "An instance that is polled for packets.",
    "backlog": "Packets that wait for this CPU to take them up the stack.",
    "gro": "A part of generic receive offload.",
    "cpu": "A CPU.",
    "minimap": "The whole picture in small: a click goes there.",
}


class Doings(NamedTuple):
    """What rows can do.

    Attributes:
        see: goes to a step.
        select: selects an object.
        menu: shows the menu of a function at a place.
        told: says a sentence.
    """

    see: Callable[[int], None]
    select: Callable[[int], None]
    menu: Callable[[FunctionInfo, QPoint], None]
    told: Callable[[str], None]


def meaning_of(kind: str, name: str) -> str:
    """What a thing of the canvas means; "" where nobody knows."""
    if kind == "head":
        return _HEADS.get(name.casefold(), "")
    return _NAMES.get(name) or _HEADS.get(name.casefold()) or _KINDS.get(kind, "")


def thing_rows(kind: str, name: str, room: float) -> list[Row]:
    """Name, kind and meaning of a thing that is neither an object nor a function, in so many px."""
    rows = [Row((Cell((words(name, Role.TEXT, Type.TITLE),)),), height=36.0)]
    rows += [Row((Cell((words(line),)),), height=18.0) for line in wrapped(meaning_of(kind, name), room)]
    return [*rows, gap()]


def function_rows(
    timeline: Timeline, step: int, info: FunctionInfo, room: float, doings: Doings
) -> list[Row]:
    """A function of the stack as it stands after a step, in so many px."""
    numbers = [one.number for one in timeline.functions if info.name in one.calls]
    steps = np.flatnonzero(np.isin(timeline.column("fn")[: step + 1], numbers))
    last = int(steps[-1]) if len(steps) else -1
    handled = int(timeline.step(last).packet) if last >= 0 else 0
    call = f"{info.name}()" if info.kind == "function" else info.name

    def menu(place: QPoint) -> None:
        doings.menu(info, place)

    station = words(WAITS.get(info.station, info.station), Role.TEXT_SECONDARY, Type.LABEL, 500)
    title = Cell((mono(call, kind=Type.EMPHASIS, weight=600),), menu=menu)
    rows = [Row((title, Cell((station,), at=1.0, right=True)), height=32.0)]
    rows.append(_file(timeline, info, menu, doings))
    does_it = does(info.name, _kind_of(timeline, handled))
    rows += [Row((Cell((words(line, Role.TEXT),)),), height=18.0) for line in wrapped(does_it, room)]
    rows += [
        Row((Cell((words(line, Role.TEXT_TERTIARY),)),), height=18.0)
        for line in wrapped(cost_text(info), room)
    ]
    count = f"{len(steps):,}".replace(",", " ")
    rows.append(_fact("ran so far", f"{count} {'time' if len(steps) == 1 else 'times'}"))
    return [*rows, *_last(timeline, last, handled, room, doings), gap()]


def _file(timeline: Timeline, info: FunctionInfo, menu: Callable[[QPoint], None], doings: Doings) -> Row:
    kernel = str(timeline.facts.get("kernel") or "")
    if not source_url(info, kernel):
        return Row((Cell((mono(info.file or info.kind, Role.TEXT_TERTIARY),), menu=menu),))
    spans = (mono(info.file, Role.TEXT_TERTIARY), words(OUT, Role.TEXT_TERTIARY))
    tip = f"{info.file}: click to read {info.name} at {SITE_NAME}"
    return Row((Cell(spans, tip=tip, do=lambda: open_source(info, kernel, doings.told), menu=menu),))


def _last(timeline: Timeline, last: int, handled: int, room: float, doings: Doings) -> list[Row]:
    """When it ran last, on what, and what it did then."""
    if last < 0:
        return []
    view = timeline.step(last)
    where = f", CPU {view.cpu}" if view.cpu is not None else ""
    rows = [_fact("last", f"{format_ns(int(view.time))}{where}", lambda: doings.see(last), "go to that step")]
    if handled:
        packet = is_packet(timeline, handled)
        name = packet_name(timeline, handled) if packet else timeline.label(handled)
        tip = f"select {title_of(timeline, handled)}"
        rows.append(_fact("last packet" if packet else "last for", name, lambda: doings.select(handled), tip))
    said = sentence(timeline, last)
    return rows + [
        Row((Cell((words(line, Role.TEXT_TERTIARY),)),), height=18.0) for line in wrapped(f"{said}.", room)
    ]


def _fact(name: str, value: str, do: Callable[[], None] | None = None, tip: str = "") -> Row:
    spans = (mono(value, Role.TEXT, 600), *((words(LINK, Role.TEXT_TERTIARY),) if do is not None else ()))
    label = Cell((words(name, Role.TEXT_TERTIARY),))
    return Row((label, Cell(spans, at=1.0, right=True, tip=tip, do=do)), LINE + 2.0, rule=True)


def _kind_of(timeline: Timeline, uid: int) -> str:
    """What a function is given, in general: a packet, or an object of a class."""
    if not uid or is_packet(timeline, uid):
        return "a packet"
    name = timeline.object(uid).cls.name
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"
