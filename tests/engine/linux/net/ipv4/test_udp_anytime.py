"""Several CPUs, several readers, any timing: nothing hangs, nothing is lost uncounted, every rule holds on the way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.linux.include.sched import TASK_SLEEPING
from engine.linux.invariants import check
from engine.userspace.program import ListenSpec, ProgramSpec, Share, WaitFor
from engine.userspace.start import start
from tests.engine.linux.bench_host import PORT, Bench

CPUS = 4
ARRIVALS = st.lists(
    st.tuples(st.integers(0, 30_000), st.integers(0, CPUS - 1), st.integers(1, 12)), min_size=1, max_size=12
)
PROGRAMS = st.fixed_dictionaries(
    {
        "wait": st.sampled_from([WaitFor.BLOCKING, WaitFor.POLL, WaitFor.EPOLL]),
        "threads": st.integers(1, 3),
        "share": st.sampled_from([Share.SOCKET, Share.REUSEPORT]),
        "drain": st.booleans(),
        "work_ns": st.sampled_from([0, 500, 5000]),
        "affinity": st.sampled_from([0, 0b0001, 0b1100]),
    }
)
FLAGS = st.sampled_from(["", "edge_triggered", "one_shot", "exclusive"])


@pytest.mark.parametrize("kernel", ["6.12", "6.18"])
@settings(max_examples=60, deadline=None)
@given(arrivals=ARRIVALS, program=PROGRAMS, flag=FLAGS, preempt=st.sampled_from(["voluntary", "full"]))
def test_everything_is_read_or_counted(
    kernel: str, arrivals: list[tuple[int, int, int]], program: dict[str, object], flag: str, preempt: str
) -> None:
    bench = Bench(kernel, cpus=CPUS, preempt=preempt)
    listen = ListenSpec(0, PORT, so_rcvbuf=4096, **({flag: True} if flag else {}))  # type: ignore[arg-type]  # a flag
    app = start(bench.host, ProgramSpec("feed", listen=(listen,), **program))  # type: ignore[arg-type]  # drawn above
    for number, (time, cpu, count) in enumerate(arrivals):
        bench.arrive(time, [bench.datagram(sport=number) for _ in range(count)], cpu)
    for until in range(500, 40_000, 500):
        bench.run(until)
        assert check(bench.host) == []
    bench.run(50_000_000)
    assert check(bench.host) == []
    assert all(task.state == TASK_SLEEPING for task in app.tasks)
    for one in bench.host.cpus:
        assert (one.irq_off, one.bh_off, one.preempt_off) == (0, 0, 0)
    mib = bench.host.mib
    queued = sum(sk.queued for sk in app.socks)
    assert mib.UdpInDatagrams + mib.UdpRcvbufErrors + queued == len(bench.frames)
    assert sum(task.messages for task in app.tasks) == mib.UdpInDatagrams
    if program["wait"] is WaitFor.EPOLL and flag == "edge_triggered" and not program["drain"]:
        return  # who reads one message an edge leaves the others where they are
    assert queued == 0


def test_the_same_run_has_the_same_steps() -> None:
    def steps() -> list[int]:
        bench = Bench("6.18", cpus=CPUS)
        start(bench.host, ProgramSpec("feed", WaitFor.EPOLL, (ListenSpec(0, PORT),), threads=3))
        for cpu in range(CPUS):
            bench.arrive(1000 * cpu, [bench.datagram() for _ in range(9)], cpu)
        bench.run(1_000_000)
        return bench.recorder.flat_steps()

    first = steps()
    assert len(first) > 500 * 7
    assert first == steps()
