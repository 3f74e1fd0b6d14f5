"""The functions of one datagram, in the order in which Linux 6.12.107 entered them (igb, one UDP datagram)."""

from engine.userspace.program import ListenSpec, ProgramSpec, WaitFor
from engine.userspace.start import start
from tests.engine.linux.bench_host import ADDRESS, NAMES, PORT, Bench
from tests.engine.linux.captures import between, functions

MODELLED = frozenset(NAMES.values())
ONLY_WHEN_PENDING = "__local_bh_enable_ip"
"""Modelled where it runs softirqs; the capture has it at every spin_unlock_bh."""


def reader() -> Bench:
    bench = Bench("6.12")
    spec = ProgramSpec("feed", WaitFor.EPOLL, (ListenSpec(0, PORT),), affinity=0b10)
    start(bench.host, spec)
    bench.arrive(10_000, [bench.datagram()])
    bench.run(1_000_000)
    return bench


def common(names: list[str], other: list[str]) -> list[str]:
    """Those of `names` that `other` knows at all."""
    known = frozenset(other)
    return [name for name in names if name in known and name != ONLY_WHEN_PENDING]


def test_from_udp_to_the_wakeup() -> None:
    captured = between(functions("igb-udp-one/functions-order-rx.txt"), "udp_rcv", "__smp_call_single_queue")
    steps = between(reader().steps(cpu=0), "udp_rcv", "__smp_call_single_queue")
    assert common(steps, captured) == [name for name in captured if name in MODELLED]


def test_every_modelled_step_is_one_that_linux_takes() -> None:
    captured = functions("igb-udp-one/functions-order-rx.txt")
    steps = between(reader().steps(cpu=0), "udp_rcv", "__smp_call_single_queue")
    assert [name for name in steps if name not in captured] == []


def test_reader_from_its_wakeup_back_to_sleep() -> None:
    captured = between(
        functions("igb-udp-one/functions-order-reader.txt"), "mutex_lock", "schedule_hrtimeout_range"
    )
    steps = between(reader().steps(cpu=1), "mutex_lock", "schedule_hrtimeout_range")
    expected = [name for name in captured if name in MODELLED and name != ONLY_WHEN_PENDING]
    assert common(steps, captured) == expected


def test_early_demux_leaves_an_unconnected_socket_to_the_lookup() -> None:
    bench = Bench("6.12")
    bench.socket(0)
    bench.receive(bench.datagram())
    assert bench.steps().count("udp4_lib_lookup2") == 2
    bound = Bench("6.12")
    bound.socket(ADDRESS)
    bound.receive(bound.datagram())
    assert bound.steps().count("udp4_lib_lookup2") == 1
