"""net/core/skbuff.c: freeing and cloning.

Models `kfree_skb_reason`, `sk_skb_reason_drop`, `skb_clone` and the deferred-free list of Linux 6.12 to
6.18.

Simplified: slab and page allocation never fail; data is shared by clones without a reference count of its own.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.netdevice import SoftnetData
from engine.linux.include.skbuff import Skb
from engine.linux.ledger import drop_copy
from engine.timeline.schema import NOTHING


def kfree_skb_reason(cpu: Cpu, skb: Skb, reason: str) -> Work[None]:
    """Drop an skb and say why (tracepoint kfree_skb)."""
    yield fn.kfree_skb_reason, skb.uid
    drop_copy(cpu.host, skb, reason)


def sk_skb_reason_drop(cpu: Cpu, skb: Skb, reason: str) -> Work[None]:
    """Drop an skb that had found its socket, or was looking for it (tracepoint kfree_skb, with the socket)."""
    yield fn.sk_skb_reason_drop, skb.uid
    drop_copy(cpu.host, skb, reason)


def skb_clone(cpu: Cpu, skb: Skb) -> Work[Skb]:
    """Return a second sk_buff for the same data, charged like the first."""
    yield fn.skb_clone, skb.uid
    recorder = cpu.recorder
    clone = Skb(
        recorder,
        flow=skb.flow,
        number=skb.number,
        len=skb.len,
        truesize=skb.truesize,
        data=skb.data,
        network_header=skb.network_header,
        transport_header=skb.transport_header,
        hash=skb.hash,
        queue_mapping=skb.queue_mapping,
        napi_id=skb.napi_id,
        dev=skb.dev,
        pkt_type=skb.pkt_type,
        ip_summed=skb.ip_summed,
        cloned=1,
        alloc_cpu=skb.alloc_cpu,
        gso_segs=skb.gso_segs,
        frame=skb.frame,
        saddr=skb.saddr,
        daddr=skb.daddr,
        sport=skb.sport,
        dport=skb.dport,
        dst=skb.dst,
        netdev=skb.netdev,
        payload=skb.payload,
        protocol=skb.protocol,
        ip_protocol=skb.ip_protocol,
        bad_csum=skb.bad_csum,
    )
    skb.cloned = 1
    skb.frame.copies += 1
    recorder.part(clone.uid, skb.frame.uid)
    return clone


def skb_defer_free_flush(cpu: Cpu, sd: SoftnetData) -> Work[None]:
    """Free the skbs that readers on other CPUs handed back, the last one first (tracepoint consume_skb, once each).

    What comes meanwhile is left for the next flush.
    """
    yield fn.skb_defer_free_flush, NOTHING
    sd.defer_ipi_scheduled = False
    for skb in tuple(sd.defer_list):
        yield fn.napi_consume_skb, skb.uid
        sd.defer_list.items.remove(skb)
        skb.release()
