"""What the timeline answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.timeline.schema import FunctionInfo, Ns, StepNo, Uid, Where


@dataclass(frozen=True, slots=True)
class Unknown:
    """The value of a field that is not known: a trace did not tell, or the object does not live then."""

    def __str__(self) -> str:
        return "–"

    def __bool__(self) -> bool:
        return False


NOT_KNOWN = Unknown()
Value: TypeAlias = int | Unknown


@dataclass(frozen=True, slots=True)
class StepView:
    """One step.

    Attributes:
        number: its row.
        time: the moment of effect, nanoseconds.
        span: nanoseconds from the start of the act to `time`, preemption included.
        function: what was done.
        cpu: by which CPU; None for the hardware.
        where: in which kind of context.
        task: uid of the task on that CPU, 0 for none or not known.
        packet: uid of the frame or skb it handles, 0 for none.
        cause: the step that led to it; None for the first of its kind.
    """

    number: StepNo
    time: Ns
    span: int
    function: FunctionInfo
    cpu: int | None
    where: Where
    task: Uid
    packet: Uid
    cause: StepNo | None

    @property
    def start(self) -> Ns:
        """When the act began."""
        return Ns(self.time - self.span)


@dataclass(frozen=True, slots=True)
class Change:
    """A field that a step changed; `old` is `Unknown` where there was no object before."""

    uid: Uid
    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Ending:
    """How a wire frame (or a copy of one) ended; see `Recorder.ending`. `fate` is one of `chunk.FATES`."""

    frame: Uid
    flow: Uid
    number: int
    fate: str
    reason: str
    step: StepNo
    arrived: Ns
    time: Ns
