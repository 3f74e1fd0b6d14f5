"""What a task's time went to: its own work, waiting for a CPU, being woken, being interrupted, sleeping.

A task's state, run queue and system call are fields of `task_struct`; who had the CPU is in the CPU's slices. Which
message a task works on is not recorded: it is busy with the last one it has read until it comes back for more
(`comes_back`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.timeline import UNKNOWN, Where
from engine.why.facts import CODES, HARDIRQ, IDLE, SOFT, Facts, Signal, mapped, rows
from engine.why.link import LinkKind, Piece, counted

TASK = "task_struct"
OWN = {CODES[Where.USER]: CODES[Where.SYSCALL]}
"""A task's own contexts, made one."""

SHOWS_IRQ = (CODES[Where.SOFTIRQ], HARDIRQ)
SOFTIRQ_CODE = CODES[Where.SOFTIRQ]


class States(NamedTuple):
    """The numbers of a task's states, `UNKNOWN` where the class has no such field."""

    running: int
    runnable: int
    sleeping: int


def states(facts: Facts, task: int) -> States:
    """Return the numbers of a task's states."""
    return States(*(facts.code(task, "state", name) for name in States._fields))


def comes_back(facts: Facts, task: int, row: int) -> int:
    """Return when a task is done with a message: the end of its work on it, else the return of its call.

    Args:
        facts: what is known.
        task: who read it.
        row: which write of the task's `messages` counted it.
    """
    timeline = facts.timeline
    read = facts.signal(task, "messages").steps
    first = int(read[row]) + 1
    end = int(read[row + 1]) if row + 1 < len(read) else timeline.steps
    mine = np.flatnonzero(timeline.column("packet")[first:end] == task) + first
    functions = timeline.column("fn")[mine]
    for name in ("user_work", "sys_exit"):
        done = mine[np.isin(functions, facts.numbers(name))]
        if len(done):
            return int(timeline.time(int(done[0])))
    return facts.last_time()


class Busy(NamedTuple):
    """Until when a task works on messages that it read before, and on how many from a moment on."""

    until: int
    messages: int


def busy(facts: Facts, task: int, a: int, b: int) -> Busy:
    """Return until when in [a, b] a task works on messages other than the one it comes for at `b`."""
    read = facts.signal(task, "messages")
    before = int(np.searchsorted(read.times, a, "right"))
    last = int(np.searchsorted(read.times, b, "right"))
    if last == 0 or read.values[last - 1] <= 0:
        return Busy(a, 0)
    until = min(comes_back(facts, task, last - 1), b)
    if until <= a:
        return Busy(a, 0)
    at_it = before > 0 and read.values[before - 1] > 0
    if at_it and before < last:
        at_it = comes_back(facts, task, before - 1) > a
    return Busy(until, last - before + int(at_it))


class Watch(NamedTuple):
    """What is known of a wait for a task.

    Attributes:
        task: its uid.
        name: its comm.
        states: the numbers of its states.
        free: until then its own time is `busy`, from then on its system call.
        busy: words for that.
        woken: until then it sleeps because it is being woken; the start of the wait for nothing of the kind.
    """

    task: int
    name: str
    states: States
    free: int
    busy: str
    woken: int


def for_task(facts: Facts, task: int, a: int, b: int, woken: int = 0) -> list[Piece]:
    """Return what passed in [a, b) until a task came for a message; `woken` as in `Watch`."""
    name = facts.label(task)
    until, messages = busy(facts, task, a, b)
    words = f"{name} busy with {counted(messages, 'earlier message')}"
    return spent(facts, Watch(task, name, states(facts, task), until, words, woken), a, b)


def spent(facts: Facts, watch: Watch, a: int, b: int) -> list[Piece]:
    """Return what a task's time in [a, b) went to."""
    result: list[Piece] = []
    for start, end, (cpu,) in rows(a, b, [facts.signal(watch.task, "cpu")], [watch.free, watch.woken]):
        result += _on_one_cpu(facts, watch, start, end, None if cpu == UNKNOWN else cpu)
    return _named_calls(result)


def _on_one_cpu(facts: Facts, watch: Watch, a: int, b: int, cpu: int | None) -> list[Piece]:
    context, current = facts.cpu(cpu, a, b)
    signals = [facts.signal(watch.task, "state"), _queued(facts, watch.task), mapped(context, OWN), current]
    if a >= watch.free:
        signals.append(facts.signal(watch.task, "syscall"))
    result = []
    for start, end, values in rows(a, b, signals):
        state, queued, kind, task, *call = values
        seen = _Seen(start, state, queued == 1, kind, task, facts.name(call[0]) if call else None)
        link, words, uid = _reason(facts, watch, seen, cpu)
        result.append(Piece(start, end, link, words, cpu, uid))
    return behind_next(facts, result, watch.task)


def behind_next(facts: Facts, pieces: list[Piece], task: int) -> list[Piece]:
    """Say of a switch after which somebody else than the task has the CPU to whom it was."""
    words = f"context switch to {facts.label(task)}"
    for index in range(len(pieces) - 2, -1, -1):
        piece, after = pieces[index : index + 2]
        if piece.words == words and after.kind is LinkKind.RUNNABLE and after.uid not in (0, task):
            label = facts.label(after.uid)
            pieces[index] = piece._replace(words=f"context switch to {label}", uid=after.uid)
    return pieces


class _Seen(NamedTuple):
    """What stands at a moment; `call` is None while the task's own time is busy."""

    time: int
    state: int
    queued: bool
    context: int
    task: int
    call: str | None


def _queued(facts: Facts, task: int) -> Signal:
    """Return whether a task is on a run queue; empty when lists are not known."""
    links = facts.signal(task, "link")
    on = [1 if facts.home(link)[1] == "rq" else 0 for link in links.values.tolist()]
    return links._replace(values=np.array(on, np.int64))


def _reason(facts: Facts, watch: Watch, seen: _Seen, cpu: int | None) -> tuple[LinkKind, str, int]:
    """Return kind, words and object for what a task does at a moment."""
    name = watch.name
    has_cpu = seen.task == watch.task
    if seen.state == UNKNOWN or seen.context == UNKNOWN:
        return LinkKind.UNKNOWN, f"unknown what {name} did", watch.task
    if has_cpu and seen.context in SHOWS_IRQ:
        what = "hardirq" if seen.context == HARDIRQ else "softirq"
        return LinkKind.INTERRUPTED, f"{name} interrupted by {what}", watch.task
    if has_cpu and seen.state in (watch.states.running, watch.states.sleeping):
        if seen.call is None:
            return LinkKind.BUSY, watch.busy, watch.task
        return LinkKind.CALL, f"{seen.call} of {name}" if seen.call else "", watch.task
    if seen.state == watch.states.running:
        return LinkKind.SWITCH, f"context switch to {name}", watch.task
    if seen.state == watch.states.runnable:
        return _runnable(facts, watch, seen, cpu)
    if seen.state == watch.states.sleeping:
        if seen.time < watch.woken:
            return LinkKind.WAKE, f"waking {name}", watch.task
        return LinkKind.SLEEP, f"{name} asleep", watch.task
    return LinkKind.UNKNOWN, f"{name} has ended", watch.task


def _runnable(facts: Facts, watch: Watch, seen: _Seen, cpu: int | None) -> tuple[LinkKind, str, int]:
    """Return the reason of a task that could run and does not."""
    name = watch.name
    if not seen.queued and len(facts.signal(watch.task, "link").times):
        if seen.task == watch.task:  # woken before the switch away from it is over
            return LinkKind.SWITCH, f"CPU {cpu} still switching away from {name}", watch.task
        return LinkKind.WAKE, f"waking {name}", watch.task
    if seen.context in SHOWS_IRQ:
        what = "hardirq" if seen.context == HARDIRQ else "softirq"
        return LinkKind.RUNNABLE, f"{name} runnable behind {what} on CPU {cpu}", watch.task
    if seen.context == IDLE or seen.task in (0, watch.task) or is_idle(facts, seen.task):
        return LinkKind.SWITCH, f"context switch to {name}", watch.task
    return LinkKind.RUNNABLE, f"{name} runnable behind {facts.label(seen.task)}", seen.task


def is_idle(facts: Facts, task: int) -> bool:
    """Return whether a task is a CPU's idle task."""
    return facts.latest(task, "kind") == facts.code(task, "kind", "idle") != UNKNOWN


def softirq_like(context: int) -> bool:
    """Return whether softirqs run in a kind of context: interrupt exit, ksoftirqd, a NAPI thread."""
    return context in SOFT


def _named_calls(pieces: list[Piece]) -> list[Piece]:
    """Give calls their words; time between two calls goes to the later one, after the last to the last."""
    result = []
    name = ""
    for piece in reversed(pieces):
        if piece.kind is LinkKind.CALL:
            name = piece.words or name
            piece = piece._replace(words=name)
        result.append(piece)
    result.reverse()
    name = ""
    for index, piece in enumerate(result):
        if piece.kind is LinkKind.CALL:
            name = piece.words or name
            result[index] = piece._replace(words=name or "system call")
    return result
