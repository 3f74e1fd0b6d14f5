"""How a queue filled up: since when it was never empty, what came in, what was taken out."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from engine.scenario.units import Rate, RateKind, format_ns, format_rate
from engine.timeline import UNKNOWN
from engine.why.facts import Facts
from engine.why.link import Link, LinkKind

DIGITS = 3
"""Digits of a rate that is not somebody's setting but a count over a time."""


class Filling(NamedTuple):
    """What happened to a queue from when it was last empty to a step.

    Attributes:
        start, end: nanoseconds.
        began, step: the step that put the first one in, and the one at the end.
        arrived, taken: how many came in and went out in between.
        level: how many are in it at the end.
        last: the step that took one out last, -1 when nobody did.
        known: whether the queue's length is recorded at all.
    """

    start: int
    end: int
    began: int
    step: int
    arrived: int
    taken: int
    level: int
    last: int
    known: bool


def filling(facts: Facts, uid: int, fields: tuple[str, ...], step: int) -> Filling:
    """Return how a queue, whose length is the sum of some fields of an object, filled up to a step."""
    end = int(facts.timeline.time(step))
    signals = [facts.signal(uid, field) for field in fields]
    steps = np.unique(np.concatenate([signal.steps for signal in signals]))
    steps = steps[steps <= step]
    if len(steps) == 0:
        return Filling(end, end, step, step, 0, 0, 0, -1, known=False)
    levels = np.zeros(len(steps), np.int64)
    for signal in signals:
        if len(signal.steps):
            rows = np.searchsorted(signal.steps, steps, "right") - 1
            levels += np.where((rows >= 0) & (signal.values[rows] != UNKNOWN), signal.values[rows], 0)
    empty = np.flatnonzero(levels == 0)
    first = int(empty[-1]) + 1 if len(empty) else 0
    if first >= len(steps):
        return Filling(end, end, step, step, 0, 0, int(levels[-1]), -1, known=True)
    moved = np.diff(np.append(0, levels)[first:] if first == 0 else levels[first - 1 :])
    outs = np.flatnonzero(moved < 0)
    began = int(steps[first])
    return Filling(
        int(facts.timeline.time(began)),
        end,
        began,
        step,
        int(moved[moved > 0].sum()),
        int(-moved[outs].sum()),
        int(levels[-1]),
        int(steps[first + outs[-1]]) if len(outs) else -1,
        known=True,
    )


def rate(number: int, ns: int) -> str:
    """Return so many in a time as a rate a second, three digits of it."""
    if number <= 0 or ns <= 0:
        return "none"
    exact = Fraction(number * 1_000_000_000, ns)
    whole = round(exact)
    size = 10 ** max(len(str(whole)) - DIGITS, 0)
    return format_rate(Rate(RateKind.FRAMES, Fraction(max(round(exact / size) * size, 1))))


def causes(filled: Filling, words: str, noun: str, taker: str, uid: int, refused: int) -> tuple[Link, ...]:
    """Return what filled a queue as causes: since when, what came, what went.

    Args:
        filled: what happened.
        words: how full it is.
        noun: what it holds, in the plural.
        taker: who takes them out.
        uid: the queue's object.
        refused: how many were turned away meanwhile, the one asked about included.
    """
    ns = filled.end - filled.start
    span = (filled.start, filled.end)
    came = filled.arrived + refused
    result = [
        Link(ns, words, LinkKind.FILLED, *span, filled.began, None, "Not empty since then.", uid),
        Link(
            ns,
            f"{came} {noun} arrived, {rate(came, ns)}",
            LinkKind.ARRIVED,
            *span,
            filled.began,
            None,
            f"{filled.arrived} found room, {refused} did not.",
            uid,
        ),
    ]
    if filled.taken:
        each = f"One in {format_ns(ns // filled.taken)}."
        out = f"{taker} took {filled.taken}, {rate(filled.taken, ns)}"
        result.append(Link(ns, out, LinkKind.DRAINED, *span, filled.last, None, each, uid))
    else:
        out = f"{taker} took none"
        result.append(Link(ns, out, LinkKind.DRAINED, *span, filled.step, None, "", uid))
    return tuple(result)


def gone_up(facts: Facts, uid: int, field: str, first: int, last: int) -> int:
    """Return by how much a counter went up in the steps after `first`, up to `last`."""
    counter = facts.signal(uid, field)
    before, after = counter.after(first), counter.after(last)
    return max(after - max(before, 0), 0) if after != UNKNOWN else 0
