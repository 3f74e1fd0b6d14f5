"""The trace's lines about packets that are lost, and of adapters without NAPI."""

from __future__ import annotations

from functools import cache

import pytest

from engine.timeline import Timeline
from engine.traces.ftrace import lines
from tests.engine.traces.captured import Line, our_lines, parsed, run

SCENE = """
kernel = "6.18"
until = "2ms"
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "DRIVER"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "one"
nic = "eth0"
source = "10.0.0.1:40000"
destination = "DESTINATION"
frame = 60
count = COUNT
arrival = "constant"
rate = "1Mpps"
start = "100us"
"""
SLOW = """
[[app]]
name = "slow"
cpu = 1
wait = "blocking"
work = "10ms"
listen = [{ udp = "ADDRESS:9000", rcvbuf = 2304 }]
"""


@cache
def trace(count: int, apps: str, destination: str = "10.0.0.2:9000", driver: str = "igb") -> list[Line]:
    """Our tracepoints of some datagrams."""
    text = SCENE.replace("COUNT", str(count)).replace("DESTINATION", destination).replace("DRIVER", driver)
    return our_lines(timeline_of(text + apps))


@cache
def timeline_of(text: str) -> Timeline:
    """A scene's run."""
    return run(text)


def slow(address: str, number: str = "") -> str:
    """A program that reads one datagram and works on it for longer than the run lasts."""
    return SLOW.replace("ADDRESS", address).replace('"slow"', f'"slow{number}"')


def events(found: list[Line]) -> list[Line]:
    """Without the functions."""
    return [line for line in found if line.event != "function"]


def test_a_full_socket() -> None:
    # Linux 6.18.44: netif_receive_skb, udp_fail_queue_rcv_skb, kfree_skb with the socket's reason.
    found = events(trace(8, slow("10.0.0.2")))
    names = [line.event for line in found]
    at = names.index("udp_fail_queue_rcv_skb")
    assert names[at : at + 2] == ["udp_fail_queue_rcv_skb", "kfree_skb"]
    assert found[at].text == "rc=-12 family=AF_INET src=10.0.0.1:40000 dest=10.0.0.2:9000"
    assert found[at + 1].text.endswith("location=udp_queue_rcv_one_skb reason: SOCKET_RCVBUFF")
    assert names.count("kfree_skb") == names.count("udp_fail_queue_rcv_skb") > 3


def test_a_closed_port() -> None:
    # Linux 6.18.44: kfree_skb rx_sk=(nil) protocol=2048 location=__udp4_lib_rcv reason: NO_SOCKET.
    (drop,) = [line for line in trace(1, "") if line.event == "kfree_skb"]
    assert (
        drop.text.partition(" ")[2] == "rx_sk=(nil) protocol=2048 location=__udp4_lib_rcv reason: NO_SOCKET"
    )


def test_a_clone_that_is_refused_says_why_before_its_frame_has_ended() -> None:
    readers = slow("239.1.1.1") + slow("239.1.1.1", "2")
    drops = [line for line in trace(8, readers, "239.1.1.1:9000") if line.event == "kfree_skb"]
    assert len(drops) > 8
    assert {line.text.rpartition(" ")[2] for line in drops} == {"SOCKET_RCVBUFF"}


def test_nobody_of_the_group_listens_on_the_port() -> None:
    reader = slow("239.1.1.1").replace(":9000", ":9001")
    found = [line for line in trace(1, reader, "239.1.1.1:9000") if line.event == "kfree_skb"]
    assert len(found) == 1
    assert "location=__udp4_lib_rcv" in found[0].text
    assert "NOT_SPECIFIED" in found[0].text


def test_an_adapter_without_napi_uses_netif_rx() -> None:
    # Linux 6.18.44, backlog path: netif_rx_entry, netif_rx, softirq_raise, netif_rx_exit ret=0, then in the softirq
    # netif_receive_skb and a poll of the backlog, which has no device.
    found = events(trace(1, slow("10.0.0.2"), driver="legacy"))
    names = [line.event for line in found if line.cpu == 0]
    begin = names.index("netif_rx_entry")
    assert names[begin : begin + 8] == [
        "netif_rx_entry",
        "netif_rx",
        "softirq_raise",
        "netif_rx_exit",
        "irq_handler_exit",
        "softirq_entry",
        "netif_receive_skb",
        "sk_data_ready",
    ]
    texts = {line.event: line.text for line in found}
    assert texts["netif_rx_exit"] == "ret=0"
    assert texts["netif_rx"].endswith(" len=46")
    assert "for device (no_device) work 1 budget 64" in texts["napi_poll"]


def test_a_full_backlog_refuses() -> None:
    text = SCENE.replace("COUNT", "300").replace("DESTINATION", "10.0.0.2:9000").replace("DRIVER", "legacy")
    text = text.replace('until = "2ms"', 'until = "2ms"\nsetup = "sysctl -w net.core.netdev_max_backlog=2"')
    text = text.replace('"1Mpps"', '"1.4Mpps"')
    found = events(our_lines(timeline_of(text)))
    names = [line.event for line in found]
    at = names.index("kfree_skb")
    assert [line.event for line in found[at - 2 : at + 2]] == [
        "netif_rx_entry",
        "netif_rx",
        "kfree_skb",
        "netif_rx_exit",
    ]
    assert found[at].text.endswith(
        "rx_sk=(nil) protocol=2048 location=enqueue_to_backlog reason: CPU_BACKLOG"
    )
    assert found[at + 1].text == "ret=1"


@pytest.mark.parametrize("wait", ["select", "poll"])
def test_other_ways_to_wait(wait: str) -> None:
    apps = slow("10.0.0.2").replace('"blocking"', f'"{wait}"')
    found = [line for line in trace(1, apps) if line.event.startswith("sys_") and line.task == "slow/0"]
    call = {"select": "pselect6", "poll": "poll"}[wait]
    assert [(line.event, line.text) for line in found[:3]] == [
        (f"sys_exit_{call}", "0x1"),
        ("sys_enter_recvfrom", "fd: 0x00000003, flags: 0x00000040"),
        ("sys_exit_recvfrom", "0x12"),
    ]


def test_functions_can_be_left_out_and_times_never_go_back() -> None:
    made = timeline_of(
        SCENE.replace("COUNT", "4").replace("DESTINATION", "10.0.0.2:9").replace("DRIVER", "igb")
    )
    everything = list(lines(made, 0, made.steps))
    only = list(lines(made, 0, made.steps, functions=False))
    assert everything[0] == only[0] == "cpus=2"
    assert [line for line in parsed(everything) if line.event != "function"] == parsed(only)
    per_cpu: dict[str, list[str]] = {}
    for line in everything[1:]:
        cpu, stamp = line[line.index("[") :].split()[0], line.partition(":")[0].split()[-1]
        per_cpu.setdefault(cpu, []).append(stamp)
    assert all(stamps == sorted(stamps) for stamps in per_cpu.values())
