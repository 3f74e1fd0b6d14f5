"""net/core/dev.c: NAPI. Scheduling, the softirq that polls, and completion.

Models `napi_schedule_prep`, `__napi_schedule`, `net_rx_action`, `__napi_poll`, `napi_complete_done` and
`napi_watchdog` of Linux 6.12 to 6.18.

Left out: threaded NAPI, busy polling, netpoll.
"""

from __future__ import annotations

from typing import Any

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.interrupt import NET_RX_SOFTIRQ
from engine.linux.include.netdevice import (
    GRO_HASH_BUCKETS,
    NAPI_POLL_WEIGHT,
    NAPIF_STATE_DISABLE,
    NAPIF_STATE_IN_BUSY_POLL,
    NAPIF_STATE_LISTED,
    NAPIF_STATE_MISSED,
    NAPIF_STATE_NPSVC,
    NAPIF_STATE_PREFER_BUSY_POLL,
    NAPIF_STATE_SCHED,
    NAPIF_STATE_SCHED_THREADED,
    NapiStruct,
    NetDevice,
    SoftnetData,
)
from engine.linux.kernel.hrtimer import HrTimer
from engine.linux.kernel.softirq import __raise_softirq_irqoff, note_work
from engine.linux.net.core.dev.rps import ____napi_schedule, net_rps_action_and_irq_enable
from engine.linux.net.core.gro import gro_flush_normal
from engine.linux.net.core.skbuff import skb_defer_free_flush
from engine.timeline.lists import RecordedList
from engine.timeline.schema import NOTHING


def netif_napi_add(
    host: Host,
    dev: NetDevice | None,
    name: str,
    poll: Any,
    ring: Any = None,
    vector: Any = None,
    irq: int = 0,
) -> NapiStruct:
    """Create a NAPI instance that may be scheduled at once."""
    recorder = host.recorder
    napi = NapiStruct(
        recorder,
        parent=dev.uid if dev else NOTHING,
        name=name,
        state=NAPIF_STATE_LISTED if dev else 0,  # the backlog is no device's and on no hash
        weight=NAPI_POLL_WEIGHT,
        napi_id=host.next_napi_id(),
        list_owner=-1,
        dev=dev.uid if dev else NOTHING,
        irq=irq,
        poll=poll,
        netdev=dev,
        ring=ring,
        vector=vector,
    )
    napi.rx_list = RecordedList(recorder, napi.uid, "rx_list")
    napi.gro_hash = [
        RecordedList(recorder, napi.uid, f"gro_hash[{bucket}]") for bucket in range(GRO_HASH_BUCKETS)
    ]

    def watchdog(cpu: Cpu) -> Work[None]:
        return napi_watchdog(cpu, napi)

    napi.timer = HrTimer(watchdog, napi.uid)
    return napi


# -- scheduling -----------------------------------------------------------------------------------------


def napi_schedule(cpu: Cpu, napi: NapiStruct) -> Work[None]:
    """Have a NAPI polled, unless someone owns it already (then its owner will look again)."""
    if (yield from napi_schedule_prep(cpu, napi)):
        yield from __napi_schedule(cpu, napi)


def napi_schedule_irqoff(cpu: Cpu, napi: NapiStruct) -> Work[None]:
    """The same, for callers with interrupts off."""
    if (yield from napi_schedule_prep(cpu, napi)):
        yield from __napi_schedule_irqoff(cpu, napi)


def napi_schedule_prep(cpu: Cpu, napi: NapiStruct) -> Work[bool]:
    """Take ownership; leave MISSED when it is taken."""
    yield fn.napi_schedule_prep, napi.uid
    state = napi.state
    if state & NAPIF_STATE_DISABLE:
        return False
    if state & NAPIF_STATE_SCHED:
        if not state & NAPIF_STATE_MISSED:
            napi.state = state | NAPIF_STATE_MISSED
        return False
    napi.state = state | NAPIF_STATE_SCHED
    return True


def __napi_schedule(cpu: Cpu, napi: NapiStruct) -> Work[None]:
    """Put an owned NAPI on this CPU's poll list and raise NET_RX unless net_rx_action will see it anyway."""
    yield fn.__napi_schedule, napi.uid
    yield from ____napi_schedule(cpu, napi)


def __napi_schedule_irqoff(cpu: Cpu, napi: NapiStruct) -> Work[None]:
    """The same, for callers with interrupts off."""
    yield fn.__napi_schedule_irqoff, napi.uid
    yield from ____napi_schedule(cpu, napi)


# -- the softirq ------------------------------------------------------------------------------------------


def net_rx_action(cpu: Cpu) -> Work[None]:
    """Poll scheduled instances until none is left, the budget is spent or time is up.

    An instance that used its whole weight goes to `repoll`; when only such are left the function leaves and raises
    NET_RX again, so one busy NAPI is polled once a call.
    """
    sd = cpu.softnet_data
    host = cpu.host
    yield fn.net_rx_action, NOTHING
    time_limit = host.jiffies() + host.usecs_to_jiffies(host.sysctl.netdev_budget_usecs)
    budget = host.sysctl.netdev_budget
    sd.budget = budget
    sd.time_limit = host.jiffies_to_ns(time_limit)
    sd.net_rx_started = cpu.now
    sd.pass_polls = 0
    sd.in_net_rx_action = 1
    pending, repoll = sd.polling, sd.repoll
    pending.splice_tail(sd.poll_list)
    while True:
        if sd.defer_list:
            yield from skb_defer_free_flush(cpu, sd)
        if not pending:
            if not repoll:
                sd.in_net_rx_action = 0
                if sd.poll_list:
                    sd.in_net_rx_action = 1
                    pending.splice_tail(sd.poll_list)
                    continue
                if not sd.rps_ipi_list:
                    return
            break
        work = yield from napi_poll(cpu, pending.popleft(), repoll)
        budget -= work
        sd.budget = budget
        sd.pass_polls += 1
        if budget <= 0 or host.jiffies() >= time_limit:
            sd.time_squeeze += 1
            break
    yield from _leave(cpu, sd)


def _leave(cpu: Cpu, sd: SoftnetData) -> Work[None]:
    """The rest of the list, what was scheduled meanwhile, and who wants to be polled again: in this order."""
    sd.polling.splice_tail(sd.poll_list)
    sd.polling.splice_tail(sd.repoll)
    sd.poll_list.splice_tail(sd.polling)
    if sd.poll_list:
        yield from __raise_softirq_irqoff(cpu, NET_RX_SOFTIRQ)
    else:
        sd.in_net_rx_action = 0
    yield from net_rps_action_and_irq_enable(cpu)


def napi_poll(cpu: Cpu, napi: NapiStruct, repoll: RecordedList[NapiStruct]) -> Work[int]:
    """Poll one instance with its weight; one that used it all is to be polled again."""
    weight = napi.weight  # before the poll: the backlog takes a changed dev_weight while it is being polled
    work = yield from __napi_poll(cpu, napi, weight)
    cpu.softnet_data.polling_napi = NOTHING
    if work < weight:
        return work
    napi.full_polls += 1
    if napi.state & NAPIF_STATE_DISABLE:
        yield from napi_complete_done(cpu, napi, 0)
        return work
    yield from gro_flush_normal(cpu, napi, old_only=cpu.host.hz >= 1000)
    if napi.link == 0:
        repoll.append(napi)
    return work


def __napi_poll(cpu: Cpu, napi: NapiStruct, weight: int) -> Work[int]:
    yield fn.__napi_poll, napi.uid
    work = 0
    if napi.state & NAPIF_STATE_SCHED:
        cpu.softnet_data.polling_napi = napi.uid
        napi.work = 0
        work = yield from napi.poll(cpu, napi, weight)
        yield fn.napi_poll, napi.uid
        napi.work = work
        napi.polls += 1
        napi.packets += work
        note_work(cpu, work)
    return work


# -- completion ---------------------------------------------------------------------------------------------


def napi_complete_done(cpu: Cpu, napi: NapiStruct, work_done: int) -> Work[bool]:
    """Give up ownership; only when this returns true may the driver unmask its interrupt.

    With deferred hard interrupts the instance stays quiet and the watchdog polls; an interrupt that was missed keeps it
    scheduled.
    """
    yield fn.napi_complete_done, napi.uid
    if napi.state & (NAPIF_STATE_NPSVC | NAPIF_STATE_IN_BUSY_POLL):
        return False
    dev = napi.netdev
    flush_timeout: int = dev.gro_flush_timeout if dev else 0
    timeout = 0
    result = True
    if work_done:
        if napi.gro_bitmask:
            timeout = flush_timeout
        napi.defer_hard_irqs_count = dev.napi_defer_hard_irqs if dev else 0
    if napi.defer_hard_irqs_count > 0:
        napi.defer_hard_irqs_count -= 1
        timeout = flush_timeout
        if timeout:
            result = False
    yield from gro_flush_normal(cpu, napi, old_only=timeout > 0)
    napi.list_owner = -1
    state = napi.state
    kept = state & ~(
        NAPIF_STATE_MISSED | NAPIF_STATE_SCHED | NAPIF_STATE_SCHED_THREADED | NAPIF_STATE_PREFER_BUSY_POLL
    )
    if state & NAPIF_STATE_MISSED:
        napi.state = kept | NAPIF_STATE_SCHED
        yield from __napi_schedule(cpu, napi)
        return False
    napi.state = kept
    if timeout:
        napi.timer.start(cpu, timeout)
        napi.timer_expires = napi.timer.expires
    if result:
        napi.completions += 1
    return result


def napi_watchdog(cpu: Cpu, napi: NapiStruct) -> Work[None]:
    """The deferred-interrupt timer: poll without an interrupt of the device."""
    yield fn.napi_watchdog, napi.uid
    napi.timer_expires = 0
    if not napi.state & (NAPIF_STATE_DISABLE | NAPIF_STATE_SCHED):
        napi.timer_polls += 1
        napi.state = (napi.state | NAPIF_STATE_SCHED) & ~NAPIF_STATE_PREFER_BUSY_POLL
        yield from __napi_schedule_irqoff(cpu, napi)
