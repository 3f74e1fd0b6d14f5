"""A driver as they were before NAPI: an interrupt a packet, everything but the stack in the handler.

Models no file of the kernel. Its card is an 82576 with one queue, without auto-mask and without throttling: every frame
that was written back raises an interrupt of its own, and those that cannot be taken yet wait at the CPU. The handler
takes one frame and calls `netif_rx`; the backlog of the CPU does the rest.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.hardware.nic import Model
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.drivers.common import QVector, build_rx_skb, eth_type_trans, take_descriptor
from engine.linux.drivers.port import Driver
from engine.linux.net.core.dev.rps import netif_rx


def legacy_interrupt(cpu: Cpu, q_vector: QVector) -> Work[None]:
    """Acknowledge the card, take one frame off its ring, hand it to the backlog, post the buffer again."""
    yield fn.legacy_interrupt, q_vector.vector.uid
    ring = q_vector.ring
    if ring is None or not ring.frames.items:
        return
    ready = ring.frames.items
    yield fn.legacy_rx, ready[0].uid
    if not ready:
        return
    frame = take_descriptor(ring)
    yield fn.netdev_alloc_skb, frame.uid
    port = q_vector.port
    skb = build_rx_skb(cpu, port.dev, frame, ring.queue)
    ring.packets += 1
    ring.bytes += frame.len
    posted, ring.unposted = ring.unposted, 0
    ring.next_to_use = (ring.next_to_use + posted) % ring.count
    ring.next_to_alloc = ring.next_to_use
    port.adapter.post(ring, posted)
    yield fn.eth_type_trans, skb.uid
    eth_type_trans(skb)
    yield from netif_rx(cpu, skb)


def no_throttle(q_vector: QVector, usecs: int) -> None:
    """The card has no throttle to set."""


LEGACY = Driver(
    name="legacy",
    model=Model(
        fifo_size=64 * 1024,
        bus_bps=8 * 10**9,
        counts_no_buffer=False,
        queue_drops="nic:rx_queue_{}_drops",
        auto_mask=False,
    ),
    ring=256,
    rx_usecs=0,
    features=("rx-gro",),
    table=None,
    poll=None,
    handler=legacy_interrupt,
    other=None,
    paired=None,
    first_itr=no_throttle,
)
