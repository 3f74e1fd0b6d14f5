"""Everything that happened, as far as it is known yet; append-only.

Chunks come in, questions are answered: which step was at a moment, what a step was, what a packet went
through, how a field went, what a CPU did, where something happens next. The state at a step is `Cursor`'s
matter.

The columns hold 28 bytes a step and 12 to 20 a delta; objects, endings, samples and slices come on top
(`bytes_per_step`).
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline import causes, history
from engine.timeline.check import Known, check
from engine.timeline.chunk import ENDING_DTYPE, FATES, SAMPLE_DTYPE, Chunk, Prologue
from engine.timeline.columns import Bits, Column
from engine.timeline.deltas import DeltaLog
from engine.timeline.lanes import Lane, Runs, Slices
from engine.timeline.objects import ObjectInfo, ObjectTable
from engine.timeline.query import Query
from engine.timeline.schema import (
    NO_CPU,
    WHERES,
    ClassSchema,
    FunctionInfo,
    Ns,
    StepNo,
    Uid,
)
from engine.timeline.steps import StepTable
from engine.timeline.views import Ending, StepView

FIND_FIRST = 2048
"""Steps that a search looks at in one go, to begin with; each further go is four times as wide."""

FIND_MOST = 1 << 19

StepNos = NDArray[np.int64]


class Timeline:
    """A run, from its prologue on.

    Attributes:
        facts: what does not change in the run; see `Prologue`.
        classes: schemas by class number.
        functions: the function table in its order; numbers may have gaps (`function(number)`).
        until: nanoseconds up to which the run is known.
        complete: whether the run has come to its end.
        detail_until: the first step of level "counters", None while every act is recorded.
        deltas: the log of changes.
    """

    def __init__(self, prologue: Prologue) -> None:
        if any(schema.number != position for position, schema in enumerate(prologue.classes)):
            raise ValueError("the prologue's classes are not in the order of their numbers")
        self.facts = prologue.facts
        self.classes: tuple[ClassSchema, ...] = prologue.classes
        self.functions: tuple[FunctionInfo, ...] = prologue.functions
        self.until = Ns(0)
        self.complete = False
        self.detail_until: StepNo | None = None
        self.deltas = DeltaLog()
        self._function = {info.number: info for info in prologue.functions}
        self._steps = StepTable(prologue.functions)
        self._objects = ObjectTable(prologue.classes)
        self._lanes: dict[int, Lane] = {}
        self._endings = Column(ENDING_DTYPE)
        self._samples = Column(SAMPLE_DTYPE)
        self._hash = hashlib.sha256()

    def append(self, chunk: Chunk) -> None:
        """Take in the next chunk.

        Raises:
            ValueError: it does not follow on what is there, or contradicts itself; nothing was taken in.
        """
        here = (len(self._steps), len(self.deltas), self._objects.slot_count, len(self.names))
        lanes = {cpu: lane.last for cpu, lane in self._lanes.items()}
        check(chunk, Known(*here, self.end_time, self._objects.column("uid"), lanes), self.classes)
        self._steps.append(chunk)
        self._objects.append(chunk)
        self.deltas.append(chunk.slots, chunk.values, self._objects.slot_count)
        self._endings.extend(chunk.endings)
        self._samples.extend(chunk.samples)
        cpus = chunk.slices["where"] >> 8
        for cpu in np.unique(cpus).tolist():
            self._lanes.setdefault(cpu, Lane()).append(chunk.slices[cpus == cpu])
        self._hash.update(chunk.hashed())
        self.until = chunk.until
        self.complete = chunk.last
        if chunk.detail >= 0:
            self.detail_until = StepNo(chunk.detail)

    def digest(self) -> str:
        """Return the SHA-256, in hex, over all columns so far; equal for the same run."""
        return self._hash.copy().hexdigest()

    # -- steps ----------------------------------------------------------------------------------------

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self._steps)

    @property
    def end_time(self) -> Ns:
        """The time of the last step; 0 without any."""
        return Ns(int(self.column("time")[-1])) if self.steps else Ns(0)

    @property
    def last(self) -> StepNo:
        """The number of the last step; -1 without any."""
        return StepNo(self.steps - 1)

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of all steps: time, span, fn, where, packet, cause (-1 natural) or first_delta."""
        return self._steps.column(name)

    @property
    def stage_marks(self) -> Bits:
        """Whether each step takes its packet, or its CPU if it handles none, to another station; read by slices."""
        return self._steps.stage

    def moment(self, time: int) -> StepNo:
        """Return the last step with an effect at or before a time; -1 when there is none."""
        return StepNo(int(np.searchsorted(self.column("time"), np.int64(time), "right")) - 1)

    def time(self, step: int) -> Ns:
        """Return the moment of effect of a step; 0 before the first."""
        return Ns(int(self.column("time")[self._checked(step)])) if step >= 0 else Ns(0)

    def step(self, step: int) -> StepView:
        """Return what is known about a step.

        Raises:
            IndexError: there is none of that number.
        """
        row = self._checked(step)
        where = int(self.column("where")[row])
        cpu, context = where >> 8, where & 0xFF
        time = int(self.column("time")[row])
        lane = self._lanes.get(cpu)
        led = causes.cause(self._steps, self._lanes, row)
        return StepView(
            StepNo(row),
            Ns(time),
            int(self.column("span")[row]),
            self.function(int(self.column("fn")[row])),
            None if cpu == NO_CPU else cpu,
            WHERES[context],
            Uid(causes.task_of(self._steps, lane, row)) if lane else Uid(0),
            Uid(int(self.column("packet")[row])),
            StepNo(led) if led >= 0 else None,
        )

    def _checked(self, step: int) -> int:
        if not 0 <= step < self.steps:
            raise IndexError(f"step {step} of {self.steps}")
        return step

    def function(self, number: int) -> FunctionInfo:
        """Return a row of the function table; KeyError when there is none of that number."""
        return self._function[number]

    def cause(self, step: int) -> StepNo | None:
        """Return the step that led to a step: recorded, or the one before in its context."""
        led = causes.cause(self._steps, self._lanes, self._checked(step))
        return StepNo(led) if led >= 0 else None

    def chain(self, step: int, most: int = 32) -> list[StepNo]:
        """Return a step, its cause, the cause of that, and so on."""
        result = [StepNo(step)]
        while len(result) < most:
            led = self.cause(result[-1])
            if led is None:
                break
            result.append(led)
        return result

    def previous_of_packet(self, step: int) -> StepNo | None:
        """Return the last step before that handled the same packet."""
        before = causes.previous_of_packet(self._steps, self._checked(step))
        return StepNo(before) if before >= 0 else None

    def find(self, query: Query, after: int, back: bool = False) -> StepNo | None:
        """Return the next step after `after` that fits (the last before it, if `back`), None without any."""
        size = FIND_FIRST
        here = min(max(after, -1), self.steps) if not back else max(min(after, self.steps), 0)
        while (here > 0) if back else (here + 1 < self.steps):
            first, end = (max(here - size, 0), here) if back else (here + 1, min(here + 1 + size, self.steps))
            found = np.flatnonzero(query.mask(self, first, end))
            if len(found):
                return StepNo(first + int(found[-1 if back else 0]))
            here = first if back else end - 1
            size = min(size * 4, FIND_MOST)
        return None

    def find_all(self, query: Query, first: int = 0, end: int | None = None) -> StepNos:
        """Return all steps of a range that fit."""
        first, end = max(first, 0), self.steps if end is None else min(end, self.steps)
        return np.flatnonzero(query.mask(self, first, end)) + first if end > first else np.empty(0, np.int64)

    # -- fields over time -----------------------------------------------------------------------------

    def changes(
        self, uid: int, field: str, first: int = 0, end: int | None = None
    ) -> tuple[StepNos, NDArray[np.int64], NDArray[np.int64]]:
        """Return the steps of a range that write a field of an object, the value before and after each.

        The value before is `UNKNOWN` for a birth. KeyError when there is no such object or field.
        """
        info = self.object(uid)
        position = self._objects.position(info.cls.number, field)
        end = self.steps if end is None else min(end, self.steps)
        return history.changes(self.deltas, self._steps, info, position, first, end)

    def series(self, uid: int, field: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return when a field was written (nanoseconds) and what stood there from then on."""
        steps, _, values = self.changes(uid, field)
        return self.column("time")[steps], values

    def moves(self, class_name: str, field: str, first: int, end: int) -> StepNos:
        """Return the steps of a range that change a field of any object of a class, unless they made the object."""
        slots = self._objects.slots_of(class_name, field)
        return history.moves(self.deltas, self._steps, slots, self.position(class_name, field), first, end)

    # -- packets --------------------------------------------------------------------------------------

    def kin(self, uid: int) -> NDArray[np.int32]:
        """Return a packet and what it travels as: a frame and the skbs of it, an skb and its frames."""
        frames, skbs = self._steps.parts_of(uid), self._steps.skbs_of(uid)
        return np.concatenate([np.array([uid], np.int32), frames, skbs])

    def path(self, uid: int) -> StepNos:
        """Return the steps that handled a packet, in whatever form it travelled."""
        kin = self.kin(uid)
        first, end = self.steps, 0
        for member in kin.tolist():
            info = self.object(member)
            first, end = min(first, max(info.born, 0)), max(end, min(info.died + 1, self.steps))
        return np.flatnonzero(np.isin(self.column("packet")[first:end], kin)) + first

    def parts_of(self, skb: int) -> NDArray[np.int32]:
        """Return the wire frames that an skb carries."""
        return self._steps.parts_of(skb)

    def frame_of(self, skb: int) -> Uid:
        """Return the first wire frame that an skb carries; the number itself for a frame."""
        return Uid(self._steps.frame_of(skb))

    def frames_of(self, uids: NDArray[Any]) -> NDArray[np.int32]:
        """Return `frame_of` of many."""
        return self._steps.frames_of(uids)

    def skbs_of(self, frame: int) -> NDArray[np.int32]:
        """Return the skbs that carry (part of) a wire frame."""
        return self._steps.skbs_of(frame)

    @property
    def endings(self) -> NDArray[Any]:
        """How frames ended, `ENDING_DTYPE`, in order of time."""
        return self._endings.array

    def ending(self, frame: int) -> Ending | None:
        """Return how a frame ended, None while it has not."""
        fates = self.endings["fate"]
        rows = np.flatnonzero((self.endings["frame"] == frame) & (fates != FATES.index("copies_lost")))
        if len(rows) == 0:
            return None
        uid, flow, number, fate, reason, step, arrived, time = self.endings[rows[-1]].tolist()
        text = self.names[reason]
        return Ending(Uid(uid), Uid(flow), number, FATES[fate], text, StepNo(step), Ns(arrived), Ns(time))

    @property
    def samples(self) -> NDArray[Any]:
        """Latency samples, `SAMPLE_DTYPE`, in order of time."""
        return self._samples.array

    # -- CPUs -----------------------------------------------------------------------------------------

    @property
    def cpus(self) -> tuple[int, ...]:
        """The CPUs that ever ran anything, in order."""
        return tuple(sorted(cpu for cpu in self._lanes if cpu != NO_CPU))

    def lane(self, cpu: int, t0: int, t1: int, px: int) -> Runs:
        """Return what a CPU did between two moments at a width in pixels; the cost is the width's."""
        return self._lanes.get(cpu, Lane()).runs(Ns(t0), Ns(t1), px, self.until)

    def slices(self, cpu: int, t0: int, t1: int) -> Slices:
        """Return the slices of a CPU that touch [t0, t1)."""
        return self._lanes.get(cpu, Lane()).slices(Ns(t0), Ns(t1), self.until)

    def wakeups(self, t0: int, t1: int) -> tuple[StepNos, StepNos]:
        """Return the steps in [t0, t1] that another CPU caused, as (causes, steps): the lanes' arrows."""
        first, last = self.moment(t0 - 1) + 1, self.moment(t1)
        rows = self._steps.crossings
        a, b = np.searchsorted(rows, np.int32(first)), np.searchsorted(rows, np.int32(last), "right")
        steps = rows[a:b].astype(np.int64)
        return self.column("cause")[steps].astype(np.int64), steps

    # -- objects --------------------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """The string table; row 0 is ""."""
        return self._objects.names

    @property
    def table(self) -> ObjectTable:
        """Objects by slot and class, for cursors."""
        return self._objects

    @property
    def step_table(self) -> StepTable:
        """Steps and the deltas that are theirs, for cursors."""
        return self._steps

    def objects(self, class_name: str, at_step: int | None = None) -> NDArray[np.int32]:
        """Return the uids of a class: all there ever were, or those that live after a step."""
        return self._objects.of_class(class_name, at_step)

    def object(self, uid: int) -> ObjectInfo:
        """Return what an object is; KeyError when there never was one of that number."""
        return self._objects.info(uid)

    def by_name(self, class_name: str, name: str) -> Uid | None:
        """Return the latest object of a class with a name, None without any."""
        return self._objects.named(class_name, name)

    def children(self, uid: int) -> NDArray[np.int32]:
        """Return the uids of what belongs to an object."""
        return self._objects.children(uid)

    def list_id(self, owner: int, name: str) -> int | None:
        """Return the id of an owner's list ("poll_list"), None without any."""
        return self._objects.list_id(owner, name)

    def list_label(self, list_id: int) -> str:
        """Return what people call a list; KeyError when there is none of that id."""
        row = self._objects.lists[list_id]
        return f"{self.label(row.owner)} {row.name}" if row.owner else row.name

    def position(self, class_name: str, field: str) -> int:
        """Return the position of a field in its class; KeyError when it has none of that name."""
        return self._objects.position(self._objects.number_of(class_name), field)

    def label(self, uid: int) -> str:
        """Return what people call an object: its name, else its class and number; "" for 0."""
        if uid == 0:
            return ""
        info = self.object(uid)
        return info.name or f"{info.cls.name} #{uid}"

    def full_name(self, uid: int) -> str:
        """Return what tells an object from its likes: its label after its owner's, such as "eth0 rx-0"."""
        parent = self.object(uid).parent
        return f"{self.label(parent)} {self.label(uid)}" if parent else self.label(uid)

    # -- cost -----------------------------------------------------------------------------------------

    def bytes_per_step(self) -> float:
        """Return the bytes in use for each step, all in: columns, keyframes and side tables."""
        tables = self._steps.nbytes + self._objects.nbytes + self._endings.nbytes + self._samples.nbytes
        lanes = sum(lane.nbytes for _, lane in sorted(self._lanes.items()))
        return (tables + lanes + self.deltas.nbytes) / max(self.steps, 1)
