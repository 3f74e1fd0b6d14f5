"""Starting programs, and what their threads do with their time."""

import pytest

from engine.linux.include.sched import SCHED_FIFO, TASK_RUNNING_ON_CPU, TASK_SLEEPING
from engine.userspace.program import ListenSpec, ProgramError, ProgramSpec, Share, WaitFor
from engine.userspace.start import start
from tests.engine.linux.bench_host import PORT, Bench

GROUP = 0xEF010203
LISTEN = (ListenSpec(0, PORT),)
READERS = [WaitFor.BLOCKING, WaitFor.SELECT, WaitFor.POLL, WaitFor.EPOLL]


@pytest.mark.parametrize("wait", READERS)
def test_readers_are_asleep_before_anything_happens(wait: WaitFor) -> None:
    bench = Bench()
    app = start(bench.host, ProgramSpec("feed", wait, LISTEN, threads=3, idle_fds=2))
    assert bench.steps() == ["power_on"]
    assert [task.state for task in app.tasks] == [TASK_SLEEPING] * 3
    assert [cpu.state.nr_running for cpu in bench.host.cpus] == [0, 0]
    bench.run(1_000_000)
    assert bench.steps() == ["power_on"]
    assert [task.nvcsw for task in app.tasks] == [0, 0, 0]


@pytest.mark.parametrize("kernel", ["6.12", "6.18"])
@pytest.mark.parametrize("wait", READERS)
@pytest.mark.parametrize("preempt", ["none", "voluntary", "full"])
def test_every_kind_of_reader_gets_everything(wait: WaitFor, kernel: str, preempt: str) -> None:
    bench = Bench(kernel, preempt=preempt)
    app = start(bench.host, ProgramSpec("feed", wait, LISTEN, work_ns=700))
    for burst in range(20):
        bench.arrive(1000 + burst * 1777, [bench.datagram() for _ in range(burst % 4)], burst % 2)
    bench.run(10_000_000)
    sk = app.socks[0]
    assert app.tasks[0].messages == sk.delivered == len(bench.frames) == 30
    assert (sk.queued, sk.sk_rmem_alloc) == (0, 0)
    assert app.tasks[0].state == TASK_SLEEPING
    assert bench.steps().count("user_work") == 30


@pytest.mark.parametrize("wait", READERS)
def test_one_message_a_wakeup_reads_everything_in_the_end(wait: WaitFor) -> None:
    bench = Bench()
    app = start(bench.host, ProgramSpec("feed", wait, LISTEN, drain=False))
    bench.receive(*(bench.datagram() for _ in range(5)))
    assert app.tasks[0].messages == 5
    if wait is not WaitFor.BLOCKING:
        assert app.tasks[0].returns == 5


def test_pids_and_descriptors() -> None:
    bench = Bench()
    first = start(bench.host, ProgramSpec("one", WaitFor.EPOLL, LISTEN, threads=2))
    second = start(bench.host, ProgramSpec("two", WaitFor.BLOCKING, LISTEN))
    assert [task.pid for task in first.tasks] == [1000, 1001]
    assert [task.tgid for task in first.tasks] == [1000, 1000]
    assert (second.pid, second.tasks[0].comm) == (1002, "two/0")
    assert [sk.fd for sk in first.socks] == [3]
    assert [ep.fd for ep in first.epolls] == [4, 5]
    assert first.socks[0].inode != second.socks[0].inode


@pytest.mark.parametrize(
    ("share", "sockets", "instances"),
    [(Share.EPOLL, 1, 1), (Share.SOCKET, 1, 3), (Share.REUSEPORT, 3, 3)],
)
def test_what_threads_share(share: Share, sockets: int, instances: int) -> None:
    bench = Bench()
    app = start(bench.host, ProgramSpec("feed", WaitFor.EPOLL, LISTEN, threads=3, share=share))
    assert (len(app.socks), len(app.epolls)) == (sockets, instances)


def test_reuseport_threads_all_get_work() -> None:
    bench = Bench()
    spec = ProgramSpec("feed", WaitFor.BLOCKING, LISTEN, threads=2, share=Share.REUSEPORT)
    app = start(bench.host, spec)
    bench.receive(*(bench.datagram(sport=port) for port in range(1, 41)))
    messages = [task.messages for task in app.tasks]
    assert sum(messages) == 40
    assert all(messages)


def test_sockets_opened_alike_with_their_options() -> None:
    bench = Bench()
    listen = (ListenSpec(GROUP, PORT, so_rcvbuf=8192, count=2), ListenSpec(0, 7000, rcvbuf=4000))
    app = start(bench.host, ProgramSpec("feed", WaitFor.POLL, listen))
    assert [sk.sk_rcvbuf for sk in app.socks] == [16384, 16384, 4000]
    assert bench.host.multicast_groups == {GROUP: 2}
    bench.receive(bench.datagram(daddr=GROUP))
    assert app.tasks[0].messages == 2


def test_idle_descriptors_beyond_what_is_shown_are_counted() -> None:
    bench = Bench()
    app = start(bench.host, ProgramSpec("feed", WaitFor.EPOLL, LISTEN, idle_fds=100_000))
    assert app.epolls[0].items == 100_001


# -- computing ----------------------------------------------------------------------------------------------


def test_a_hog_has_the_cpu_from_the_start() -> None:
    bench = Bench()
    app = start(bench.host, ProgramSpec("hog", WaitFor.NONE, affinity=0b10))
    bench.run(20_000_000)
    assert app.tasks[0].state == TASK_RUNNING_ON_CPU
    cpu = bench.host.cpus[1]
    cpu.settle()
    assert cpu.state.user_ns > 19_000_000


def test_two_hogs_share_a_cpu_by_slices() -> None:
    bench = Bench()
    tasks = [
        start(bench.host, ProgramSpec(name, WaitFor.NONE, affinity=1)).tasks[0] for name in ("one", "two")
    ]
    bench.run(100_000_000)
    bench.host.cpus[0].account()
    one, two = (task.sum_exec_runtime for task in tasks)
    assert abs(one - two) < 10_000_000
    assert one + two > 95_000_000


def test_busy_and_sleep() -> None:
    bench = Bench()
    hog = ((1_000_000, 3_000_000),)
    app = start(bench.host, ProgramSpec("hog", WaitFor.NONE, affinity=1, hog=hog))
    bench.run(40_000_000)
    bench.host.cpus[0].account()
    assert 9_500_000 < app.tasks[0].sum_exec_runtime < 10_500_000
    assert bench.steps().count("hrtimer_wakeup") == 9


def test_a_real_time_hog_keeps_readers_off_its_cpu() -> None:
    bench = Bench()
    start(bench.host, ProgramSpec("hog", WaitFor.NONE, affinity=1, policy=SCHED_FIFO, rt_priority=50))
    app = start(bench.host, ProgramSpec("feed", WaitFor.BLOCKING, LISTEN, affinity=1))
    bench.receive(bench.datagram())
    assert app.tasks[0].messages == 0
    assert app.socks[0].queued == 1


# -- refusals -------------------------------------------------------------------------------------------------


def test_a_name_is_taken_once() -> None:
    bench = Bench()
    start(bench.host, ProgramSpec("feed", WaitFor.BLOCKING, LISTEN))
    with pytest.raises(ProgramError, match="program feed: name: is the name of another program"):
        start(bench.host, ProgramSpec("feed", WaitFor.BLOCKING, LISTEN))


def test_a_cpu_must_exist() -> None:
    with pytest.raises(ProgramError, match="cpu: must be one of 0 to 1"):
        start(Bench().host, ProgramSpec("feed", WaitFor.BLOCKING, LISTEN, affinity=0b100))


def test_select_has_a_limit() -> None:
    spec = ProgramSpec("feed", WaitFor.SELECT, LISTEN, idle_fds=1021)
    with pytest.raises(ProgramError, match="below 1024"):
        start(Bench().host, spec)
