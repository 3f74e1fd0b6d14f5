"""Small runs that have what the results must follow: losses, births and deaths, changes by commands, counters only."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.scenario.document import load
from engine.simulation import prepare
from engine.timeline.chunk import Chunk, Prologue
from engine.timeline.timeline import Timeline

HOST = """
title = "Two flows, a fast reader and a slow one"
kernel = "6.18"
until = "700us"
{record}
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "{driver}"
speed = "{speed}"
queues = 2
address = "10.0.0.2/24"
[[flow]]
name = "md"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
destination = "{group}:9000"
frame = 128
arrival = "burst"
burst = {{ frames = 60, every = "300us" }}
[[flow]]
name = "b-side"
nic = "eth0"
protocol = "udp"
source = "10.0.0.16:5001"
destination = "10.0.0.2:9002"
frame = 256
arrival = "constant"
rate = "150kpps"
[[app]]
name = "feed"
wait = "epoll"
work = "1.2us"
listen = [{{ udp = "{group}:9000" }}]
[[app]]
name = "slow"
wait = "poll"
cpu = 1
work = "20us"
listen = [{{ udp = "{group}:9000" }}, {{ udp = "10.0.0.2:9002", rcvbuf = 8000 }}]
{at}
"""

COMMANDS = """
[[at]]
time = "100us"
app = { name = "feed", do = "exit" }
[[at]]
time = "400us"
run = "sysctl -w net.core.netdev_budget=64"
[[at]]
time = "620us"
run = "ethtool -L eth0 combined 1"
"""
_ALL = {"driver": "ixgbe", "speed": "10G", "group": "239.1.1.1", "record": "", "at": ""}
SCENES = {
    "multicast": HOST.format(**_ALL),
    "commands": HOST.format(**_ALL | {"at": COMMANDS}),
    "counters": HOST.format(**_ALL | {"record": "record = { steps = 6_000 }", "group": "10.0.0.2"}),
    "igb": HOST.format(**_ALL | {"driver": "igb", "speed": "1G"}),
}


@lru_cache(maxsize=8)
def recorded(name: str) -> tuple[Prologue, tuple[Chunk, ...]]:
    """The chunks of one of `SCENES`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scene.toml"
        path.write_text(SCENES[name], encoding="utf-8")
        simulation = prepare(load(path))
        return simulation.prologue, tuple(simulation.chunks())


@lru_cache(maxsize=8)
def run(name: str) -> Timeline:
    """One of `SCENES`, run to its end."""
    prologue, chunks = recorded(name)
    timeline = Timeline(prologue)
    for chunk in chunks:
        timeline.append(chunk)
    return timeline
