"""net/ipv4/udp.c, the part in the softirq: from the IP layer onto a socket's queue.

Models `udp_rcv`, `__udp4_lib_rcv`, `__udp4_lib_mcast_deliver`, `udp_queue_rcv_one_skb` and
`__udp_enqueue_schedule_skb` with its three generations of the receive-buffer test, Linux 6.12 to 6.18. Finding the
socket is in `udp_lookup`, reading from it in `udp_recvmsg`.

Simplified: no ICMP port unreachable answers a closed port (it comes with transmit); no GSO skbs, encapsulation or
IPsec; socket filters accept everything; `skb_condense` finds nothing to pull; the busylock of 6.12 is not taken; one
producer list a socket, as on a machine with one NUMA node.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.skbuff import (
    CHECKSUM_COMPLETE,
    CHECKSUM_UNNECESSARY,
    PACKET_BROADCAST,
    Skb,
)
from engine.linux.include.sock import Sock
from engine.linux.ledger import drop_copy
from engine.linux.net.core.skbuff import sk_skb_reason_drop, skb_clone
from engine.linux.net.core.sock import __sk_mem_schedule
from engine.linux.net.ipv4.igmp import ip_mc_leave_group
from engine.linux.net.ipv4.route import is_multicast
from engine.linux.net.ipv4.udp_lookup import UdpTable, __udp4_lib_lookup, udp_table

IPPROTO_UDP = 17
UDP_HEADER = 8
CHECKSUM_BREAK = 76
"""Datagrams up to this length, header included, are verified at once; longer ones when they are copied."""
ENOMEM = 12


def udp_init(host: Host) -> None:
    """Register with the IP layer (inet_add_protocol)."""
    host.udp_table = UdpTable()
    host.inet_protos[IPPROTO_UDP] = udp_rcv


def udp_destroy_sock(sk: Sock) -> None:
    """Close a socket: nobody finds it any more, and what nobody read is lost."""
    udp_table(sk.host).unhash(sk)
    for group in sk.groups:
        ip_mc_leave_group(sk.host, group)
        for dev in sk.host.devices.values():
            dev.hw.remove_group(group)
    for queue in (sk.reader_queue, sk.sk_receive_queue):
        while queue:
            skb = queue.popleft()
            sk.queued -= 1
            sk.sk_rmem_alloc -= skb.truesize
            drop_copy(sk.host, skb, "QUEUE_PURGE")
    sk.sk_rmem_alloc -= sk.forward_deficit
    sk.forward_deficit = 0
    sk.sk_forward_alloc = 0


def udp_rcv(cpu: Cpu, skb: Skb) -> Work[int]:
    """A datagram from the IP layer; 0, because UDP never asks for it to be processed again."""
    uid = skb.uid
    yield fn.__udp4_lib_rcv, uid
    if skb.len < UDP_HEADER:
        cpu.host.mib.UdpInErrors += 1
        yield from sk_skb_reason_drop(cpu, skb, "PKT_TOO_SMALL")
        return 0
    if skb.bad_csum and (skb.len <= CHECKSUM_BREAK or skb.ip_summed == CHECKSUM_COMPLETE):
        return (yield from _csum_error(cpu, skb))
    sk: Sock | None = skb.socket
    if sk is not None:
        if sk.sk_rx_dst != skb.dst:
            sk.sk_rx_dst = skb.dst
        return (yield from udp_unicast_rcv_skb(cpu, sk, skb))
    if is_multicast(skb.daddr) or skb.pkt_type == PACKET_BROADCAST:
        return (yield from __udp4_lib_mcast_deliver(cpu, skb))
    sk = yield from __udp4_lib_lookup(cpu, skb)
    if sk is not None:
        return (yield from udp_unicast_rcv_skb(cpu, sk, skb))
    if checksum_fails(skb):
        return (yield from _csum_error(cpu, skb))
    cpu.host.mib.UdpNoPorts += 1
    yield from sk_skb_reason_drop(cpu, skb, "NO_SOCKET")
    return 0


def checksum_fails(skb: Skb) -> bool:
    """Whether software finds the checksum wrong; the adapter vouches for CHECKSUM_UNNECESSARY."""
    return skb.bad_csum and skb.ip_summed != CHECKSUM_UNNECESSARY


def _csum_error(cpu: Cpu, skb: Skb) -> Work[int]:
    mib = cpu.host.mib
    mib.UdpInCsumErrors += 1
    mib.UdpInErrors += 1
    yield from sk_skb_reason_drop(cpu, skb, "UDP_CSUM")
    return 0


def __udp4_lib_mcast_deliver(cpu: Cpu, skb: Skb) -> Work[int]:
    """To every socket it fits: clones, except for the first one found, which gets the original at the end."""
    yield fn.__udp4_lib_mcast_deliver, skb.uid
    members = udp_table(cpu.host).multicast_members(skb)
    if not members:
        yield fn.kfree_skb_reason, skb.uid
        drop_copy(cpu.host, skb, "IgnoredMulti", "udp")
        cpu.host.mib.UdpIgnoredMulti += 1
        return 0
    for sk in members[1:]:
        clone = yield from skb_clone(cpu, skb)
        yield from udp_queue_rcv_one_skb(cpu, sk, clone)
    yield from udp_queue_rcv_one_skb(cpu, members[0], skb)
    return 0


def udp_unicast_rcv_skb(cpu: Cpu, sk: Sock, skb: Skb) -> Work[int]:
    """To one socket; a full buffer is none of the IP layer's business."""
    yield fn.udp_unicast_rcv_skb, skb.uid
    yield from udp_queue_rcv_one_skb(cpu, sk, skb)
    return 0


def udp_queue_rcv_one_skb(cpu: Cpu, sk: Sock, skb: Skb) -> Work[None]:
    """One datagram: filter, strip the header, note where it came from, queue; a refusal counts twice."""
    uid = skb.uid
    yield fn.udp_queue_rcv_one_skb, uid
    yield fn.skb_pull_rcsum, uid
    skb.data += UDP_HEADER
    skb.len -= UDP_HEADER
    error = yield from __udp_enqueue_schedule_skb(cpu, sk, skb)
    if error:
        mib = cpu.host.mib
        mib.UdpRcvbufErrors += 1
        mib.UdpInErrors += 1
        yield fn.udp_fail_queue_rcv_skb, uid
        yield from sk_skb_reason_drop(cpu, skb, "SOCKET_RCVBUFF")


def _note_origin(cpu: Cpu, sk: Sock, skb: Skb) -> None:
    """A connected socket follows its flow's NAPI and CPU; another one keeps the first NAPI it saw."""
    if sk.daddr:
        if sk.sk_incoming_cpu != cpu.number:
            sk.sk_incoming_cpu = cpu.number
    elif sk.sk_napi_id:
        return
    if skb.napi_id and sk.sk_napi_id != skb.napi_id:
        sk.sk_napi_id = skb.napi_id


# -- the queue ------------------------------------------------------------------------------------------


def __udp_enqueue_schedule_skb(cpu: Cpu, sk: Sock, skb: Skb) -> Work[int]:
    """Charge the socket, queue the skb, wake who waits; -ENOMEM when the receive buffer is full."""
    yield fn.__udp_enqueue_schedule_skb, skb.uid
    _note_origin(cpu, sk, skb)
    rules = cpu.host.rules
    charged = sk.sk_rmem_alloc + sk.prod_rmem_alloc
    if rcvbuf_full(rules.udp_rcvbuf, charged, skb.truesize, sk.sk_rcvbuf):
        sk.sk_drops += 1
        return -ENOMEM
    if rules.udp_producer_list:
        yield from _enqueue_by_producer_list(cpu, sk, skb)
    else:
        yield from _enqueue_locked(cpu, sk, skb)
    return 0


def rcvbuf_full(rule: str, charged: int, size: int, rcvbuf: int) -> bool:
    """The receive-buffer test of three generations (`udp_rcvbuf` in `engine.linux.rules`)."""
    match rule:
        case "before":
            return charged > rcvbuf
        case "both":
            return charged + size > rcvbuf and charged > rcvbuf
        case _:
            return charged + size > rcvbuf and charged > 0


def _enqueue_locked(cpu: Cpu, sk: Sock, skb: Skb) -> Work[None]:
    """To 6.17: the queue's lock a datagram; in 6.12 a wake-up only when the queue was empty."""
    size = skb.truesize
    sk.sk_rmem_alloc += size
    sk.in_transit += size
    yield from sk.queue_lock.acquire(cpu)
    if size > sk.sk_forward_alloc:
        yield from __sk_mem_schedule(cpu, sk, size - sk.sk_forward_alloc)
    sk.sk_forward_alloc -= size
    tell = not sk.sk_receive_queue or not cpu.host.rules.udp_wake_when_empty
    sk.sk_receive_queue.append(skb)
    sk.in_transit -= size
    sk.queued += 1
    sk.queue_lock.release(cpu)
    if tell:
        yield from sk.sk_data_ready(cpu, sk)


def _enqueue_by_producer_list(cpu: Cpu, sk: Sock, skb: Skb) -> Work[None]:
    """From 6.18: a lock-free list; whoever found it empty moves all of it and wakes once a datagram."""
    first = not sk.udp_prod_queue
    sk.prod_rmem_alloc += skb.truesize
    sk.udp_prod_queue.append(skb)
    sk.queued += 1
    if not first:
        return
    yield from sk.queue_lock.acquire(cpu)
    yield fn.llist_del_all, skb.uid
    moved = len(sk.udp_prod_queue)
    size = skb.truesize if moved == 1 else sum(one.truesize for one in sk.udp_prod_queue)
    sk.prod_rmem_alloc -= size
    sk.sk_rmem_alloc += size
    sk.sk_receive_queue.splice_tail(sk.udp_prod_queue)
    if size > sk.sk_forward_alloc:
        yield from __sk_mem_schedule(cpu, sk, size - sk.sk_forward_alloc)
    sk.sk_forward_alloc -= size
    sk.queue_lock.release(cpu)
    for _ in range(moved):
        yield from sk.sk_data_ready(cpu, sk)
