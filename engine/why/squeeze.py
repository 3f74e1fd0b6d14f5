"""Why net_rx_action stopped: which polls spent its budget, or its time."""

from __future__ import annotations

import numpy as np

from engine.scenario.units import format_ns
from engine.timeline import UNKNOWN, Timeline
from engine.why.facts import COUNTERS_ONLY, HARDIRQ, Facts, facts_of, rows
from engine.why.link import Link, LinkKind, Piece, Why, counted, total
from engine.why.tasks import softirq_like

SOFTNET = "softnet_data"


def why_squeeze(timeline: Timeline, step: int) -> Why:
    """Return what a call of net_rx_action that counted a time_squeeze did.

    Args:
        timeline: what happened.
        step: the one that counted it.
    """
    return of_squeeze(facts_of(timeline), step)


def squeezed(facts: Facts, step: int) -> int:
    """Return the softnet_data whose time_squeeze a step raised, 0 for none."""
    for change in facts.changed(step):
        if change.field == "time_squeeze" and facts.class_of(change.uid) == SOFTNET:
            old, new = change.old, change.new
            if isinstance(old, int) and isinstance(new, int) and new > old:
                return int(change.uid)
    return 0


def of_squeeze(facts: Facts, step: int) -> Why:
    """Return the same from facts already gathered."""
    softnet = squeezed(facts, step)
    end = int(facts.timeline.time(step))
    if not softnet:
        return Why(
            "Why was net_rx_action squeezed?", 0, (), f"It was not: step {step} counts no time_squeeze."
        )
    if not facts.recorded(step):
        return Why("Why was net_rx_action squeezed?", 0, (), f"{COUNTERS_ONLY.capitalize()}.")
    cpu = facts.latest(softnet, "cpu")
    start = facts.signal(softnet, "net_rx_started").after(step)
    if start == UNKNOWN or start > end:
        start = end
    pieces = _pieces(facts, softnet, None if cpu == UNKNOWN else cpu, start, end)
    links = facts.links(pieces)
    limit = _limit(facts, softnet, step, end)
    causes = (limit, *_polls(facts, softnet, pieces, step))
    sentence = f"{limit.words}. {total(links, end - start)}"
    question = f"Why did net_rx_action stop on CPU {cpu} after {format_ns(end - start)}?"
    return Why(question, end - start, links, sentence, causes)


def _limit(facts: Facts, softnet: int, step: int, end: int) -> Link:
    """Return which of the two limits was met."""
    left = facts.signal(softnet, "budget").after(step)
    limit = facts.signal(softnet, "time_limit").after(step)
    polls = facts.signal(softnet, "pass_polls").after(step)
    words, kind = "unknown which limit was met", LinkKind.UNKNOWN
    start = facts.signal(softnet, "net_rx_started").after(step)
    spent = facts.signal(softnet, "budget").after(_began(facts, softnet, step))
    if left != UNKNOWN and left <= 0:
        kind = LinkKind.LIMIT
        words = f"netdev_budget of {spent} spent in {counted(polls, 'poll')}, {left} left"
    elif limit != UNKNOWN and start != UNKNOWN and end >= limit:
        kind = LinkKind.LIMIT
        words = f"netdev_budget_usecs over, {format_ns(end - limit)} past {format_ns(limit)}, {left} of {spent} left"
    return Link(0, words, kind, end, end, step, None, "", softnet)


def _began(facts: Facts, softnet: int, step: int) -> int:
    """Return the step in which the call of net_rx_action began that a step belongs to."""
    steps = facts.signal(softnet, "net_rx_started").steps
    row = int(np.searchsorted(steps, step, "right")) - 1
    return int(steps[row]) if row >= 0 else step


def _pieces(facts: Facts, softnet: int, cpu: int | None, a: int, b: int) -> list[Piece]:
    """Return who was polled in [a, b)."""
    result = []
    context, _ = facts.cpu(cpu, a, b)
    for start, end, (napi, code) in rows(a, b, [facts.signal(softnet, "polling_napi"), context]):
        if code == UNKNOWN or napi == UNKNOWN:
            result.append(Piece(start, end, LinkKind.UNKNOWN, "unknown what was polled", cpu))
        elif code == HARDIRQ:
            result.append(Piece(start, end, LinkKind.INTERRUPTED, "interrupted by hardirq", cpu))
        elif napi > 0 and softirq_like(code):
            words = f"polling {facts.label(napi)}"
            result.append(Piece(start, end, LinkKind.POLL_QUEUE, words, cpu, napi))
        else:
            result.append(Piece(start, end, LinkKind.SOFTIRQ, "net_rx_action itself", cpu))
    return result


def _polls(facts: Facts, softnet: int, pieces: list[Piece], step: int) -> list[Link]:
    """Return for each NAPI that was polled how much it took."""
    began = _began(facts, softnet, step)
    result = []
    for napi in dict.fromkeys(piece.uid for piece in pieces if piece.uid):
        mine = [piece for piece in pieces if piece.uid == napi]
        ns = sum(piece.end - piece.start for piece in mine)
        took, polls = (_more(facts, napi, field, began, step) for field in ("packets", "polls"))
        words = f"{facts.label(napi)}: {counted(took, 'packet')} in {counted(polls, 'poll')}"
        each = f"{format_ns(ns // took)} a packet." if took else ""
        last = facts.ended_by(mine[-1].end, mine[-1].cpu)
        span = (mine[0].start, mine[-1].end)
        result.append(Link(ns, words, LinkKind.DRAINED, *span, last, mine[-1].cpu, each, napi))
    return result


def _more(facts: Facts, uid: int, field: str, first: int, last: int) -> int:
    """Return by how much a counter went up between two steps."""
    counter = facts.signal(uid, field)
    return max(counter.after(last), 0) - max(counter.after(first), 0)
