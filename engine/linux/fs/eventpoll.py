"""fs/eventpoll.c, the part that makes things ready: instances, watched descriptors, the callback, the scan.

Models `ep_insert`, `ep_modify`, `ep_poll_callback`, `ep_start_scan`, `ep_done_scan`, `ep_item_poll` and
`ep_autoremove_wake_function`, Linux 6.12 to 6.18. Waiting and handing out events is in `epoll_wait`.

Simplified: EPOLLIN is the only event; no nested instances, no busy polling, no wakeup sources. Descriptors that never
become ready are counted in `items`; only the first of them are objects.
"""

from __future__ import annotations

from functools import partial

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.eventpoll import (
    EPOLLET,
    EPOLLEXCLUSIVE,
    EPOLLIN,
    EPOLLONESHOT,
    EpItem,
    EventPoll,
)
from engine.linux.include.sched import Task
from engine.linux.include.sock import Sock, WaitQueueEntry
from engine.linux.kernel.entry import syscall_enter, syscall_exit
from engine.linux.kernel.locking import Mutex, SpinLock
from engine.linux.kernel.wait import (
    __wake_up,
    __wake_up_sync,
    add_wait_queue,
    add_wait_queue_exclusive,
    default_wake_function,
    init_waitqueue_head,
    pass_lock,
)
from engine.linux.net.socket import sock_poll
from engine.timeline.lists import RecordedList
from engine.timeline.schema import NOTHING

EP_PRIVATE_BITS = EPOLLET | EPOLLEXCLUSIVE | EPOLLONESHOT


def do_epoll_create(host: Host, name: str, *, fd: int, app: int) -> EventPoll:
    """Create an empty instance."""
    recorder = host.recorder
    ep = EventPoll(recorder, parent=app, name=name, fd=fd, app=app)
    ep.rdllist = RecordedList(recorder, ep.uid, "rdllist")
    ep.ovflist = RecordedList(recorder, ep.uid, "ovflist")
    ep.txlist = RecordedList(recorder, ep.uid, "txlist")
    ep.wq = init_waitqueue_head(recorder, ep.uid, "ep_wq", partial(setattr, ep, "sleepers"))
    ep.mtx = Mutex()
    ep.lock = SpinLock("ep.lock")
    return ep


# -- epoll_ctl ----------------------------------------------------------------------------------------


def ep_insert(cpu: Cpu, ep: EventPoll, sk: Sock | None, fd: int, events: int) -> Work[EpItem]:
    """EPOLL_CTL_ADD: watch a descriptor; `sk` None for one that never becomes ready."""
    item = EpItem(
        ep.recorder,
        parent=ep.uid,
        name=f"fd {fd}",
        ep=ep.uid,
        sock=NOTHING if sk is None else sk.uid,
        fd=fd,
        events=events,
        socket=sk,
        eventpoll=ep,
        linked=False,
        overflowed=False,
    )
    ep.items += 1
    if sk is None:
        return item
    item.wait = WaitQueueEntry(
        ep.recorder, parent=item.uid, func=fn.ep_poll_callback, call=ep_poll_callback, private=item
    )
    if events & EPOLLEXCLUSIVE:
        yield from add_wait_queue_exclusive(cpu, sk.wq, item.wait)
    else:
        yield from add_wait_queue(cpu, sk.wq, item.wait)
    if sk.sk_receive_queue or sk.reader_queue:
        yield from _make_ready(cpu, item)
    return item


def sys_epoll_ctl_mod(task: Task, item: EpItem, events: int) -> Work[None]:
    """EPOLL_CTL_MOD: watch for `events` from now on; rearms EPOLLONESHOT."""
    ep = item.eventpoll
    yield from syscall_enter(task, "epoll_ctl", ep.fd)
    yield fn.__x64_sys_epoll_ctl, task.uid
    yield fn.do_epoll_ctl, item.uid
    yield from ep.mtx.lock(task)
    item.events = events
    if (yield from ep_item_poll(task, item)):
        yield from _make_ready(task.processor, item)
    yield from ep.mtx.unlock(task)
    yield from syscall_exit(task)


def _make_ready(cpu: Cpu, item: EpItem) -> Work[None]:
    ep = item.eventpoll
    cpu.irq_disable()
    yield from ep.lock.acquire(cpu)
    if not item.linked:
        rdllist_add(ep, item)
        if ep.wq.entries:
            yield from __wake_up(cpu, ep.wq)
    ep.lock.release(cpu)
    cpu.irq_enable()


def rdllist_add(ep: EventPoll, item: EpItem) -> None:
    """Put an item at the tail of the ready list, where it stands at most once."""
    item.linked = True
    ep.rdllist.append(item)
    ep.ready += 1


# -- the callback -------------------------------------------------------------------------------------


def ep_poll_callback(cpu: Cpu, entry: WaitQueueEntry, sync: bool) -> Work[int]:
    """A watched socket became readable: onto the ready list, and wake one sleeper of the instance.

    Returns:
        1, so that the socket's wake-up goes on as after any callback; of an EPOLLEXCLUSIVE item only if someone
        slept here, so that otherwise the next instance is tried.
    """
    item: EpItem = entry.private
    ep = item.eventpoll
    yield fn.ep_poll_callback, item.uid
    awake = 0
    yield from ep.lock.acquire(cpu)
    if item.events & ~EP_PRIVATE_BITS:
        _note_ready(ep, item)
        if ep.wq.entries:
            awake = 1
            if sync:
                yield from __wake_up_sync(cpu, ep.wq)
            else:
                yield from __wake_up(cpu, ep.wq)
    ep.lock.release(cpu)
    return awake if item.events & EPOLLEXCLUSIVE else 1


def _note_ready(ep: EventPoll, item: EpItem) -> None:
    if ep.scanning:
        if not item.overflowed:
            item.overflowed = True
            ep.ovflist.append(item)
    elif not item.linked:
        rdllist_add(ep, item)


def ep_autoremove_wake_function(cpu: Cpu, entry: WaitQueueEntry, sync: bool) -> Work[int]:
    """Wake a task out of epoll_wait; its entry leaves the queue whether it slept or not."""
    yield fn.ep_autoremove_wake_function, entry.task
    woken = yield from default_wake_function(cpu, entry, sync)
    head = entry.private[1]
    head.entries.remove(entry)
    head.counted(len(head.entries))
    return woken


# -- the scan -------------------------------------------------------------------------------------------


def ep_start_scan(cpu: Cpu, ep: EventPoll) -> Work[None]:
    """Steal the ready list; what becomes ready from here on goes to ovflist."""
    yield fn.ep_start_scan, ep.uid
    yield from pass_lock(cpu, ep.lock)
    ep.txlist.splice_tail(ep.rdllist)
    ep.ready = 0
    ep.scanning = 1


def ep_done_scan(cpu: Cpu, ep: EventPoll) -> Work[None]:
    """Put back what is left of the scan, first of all, and what came meanwhile; wake one more if any is ready."""
    yield fn.ep_done_scan, ep.uid
    cpu.irq_disable()
    yield from ep.lock.acquire(cpu)
    overflowed = list(ep.ovflist)
    for item in overflowed:
        item.overflowed = False
        ep.ovflist.shift()
    for item in reversed(overflowed):
        if not item.linked:
            item.linked = True
            ep.rdllist.appendleft(item)
    ep.scanning = 0
    ep.rdllist.splice_head(ep.txlist)
    ready = len(ep.rdllist)
    if ep.ready != ready:
        ep.ready = ready
    if ready and ep.wq.entries:
        yield from __wake_up(cpu, ep.wq)
    ep.lock.release(cpu)
    cpu.irq_enable()


def ep_item_poll(task: Task, item: EpItem) -> Work[bool]:
    """Ask the descriptor itself whether it has what is watched for."""
    yield fn.ep_item_poll, item.uid
    if item.socket is None:
        return False
    readable = yield from sock_poll(task, item.socket)
    return readable and bool(item.events & EPOLLIN)
