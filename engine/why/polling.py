"""What passes until a NAPI takes a packet: interrupt, softirq, and everything that is polled or run before it.

A NAPI is polled where its `list_owner` says; what that CPU does meanwhile is in its slices and in softnet_data's
`polling_napi`. An adapter without NAPI empties its ring in the interrupt handler.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.timeline import UNKNOWN
from engine.why.facts import HARDIRQ, IDLE, Facts, Signal, mapped, rows
from engine.why.link import LinkKind, Piece
from engine.why.tasks import OWN, behind_next, is_idle, softirq_like


class Line(NamedTuple):
    """What a packet stands in line for.

    Attributes:
        napi: the NAPI that will take it, 0 for none or not known.
        vector: its interrupt, 0 for a backlog.
        cpu: who took it; None when not known.
        words: for the time in which the NAPI takes others.
        late: the same for a poll after which a new interrupt was needed; "" for the same words.
        backlog: whether another CPU may have to be told first.
    """

    napi: int
    vector: int
    cpu: int | None
    words: str
    late: str = ""
    backlog: bool = False


class _Seen(NamedTuple):
    """What stands at a moment; names as the fields'."""

    state: int
    polling: int
    context: int
    task: int
    ksoftirqd: int
    bh_off: int
    enabled: int
    pending: int
    masked: int
    throttled_until: int
    timer_expires: int


def until_polled(facts: Facts, line: Line, a: int, b: int) -> list[Piece]:
    """Return what passed in [a, b) until a packet was taken from its ring or backlog."""
    if not line.napi:
        return _without_napi(facts, line, a, b)
    result: list[Piece] = []
    turn = _Turn(facts, line)
    for start, end, (owner,) in rows(a, b, [facts.signal(line.napi, "list_owner")]):
        if owner >= 0:
            turn.cpu = owner
            result += turn.pieces(start, end)
            continue
        # On nobody's list: what counts is the CPU that will have it.
        turn.cpu = _next_owner(facts, line, end)
        result += _told(facts, line, start, end, turn.cpu) if line.backlog else turn.pieces(start, end)
        turn.handler = True
    return _passed_by(result, line.late) if line.late else result


def _passed_by(pieces: list[Piece], late: str) -> list[Piece]:
    """Give polls after which a new interrupt was needed their own words: they had looked before."""
    interrupted = False
    for index in reversed(range(len(pieces))):
        piece = pieces[index]
        if piece.kind in (LinkKind.THROTTLE, LinkKind.MASKED, LinkKind.INTERRUPT):
            interrupted = True
        elif piece.kind is LinkKind.POLL_QUEUE and interrupted:
            pieces[index] = piece._replace(words=late)
    return pieces


def _next_owner(facts: Facts, line: Line, moment: int) -> int | None:
    """Return the CPU that a NAPI is polled on next."""
    owners = facts.signal(line.napi, "list_owner")
    later = np.flatnonzero((owners.times >= moment) & (owners.values >= 0))
    if len(later):
        return int(owners.values[later[0]])
    if line.cpu is not None:
        return line.cpu
    earlier = np.flatnonzero((owners.times < moment) & (owners.values >= 0))
    return int(owners.values[earlier[-1]]) if len(earlier) else None


def _without_napi(facts: Facts, line: Line, a: int, b: int) -> list[Piece]:
    """Return a wait in the ring of an adapter whose interrupt handler takes the packets."""
    context, task = facts.cpu(line.cpu, a, b)
    result = []
    for start, end, (kind, _) in rows(a, b, [context, task]):
        if kind == UNKNOWN:
            result.append(Piece(start, end, LinkKind.UNKNOWN, "unknown what its CPU did", line.cpu))
        elif kind == HARDIRQ:
            result.append(Piece(start, end, LinkKind.POLL_QUEUE, line.words, line.cpu))
        else:
            result.append(
                Piece(start, end, LinkKind.INTERRUPT, "interrupt on its way", line.cpu, line.vector)
            )
    return result


def _told(facts: Facts, line: Line, a: int, b: int, cpu: int | None) -> list[Piece]:
    """Return the time in which a backlog's CPU is not on the case yet: nobody has interrupted it."""
    owners = facts.signal(line.napi, "list_owner")
    later = np.flatnonzero((owners.times >= b) & (owners.values >= 0))
    sent, sender = a, None
    if len(later):
        timeline = facts.timeline
        sends = set(facts.numbers("net_rps_send_ipi"))
        for step in timeline.chain(int(owners.steps[later[0]])):
            if int(timeline.column("fn")[step]) in sends:
                sent = min(max(int(timeline.time(step)), a), b)
                sender = int(timeline.column("where")[step]) >> 8
                break
    words = f"CPU {sender} still in net_rx_action, its IPI not sent"
    return [
        Piece(a, sent, LinkKind.IPI, words, sender, line.napi),
        Piece(sent, b, LinkKind.IPI, f"IPI to CPU {cpu}", cpu, line.napi),
    ]


class _Turn:
    """Goes through a wait and remembers what was polled last, and whether anything was."""

    def __init__(self, facts: Facts, line: Line) -> None:
        self.facts = facts
        self.line = line
        self.cpu: int | None = line.cpu
        self.handler = not line.backlog  # the interrupt that scheduled the NAPI has not returned
        self.timer = False  # it is the NAPI's own timer that interrupts, not the device
        self.polled: tuple[LinkKind, str, int] | None = None
        self.scheduled = facts.code(line.napi, "state", "SCHED")
        self.knows = len(facts.signal(line.napi, "state").times) > 0
        self.vector_moves = facts.signal(line.vector, "fired").times

    def pieces(self, a: int, b: int) -> list[Piece]:
        """Return what passed in [a, b) on `cpu`."""
        facts, line = self.facts, self.line
        throttle = facts.signal(line.vector, "throttled_until")
        softnet = facts.holding("softnet_data", "cpu", UNKNOWN if self.cpu is None else self.cpu)
        context, task = facts.cpu(self.cpu, a, b)
        signals = [
            facts.signal(line.napi, "state"),
            facts.signal(softnet, "polling_napi"),
            mapped(context, OWN),
            task,
            facts.signal(self._ksoftirqd(), "state"),
            facts.signal(facts.holding("cpu", "number", UNKNOWN if self.cpu is None else self.cpu), "bh_off"),
            *(facts.signal(line.vector, name) for name in ("enabled", "pending", "masked")),
            throttle,
            facts.signal(line.napi, "timer_expires"),
        ]
        cuts = [*throttle.values[(throttle.values > a) & (throttle.values < b)].tolist()]
        result = []
        for start, end, values in rows(a, b, signals, cuts):
            kind, words, uid = self._reason(start, _Seen(*values))
            cpu = None if kind in (LinkKind.THROTTLE, LinkKind.MASKED) else self.cpu
            result.append(Piece(start, end, kind, words, cpu, uid))
        return behind_next(facts, result, self._ksoftirqd())

    def _ksoftirqd(self) -> int:
        return self.facts.named("task_struct", f"ksoftirqd/{self.cpu}")

    def _reason(self, time: int, seen: _Seen) -> tuple[LinkKind, str, int]:
        """Return kind, words and object for a moment."""
        if seen.context == UNKNOWN:
            return LinkKind.UNKNOWN, f"unknown what CPU {self.cpu} did", 0
        is_scheduled = self.scheduled >= 0 and seen.state > 0 and seen.state >> self.scheduled & 1
        if not is_scheduled:
            self.polled = None
            self.handler = not self.line.backlog
            return self._unscheduled(time, seen)
        reason = self._scheduled(seen)
        if seen.context != HARDIRQ:
            self.handler = self.timer = False
        if reason[0] in (LinkKind.POLL_QUEUE, LinkKind.OTHER_NAPI):
            self.polled = reason
        return reason

    # -- before the interrupt ---------------------------------------------------------------------------

    def _unscheduled(self, time: int, seen: _Seen) -> tuple[LinkKind, str, int]:
        """Return why nobody has scheduled the NAPI yet."""
        vector = self.line.vector
        if seen.enabled > 0 and seen.pending > 0 and time < seen.throttled_until:
            return LinkKind.THROTTLE, "interrupt throttled (ITR)", vector
        self.timer = self.timer or seen.timer_expires > 0
        if seen.timer_expires > time:
            return LinkKind.MASKED, "interrupt deferred (gro_flush_timeout)", self.line.napi
        if seen.masked > 0:
            return LinkKind.MASKED, "interrupt masked", vector
        if self._on_its_way(time):
            return LinkKind.INTERRUPT, "interrupt", vector
        if seen.context == HARDIRQ:
            return self._interrupt()
        if seen.enabled == 0:  # napi_complete_done has let go of the NAPI, the driver has yet to write EIMS
            return LinkKind.MASKED, "interrupt not unmasked yet", vector
        return LinkKind.UNKNOWN, "unknown why there is no interrupt", vector

    def _interrupt(self) -> tuple[LinkKind, str, int]:
        """Return what a handler that schedules the NAPI is called: the vector's, or that of the NAPI's timer."""
        if self.timer:
            return LinkKind.INTERRUPT, "timer interrupt of napi_watchdog", self.line.napi
        return LinkKind.INTERRUPT, "interrupt", self.line.vector

    def _on_its_way(self, time: int) -> bool:
        """Return whether the vector has fired and its handler has not scheduled the NAPI."""
        fired = int(np.searchsorted(self.vector_moves, time, "right"))
        if fired == 0:
            return False
        state: Signal = self.facts.signal(self.line.napi, "state")
        taken = int(np.searchsorted(state.times, time, "right"))
        return taken == 0 or int(self.vector_moves[fired - 1]) >= int(state.times[taken - 1])

    # -- scheduled ----------------------------------------------------------------------------------------

    def _scheduled(self, seen: _Seen) -> tuple[LinkKind, str, int]:
        """Return why a scheduled NAPI has not taken the packet yet."""
        line, label = self.line, self.facts.label
        if seen.context == HARDIRQ:
            if self.handler and line.backlog:
                return LinkKind.IPI, f"IPI to CPU {self.cpu}", line.napi
            if self.handler:
                return self._interrupt()
            return LinkKind.INTERRUPTED, f"hardirq on CPU {self.cpu}", 0
        if seen.polling == line.napi:
            return LinkKind.POLL_QUEUE, line.words, line.napi
        if seen.polling > 0:
            return LinkKind.OTHER_NAPI, f"{label(seen.polling)} polled first", seen.polling
        if softirq_like(seen.context):
            return self.polled or (LinkKind.SOFTIRQ, "softirq entry", line.napi)
        return self._put_off(seen)

    def _put_off(self, seen: _Seen) -> tuple[LinkKind, str, int]:
        """Return why softirqs do not run although one is owed: a task has the CPU."""
        label = self.facts.label
        self.polled = None
        ksoftirqd = self._ksoftirqd()
        runnable = self.facts.code(ksoftirqd, "state", "runnable")
        running = self.facts.code(ksoftirqd, "state", "running")
        if ksoftirqd and seen.task == ksoftirqd:
            return LinkKind.SOFTIRQ, "softirq entry", ksoftirqd
        if ksoftirqd and seen.ksoftirqd == runnable != UNKNOWN:
            if seen.context == IDLE or is_idle(self.facts, seen.task):
                return LinkKind.SWITCH, f"context switch to {label(ksoftirqd)}", ksoftirqd
            return LinkKind.RUNNABLE, f"{label(ksoftirqd)} runnable behind {label(seen.task)}", seen.task
        if ksoftirqd and seen.ksoftirqd == running != UNKNOWN:
            return LinkKind.SWITCH, f"context switch to {label(ksoftirqd)}", ksoftirqd
        if seen.bh_off > 0:
            return LinkKind.DEFERRED, f"bottom halves off in {label(seen.task)}", seen.task
        return LinkKind.DEFERRED, f"softirq pending on CPU {self.cpu}", seen.task
