"""The sentence that goes with a link: names and numbers behind its few words."""

from __future__ import annotations

from engine.scenario.units import format_ns
from engine.timeline import UNKNOWN
from engine.why.facts import Facts
from engine.why.link import LinkKind, Piece


def explained(facts: Facts, piece: Piece) -> Piece:
    """Return a piece with its detail, where there is more to say than its words do."""
    if piece.detail or not piece.uid:
        return piece
    return piece._replace(detail=_detail(facts, piece))


def _detail(facts: Facts, piece: Piece) -> str:
    name = facts.label(piece.uid)
    match piece.kind:
        case LinkKind.THROTTLE:
            throttle = facts.signal(piece.uid, "throttled_until")
            until = throttle.one(piece.start)
            if until > 0:  # a new EITR counts from the next message on, so the gap is that of the last one
                gap = format_ns(until - int(throttle.times[throttle.times <= piece.start][-1]))
                return f"{name} sends one message in {gap}, the next not before {format_ns(until)}."
        case LinkKind.MASKED:
            expires = facts.signal(piece.uid, "timer_expires").one(piece.start)
            if expires > piece.start:
                return f"{name} keeps its interrupt off; napi_watchdog polls at {format_ns(expires)}."
        case LinkKind.POLL_QUEUE | LinkKind.OTHER_NAPI if piece.cpu is not None:
            weight = facts.latest(piece.uid, "weight")
            most = f", at most {weight} packets a poll" if weight != UNKNOWN else ""
            return f"{name} is polled on CPU {piece.cpu}{most}."
        case LinkKind.RUNNABLE | LinkKind.DEFERRED if piece.cpu is not None:
            pid = facts.latest(piece.uid, "pid")
            who = f"{name} (pid {pid})" if pid > 0 else name
            if piece.words.startswith(f"{name} runnable"):  # behind an interrupt or a softirq: nobody's
                return f"{who} is on the run queue of CPU {piece.cpu}."
            return f"{who} had CPU {piece.cpu}." if who else ""
        case LinkKind.WAKE | LinkKind.SWITCH if piece.cpu is not None:
            return f"{name} is to run on CPU {piece.cpu}."
    return ""
