"""fs/eventpoll.c, the part that waits: epoll_wait.

Models `do_epoll_wait`, `ep_poll` and `ep_send_events`, Linux 6.12 to 6.18.

Sleepers queue at the head of the instance's wait queue, so of several threads in epoll_wait the one that came last is
woken first.

Simplified: no timeout.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.fs.eventpoll import (
    EP_PRIVATE_BITS,
    ep_autoremove_wake_function,
    ep_done_scan,
    ep_item_poll,
    ep_start_scan,
    rdllist_add,
)
from engine.linux.include.eventpoll import EPOLLET, EPOLLONESHOT, EpItem, EventPoll
from engine.linux.include.sched import TASK_RUNNING_ON_CPU, TASK_SLEEPING, Task
from engine.linux.kernel.entry import EINTR, syscall_enter, syscall_exit
from engine.linux.kernel.sched import schedule
from engine.linux.kernel.wait import pass_lock, remove_wait_queue, sleeper


def sys_epoll_wait(task: Task, ep: EventPoll, maxevents: int) -> Work[list[EpItem]]:
    """Wait until something is ready; the ready items, or nothing when a signal ended the wait."""
    yield from syscall_enter(task, "epoll_wait", ep.fd)
    yield fn.__x64_sys_epoll_wait, task.uid
    yield fn.do_epoll_wait, ep.uid
    events = yield from ep_poll(task, ep, maxevents)
    if events:
        task.returns += 1
    yield from syscall_exit(task, len(events) or -EINTR)
    return events


def ep_poll(task: Task, ep: EventPoll, maxevents: int) -> Work[list[EpItem]]:
    """Hand out events while there are any, else sleep; a wake-up is only a hint to look again."""
    yield fn.ep_poll, ep.uid
    available = ep_events_available(ep)
    while True:
        if available:
            events = yield from ep_send_events(task, ep, maxevents)
            if events:
                return events
        if task.paused:
            return []
        available = yield from _sleep(task, ep)


def ep_events_available(ep: EventPoll) -> bool:
    """Something is on the ready list, or a scan is under way and might find something."""
    return bool(ep.rdllist) or bool(ep.scanning)


def _sleep(task: Task, ep: EventPoll) -> Work[bool]:
    """Sleep unless something became ready meanwhile; true: look again."""
    cpu: Cpu = task.processor
    yield from pass_lock(cpu, ep.lock)
    if ep_events_available(ep) or task.paused:
        return True
    entry = sleeper(task, ep.wq, fn.ep_autoremove_wake_function, ep_autoremove_wake_function)
    entry.exclusive = 1
    ep.wq.entries.appendleft(entry)
    ep.wq.counted(len(ep.wq.entries))
    task.state = TASK_SLEEPING
    yield fn.schedule_hrtimeout_range, task.uid
    yield from schedule(task)
    if task.state != TASK_RUNNING_ON_CPU:
        task.state = TASK_RUNNING_ON_CPU
    if entry.link:
        yield from remove_wait_queue(task.processor, ep.wq, entry)
    return True


def ep_send_events(task: Task, ep: EventPoll, maxevents: int) -> Work[list[EpItem]]:
    """Ask every stolen item again; what is still ready is handed out.

    Level-triggered items go back to the tail of the ready list and are found empty by a later call; edge-triggered
    ones stay off it until the next callback, one-shot ones until EPOLL_CTL_MOD.
    """
    yield fn.ep_send_events, ep.uid
    yield from ep.mtx.lock(task)
    yield from ep_start_scan(task.processor, ep)
    events: list[EpItem] = []
    while ep.txlist and len(events) < maxevents:
        item = _unlink(ep)
        if not (yield from ep_item_poll(task, item)):
            continue
        events.append(item)
        if item.events & EPOLLONESHOT:
            item.events &= EP_PRIVATE_BITS
        elif not item.events & EPOLLET:
            rdllist_add(ep, item)
    yield from ep_done_scan(task.processor, ep)
    yield from ep.mtx.unlock(task)
    return events


def _unlink(ep: EventPoll) -> EpItem:
    """Take the next item off txlist; one that also stands on ovflist is shown there."""
    item = ep.txlist.items[0]
    if item.overflowed:
        ep.txlist.shift()
    else:
        ep.txlist.popleft()
    item.linked = False
    return item
