"""net/core/gro.c: the entry of GRO, its hash buckets and its normal list.

Models `napi_gro_receive` (6.15: `gro_receive_skb`), `dev_gro_receive`, `gro_normal_one`, `gro_normal_list` and the
flush of held packets.

Simplified: UDP is not merged (it never is unless a socket or the device opts in), so nothing is held yet and every skb
leaves as GRO_NORMAL.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.netdevice import FEATURES, NapiStruct
from engine.linux.include.skbuff import Skb
from engine.linux.net.core.dev.rx import netif_receive_skb_list_internal
from engine.timeline.schema import NOTHING

NETIF_F_GRO = 1 << FEATURES.index("rx-gro")


def napi_gro_receive(cpu: Cpu, napi: NapiStruct, skb: Skb) -> Work[None]:
    """Hand an skb to GRO: merge it, hold it, or park it for the stack (tracepoints napi_gro_receive_entry, _exit)."""
    yield fn.napi_gro_receive, skb.uid
    if cpu.host.rules.gro_node:
        yield fn.gro_receive_skb, skb.uid
    if skb.napi_id != napi.napi_id:
        skb.napi_id = napi.napi_id
    yield from dev_gro_receive(cpu, napi, skb)
    yield fn.gro_normal_one, skb.uid
    napi.rx_list.append(skb)
    napi.rx_count += skb.gso_segs
    if napi.rx_count >= cpu.host.sysctl.gro_normal_batch:
        yield from gro_normal_list(cpu, napi)
        yield fn.napi_gro_receive_exit, NOTHING


def dev_gro_receive(cpu: Cpu, napi: NapiStruct, skb: Skb) -> Work[None]:
    """Look for a held packet of the same flow, layer by layer."""
    yield fn.dev_gro_receive, skb.uid
    if not skb.netdev.features & NETIF_F_GRO:
        return
    yield fn.udp_gro_receive, skb.uid


def gro_normal_list(cpu: Cpu, napi: NapiStruct) -> Work[None]:
    """Pass the parked skbs up as one list; they keep their seats until each is delivered."""
    if napi.rx_list:
        yield fn.gro_normal_list, napi.uid
        skbs = list(napi.rx_list.items)
        napi.rx_list.items.clear()
        napi.rx_count = 0
        yield netif_receive_skb_list_internal(cpu, skbs)


def gro_flush_normal(cpu: Cpu, napi: NapiStruct, old_only: bool) -> Work[None]:
    """Complete held packets (all, or those of an earlier jiffy) and pass the normal list up."""
    del old_only  # nothing is held while no protocol merges
    yield from gro_normal_list(cpu, napi)
