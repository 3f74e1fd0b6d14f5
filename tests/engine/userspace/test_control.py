"""Stopping, continuing, ending and moving programs."""

import pytest

from engine.hardware.calendar import COMMAND
from engine.linux.include.sched import TASK_DEAD, TASK_SLEEPING, App
from engine.userspace import control
from engine.userspace.program import ListenSpec, ProgramError, ProgramSpec, WaitFor
from engine.userspace.start import start
from tests.engine.linux.bench_host import PORT, Bench

READERS = [WaitFor.BLOCKING, WaitFor.SELECT, WaitFor.POLL, WaitFor.EPOLL]
MOMENTS = [0, 300, 1500, 2200, 2700, 3000, 3400, 4100, 5000, 6000]


def feed(bench: Bench, wait: WaitFor, threads: int = 1, work_ns: int = 0) -> App:
    listen = (ListenSpec(0, PORT),)
    return start(bench.host, ProgramSpec("feed", wait, listen, threads=threads, work_ns=work_ns))


def settle(bench: Bench) -> None:
    bench.run(bench.calendar.now + 5_000_000)


@pytest.mark.parametrize("wait", READERS)
def test_stopped_while_asleep_reads_nothing(wait: WaitFor) -> None:
    bench = Bench()
    app = feed(bench, wait)
    control.pause(bench.host, "feed")
    settle(bench)
    bench.receive(bench.datagram(), bench.datagram())
    assert (app.tasks[0].messages, app.socks[0].queued) == (0, 2)
    control.resume(bench.host, "feed")
    settle(bench)
    assert (app.tasks[0].messages, app.socks[0].queued) == (2, 0)
    assert app.tasks[0].state == TASK_SLEEPING


@pytest.mark.parametrize("wait", READERS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_stopped_at_any_moment_and_continued(wait: WaitFor, moment: int) -> None:
    bench = Bench()
    app = feed(bench, wait, work_ns=200)
    bench.arrive(0, [bench.datagram() for _ in range(6)])
    bench.calendar.at(moment, COMMAND, lambda _: control.pause(bench.host, "feed"))
    bench.run(100_000)
    stopped = app.tasks[0].messages
    settle(bench)
    assert app.tasks[0].messages == stopped
    control.resume(bench.host, "feed")
    settle(bench)
    assert app.tasks[0].messages == 6
    assert app.socks[0].waiters == 1


@pytest.mark.parametrize("wait", READERS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_ended_at_any_moment(wait: WaitFor, moment: int) -> None:
    bench = Bench()
    app = feed(bench, wait, threads=2, work_ns=200)
    bench.arrive(0, [bench.datagram() for _ in range(6)])
    bench.calendar.at(moment, COMMAND, lambda _: control.end(bench.host, "feed"))
    bench.run(1_000_000)
    assert [task.state for task in app.tasks] == [TASK_DEAD, TASK_DEAD]
    assert app.threads == 0
    read = sum(task.messages for task in app.tasks)
    lost = [frame.lost for frame in bench.frames if not frame.delivered]
    assert read + len(lost) == 6
    assert all(reasons in (["skb:QUEUE_PURGE"], ["skb:NO_SOCKET"]) for reasons in lost)
    assert app.socks[0].sk_rmem_alloc == 0
    bench.receive(bench.datagram())
    assert bench.host.mib.UdpNoPorts >= 1


def test_a_stopped_program_can_be_ended() -> None:
    bench = Bench()
    app = feed(bench, WaitFor.EPOLL)
    control.pause(bench.host, "feed")
    settle(bench)
    control.end(bench.host, "feed")
    settle(bench)
    control.resume(bench.host, "feed")
    settle(bench)
    assert app.tasks[0].state == TASK_DEAD


def test_a_hog_stops_and_sleeps_no_longer_than_it_must() -> None:
    bench = Bench()
    app = start(bench.host, ProgramSpec("hog", WaitFor.NONE, hog=((1000, 50_000_000),)))
    bench.run(1_000_000)
    control.end(bench.host, "hog")
    bench.run(2_000_000)
    assert app.tasks[0].state == TASK_DEAD


@pytest.mark.parametrize("wait", [*READERS, WaitFor.NONE])
def test_moved(wait: WaitFor) -> None:
    bench = Bench()
    listen = () if wait is WaitFor.NONE else (ListenSpec(0, PORT),)
    app = start(bench.host, ProgramSpec("feed", wait, listen, affinity=1))
    bench.run(5_000_000)
    control.move(bench.host, "feed", 0b10)
    bench.receive(bench.datagram())
    assert app.tasks[0].cpu == 1
    assert app.tasks[0].messages == len(listen)


def test_a_smaller_buffer_leaves_what_is_queued() -> None:
    bench = Bench("6.18")
    app = feed(bench, WaitFor.BLOCKING)
    control.pause(bench.host, "feed")
    settle(bench)
    bench.receive(*(bench.datagram() for _ in range(10)))
    control.set_rcvbuf(bench.host, "feed", 1000)
    bench.receive(bench.datagram())
    assert (app.socks[0].queued, app.socks[0].sk_drops) == (10, 1)


def test_errors_name_what_there_is() -> None:
    bench = Bench()
    feed(bench, WaitFor.BLOCKING)
    with pytest.raises(ProgramError, match="food: name: is not one of the programs: feed"):
        control.pause(bench.host, "food")
    with pytest.raises(ProgramError, match="must be one of 0 to 1"):
        control.move(bench.host, "feed", 0b100)
