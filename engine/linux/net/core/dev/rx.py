"""net/core/dev.c: layer 2. From a list of skbs to the protocol's list handler.

Models `netif_receive_skb_list_internal`, `__netif_receive_skb_list_core`, `__netif_receive_skb_core` with its taps, and
the single-skb path of the backlog.

Left out: generic XDP, tc ingress, netfilter ingress, VLANs and rx_handlers; their gates are open and empty.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import PacketType
from engine.linux.include.skbuff import Skb
from engine.linux.net.core.dev.rps import enqueue_to_backlog, get_rps_cpu
from engine.linux.net.core.skbuff import kfree_skb_reason
from engine.timeline.schema import NOTHING


def netif_receive_skb_list_internal(cpu: Cpu, skbs: list[Skb]) -> Work[None]:
    """Steer each skb by RPS; those that stay go through layer 2 here, as a list."""
    yield fn.netif_receive_skb_list_internal, NOTHING
    if cpu.host.rps_needed:
        skbs = yield from _steer(cpu, skbs)
    if skbs:
        yield from __netif_receive_skb_list(cpu, skbs)


def _steer(cpu: Cpu, skbs: list[Skb]) -> Work[list[Skb]]:
    staying = []
    for skb in skbs:
        target = yield from get_rps_cpu(cpu, skb)
        if target < 0:
            staying.append(skb)
        else:
            yield from enqueue_to_backlog(cpu, skb, target)
    return staying


def __netif_receive_skb_list(cpu: Cpu, skbs: list[Skb]) -> Work[None]:
    """All of layer 2 for every skb, then the protocol's handler once for the list."""
    yield fn.__netif_receive_skb_list_core, NOTHING
    sublist: list[Skb] = []
    current: PacketType | None = None
    for skb in skbs:
        ptype = yield from __netif_receive_skb_core(cpu, skb)
        if ptype is None:
            continue
        if current is not None and ptype is not current:
            yield current.list_func(cpu, sublist)
            sublist = []
        current = ptype
        sublist.append(skb)
    if current is not None:
        yield current.list_func(cpu, sublist)


def __netif_receive_skb_core(cpu: Cpu, skb: Skb) -> Work[PacketType | None]:
    """Count it, show it to the taps, find its protocol (tracepoint netif_receive_skb); None when it was dropped."""
    yield fn.__netif_receive_skb_core, skb.uid
    cpu.softnet_data.processed += 1
    for tap in skb.netdev.taps:
        yield fn.deliver_skb, skb.uid
        yield from tap(cpu, skb)
    ptype = cpu.host.ptype_base.get(skb.protocol)
    if ptype is None:
        skb.netdev.rx_dropped += 1
        yield from kfree_skb_reason(cpu, skb, "UNHANDLED_PROTO")
    return ptype


def __netif_receive_skb(cpu: Cpu, skb: Skb) -> Work[None]:
    """The path of the backlog: one skb at a time, no list."""
    yield fn.__netif_receive_skb_one_core, skb.uid
    ptype = yield from __netif_receive_skb_core(cpu, skb)
    if ptype is not None:
        yield from ptype.func(cpu, skb)
