"""What the receive sides of igb and ixgbe have in common: descriptor rings, their refill, the skb around a frame.

Models `igb_clean_rx_irq` and `ixgbe_clean_rx_irq` (both drivers' loops are of one kind), `*_alloc_rx_buffers`, the
`napi_build_skb` mode with half pages of 2 KiB, and `eth_type_trans`.

Simplified: pages are always reused and allocation never fails; a frame fits one descriptor; the hardware found every
checksum good; network and transport header are where IPv4 without options has them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.hardware.context import Work
from engine.hardware.nic import CLASS_D
from engine.hardware.records import Frame, MsixVector, RxRing
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.netdevice import FEATURES, NapiStruct, NetDevice
from engine.linux.include.skbuff import (
    CHECKSUM_NONE,
    CHECKSUM_UNNECESSARY,
    PACKET_BROADCAST,
    PACKET_MULTICAST,
    Skb,
)
from engine.linux.net.core.gro import napi_gro_receive

if TYPE_CHECKING:
    from engine.linux.drivers.port import Port

RX_BUFFER_WRITE = 16
"""Descriptors posted together, with one write of the tail register."""

HEADROOM = 192
"""Free bytes before the frame: a half page less the frame's 1536 and the 320 of skb_shared_info."""

TRUESIZE = 2048 + 256
"""What a receive skb is charged: its half page and the sk_buff."""

ETH_HLEN, IP_HLEN, UDP_HLEN = 14, 20, 8
ETH_P_IP, IPPROTO_UDP = 0x0800, 17
NETIF_F_RXHASH = 1 << FEATURES.index("rx-hashing")
NETIF_F_RXCSUM = 1 << FEATURES.index("rx-checksum")

_NETWORK = HEADROOM + ETH_HLEN
_TRANSPORT = _NETWORK + IP_HLEN
_HEADERS = ETH_HLEN + IP_HLEN + UDP_HLEN

Refill = Callable[[Cpu, RxRing], Work[None]]


class QVector:
    """An interrupt vector as its driver sees it: `igb_q_vector`, `ixgbe_q_vector`.

    Attributes:
        port: the interface.
        vector: the hardware's side.
        ring: the receive ring it serves, None for a vector of transmit alone.
        napi: what it schedules.
        itr: throttle the driver wants, in quarter microseconds.
        set_itr: it is to be written at the next interrupt (igb).
        total_packets, total_bytes: since throttling was last adapted.
        rx_itr, tx_itr: what each half would like, and the jiffy of its next look (ixgbe).
    """

    __slots__ = (
        "itr",
        "napi",
        "next_update",
        "port",
        "ring",
        "rx_itr",
        "set_itr",
        "total_bytes",
        "total_packets",
        "tx_itr",
        "vector",
    )

    napi: NapiStruct

    def __init__(self, port: Port, vector: MsixVector, ring: RxRing | None) -> None:
        self.port = port
        self.vector = vector
        self.ring = ring
        self.itr = 0
        self.set_itr = False
        self.total_packets = 0
        self.total_bytes = 0
        self.rx_itr = 0
        self.tx_itr = 0
        self.next_update = 0

    def take_totals(self) -> tuple[int, int]:
        """Return packets and bytes since the last call, and begin to count anew."""
        totals = self.total_packets, self.total_bytes
        self.total_packets = self.total_bytes = 0
        return totals


def init_ring(ring: RxRing) -> None:
    """Indices of a ring whose every descriptor but one was just posted; the adapter owns no more than count - 1."""
    ring.next_to_clean = ring.head = ring.filled = 0
    ring.next_to_use = ring.next_to_alloc = ring.free = ring.count - 1
    ring.unposted = 0


def alloc_rx_buffers(cpu: Cpu, ring: RxRing, function: int) -> Work[None]:
    """Post every descriptor that is free; one write of the tail register tells the adapter.

    Args:
        cpu: who does it.
        ring: the ring.
        function: the driver's own name for this; its cost is that of sixteen descriptors.
    """
    blocks = (ring.unposted + RX_BUFFER_WRITE - 1) // RX_BUFFER_WRITE
    yield function, ring.uid, cpu.costs[function] * blocks
    posted = ring.unposted
    ring.unposted = 0
    ring.next_to_use = (ring.next_to_use + posted) % ring.count
    ring.next_to_alloc = ring.next_to_use
    ring.q_vector.port.adapter.post(ring, posted)


def clean_rx_irq(cpu: Cpu, q_vector: QVector, budget: int, refill: Refill) -> Work[int]:
    """Take written-back descriptors off a ring, make skbs of them and hand those to GRO; return how many.

    A descriptor is ready when its length is not zero. The ring may be emptied by a reset while a step is being paid
    for, so readiness is looked at again after each payment.
    """
    ring = q_vector.ring
    if ring is None:
        return 0
    ready = ring.frames.items
    napi = q_vector.napi
    dev = q_vector.port.dev
    packets = total = 0
    while packets < budget:
        if ring.unposted >= RX_BUFFER_WRITE:
            yield from refill(cpu, ring)
        if not ready:
            break
        yield fn.napi_build_skb, ready[0].uid
        if not ready:
            break
        frame = take_descriptor(ring)
        packets += 1
        total += frame.len
        skb = build_rx_skb(cpu, dev, frame, ring.queue)
        yield fn.eth_type_trans, skb.uid
        eth_type_trans(skb)
        yield from napi_gro_receive(cpu, napi, skb)
    if packets:
        ring.packets += packets
        ring.bytes += total
        q_vector.total_packets += packets
        q_vector.total_bytes += total
    return packets


def take_descriptor(ring: RxRing) -> Frame:
    """Advance next_to_clean over a written-back descriptor; return the frame in its buffer."""
    frame = ring.frames.popleft()
    following = ring.next_to_clean + 1
    ring.next_to_clean = following if following < ring.count else 0
    ring.filled -= 1
    ring.unposted += 1
    return frame


def build_rx_skb(cpu: Cpu, dev: NetDevice, frame: Frame, queue: int) -> Skb:
    """Return an sk_buff around the buffer that the adapter filled, with what the descriptor says."""
    recorder = cpu.recorder
    features = dev.features
    length = frame.len
    skb = Skb(
        recorder,
        flow=frame.flow,
        number=frame.number,
        len=length,
        truesize=TRUESIZE,
        data=HEADROOM,
        network_header=_NETWORK,
        transport_header=_TRANSPORT,
        hash=frame.hash if features & NETIF_F_RXHASH else 0,
        queue_mapping=queue + 1,
        dev=dev.uid,
        ip_summed=CHECKSUM_UNNECESSARY if features & NETIF_F_RXCSUM else CHECKSUM_NONE,
        alloc_cpu=cpu.number,
        frame=frame,
        saddr=frame.saddr,
        daddr=frame.daddr,
        sport=frame.sport,
        dport=frame.dport,
        netdev=dev,
        payload=length - _HEADERS,
        protocol=ETH_P_IP,
        ip_protocol=IPPROTO_UDP,
        bad_csum=False,
        gso_segs=1,
    )
    frame.copies += 1
    recorder.part(skb.uid, frame.uid)
    return skb


def eth_type_trans(skb: Skb) -> None:
    """net/ethernet/eth.c: step over the Ethernet header and see for whom the frame is."""
    skb.data = _NETWORK
    skb.len -= ETH_HLEN
    daddr = skb.daddr
    if daddr >> 28 == CLASS_D:
        skb.pkt_type = PACKET_MULTICAST
    elif daddr in skb.netdev.hw.broadcasts:
        skb.pkt_type = PACKET_BROADCAST
