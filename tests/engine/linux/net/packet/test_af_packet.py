"""A tap sees what its interface delivered, before IP, on the CPU that runs the stack; it changes nothing but time."""

from __future__ import annotations

import pytest

from engine.linux.include.packet import PacketSock
from engine.results.results import results
from engine.timeline import Cursor, Timeline
from tests.engine.traces.captured import our_lines, run

SCENE = """
kernel = "6.12"
until = "2ms"
setup = '''
ethtool -C eth0 rx-usecs 0
SETUP'''
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "DRIVER"
queues = 1
address = "10.0.0.2/24"
tap = TAP
[[nic]]
name = "eth1"
driver = "igb"
queues = 1
address = "10.0.1.2/24"
[[flow]]
name = "here"
nic = "eth0"
source = "10.0.0.1:40000"
destination = "10.0.0.2:9000"
frame = 1000
count = 20
arrival = "constant"
rate = "100kpps"
[[flow]]
name = "closed"
nic = "eth0"
source = "10.0.0.1:40000"
destination = "10.0.0.2:9"
frame = 60
count = 5
arrival = "constant"
rate = "100kpps"
[[flow]]
name = "elsewhere"
nic = "eth1"
source = "10.0.1.1:40000"
destination = "10.0.1.2:9000"
frame = 60
count = 7
arrival = "constant"
rate = "100kpps"
[[app]]
name = "feed"
cpu = 1
wait = "blocking"
listen = [{ udp = "0.0.0.0:9000" }]
"""
FRAMES, BYTES = 25, 20 * 1000 + 5 * 60


def ran(tap: bool, setup: str = "", driver: str = "igb") -> Timeline:
    text = SCENE.replace("TAP", str(tap).lower()).replace("SETUP", setup).replace("DRIVER", driver)
    if driver == "legacy":
        text = text.replace("ethtool -C eth0 rx-usecs 0\n", "")
    return run(text)


@pytest.mark.parametrize("driver", ["igb", "ixgbe", "legacy"])
def test_it_sees_every_frame_of_its_interface_delivered_or_dropped_above(driver: str) -> None:
    timeline = ran(True, driver=driver)
    (sock,) = timeline.objects("packet_sock").tolist()
    cursor = Cursor(timeline, timeline.last)
    assert (cursor.get(sock, "tp_packets"), cursor.get(sock, "bytes")) == (FRAMES, BYTES)
    assert timeline.object(sock).name == "tcpdump -p -i eth0"


def test_without_one_there_is_none() -> None:
    timeline = ran(False)
    assert timeline.objects("packet_sock").tolist() == []
    assert PacketSock.schema.name == "packet_sock"


def test_it_takes_time_and_nothing_else() -> None:
    seen, alone = results(ran(True)), results(ran(False))
    assert seen["packets"] == alone["packets"]
    assert seen["snmp"] == alone["snmp"]
    assert seen["flows"]["here"]["latency_ns"]["p50"] > alone["flows"]["here"]["latency_ns"]["p50"] + 150


def test_it_comes_between_layer_2_and_ip_where_rps_sends_the_frame() -> None:
    timeline = ran(True, "echo 2 > /sys/class/net/eth0/queues/rx-0/rps_cpus\n")
    found = [(line.cpu, line.text) for line in our_lines(timeline) if line.event == "function"]
    at = [text for _, text in found].index("tpacket_rcv")
    cpu = found[at][0]
    names = [text for where, text in found if where == cpu]
    at = names.index("tpacket_rcv")
    assert cpu == 1
    assert names[at - 2 : at + 2] == ["__netif_receive_skb_core", "deliver_skb", "tpacket_rcv", "ip_rcv"]
