"""One poll of igb over a burst, against Linux 6.12.107: refill, lists of eight, and what each datagram sets off."""

from __future__ import annotations

import pytest

from tests.engine.linux.captures import table
from tests.engine.traces.captured import burst_lines, folded

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
    rules = f"udp_wake_when_empty = {str(only_when_empty).lower()}"
    text = "".join(
        "A" if line.text == "igb_alloc_rx_buffers" else LETTERS.get(line.event, "")
        for line in burst_lines(count, "6.12", rules=rules)
    )
    return folded(text[text.index("[") + 1 : text.index("]")])


@pytest.mark.parametrize("row", table("igb-udp-burst/polls.tsv"), ids=lambda row: row["frames"])
def test_a_poll_of_so_many_frames(row: dict[str, str]) -> None:
    """6.12.107 has 6.13's rule again: every datagram is announced."""
    assert order(int(row["frames"])) == row["order"]


def test_6_12_0_announced_only_the_first_of_a_queue() -> None:
    assert order(7, only_when_empty=True) == "G7AR7dP"
