"""Why a packet took so long: its way cut into stretches, each put down to what the one it waited for was doing."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from engine.scenario.units import format_ns
from engine.timeline import NO_CPU, UNKNOWN, WHERES, Timeline, Where
from engine.why.detail import explained
from engine.why.facts import COUNTERS_ONLY, HARDIRQ, SOFT, Facts, facts_of, rows
from engine.why.link import Link, LinkKind, Piece, Why, counted, total
from engine.why.passage import Passage, Place, Stay, passage
from engine.why.polling import Line, until_polled
from engine.why.tasks import Watch, for_task, spent, states


def why_packet(timeline: Timeline, uid: int, until_step: int | None = None) -> Why:
    """Return what the time went to from a packet's last bit on the wire to its reading, its loss, or a step.

    Args:
        timeline: what happened.
        uid: a wire frame, or an skb that carries one. Of a frame with several readers the last reading counts.
        until_step: look no further; None for as far as is known.
    """
    return of_packet(facts_of(timeline), uid, until_step)


def of_packet(facts: Facts, uid: int, until_step: int | None = None) -> Why:
    """Return the same from facts already gathered."""
    way = passage(facts, uid, until_step)
    if way is None:
        return Why(f"Why did #{uid} take so long?", 0, (), f"Nothing is known of a packet #{uid}.")
    links = packet_links(facts, way)
    length = way.end - way.arrived
    if length == 0:
        sentence = (
            f"#{uid} was lost as it arrived: {way.reason}." if way.reason else f"#{uid} has just arrived."
        )
    else:
        sentence = total(links, length)
    return Why(_question(way, length), length, links, sentence)


def _question(way: Passage, length: int) -> str:
    ns = format_ns(length)
    match way.outcome:
        case "read":
            return f"Why did #{way.uid} take {ns}?"
        case "":
            return f"Why has #{way.uid} taken {ns} so far?"
        case "lost" | "copies_lost":
            return f"Where was #{way.uid} for {ns} before it was lost?"
    return f"Where was #{way.uid} for {ns}?"


def packet_links(facts: Facts, way: Passage) -> tuple[Link, ...]:
    """Return a packet's way as links that add up to its length."""
    pieces: list[Piece] = []
    for _, group in groupby(_recorded(facts, way), key=lambda stay: stay.place):
        stays = list(group)
        made = _pieces(facts, way, stays)
        if made and stays[-1].step >= 0:
            step = way.step if stays[-1].end == way.end else stays[-1].step
            made[-1] = made[-1]._replace(step=step)
        pieces += made
    if facts.edge is not None and way.end > facts.edge:
        start = max(facts.edge, way.arrived)
        pieces.append(Piece(start, way.end, LinkKind.UNKNOWN, COUNTERS_ONLY, step=way.step))
    return facts.links(explained(facts, piece) for piece in pieces)


def _recorded(facts: Facts, way: Passage) -> list[Stay]:
    """Return the stays as far as every act is recorded."""
    edge = facts.edge
    if edge is None:
        return list(way.stays)
    return [stay._replace(end=min(stay.end, edge)) for stay in way.stays if stay.start < edge]


def _pieces(facts: Facts, way: Passage, stays: list[Stay]) -> list[Piece]:
    """Return stays at one place as pieces."""
    first, last = stays[0], stays[-1]
    a, b = first.start, last.end
    match first.place:
        case Place.FIFO:
            return [Piece(a, b, LinkKind.FIFO, _in_fifo(facts, last), None, first.owner)]
        case Place.DMA:
            return [Piece(a, b, LinkKind.DMA, "DMA")]
        case Place.RING:
            cpu = last.cpu if last.step >= 0 else None
            line = ring_line(facts, first.owner, _ahead(facts, stays), cpu)
            return until_polled(facts, line._replace(late="too late for the poll in progress"), a, b)
        case Place.BACKLOG:
            return _backlog(facts, stays)
        case Place.BATCH:
            return _softirq(facts, stays, LinkKind.BATCH, _on_rx_list(facts, stays))
        case Place.GRO:
            return _softirq(facts, stays, LinkKind.GRO, "held by GRO")
        case Place.DRIVER:
            return _softirq(facts, stays, LinkKind.WORK, "driver and GRO")
        case Place.STACK:
            return _softirq(facts, stays, LinkKind.WORK, "stack")
        case Place.SOCKET:
            return _socket(facts, way, stays)
        case Place.READ:
            return _reading(facts, way, stays)
    return [Piece(a, b, LinkKind.UNKNOWN, "unknown where it was")]


def _in_fifo(facts: Facts, stay: Stay) -> str:
    """Return words for a wait in the FIFO: a DMA that began only later had no descriptor before."""
    if stay.step < 0:
        return "in the FIFO"
    span = int(facts.timeline.column("span")[stay.step])
    return "FIFO, no free descriptor" if span else "FIFO and DMA"


# -- rings and backlogs -------------------------------------------------------------------------------------


def ring_line(facts: Facts, ring: int, words: str, cpu: int | None) -> Line:
    """Return what a frame in a ring stands in line for; without a CPU, the one that cleaned the ring last."""
    cleaned = facts.signal(ring, "next_to_clean").steps
    if cpu is None and len(cleaned):
        where = int(facts.timeline.column("where")[cleaned[-1]]) >> 8
        cpu = None if where == NO_CPU else where
    return Line(facts.reference(ring, "napi"), facts.reference(ring, "vector"), cpu, words)


def _ahead(facts: Facts, stays: list[Stay]) -> str:
    """Return words for the frames that a frame found in its ring."""
    filled = facts.signal(stays[0].owner, "filled").after(stays[0].began)
    if filled == UNKNOWN:
        return "poll queue"
    return f"poll queue behind {counted(filled - 1, 'frame')}" if filled > 1 else "poll queue"


def _backlog(facts: Facts, stays: list[Stay]) -> list[Piece]:
    """Return a wait on a CPU's input_pkt_queue and process_queue."""
    softnet, began = stays[0].owner, stays[0].began
    waiting = [facts.signal(softnet, name).after(began) for name in ("input_qlen", "process_qlen")]
    ahead = sum(number for number in waiting if number > 0) - 1
    words = f"backlog behind {counted(ahead, 'packet')}" if ahead > 0 else "backlog"
    return until_polled(facts, backlog_line(facts, softnet, words), stays[0].start, stays[-1].end)


def backlog_line(facts: Facts, softnet: int, words: str) -> Line:
    """Return what an skb in a CPU's backlog stands in line for."""
    cpu = facts.latest(softnet, "cpu")
    napi = facts.named("napi_struct", f"backlog CPU {cpu}")
    return Line(napi, 0, None if cpu == UNKNOWN else cpu, words, backlog=True)


# -- rx_list, and what else is in the softirq ----------------------------------------------------------------


def _on_rx_list(facts: Facts, stays: list[Stay]) -> str:
    """Return words for a wait on rx_list, by what sent the list up: it was full, or the poll was over."""
    count = facts.signal(stays[0].owner, "rx_count")
    gone = np.flatnonzero((count.steps > stays[0].began) & (count.values == 0))
    sysctl = next(iter(facts.objects("sysctl")), 0)
    batch = facts.signal(sysctl, "gro_normal_batch")
    if not len(gone) or gone[0] == 0 or not len(batch.steps):
        return "on rx_list"
    row = int(gone[0])
    if count.values[row - 1] >= batch.after(int(count.steps[row])):
        return "waiting for a full gro_normal_batch"
    return "on rx_list until the end of the poll"


def _softirq(facts: Facts, stays: list[Stay], kind: LinkKind, words: str) -> list[Piece]:
    """Return time in which the packet's CPU was at it, interrupts left out."""
    a, b, cpu = stays[0].start, stays[-1].end, stays[-1].cpu
    own = sum(stay.end - stay.start for stay in stays if stay.own)
    detail = ""
    if kind is LinkKind.WORK and 0 < own < b - a:
        detail = f"{format_ns(own)} in its own functions, the rest in those of the others of its batch."
    hard = stays[-1].where is Where.HARDIRQ
    context, _ = facts.cpu(cpu, a, b)
    result = []
    for start, end, (code,) in rows(a, b, [context]):
        at_it = code in SOFT or (code == HARDIRQ and hard)
        if at_it or code == UNKNOWN:
            result.append(Piece(start, end, kind, words, cpu, 0, detail))
        else:
            result.append(Piece(start, end, LinkKind.INTERRUPTED, f"interrupted by {WHERES[code]}", cpu))
    return result


# -- the reader -----------------------------------------------------------------------------------------------


def reader_of(facts: Facts, sock: int, after: int = -1) -> int:
    """Return who reads from a socket: after a step, else before it, else the only thread of its program; 0 unknown."""
    samples = facts.timeline.samples
    mine = samples[samples["sock"] == sock]
    later = mine[mine["step"] > after]
    if len(later):
        return int(later[0]["task"])
    if len(mine):
        return int(mine[-1]["task"])
    app = facts.reference(sock, "app")
    tasks = [task for task in facts.objects("task_struct") if app and facts.latest(task, "app") == app]
    return tasks[0] if len(tasks) == 1 else 0


def _socket(facts: Facts, way: Passage, stays: list[Stay]) -> list[Piece]:
    """Return a wait in a socket's queue."""
    first, a, b = stays[0], stays[0].start, stays[-1].end
    task = way.task or reader_of(facts, first.owner, first.began)
    if not task:
        words = f"queued at {facts.label(first.owner)}, unknown who reads"
        return [Piece(a, b, LinkKind.UNKNOWN, words, None, first.owner)]
    return for_task(facts, task, a, b, own_wakeup(facts, task, way.frame, first))


def own_wakeup(facts: Facts, task: int, frame: int, stay: Stay) -> int:
    """Return when the packet's own arrival woke a sleeping task; the start of its wait if it did not.

    It did if the CPU that queued it handled no other packet before it woke the task.
    """
    timeline = facts.timeline
    state = facts.signal(task, "state")
    sleeping = facts.code(task, "state", "sleeping")
    if stay.began < 0 or state.after(stay.began) != sleeping:
        return stay.start
    woken = np.flatnonzero((state.steps > stay.began) & (state.values != sleeping))
    if not len(woken):
        return stay.start
    step = int(state.steps[woken[0]])
    where = timeline.column("where")
    cpu = int(where[stay.began]) >> 8
    if int(where[step]) >> 8 != cpu:
        return stay.start
    between = slice(stay.began + 1, step)
    packets = np.unique(timeline.column("packet")[between][where[between] >> 8 == cpu])
    kin = {frame, *timeline.skbs_of(frame).tolist()}
    if any(facts.class_of(uid) in ("frame", "sk_buff") and uid not in kin for uid in packets.tolist()):
        return stay.start
    return int(timeline.time(step))


def _reading(facts: Facts, way: Passage, stays: list[Stay]) -> list[Piece]:
    """Return the reader's call from taking the packet off the queue to its return."""
    a, b = stays[0].start, stays[-1].end
    if not way.task:
        return [Piece(a, b, LinkKind.CALL, "system call", stays[-1].cpu)]
    name = facts.label(way.task)
    watch = Watch(way.task, name, states(facts, way.task), a, "", a)
    return spent(facts, watch, a, b)
