"""The pen of the timeline: flat lists on the hot path, drained into columns a chunk at a time.

A step row is written when its act takes effect; the deltas that follow belong to it until the next row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.timeline.chunk import Chunk, ListRow, ObjectRow, Tables
from engine.timeline.schema import Ns, StepNo, Uid

if TYPE_CHECKING:
    from engine.timeline.record import Record

BLOCK = 64
"""Objects a block: one field of all objects of a block is a strided view."""

CHUNK_STEPS = 65_536
STEP_WIDTH = 7
"""time, span, function, where (`cpu << 8 | context`), packet, cause, first delta."""


class Recorder:
    """Collects what happens; `drain` hands it on as a `Chunk`.

    Attributes:
        on: whether steps and deltas are recorded; off at level "counters".
        steps: flat list, `STEP_WIDTH` integers a step; the hot path binds its `extend`.
        deltas: flat list of slot, value, slot, value, ...; the hot path binds its `extend`.
        live: the living objects by base slot.
    """

    __slots__ = (
        "_delta_base",
        "_free",
        "_list_count",
        "_name_of",
        "_next_uid",
        "_slots",
        "_step_base",
        "_tables",
        "deltas",
        "live",
        "on",
        "steps",
        "write",
    )

    def __init__(self) -> None:
        self.on = True
        self.steps: list[int] = []
        self.deltas: list[int] = []
        self.write = self.deltas.extend
        self.live: dict[int, Record] = {}
        self._step_base = 0
        self._delta_base = 0
        self._tables = Tables()
        self._name_of: dict[str, int] = {"": 0}
        self._free: dict[int, list[int]] = {}
        self._slots = 0
        self._next_uid = 1
        self._list_count = 0

    @property
    def last_step(self) -> StepNo:
        """The number of the step written last; -1 before the first."""
        return StepNo(self._step_base + len(self.steps) // STEP_WIDTH - 1)

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
            first = self._delta_base + (len(self.deltas) >> 1)
            self.steps.extend((time, span, fn, where, packet, cause, first))

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

    def born(self, class_number: int, parent: int, name: str, base: int) -> Uid:
        """Number a new object and note its birth; return its uid."""
        uid = self._next_uid
        self._next_uid = uid + 1
        self._tables.objects.append(ObjectRow(uid, class_number, parent, self.name(name), base, self.last_step))
        return Uid(uid)

    def died(self, uid: int, class_number: int, base: int) -> None:
        """Note the death of an object and take its slots back."""
        self._tables.deaths.append((uid, self.last_step))
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
        """An skb carries (part of) a wire frame."""
        self._tables.parts.append((skb, frame))

    def ending(self, frame: int, flow: int, number: int, fate: int, reason: str, arrived: Ns, time: Ns) -> None:
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
        self._tables.endings.append((frame, flow, number, fate, self.name(reason), self.last_step, arrived, time))

    def sample(self, frame: int, flow: int, sock: int, task: int, latency: Ns) -> None:
        """A reader got the data of a frame: one latency sample, last bit on the wire to return of the call."""
        self._tables.samples.append((frame, flow, sock, task, self.last_step, latency))

    # -- draining ---------------------------------------------------------------------------------------

    @property
    def full(self) -> bool:
        """Whether enough rows wait for a chunk to be worth handing on."""
        return len(self.steps) >= CHUNK_STEPS * STEP_WIDTH or len(self._tables.slices) >= CHUNK_STEPS

    @property
    def step_count(self) -> int:
        """How many steps were written so far."""
        return self._step_base + len(self.steps) // STEP_WIDTH

    def drain(self, until: Ns) -> Chunk:
        """Return all rows since the last drain and forget them; `until` is how far the run has come."""
        chunk = Chunk.from_rows(self.steps, self.deltas, self._tables, self._step_base, self._delta_base, until)
        self._step_base += len(self.steps) // STEP_WIDTH
        self._delta_base += len(self.deltas) >> 1
        self.steps.clear()
        self.deltas.clear()
        self._tables = Tables()
        return chunk
