"""A small scene: two bursts of 40 frames to a socket that holds eight datagrams, read slowly by an epoll reader."""

from __future__ import annotations

from pathlib import Path

import pytest

SCENE = """\
title = "Two bursts"
question = "What does a small buffer lose?"
kernel = "6.18"
until = "1ms"

[host]
cpus = 2

[[nic]]
name = "eth0"
driver = "igb"
queues = 1
address = "10.0.0.2/24"

[[flow]]
name = "md"
nic = "eth0"
source = "10.0.0.1:5001"
destination = "10.0.0.2:9000"
frame = 60
arrival = "burst"
burst = { frames = 40, every = "400us" }
count = 80

[[app]]
name = "feed"
cpu = 1
wait = "epoll"
work = "5us"
listen = [{ udp = "10.0.0.2:9000", rcvbuf = 18432 }]

[[expect]]
that = "packets.lost['skb:SOCKET_RCVBUFF'] > 0"
flips = true

[[expect]]
that = "packets.offered == 80"

[[chapter]]
at = "first drop"
title = "The buffer is full"

[[variant]]
name = "control"
control = true
set = { "app.feed.listen" = [{ udp = "10.0.0.2:9000", rcvbuf = 1048576 }] }
"""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    """The scene as a file."""
    path = tmp_path / "bursts.toml"
    path.write_text(SCENE)
    return path
