"""What an answer is made of: links, each a stretch of time with a reason, and how they become one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from engine.scenario.units import format_ns

MOST_TERMS = 8
"""Terms of a sentence; the shortest beyond that are added up in one."""


class LinkKind(StrEnum):
    """What the time of a link went to, or what a cause tells."""

    FIFO = "fifo"  # in the adapter, before a descriptor was free
    DMA = "dma"
    THROTTLE = "throttle"  # ITR
    MASKED = "masked"  # the interrupt may not come
    INTERRUPT = "interrupt"  # the message, and the handler
    IPI = "ipi"  # one CPU tells another
    SOFTIRQ = "softirq"  # from raising to polling
    DEFERRED = "deferred"  # pending behind something that holds softirqs up
    POLL_QUEUE = "poll queue"  # behind others that its own NAPI takes first
    OTHER_NAPI = "other napi"
    GRO = "gro"
    BATCH = "batch"  # on rx_list
    WORK = "work"  # the packet's own functions
    INTERRUPTED = "interrupted"
    RUNNABLE = "runnable"  # a task waits for a CPU that another has
    WAKE = "wake"  # from waking to the run queue
    SWITCH = "switch"  # context switch
    BUSY = "busy"  # the reader works on other messages
    CALL = "call"  # the reader's system call
    SLEEP = "sleep"  # the reader sleeps all the same
    CHAIN = "chain"  # cause: what led to what
    FILLED = "filled"  # cause: how full, since when
    ARRIVED = "arrived"  # cause: what came
    DRAINED = "drained"  # cause: what was taken out
    LIMIT = "limit"  # cause: which limit was met
    FACT = "fact"  # cause without a duration
    UNKNOWN = "unknown"


class Link(NamedTuple):
    """A stretch of time and what it went to.

    Attributes:
        ns: its length, nanoseconds; 0 only in causes.
        words: a few words, without the length.
        kind: what sort of reason it is.
        start_ns, end_ns: the stretch.
        step: where to jump: the step that ended it, or that explains it; -1 for none.
        cpu: whose CPU, None for hardware or several.
        detail: a sentence with names and numbers, or "".
        uid: the object concerned (task, NAPI, ring, socket), 0 for none.
    """

    ns: int
    words: str
    kind: LinkKind
    start_ns: int
    end_ns: int
    step: int
    cpu: int | None
    detail: str = ""
    uid: int = 0


class Why(NamedTuple):
    """An answer.

    Attributes:
        question: what was asked.
        total_ns: the duration explained, nanoseconds.
        links: contiguous, in order, each longer than 0; their `ns` add up to `total_ns`.
        sentence: the sum in words.
        causes: what led there; these need not add up.
    """

    question: str
    total_ns: int
    links: tuple[Link, ...]
    sentence: str
    causes: tuple[Link, ...] = ()


class Piece(NamedTuple):
    """A link in the making: without its step, unless that is known."""

    start: int
    end: int
    kind: LinkKind
    words: str
    cpu: int | None = None
    uid: int = 0
    detail: str = ""
    step: int = -1


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces without empty ones, neighbours of the same kind and words made one."""
    result: list[Piece] = []
    for piece in pieces:
        if piece.end <= piece.start:
            continue
        last = result[-1] if result else None
        if last and (last.kind, last.words, last.end) == (piece.kind, piece.words, piece.start):
            result[-1] = last._replace(
                end=piece.end,
                cpu=last.cpu if last.cpu == piece.cpu else None,
                detail=last.detail or piece.detail,
                step=piece.step,
            )
        else:
            result.append(piece)
    return result


def summed(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return links with those of equal words added up, in order of their first.

    A sum reaches from its first to its last part; its step, CPU and detail are those of its longest.
    """
    result: dict[str, Link] = {}
    longest: dict[str, int] = {}
    for link in links:
        before = result.get(link.words)
        if before is None:
            result[link.words] = link
            longest[link.words] = link.ns
            continue
        told = link if link.ns > longest[link.words] else before
        longest[link.words] = max(longest[link.words], link.ns)
        result[link.words] = told._replace(
            ns=before.ns + link.ns, start_ns=before.start_ns, end_ns=link.end_ns
        )
    return tuple(result.values())


def total(links: Sequence[Link], ns: int) -> str:
    """Return the sum in words: the length of all, and what it is made of, equal words added up."""
    if not links:
        return format_ns(ns)
    terms = list(summed(links))
    kept = sorted(terms, key=lambda term: -term.ns)
    if len(terms) > MOST_TERMS:
        kept = kept[: MOST_TERMS - 1]
    words = [f"{format_ns(term.ns)} {term.words}" for term in terms if term in kept]
    rest = ns - sum(term.ns for term in kept)
    if rest:
        words.append(f"{format_ns(rest)} in {len(terms) - len(kept)} shorter waits")
    return f"{format_ns(ns)} = " + " + ".join(words)


def counted(number: int, noun: str) -> str:
    """Return "1 frame", "2 frames"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
