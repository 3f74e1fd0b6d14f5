"""Why an interrupt's handler, a softirq or ksoftirqd begins only now: from what asked for it to its first step."""

from __future__ import annotations

import numpy as np

from engine.timeline import NO_CPU, UNKNOWN, Timeline
from engine.why.facts import HARDIRQ, IDLE, Facts, facts_of, rows
from engine.why.link import LinkKind, Piece, Why
from engine.why.tasks import behind_next, is_idle, softirq_like
from engine.why.wakeups import of_steps

VECTOR = "msix_vector"


def why_softirq(timeline: Timeline, step: int) -> Why | None:
    """Return what passed between raising a softirq and the `softirq_entry` at a step; None when neither is there."""
    return of_softirq(facts_of(timeline), step)


def why_interrupt(timeline: Timeline, step: int) -> Why | None:
    """Return what passed between an interrupt's cause and its handler at a step; None when neither is there."""
    return of_interrupt(facts_of(timeline), step)


def _cpu_of(facts: Facts, step: int) -> int | None:
    cpu = int(facts.timeline.column("where")[step]) >> 8
    return None if cpu == NO_CPU else cpu


def of_softirq(facts: Facts, step: int) -> Why | None:
    """Return the same as `why_softirq` from facts already gathered."""
    cpu = _cpu_of(facts, step)
    if cpu is None or facts.function(step) not in ("handle_softirqs", "softirq_entry"):
        return None
    began = _raised(facts, cpu, step)
    if began < 0:
        return None
    start, end = int(facts.timeline.time(began)), int(facts.timeline.time(step))
    question = f"Why did the softirq on CPU {cpu} begin {{}} after it was raised?"
    return of_steps(facts, question, start, end, _until_softirq(facts, cpu, start, end), began)


def _raised(facts: Facts, cpu: int, step: int) -> int:
    """Return the step that raised what begins at a step, -1 for none.

    A handler's own bit counts: it was cleared as the pass began, and may have been raised again since.
    """
    pending = facts.signal(facts.holding("cpu", "number", cpu), "softirq_pending")
    rows_before = pending.steps <= step
    steps, bits = pending.steps[rows_before], np.maximum(pending.values[rows_before], 0)
    if facts.function(step) == "softirq_entry":
        vector = facts.signal(facts.holding("softirqs", "cpu", cpu), "vector").after(step)
        if vector >= 0:
            bits = bits >> vector & 1
    set_ = (bits[1:] > 0) & (bits[:-1] == 0)
    cleared = np.flatnonzero((bits[1:] == 0) & (bits[:-1] > 0))
    if facts.function(step) == "softirq_entry" and len(cleared):
        set_ = set_[: cleared[-1]]
    raised = np.flatnonzero(set_)
    return int(steps[raised[-1] + 1]) if len(raised) else -1


def _until_softirq(facts: Facts, cpu: int, a: int, b: int) -> list[Piece]:
    """Return what a CPU did while a softirq was pending."""
    ksoftirqd = facts.named("task_struct", f"ksoftirqd/{cpu}")
    runnable = facts.code(ksoftirqd, "state", "runnable")
    context, task = facts.cpu(cpu, a, b)
    handler = facts.signal(facts.holding("softirqs", "cpu", cpu), "vector")
    result = []
    for start, end, (code, current, state, vector) in rows(
        a, b, [context, task, facts.signal(ksoftirqd, "state"), handler]
    ):
        if code == UNKNOWN:
            kind, words, uid = LinkKind.UNKNOWN, f"unknown what CPU {cpu} did", 0
        elif code == HARDIRQ:
            kind, words, uid = LinkKind.INTERRUPT, "its hardirq" if start == a else "another hardirq", 0
        elif softirq_like(code) and vector >= 0:  # pending bits are looked at between passes only
            kind, words, uid = LinkKind.DEFERRED, "pass of softirqs in progress", 0
        elif softirq_like(code):
            kind, words, uid = LinkKind.SOFTIRQ, "softirq entry", 0
        elif ksoftirqd and state == runnable and code != IDLE and not is_idle(facts, current):
            words = f"{facts.label(ksoftirqd)} runnable behind {facts.label(current)}"
            kind, uid = LinkKind.RUNNABLE, current
        elif ksoftirqd and state >= 0 and state <= runnable:
            kind, words, uid = LinkKind.SWITCH, f"context switch to {facts.label(ksoftirqd)}", ksoftirqd
        else:
            kind, words, uid = (
                LinkKind.DEFERRED,
                f"pending behind {facts.label(current) or 'a task'}",
                current,
            )
        result.append(Piece(start, end, kind, words, cpu, uid))
    return behind_next(facts, result, ksoftirqd)


def of_interrupt(facts: Facts, step: int) -> Why | None:
    """Return the same as `why_interrupt` from facts already gathered."""
    timeline = facts.timeline
    if facts.function(step) not in ("msix_message", "common_interrupt", "irq_handler_entry"):
        return None
    sent = _message(facts, step)
    vector = int(timeline.column("packet")[sent]) if sent >= 0 else 0
    if facts.class_of(vector) != VECTOR:
        return None
    end = int(timeline.time(step))
    message = int(timeline.time(sent))
    fired = message - int(timeline.column("span")[sent])
    latched = _latched(facts, vector, sent, fired)
    start = int(timeline.time(latched))
    throttle = facts.signal(vector, "throttled_until")
    pieces = []
    for a, b, (enabled, masked, until) in rows(
        start,
        fired,
        [facts.signal(vector, "enabled"), facts.signal(vector, "masked"), throttle],
        throttle.values.tolist(),
    ):
        if enabled == 0 or masked > 0:
            pieces.append(Piece(a, b, LinkKind.MASKED, _masked(enabled, masked), None, vector))
        elif a < until:
            pieces.append(Piece(a, b, LinkKind.THROTTLE, "interrupt throttled (ITR)", None, vector))
        else:
            pieces.append(Piece(a, b, LinkKind.UNKNOWN, "unknown why it did not fire", None, vector))
    pieces.append(
        Piece(max(fired, start), message, LinkKind.INTERRUPT, "MSI-X message", None, vector, step=sent)
    )
    pieces.append(
        Piece(message, end, LinkKind.INTERRUPT, "handler entry", _cpu_of(facts, step), vector, step=step)
    )
    question = f"Why did the interrupt of {facts.label(vector)} come {{}} after its cause?"
    return of_steps(facts, question, start, end, pieces, latched)


def _masked(enabled: int, masked: int) -> str:
    """Return words for who holds a vector back: its driver, until it has polled, or the kernel."""
    if masked > 0 and enabled != 0:
        return "interrupt masked by the kernel"
    return "interrupt masked until its NAPI is complete"


def _message(facts: Facts, step: int) -> int:
    """Return the message that a handler's step follows from, -1 for none."""
    return next(
        (int(one) for one in facts.timeline.chain(step, 6) if facts.function(int(one)) == "msix_message"), -1
    )


def _latched(facts: Facts, vector: int, sent: int, fired: int) -> int:
    """Return the step that latched the cause of a message: that made it pending, or that sent it at once."""
    timeline = facts.timeline
    pending = facts.signal(vector, "pending")
    rows_before = np.flatnonzero((pending.steps <= sent) & (pending.times <= fired))
    if len(rows_before) > 1:
        row = int(rows_before[-1])
        if pending.values[row] == 0 and pending.times[row] == fired and pending.values[row - 1] == 1:
            return int(pending.steps[row - 1])
    cause = timeline.cause(sent)
    return int(cause) if cause is not None else sent
