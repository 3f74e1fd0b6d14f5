"""The adapter's receive side: address filter, FIFO, and the DMA that fills descriptor rings.

Models 82576 and 82599. A frame that passes the filter gets hash and queue and waits in the FIFO until its bytes and the
written-back descriptor are visible to the CPU. DMA is in order of arrival and pipelined: a frame takes the latency of
`Act.dma_write_back`, frames follow each other at the speed of the bus. Without a free descriptor the frame waits at the
head of the FIFO and everything behind it waits too, unless descriptors' drop-enable bit is set: then it is dropped
alone. A full FIFO drops what arrives.

Simplified: the filter looks at IPv4 addresses (a multicast frame passes when its low 23 bits, all that Ethernet
keeps of a group, are those of a joined group); the link partner does no flow control, so no pause frames are sent
and drop-enable is on with more than one queue, as the drivers then set it. Left out: bad frames, VLANs, header
split.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.hardware.acts import Act
from engine.hardware.arrivals import NSEC_PER_SEC
from engine.hardware.calendar import WIRE, Calendar
from engine.hardware.msix import NIC, Interrupts
from engine.hardware.records import Frame, Nic, RxRing
from engine.hardware.rss import DROP, Steering
from engine.timeline.lists import RecordedList
from engine.timeline.recorder import Recorder

DESCRIPTOR = 16
ETHERNET_FRAME = 1518
"""Longest frame at an MTU of 1500: headers and one VLAN tag, without FCS."""
UNICAST, MULTICAST, BROADCAST = range(3)
GROUP_BITS = (1 << 23) - 1
CLASS_D = 0b1110

End = Callable[[Frame, str], None]


@dataclass(frozen=True, slots=True)
class Model:
    """What differs between adapters.

    Attributes:
        fifo_size: bytes of receive FIFO.
        bus_bps: what the bus carries in bits a second.
        counts_no_buffer: it has the register RNBC.
        queue_drops: reason of a frame dropped for want of a descriptor; `{}` is its queue.
        auto_mask: its vectors mask themselves.
    """

    fifo_size: int
    bus_bps: int
    counts_no_buffer: bool
    queue_drops: str
    auto_mask: bool = True


class Adapter:
    """One port of a network card.

    Attributes:
        nic: its registers.
        steering: RSS and rules.
        interrupts: its vectors.
        rings: receive rings by queue.
        link_up: whether frames come in.
        max_frame: bytes, without FCS, beyond which a frame is an error.
        lose, refuse: end a frame in the ledger.
        broadcasts: addresses that are everybody's.
    """

    def __init__(
        self,
        calendar: Calendar,
        recorder: Recorder,
        costs: list[int],
        model: Model,
        nic: Nic,
        steering: Steering,
        interrupts: Interrupts,
    ) -> None:
        self.calendar = calendar
        self.recorder = recorder
        self.costs = costs
        self.model = model
        self.nic = nic
        nic.fifo = RecordedList(recorder, nic.uid, "fifo")
        nic.wire = RecordedList(recorder, nic.uid, "wire")
        self.steering = steering
        self.interrupts = interrupts
        self.rings: list[RxRing] = []
        self.link_up = True
        self.max_frame = ETHERNET_FRAME
        self.lose: End
        self.refuse: End
        self.broadcasts: dict[int, bool] = {}
        self._filter: dict[int, int] = {}
        self._groups: dict[int, int] = {}
        self._moving = 0
        self._last_write = 0
        self._epoch = 0

    # -- filter -----------------------------------------------------------------------------------------

    def accept(self, address: int, kind: int) -> None:
        """Let frames to a unicast or broadcast address in."""
        self._filter[address] = kind
        if kind == BROADCAST:
            self.broadcasts[address] = True

    def add_group(self, group: int) -> None:
        """Let frames to a multicast group in; counted, as several sockets may join."""
        key = group & GROUP_BITS
        self._groups[key] = self._groups.get(key, 0) + 1

    def remove_group(self, group: int) -> None:
        """Undo one `add_group`."""
        key = group & GROUP_BITS
        members = self._groups.get(key, 0) - 1
        if members > 0:
            self._groups[key] = members
        else:
            self._groups.pop(key, None)

    def _kind(self, address: int) -> int | None:
        if address >> 28 == CLASS_D:
            return MULTICAST if address & GROUP_BITS in self._groups else None
        return self._filter.get(address)

    # -- receive ----------------------------------------------------------------------------------------

    def receive(self, frame: Frame, span: int) -> None:
        """The last bit of a frame is here; `span` nanoseconds ago its first was."""
        nic = self.nic
        now = self.calendar.now
        self.recorder.step(now, span, Act.frame_arrives, NIC, frame.uid)
        frame.sender.frames += 1
        if not self.link_up:
            self.lose(frame, "nic:link_down")
            return
        kind = self._kind(frame.daddr)
        if kind is None:
            self.refuse(frame, "nic:filtered")
            return
        length = frame.len
        if length > self.max_frame:
            nic.roc += 1
            self.lose(frame, "nic:rx_long_length_errors")
            return
        frame.hash, queue = self.steering.steer(frame)
        if self.model.counts_no_buffer and len(self.rings) == 1 and not self.rings[0].free:
            nic.rnbc += 1
        if nic.fifo_bytes + length > nic.fifo_size:
            self.recorder.step(now, 0, Act.fifo_full, NIC, frame.uid)
            nic.mpc += 1
            self.lose(frame, "nic:rx_missed_errors")
            return
        nic.gprc += 1
        nic.gorc += length
        if kind == MULTICAST:
            nic.mprc += 1
        elif kind == BROADCAST:
            nic.bprc += 1
        if queue == DROP:
            self.refuse(frame, "nic:ntuple")
            return
        frame.queue = queue
        self._enqueue(frame, self.rings[queue])

    def _enqueue(self, frame: Frame, ring: RxRing) -> None:
        """Into the FIFO, if it can stay there."""
        nic = self.nic
        if not ring.free and len(self.rings) > 1:
            self.recorder.step(self.calendar.now, 0, Act.queue_drop, NIC, frame.uid)
            ring.drops += 1
            self.lose(frame, self.model.queue_drops.format(ring.queue))
            return
        nic.fifo.append(frame)
        nic.fifo_bytes += frame.len
        nic.fifo_frames += 1
        self._transfer()

    def _transfer(self) -> None:
        """Begin the DMA of the frames in the FIFO, in order, as far as there are descriptors."""
        waiting = self.nic.fifo.items
        now = self.calendar.now
        while self._moving < len(waiting):
            frame = waiting[self._moving]
            ring = self.rings[frame.queue]
            if not ring.free:
                return
            ring.free -= 1
            self._moving += 1
            bus = (frame.len + DESCRIPTOR) * 8 * NSEC_PER_SEC // self.model.bus_bps
            self._last_write = done = max(now + self.costs[Act.dma_write_back], self._last_write + bus)
            self.calendar.at(done, WIRE, self._write_back, (self._epoch, now))

    def _write_back(self, letter: tuple[int, int]) -> None:
        """Bytes and descriptor of the frame at the FIFO's head are in memory."""
        epoch, begun = letter
        if epoch != self._epoch:
            return
        nic = self.nic
        now = self.calendar.now
        frame = nic.fifo.shift()
        self._moving -= 1
        self.recorder.step(now, now - begun, Act.dma_write_back, NIC, frame.uid)
        nic.fifo_bytes -= frame.len
        nic.fifo_frames -= 1
        ring = self.rings[frame.queue]
        ring.frames.append(frame)
        ring.filled += 1
        head = ring.head + 1
        ring.head = head if head < ring.count else 0
        self.interrupts.latch(ring.irq)

    # -- what the driver does to it -----------------------------------------------------------------------

    def post(self, ring: RxRing, descriptors: int) -> None:
        """The driver wrote the tail register: so many more descriptors are the adapter's."""
        ring.free += descriptors
        if self._moving < self.nic.fifo_frames:
            self._transfer()

    def reset(self) -> None:
        """Empty FIFO and rings; what was in them is lost, and every descriptor is the driver's again."""
        nic = self.nic
        self._epoch += 1
        self._moving = 0
        self._last_write = 0
        for frame in [*nic.fifo.items, *(frame for ring in self.rings for frame in ring.frames.items)]:
            self.lose(frame, "nic:reset")
        nic.fifo.items.clear()
        if nic.fifo_frames:
            nic.fifo_bytes = 0
            nic.fifo_frames = 0
        for ring in self.rings:
            ring.frames.items.clear()
            ring.filled = 0
            ring.head = ring.next_to_use = ring.next_to_clean
            ring.free = 0
            ring.unposted = ring.count - 1
