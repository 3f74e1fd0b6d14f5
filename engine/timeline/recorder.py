"""The pen of the timeline: packed rows on the hot path, handed on as columns a chunk at a time.

A step row is written when its act takes effect; the deltas that follow belong to it until the next row.

At level "counters" (`mute_all`) no act has a row and packets leave no trace; from time to time
`sample_counters` writes one step with the fields that changed since the one before. Frames' endings, latency
samples and slices are written at every level.
"""

from __future__ import annotations

from operator import attrgetter
from struct import Struct
from typing import TYPE_CHECKING

import numpy as np

from engine.timeline.chunk import DELTA_DTYPE, SPAN_LIMIT, STEP_DTYPE, Chunk, ListRow, Tables
from engine.timeline.schema import NO_CPU, Ns, StepNo, Uid

if TYPE_CHECKING:
    from engine.timeline.record import Record

BLOCK = 64
"""Objects a block: one field of all objects of a block is a strided view."""

PACK_STEP = Struct("<qIHHiiI").pack
"""Packs a row of `chunk.STEP_DTYPE`: time, span, function, where (`cpu << 8 | context`), packet, cause, first delta."""
STEP_BYTES = STEP_DTYPE.itemsize
PACK_DELTA = Struct("<iq").pack
"""Packs a row of `chunk.DELTA_DTYPE`: slot, value."""
DELTA_BYTES = DELTA_DTYPE.itemsize


class Recorder:
    """Collects what happens; `drain` hands it on as a `Chunk`.

    Attributes:
        on: whether steps and deltas are recorded; off at level "counters".
        steps: packed step rows; the hot path binds its `extend`.
        deltas: packed delta rows; the hot path binds its `extend` as `write`.
        delta_base: deltas that were drained.
        live: the living objects by base slot.
    """

    __slots__ = (
        "_detail",
        "_free",
        "_list_count",
        "_name_of",
        "_next_uid",
        "_readers",
        "_sampled",
        "_slots",
        "_step_base",
        "_tables",
        "delta_base",
        "deltas",
        "live",
        "on",
        "steps",
        "write",
    )

    def __init__(self) -> None:
        self.on = True
        self.steps = bytearray()
        self.deltas = bytearray()
        self.write = self.deltas.extend
        self.live: dict[int, Record] = {}
        self._step_base = 0
        self.delta_base = 0
        self._tables = Tables()
        self._name_of: dict[str, int] = {"": 0}
        self._free: dict[int, list[int]] = {}
        self._slots = 0
        self._next_uid = 1
        self._list_count = 0
        self._detail = -1
        self._sampled: dict[int, tuple[int, ...]] = {}
        self._readers: dict[int, attrgetter[tuple[int, ...]]] = {}

    @property
    def last_step(self) -> StepNo:
        """The number of the step written last; -1 before the first."""
        return StepNo(self._step_base + len(self.steps) // STEP_BYTES - 1)

    def step(self, time: int, span: int, fn: int, where: int, packet: int = 0, cause: int = -1) -> None:
        """Write a step row; the deltas that follow are its effects.

        Args:
            time: the moment of effect, nanoseconds, never less than the row before.
            span: nanoseconds from the start of the act to `time`, preemption included.
            fn: row of the function table.
            where: `cpu << 8 | context`.
            packet: uid of the frame or skb it handles, 0 for none.
            cause: the step in another context that led to this one; -1 for the natural one.
        """
        if self.on:
            first = self.delta_base + len(self.deltas) // DELTA_BYTES
            self.steps.extend(PACK_STEP(time, min(span, SPAN_LIMIT), fn, where, packet, cause, first))

    # -- objects and names ----------------------------------------------------------------------------

    def adopt(self, record: Record, class_number: int, width: int) -> int:
        """Give a new object its slots; return the base slot."""
        free = self._free.setdefault(class_number, [])
        if not free:
            start = self._slots
            self._slots += BLOCK * width
            self._tables.blocks.append((class_number, start))
            free.extend(range(start + (BLOCK - 1) * width, start - 1, -width))
        base = free.pop()
        self.live[base] = record
        return base

    def number(self) -> Uid:
        """Number a new object that leaves no trace (a packet at level "counters"); return its uid."""
        uid = self._next_uid
        self._next_uid = uid + 1
        return Uid(uid)

    def born(self, class_number: int, parent: int, name: str, base: int) -> Uid:
        """Number a new object and note its birth; return its uid."""
        uid = self._next_uid
        self._next_uid = uid + 1
        # At level "counters" the next sample tells of it.
        step = self.last_step if self.on else self.last_step + 1
        self._tables.objects.append((uid, class_number, parent, self.name(name) if name else 0, base, step))
        return Uid(uid)

    def died(self, uid: int, class_number: int, base: int) -> None:
        """Note the death of an object and take its slots back; `base` is -1 when it left no trace."""
        if base < 0:
            return
        self._tables.deaths.append((uid, self.last_step if self.on else self.last_step + 1))
        del self.live[base]
        self._free[class_number].append(base)

    def name(self, text: str) -> int:
        """Return the row of a string in the string table, adding it when new."""
        found = self._name_of.get(text)
        if found is None:
            found = self._name_of[text] = len(self._name_of)
            self._tables.names.append(text)
        return found

    def new_list(self, owner: int, name: str) -> int:
        """Return a new list id (1, 2, ...); the list belongs to `owner`, its name is the kernel's."""
        self._list_count += 1
        self._tables.lists.append(ListRow(self._list_count, owner, name))
        return self._list_count

    # -- side tables ----------------------------------------------------------------------------------

    def switch(self, time: Ns, where: int, task: int) -> None:
        """A CPU enters a context (`cpu << 8 | context`) on behalf of a task: a row for the lanes."""
        self._tables.slices.append((time, where, task))

    def part(self, skb: int, frame: int) -> None:
        """An skb carries (part of) a wire frame; not kept at level "counters"."""
        if self.on:
            self._tables.parts.append((skb, frame))

    def ending(
        self, frame: int, flow: int, number: int, fate: int, reason: str, arrived: Ns, time: Ns
    ) -> None:
        """A wire frame ends: its one row in the conservation ledger.

        Args:
            frame: uid of the frame.
            flow: uid of its flow.
            number: its number in the flow.
            fate: position in `chunk.FATES`.
            reason: for a loss, the place's name ("skb:SOCKET_RCVBUFF", "nic:rx_missed_errors"); else "".
            arrived: when its last bit was on the wire.
            time: now.
        """
        row = (frame, flow, number, fate, self.name(reason), self.last_step, arrived, time)
        self._tables.endings.append(row)

    def sample(self, frame: int, flow: int, sock: int, task: int, latency: Ns) -> None:
        """A reader got the data of a frame: a latency sample, last bit on the wire to return of the call."""
        self._tables.samples.append((frame, flow, sock, task, self.last_step, latency))

    # -- level "counters" -------------------------------------------------------------------------------

    def mute_all(self) -> None:
        """Go over to level "counters": from now on no act has a step and no assignment is recorded."""
        if not self.on:
            return
        self.on = False
        self._detail = self.step_count
        for record in self.live.values():
            record.mute()
            if not record.schema.transient:
                self._sampled[record.uid] = self._read(record)

    def sample_counters(self, time: Ns, fn: int, where: int = NO_CPU << 8) -> None:
        """Write one step with every change of the lasting objects since the sample before.

        Args:
            time: now.
            fn: row of the function table for such a step.
            where: `cpu << 8 | context`.
        """
        if self._detail < 0:
            self._detail = self.step_count
        first = self.delta_base + len(self.deltas) // DELTA_BYTES
        self.steps.extend(PACK_STEP(time, 0, fn, where, 0, -1, first))
        sampled: dict[int, tuple[int, ...]] = {}
        for base, record in self.live.items():
            if record.schema.transient:
                continue
            now = self._read(record)
            before = self._sampled.get(record.uid, ())
            sampled[record.uid] = now
            if now != before:
                for position, value in enumerate(now):
                    if not before or value != before[position]:
                        self.write(PACK_DELTA(base + position, value))
        self._sampled = sampled

    def _read(self, record: Record) -> tuple[int, ...]:
        """Return the values of a record's fields, in slot order."""
        number = record.schema.number
        reader = self._readers.get(number)
        if reader is None:
            names = [f"_{field.name}" for field in record.schema.fields]
            # A getter of one name returns the value itself, so one name is asked for twice.
            reader = self._readers[number] = attrgetter(*(names if len(names) > 1 else names * 2))
        return reader(record)[: len(record.schema.fields)]

    def flat_steps(self) -> list[int]:
        """The integers of the rows that were not drained yet, seven a step (for tests and debuggers)."""
        return [number for row in np.frombuffer(bytes(self.steps), STEP_DTYPE).tolist() for number in row]

    # -- draining ---------------------------------------------------------------------------------------

    @property
    def step_count(self) -> int:
        """How many steps were written so far."""
        return self._step_base + len(self.steps) // STEP_BYTES

    def drain(self, until: Ns, last: bool = False) -> Chunk:
        """Return all rows since the last drain and forget them.

        Args:
            until: how far the run has come.
            last: whether the run is over.
        """
        first = (self._step_base, self.delta_base)
        chunk = Chunk.from_rows(self.steps, self.deltas, self._tables, *first, until, self._detail, last)
        self._step_base += len(self.steps) // STEP_BYTES
        self.delta_base += len(self.deltas) // DELTA_BYTES
        self.steps.clear()
        self.deltas.clear()
        self._tables = Tables()
        return chunk
