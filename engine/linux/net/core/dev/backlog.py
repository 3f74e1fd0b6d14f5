"""net/core/dev.c: `process_backlog`, the poll of the per-CPU backlog. One skb at a time, no GRO, no lists."""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.netdevice import NAPIF_STATE_SCHED, NapiStruct
from engine.linux.net.core.dev.rps import net_rps_action_and_irq_enable
from engine.linux.net.core.dev.rx import __netif_receive_skb


def process_backlog(cpu: Cpu, napi: NapiStruct, quota: int) -> Work[int]:
    """Poll of the backlog: drain process_queue, refill it from input_pkt_queue in one go."""
    sd = cpu.softnet_data
    yield fn.process_backlog, napi.uid
    if sd.rps_ipi_list:
        yield from net_rps_action_and_irq_enable(cpu)
    sysctl = cpu.host.sysctl
    napi.weight = sysctl.dev_weight * sysctl.dev_weight_rx_bias
    work = 0
    again = True
    while again:
        while sd.process_queue:
            skb = sd.process_queue.shift()
            sd.process_qlen = len(sd.process_queue)
            yield from __netif_receive_skb(cpu, skb)
            work += 1
            if work >= quota:
                sd.input_queue_head += work
                return work
        yield from sd.lock.acquire(cpu)
        if sd.input_pkt_queue:
            sd.process_queue.splice_tail(sd.input_pkt_queue)
            sd.process_qlen = len(sd.process_queue)
            sd.input_qlen = 0
        else:
            napi.state &= ~NAPIF_STATE_SCHED
            napi.list_owner = -1
            again = False
        sd.lock.release(cpu)
    sd.input_queue_head += work
    return work
