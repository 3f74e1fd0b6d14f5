"""Why a task runs when it does: who woke it, behind whom it waited, when it had a CPU."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.scenario.units import format_ns
from engine.timeline import NO_CPU, UNKNOWN, WHERES, Timeline
from engine.why.detail import explained
from engine.why.facts import COUNTERS_ONLY, Facts, facts_of
from engine.why.link import Link, LinkKind, Piece, Why, total
from engine.why.tasks import TASK, Watch, spent, states

CHAIN = 256
"""Steps that a chain of causes is followed back."""

PACKETS = ("frame", "sk_buff")

LEFT_OVER = "wakeup_softirqd"
LEFT_OVER_CAUSES = 3
"""Steps before it that say why work was left over: the last poll, the softirq raised again, its exit."""

MOST_CAUSES = 12
"""Links of a chain that are told, the last ones."""


def why_wakeup(timeline: Timeline, step: int, task: int = 0) -> Why:
    """Return what passed between a task's waking and its running.

    Args:
        timeline: what happened.
        step: one that wakes a task, or that has to do with one that was woken (a switch to it, a system call of it).
        task: the task meant, if not the one that the step is about.

    Returns:
        Links from waking to running; the causes lead from the first that is known to the waking.
    """
    return of_wakeup(facts_of(timeline), step, task)


def of_wakeup(facts: Facts, step: int, task: int = 0) -> Why:
    """Return the same from facts already gathered; of a certain task, if given."""
    if not facts.recorded(step):
        return Why("Why does this task run?", 0, (), f"{COUNTERS_ONLY.capitalize()}.")
    task = task or _concerned(facts, step)
    name = facts.label(task)
    woken = _woken(facts, task, step) if task else -1
    if woken < 0:
        sentence = (
            f"{name} was not woken before." if task else f"Step {step} has to do with no task that was woken."
        )
        return Why(f"Why does {name or 'this task'} run?", 0, (), sentence)
    start = int(facts.timeline.time(woken))
    end, ran = _runs(facts, task, woken)
    watch = Watch(task, name, states(facts, task), end, f"{name} running", start)
    pieces = spent(facts, watch, start, end)
    if pieces and ran:
        pieces[-1] = pieces[-1]._replace(step=facts.ended_by(end, pieces[-1].cpu))
    links = facts.links(explained(facts, piece) for piece in pieces)
    causes = chain_of(facts, woken)
    length = format_ns(end - start)
    if ran:
        question = f"Why did {name} take {length} to run after it was woken?"
    else:
        question = f"Why does {name} not run {length} after it was woken?"
    return Why(question, end - start, links, total(links, end - start), causes)


def _concerned(facts: Facts, step: int) -> int:
    """Return the task that a step wakes, switches to or is about; 0 for none."""
    packet = int(facts.timeline.column("packet")[step])
    for change in facts.changed(step):
        if change.field == "state" and facts.class_of(change.uid) == TASK and woke(facts, change.uid, step):
            return int(change.uid)
    if facts.class_of(packet) == TASK:
        return packet
    return int(facts.timeline.step(step).task)


def woke(facts: Facts, task: int, step: int) -> bool:
    """Return whether a step woke a task that slept."""
    state = facts.signal(task, "state")
    row = int(np.searchsorted(state.steps, step))
    if row == 0 or row >= len(state.steps) or state.steps[row] != step:
        return False
    sleeping = facts.code(task, "state", "sleeping")
    return bool(state.values[row - 1] == sleeping != state.values[row])


def _woken(facts: Facts, task: int, step: int) -> int:
    """Return the step that woke a task last, up to a step; the next one if it sleeps there; -1 for none."""
    state = facts.signal(task, "state")
    sleeping = facts.code(task, "state", "sleeping")
    if sleeping == UNKNOWN or len(state.steps) == 0:
        return -1
    rows = np.flatnonzero((state.values[:-1] == sleeping) & (state.values[1:] != sleeping)) + 1
    steps = state.steps[rows]
    if state.after(step) == sleeping:
        later = steps[steps > step]
        if len(later):
            return int(later[0])
    earlier = steps[steps <= step]
    return int(earlier[-1]) if len(earlier) else -1


def _runs(facts: Facts, task: int, woken: int) -> tuple[int, bool]:
    """Return when a task first had a CPU after it was woken, and whether it did before the end."""
    timeline = facts.timeline
    start = int(timeline.time(woken))
    state = facts.signal(task, "state")
    running = facts.code(task, "state", "running")
    rows = np.flatnonzero((state.steps >= woken) & (state.values == running))
    if not len(rows):
        return facts.last_time(), False
    since = max(int(state.times[rows[0]]), start)
    cpu = facts.signal(task, "cpu").one(since)
    current = facts.cpu(cpu, since, facts.last_time() + 1)[1]
    mine = np.flatnonzero(current.values == task)
    if not len(mine):
        return facts.last_time(), False
    return max(int(current.times[mine[0]]), since), True


def chain_of(facts: Facts, step: int) -> tuple[Link, ...]:
    """Return what led to a step, from the wire or the interrupt that began it.

    Told are the steps after which another CPU, context or the hardware went on, and the last one that handled a
    packet. ksoftirqd is woken for no packet but because work was left over: there the last steps are told, from the
    poll after which the softirq was raised again.
    """
    timeline = facts.timeline
    line = _line(facts, step)
    told = [one for one, following in pairwise(line) if _passes_on(facts, one, following)]
    asks = [place for place, one in enumerate(line) if facts.function(one) == LEFT_OVER]
    if asks:
        beside = line[max(asks[-1] - LEFT_OVER_CAUSES, 0) : asks[-1] + 1]
    else:
        beside = [one for one in line[:-1] if facts.class_of(int(timeline.column("packet")[one])) in PACKETS]
        beside = beside[-1:]
    told = sorted({*told, *beside, step})[-MOST_CAUSES:]
    times = [int(timeline.time(one)) for one in told]
    return tuple(
        _cause(facts, one, start, end)
        for one, start, end in zip(told, [times[0], *times[:-1]], times, strict=True)
    )


def _line(facts: Facts, step: int) -> list[int]:
    """Return a step and its causes, the first one first; one interrupt is followed back no further than its packet."""
    line: list[int] = []
    arrived = False
    for one in facts.timeline.chain(step, CHAIN):
        hardware = int(facts.timeline.column("where")[one]) >> 8 == NO_CPU
        if arrived and not hardware:
            break
        arrived = arrived or hardware
        line.append(int(one))
    return line[::-1]


def _passes_on(facts: Facts, step: int, following: int) -> bool:
    """Return whether the next step is in another context than a step."""
    where = facts.timeline.column("where")
    return bool(where[step] != where[following])


def _cause(facts: Facts, step: int, start: int, end: int) -> Link:
    """Return a step of a chain as a link, its length from the one told before."""
    timeline = facts.timeline
    where = int(timeline.column("where")[step])
    cpu = None if where >> 8 == NO_CPU else where >> 8
    place = "" if cpu is None else f" on CPU {cpu} in {WHERES[where & 0xFF]}"
    packet = int(timeline.column("packet")[step])
    about = f" of {facts.label(packet)}" if facts.class_of(packet) else ""
    words = f"{facts.function(step)}{place}"
    return Link(end - start, words, LinkKind.CHAIN, start, end, step, cpu, f"{words}{about}.", packet)


def of_steps(facts: Facts, question: str, start: int, end: int, pieces: list[Piece], step: int) -> Why:
    """Return an answer about the time between two steps, with what led to the first."""
    links = facts.links(explained(facts, piece) for piece in pieces)
    length = end - start
    return Why(question.format(format_ns(length)), length, links, total(links, length), chain_of(facts, step))
