"""net/ipv4/ip_input.c: IPv4 receive, one skb or a list.

Models `ip_rcv`, `ip_list_rcv`, `ip_rcv_core`, `ip_rcv_finish_core` with route hints and early demux,
`ip_local_deliver` and `ip_protocol_deliver_rcu`.

Simplified: headers are well formed, nothing is fragmented; netfilter and raw sockets are absent, so their hooks pass.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import Host, PacketType
from engine.linux.include.skbuff import PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST, Skb
from engine.linux.net.core.skbuff import kfree_skb_reason
from engine.linux.net.ipv4.route import RTN_UNREACHABLE, ip_error, ip_route_input_noref
from engine.linux.net.ipv4.udp_lookup import udp_v4_early_demux
from engine.timeline.schema import NOTHING

ETH_P_IP = 0x0800
IP_HEADER = 20
IPPROTO_UDP = 17


def ip_init(host: Host) -> None:
    """Register with layer 2 (dev_add_pack)."""
    host.ptype_base[ETH_P_IP] = PacketType(ip_rcv, ip_list_rcv)


def ip_rcv(cpu: Cpu, skb: Skb) -> Work[None]:
    """One skb, from the backlog."""
    yield fn.ip_rcv, skb.uid
    if (yield from ip_rcv_core(cpu, skb)):
        yield fn.ip_rcv_finish, skb.uid
        if (yield from ip_rcv_finish_core(cpu, skb, None)):
            yield from dst_input(cpu, skb)


def ip_list_rcv(cpu: Cpu, skbs: list[Skb]) -> Work[None]:
    """A list: ip_rcv_core for all, then routes for all, then delivery one by one in sub-lists of one route."""
    yield fn.ip_list_rcv, NOTHING
    good = []
    for skb in skbs:
        if (yield from ip_rcv_core(cpu, skb)):
            good.append(skb)
    if good:
        yield from ip_sublist_rcv(cpu, good)


def ip_sublist_rcv(cpu: Cpu, skbs: list[Skb]) -> Work[None]:
    """Find the route of each skb, with the last one's as a hint; deliver whenever the route changes."""
    yield fn.ip_sublist_rcv, NOTHING
    hint: Skb | None = None
    sublist: list[Skb] = []
    for skb in skbs:
        if not (yield from ip_rcv_finish_core(cpu, skb, hint)):
            continue
        if sublist and sublist[-1].dst != skb.dst:
            yield from _sublist_finish(cpu, sublist)
            sublist = []
        if not sublist:
            hint = None if skb.pkt_type == PACKET_BROADCAST else skb
        sublist.append(skb)
    yield from _sublist_finish(cpu, sublist)


def _sublist_finish(cpu: Cpu, skbs: list[Skb]) -> Work[None]:
    for skb in skbs:
        yield from dst_input(cpu, skb)


def dst_input(cpu: Cpu, skb: Skb) -> Work[None]:
    """include/net/dst.h: what the route says is to be done."""
    return ip_error(cpu, skb) if skb.dst[0] == RTN_UNREACHABLE else ip_local_deliver(cpu, skb)


def ip_rcv_core(cpu: Cpu, skb: Skb) -> Work[bool]:
    """Count it and check the header; false when it was dropped."""
    yield fn.ip_rcv_core, skb.uid
    if skb.pkt_type == PACKET_OTHERHOST:
        skb.netdev.rx_otherhost_dropped += 1
        yield from kfree_skb_reason(cpu, skb, "OTHERHOST")
        return False
    mib = cpu.host.mib
    mib.IpInReceives += 1
    mib.IpExtInOctets += skb.len
    mib.IpExtInNoECTPkts += skb.gso_segs
    if skb.transport_header != skb.network_header + IP_HEADER:
        skb.transport_header = skb.network_header + IP_HEADER
    return True


def ip_rcv_finish_core(cpu: Cpu, skb: Skb, hint: Skb | None) -> Work[bool]:
    """Find the route: the hint's when it fits, else early demux, else the FIB; false when it was dropped."""
    yield fn.ip_rcv_finish_core, skb.uid
    host = cpu.host
    if hint is not None and hint.daddr == skb.daddr and hint.netdev is skb.netdev:
        yield fn.ip_route_use_hint, skb.uid
        skb.dst = hint.dst
    else:
        if host.sysctl.ip_early_demux and host.sysctl.udp_early_demux and skb.ip_protocol == IPPROTO_UDP:
            yield from udp_v4_early_demux(cpu, skb)
        if skb.dst is None and not (yield from ip_route_input_noref(cpu, skb)):
            yield from kfree_skb_reason(cpu, skb, "NOT_SPECIFIED")  # no counter either
            return False
    if skb.pkt_type == PACKET_MULTICAST:
        host.mib.IpExtInMcastPkts += 1
        host.mib.IpExtInMcastOctets += skb.len
    elif skb.pkt_type == PACKET_BROADCAST:
        host.mib.IpExtInBcastPkts += 1
        host.mib.IpExtInBcastOctets += skb.len
    return True


def ip_local_deliver(cpu: Cpu, skb: Skb) -> Work[None]:
    """To this host: pull the IP header and hand the skb to its protocol."""
    yield fn.ip_local_deliver_finish, skb.uid
    skb.data += IP_HEADER
    skb.len -= IP_HEADER
    yield fn.raw_local_deliver, skb.uid
    handler = cpu.host.inet_protos.get(skb.ip_protocol)
    if handler is None:
        cpu.host.mib.IpInUnknownProtos += 1
        yield from kfree_skb_reason(cpu, skb, "IP_NOPROTO")
        return
    if (yield handler(cpu, skb)) >= 0:
        cpu.host.mib.IpInDelivers += 1
