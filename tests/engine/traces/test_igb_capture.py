"""Our trace of one UDP datagram through igb against that of Linux 6.12.107, line by line and function by function."""

from __future__ import annotations

from functools import cache

import pytest

from engine.timeline import Timeline
from tests.engine.linux.captures import VECTORS, functions
from tests.engine.traces.captured import (
    NOT_MODELLED,
    NOT_SHOWN,
    Line,
    Stable,
    captured_lines,
    fields,
    missing_from,
    our_lines,
    run,
)

SCENE = """
kernel = "6.12"
until = "1ms"
setup = '''
ethtool -C eth1 rx-usecs 0
echo 1 > /proc/irq/IRQ/smp_affinity
'''
[host]
cpus = 8
[[nic]]
name = "eth1"
driver = "igb"
queues = 8
rss_key = "KEY"
address = "10.0.0.2/24"
[[flow]]
name = "one"
nic = "eth1"
source = "10.0.0.1:40000"
destination = "10.0.0.2:9000"
frame = 60
count = 1
arrival = "constant"
rate = "1kpps"
start = "100us"
[[app]]
name = "nt_rx0"
cpu = 3
wait = "epoll"
work = "0ns"
listen = [{ udp = "0.0.0.0:9000" }]
"""
RX, READER = 0, 3
QUEUE_4_IRQ = 29
KEY_BYTES = 40
OURS = {"nt_rx0/0": "nt_rx0"}

PROBES = ("igb_msix_ring", "igb_poll", "igb_poll_ret", "igb_alloc_rx_buffers")
"""Probes that were set by hand in the captured kernel; we have the functions, not the events."""
NOT_ENABLED = ("function", "call_function_single_entry")
"""Events that were not recorded in this capture."""
NOT_KNOWN = ("ubuf", "size", "addr", "addr_len", "events", "maxevents", "timeout")
"""Arguments of system calls that the timeline does not hold."""


@cache
def one_datagram() -> Timeline:
    """The captured scene, simulated, with the captured host's RSS key."""
    key = (VECTORS / "igb-multiqueue/netdev_rss_key.txt").read_text().split()[-1]
    key = ":".join(key.split(":")[:KEY_BYTES])
    return run(SCENE.replace("KEY", key).replace("IRQ", str(QUEUE_4_IRQ)))


def events(lines: list[Line], cpu: int, left_out: tuple[str, ...]) -> list[Line]:
    """The tracepoints of one CPU."""
    return [line for line in lines if line.cpu == cpu and line.event not in left_out]


def ours(cpu: int) -> list[Line]:
    """Our tracepoints from the interrupt on."""
    lines = our_lines(one_datagram())
    first = [line.event for line in lines].index("irq_handler_entry")
    return events(lines[first:], cpu, NOT_ENABLED)


def captured(cpu: int) -> list[Line]:
    """The capture's."""
    return events(captured_lines("igb-udp-one/report.txt"), cpu, PROBES)


@pytest.mark.parametrize("cpu", [RX, READER])
def test_tracepoints_fire_in_the_same_order_and_context(cpu: int) -> None:
    assert [(line.event, line.context) for line in ours(cpu)] == [
        (line.event, line.context) for line in captured(cpu)
    ]


def test_tracepoints_say_the_same() -> None:
    left, right = Stable(OURS), Stable({})
    for cpu in (RX, READER):
        for one, other in zip(ours(cpu), captured(cpu), strict=True):
            if one.event.startswith("sys_enter"):
                continue
            assert (one.event, left.text(one)) == (other.event, right.text(other))


def test_the_system_calls_have_the_same_arguments() -> None:
    seen = 0
    for one, other in zip(ours(READER), captured(READER), strict=True):
        if one.event.startswith("sys_enter"):
            known = [each for each in fields(other.text) if each.split(":")[0] not in NOT_KNOWN]
            assert fields(one.text) == known
            seen += 1
    assert seen == 3


def test_the_frame_has_the_captured_hash_and_queue() -> None:
    (entry,) = [line for line in ours(RX) if line.event == "napi_gro_receive_entry"]
    assert "queue_mapping=5 " in entry.text
    assert "hash=0x88074cc8 l4_hash=0 len=46 data_len=0 truesize=2304" in entry.text


def our_functions(cpu: int, since: str) -> list[str]:
    """Our functions on one CPU from the first of a name on."""
    names = [line.text for line in our_lines(one_datagram()) if line.cpu == cpu and line.event == "function"]
    return names[names.index(since) :]


def captured_functions(name: str) -> list[str]:
    """The capture's functions that are modelled."""
    return [each for each in functions(name) if each not in NOT_MODELLED]


def test_the_receiving_cpu_enters_the_captured_functions_in_order() -> None:
    theirs = captured_functions("igb-udp-one/functions-order-rx.txt")
    assert len(theirs) > 50
    assert missing_from(theirs, our_functions(RX, "igb_msix_ring")) == []


def test_the_reader_enters_the_captured_functions_in_order() -> None:
    theirs = captured_functions("igb-udp-one/functions-order-reader.txt")
    second = (
        len(theirs) - 1 - theirs[::-1].index("finish_task_switch")
    )  # the program is stopped: not this datagram's
    assert missing_from(theirs[:second], our_functions(READER, "finish_task_switch")) == []


@pytest.mark.parametrize(
    ("cpu", "first", "name"),
    [
        (RX, "igb_msix_ring", "igb-udp-one/functions-order-rx.txt"),
        (READER, "finish_task_switch", "igb-udp-one/functions-order-reader.txt"),
    ],
)
def test_nothing_is_entered_that_the_captured_kernel_did_not(cpu: int, first: str, name: str) -> None:
    theirs = functions(name)
    assert [each for each in our_functions(cpu, first) if each not in theirs and each not in NOT_SHOWN] == []


def test_the_table_of_omissions_has_no_row_too_many() -> None:
    entered = {*our_functions(RX, "common_interrupt"), *our_functions(READER, "finish_task_switch")}
    assert [name for name in NOT_MODELLED if name in entered] == []
