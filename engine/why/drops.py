"""Why there was no room: what was full, since when, and what the one who should have emptied it did meanwhile."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.scenario.units import format_ns
from engine.timeline import FATES, UNKNOWN, Timeline
from engine.why.detail import explained
from engine.why.facts import Facts, facts_of
from engine.why.filling import Filling, causes, filling, gone_up
from engine.why.link import Link, LinkKind, Piece, Why, total
from engine.why.packet import backlog_line, reader_of, ring_line
from engine.why.polling import until_polled
from engine.why.tasks import Watch, spent, states

LOST = FATES.index("lost")
NOT_TAKEN = tuple(FATES.index(fate) for fate in ("lost", "copies_lost", "refused"))
BEFORE = 64
"""Steps before an ending in which the counter of its loss went up."""

STATIC = {
    "nic:link_down": "The link is down.",
    "nic:filtered": "The adapter's filter: neither the address of this host nor a group that it has joined.",
    "nic:rx_long_length_errors": "The frame is longer than the adapter may receive.",
    "nic:ntuple": "A classification rule of the adapter says drop.",
    "nic:reset": "The adapter was reset with the frame in it.",
    "skb:NO_SOCKET": "No socket is bound to the address and port.",
    "skb:UDP_CSUM": "The UDP checksum is wrong.",
    "skb:IP_CSUM": "The checksum of the IP header is wrong.",
    "skb:PKT_TOO_SMALL": "The packet is shorter than its headers say.",
    "skb:OTHERHOST": "The frame was for another host's Ethernet address.",
    "skb:IP_INADDRERRORS": "The address is none of this host's, and it does not forward.",
    "skb:NOT_SPECIFIED": "There is no input route for it: the host has not joined its group.",
    "skb:IP_NOPROTO": "Nothing here takes the IP protocol.",
    "skb:UNHANDLED_PROTO": "Nothing here takes the Ethernet type.",
    "skb:QUEUE_PURGE": "The socket was closed with the datagram in its queue.",
    "udp:IgnoredMulti": "No socket has joined the group on this port.",
}
"""Losses that do not depend on what happened before."""


def why_drop(timeline: Timeline, frame: int = 0, *, step: int | None = None) -> Why:
    """Return why there was no room for a frame, or for what a step dropped.

    Args:
        timeline: what happened.
        frame: a wire frame or an skb; 0 to ask by step.
        step: the step of the loss; of a frame of which several copies were lost, the one meant.

    Returns:
        The links cover the time from when the queue was last empty to the loss, put down to what the one who empties
        it did. They are none where the loss has nothing to do with room.
    """
    return of_drop(facts_of(timeline), frame, step)


def of_drop(facts: Facts, uid: int, step: int | None = None) -> Why:
    """Return the same from facts already gathered."""
    row = _ending(facts, uid, step)
    if row is None:
        asked = f"#{uid}" if uid else f"step {step}"
        return Why(f"Why was {asked} dropped?", 0, (), "It was not: no loss is on record there.")
    reason = facts.name(int(row["reason"]))
    frame = int(row["frame"])
    question = f"Why was #{uid or frame} dropped ({reason})?"
    at = int(row["step"])
    if reason in STATIC:
        return Why(question, 0, (), STATIC[reason], (_fact(facts, STATIC[reason], at),))
    full = _full(facts, reason, at) if facts.recorded(at) else None
    if full is None:
        sentence = f"Unknown: what was full is not on record ({reason})."
        return Why(question, 0, (), sentence, (_fact(facts, sentence, at, LinkKind.UNKNOWN),))
    return _answer(facts, question, full)


def _ending(facts: Facts, uid: int, step: int | None) -> Any:
    """Return the row of a loss, None without any."""
    rows = facts.timeline.endings
    rows = rows[np.isin(rows["fate"], NOT_TAKEN)]
    if uid:
        rows = rows[rows["frame"] == facts.timeline.frame_of(uid)]
    if step is not None:
        rows = rows[rows["step"] == step]
    return rows[-1] if len(rows) else None


def _fact(facts: Facts, words: str, step: int, kind: LinkKind = LinkKind.FACT) -> Link:
    time = int(facts.timeline.time(step))
    return Link(0, words, kind, time, time, step, None)


class Full(NamedTuple):
    """What had no room.

    Attributes:
        uid: its object.
        words: how full it is, as "rx-0: 511 of 512 descriptors".
        noun: what it holds, in the plural.
        taker: who empties it.
        refused: how many it turned away since it was last empty.
        filled: how it filled.
        pieces: what the taker did meanwhile.
    """

    uid: int
    words: str
    noun: str
    taker: str
    refused: int
    filled: Filling
    pieces: list[Piece]


def _answer(facts: Facts, question: str, full: Full) -> Why:
    filled = full.filled
    ns = filled.end - filled.start
    if not filled.known:
        links: tuple[Link, ...] = ()
        return Why(question, 0, links, f"{full.words}.", (_fact(facts, full.words, filled.step),))
    links = facts.links(explained(facts, piece) for piece in full.pieces)
    why = causes(filled, full.words, full.noun, full.taker, full.uid, full.refused)
    sentence = f"{full.words}, not empty for {format_ns(ns)}: {why[1].words}; {why[2].words}."
    if links:
        sentence += f" {total(links, ns)}"
    return Why(question, sum(link.ns for link in links), links, sentence, why)


def _full(facts: Facts, reason: str, step: int) -> Full | None:
    """Return what had no room, by the reason of a loss; None when it is not on record."""
    place, _, name = reason.partition(":")
    match place, name:
        case "skb", "SOCKET_RCVBUFF":
            return _socket(facts, step)
        case "skb", "CPU_BACKLOG":
            return _backlog(facts, step)
        case "nic", "rx_missed_errors":
            return _fifo(facts, step)
        case "nic", _ if name == "rx_no_dma_resources" or name.endswith("_drops"):
            return _ring(facts, step)
    return None


def _counted(facts: Facts, class_name: str, field: str, step: int) -> int:
    """Return the object whose counter of losses went up at a step or shortly before it, on its CPU; 0 for none."""
    timeline = facts.timeline
    where = timeline.column("where")
    first = step
    try:
        while first > 0 and step - first < BEFORE * len(timeline.cpus or (0,)):
            first = max(first - BEFORE, 0)
            moves = timeline.moves(class_name, field, first, step + 1)
            mine = moves[where[moves] >> 8 == int(where[step]) >> 8]
            if len(mine):
                changed = facts.changed(int(mine[-1]))
                return next(
                    (int(one.uid) for one in changed if _is(facts, one.uid, one.field, class_name, field)), 0
                )
    except KeyError:
        return 0
    return 0


def _is(facts: Facts, uid: int, name: str, class_name: str, field: str) -> bool:
    return name == field and facts.class_of(uid) == class_name


# -- what can be full ---------------------------------------------------------------------------------------


def _socket(facts: Facts, step: int) -> Full | None:
    """A socket's receive buffer; its reader empties it."""
    sock = _counted(facts, "sock", "sk_drops", step)
    if not sock:
        return None
    filled = filling(facts, sock, ("queued",), step)
    used = facts.signal(sock, "sk_rmem_alloc").after(step)
    limit = facts.signal(sock, "sk_rcvbuf").after(step)
    owed = facts.signal(sock, "forward_deficit").after(step)
    words = f"{facts.label(sock)}: {used} B charged, sk_rcvbuf is {limit} B"
    size = facts.latest(int(facts.timeline.column("packet")[step]), "truesize")
    if owed > 0:
        words += f" ({owed} B of it read and not yet given back)"
    if used <= limit and size > 0:  # from 6.18 on what comes must fit as well
        words += f", no room for {size} B more"
    task = reader_of(facts, sock, step)
    refused = gone_up(facts, sock, "sk_drops", filled.began, step)
    name = facts.label(task) if task else "its reader"
    if task:
        busy = f"{name} busy with what it reads"
        watch = Watch(task, name, states(facts, task), filled.end, busy, _woken(facts, task, filled.start))
        pieces = spent(facts, watch, filled.start, filled.end)
    else:
        pieces = [Piece(filled.start, filled.end, LinkKind.UNKNOWN, "unknown who reads", None, sock)]
    return Full(sock, words, "datagrams", name, refused, filled, pieces)


def _woken(facts: Facts, task: int, start: int) -> int:
    """Return when a task that slept at a moment was woken."""
    state = facts.signal(task, "state")
    sleeping = facts.code(task, "state", "sleeping")
    later = np.flatnonzero((state.times > start) & (state.values != sleeping))
    slept = state.one(start) == sleeping != UNKNOWN
    return int(state.times[later[0]]) if slept and len(later) else start


def _ring(facts: Facts, step: int) -> Full | None:
    """A ring without a free descriptor; its NAPI empties it."""
    ring = _counted(facts, "rx_ring", "drops", step)
    return _of_ring(facts, ring, step) if ring else None


def _of_ring(facts: Facts, ring: int, step: int) -> Full:
    filled = filling(facts, ring, ("filled",), step)
    label = facts.label(ring)
    words = f"{label}: no free descriptor, {filled.level} of {facts.latest(ring, 'count')} not yet cleaned"
    line = ring_line(facts, ring, f"{label} being polled", None)
    pieces = until_polled(facts, line, filled.start, filled.end)
    refused = gone_up(facts, ring, "drops", filled.began, step)
    taker = facts.label(line.napi) or "the interrupt handler"
    return Full(ring, words, "frames", taker, refused, filled, pieces)


def _fifo(facts: Facts, step: int) -> Full | None:
    """The adapter's FIFO: it waits for a descriptor of the ring that its first frame goes to."""
    nic = _counted(facts, "nic", "mpc", step)
    if not nic:
        return None
    filled = filling(facts, nic, ("fifo_frames",), step)
    used, size = facts.signal(nic, "fifo_bytes").after(step), facts.latest(nic, "fifo_size")
    words = f"{facts.label(nic)}: {used} of {size} B in the FIFO"
    refused = gone_up(facts, nic, "mpc", filled.began, step)
    rings = [ring for ring in facts.objects("rx_ring") if _adapter(facts, ring) == nic]
    if len(rings) != 1:
        pieces = [
            Piece(filled.start, filled.end, LinkKind.UNKNOWN, "unknown which ring it waited for", None, nic)
        ]
        return Full(nic, words, "frames", "its rings", refused, filled, pieces)
    ring = _of_ring(facts, rings[0], step)
    line = ring_line(facts, rings[0], f"{facts.label(rings[0])} being polled", None)
    pieces = until_polled(facts, line, filled.start, filled.end)
    return Full(nic, f"{words}; {ring.words}", "frames", ring.taker, refused, filled, pieces)


def _adapter(facts: Facts, ring: int) -> int:
    """Return the adapter that a ring belongs to."""
    device = int(facts.timeline.object(ring).parent)
    return facts.reference(device, "nic")


def _backlog(facts: Facts, step: int) -> Full | None:
    """A CPU's backlog; its NAPI empties it."""
    softnet = _counted(facts, "softnet_data", "dropped", step)
    if not softnet:
        return None
    filled = filling(facts, softnet, ("input_qlen",), step)
    cpu = facts.latest(softnet, "cpu")
    line = backlog_line(facts, softnet, f"backlog of CPU {cpu} being polled")
    pieces = until_polled(facts, line, filled.start, filled.end)
    refused = gone_up(facts, softnet, "dropped", filled.began, step)
    words = f"CPU {cpu}: {filled.level} on input_pkt_queue"
    return Full(softnet, words, "packets", facts.label(line.napi) or "its poll", refused, filled, pieces)
