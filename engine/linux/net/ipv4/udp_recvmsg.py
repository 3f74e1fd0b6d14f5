"""net/ipv4/udp.c, the part in the reader: recvmsg, poll, and giving memory back.

Models `udp_recvmsg`, `__skb_recv_udp`, `udp_rmem_release`, `skb_consume_udp`, `udp_poll` and `first_packet_length`,
and of net/core/skbuff.c `__consume_stateless_skb` and `skb_attempt_defer_free`, Linux 6.12 to 6.18.

The reader owns `reader_queue`; only when it is empty the whole `sk_receive_queue` moves over. Memory of what was read
is given back once more than a quarter of the receive buffer is owed, or when `reader_queue` runs empty.

Simplified: no busy polling, no MSG_PEEK; every message fits the program's buffer; data counts as shared until the
other clones' readers have returned.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import Task
from engine.linux.include.skbuff import Skb
from engine.linux.include.sock import Sock
from engine.linux.kernel.entry import EINTR
from engine.linux.kernel.sched import cond_resched, send_call_function
from engine.linux.kernel.softirq import local_bh_disable, local_bh_enable
from engine.linux.net.core.datagram import (
    __skb_try_recv_from_queue,
    __skb_wait_for_more_packets,
    datagram_poll,
)
from engine.linux.net.core.dev.rps import trigger_rx_softirq
from engine.linux.net.core.skbuff import sk_skb_reason_drop
from engine.linux.net.core.sock import sk_mem_reduce
from engine.linux.net.ipv4.udp import checksum_fails

EAGAIN = 11
COPY_NS_PER_KIB = 60
"""Copying from cache; `copy_linear_skb` in the cost table is what a copy costs before the first byte."""

EMPTY = -1


class Message(NamedTuple):
    """What a reading call returns: the skb it came from (freed by then) and its length, or minus an error number."""

    skb: Skb | None
    length: int


def udp_recvmsg(task: Task, sk: Sock, *, dontwait: bool) -> Work[Message]:
    """Read one datagram; those with a bad checksum are dropped on the way, by whoever copies them."""
    yield fn.udp_recvmsg, sk.uid
    while True:
        skb = yield from __skb_recv_udp(task, sk, dontwait=dontwait)
        if skb is None:
            return Message(None, -EINTR if task.paused else -EAGAIN)
        cpu: Cpu = task.processor
        length = skb.len
        cost = cpu.costs[fn.copy_linear_skb] + (length * COPY_NS_PER_KIB >> 10)
        yield fn.copy_linear_skb, skb.uid, cost
        mib = cpu.host.mib
        if not checksum_fails(skb):
            break
        mib.UdpInCsumErrors += 1
        mib.UdpInErrors += 1
        sk.sk_drops += 1
        yield from sk_skb_reason_drop(cpu, skb, "UDP_CSUM")
        yield from cond_resched(task)
    mib.UdpInDatagrams += 1
    task.messages += 1
    task.reading = skb.frame
    yield from skb_consume_udp(cpu, skb)
    return Message(skb, length)


def __skb_recv_udp(task: Task, sk: Sock, *, dontwait: bool) -> Work[Skb | None]:
    """The next skb, from reader_queue or after fetching all of sk_receive_queue; sleeps when there is none."""
    yield fn.__skb_recv_udp, sk.uid
    while True:
        skb = yield from _take(task.processor, sk)
        if skb is not None:
            return skb
        if dontwait or not (yield from __skb_wait_for_more_packets(task, sk)):
            return None


def _take(cpu: Cpu, sk: Sock) -> Work[Skb | None]:
    local_bh_disable(cpu)
    yield from sk.lock.acquire(cpu)
    skb = yield from __skb_try_recv_from_queue(sk, sk.reader_queue)
    if skb is not None:
        yield from udp_rmem_release(cpu, sk, skb.truesize)
    elif sk.sk_receive_queue:
        yield from sk.queue_lock.acquire(cpu)
        sk.reader_queue.splice_tail(sk.sk_receive_queue)
        skb = yield from __skb_try_recv_from_queue(sk, sk.reader_queue)
        if skb is not None:
            yield from udp_rmem_release(cpu, sk, skb.truesize, queue_locked=True)
        sk.queue_lock.release(cpu)
    sk.lock.release(cpu)
    yield from local_bh_enable(cpu)
    return skb


def udp_rmem_release(cpu: Cpu, sk: Sock, size: int, *, queue_locked: bool = False) -> Work[None]:
    """Owe `size` bytes; pay back everything owed when it is a quarter of the buffer or nothing is left to read."""
    yield fn.udp_rmem_release, sk.uid
    owed = sk.forward_deficit + size
    if owed < sk.sk_rcvbuf >> 2 and sk.reader_queue:
        sk.in_transit -= size
        sk.forward_deficit = owed
        return
    if not queue_locked:
        yield from sk.queue_lock.acquire(cpu)
    sk.in_transit -= size
    if sk.forward_deficit:
        sk.forward_deficit = 0
    sk_mem_reduce(sk, owed, keep=1)
    sk.sk_rmem_alloc -= owed
    # While the lock is held anyway, fetch what came meanwhile: the next read need not take it.
    sk.reader_queue.splice_tail(sk.sk_receive_queue)
    if not queue_locked:
        sk.queue_lock.release(cpu)


# -- freeing what was read --------------------------------------------------------------------------------


def skb_consume_udp(cpu: Cpu, skb: Skb) -> Work[None]:
    """Free an skb that was read: here, or from 6.18 on the CPU that allocated it."""
    if cpu.host.rules.udp_defer_free:
        yield from skb_attempt_defer_free(cpu, skb)
    else:
        yield from __consume_stateless_skb(cpu, skb)


def __consume_stateless_skb(cpu: Cpu, skb: Skb) -> Work[None]:
    """Free an skb without a destructor (tracepoint consume_skb)."""
    yield fn.__consume_stateless_skb, skb.uid
    yield from __kfree_skb(skb)


def __kfree_skb(skb: Skb) -> Work[None]:
    """Data first, unless clones still need it, then the sk_buff."""
    if skb.cloned and skb.frame.copies > 1:
        yield fn.skb_release_data, skb.uid
    else:
        yield fn.skb_free_head, skb.uid
    yield fn.kfree_skbmem, skb.uid
    skb.release()


def skb_attempt_defer_free(cpu: Cpu, skb: Skb) -> Work[None]:
    """Hand an skb back to the CPU that allocated it; that one is interrupted when its list is half full."""
    yield fn.skb_attempt_defer_free, skb.uid
    host = cpu.host
    sd = host.cpus[skb.alloc_cpu].softnet_data
    waiting = len(sd.defer_list)
    if skb.alloc_cpu == cpu.number or waiting >= host.sysctl.skb_defer_max:
        yield from __kfree_skb(skb)
        return
    sd.defer_list.appendleft(skb)
    if waiting == host.sysctl.skb_defer_max >> 1 and not sd.defer_ipi_scheduled:
        sd.defer_ipi_scheduled = True
        send_call_function(cpu, host.cpus[skb.alloc_cpu], trigger_rx_softirq, sd)


# -- readiness ----------------------------------------------------------------------------------------------


def udp_poll(task: Task, sk: Sock) -> Work[bool]:
    """Whether a read would return at once; a queue of nothing but bad checksums does not count."""
    yield fn.udp_poll, sk.uid
    readable = yield from datagram_poll(sk)
    if not readable and not sk.reader_queue:
        return False
    return (yield from first_packet_length(task, sk)) != EMPTY


def first_packet_length(task: Task, sk: Sock) -> Work[int]:
    """Length of the next good datagram, `EMPTY` when there is none; bad ones are dropped here.

    As a side effect everything moves to reader_queue.
    """
    yield fn.first_packet_length, sk.uid
    cpu: Cpu = task.processor
    local_bh_disable(cpu)
    yield from sk.lock.acquire(cpu)
    freed = yield from _drop_bad(cpu, sk)
    if not sk.reader_queue and sk.sk_receive_queue:
        yield from sk.queue_lock.acquire(cpu)
        sk.reader_queue.splice_tail(sk.sk_receive_queue)
        sk.queue_lock.release(cpu)
        yield fn.__first_packet_length, sk.uid
        freed += yield from _drop_bad(cpu, sk)
    length = sk.reader_queue.items[0].len if sk.reader_queue else EMPTY
    if freed:
        yield from udp_rmem_release(cpu, sk, freed)
    sk.lock.release(cpu)
    yield from local_bh_enable(cpu)
    return length


def _drop_bad(cpu: Cpu, sk: Sock) -> Work[int]:
    """Drop bad datagrams from the head of reader_queue; return the bytes they were charged."""
    freed = 0
    mib = cpu.host.mib
    while sk.reader_queue and checksum_fails(sk.reader_queue.items[0]):
        skb = sk.reader_queue.popleft()
        sk.queued -= 1
        sk.in_transit += skb.truesize
        freed += skb.truesize
        mib.UdpInCsumErrors += 1
        mib.UdpInErrors += 1
        sk.sk_drops += 1
        yield from sk_skb_reason_drop(cpu, skb, "UDP_CSUM")
    return freed
