"""drivers/net/ethernet/intel/igb: the receive side of an 82576.

Models `igb_msix_ring`, `igb_poll`, `igb_alloc_rx_buffers`, `igb_ring_irq_enable`, `igb_update_ring_itr`,
`igb_msix_other` and what `igb_watchdog_task` does to the vectors, of Linux 6.12 to 6.18.

Simplified: nothing is transmitted, so there is nothing to reclaim before the receive ring is looked at. With MSI-X
there are always several vectors, so the state machine for a single one (`igb_set_itr`) is never used and is not
here.
"""

from __future__ import annotations

from engine.hardware.calendar import TIMER
from engine.hardware.context import Work
from engine.hardware.msix import NIC
from engine.hardware.nic import Model
from engine.hardware.records import RxRing
from engine.hardware.rss import blocks
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.drivers.common import QVector, alloc_rx_buffers, clean_rx_irq
from engine.linux.drivers.port import Driver, Port
from engine.linux.host import NSEC_PER_SEC
from engine.linux.include.netdevice import NapiStruct
from engine.linux.net.core.dev.napi import napi_complete_done, napi_schedule
from engine.timeline.schema import NOTHING

IGB_START_ITR = 648
IGB_4K_ITR = 980
IGB_20K_ITR = 196
ITR_UNIT_NS = 250
ETHERNET_OVERHEAD = 24
LARGEST_AVERAGE = 3000
GIGABIT = 10**9
CONSERVATIVE = 3
PAIRED_FROM = 5
"""An 82576 has vectors for eight queues; up to half of them it can give receive and transmit vectors of their own."""

WATCHDOG_NS = 2 * NSEC_PER_SEC


def igb_msix_ring(cpu: Cpu, q_vector: QVector) -> Work[None]:
    """A queue's interrupt: write the new throttle, now that the old one's timer has been started, and schedule."""
    vector = q_vector.vector
    yield fn.igb_msix_ring, vector.uid
    if q_vector.set_itr:
        vector.itr_ns = q_vector.itr * ITR_UNIT_NS
        q_vector.set_itr = False
    yield from napi_schedule(cpu, q_vector.napi)


def igb_msix_other(cpu: Cpu, port: Port) -> Work[None]:
    """The interrupt for everything else: the link went down or came back."""
    yield fn.igb_msix_other, port.dev.uid
    port.link_changed()


def igb_poll(cpu: Cpu, napi: NapiStruct, budget: int) -> Work[int]:
    """Clean up to `budget` packets; unmask only if all was cleaned and completion said so."""
    yield fn.igb_poll, napi.uid
    q_vector: QVector = napi.q_vector
    cleaned = yield from clean_rx_irq(cpu, q_vector, budget, igb_alloc_rx_buffers)
    ring = q_vector.ring
    if ring is not None and ring.unposted:
        yield from igb_alloc_rx_buffers(cpu, ring)
    if cleaned >= budget:
        return budget
    if (yield from napi_complete_done(cpu, napi, cleaned)):
        yield from igb_ring_irq_enable(cpu, q_vector)
    return cleaned


def igb_alloc_rx_buffers(cpu: Cpu, ring: RxRing) -> Work[None]:
    """Post what is free: sixteen at a time within the poll, the rest at its end."""
    yield from alloc_rx_buffers(cpu, ring, fn.igb_alloc_rx_buffers)


def igb_ring_irq_enable(cpu: Cpu, q_vector: QVector) -> Work[None]:
    """Adapt the throttle, then write EIMS."""
    yield fn.igb_ring_irq_enable, q_vector.vector.uid
    dev = q_vector.port.dev
    setting = dev.tx_usecs if q_vector.ring is None else dev.rx_usecs
    if setting and setting <= CONSERVATIVE:
        igb_update_ring_itr(q_vector, setting)
    q_vector.port.adapter.interrupts.enable(q_vector.vector)


def igb_update_ring_itr(q_vector: QVector, setting: int) -> None:
    """Choose a throttle by the average size of the packets since last time; it is written at the next interrupt.

    Args:
        q_vector: the vector.
        setting: 1 dynamic, 3 dynamic but never faster than 20 000 interrupts a second.
    """
    packets, total = q_vector.take_totals()
    if q_vector.port.adapter.nic.speed_bps != GIGABIT:
        wanted = IGB_4K_ITR
    elif not packets:
        return
    else:
        wanted = igb_itr_by_size(total // packets, setting)
    if wanted != q_vector.itr:
        q_vector.itr = wanted
        q_vector.set_itr = True


def igb_itr_by_size(average: int, setting: int) -> int:
    """Return the throttle for an average packet, in quarter microseconds."""
    size = min(average + ETHERNET_OVERHEAD, LARGEST_AVERAGE)
    wanted = size // 3 if 300 < size < 1200 else size // 2
    return IGB_20K_ITR if setting == CONSERVATIVE and wanted < IGB_20K_ITR else wanted


def igb_first_itr(q_vector: QVector, usecs: int) -> None:
    """rx-usecs was set: the adaptive kinds start at about 6000 interrupts a second."""
    q_vector.itr = IGB_START_ITR if 0 < usecs <= CONSERVATIVE else usecs * 1000 // ITR_UNIT_NS
    q_vector.set_itr = True


def igb_watchdog_task(port: Port) -> None:
    """Every two seconds: trigger every queue's interrupt (EICS), lest one was lost; idle queues get an empty poll.

    From 6.16 on only rings whose refill failed are triggered.
    """
    calendar = port.host.calendar
    port.host.recorder.step(calendar.now, 0, fn.igb_watchdog_task, NIC, NOTHING)
    if port.adapter.link_up and port.host.rules.igb_watchdog_interrupts:
        for q_vector in port.q_vectors:
            port.adapter.interrupts.latch(q_vector.vector)
    calendar.after(WATCHDOG_NS, TIMER, igb_watchdog_task, port)


def igb_probed(port: Port) -> None:
    """The interface is there; start its watchdog."""
    port.host.calendar.after(WATCHDOG_NS, TIMER, igb_watchdog_task, port)


IGB = Driver(
    name="igb",
    model=Model(
        fifo_size=64 * 1024,
        bus_bps=8 * 10**9,
        counts_no_buffer=True,
        queue_drops="nic:rx_queue_{}_drops",
    ),
    ring=256,
    rx_usecs=CONSERVATIVE,
    features=("rx-checksum", "rx-gro", "rx-hashing", "rx-vlan-hw-parse", "rx-vlan-filter"),
    table=blocks,
    poll=igb_poll,
    handler=igb_msix_ring,
    other=igb_msix_other,
    paired=PAIRED_FROM.__le__,
    first_itr=igb_first_itr,
    probed=igb_probed,
)
