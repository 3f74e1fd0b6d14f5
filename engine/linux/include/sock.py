"""include/net/sock.h and include/linux/udp.h: struct sock, struct udp_sock and the wait queue of a socket."""

from __future__ import annotations

from typing import Any

from engine.linux.include.skbuff import Skb
from engine.timeline.lists import RecordedList
from engine.timeline.record import Record, field
from engine.timeline.schema import Kind


class Sock(Record, kernel_name="sock", meaning="A UDP socket."):
    """One socket with its receive accounting in truesize bytes."""

    protocol: int = field("IP protocol number")
    saddr: int = field("bound address, 0 any", kind=Kind.IPV4)
    sport: int = field("bound port")
    daddr: int = field("connected to, 0 none", kind=Kind.IPV4)
    dport: int = field("connected port, 0 none")
    fd: int = field("file descriptor in its program")
    inode: int = field("inode of the socket")
    app: int = field("program that owns it", kind=Kind.UID)
    sk_rcvbuf: int = field("limit of sk_rmem_alloc", unit="B")
    sk_rmem_alloc: int = field("truesize charged", unit="B")
    sk_forward_alloc: int = field("memory reserved and not yet charged", unit="B")
    forward_deficit: int = field("truesize read and not yet given back", unit="B")
    sk_drops: int = field("datagrams dropped at this socket", unit="datagrams")
    queued: int = field("datagrams on sk_receive_queue and reader_queue", unit="datagrams")
    delivered: int = field("datagrams read", unit="datagrams")
    sk_napi_id: int = field("NAPI of the last datagram")
    sk_incoming_cpu: int = field("CPU of the last datagram")
    reuseport: int = field("SO_REUSEPORT", kind=Kind.BOOL)
    waiters: int = field("entries on its wait queue", unit="entries")
    sk_receive_queue: RecordedList[Skb]
    reader_queue: RecordedList[Skb]
    udp_prod_queue: RecordedList[Skb]
    wq: WaitQueueHead
    lock: Any
    queue_lock: Any
    groups: tuple[int, ...]
    host: Any
    sk_data_ready: Any
    sk_rx_dst: Any
    prod_rmem_alloc: int
    in_transit: int


class WaitQueueHead(Record, kernel_name="wait_queue_head", meaning="Who sleeps for an event."):
    """A wait queue; its owner is the parent object."""

    entries: RecordedList[WaitQueueEntry]
    lock: Any
    counted: Any


class WaitQueueEntry(Record, kernel_name="wait_queue_entry", meaning="One sleeper, or one callback."):
    """An entry of a wait queue; `func` decides what a wake-up does."""

    link: int = field("which wait queue, and where in it", kind=Kind.LINK)
    func: int = field("callback", kind=Kind.FN)
    exclusive: int = field("WQ_FLAG_EXCLUSIVE", kind=Kind.BOOL)
    task: int = field("task it wakes, 0 for a callback", kind=Kind.UID)
    call: Any
    private: Any
