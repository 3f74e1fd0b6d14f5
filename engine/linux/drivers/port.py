"""An interface of a driver: rings, vectors, NAPI instances, and their setting up and down.

Models `ndo_open` and `ndo_stop` as igb and ixgbe have them. A change of ring size or channels
takes the port down as the drivers do: vectors are masked, NAPI instances refuse to be scheduled
(NAPI_STATE_DISABLE) and are waited for, what is in FIFO and rings is lost ("nic:reset"), and the link is away for
two seconds, during which frames are lost ("nic:link_down"). At time 0, before any traffic, all this takes no time.

Simplified: every vector's MSI-X entry is on its own line from 24 up; transmit has its vectors, but no rings yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.hardware.acts import Act
from engine.hardware.calendar import COMMAND, WIRE
from engine.hardware.context import Work
from engine.hardware.msix import NIC, Interrupts
from engine.hardware.nic import BROADCAST, UNICAST, Adapter, Model
from engine.hardware.records import Frame, MsixVector, Nic, RxRing
from engine.hardware.rss import Steering
from engine.linux.cpu import Cpu
from engine.linux.drivers.common import QVector, init_ring
from engine.linux.host import NSEC_PER_SEC, Host
from engine.linux.include.netdevice import (
    FEATURES,
    NAPIF_STATE_DISABLE,
    NAPIF_STATE_SCHED,
    NapiStruct,
    NetDevice,
    RpsMap,
)
from engine.linux.kernel.irq import deliver, free_irq, irq_set_affinity, request_irq
from engine.linux.ledger import lose, refuse
from engine.linux.net.core.dev.napi import netif_napi_add
from engine.timeline.lists import RecordedList

FIRST_IRQ = 24
"""Lines below belong to the platform."""

LINK_AWAY_NS = 2 * NSEC_PER_SEC
"""How long the link needs to come back after a reset."""

NAPI_WAIT_NS = 20_000
"""napi_disable looks again after this long."""

ALL_HOSTS = 0xE0000001
LIMITED_BROADCAST = 0xFFFFFFFF
MTU = 1500
FRAME_BEYOND_MTU = 18

Poll = Callable[[Cpu, NapiStruct, int], Work[int]]
Handler = Callable[[Cpu, Any], Work[None]]


@dataclass(frozen=True, slots=True)
class Driver:
    """What differs between drivers, as data.

    Attributes:
        name: of the module.
        model: the adapter it drives.
        ring: default number of receive descriptors.
        rx_usecs: default of `ethtool -C rx-usecs`.
        features: offloads that are on when the driver was loaded.
        table: the indirection table for a number of queues; None without RSS.
        poll: the NAPI instances' poll function; None without NAPI.
        handler: of the queue vectors' interrupts.
        other: of the interrupt for everything else; None without such a vector.
        other_last: that vector comes after those of the queues, not before.
        paired: whether transmit queue N shares vector N at a number of queues; None without transmit vectors.
        first_itr: puts the throttle that rx-usecs means into a vector.
        probed: called when the interface is up; None for nothing.
    """

    name: str
    model: Model
    ring: int
    rx_usecs: int
    features: tuple[str, ...]
    table: Callable[[int], list[int]] | None
    poll: Poll | None
    handler: Handler
    other: Handler | None
    paired: Callable[[int], bool] | None
    first_itr: Callable[[QVector, int], None]
    other_last: bool = False
    probed: Callable[[Port], None] | None = None


def feature_mask(names: Sequence[str]) -> int:
    """Return the bits of features by name."""
    return sum(1 << FEATURES.index(name) for name in names)


class Port:
    """One interface of a driver.

    Attributes:
        host, driver: where it is, what drives it.
        dev: the interface; `dev.hw` is the adapter.
        adapter: the hardware.
        q_vectors: queue vectors: those with a receive ring first, in order of queue.
    """

    def __init__(
        self,
        host: Host,
        driver: Driver,
        *,
        name: str,
        speed_bps: int,
        queues: int,
        address: int,
        prefix: int,
        rss_key: bytes,
    ) -> None:
        recorder = host.recorder
        self.host = host
        self.driver = driver
        self.q_vectors: list[QVector] = []
        self._other: MsixVector | None = None
        self._changes: list[Callable[[], None]] = []
        number = len(host.devices)
        self._chip = f"PCI-MSIX-0000:{number + 1:02x}:00.0"
        self.dev = dev = NetDevice(
            recorder,
            name=name,
            ifindex=number + 2,
            mtu=MTU,
            up=1,
            address=address,
            prefix=prefix,
            driver=recorder.name(driver.name),
            driver_name=driver.name,
            features=feature_mask(driver.features),
            rx_usecs=driver.rx_usecs,
            tx_usecs=driver.rx_usecs,
            tx_count=driver.ring,
            rings=[],
            napis=[],
            vectors=[],
            rps=[],
            taps=[],
            ops=self,
            ifname=name,
        )
        self.adapter = self._adapter(name, speed_bps, rss_key, driver.table(queues) if driver.table else [])
        dev.hw = self.adapter
        dev.nic = self.adapter.nic.uid
        self._address(address, prefix)
        self.open(queues, driver.ring)
        self._enable()

    # -- setting up ---------------------------------------------------------------------------------------

    def _adapter(self, name: str, speed_bps: int, rss_key: bytes, table: list[int]) -> Adapter:
        host, recorder, model = self.host, self.host.recorder, self.driver.model
        key_name = recorder.name(rss_key[:40].hex(":")) if table else 0
        nic = Nic(
            recorder,
            parent=self.dev.uid,
            name=name,
            speed_bps=speed_bps,
            fifo_size=model.fifo_size,
            rss_key=key_name,
        )
        steering = Steering(recorder, nic.uid, rss_key, table)
        interrupts = Interrupts(host.calendar, recorder, host.costs, self._raise_irq, model.auto_mask)
        adapter = Adapter(host.calendar, recorder, host.costs, model, nic, steering, interrupts)
        adapter.max_frame = MTU + FRAME_BEYOND_MTU

        def lost(frame: Frame, reason: str) -> None:
            lose(host, frame, reason)

        def refused(frame: Frame, reason: str) -> None:
            refuse(host, frame, reason)

        adapter.lose, adapter.refuse = lost, refused
        return adapter

    def _address(self, address: int, prefix: int) -> None:
        """Ip addr add, ip link set up: who the interface is."""
        host, adapter = self.host, self.adapter
        host.devices[self.dev.ifname] = self.dev
        host.local_addresses[address] = self.dev
        adapter.accept(address, UNICAST)
        adapter.accept(LIMITED_BROADCAST, BROADCAST)
        if prefix < 31:
            subnet = address | (1 << 32 - prefix) - 1
            host.broadcast_addresses[subnet] = self.dev
            adapter.accept(subnet, BROADCAST)
        adapter.add_group(ALL_HOSTS)

    def _raise_irq(self, vector: MsixVector, cause: int) -> None:
        desc = self.host.irqs.get(vector.irq)
        if desc is not None:
            deliver(self.host, desc, cause)

    def open(self, queues: int, count: int) -> None:
        """Rings, vectors, NAPI instances, interrupt lines."""
        driver, name = self.driver, self.dev.ifname
        if driver.other is not None and not driver.other_last:
            self._other = self._vector(name, 0, 0, driver.other, self)
        paired = driver.paired is None or driver.paired(queues)
        for queue in range(queues):
            label = "" if driver.paired is None else f"-TxRx-{queue}" if paired else f"-rx-{queue}"
            self._queue_vector(name + label, queue, self._ring(queue, count))
        if not paired:
            for queue in range(queues):
                self._queue_vector(f"{name}-tx-{queue}", queue, None)
        if driver.other is not None and driver.other_last:
            self._other = self._vector(name, len(self.q_vectors), 0, driver.other, self)
        self._steering_rows(queues)

    def _vector(self, name: str, index: int, cpu: int, handler: Handler, dev_id: Any) -> MsixVector:
        host = self.host
        irq = max(host.irqs, default=FIRST_IRQ - 1) + 1
        vector = MsixVector(
            host.recorder, parent=self.adapter.nic.uid, name=name, index=index, irq=irq, waits=False, cause=-1
        )
        dev_id = dev_id or QVector(self, vector, None)
        desc = request_irq(host, irq, index, self._chip, name, handler, dev_id, cpu)
        if host.default_irq_affinity:
            irq_set_affinity(desc, host.default_irq_affinity)
        return vector

    def _queue_vector(self, name: str, queue: int, ring: RxRing | None) -> None:
        host, dev, driver = self.host, self.dev, self.driver
        index = len(self.q_vectors) + (self._other is not None)
        vector = self._vector(name, index, queue % len(host.cpus), driver.handler, None)
        q_vector: QVector = host.irqs[vector.irq].dev_id
        if ring is not None:
            q_vector.ring = ring
            ring.irq, ring.q_vector, ring.vector = vector, q_vector, vector.uid
            dev.rings.append(ring)
        if driver.poll is not None:
            q_vector.napi = netif_napi_add(host, dev, name, driver.poll, ring, vector, vector.irq)
            q_vector.napi.q_vector = q_vector
            dev.napis.append(q_vector.napi)
            if ring is not None:
                ring.napi = q_vector.napi.uid
        driver.first_itr(q_vector, dev.rx_usecs)
        dev.vectors.append(vector)
        self.q_vectors.append(q_vector)

    def _ring(self, queue: int, count: int) -> RxRing:
        recorder = self.host.recorder
        ring = RxRing(recorder, parent=self.dev.uid, name=f"rx-{queue}", queue=queue, count=count)
        ring.frames = RecordedList(recorder, ring.uid, "frames")
        init_ring(ring)
        self.adapter.rings.append(ring)
        return ring

    def _steering_rows(self, queues: int) -> None:
        """/sys/class/net/*/queues/rx-N: a queue that stays keeps its RPS map."""
        rows = self.dev.rps
        for queue in range(len(rows), queues):
            rows.append(
                RpsMap(self.host.recorder, parent=self.dev.uid, name=f"rx-{queue}", queue=queue, map=())
            )
        for row in rows[queues:]:
            row.release()
        del rows[queues:]

    def _enable(self) -> None:
        for q_vector in self.q_vectors:
            self.adapter.interrupts.enable(q_vector.vector)
        if self._other is not None:
            self.adapter.interrupts.enable(self._other)

    def close(self) -> None:
        """Give rings, vectors, NAPI instances and lines back."""
        dev = self.dev
        for vector in [*dev.vectors, *([self._other] if self._other else [])]:
            free_irq(self.host, vector.irq)
            vector.release()
        for gone in (*dev.rings, *dev.napis):
            gone.release()
        self._other = None
        for emptied in (dev.rings, dev.napis, dev.vectors, self.q_vectors, self.adapter.rings):
            emptied.clear()

    # -- down and up --------------------------------------------------------------------------------------

    def reconfigure(self, change: Callable[[], None]) -> None:
        """Take the port down, change something, bring it up again."""
        self._changes.append(change)
        if len(self._changes) > 1:
            return
        if self.host.calendar.now:
            self.adapter.link_up = False
            self.dev.up = 0
        for q_vector in self.q_vectors:
            self.adapter.interrupts.disable(q_vector.vector)
        for napi in self.dev.napis:
            napi.state |= NAPIF_STATE_DISABLE
        self.adapter.reset()
        if self._polled():
            self.host.calendar.after(NAPI_WAIT_NS, COMMAND, self._look_again)
        else:
            self._bring_up()

    def _polled(self) -> bool:
        return any(napi.state & NAPIF_STATE_SCHED for napi in self.dev.napis)

    def _look_again(self, _: object) -> None:
        if self._polled():
            self.host.calendar.after(NAPI_WAIT_NS, COMMAND, self._look_again)
            return
        self.host.recorder.step(self.host.calendar.now, 0, Act.administrator, NIC)
        self._bring_up()

    def _bring_up(self) -> None:
        for napi in self.dev.napis:  # the end of napi_disable
            napi.timer.cancel()
            if napi.timer_expires:
                napi.timer_expires = 0
        changes, self._changes = self._changes, []
        for change in changes:
            change()
        for napi in self.dev.napis:
            napi.state &= ~NAPIF_STATE_DISABLE
        for ring in self.dev.rings:
            init_ring(ring)
        self._enable()
        if self.host.calendar.now:
            self.host.calendar.after(LINK_AWAY_NS, WIRE, self._link_returns)

    def _link_returns(self, _: object) -> None:
        self.host.recorder.step(self.host.calendar.now, 0, Act.administrator, NIC)
        self.set_link(True)

    def set_link(self, up: bool) -> None:
        """The cable is plugged in or pulled: the adapter tells its driver with the interrupt for everything else."""
        if self.adapter.link_up == up:
            return
        self.adapter.link_up = up
        if self._other is not None:
            self.adapter.interrupts.latch(self._other)
        else:
            self.dev.up = int(up)

    def link_changed(self) -> None:
        """The driver has read the link's state; its vector is unmasked again."""
        self.dev.up = int(self.adapter.link_up)
        if self._other is not None:
            self.adapter.interrupts.enable(self._other)
