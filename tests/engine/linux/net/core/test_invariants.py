"""What `invariants.check` says of a backlog or a poll list that nobody will serve."""

from __future__ import annotations

from engine.linux.include.interrupt import NET_RX_SOFTIRQ
from engine.linux.include.netdevice import NAPIF_STATE_SCHED
from engine.linux.invariants import check
from tests.engine.linux.net.core.stack_host import FakeNapi, Stack


def booted() -> Stack:
    """An idle, sound host."""
    stack = Stack()
    stack.burst([stack.skb()])
    assert check(stack.host) == []
    return stack


def test_a_backlog_that_nobody_polls() -> None:
    stack = booted()
    sd = stack.host.cpus[1].softnet_data
    sd.input_pkt_queue.append(stack.skb())
    sd.input_qlen = 1
    assert check(stack.host) == ["CPU 1: skbs on its backlog, which nobody will poll"]
    sd.backlog.state |= NAPIF_STATE_SCHED
    assert check(stack.host) == []


def test_a_poll_list_without_a_softirq() -> None:
    stack = booted()
    cpu = stack.host.cpus[0]
    napi = FakeNapi(stack, 1).napi
    napi.state |= NAPIF_STATE_SCHED
    cpu.softnet_data.poll_list.append(napi)
    assert check(stack.host) == ["CPU 0: idle with a poll list and no softirq to serve it"]
    cpu.state.softirq_pending = 1 << NET_RX_SOFTIRQ
    assert check(stack.host) == []


def test_an_interrupt_to_another_cpu_that_was_never_sent() -> None:
    stack = booted()
    here, far = stack.host.cpus
    here.softnet_data.rps_ipi_list.append(far.softnet_data)
    assert check(stack.host) == ["CPU 0: idle in the middle of a softirq or a BH section"]
