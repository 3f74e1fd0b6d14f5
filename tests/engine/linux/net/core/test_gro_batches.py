"""When parked packets climb the stack: in lists of gro_normal_batch, and at the end of the poll."""

from __future__ import annotations

import pytest

from tests.engine.traces.captured import burst_lines, folded

LETTERS = {
    "softirq_raise": "!",
    "softirq_entry": "[",
    "softirq_exit": "]",
    "napi_gro_receive_entry": "G",
    "netif_receive_skb": "R",
    "sk_data_ready": "d",
    "sched_waking": "W",
    "napi_poll": "P",
}


def order(count: int, batch: int = 8, kernel: str = "6.18", rules: str = "") -> str:
    """One letter an event of the receiving CPU, runs counted, up to the end of the first softirq."""
    lines = burst_lines(count, kernel, batch, rules)
    letters = [LETTERS[line.event] for line in lines if line.event in LETTERS]
    return folded(letters[: letters.index("]") + 1])


def test_thirty_two_in_one_poll() -> None:
    # Linux 6.18.44, 32 datagrams that meet one poll, reader in epoll_wait on the other CPU, awake after the first.
    assert order(32) == "![G8R8dWd7G8R8d8G8R8d8G8R8d8P]"


def test_what_fills_no_list_goes_up_when_the_poll_completes() -> None:
    assert order(1) == "![GRdWP]"
    assert order(11) == "![G8R8dWd7G3R3d3P]"


def test_after_a_whole_weight_the_core_passes_the_rest_up() -> None:
    # The driver's poll has returned (napi_poll), and is to be polled again.
    assert order(64, batch=100) == "![G64PR64dWd63!]"


@pytest.mark.parametrize(
    ("batch", "wanted"), [(1, "![GRdWGRdGRdP]"), (2, "![G2R2dWdGRdP]"), (100, "![G3R3dWd2P]")]
)
def test_the_batch_is_a_setting(batch: int, wanted: str) -> None:
    assert order(3, batch) == wanted


def test_before_6_18_each_datagram_is_announced_by_itself() -> None:
    assert order(11, kernel="6.12") == order(11)


def test_in_6_12_0_only_an_empty_queue_s_first_datagram_is_announced() -> None:
    # The second time the reader, awake by then, has just moved the first eight to its own queue.
    assert order(11, kernel="6.12", rules="udp_wake_when_empty = true") == "![G8R8dWG3R3dP]"
