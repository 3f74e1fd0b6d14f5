"""What runs on a CPU: kernel code that pays for time, and the context that it runs in.

Kernel code is a generator that pays first and acts afterwards::

    yield Fn.ip_rcv_core, skb.uid      # pays: nanoseconds from the cost table
    mib.IpInReceives += 1              # acts: recorded as the effects of that step

Between two yields code is atomic. What may be yielded: `(function, uid)`, `(function, uid, nanoseconds)`; a `Pause`:
the CPU then does nothing until something resumes it; or other kernel code, which is then run to its end and whose
result the `yield` returns. That is a call like `yield from`, but what is below a chain of `yield from` is resumed
through all of it, so at the few places where the path of a packet goes deep (into softirqs, a poll, the stack, a
protocol) a plain `yield` keeps the chain short.
"""

from __future__ import annotations

from collections.abc import Generator
from types import GeneratorType
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


class Pause:
    """Yielded by code that stops paying: halted, switching, or spinning on a lock."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


HALT = Pause("halt")
SWITCH = Pause("switch")

Pay: TypeAlias = tuple[int, int] | tuple[int, int, int]
Work: TypeAlias = Generator["Pay | Pause | Generator[Any, Any, Any]", Any, T]

PAUSED, UNBEGUN = -1, -2

HARDWARE, IDLE, HARDIRQ, SOFTIRQ, SYSCALL, USER, KSOFTIRQD, NAPI_THREAD, KTHREAD = range(9)
"""Kinds of context; positions in `engine.timeline.schema.WHERES`."""


NICE = KTHREAD + 1
"""No context of its own: user mode of a task with a positive nice value, booked apart."""


class Context:
    """One activation on a CPU's stack: an interrupt, or a task.

    Attributes:
        work: the generator.
        kind: what the lanes show; changes while a system call enters and leaves user mode, or irq exit runs softirqs.
        function, packet: the act in progress.
        begun: when it began.
        remaining: while it pays, when it will have paid; while it is interrupted, nanoseconds still to pay;
            `PAUSED` when it waits to be woken, `UNBEGUN` when it acts as soon as it gets the CPU.
        cause: the step that set this context in motion, for its next step; -1 none.
        task: uid of the task it belongs to; 0 for interrupts, which borrow.
        callers: code that yielded `work` or what yielded it, and waits for the result.
    """

    __slots__ = (
        "begun",
        "callers",
        "cause",
        "function",
        "kind",
        "packet",
        "remaining",
        "task",
        "work",
    )

    def __init__(self, work: Work[None], kind: int, task: int = 0) -> None:
        self.work = work
        self.callers: list[Work[Any]] = []
        self.kind = kind
        self.task = task
        self.function = 0
        self.packet = 0
        self.begun = 0
        self.remaining = UNBEGUN
        self.cause = -1

    def called(self, work: Work[Any]) -> Pay | Pause:
        """The code that runs yielded other code: run that one; return what is paid for next.

        Raises:
            StopIteration: all of it is done.
        """
        self.callers.append(self.work)
        self.work = work
        return self.forward(None)

    def returned(self, result: Any) -> Pay | Pause:
        """The code that runs is done: its caller goes on with the result; return what is paid for next.

        Raises:
            StopIteration: all of it is done.
        """
        self.work = self.callers.pop()
        return self.forward(result)

    def forward(self, value: Any = None) -> Pay | Pause:
        """Run on to the next payment or pause.

        Raises:
            StopIteration: all of it is done.
        """
        while True:
            try:
                pay: Any = self.work.send(value)
            except StopIteration as end:
                if not self.callers:
                    raise
                self.work = self.callers.pop()
                value = end.value
                continue
            if not isinstance(pay, GeneratorType):
                return pay  # type: ignore[no-any-return]  # what is no code is a payment or a pause
            self.callers.append(self.work)
            self.work = pay
            value = None
