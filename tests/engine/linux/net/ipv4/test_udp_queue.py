"""Two CPUs at one socket: the lock of 6.12, the producer list of 6.18; and where a read skb is freed."""

import pytest

from engine.linux.include.skbuff import Skb
from engine.linux.net.ipv4.udp_recvmsg import COPY_NS_PER_KIB
from engine.userspace.program import ListenSpec, ProgramSpec, WaitFor
from engine.userspace.start import start
from tests.engine.linux.bench_host import PORT, Bench

READABLE = "sock_def_readable"


WHEN_EMPTY: dict[str, object] = {"udp_wake_when_empty": True}
"""As in Linux 6.12.0."""


@pytest.mark.parametrize(
    ("kernel", "rules", "wakes"), [("6.12", WHEN_EMPTY, 1), ("6.12", None, 5), ("6.18", None, 5)]
)
def test_wakes_once_a_queue_or_once_a_datagram(
    kernel: str, rules: dict[str, object] | None, wakes: int
) -> None:
    bench = Bench(kernel, rules=rules)
    bench.socket()
    bench.receive(*(bench.datagram() for _ in range(5)))
    assert bench.steps().count(READABLE) == wakes


def test_612_wakes_again_once_the_reader_took_the_queue() -> None:
    bench = Bench("6.12", rules=WHEN_EMPTY)
    sk = bench.socket()
    bench.receive(bench.datagram(), bench.datagram())
    bench.read(sk, 1)
    assert (len(sk.reader_queue), len(sk.sk_receive_queue)) == (1, 0)
    bench.receive(bench.datagram())
    assert bench.steps().count(READABLE) == 2


@pytest.mark.parametrize("kernel", ["6.12", "6.18"])
@pytest.mark.parametrize("shift", [0, 5, 40, 90])
def test_two_cpus_lose_nothing(kernel: str, shift: int) -> None:
    bench = Bench(kernel, cpus=4)
    sk = bench.socket()
    for cpu in range(4):
        bench.arrive(1000 + shift * cpu, [bench.datagram(sport=cpu) for _ in range(20)], cpu)
    bench.run(1_000_000)
    assert len(sk.sk_receive_queue) == sk.queued == 80
    assert sk.sk_rmem_alloc == 80 * 832
    assert (sk.prod_rmem_alloc, len(sk.udp_prod_queue)) == (0, 0)
    for cpu in range(4):
        numbers = [skb.number for skb in sk.sk_receive_queue if skb.sport == cpu]
        assert numbers == sorted(numbers)


def test_618_leaves_the_work_to_whoever_found_the_list_empty() -> None:
    bench = Bench("6.18", cpus=4)
    sk = bench.socket()
    for cpu in range(4):
        bench.arrive(1000, [bench.datagram(sport=cpu) for _ in range(20)], cpu)
    bench.run(1_000_000)
    steps = bench.steps()
    assert steps.count("llist_del_all") < 80
    assert steps.count(READABLE) == 80
    assert sk.queued == 80


def test_charges_on_the_producer_list_count_against_the_buffer() -> None:
    bench = Bench("6.18")
    sk = bench.socket(so_rcvbuf=832)  # effective 2304: two fit
    sk.prod_rmem_alloc = 1664
    bench.receive(bench.datagram())
    assert sk.sk_drops == 1


# -- reading ------------------------------------------------------------------------------------------------


def test_the_whole_queue_moves_to_the_reader() -> None:
    bench = Bench("6.12")
    sk = bench.socket(so_rcvbuf=8192)
    bench.receive(*(bench.datagram() for _ in range(10)))
    bench.read(sk, 1)
    assert (len(sk.reader_queue), len(sk.sk_receive_queue)) == (9, 0)
    bench.receive(bench.datagram())
    assert (len(sk.reader_queue), len(sk.sk_receive_queue)) == (9, 1)


def test_paying_back_fetches_what_came_meanwhile() -> None:
    bench = Bench("6.12")
    sk = bench.socket(so_rcvbuf=8192)
    bench.receive(*(bench.datagram() for _ in range(10)))
    bench.read(sk, 4)
    bench.receive(bench.datagram())
    assert len(sk.sk_receive_queue) == 1
    bench.read(sk, 1)
    assert sk.forward_deficit == 0
    assert (len(sk.reader_queue), len(sk.sk_receive_queue)) == (6, 0)


def test_empty_socket_answers_eagain() -> None:
    bench = Bench()
    sk = bench.socket()
    assert bench.read(sk, 2) == [-11, -11]


def test_copying_costs_by_the_byte() -> None:
    def duration(payload: int) -> int:
        bench = Bench()
        sk = bench.socket()
        bench.receive(bench.datagram(payload))
        bench.read(sk, 1)
        return bench.span("copy_linear_skb")

    assert duration(4096) - duration(0) == 4 * COPY_NS_PER_KIB


# -- freeing ------------------------------------------------------------------------------------------------


def read_all(kernel: str, count: int, reader_cpu: int) -> tuple[Bench, list[Skb]]:
    bench = Bench(kernel)
    sk = bench.socket()
    skbs = [bench.datagram(alloc_cpu=0) for _ in range(count)]
    bench.receive(*skbs)
    bench.read(sk, count, cpu=reader_cpu)
    return bench, skbs


def test_612_frees_where_it_was_read() -> None:
    bench, skbs = read_all("6.12", 3, reader_cpu=1)
    assert len(bench.host.cpus[0].softnet_data.defer_list) == 0
    assert [skb.uid for skb in skbs] == [0, 0, 0]
    assert bench.steps().count("kfree_skbmem") == 3


def test_618_hands_it_back() -> None:
    bench, skbs = read_all("6.18", 3, reader_cpu=1)
    assert list(bench.host.cpus[0].softnet_data.defer_list) == skbs[::-1]
    assert all(skb.uid for skb in skbs)
    assert "kfree_skbmem" not in bench.steps()
    assert [(frame.copies, frame.delivered) for frame in bench.frames] == [(0, 1)] * 3


def test_618_frees_its_own() -> None:
    bench, skbs = read_all("6.18", 3, reader_cpu=0)
    assert [skb.uid for skb in skbs] == [0, 0, 0]
    assert len(bench.host.cpus[0].softnet_data.defer_list) == 0


@pytest.mark.parametrize(("count", "interrupts"), [(32, 0), (33, 1), (64, 1)])
def test_618_interrupts_at_half_of_skb_defer_max(count: int, interrupts: int) -> None:
    bench, _ = read_all("6.18", count, reader_cpu=1)
    assert bench.steps().count("trigger_rx_softirq") == interrupts
    assert len(bench.host.cpus[0].softnet_data.defer_list) == count


def test_618_frees_itself_beyond_skb_defer_max() -> None:
    bench, skbs = read_all("6.18", 66, reader_cpu=1)
    assert len(bench.host.cpus[0].softnet_data.defer_list) == 64
    assert [skb.uid for skb in skbs[64:]] == [0, 0]


def test_clones_free_the_data_once() -> None:
    bench = Bench("6.12")
    group = 0xEF010203
    for name in ("one", "two"):
        start(bench.host, ProgramSpec(name, WaitFor.BLOCKING, (ListenSpec(group, PORT),), affinity=0b10))
    bench.receive(bench.datagram(daddr=group))
    assert bench.steps().count("kfree_skbmem") == 2
    assert bench.steps().count("skb_free_head") == 1
