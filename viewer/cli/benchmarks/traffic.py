"""The traffic that is measured: bursts to one queue, polls of 64, one socket, one epoll reader."""

from __future__ import annotations

FRAME_BYTES = 60
BURST = 256
EVERY_US = 600
RING = 512
WEIGHT = 64
READ_NS = 300
DEEP_READ = "10ms"

_SCENE = """
title = "Benchmark"
until = "idle"
setup = "ethtool -G eth0 rx {ring}"
record = {{ level = "{level}", steps = 20_000_000 }}

[host]
cpus = 2

[[nic]]
name = "eth0"
driver = "igb"
speed = "1G"
queues = 1
address = "10.0.0.2/24"

[[flow]]
name = "load"
nic = "eth0"
source = "10.0.0.1:5001"
destination = "10.0.0.2:9000"
frame = {frame}
arrival = "burst"
burst = {{ frames = {burst}, every = "{every}us" }}
count = {count}

[[app]]
name = "reader"
cpu = 1
wait = "epoll"
work = "{work}"
listen = [{{ udp = "10.0.0.2:9000", rcvbuf = 67108864 }}]
"""


def scene_text(count: int, level: str = "all", work: str = f"{READ_NS}ns", until: str = "idle") -> str:
    """Return the scene of a benchmark.

    Args:
        count: frames in all.
        level: how much is recorded.
        work: the reader's time for a message.
        until: when the run ends.
    """
    text = _SCENE.format(
        ring=RING, level=level, frame=FRAME_BYTES, burst=BURST, every=EVERY_US, count=count, work=work
    )
    return text.replace('until = "idle"', f'until = "{until}"')
