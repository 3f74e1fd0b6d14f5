"""Which socket gets a datagram, and what becomes of one that nobody gets."""

from collections import Counter

import pytest

from engine.linux.include.skbuff import CHECKSUM_COMPLETE, CHECKSUM_UNNECESSARY
from engine.linux.include.sock import Sock
from engine.linux.net.ipv4.udp_lookup import udp_v4_early_demux
from engine.userspace.program import ListenSpec, ProgramSpec, WaitFor
from engine.userspace.start import start, untimed
from tests.engine.linux.bench_host import ADDRESS, PEER, PORT, Bench
from tests.engine.linux.captures import table

GROUP = 0xEF010203
"""239.1.2.3."""


def queued(*socks: Sock) -> list[int]:
    return [sk.queued for sk in socks]


# -- lookup ---------------------------------------------------------------------------------------------


def test_own_address_goes_before_any_address() -> None:
    bench = Bench()
    anywhere, here = bench.socket(0), bench.socket(ADDRESS)
    bench.receive(bench.datagram())
    assert queued(anywhere, here) == [0, 1]


def test_the_newest_of_equals_gets_it() -> None:
    bench = Bench()
    old, new = bench.socket(0), bench.socket(0)
    bench.receive(bench.datagram(), bench.datagram())
    assert queued(old, new) == [0, 2]


@pytest.mark.parametrize(("kernel", "lookups"), [("6.12", 0), ("6.18", 1)])
def test_connected_goes_before_bound(kernel: str, lookups: int) -> None:
    bench = Bench(kernel)
    connected = bench.socket(ADDRESS, peer=(PEER, 40_000))
    bound = bench.socket(ADDRESS)
    bench.receive(bench.datagram(), bench.datagram(sport=40_001))
    assert queued(connected, bound) == [1, 1]
    assert bench.steps().count("udp4_lib_lookup4") == lookups


def test_connected_socket_follows_the_cpu() -> None:
    bench = Bench()
    connected, bound = bench.socket(ADDRESS, peer=(PEER, 40_000)), bench.socket(ADDRESS)
    bench.receive(bench.datagram(), bench.datagram(sport=1), cpu=1)
    assert (connected.sk_incoming_cpu, bound.sk_incoming_cpu) == (1, -1)


def test_reuseport_spreads_flows_and_keeps_each_on_one_socket() -> None:
    bench = Bench()
    group = [bench.socket(0, reuseport=True) for _ in range(4)]
    ports = range(40_000, 40_064)
    bench.receive(*(bench.datagram(sport=port) for port in ports for _ in range(2)))
    counts = queued(*group)
    assert sum(counts) == 128
    assert all(count % 2 == 0 and 10 <= count <= 60 for count in counts)
    homes = [{skb.sport for skb in sk.sk_receive_queue} for sk in group]
    assert sum(len(home) for home in homes) == len(ports)


# -- early demux ------------------------------------------------------------------------------------------


def test_early_demux_finds_connected_sockets_only() -> None:
    bench = Bench()
    bench.socket(ADDRESS)
    skb = bench.datagram()
    untimed(udp_v4_early_demux(bench.host.cpus[0], skb))
    assert skb.socket is None
    connected = bench.socket(ADDRESS, peer=(PEER, 40_000))
    untimed(udp_v4_early_demux(bench.host.cpus[0], skb))
    assert skb.socket is connected


@pytest.mark.parametrize(("sockets", "found"), [(1, True), (2, False)])
def test_early_demux_of_multicast_needs_a_sole_member(sockets: int, found: bool) -> None:
    bench = Bench()
    bench.host.multicast_groups[GROUP] = sockets
    for _ in range(sockets):
        bench.socket(GROUP)
    skb = bench.datagram(daddr=GROUP)
    untimed(udp_v4_early_demux(bench.host.cpus[0], skb))
    assert (skb.socket is not None) is found


def test_the_route_is_remembered() -> None:
    bench = Bench()
    connected = bench.socket(ADDRESS, peer=(PEER, 40_000))
    first, second = bench.datagram(), bench.datagram()
    for skb in (first, second):
        untimed(udp_v4_early_demux(bench.host.cpus[0], skb))
        if skb is first:
            assert skb.dst is None
            skb.dst = (2, ADDRESS)
        bench.receive(skb)
    assert second.dst == connected.sk_rx_dst == (2, ADDRESS)
    assert "__udp4_lib_lookup" not in bench.steps()


# -- multicast ----------------------------------------------------------------------------------------------


def three_readers(kernel: str) -> Bench:
    bench = Bench(kernel)
    for name in ("rx0", "rx1", "rx2"):
        listen = (ListenSpec(GROUP, PORT),)
        start(bench.host, ProgramSpec(name, WaitFor.BLOCKING, listen, affinity=0b10))
    return bench


def test_multicast_in_the_order_of_the_capture() -> None:
    bench = three_readers("6.18")
    bench.receive(bench.datagram(100, daddr=GROUP))
    tasks = {int(task.uid): task.comm.split("/")[0] for task in bench.host.tasks.values()}
    happened: list[tuple[str, str]] = []
    for name, packet in bench.named_steps(cpu=0):
        if name == "skb_clone":
            happened.append(("skb_clone", ""))
        elif name == "sock_def_readable":
            happened.append(("sk_data_ready", ""))
        elif name == "try_to_wake_up" and tasks[packet].startswith("rx"):
            happened.append(("sched_waking", tasks[packet]))
    assert happened == [(row["event"], row["who"]) for row in table("udp-multicast/order.tsv")]


def test_multicast_counts_as_in_the_capture() -> None:
    bench = three_readers("6.18")
    for _ in range(2):
        bench.receive(bench.datagram(100, daddr=GROUP))
    assert bench.host.mib.UdpInDatagrams == 6
    assert [bench.sockets(name)[0].delivered for name in ("rx0", "rx1", "rx2")] == [2, 2, 2]
    assert [(frame.copies, frame.delivered) for frame in bench.frames] == [(0, 3), (0, 3)]


def test_every_copy_is_charged_in_full() -> None:
    bench = Bench()
    group = [bench.socket(GROUP) for _ in range(3)]
    bench.receive(bench.datagram(daddr=GROUP))
    assert [sk.sk_rmem_alloc for sk in group] == [832, 832, 832]


def test_multicast_copies_are_lost_one_by_one() -> None:
    bench = Bench("6.18")
    roomy, tight = bench.socket(GROUP), bench.socket(GROUP, so_rcvbuf=0)
    bench.receive(*(bench.datagram(daddr=GROUP) for _ in range(3)))
    assert queued(roomy, tight) == [3, 2]
    assert bench.frames[2].lost == ["skb:SOCKET_RCVBUFF"]
    assert bench.frames[2].copies == 1


@pytest.mark.parametrize("others", [0, 12])
def test_multicast_for_another_port_is_ignored(others: int) -> None:
    bench = Bench()
    socks = [bench.socket(GROUP + 1) for _ in range(others)]
    bench.receive(bench.datagram(daddr=GROUP))
    assert bench.host.mib.UdpIgnoredMulti == 1
    assert bench.host.mib.UdpNoPorts == bench.host.mib.UdpInErrors == 0
    assert bench.frames[0].lost == ["udp:IgnoredMulti"]
    assert queued(*socks) == [0] * others


def test_crowded_port_is_walked_by_address() -> None:
    bench = Bench()
    elsewhere = [bench.socket(GROUP + 1) for _ in range(9)]
    anywhere, here = bench.socket(0), bench.socket(GROUP)
    bench.receive(bench.datagram(daddr=GROUP))
    assert queued(anywhere, here, *elsewhere) == [1, 1] + [0] * 9


# -- nobody gets it -------------------------------------------------------------------------------------------


def test_no_socket() -> None:
    bench = Bench()
    bench.receive(bench.datagram())
    mib = bench.host.mib
    assert (mib.UdpNoPorts, mib.UdpInErrors) == (1, 0)
    assert bench.frames[0].lost == ["skb:NO_SOCKET"]
    assert bench.steps()[-2] == "sk_skb_reason_drop"


def test_no_socket_and_a_bad_checksum_is_a_checksum_error() -> None:
    bench = Bench()
    bench.receive(bench.datagram(1000, bad_csum=True))
    mib = bench.host.mib
    assert (mib.UdpNoPorts, mib.UdpInCsumErrors, mib.UdpInErrors) == (0, 1, 1)


@pytest.mark.parametrize(
    ("payload", "ip_summed", "queue", "lost"),
    [
        (68, 0, 0, True),
        (69, 0, 1, False),
        (1000, CHECKSUM_COMPLETE, 0, True),
        (1000, CHECKSUM_UNNECESSARY, 1, False),
    ],
)
def test_bad_checksum_of_a_short_datagram_is_seen_at_once(
    payload: int, ip_summed: int, queue: int, lost: bool
) -> None:
    bench = Bench()
    sk = bench.socket()
    skb = bench.datagram(payload, bad_csum=True)
    skb.ip_summed = ip_summed
    bench.receive(skb)
    assert sk.queued == queue
    assert bench.host.mib.UdpInCsumErrors == int(lost)


@pytest.mark.parametrize("wait", [WaitFor.BLOCKING, WaitFor.EPOLL, WaitFor.POLL])
def test_bad_checksum_of_a_long_datagram_is_seen_by_the_reader(wait: WaitFor) -> None:
    bench = Bench()
    start(bench.host, ProgramSpec("feed", wait, (ListenSpec(0, PORT),), affinity=0b10))
    bench.receive(bench.datagram(1000, bad_csum=True), bench.datagram(1000))
    mib = bench.host.mib
    assert (mib.UdpInCsumErrors, mib.UdpInErrors, mib.UdpInDatagrams) == (1, 1, 1)
    assert bench.frames[0].lost == ["skb:UDP_CSUM"]
    sk = bench.sockets("feed")[0]
    assert (sk.sk_rmem_alloc, sk.queued, sk.sk_drops) == (0, 0, 1)


def test_too_short_for_a_header() -> None:
    bench = Bench()
    bench.socket()
    bench.receive(bench.datagram(-1))
    assert bench.host.mib.UdpInErrors == 1
    assert bench.frames[0].lost == ["skb:PKT_TOO_SMALL"]


def test_refused_datagrams_are_still_delivered_to_udp() -> None:
    bench = Bench("6.18")
    bench.socket(so_rcvbuf=0)
    results: Counter[int] = Counter()
    for _ in range(3):
        skb = bench.datagram()
        work = bench.host.inet_protos[17](bench.host.cpus[0], skb)
        results[untimed(work)] += 1
    assert results == {0: 3}
