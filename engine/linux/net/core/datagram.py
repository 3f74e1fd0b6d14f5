"""net/core/datagram.c: what datagram protocols share: taking an skb off a queue, waiting for one, readiness.

Models `__skb_try_recv_from_queue`, `__skb_wait_for_more_packets`, `receiver_wake_function` and `datagram_poll`,
Linux 6.12 to 6.18.

Simplified: no MSG_PEEK, no receive timeout, no pending socket errors.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import Task
from engine.linux.include.skbuff import Skb
from engine.linux.include.sock import Sock, WaitQueueEntry
from engine.linux.kernel.sched import schedule
from engine.linux.kernel.wait import (
    autoremove_wake_function,
    finish_wait,
    prepare_to_wait_exclusive,
    sleeper,
)
from engine.timeline.lists import RecordedList


def __skb_try_recv_from_queue(sk: Sock, queue: RecordedList[Skb]) -> Work[Skb | None]:
    """Take the oldest skb off a queue, if there is one."""
    yield fn.__skb_try_recv_from_queue, sk.uid
    if not queue:
        return None
    skb = queue.popleft()
    sk.queued -= 1
    sk.in_transit += skb.truesize
    return skb


def receiver_wake_function(cpu: Cpu, entry: WaitQueueEntry, sync: bool) -> Work[int]:
    """Wake a blocked reader; it only waits for events that the datapath sends."""
    yield fn.receiver_wake_function, entry.task
    return (yield from autoremove_wake_function(cpu, entry, sync))


def __skb_wait_for_more_packets(task: Task, sk: Sock) -> Work[bool]:
    """Sleep, exclusively, until something is queued; false when a signal ended the wait."""
    yield fn.__skb_wait_for_more_packets, sk.uid
    cpu: Cpu = task.processor
    entry = sleeper(task, sk.wq, fn.receiver_wake_function, receiver_wake_function)
    yield from prepare_to_wait_exclusive(cpu, sk.wq, entry, task)
    if not sk.sk_receive_queue and not task.paused:
        yield fn.schedule_timeout, task.uid
        yield from schedule(task)
    yield from finish_wait(task.processor, sk.wq, entry, task)
    return not task.paused


def datagram_poll(sk: Sock) -> Work[bool]:
    """Whether sk_receive_queue holds something."""
    yield fn.datagram_poll, sk.uid
    return bool(sk.sk_receive_queue)
