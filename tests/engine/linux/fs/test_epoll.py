"""epoll: who is woken, what is handed out, what stays ready."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.hardware.calendar import COMMAND
from engine.hardware.context import Work
from engine.linux.fs.epoll_wait import sys_epoll_wait
from engine.linux.fs.eventpoll import do_epoll_create, ep_insert
from engine.linux.include.eventpoll import (
    EPOLLET,
    EPOLLEXCLUSIVE,
    EPOLLIN,
    EPOLLONESHOT,
    EpItem,
    EventPoll,
)
from engine.linux.include.sched import TASK_SLEEPING, App, Task
from engine.userspace.program import ListenSpec, ProgramSpec, Share, WaitFor
from engine.userspace.start import start, untimed
from tests.engine.linux.bench_host import NAMES, PORT, Bench
from tests.engine.linux.captures import table

ON_CPU_0, ON_CPU_1 = 0b01, 0b10


def program(
    bench: Bench,
    *,
    affinity: int = ON_CPU_1,
    threads: int = 1,
    share: Share = Share.SOCKET,
    edge_triggered: bool = False,
    one_shot: bool = False,
    exclusive: bool = False,
    drain: bool = True,
    work_ns: int = 0,
) -> App:
    listen = ListenSpec(0, PORT, edge_triggered=edge_triggered, one_shot=one_shot, exclusive=exclusive)
    spec = ProgramSpec(
        "feed",
        WaitFor.EPOLL,
        (listen,),
        threads=threads,
        share=share,
        affinity=affinity,
        drain=drain,
        work_ns=work_ns,
    )
    return start(bench.host, spec)


def totals(app: App) -> tuple[int, int, int]:
    """Threads woken, epoll_wait returns, messages received."""
    tasks = app.tasks
    woken = sum(task.wakeups > 0 for task in tasks)
    return woken, sum(task.returns for task in tasks), sum(task.messages for task in tasks)


def woken_by(bench: Bench, app: App, cpu: int = 0) -> int:
    """How many of the threads the softirq of a CPU woke."""
    threads = {task.uid for task in app.tasks}
    return sum(name == "try_to_wake_up" and packet in threads for name, packet in bench.named_steps(cpu=cpu))


# -- as measured ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    table("udp-epoll/one-datagram.tsv"),
    ids=lambda row: f"{row['mode']}-et{row['edge triggered']}-{row['readers']}",
)
def test_one_datagram_several_threads(row: dict[str, str]) -> None:
    bench = Bench("6.18")
    app = program(
        bench,
        threads=int(row["readers"]),
        share=Share.EPOLL if row["mode"] == "shared" else Share.SOCKET,
        edge_triggered=row["edge triggered"] == "1",
        exclusive=row["mode"] == "excl",
    )
    bench.receive(bench.datagram(100))
    assert woken_by(bench, app) == int(row["woken during send"])
    assert totals(app)[1:] == (int(row["epoll_wait returns"]), int(row["received"]))
    assert all(task.state == TASK_SLEEPING for task in app.tasks)


@pytest.mark.parametrize(
    "row",
    table("udp-epoll/eight-datagrams.tsv"),
    ids=lambda row: f"et{row['edge triggered']}-one{row['one recv per wakeup']}",
)
def test_eight_datagrams_in_one_poll(row: dict[str, str]) -> None:
    bench = Bench("6.18")
    app = program(
        bench,
        affinity=ON_CPU_0,  # the reader cannot run before the poll is over
        edge_triggered=row["edge triggered"] == "1",
        drain=row["one recv per wakeup"] == "0",
    )
    bench.receive(*(bench.datagram(100) for _ in range(8)))
    assert totals(app)[1:] == (int(row["epoll_wait returns"]), int(row["received"]))


def test_burst_in_one_poll_as_captured() -> None:
    bench = Bench("6.18")
    app = program(bench, affinity=ON_CPU_0)
    bench.receive(*(bench.datagram(100) for _ in range(32)))
    steps = bench.steps()
    assert steps.count("sock_def_readable") == 32
    assert steps.count("__x64_sys_recvfrom") == 33
    assert totals(app) == (1, 1, 32)
    assert app.tasks[0].wakeups == 1


# -- wakings ----------------------------------------------------------------------------------------------


def test_last_to_sleep_is_first_to_be_woken() -> None:
    bench = Bench("6.18")
    app = program(bench, threads=3, share=Share.EPOLL, edge_triggered=True)
    for expected in ([0, 0, 1], [0, 0, 2], [0, 0, 3]):
        bench.receive(bench.datagram())
        assert [task.messages for task in app.tasks] == expected


@pytest.mark.parametrize(("edge_triggered", "futile"), [(False, 1), (True, 0)])
def test_level_triggered_item_wakes_one_more_for_nothing(edge_triggered: bool, futile: int) -> None:
    bench = Bench("6.18")
    app = program(bench, threads=2, share=Share.EPOLL, edge_triggered=edge_triggered)
    bench.receive(bench.datagram())
    assert woken_by(bench, app, cpu=1) == futile
    assert totals(app) == (1 + futile, 1, 1)


def test_level_triggered_readiness_wakes_a_second_thread() -> None:
    bench = Bench("6.18", cpus=4)
    app = program(bench, affinity=0b1100, threads=2, share=Share.EPOLL, drain=False, work_ns=20_000)
    bench.receive(*(bench.datagram() for _ in range(4)))
    assert totals(app)[0] == 2
    assert sum(task.messages for task in app.tasks) == 4


def test_one_shot_serves_a_socket_by_one_thread_at_a_time() -> None:
    bench = Bench("6.18", cpus=4)
    app = program(bench, affinity=0b1100, threads=2, share=Share.EPOLL, one_shot=True, work_ns=20_000)
    bench.receive(*(bench.datagram() for _ in range(4)))
    # Later datagrams find the second thread asleep and wake it too, for nothing.
    assert totals(app) == (2, 1, 4)
    assert sorted(task.messages for task in app.tasks) == [0, 4]
    assert bench.steps().count("do_epoll_ctl") == 1


def test_exclusive_skips_an_instance_where_nobody_sleeps() -> None:
    bench = Bench("6.18", cpus=4)
    app = program(bench, affinity=0b1100, threads=2, exclusive=True, drain=False, work_ns=50_000)
    bench.receive(bench.datagram(), bench.datagram())
    assert [task.messages for task in app.tasks] == [1, 1]


# -- the instance itself ------------------------------------------------------------------------------------


class Instance:
    """An instance that tests poll by hand, with one watched socket."""

    def __init__(self, events: int = EPOLLIN, sockets: int = 1) -> None:
        self.bench = Bench("6.18")
        self.ep: EventPoll = do_epoll_create(self.bench.host, "ep", fd=4, app=0)
        cpu = self.bench.host.cpus[0]
        self.socks = [self.bench.socket(port=PORT + number) for number in range(sockets)]
        self.items = [untimed(ep_insert(cpu, self.ep, sk, 3, events)) for sk in self.socks]

    def arrive(self, number: int = 0, count: int = 1) -> None:
        self.bench.receive(*(self.bench.datagram(dport=PORT + number) for _ in range(count)))

    def wait(self, maxevents: int = 64) -> list[int]:
        """Indices of the sockets that epoll_wait reports; only call it when there are some."""
        found: list[EpItem] = []

        def work(task: Task) -> Work[None]:
            found.extend((yield from sys_epoll_wait(task, self.ep, maxevents)))

        self.bench.call(work)
        self.bench.run(self.bench.calendar.now + 10_000_000)
        return [self.items.index(item) for item in found]

    def read(self, number: int = 0, count: int = 1) -> None:
        self.bench.read(self.socks[number], count)

    def ready(self) -> list[int]:
        assert self.ep.ready == len(self.ep.rdllist)
        return [self.items.index(item) for item in self.ep.rdllist]


def test_many_packets_are_one_ready_item() -> None:
    instance = Instance()
    instance.arrive(count=5)
    assert instance.ready() == [0]


def test_level_triggered_goes_to_the_tail() -> None:
    instance = Instance(sockets=3)
    for number in (1, 0, 2):
        instance.arrive(number)
    assert instance.wait(maxevents=1) == [1]
    assert instance.ready() == [0, 2, 1]
    assert instance.wait() == [0, 2, 1]


def test_level_triggered_is_dropped_when_it_is_found_empty() -> None:
    instance = Instance(sockets=2)
    instance.arrive(0)
    instance.arrive(1)
    assert instance.wait() == [0, 1]
    instance.read(0)
    assert instance.wait() == [1]
    assert instance.ready() == [1]


def test_edge_triggered_says_it_once() -> None:
    instance = Instance(EPOLLIN | EPOLLET)
    instance.arrive(count=3)
    assert instance.wait() == [0]
    assert instance.ready() == []
    instance.read()
    assert instance.ready() == []
    instance.arrive()
    assert instance.wait() == [0]


def test_one_shot_is_deaf_until_it_is_armed_again() -> None:
    instance = Instance(EPOLLIN | EPOLLONESHOT)
    instance.arrive()
    assert instance.wait() == [0]
    assert instance.items[0].events == EPOLLONESHOT
    instance.arrive()
    assert instance.ready() == []


def test_a_socket_that_is_readable_already_is_ready_at_once() -> None:
    bench = Bench()
    sk = bench.socket()
    bench.receive(bench.datagram())
    ep = do_epoll_create(bench.host, "ep", fd=4, app=0)
    item = untimed(ep_insert(bench.host.cpus[0], ep, sk, 3, EPOLLIN))
    assert list(ep.rdllist) == [item]


def test_exclusive_items_stand_at_the_tail_of_the_sockets_queue() -> None:
    bench = Bench()
    sk = bench.socket()
    cpu = bench.host.cpus[0]
    for events in (EPOLLIN | EPOLLEXCLUSIVE, EPOLLIN):
        untimed(ep_insert(cpu, do_epoll_create(bench.host, "ep", fd=4, app=0), sk, 3, events))
    assert [entry.exclusive for entry in sk.wq.entries] == [0, 1]
    assert sk.waiters == 2


@pytest.mark.parametrize(
    ("events", "left"),
    [(EPOLLIN, [0, 1]), (EPOLLIN | EPOLLET, [0])],
    ids=["level", "edge"],
)
def test_what_comes_during_a_scan(events: int, left: list[int]) -> None:
    """Two sockets are ready; another datagram for the first comes while it is being polled."""
    instance = Instance(events, sockets=2)
    instance.arrive(0)
    instance.arrive(1)
    bench = instance.bench
    late = bench.datagram(dport=PORT)
    watch(bench, "ep_item_poll", lambda: bench.arrive(bench.calendar.now, [late], cpu=1))
    assert instance.wait() == [0, 1]
    assert sorted(instance.ready()) == left
    assert instance.ep.scanning == 0
    assert len(instance.ep.ovflist) == len(instance.ep.txlist) == 0
    if events & EPOLLET:
        assert instance.wait() == [0]


def watch(bench: Bench, name: str, call: Callable[[], None]) -> None:
    """Call once, after the first step of a name."""
    number = next(key for key, value in NAMES.items() if value == name)
    step = 50

    def look(_: object) -> None:
        if number in bench.recorder.flat_steps()[2::7]:
            call()
        else:
            bench.calendar.after(step, COMMAND, look)

    bench.calendar.after(step, COMMAND, look)


@settings(max_examples=40, deadline=None)
@given(
    events=st.sampled_from([EPOLLIN, EPOLLIN | EPOLLET, EPOLLIN | EPOLLONESHOT]),
    plan=st.lists(st.sampled_from(["arrive", "wait", "read"]), min_size=1, max_size=12),
    many=st.integers(1, 3),
)
def test_an_item_is_ready_at_most_once(events: int, plan: list[str], many: int) -> None:
    instance = Instance(events)
    ep, item = instance.ep, instance.items[0]
    for act in plan:
        if act == "arrive":
            instance.arrive(count=many)
        elif act == "read":
            instance.read()
        elif ep.rdllist and instance.socks[0].queued:
            instance.wait()
        assert list(ep.rdllist) in ([], [item])
        assert item.linked == bool(ep.rdllist)
        assert not item.overflowed
        assert ep.ready == len(ep.rdllist)
        if events == EPOLLIN and instance.socks[0].queued:
            assert list(ep.rdllist) == [item]
