"""net/core/dev.c: receive packet steering, the way onto a backlog.

Models `get_rps_cpu`, `enqueue_to_backlog` with its odd length test, the flow limit, the interrupt that tells another
CPU, `____napi_schedule`, and `netif_rx`.

Left out: RFS and accelerated RFS, backlog threads, the refusal of skbs of an interface that is down (DEV_READY).
"""

from __future__ import annotations

from collections import deque

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.interrupt import NET_RX_SOFTIRQ
from engine.linux.include.netdevice import NAPIF_STATE_SCHED, NapiStruct, RpsMap, SoftnetData
from engine.linux.include.skbuff import Skb
from engine.linux.kernel.sched import send_call_function
from engine.linux.kernel.softirq import __raise_softirq_irqoff, raise_softirq_irqoff
from engine.linux.net.core.flow_dissector import flow_hash, skb_get_hash
from engine.linux.net.core.skbuff import kfree_skb_reason
from engine.timeline.schema import NOTHING

FLOW_LIMIT_HISTORY = 128
GOLDEN_RATIO_32 = 0x61C88647
NET_RX_SUCCESS, NET_RX_DROP = 0, 1


def rps_cpus_store(host: Host, queue: RpsMap, cpus: int) -> None:
    """A write to rps_cpus: the map of one receive queue; the static branch follows whether any queue has one."""
    queue.rps_cpus = cpus
    queue.map = tuple(number for number in range(len(host.cpus)) if cpus >> number & 1)
    host.rps_needed = any(row.map for dev in host.devices.values() for row in dev.rps)


def get_rps_cpu(cpu: Cpu, skb: Skb) -> Work[int]:
    """The CPU that is to run the stack for this skb, -1 for here and now."""
    yield fn.get_rps_cpu, skb.uid
    queues = skb.netdev.rps
    queue = queues[skb.queue_mapping - 1 if skb.queue_mapping else 0]
    if not queue.map:
        return -1
    value = yield from skb_get_hash(cpu, skb)
    target: int = queue.map[value * len(queue.map) >> 32]
    return target


class FlowLimit:
    """The last 128 packets that a CPU enqueued, by flow bucket."""

    def __init__(self, buckets: int) -> None:
        self.bits = buckets.bit_length() - 1
        self.counts = [0] * buckets
        self.history: deque[int] = deque([0] * FLOW_LIMIT_HISTORY, FLOW_LIMIT_HISTORY)

    def exceeded(self, skb_hash: int) -> bool:
        """Note a packet; true when its flow owns more than half of the history, which begins as all bucket 0."""
        bucket = (skb_hash * GOLDEN_RATIO_32 & 0xFFFFFFFF) >> (32 - self.bits)
        oldest = self.history[0]
        if self.counts[oldest]:
            self.counts[oldest] -= 1
        self.history.append(bucket)
        self.counts[bucket] += 1
        return self.counts[bucket] > FLOW_LIMIT_HISTORY // 2


def enqueue_to_backlog(cpu: Cpu, skb: Skb, target: int) -> Work[int]:
    """Put an skb on a CPU's input_pkt_queue; see that its backlog is polled.

    The test is `qlen > max_backlog`, so one more than the limit fits. A negative limit is compared as unsigned.
    """
    yield fn.enqueue_to_backlog, skb.uid
    host = cpu.host
    sd = host.cpus[target].softnet_data
    yield from sd.lock.acquire(cpu)
    queued = len(sd.input_pkt_queue)
    limit = host.sysctl.netdev_max_backlog & 0xFFFFFFFF
    if queued <= limit and not _flow_limited(cpu, skb, queued, limit):
        sd.input_pkt_queue.append(skb)
        sd.input_qlen = queued + 1
        sd.input_queue_tail += 1
        if queued == 0 and not sd.backlog.state & NAPIF_STATE_SCHED:
            sd.backlog.state |= NAPIF_STATE_SCHED
            sd.lock.release(cpu)
            yield from _schedule_rps(cpu, sd)
        else:
            sd.lock.release(cpu)
        return NET_RX_SUCCESS
    sd.dropped += 1
    sd.lock.release(cpu)
    skb.netdev.rx_dropped += 1
    yield from kfree_skb_reason(cpu, skb, "CPU_BACKLOG")
    return NET_RX_DROP


def _flow_limited(cpu: Cpu, skb: Skb, queued: int, limit: int) -> bool:
    sd = cpu.softnet_data
    if not cpu.host.sysctl.flow_limit_cpu_bitmap >> cpu.number & 1 or queued < limit >> 1:
        return False
    if sd.flow_limit is None:
        sd.flow_limit = FlowLimit(cpu.host.sysctl.flow_limit_table_len)
    if sd.flow_limit.exceeded(flow_hash(skb)):
        sd.flow_limit_count += 1
        return True
    return False


def _schedule_rps(cpu: Cpu, sd: SoftnetData) -> Work[None]:
    """napi_schedule_rps: our own backlog is polled like any NAPI; another CPU's is told at the end of our round."""
    mine = cpu.softnet_data
    if sd is not mine:
        mine.rps_ipi_list.append(sd)
        if not mine.in_net_rx_action:
            yield from __raise_softirq_irqoff(cpu, NET_RX_SOFTIRQ)
        return
    yield from ____napi_schedule(cpu, mine.backlog)


def ____napi_schedule(cpu: Cpu, napi: NapiStruct) -> Work[None]:
    """Put an owned NAPI on this CPU's poll list; raise NET_RX unless net_rx_action will see it anyway."""
    sd = cpu.softnet_data
    sd.poll_list.append(napi)
    napi.list_owner = cpu.number
    if not sd.in_net_rx_action:
        if cpu.host.rules.schedule_wakes_ksoftirqd:
            yield from raise_softirq_irqoff(cpu, NET_RX_SOFTIRQ)
        else:
            yield from __raise_softirq_irqoff(cpu, NET_RX_SOFTIRQ)


def net_rps_action_and_irq_enable(cpu: Cpu) -> Work[None]:
    """Send one interrupt to every CPU whose backlog we woke since last time."""
    sd = cpu.softnet_data
    while sd.rps_ipi_list:
        remote = sd.rps_ipi_list.pop()
        yield fn.net_rps_send_ipi, remote.uid
        target = cpu.host.cpus[remote.cpu]
        send_call_function(cpu, target, rps_trigger_softirq, remote)


def rps_trigger_softirq(cpu: Cpu, sd: SoftnetData) -> Work[None]:
    """The interrupt of RPS: poll this CPU's backlog. Counts interrupts, not packets."""
    yield fn.rps_trigger_softirq, sd.uid
    yield from ____napi_schedule(cpu, sd.backlog)
    sd.received_rps += 1


def trigger_rx_softirq(cpu: Cpu, sd: SoftnetData) -> Work[None]:
    """The interrupt that asks for handed-back skbs to be freed: a NET_RX without a poll."""
    yield fn.trigger_rx_softirq, sd.uid
    yield from raise_softirq_irqoff(cpu, NET_RX_SOFTIRQ)


def netif_rx(cpu: Cpu, skb: Skb) -> Work[int]:
    """The way up for drivers without NAPI: onto a backlog, this CPU's or the one that RPS names."""
    yield fn.__netif_rx, skb.uid
    target = -1
    if cpu.host.rps_needed:
        target = yield from get_rps_cpu(cpu, skb)
    result = yield from enqueue_to_backlog(cpu, skb, cpu.number if target < 0 else target)
    yield fn.netif_rx_exit, NOTHING
    return result
