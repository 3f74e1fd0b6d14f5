"""drivers/net/ethernet/intel/ixgbe: the receive side of an 82599.

Models `ixgbe_msix_clean_rings`, `ixgbe_poll`, `ixgbe_alloc_rx_buffers`, `ixgbe_update_itr`, `ixgbe_set_itr` and
`ixgbe_msix_other` of Linux 6.12 to 6.18.

Simplified: nothing is transmitted; no receive-side coalescing (hardware LRO); no Flow Director learning (ATR). An 82599
spreads over sixteen queues at most, the others are reached by rules only. The service task's interrupts every two
seconds (`ixgbe_check_hang_subtask`) are left out; rx-usecs is kept to the microsecond, where the register has two.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.hardware.nic import Model
from engine.hardware.records import RxRing
from engine.hardware.rss import round_robin
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.drivers.common import QVector, alloc_rx_buffers, clean_rx_irq
from engine.linux.drivers.port import Driver, Port
from engine.linux.include.netdevice import NapiStruct
from engine.linux.net.core.dev.napi import napi_complete_done, napi_schedule_irqoff

RSS_QUEUES_MAX = 16
ADAPTIVE = 1
START_ITR = 200
"""50 us in quarter microseconds."""
ITR_UNIT_NS = 250

LATENCY = 0x80
"""Set in a wish for latency mode; the other bits are microseconds."""
MIN_INC, MIN_USECS, MAX_USECS = 2, 10, 126
LATENCY_PACKETS, LATENCY_BYTES = 4, 9000
STAY_LATENCY_PACKETS, MORE_PACKETS, KEEP_PACKETS, HALVE_PACKETS = 8, 48, 96, 256

_SIZES = ((60, 0, 5120), (316, 40, 2720), (1084, 15, 11_452), (1967, 5, 22_420))
"""Up to which average size: slope and offset of a line through interrupt rates; 256 times microseconds."""
_LARGEST = 32_256
_SLOW_LINK_MOST = 8064
TEN_GIGABIT = 10**10


def ixgbe_msix_clean_rings(cpu: Cpu, q_vector: QVector) -> Work[None]:
    """A queue's interrupt: schedule its NAPI."""
    yield fn.ixgbe_msix_clean_rings, q_vector.vector.uid
    yield from napi_schedule_irqoff(cpu, q_vector.napi)


def ixgbe_msix_other(cpu: Cpu, port: Port) -> Work[None]:
    """The interrupt for everything else: the link went down or came back."""
    yield fn.ixgbe_msix_other, port.dev.uid
    port.link_changed()


def ixgbe_poll(cpu: Cpu, napi: NapiStruct, budget: int) -> Work[int]:
    """Clean up to `budget` packets; netpoll's budget of 0 ends before receive is looked at."""
    yield fn.ixgbe_poll, napi.uid
    if budget <= 0:
        return budget
    q_vector: QVector = napi.q_vector
    cleaned = yield from clean_rx_irq(cpu, q_vector, budget, ixgbe_alloc_rx_buffers)
    if cleaned >= budget:
        return budget
    if (yield from napi_complete_done(cpu, napi, cleaned)):
        if q_vector.port.dev.rx_usecs == ADAPTIVE:
            ixgbe_set_itr(cpu, q_vector)
        yield fn.ixgbe_irq_enable_queues, q_vector.vector.uid
        q_vector.port.adapter.interrupts.enable(q_vector.vector)
    return min(cleaned, budget - 1)


def ixgbe_alloc_rx_buffers(cpu: Cpu, ring: RxRing) -> Work[None]:
    """Post sixteen or more; up to fifteen stay unposted until a later poll."""
    yield from alloc_rx_buffers(cpu, ring, fn.ixgbe_alloc_rx_buffers)


def ixgbe_set_itr(cpu: Cpu, q_vector: QVector) -> None:
    """Let both halves of the vector say what they would like; write the smaller wish (EITR)."""
    jiffies = cpu.host.jiffies()
    in_time = jiffies <= q_vector.next_update
    q_vector.next_update = jiffies + 1
    packets, total = q_vector.take_totals()
    speed = q_vector.port.adapter.nic.speed_bps
    now_usecs = q_vector.itr >> 2
    q_vector.tx_itr = ixgbe_update_itr(q_vector.tx_itr, now_usecs, 0, 0, in_time, speed)
    q_vector.rx_itr = ixgbe_update_itr(q_vector.rx_itr, now_usecs, packets, total, in_time, speed)
    itr = (min(q_vector.rx_itr, q_vector.tx_itr) & ~LATENCY) << 2
    if itr != q_vector.itr:
        q_vector.itr = itr
        q_vector.vector.itr_ns = itr * ITR_UNIT_NS


def ixgbe_update_itr(wish: int, now_usecs: int, packets: int, total: int, in_time: bool, speed: int) -> int:
    """Return the throttle that one half of a vector would like.

    Args:
        wish: what it said before: microseconds, and the flag `LATENCY`.
        now_usecs: what is in force.
        packets: packets since last time.
        total: bytes since last time.
        in_time: last time was at most a jiffy ago; otherwise traffic is so slow, or so dense, that throttling has no
            say.
        speed: of the link.
    """
    if not in_time:
        return MIN_USECS | LATENCY
    if not packets:
        return min(now_usecs + MIN_INC, MAX_USECS) | wish & LATENCY
    if packets < LATENCY_PACKETS and total < LATENCY_BYTES:
        return ixgbe_itr_by_size(LATENCY, total // packets, speed)
    if packets < MORE_PACKETS:
        mode = LATENCY if packets < STAY_LATENCY_PACKETS else wish & LATENCY
        return min(now_usecs + MIN_INC, MAX_USECS) | mode
    if packets < KEEP_PACKETS:
        return now_usecs
    if packets < HALVE_PACKETS:
        return max(now_usecs >> 1, MIN_USECS)
    return ixgbe_itr_by_size(0, total // packets, speed)


def ixgbe_itr_by_size(mode: int, average: int, speed: int) -> int:
    """Return mode and microseconds for packets of an average size; half as long in latency mode."""
    scaled = _LARGEST
    for most, slope, offset in _SIZES:
        if average <= most:
            scaled = average * slope + offset
            break
    if mode & LATENCY:
        scaled >>= 1
    if speed >= TEN_GIGABIT:
        divisor = MIN_INC * 256
    else:
        scaled = min(scaled, _SLOW_LINK_MOST)
        divisor = MIN_INC * 64
    return mode + -(-scaled // divisor) * MIN_INC


def ixgbe_first_itr(q_vector: QVector, usecs: int) -> None:
    """rx-usecs was set: written at once; adaptive starts at 50 us."""
    q_vector.rx_itr = q_vector.tx_itr = MAX_USECS | LATENCY
    q_vector.itr = START_ITR if usecs == ADAPTIVE else usecs << 2
    q_vector.vector.itr_ns = q_vector.itr * ITR_UNIT_NS


def ixgbe_table(queues: int) -> list[int]:
    """The indirection table after the driver was loaded: in turn, over no more than sixteen queues."""
    return round_robin(min(queues, RSS_QUEUES_MAX))


IXGBE = Driver(
    name="ixgbe",
    model=Model(
        fifo_size=512 * 1024,
        bus_bps=32 * 10**9,
        counts_no_buffer=False,
        queue_drops="nic:rx_no_dma_resources",
    ),
    ring=512,
    rx_usecs=ADAPTIVE,
    features=("rx-checksum", "rx-gro", "rx-hashing", "rx-vlan-hw-parse", "rx-vlan-filter"),
    table=ixgbe_table,
    poll=ixgbe_poll,
    handler=ixgbe_msix_clean_rings,
    other=ixgbe_msix_other,
    paired=lambda queues: queues > 0,
    first_itr=ixgbe_first_itr,
    other_last=True,
)
