"""One poll of igb over a burst, against Linux 6.12.107: refill, lists of eight, and what each datagram sets off."""

from __future__ import annotations

from itertools import groupby

import pytest

from tests.engine.linux.captures import table
from tests.engine.traces.captured import our_lines, run

SCENE = """
kernel = "6.12"
until = "1ms"
setup = "ethtool -C eth0 rx-usecs 0"
[host]
cpus = 2
rules = { udp_wake_when_empty = ONLY_WHEN_EMPTY }
[host.costs]
common_interrupt = 80000
[[nic]]
name = "eth0"
driver = "igb"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "burst"
nic = "eth0"
source = "10.0.0.1:40000"
destination = "10.0.0.2:9000"
frame = 60
count = COUNT
arrival = "burst"
burst = { frames = COUNT, every = "10ms" }
start = "100us"
[[app]]
name = "reader"
cpu = 1
wait = "epoll"
work = "100us"
listen = [{ udp = "0.0.0.0:9000", rcvbuf = 200000 }]
"""
LETTERS = {
    "softirq_entry": "[",
    "softirq_exit": "]",
    "napi_gro_receive_entry": "G",
    "netif_receive_skb": "R",
    "sk_data_ready": "d",
    "napi_poll": "P",
}


def order(count: int, *, only_when_empty: bool = False) -> str:
    """One letter an event of the first softirq on the receiving CPU, runs counted."""
    scene = SCENE.replace("COUNT", str(count)).replace("ONLY_WHEN_EMPTY", str(only_when_empty).lower())
    letters = []
    for line in our_lines(run(scene)):
        if line.cpu == 0:
            letters.append("A" if line.text == "igb_alloc_rx_buffers" else LETTERS.get(line.event, ""))
    text = "".join(letters)
    first = text[text.index("[") + 1 : text.index("]")]
    runs = [(letter, len(list(same))) for letter, same in groupby(first)]
    return "".join(f"{letter}{length}" if length > 1 else letter for letter, length in runs)


@pytest.mark.parametrize("row", table("igb-udp-burst/polls.tsv"), ids=lambda row: row["frames"])
def test_a_poll_of_so_many_frames(row: dict[str, str]) -> None:
    """6.12.107 has 6.13's rule again: every datagram is announced."""
    assert order(int(row["frames"])) == row["order"]


def test_6_12_0_announced_only_the_first_of_a_queue() -> None:
    assert order(7, only_when_empty=True) == "G7AR7dP"
