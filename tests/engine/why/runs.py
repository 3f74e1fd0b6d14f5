"""Scenes whose delays are asked about."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from engine.timeline import Timeline
from engine.why import Why
from tests.recorded import recorded

SCENES = Path(__file__).parents[3] / "scenes"

MACHINE = """
kernel = "{kernel}"
[host]
cpus = 2
hz = 1000
{costs}
[[nic]]
name = "eth0"
driver = "{driver}"
queues = {queues}
address = "10.0.0.2/24"
[[flow]]
name = "md"
nic = "eth0"
source = "10.0.0.14:5001"
destination = "10.0.0.2:9000"
frame = 128
arrival = "constant"
rate = "{rate}"
start = "{start}"
count = {count}
[[app]]
name = "feed"
cpu = 1
wait = "epoll"
listen = [{{ udp = "10.0.0.2:{port}", rcvbuf = {rcvbuf} }}]{work}
"""

PLAIN = {
    "driver": "ixgbe",
    "queues": 1,
    "rate": "2Mpps",
    "start": "10us",
    "count": 300,
    "port": 9000,
    "costs": "",
    "kernel": "6.12",
    "rcvbuf": '"4MiB"',
    "work": "",
}


@lru_cache(maxsize=4)
def scene(name: str) -> Timeline:
    """A packaged scene, run to its end."""
    return recorded(SCENES / f"{name}.toml")


@lru_cache(maxsize=8)
def machine(head: str = "", **changed: str | int) -> Timeline:
    """A small machine: one flow, one reader; `head` is put before the first table."""
    return recorded(head + MACHINE.format(**PLAIN | changed))


def adds_up(why: Why) -> None:
    """Links are contiguous, none is empty, and they add up to the total."""
    assert sum(link.ns for link in why.links) == why.total_ns, why
    for link in why.links:
        assert link.ns == link.end_ns - link.start_ns > 0, link
        assert link.words, link
    for one, other in zip(why.links, why.links[1:], strict=False):
        assert one.end_ns == other.start_ns, (one, other)
        assert (one.kind, one.words) != (other.kind, other.words), (one, other)
