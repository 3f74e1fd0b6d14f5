"""Backlogs: the length test, process_backlog, RPS and its interrupt, the flow limit.

The tables are those of a running 6.18.44; orders of events are its traces of bursts over veth and loopback.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from engine.hardware.context import Work
from engine.linux.cpu import Cpu
from engine.linux.include.netdevice import NAPIF_STATE_SCHED
from engine.linux.include.skbuff import Skb
from engine.linux.kernel.irq import irq_set_affinity
from engine.linux.net.core.dev.rps import GOLDEN_RATIO_32, FlowLimit, netif_rx, rps_cpus_store
from engine.userspace.program import ListenSpec, ProgramSpec, WaitFor
from engine.userspace.start import start
from tests.engine.linux.bench_host import PORT
from tests.engine.linux.captures import table
from tests.engine.linux.drivers.machine import Machine
from tests.engine.linux.net.core.stack_host import Stack

DROPS = table("backlog-drop/table.tsv")
STEERED = table("rps/steered.tsv")
MILLISECOND = 1_000_000
SOFTIRQ_EVENTS = ("__raise_softirq_irqoff", "softirq_entry", "napi_poll", "softirq_exit")


@pytest.mark.parametrize("row", DROPS, ids=lambda row: f"{row['netdev_max_backlog']}-{row['burst']}")
def test_backlog_drops(row: dict[str, str]) -> None:
    stack = Stack("6.18")
    sk = stack.socket()
    stack.host.sysctl.netdev_max_backlog = int(row["netdev_max_backlog"])
    works = stack.watch_backlog(0)
    results: list[int] = []
    stack.burst([stack.skb() for _ in range(int(row["burst"]))], results=results)
    sd = stack.host.cpus[0].softnet_data
    assert sk.queued == int(row["delivered"])
    assert sd.dropped == stack.dev.rx_dropped == results.count(1) == int(row["dropped"])
    assert sd.processed == int(row["processed"])
    assert works == json.loads(row["polls(work)"])
    assert (sd.time_squeeze, sd.received_rps) == (0, 0)
    assert not sd.backlog.state & NAPIF_STATE_SCHED


def test_a_thousand_and_one_fit_the_default() -> None:
    stack = Stack()
    stack.burst([stack.skb() for _ in range(1005)])
    assert stack.host.cpus[0].softnet_data.dropped == 4


def test_a_negative_limit_is_none() -> None:
    stack = Stack()
    stack.host.sysctl.netdev_max_backlog = -1
    stack.burst([stack.skb() for _ in range(1500)])
    assert stack.host.cpus[0].softnet_data.dropped == 0


def test_what_is_on_process_queue_does_not_count() -> None:
    """Only input_pkt_queue is tested: while the backlog is polled, a full measure more fits."""
    stack = Stack()
    stack.host.sysctl.netdev_max_backlog = 9
    sd = stack.host.cpus[0].softnet_data
    first = [stack.skb() for _ in range(10)]
    second = [stack.skb() for _ in range(12)]
    stack.at(stack.calendar.now + 10, lambda cpu, _: put(cpu, first))
    stack.at(stack.calendar.now + 3_000, lambda cpu, _: put(cpu, second))
    stack.run(3_500)
    assert sd.process_qlen
    stack.run(MILLISECOND)
    assert (sd.dropped, sd.processed) == (2, 20)


def put(cpu: Cpu, skbs: Sequence[Skb]) -> Work[None]:
    """A driver without NAPI, in its interrupt."""
    for skb in skbs:
        yield from netif_rx(cpu, skb)


def softirq_events(stack: Stack, cpu: int) -> list[str]:
    """Raises, entries, polls and exits of one CPU."""
    return [name for name in stack.steps(cpu=cpu) if name in SOFTIRQ_EVENTS]


RAISE, ENTRY, POLL, EXIT = SOFTIRQ_EVENTS


def test_128_on_one_backlog() -> None:
    """Two whole polls and an empty one, each in a pass of its own; nothing is squeezed."""
    stack = Stack("6.18")
    works = stack.watch_backlog(0)
    stack.burst([stack.skb() for _ in range(128)])
    assert works == [64, 64, 0]
    events = softirq_events(stack, 0)
    assert events == [RAISE, ENTRY, POLL, RAISE, EXIT, ENTRY, POLL, RAISE, EXIT, ENTRY, POLL, EXIT]
    assert stack.host.cpus[0].softnet_data.time_squeeze == 0


def test_128_steered_to_another_cpu() -> None:
    """The pass on the first CPU only sends the interrupt: one, for all 128."""
    stack = Stack("6.18")
    rps_cpus_store(stack.host, stack.dev.rps[0], 0b10)
    works = stack.watch_backlog(1)
    stack.burst([stack.skb() for _ in range(128)])
    assert softirq_events(stack, 0) == [RAISE, ENTRY, EXIT]
    assert works == [64, 64, 0]
    assert softirq_events(stack, 1) == [
        RAISE, ENTRY, POLL, RAISE, EXIT, ENTRY, POLL, RAISE, EXIT, ENTRY, POLL, EXIT,
    ]  # fmt: skip
    there = stack.steps(cpu=1)
    assert there.index("rps_trigger_softirq") < there.index(RAISE) < there.index(ENTRY)
    here, far = (cpu.softnet_data for cpu in stack.host.cpus)
    assert (far.processed, far.received_rps) == (128, 1)
    assert (here.processed, here.received_rps) == (0, 0)
    assert stack.host.cpus[1].state.cal == 1


def test_no_second_interrupt_while_the_backlog_is_scheduled() -> None:
    stack = Stack()
    rps_cpus_store(stack.host, stack.dev.rps[0], 0b10)
    for delay in (10, 400, 800):
        stack.at(delay, lambda cpu, _: put(cpu, [stack.skb()]))
    stack.run(MILLISECOND)
    far = stack.host.cpus[1].softnet_data
    assert far.processed == 3
    assert far.received_rps == stack.steps(cpu=0).count("net_rps_send_ipi") < 3


def test_steered_to_the_own_cpu_it_is_queued_all_the_same() -> None:
    stack = Stack()
    rps_cpus_store(stack.host, stack.dev.rps[0], 0b01)
    stack.burst([stack.skb()])
    sd = stack.host.cpus[0].softnet_data
    assert (sd.processed, sd.received_rps, sd.input_queue_tail, sd.input_queue_head) == (1, 0, 1, 1)


@pytest.mark.parametrize("skb_hash", [1, 1 << 31, (1 << 32) - 1])
def test_the_target_is_the_hash_s_share_of_the_map(skb_hash: int) -> None:
    """Index = hash * n >> 32, so the high bits decide."""
    stack = Stack(cpus=4)
    rps_cpus_store(stack.host, stack.dev.rps[0], 0b1110)
    stack.burst([stack.skb(skb_hash=skb_hash)], cpu=0)
    wanted = (1, 2, 3)[skb_hash * 3 >> 32]
    assert [cpu.softnet_data.processed for cpu in stack.host.cpus] == [int(n == wanted) for n in range(4)]


@pytest.mark.parametrize(
    "row", [row for row in STEERED if row["mode"] == "backlog"], ids=lambda row: row["datagrams"]
)
def test_rps_from_a_backlog(row: dict[str, str]) -> None:
    stack = Stack("6.18")
    rps_cpus_store(stack.host, stack.dev.rps[0], 0b01)
    mine, far = stack.watch_backlog(1), stack.watch_backlog(0)
    for _ in range(int(row["bursts"])):
        stack.burst([stack.skb() for _ in range(int(row["datagrams"]))], cpu=1)
    sd = stack.host.cpus[0].softnet_data
    assert (sd.processed, sd.received_rps) == (int(row["processed"]), int(row["received_rps"]))
    assert (mine, far) == (json.loads(row["polls_cpu1"]), json.loads(row["polls_cpu0"]))
    assert stack.host.cpus[1].softnet_data.processed == 0


@pytest.mark.parametrize(
    "row", [row for row in STEERED if row["mode"] == "napi"], ids=lambda row: row["datagrams"]
)
def test_rps_from_a_driver_s_poll(row: dict[str, str]) -> None:
    machine = Machine("igb", kernel="6.18", costs={"common_interrupt": 60_000})
    irq_set_affinity(machine.host.irqs[machine.vector.irq], 0b10)
    rps_cpus_store(machine.host, machine.dev.rps[0], 0b01)
    bursts, datagrams = int(row["bursts"]), int(row["datagrams"])
    machine.send([burst * 2 * MILLISECOND + 1_000 for burst in range(bursts) for _ in range(datagrams)])
    machine.run(4 * MILLISECOND)
    sd = machine.host.cpus[0].softnet_data
    assert (sd.processed, sd.received_rps) == (int(row["processed"]), int(row["received_rps"]))
    # Causes that come while the vector is masked make it fire once more: an empty poll, which veth does not have.
    assert machine.napi.packets == bursts * datagrams
    assert len(machine.steps("net_rps_send_ipi")) == int(row["received_rps"])
    assert sd.backlog.polls == len(json.loads(row["polls_cpu0"]))
    assert machine.host.cpus[1].softnet_data.processed == 0


def test_a_datagram_to_a_reader_on_another_cpu() -> None:
    """Linux 6.18.44, loopback: the softirq runs inside the sender's call, its poll ends after the reader was woken."""
    stack = Stack("6.18")
    start(stack.host, ProgramSpec("feed", WaitFor.EPOLL, (ListenSpec(0, PORT),), affinity=0b10))
    stack.run(MILLISECOND)
    stack.burst([stack.skb()])
    since = stack.calendar.now
    stack.burst([stack.skb()])
    order = (
        "__netif_rx", RAISE, "netif_rx_exit", "__local_bh_enable_ip", ENTRY, "napi_consume_skb",
        "__netif_receive_skb_core", "sock_def_readable", "try_to_wake_up", POLL, EXIT,
    )  # fmt: skip
    names = stack.steps(cpu=0, since=since)
    names = names[names.index("__netif_rx") :]
    assert [name for name in names if name in order][: len(order)] == list(order)
    woken = ("sched_ttwu_pending", "ttwu_do_activate", "sched_switch", "sock_recv_length")
    assert [name for name in stack.steps(cpu=1, since=since) if name in woken][:4] == list(woken)


# -- the flow limit -------------------------------------------------------------------------------------------


def test_a_flow_may_own_half_of_the_history() -> None:
    limit = FlowLimit(4096)
    other = next(one for one in range(2, 99) if one * GOLDEN_RATIO_32 >> 20 & 4095 != GOLDEN_RATIO_32 >> 20)
    for _ in range(64):
        assert not limit.exceeded(1)
    assert limit.exceeded(1)
    assert not limit.exceeded(other)


def test_what_is_older_than_128_packets_is_forgotten() -> None:
    limit = FlowLimit(4096)
    for _ in range(65):
        limit.exceeded(1)
    for number in range(2, 65):
        limit.exceeded(number << 8)
    assert limit.exceeded(1)  # of the last 128, 65 are its own with this one
    for number in range(100, 228):
        limit.exceeded(number << 8)
    assert not limit.exceeded(1)


def test_the_flow_limit_spares_small_flows() -> None:
    stack = Stack()
    stack.host.sysctl.flow_limit_cpu_bitmap = 0b01
    stack.host.sysctl.netdev_max_backlog = 200
    large = [stack.skb(skb_hash=1) for _ in range(195)]
    small = [stack.skb(skb_hash=0x12345678) for _ in range(3)]
    results: list[int] = []
    stack.burst([*large, *small], results=results)
    sd = stack.host.cpus[0].softnet_data
    # Active from half of the limit on: 100 pass unseen, 64 fill half of the history, 31 are refused.
    assert results == [0] * 164 + [1] * 31 + [0] * 3
    assert (sd.flow_limit_count, sd.dropped) == (31, 31)


def test_the_flow_limit_is_off_where_its_bit_is_not_set() -> None:
    stack = Stack()
    stack.host.sysctl.flow_limit_cpu_bitmap = 0b10
    stack.host.sysctl.netdev_max_backlog = 200
    stack.burst([stack.skb() for _ in range(195)])
    assert stack.host.cpus[0].softnet_data.flow_limit_count == 0
