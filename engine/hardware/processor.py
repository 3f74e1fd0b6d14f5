"""A CPU as interrupts see it: a stack of contexts, of which the topmost runs; and the loop that runs all CPUs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from heapq import heappop, heappush, heappushpop
from types import GeneratorType
from typing import Any, TypeAlias

from engine.hardware.calendar import CPU, Calendar
from engine.hardware.context import (
    HARDIRQ,
    IDLE,
    KSOFTIRQD,
    KTHREAD,
    NAPI_THREAD,
    NICE,
    PAUSED,
    SOFTIRQ,
    SWITCH,
    SYSCALL,
    UNBEGUN,
    USER,
    Context,
    Pause,
    Work,
)
from engine.hardware.records import CpuState
from engine.timeline.chunk import SPAN_LIMIT
from engine.timeline.recorder import DELTA_BYTES, PACK_STEP, Recorder
from engine.timeline.schema import Ns

_TIMES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("idle_ns", (IDLE,)),
    ("irq_ns", (HARDIRQ,)),
    ("softirq_ns", (SOFTIRQ, KSOFTIRQD)),
    ("user_ns", (USER,)),
    ("nice_ns", (NICE,)),
    ("system_ns", (SYSCALL, NAPI_THREAD, KTHREAD)),
)
"""Which counter a kind of context goes to; ksoftirqd's time is softirq time."""


Entry: TypeAlias = Callable[[Any, Any], Work[None]]


class Processor(ABC):
    """One CPU.

    Attributes:
        number: CPU number.
        state: its record.
        stack: contexts, the running one last; the first is always a task's.
        costs: nanoseconds by function number.
        pending: interrupts that wait for irq_off to fall to 0.
        token: sequence of the calendar's entry for the act in progress; 0 when nothing is being paid for.
    """

    def __init__(self, number: int, calendar: Calendar, recorder: Recorder, costs: list[int]) -> None:
        self.number = number
        self.calendar = calendar
        self.recorder = recorder
        self.costs = costs
        self.state = CpuState(recorder, name=f"CPU {number}", number=number, context=IDLE)
        self.stack: list[Context] = []
        self.context: Context = Context(_nothing(), IDLE)
        self.pending: list[tuple[Entry, Any, int]] = []
        self.irq_off = 0
        self.token = 0
        self._where = number << 8 | IDLE
        self._since = 0
        self._task = 0
        self._booked = [0] * (NICE + 1)

    # -- time and steps -------------------------------------------------------------------------------

    @property
    def now(self) -> Ns:
        """Simulated nanoseconds."""
        return Ns(self.calendar.now)

    def start(self, context: Context) -> None:
        """Begin with the first task context (the idle task)."""
        self.stack = [context]
        self.context = context
        self._mark(context)
        self._advance()

    def put(self, context: Context) -> None:
        """Put a task's context alone on the stack and let it run (context switch)."""
        self.stack = [context]
        self.context = context
        self.go_on()

    def _mark(self, context: Context) -> None:
        """The context on top changed: account the time that passed, open a slice."""
        where = self.number << 8 | context.kind
        task = self.stack[0].task
        if where == self._where and task == self._task:
            return
        self.account()
        self._where = where
        self._task = task
        if self.recorder.on:
            self.recorder.switch(Ns(self.calendar.now), where, task)
        self.state.context = context.kind

    def account(self) -> None:
        """Note the time since the last switch for the kind of context that ran; `settle` shows it."""
        now = self.calendar.now
        self._booked[self._where & 0xFF] += now - self._since
        self._since = now

    def settle(self) -> None:
        """Bring the CPU's time counters up to date: at switches of tasks, wake-ups, ticks and the end."""
        self.account()
        state = self.state
        booked = self._booked
        for name, kinds in _TIMES:
            spent = sum(booked[kind] for kind in kinds)
            if spent:
                setattr(state, name, getattr(state, name) + spent)
        self._booked = [0] * len(booked)

    def become(self, kind: int) -> None:
        """The running context turns into another kind (irq exit into softirq, syscall into user mode)."""
        context = self.context
        if context.kind != kind:
            context.kind = kind
            self._mark(context)

    # -- interrupts -----------------------------------------------------------------------------------

    def interrupt(self, entry: Entry, argument: Any, cause: int = -1) -> None:
        """Take an interrupt now, or as soon as interrupts are enabled."""
        if self.irq_off:
            self.pending.append((entry, argument, cause))
            return
        self._suspend()
        self._push(entry(self, argument), cause)
        self._advance()

    def irq_disable(self) -> None:
        """local_irq_disable, nesting."""
        self.irq_off += 1

    def irq_enable(self) -> None:
        """local_irq_enable, nesting; what waits is taken at the next yield."""
        self.irq_off -= 1

    def _suspend(self) -> None:
        context = self.context
        if self.token:
            context.remaining -= self.calendar.now
            self.token = 0

    def _push(self, work: Work[None], cause: int) -> None:
        context = Context(work, HARDIRQ)
        context.cause = cause
        self.irq_off += 1
        self.stack.append(context)
        self.context = context
        self._mark(context)

    def push_kernel(self, work: Work[None], kind: int) -> None:
        """Run code on top of the interrupted context (preemption at interrupt return)."""
        context = Context(work, kind)
        self.stack.append(context)
        self.context = context
        self._mark(context)

    # -- running ----------------------------------------------------------------------------------------

    def _pay(self, context: Context, cost: int) -> None:
        """Schedule the end of an act that costs `cost` from now."""
        calendar = self.calendar
        end = calendar.now + cost
        context.remaining = end
        self.token = calendar.sequence = sequence = calendar.sequence + 1
        heappush(calendar.heap, (end, CPU, sequence, self, sequence))

    def _begin(self, context: Context, pay: Any) -> None:
        """Note what a context pays for next and schedule its end, or leave it paused."""
        if isinstance(pay, GeneratorType):
            try:
                pay = context.called(pay)
            except StopIteration:
                self._pop()
                return
        context.begun = self.calendar.now
        if isinstance(pay, Pause):
            self.token = 0
            if pay is SWITCH:
                context.remaining = UNBEGUN
                self.switch(context)
            else:
                context.remaining = PAUSED
                self.paused(context, pay)
            return
        context.function = pay[0]
        context.packet = pay[1]
        self._pay(context, self.costs[pay[0]] if len(pay) == 2 else pay[2])

    def _advance(self) -> None:
        """Let the topmost context run up to its next payment without writing a step."""
        context = self.context
        try:
            pay = context.work.send(None)
        except StopIteration as end:
            if not context.callers:
                self._pop()
                return
            try:
                pay = context.returned(end.value)
            except StopIteration:
                self._pop()
                return
        self._begin(context, pay)
        if self.pending and not self.irq_off:
            self._take_pending()

    def _take_pending(self) -> None:
        entry, argument, cause = self.pending.pop(0)
        self.interrupt(entry, argument, cause)

    def _pop(self) -> None:
        """The topmost context is done; the one below goes on, unless something else comes first."""
        finished = self.stack.pop()
        self.token = 0
        self.context = self.stack[-1]
        if finished.kind in (HARDIRQ, SOFTIRQ):
            self.irq_off -= 1
        if self.pending and not self.irq_off:
            entry, argument, cause = self.pending.pop(0)
            self._push(entry(self, argument), cause)
            self._advance()
            return
        if len(self.stack) == 1 and self.preempt():
            return
        self.go_on()

    def go_on(self) -> None:
        """The topmost context continues where it was interrupted, or from its pause if that is over."""
        context = self.context
        self._mark(context)
        if context.remaining == UNBEGUN:
            self._advance()
        elif context.remaining != PAUSED:
            self._pay(context, context.remaining)

    def wake(self, context: Context) -> None:
        """A context leaves its pause; when interrupts stand on top of it, it acts after they return."""
        if context.remaining == PAUSED:
            context.remaining = 0
            if context is self.context:
                self._pay(context, 0)

    # -- what the kernel's scheduler supplies -------------------------------------------------------------

    @abstractmethod
    def switch(self, context: Context) -> None:
        """A context yielded SWITCH: put the next task's context at the bottom of the stack."""

    @abstractmethod
    def paused(self, context: Context, pause: Pause) -> None:
        """A context yielded a pause other than SWITCH."""

    @abstractmethod
    def preempt(self) -> bool:
        """Asked when the last interrupt returns to a task: true when something else was started on the CPU."""


def run(  # noqa: C901 - one loop without calls is what makes it fast
    calendar: Calendar,
    recorder: Recorder,
    costs: list[int],
    until: int,
    room: int = 1 << 62,
    watch: Callable[[], bool] | None = None,
) -> bool:
    """Let things happen up to and including `until`: the main loop, and the hottest code of the program.

    An entry of the calendar with priority `CPU` holds a processor: the act that its topmost context paid for is due,
    unless the processor's token is another one by now (the act was interrupted). Any other entry holds a call. A
    processor goes on without a detour through the calendar as long as nothing else comes first. When something does,
    the two change places in one operation on the heap.

    Args:
        calendar: what is pending.
        recorder: where steps are written.
        costs: nanoseconds by function number.
        until: nanoseconds.
        room: bytes of step rows that may wait in the recorder before this returns early.
        watch: asked after each event of the calendar; true returns early. For tests: it costs time.

    Returns:
        Whether `until` was reached, or nothing is pending any more. It also returns early, and false, when something
        set `calendar.interrupted`.
    """
    heap = calendar.heap
    steps = recorder.steps
    deltas = recorder.deltas
    rows = steps.extend
    base = recorder.delta_base
    calendar.interrupted = False
    unfiled: tuple[Any, ...] | None = None
    while heap or unfiled:
        if unfiled:
            entry = heappushpop(heap, unfiled)
            unfiled = None
        else:
            entry = heappop(heap)
        now, priority, _, who, what = entry
        if now > until:
            heappush(heap, entry)
            return True
        calendar.now = now
        if priority != CPU:
            who(what)
        elif what == who.token:
            context = who.context
            where = who.number << 8
            on = recorder.on
            send = context.work.send
            while True:
                if on:
                    rows(
                        PACK_STEP(
                            now,
                            now - context.begun if now - context.begun < SPAN_LIMIT else SPAN_LIMIT,
                            context.function,
                            where | context.kind,
                            context.packet,
                            context.cause,
                            base + len(deltas) // DELTA_BYTES,
                        )
                    )
                    context.cause = -1
                try:
                    pay = send(None)
                    if type(pay) is GeneratorType:
                        pay = context.called(pay)
                        send = context.work.send
                except StopIteration as done:
                    if not context.callers:
                        who._pop()
                        break
                    try:
                        pay = context.returned(done.value)
                    except StopIteration:
                        who._pop()
                        break
                    send = context.work.send
                if type(pay) is not tuple or (who.pending and not who.irq_off):
                    who._begin(context, pay)
                    if who.pending and not who.irq_off:
                        who._take_pending()
                    break
                if on:
                    if len(pay) == 2:
                        context.function, context.packet = pay
                        end = now + costs[context.function]
                    else:
                        context.function, context.packet, end = pay
                        end += now
                    context.begun = now
                else:
                    end = now + (costs[pay[0]] if len(pay) == 2 else pay[2])
                if (heap and end >= heap[0][0]) or end > until or len(steps) >= room:
                    context.remaining = end
                    who.token = calendar.sequence = sequence = calendar.sequence + 1
                    unfiled = (end, CPU, sequence, who, sequence)
                    break
                calendar.now = now = end
        if calendar.interrupted or len(steps) >= room or (watch is not None and watch()):
            if unfiled:
                heappush(heap, unfiled)
            return False
    return True


def _nothing() -> Work[None]:
    return
    yield
