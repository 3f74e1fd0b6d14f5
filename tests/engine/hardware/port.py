"""An adapter without a host, for tests: rings of any size, a ledger that is a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.hardware.acts import ACTS
from engine.hardware.arrivals import Arrival
from engine.hardware.calendar import Calendar
from engine.hardware.msix import Interrupts
from engine.hardware.nic import UNICAST, Adapter, Model
from engine.hardware.processor import run
from engine.hardware.records import Flow, Frame, MsixVector, Nic, RxRing
from engine.hardware.rss import Steering, blocks
from engine.hardware.wire import Wire, synthetic
from engine.timeline.lists import RecordedList
from engine.timeline.recorder import Recorder

NAMES = {row.number: row.name for row in ACTS}
ADDRESS = 0x0A000002
CARD = Model(fifo_size=65_536, bus_bps=8 * 10**9, counts_no_buffer=True, queue_drops="nic:rx_queue_{}_drops")


class Bare:
    """A card of `queues` rings of `count` descriptors.

    Attributes:
        messages: (time, vector index, cause) of every message that arrived.
        ended: (frame number, reason) of every frame that the card ended.
    """

    def __init__(self, queues: int = 1, count: int = 64, speed: int = 10**9, model: Model = CARD) -> None:
        self.recorder = Recorder()
        self.calendar = Calendar()
        self.costs = [0] * 64
        for row in ACTS:
            self.costs[row.number] = row.cost_ns
        nic = Nic(self.recorder, speed_bps=speed, fifo_size=model.fifo_size)
        self.messages: list[tuple[int, int, int]] = []
        self.interrupts = Interrupts(self.calendar, self.recorder, self.costs, self._raised, model.auto_mask)
        steering = Steering(self.recorder, nic.uid, bytes(range(40)), blocks(queues))
        self.adapter = Adapter(
            self.calendar, self.recorder, self.costs, model, nic, steering, self.interrupts
        )
        self.ended: list[tuple[int, str]] = []
        self.adapter.lose = self.adapter.refuse = self._end
        self.adapter.accept(ADDRESS, UNICAST)
        for queue in range(queues):
            vector = MsixVector(self.recorder, index=queue, enabled=1, waits=False)
            ring = RxRing(self.recorder, queue=queue, count=count, irq=vector, unposted=0)
            ring.next_to_use = ring.free = count - 1
            ring.frames = RecordedList(self.recorder, ring.uid, "frames")
            self.adapter.rings.append(ring)
        self.wire = Wire(self.calendar, self.adapter, speed)

    @property
    def nic(self) -> Nic:
        """The registers."""
        return self.adapter.nic

    @property
    def ring(self) -> RxRing:
        """The first ring."""
        return self.adapter.rings[0]

    def _raised(self, vector: MsixVector, cause: int) -> None:
        self.messages.append((self.calendar.now, vector.index, cause))

    def _end(self, frame: Frame, reason: str) -> None:
        self.ended.append((frame.number, reason))
        frame.release()

    def flow(self, **changed: int) -> Flow:
        """Return a flow to the card."""
        fields: dict[str, Any] = {
            "saddr": 1,
            "daddr": ADDRESS,
            "sport": 4000,
            "dport": 9000,
            "many": 1,
            "sources": 1,
        }
        return Flow(self.recorder, **(fields | changed))

    def send(self, times: Iterable[int], length: int = 60, flow: Flow | None = None) -> None:
        """Have a sender ready with frames."""
        arrivals = [Arrival(time, number, length) for number, time in enumerate(times)]
        self.wire.attach(synthetic(flow or self.flow(), iter(arrivals)))

    def run(self, until: int = 10**9) -> None:
        """Put frames on the wire and let time pass."""
        self.wire.start()
        run(self.calendar, self.recorder, self.costs, until)

    def clean(self, ring: RxRing, count: int) -> list[int]:
        """Take written-back frames off a ring and post as many descriptors; return the frames' numbers."""
        taken = []
        for _ in range(count):
            frame = ring.frames.popleft()
            taken.append(frame.number)
            ring.filled -= 1
        ring.next_to_use = (ring.next_to_use + count) % ring.count
        self.adapter.post(ring, count)
        return taken

    def times(self, name: str) -> list[int]:
        """Moments of the steps of an act."""
        rows = self.recorder.flat_steps()
        return [rows[at] for at in range(0, len(rows), 7) if NAMES[rows[at + 2]] == name]
