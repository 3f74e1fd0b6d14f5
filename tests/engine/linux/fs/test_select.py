"""select and poll: every descriptor, every time."""

import pytest

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.fs.select import STEPS_A_SCAN, sys_poll
from engine.linux.include.sched import Task
from engine.linux.include.sock import Sock
from engine.userspace.program import ListenSpec, ProgramSpec, WaitFor
from engine.userspace.start import start
from tests.engine.linux.bench_host import PORT, Bench

SCAN_NS = 57
ON_CPU_1 = 0b10


def program(bench: Bench, wait: WaitFor, idle_fds: int) -> Task:
    spec = ProgramSpec("feed", wait, (ListenSpec(0, PORT),), idle_fds=idle_fds, affinity=ON_CPU_1)
    return start(bench.host, spec).tasks[0]


@pytest.mark.parametrize("wait", [WaitFor.SELECT, WaitFor.POLL])
@pytest.mark.parametrize("idle", [0, 49])
def test_one_datagram_wakes_once_as_captured(wait: WaitFor, idle: int) -> None:
    bench = Bench("6.18")
    task = program(bench, wait, idle)
    bench.receive(bench.datagram(100))
    assert (task.wakeups, task.returns, task.messages) == (1, 1, 1)
    steps = bench.steps(cpu=0)
    chain = ["__wake_up_sync_key", "__wake_up_common", "pollwake", "default_wake_function", "try_to_wake_up"]
    at = steps.index("__wake_up_sync_key")
    assert steps[at : at + len(chain)] == chain


def test_order_of_a_call() -> None:
    bench = Bench("6.18")
    program(bench, WaitFor.SELECT, 0)
    bench.receive(bench.datagram())
    steps = bench.steps(cpu=1)
    asleep = steps.index("__x64_sys_pselect6")
    assert steps[asleep : asleep + 8] == [
        "__x64_sys_pselect6",
        "core_sys_select",
        "do_select",
        "poll_scan",
        "poll_schedule_timeout",
        "schedule_hrtimeout_range",
        "schedule_hrtimeout_range_clock",
        "schedule",
    ]
    woken = steps.index("poll_scan")
    assert steps[woken : woken + 5] == [
        "poll_scan",
        "first_packet_length",
        "__first_packet_length",
        "__first_packet_length",
        "poll_freewait",
    ]


def scans(bench: Bench) -> int:
    """Nanoseconds spent asking descriptors."""
    rows = bench.recorder.flat_steps()
    return sum(rows[at + 1] for at in range(0, len(rows), 7) if rows[at + 2] == fn.poll_scan)


@pytest.mark.parametrize("wait", [WaitFor.SELECT, WaitFor.POLL])
@pytest.mark.parametrize("idle", [0, 1, 15, 63, 64, 255, 999])
def test_cost_is_linear(wait: WaitFor, idle: int) -> None:
    bench = Bench("6.18")
    program(bench, wait, idle)
    bench.receive(bench.datagram())
    # Once after the wake-up; then the next call, which finds nothing and sleeps.
    assert scans(bench) == 2 * (idle + 1) * SCAN_NS
    assert bench.steps().count("poll_scan") <= 2 * STEPS_A_SCAN


def test_epoll_does_not_care() -> None:
    def busy(idle: int) -> int:
        bench = Bench("6.18")
        task = program(bench, WaitFor.EPOLL, idle)
        bench.receive(bench.datagram())
        return task.sum_exec_runtime

    assert busy(0) == busy(1000)


def test_poll_takes_more_descriptors_than_select() -> None:
    bench = Bench("6.18")
    program(bench, WaitFor.POLL, 5000)
    bench.receive(bench.datagram())
    assert scans(bench) == 2 * 5001 * SCAN_NS


def test_all_pollers_are_woken() -> None:
    bench = Bench("6.18")
    listen = (ListenSpec(0, PORT),)
    app = start(bench.host, ProgramSpec("feed", WaitFor.POLL, listen, threads=3, affinity=ON_CPU_1))
    bench.receive(bench.datagram())
    assert [task.wakeups for task in app.tasks] == [1, 1, 1]
    assert sum(task.returns for task in app.tasks) == 1


def test_entries_are_taken_off_again() -> None:
    bench = Bench("6.18")
    sk = bench.socket()
    bench.receive(bench.datagram())
    found: list[Sock] = []

    def work(task: Task) -> Work[None]:
        found.extend((yield from sys_poll(task, [None, sk])))

    bench.call(work)
    bench.run(bench.calendar.now + 1_000_000)
    assert found == [sk]
    assert (len(sk.wq.entries), sk.waiters) == (0, 0)


def test_wakeup_between_scan_and_sleep_is_not_missed() -> None:
    for delay in range(0, 3000, 40):
        bench = Bench("6.18")
        task = program(bench, WaitFor.POLL, 10)
        bench.receive(bench.datagram())
        bench.arrive(bench.calendar.now, [bench.datagram()])
        bench.arrive(bench.calendar.now + delay, [bench.datagram()])
        bench.run(bench.calendar.now + 1_000_000)
        assert task.messages == 3
