"""fs/eventpoll.c's structures: eventpoll and epitem."""

from __future__ import annotations

from typing import Any

from engine.linux.include.sock import Sock, WaitQueueHead
from engine.timeline.lists import RecordedList
from engine.timeline.record import Record, field
from engine.timeline.schema import Kind

EPOLL_EVENTS = ("EPOLLIN", "EPOLLET", "EPOLLONESHOT", "EPOLLEXCLUSIVE")
EPOLLIN, EPOLLET, EPOLLONESHOT, EPOLLEXCLUSIVE = (1 << bit for bit in range(4))


class EventPoll(Record, kernel_name="eventpoll", meaning="An epoll instance."):
    """One epoll descriptor: ready list, sleepers, the list used while a transfer runs."""

    fd: int = field("file descriptor")
    app: int = field("program that owns it", kind=Kind.UID)
    items: int = field("descriptors watched", unit="descriptors")
    ready: int = field("items on rdllist", unit="items")
    sleepers: int = field("tasks in epoll_wait", unit="tasks")
    scanning: int = field("ovflist is in use", kind=Kind.BOOL)
    rdllist: RecordedList[EpItem]
    ovflist: RecordedList[EpItem]
    txlist: RecordedList[EpItem]
    wq: WaitQueueHead
    mtx: Any
    lock: Any


class EpItem(Record, kernel_name="epitem", meaning="A descriptor watched by an epoll instance."):
    """One watched descriptor; on rdllist at most once, however many packets came."""

    link: int = field("rdllist, ovflist or txlist, and where in it", kind=Kind.LINK)
    ep: int = field("its epoll instance", kind=Kind.UID)
    sock: int = field("its socket; 0 never becomes ready", kind=Kind.UID)
    fd: int = field("file descriptor")
    events: int = field("watched for", kind=Kind.FLAGS, names=EPOLL_EVENTS)
    socket: Sock | None
    eventpoll: EventPoll
    linked: bool
    overflowed: bool
    wait: Any
