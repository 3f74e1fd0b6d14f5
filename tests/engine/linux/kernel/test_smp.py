"""kernel/smp.c and the remote half of wake-ups: one interrupt for everything that is queued for a CPU."""

from __future__ import annotations

import pytest

from engine.hardware.calendar import INTERRUPT
from engine.hardware.context import SYSCALL, USER, Work
from engine.linux import fn
from engine.linux.boot import give_work, new_task
from engine.linux.cpu import Cpu
from engine.linux.include.sched import SCHED_FIFO, TASK_SLEEPING, Task
from engine.linux.kernel.sched import (
    call_from_outside,
    schedule,
    select_task_rq,
    send_call_function,
    try_to_wake_up,
)
from engine.timeline.schema import NOTHING
from tests.engine.linux.bench_host import Bench

CAUSE = -1


def sleeper_on(bench: Bench, cpu: int) -> Task:
    """A task that has gone to sleep on a CPU and, when woken, goes to sleep again."""

    def work(task: Task) -> Work[None]:
        while True:
            task.state = TASK_SLEEPING
            yield from schedule(task)

    task = bench.call(work, cpu)
    bench.run(bench.calendar.now + 1_000_000)
    assert task.state == TASK_SLEEPING
    return task


def wake_all(bench: Bench, tasks: list[Task]) -> int:
    """Wake tasks one after the other from one interrupt of CPU 0; return when."""

    def waker(cpu: Cpu, _: object) -> Work[None]:
        for task in tasks:
            yield from try_to_wake_up(cpu, task)

    began = bench.calendar.now + 1
    bench.calendar.at(began, INTERRUPT, lambda _: call_from_outside(bench.host.cpus[0], waker, None, CAUSE))
    bench.run(began + 1_000_000)
    return began


def test_three_wakings_of_one_idle_cpu_share_one_interrupt() -> None:
    # Linux 6.18.44, veth, one datagram to three sockets of a group: three sched_waking, one ipi_send_cpu, then on the
    # other CPU three sched_wakeup in the order of the wakings.
    bench = Bench()
    tasks = [sleeper_on(bench, 1) for _ in range(3)]
    before = bench.host.cpus[1].state.cal
    began = wake_all(bench, tasks)
    here = bench.steps(cpu=0, since=began)
    assert here.count("ttwu_queue_wakelist") == here.count("__smp_call_single_queue") == 3
    assert here.count("native_send_call_func_single_ipi") == 1
    there = bench.steps(cpu=1, since=began)
    assert there[:6] == [
        "sysvec_call_function_single",
        "__flush_smp_call_function_queue",
        "sched_ttwu_pending",
        *["ttwu_do_activate"] * 3,
    ]
    assert bench.host.cpus[1].state.cal == before + 1
    order = [uid for name, uid in bench.named_steps(cpu=1) if name == "ttwu_do_activate"]
    assert order[-3:] == [task.uid for task in tasks]
    assert not bench.host.cpus[1].rq.ttwu_pending


def test_calls_go_first_and_wake_ups_last() -> None:
    bench = Bench()
    task = sleeper_on(bench, 1)

    def callee(cpu: Cpu, _: object) -> Work[None]:
        yield fn.rps_trigger_softirq, NOTHING

    def caller(cpu: Cpu, _: object) -> Work[None]:
        yield from try_to_wake_up(cpu, task)
        send_call_function(cpu, bench.host.cpus[1], callee, None)

    began = bench.calendar.now + 1
    bench.calendar.at(began, INTERRUPT, lambda _: call_from_outside(bench.host.cpus[0], caller, None, CAUSE))
    bench.run(began + 100_000)
    assert bench.steps(cpu=1, since=began)[:4] == [
        "sysvec_call_function_single",
        "__flush_smp_call_function_queue",
        "rps_trigger_softirq",
        "sched_ttwu_pending",
    ]


def test_a_cpu_that_somebody_is_being_woken_on_is_not_idle_for_the_next() -> None:
    bench = Bench(cpus=4)
    first, second = sleeper_on(bench, 2), sleeper_on(bench, 2)
    first.affinity = second.affinity = 0b1110
    cpus = bench.host.cpus
    assert select_task_rq(cpus, second, frozenset()) == 2
    cpus[2].rq.ttwu_pending = True
    assert select_task_rq(cpus, second, frozenset()) == 1


def test_a_busy_cpu_is_interrupted_only_to_give_way() -> None:
    # sched_waking and sched_wakeup both on the waker's CPU: Linux 6.18.44, reader of equal priority already running.
    bench = Bench()
    spinning: list[int] = []

    def spinner(task: Task) -> Work[None]:
        while not spinning:
            yield fn.user_work, task.uid, 50_000

    bench.call(spinner, 1)
    bench.run(bench.calendar.now + 1_000_000)
    ordinary, urgent = sleeper_asleep(bench), sleeper_asleep(bench)
    urgent.policy, urgent.rt_priority = SCHED_FIFO, 10
    began = wake_all(bench, [ordinary])
    assert "ttwu_do_activate" in bench.steps(cpu=0, since=began)
    assert "sysvec_reschedule_ipi" not in bench.steps(cpu=1, since=began)
    began = wake_all(bench, [urgent])
    assert "ttwu_do_activate" in bench.steps(cpu=0, since=began)
    assert "sysvec_reschedule_ipi" in bench.steps(cpu=1, since=began)
    spinning.append(1)


def sleeper_asleep(bench: Bench) -> Task:
    """A task on CPU 1 that sleeps without ever having run."""
    task = new_task(bench.host, "late", 1, "app", pid=max(bench.host.tasks) + 1)
    task.affinity = 0b10

    def body() -> Work[None]:
        while True:
            task.state = TASK_SLEEPING
            yield from schedule(task)

    give_work(task, body(), SYSCALL)
    return task


@pytest.mark.parametrize("offset", range(0, 4_000, 100))
def test_a_fifo_task_woken_at_any_moment_of_a_switch_runs_soon(offset: int) -> None:
    """CPU 1 switches between a computing program and a sleeper while an interrupt of its own wakes the FIFO task."""
    bench = Bench()

    def spinner(task: Task) -> Work[None]:
        bench.host.cpus[1].become(USER)
        while True:
            yield fn.user_work, task.uid, 40_000_000

    light = sleeper_asleep(bench)
    light.policy, light.rt_priority = SCHED_FIFO, 5
    urgent = sleeper_asleep(bench)
    urgent.policy, urgent.rt_priority = SCHED_FIFO, 10
    bench.call(spinner, 1)
    bench.run(1_000_000)
    bench.calendar.at(
        1_100_000, INTERRUPT, lambda _: call_from_outside(bench.host.cpus[1], try_to_wake_up, light, CAUSE)
    )
    bench.calendar.at(
        1_100_000 + offset,
        INTERRUPT,
        lambda _: call_from_outside(bench.host.cpus[1], try_to_wake_up, urgent, CAUSE),
    )
    bench.run(1_200_000)
    assert urgent.nvcsw == 1
