"""net/ipv4/udp.c, the part that finds sockets: the tables, bind, lookup, and early demux.

Models `udp_lib_get_port`, `__udp4_lib_lookup`, `udp4_lib_lookup2`, `inet_lookup_reuseport`, `udp_v4_early_demux` and
the walk of `__udp4_lib_mcast_deliver`, Linux 6.12 to 6.18.

Simplified: a slot holds exactly one port (or one address and port), so hash collisions do not lengthen walks; no BPF
picks sockets; no socket is bound to a device. A multicast datagram goes to every socket whose bound address and port
fit, whether or not that very socket joined the group (IP_MULTICAST_ALL is on by default).
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.skbuff import PACKET_BROADCAST, PACKET_HOST, PACKET_MULTICAST, Skb
from engine.linux.include.sock import Sock
from engine.linux.lib.jhash import jhash_3words, reciprocal_scale

INADDR_ANY = 0
MCAST_DEMUX_SLOT_LIMIT = 10
"""Slots with more sockets are not searched before the route, and are walked by (address, port) after it."""

EHASH_SECRET = 0x5EED1E55
"""Key of the hash that spreads flows over a SO_REUSEPORT group; random at boot in Linux, fixed here."""

NOT_FOR_US = -1


class UdpTable:
    """The UDP sockets of a host, newest first in every slot.

    Attributes:
        slots: by local port.
        slots2: by local address and port.
        slots4: connected sockets by both ends (6.13).
        groups: SO_REUSEPORT groups by local address and port, oldest first.
    """

    def __init__(self) -> None:
        self.slots: dict[int, list[Sock]] = {}
        self.slots2: dict[tuple[int, int], list[Sock]] = {}
        self.slots4: dict[tuple[int, int, int, int], list[Sock]] = {}
        self.groups: dict[tuple[int, int], list[Sock]] = {}

    def bind(self, sk: Sock) -> None:
        """Make a socket findable: it goes to the head of its slots (udp_lib_get_port)."""
        self.slots.setdefault(sk.sport, []).insert(0, sk)
        self.slots2.setdefault((sk.saddr, sk.sport), []).insert(0, sk)
        if sk.daddr:
            self.slots4.setdefault((sk.saddr, sk.sport, sk.daddr, sk.dport), []).insert(0, sk)
        if sk.reuseport:
            self.groups.setdefault((sk.saddr, sk.sport), []).append(sk)

    def unhash(self, sk: Sock) -> None:
        """Take a socket out again (udp_lib_unhash)."""
        self.slots[sk.sport].remove(sk)
        self.slots2[sk.saddr, sk.sport].remove(sk)
        if sk.daddr:
            self.slots4[sk.saddr, sk.sport, sk.daddr, sk.dport].remove(sk)
        if sk.reuseport:
            self.groups[sk.saddr, sk.sport].remove(sk)

    def multicast_members(self, skb: Skb) -> list[Sock]:
        """The sockets a multicast datagram fits, in the order in which they are walked."""
        slot = self.slots.get(skb.dport, [])
        if len(slot) > MCAST_DEMUX_SLOT_LIMIT:
            slot = self.slots2.get((skb.daddr, skb.dport), []) + self.slots2.get((INADDR_ANY, skb.dport), [])
        return [sk for sk in slot if _is_mcast_sock(sk, skb)]


def udp_table(host: Host) -> UdpTable:
    """The host's table."""
    table: UdpTable = host.udp_table
    return table


def _is_mcast_sock(sk: Sock, skb: Skb) -> bool:
    if sk.saddr and sk.saddr != skb.daddr:
        return False
    return not sk.daddr or (sk.daddr == skb.saddr and sk.dport == skb.sport)


def compute_score(cpu: Cpu, sk: Sock, skb: Skb) -> int:
    """How well a socket of the right local address and port fits a datagram; `NOT_FOR_US` when it does not."""
    score = 2
    if sk.daddr:
        if sk.daddr != skb.saddr or sk.dport != skb.sport:
            return NOT_FOR_US
        score += 8
    if sk.sk_incoming_cpu == cpu.number:
        score += 1
    return score


def __udp4_lib_lookup(cpu: Cpu, skb: Skb) -> Work[Sock | None]:
    """The socket of a unicast datagram: its address first, any address after that."""
    yield fn.__udp4_lib_lookup, skb.uid
    table = udp_table(cpu.host)
    four_tuples = cpu.host.rules.udp_hash4
    if four_tuples:
        connected = table.slots4.get((skb.daddr, skb.dport, skb.saddr, skb.sport))
        if connected:
            yield fn.udp4_lib_lookup4, skb.uid
            return connected[0]
    sk = yield from udp4_lib_lookup2(cpu, skb, table.slots2.get((skb.daddr, skb.dport), []))
    if sk is None:
        sk = yield from udp4_lib_lookup2(cpu, skb, table.slots2.get((INADDR_ANY, skb.dport), []))
    if sk is None and four_tuples:
        # A socket that is just changing its address is in neither slot, but still in its port's.
        yield fn.udp4_lib_lookup1, skb.uid
    return sk


def udp4_lib_lookup2(cpu: Cpu, skb: Skb, slot: list[Sock]) -> Work[Sock | None]:
    """The best socket of one slot: connected before unconnected, the newest of equals."""
    yield fn.udp4_lib_lookup2, skb.uid
    result: Sock | None = None
    best = NOT_FOR_US
    for sk in slot:
        score = compute_score(cpu, sk, skb)
        if score <= best:
            continue
        best = score
        result = sk
        if sk.daddr:
            continue
        chosen = yield from inet_lookup_reuseport(cpu, sk, skb)
        if chosen is not None:
            result = chosen
            if not any(other.daddr for other in slot):
                return result
    return result


def inet_lookup_reuseport(cpu: Cpu, sk: Sock, skb: Skb) -> Work[Sock | None]:
    """The member of a SO_REUSEPORT group that this flow belongs to; None when the socket is in no group."""
    yield fn.inet_lookup_reuseport, skb.uid
    if not sk.reuseport:
        return None
    group = [one for one in udp_table(cpu.host).groups[sk.saddr, sk.sport] if not one.daddr]
    return group[reciprocal_scale(udp_ehashfn(skb), len(group))]


def udp_ehashfn(skb: Skb) -> int:
    """Keyed hash of a datagram's both ends."""
    return jhash_3words(skb.daddr, skb.saddr, skb.dport << 16 | skb.sport, EHASH_SECRET)


def udp_v4_early_demux(cpu: Cpu, skb: Skb) -> Work[None]:
    """Find the socket before the route where that is certain, and take over the route it remembers."""
    yield fn.udp_v4_early_demux, skb.uid
    table = udp_table(cpu.host)
    sk: Sock | None = None
    if skb.pkt_type == PACKET_HOST:
        slot = table.slots2.get((skb.daddr, skb.dport))
        # Only the first socket is looked at: a chain of several is left to the lookup.
        if slot and slot[0].daddr == skb.saddr and slot[0].dport == skb.sport:
            sk = slot[0]
    elif skb.pkt_type in (PACKET_BROADCAST, PACKET_MULTICAST):
        slot = table.slots.get(skb.dport)
        if slot and len(slot) <= MCAST_DEMUX_SLOT_LIMIT and cpu.host.multicast_groups.get(skb.daddr):
            members = table.multicast_members(skb)
            sk = members[0] if len(members) == 1 else None
    if sk is not None:
        skb.sk = sk.uid
        skb.socket = sk
        if sk.sk_rx_dst is not None:
            skb.dst = sk.sk_rx_dst
