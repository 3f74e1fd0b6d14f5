"""The receive buffer: what fits, what is counted, when memory comes back."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.linux.net.core.sock import PAGE_SIZE
from engine.linux.net.ipv4.udp import rcvbuf_full
from tests.engine.linux.bench_host import Bench
from tests.engine.linux.captures import table

DROPS = 3
"""Drops before the capture read the socket's memory."""

ACCEPTED = [row for row in table("udp-rcvbuf-overflow/accepted.tsv") if row["mode"] == "veth-napi"]
AFTER_READS = table("udp-rcvbuf-overflow/after-reads.tsv")


def requested(text: str) -> int | None:
    return None if text == "None" else int(text)


@pytest.mark.parametrize("row", ACCEPTED, ids=lambda row: f"{row['requested']}-{row['payload']}")
def test_unread_socket_as_measured(row: dict[str, str]) -> None:
    bench = Bench("6.18")
    sk = bench.socket(so_rcvbuf=requested(row["requested"]))
    assert sk.sk_rcvbuf == int(row["effective"])
    accepted, truesize = int(row["accepted"]), int(row["truesize"])
    bench.receive(*(bench.datagram(int(row["payload"]), truesize) for _ in range(accepted + DROPS)))
    memory = {key: int(value) for key, value in re.findall(r"(\w)(\d+)", row["skmem"].replace("rb", "b"))}
    assert sk.queued == accepted
    assert (sk.sk_rmem_alloc, sk.sk_forward_alloc, sk.sk_drops) == (memory["r"], memory["f"], memory["d"])
    mib = bench.host.mib
    assert mib.UdpRcvbufErrors == mib.UdpInErrors == sk.sk_drops
    assert mib.UdpInDatagrams == 0


@pytest.mark.parametrize("row", AFTER_READS, ids=lambda row: f"{row['requested']}-{row['read']}")
def test_partial_reads_as_measured(row: dict[str, str]) -> None:
    bench = Bench("6.18")
    sk = bench.socket(so_rcvbuf=int(row["requested"]))
    truesize, fit, again = int(row["truesize"]), int(row["fit"]), int(row["accepted again"])
    bench.receive(*(bench.datagram(100, truesize) for _ in range(fit + 1)))
    assert sk.queued == fit
    reads = int(row["read"])
    assert bench.read(sk, reads) == [100] * reads
    assert sk.sk_rmem_alloc == int(row["rmem_alloc"])
    assert bench.host.mib.UdpInDatagrams == reads
    bench.receive(*(bench.datagram(100, truesize) for _ in range(again + 1)))
    assert sk.queued == fit - reads + again


@pytest.mark.parametrize(
    ("kernel", "truesize", "accepted"),
    [("6.12", 832, 257), ("6.12", 2304, 93), ("6.15", 2304, 93), ("6.17", 832, 257), ("6.18", 2304, 92)],
)
def test_older_kernels_overshoot_by_one(kernel: str, truesize: int, accepted: int) -> None:
    bench = Bench(kernel)
    sk = bench.socket()
    bench.receive(*(bench.datagram(18, truesize) for _ in range(300)))
    assert sk.queued == accepted
    assert sk.sk_rmem_alloc == accepted * truesize
    assert sk.sk_drops == 300 - accepted


def test_an_empty_queue_takes_anything_once() -> None:
    bench = Bench("6.18")
    sk = bench.socket(so_rcvbuf=0)
    bench.receive(*(bench.datagram(60_000, 60_832) for _ in range(6)))
    assert (sk.queued, sk.sk_drops) == (1, 5)


@pytest.mark.parametrize(
    ("rule", "charged", "full"),
    [
        ("before", 4096, False),
        ("before", 4097, True),
        ("both", 4096, False),
        ("both", 4097, True),
        ("strict", 0, False),
        ("strict", 3264, False),
        ("strict", 3265, True),
    ],
)
def test_the_test_itself(rule: str, charged: int, full: bool) -> None:
    assert rcvbuf_full(rule, charged, 832, 4096) is full


def test_a_drop_is_marked_and_ends_its_frame() -> None:
    bench = Bench("6.18")
    sk = bench.socket(so_rcvbuf=0)
    bench.receive(*(bench.datagram() for _ in range(3)))
    assert bench.steps()[-3:-1] == ["udp_fail_queue_rcv_skb", "sk_skb_reason_drop"]
    assert bench.frames[2].lost == ["skb:SOCKET_RCVBUFF"]
    assert [frame.copies for frame in bench.frames] == [1, 1, 0]
    assert sk.queued == 2


@pytest.mark.parametrize("kernel", ["6.12", "6.18"])
@settings(max_examples=25, deadline=None)
@given(
    plan=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=8),
    truesize=st.sampled_from([832, 1280, 2304]),
)
def test_accounting_returns_to_nothing(kernel: str, plan: list[tuple[int, int]], truesize: int) -> None:
    bench = Bench(kernel)
    sk = bench.socket(so_rcvbuf=8192)
    offered = 0
    for arrive, read in plan:
        bench.receive(*(bench.datagram(100, truesize) for _ in range(arrive)))
        offered += arrive
        bench.read(sk, read)
        assert sk.queued == len(sk.sk_receive_queue) + len(sk.reader_queue)
        assert sk.sk_rmem_alloc == truesize * sk.queued + sk.forward_deficit
    bench.read(sk, sk.queued + 1)
    assert (sk.sk_rmem_alloc, sk.forward_deficit, sk.queued) == (0, 0, 0)
    assert 0 <= sk.sk_forward_alloc <= PAGE_SIZE
    mib = bench.host.mib
    assert mib.UdpInDatagrams + mib.UdpRcvbufErrors == offered
    assert sk.delivered == mib.UdpInDatagrams
