"""Our trace of one steered datagram against that of Linux 6.18.44: a poll, an interrupt, and the stack elsewhere."""

from __future__ import annotations

import re
from functools import cache

from tests.engine.linux.captures import VECTORS
from tests.engine.traces.captured import NOT_MODELLED, missing_from, our_lines, run

SCENE = """
kernel = "6.18"
until = "1ms"
setup = '''
ethtool -C eth0 rx-usecs 0
echo 2 > /proc/irq/25/smp_affinity
echo 1 > /sys/class/net/eth0/queues/rx-0/rps_cpus
'''
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "igb"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "one"
nic = "eth0"
source = "10.0.0.1:40000"
destination = "10.0.0.2:9000"
frame = 142
count = 1
arrival = "constant"
rate = "1kpps"
start = "100us"
[[app]]
name = "nt_rx"
cpu = 0
wait = "blocking"
listen = [{ udp = "0.0.0.0:9000" }]
"""
POLLED, STEERED = 1, 0
LEFT_OUT = {
    *NOT_MODELLED,
    "veth_poll",
    "veth_xdp_rcv",
    "skb_release_data",
    "skb_defer_free_flush",
    "napi_consume_skb",
}
"""Also the captured driver, and the skb of the datagram before, which ours does not have."""


@cache
def captured(cpu: int) -> list[str]:
    """Functions and tracepoints (in brackets) of one CPU."""
    names: list[str] = []
    here = False
    for line in (VECTORS / "rps/functions-order.txt").read_text(encoding="utf-8").splitlines():
        head = re.match(r"--- cpu(\d)", line)
        if head:
            here = int(head[1]) == cpu
        elif here and line.strip() and not line.startswith("#"):
            text = line.strip()
            names.append(f"[{text[1:].partition(':')[0]}]" if text.startswith("[") else text.split(".")[0])
    return names


@cache
def ours(cpu: int) -> list[str]:
    """The same of our run."""
    return [
        line.text if line.event == "function" else f"[{line.event}]"
        for line in our_lines(run(SCENE))
        if line.cpu == cpu
    ]


def stretch(names: list[str], first: str, last: str) -> list[str]:
    """From a name's last appearance to another's next, without what is left out."""
    begin = len(names) - 1 - names[::-1].index(first)
    return [name for name in names[begin : names.index(last, begin) + 1] if name not in LEFT_OUT]


def test_the_first_cpu_only_polls_and_interrupts() -> None:
    theirs = [
        name
        for name in stretch(captured(POLLED), "[napi_gro_receive_entry]", "[softirq_exit]")
        if name not in ("[csd_queue_cpu]", "[ipi_send_cpu]", "[kfree]", "[consume_skb]")
    ]
    assert "net_rps_send_ipi" in theirs
    assert missing_from(theirs, ours(POLLED)) == []


def test_the_second_cpu_runs_the_stack() -> None:
    theirs = [
        name
        for name in stretch(captured(STEERED), "rps_trigger_softirq", "[softirq_exit]")
        if name
        not in ("__irq_exit_rcu", "[csd_function_exit]", "[call_function_single_exit]", "[fib_table_lookup]")
    ]
    assert "process_backlog" in theirs
    assert len(theirs) > 25
    assert missing_from(theirs, ours(STEERED)) == []


def test_the_reader_is_woken_on_its_own_cpu_without_an_interrupt() -> None:
    names = ours(STEERED)
    woken = names[names.index("[sched_waking]") : names.index("[softirq_exit]")]
    assert woken == ["[sched_waking]", "ttwu_do_activate", "[sched_wakeup]", "[napi_poll]"]
