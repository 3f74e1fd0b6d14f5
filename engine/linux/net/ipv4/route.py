"""net/ipv4/route.c: the input route.

Models the local table and joined multicast groups; anything else is not for this host (forwarding comes with
transmit), as with net.ipv4.ip_forward = 0.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.skbuff import Skb
from engine.linux.net.core.skbuff import kfree_skb_reason

RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST, RTN_UNREACHABLE = 2, 3, 5, 7
LIMITED_BROADCAST = 0xFFFFFFFF


def is_multicast(address: int) -> bool:
    """224.0.0.0/4."""
    return address >> 28 == 0xE


def ip_route_input_noref(cpu: Cpu, skb: Skb) -> Work[bool]:
    """Attach the input route, an unreachable one where it is not for this host; false for a group nobody joined."""
    yield fn.ip_route_input_noref, skb.uid
    host = cpu.host
    if is_multicast(skb.daddr):
        yield fn.ip_route_input_rcu, skb.uid
        if not host.multicast_groups.get(skb.daddr):
            return False
        yield fn.rt_dst_alloc, skb.uid
        skb.dst = (RTN_MULTICAST, skb.daddr)
        return True
    yield fn.ip_route_input_slow, skb.uid
    yield fn.fib_table_lookup, skb.uid
    if skb.daddr in host.local_addresses:
        yield fn.fib_validate_source, skb.uid
        skb.dst = (RTN_LOCAL, skb.daddr)
        return True
    if skb.daddr == LIMITED_BROADCAST or skb.daddr in host.broadcast_addresses:
        skb.dst = (RTN_BROADCAST, skb.daddr)
        return True
    yield fn.rt_dst_alloc, skb.uid
    skb.dst = (RTN_UNREACHABLE, skb.daddr)
    return True


def ip_error(cpu: Cpu, skb: Skb) -> Work[None]:
    """The input function of an unreachable route: count and drop; the ICMP answer comes with transmit."""
    yield fn.ip_error, skb.uid
    cpu.host.mib.IpInAddrErrors += 1
    yield from kfree_skb_reason(cpu, skb, "IP_INADDRERRORS")
