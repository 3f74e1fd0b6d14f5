"""Small scenes whose frames differ in what their bytes show."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from engine.timeline.timeline import Timeline
from tests.recorded import recorded

HEAD = """
title = "Frames of several kinds"
kernel = "6.18"
until = "300us"
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "ixgbe"
speed = "10G"
queues = 2
address = "10.0.0.2/24"
"""

KINDS = (
    HEAD
    + """
[[flow]]
name = "spread"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
sources = 3
many = 5
destination = "10.0.0.2:9000"
frame = [[60, 1], [128, 1], [1514, 1]]
arrival = "constant"
rate = "300kpps"
[[flow]]
name = "group"
nic = "eth0"
protocol = "udp"
source = "192.168.7.9:6000"
destination = "239.129.1.2:9001"
frame = 300
arrival = "constant"
rate = "50kpps"
[[flow]]
name = "all"
nic = "eth0"
protocol = "udp"
source = "10.0.0.20:6001"
destination = "10.0.0.255:9002"
frame = 64
arrival = "constant"
rate = "50kpps"
[[flow]]
name = "other"
nic = "eth0"
protocol = "udp"
source = "10.0.0.20:6001"
destination = "10.0.0.77:9002"
frame = 64
arrival = "constant"
rate = "20kpps"
[[app]]
name = "feed"
wait = "blocking"
work = "1us"
listen = [{ udp = "10.0.0.2:9000" }]
"""
)
"""Spread over ports and addresses, multicast from behind a router, broadcast, for another host."""

PORTS_HASHED = KINDS.replace("[host]", 'setup = "ethtool -N eth0 rx-flow-hash udp4 sdfn"\n[host]')

CAPTURE = (
    HEAD.replace('until = "300us"', 'until = "100us"')
    + """
[[flow]]
name = "capture"
nic = "eth0"
protocol = "udp"
arrival = "pcap"
pcap = "udp-burst.pcapng"
rate = "1Mpps"
count = 60
[[app]]
name = "feed"
wait = "blocking"
work = "1us"
listen = [{ udp = "10.0.0.2:9000" }]
"""
)
CAPTURED = Path(__file__).parents[3] / "assets" / "captures" / "udp-burst.pcapng"


@lru_cache(maxsize=4)
def run_of(text: str, folder: Path) -> Timeline:
    """Run a scene."""
    path = folder / "scene.toml"
    path.write_text(text, encoding="utf-8")
    (folder / CAPTURED.name).write_bytes(CAPTURED.read_bytes())
    return recorded(path)
