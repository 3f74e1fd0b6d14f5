"""Small scenes, really run, for pictures of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from engine.timeline.timeline import Timeline
from tests.recorded import recorded

BURSTS = """
title = "Bursts into three sockets"
kernel = "6.18"
until = "1200us"
[host]
cpus = 4
[[nic]]
name = "eth0"
driver = "ixgbe"
speed = "10G"
queues = 4
address = "10.0.0.2/24"
[[flow]]
name = "md"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
destination = "10.0.0.2:9000"
frame = 128
arrival = "burst"
burst = { frames = 300, every = "1ms" }
count = 600
[[flow]]
name = "b"
nic = "eth0"
protocol = "udp"
source = "10.0.0.15:5001"
destination = "10.0.0.2:9001"
frame = 256
arrival = "poisson"
rate = "250kpps"
[[flow]]
name = "c"
nic = "eth0"
protocol = "udp"
source = "10.0.0.16:5001"
destination = "10.0.0.2:9002"
frame = 256
arrival = "constant"
rate = "100kpps"
[[app]]
name = "feed"
wait = "epoll"
work = "1.2us"
listen = [{ udp = "10.0.0.2:9000" }, { udp = "10.0.0.2:9001" }]
[[app]]
name = "slow"
wait = "blocking"
cpu = 3
work = "20us"
listen = [{ udp = "10.0.0.2:9002", rcvbuf = 20000 }]
"""

STEERED = """
title = "One queue, four CPUs by RPS"
kernel = "6.12"
until = "400us"
setup = "echo f > /sys/class/net/eth0/queues/rx-0/rps_cpus"
[host]
cpus = 4
[[nic]]
name = "eth0"
driver = "igb"
speed = "1G"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "md"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
sources = 16
destination = "10.0.0.2:9000"
frame = 128
arrival = "poisson"
rate = "400kpps"
[[flow]]
name = "nobody"
nic = "eth0"
protocol = "udp"
source = "10.0.0.15:5001"
destination = "10.0.0.2:9009"
frame = 256
arrival = "poisson"
rate = "50kpps"
[[app]]
name = "feed"
wait = "select"
work = "1.2us"
idle_fds = 50
listen = [{ udp = "10.0.0.2:9000" }]
"""

FULL = """
title = "A thousand packets in flight"
kernel = "6.18"
until = "700us"
setup = "ethtool -G eth0 rx 512"
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "ixgbe"
speed = "10G"
queues = 2
address = "10.0.0.2/24"
[[flow]]
name = "md"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
destination = "10.0.0.2:9000"
frame = 128
arrival = "constant"
rate = "1500kpps"
[[flow]]
name = "more"
nic = "eth0"
protocol = "udp"
source = "10.0.0.19:5001"
destination = "10.0.0.2:9001"
frame = 128
arrival = "constant"
rate = "1500kpps"
[[app]]
name = "feed"
wait = "blocking"
work = "50us"
listen = [{ udp = "10.0.0.2:9000", rcvbuf = 1000000 }]
[[app]]
name = "read"
wait = "blocking"
work = "50us"
listen = [{ udp = "10.0.0.2:9001", rcvbuf = 1000000 }]
"""

LEGACY = """
title = "An interrupt a packet"
kernel = "6.12"
until = "200us"
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "legacy"
speed = "1G"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "md"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
destination = "10.0.0.2:9000"
frame = 128
arrival = "constant"
rate = "200kpps"
[[app]]
name = "feed"
cpu = 1
wait = "epoll"
work = "1us"
listen = [{ udp = "10.0.0.2:9000" }]
"""


@lru_cache(maxsize=8)
def run_of(text: str, folder: Path) -> Timeline:
    """Run a scene."""
    path = folder / "scene.toml"
    path.write_text(text, encoding="utf-8")
    return recorded(path)
