"""kernel/softirq.c: the three limits of handle_softirqs, ksoftirqd, and where softirqs run."""

from __future__ import annotations

import pytest

from engine.hardware.context import USER, Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import SCHED_FIFO, SCHED_OTHER, TASK_RUNNABLE, TASK_SLEEPING, Task
from engine.linux.kernel.sched import schedule, try_to_wake_up
from engine.linux.kernel.softirq import local_bh_disable, local_bh_enable
from engine.linux.net.core.dev.napi import napi_schedule
from engine.linux.rules import rules_of
from tests.engine.linux.net.core.stack_host import AWAKE_NS, FakeNapi, Stack

ENDLESS = 1_000_000
MILLISECOND = 1_000_000


def busy(stack: Stack, poll_ns: int) -> FakeNapi:
    """One instance that never runs dry, so that every pass raises NET_RX again."""
    napi = FakeNapi(stack, ENDLESS, poll_ns)
    stack.interrupt(AWAKE_NS, [napi])
    return napi


def computing(stack: Stack, *, policy: int = SCHED_OTHER, priority: int = 0) -> Task:
    """A program on CPU 0 that computes for ever."""

    def work(task: Task) -> Work[None]:
        task.processor.become(USER)
        while True:
            yield fn.user_work, task.uid, 500_000

    task = stack.call(work, 0)
    task.policy, task.rt_priority = policy, priority
    return task


def test_ten_passes() -> None:
    stack = Stack()
    busy(stack, 1_000)
    stack.run(MILLISECOND)
    assert stack.passes() == [1] * 10
    assert stack.host.cpus[0].state.softirq_pending or stack.host.cpus[0].serving_softirq


@pytest.mark.parametrize(
    ("hz", "passes"),
    [
        (1000, 2),  # two milliseconds are two jiffies
        (250, 3),  # one jiffy of 4 ms
        (100, 7),  # one jiffy of 10 ms
    ],
)
def test_time_is_up_at_a_jiffy(hz: int, passes: int) -> None:
    """Passes of 1.5 ms, begun just after a jiffy's edge; the limit is looked at between them."""
    stack = Stack(hz=hz)
    busy(stack, 1_500_000)
    stack.run(12 * MILLISECOND)
    assert len(stack.passes()) == passes


def test_a_pass_is_not_cut_short_by_time() -> None:
    stack = Stack(hz=1000)
    napi = FakeNapi(stack, 10, 9 * MILLISECOND)
    stack.interrupt(AWAKE_NS, [napi])
    stack.run(10 * MILLISECOND)
    assert napi.polls == [10]
    assert "wakeup_softirqd" not in stack.steps(cpu=0)


def test_someone_who_needs_the_cpu_ends_it_after_the_pass() -> None:
    stack = Stack()
    sleeper = stack.call(_sleeps, 0)
    stack.run(100_000)
    napi = FakeNapi(stack, ENDLESS)
    napi.on_poll = lambda cpu: _wake_once(cpu, sleeper)
    stack.interrupt(stack.calendar.now + 1, [napi])
    stack.run(200_000)
    assert len(stack.passes()) == 1
    names = stack.steps(cpu=0)
    assert names.index("ttwu_do_activate", names.index("igb_poll")) < names.index("softirq_exit")
    assert sleeper.wakeups == 2


def _sleeps(task: Task) -> Work[None]:
    while True:
        task.state = TASK_SLEEPING
        yield from schedule(task)


def _wake_once(cpu: Cpu, task: Task) -> Work[None] | None:
    return _wake(cpu, task) if task.state == TASK_SLEEPING else None


def _wake(cpu: Cpu, task: Task) -> Work[None]:
    yield from try_to_wake_up(cpu, task)


def test_ksoftirqd_waits_behind_the_program_for_a_slice() -> None:
    """An ordinary task: what is left to it starts when the program's slice is over, at a tick."""
    stack = Stack()
    computing(stack)
    stack.run(100_000)
    napi = FakeNapi(stack, ENDLESS)
    stack.interrupt(stack.calendar.now + 1, [napi])
    stack.run(3_900_000)
    assert len(napi.polls) == 10
    assert stack.host.cpus[0].ksoftirqd.state == TASK_RUNNABLE
    assert stack.host.cpus[0].state.softirq_pending
    stack.run(4_200_000)
    assert "run_ksoftirqd" in stack.steps(cpu=0)
    assert len(napi.polls) > 10


def test_a_later_interrupt_does_ksoftirqd_s_work_inline() -> None:
    """Since 6.5: the exit of any interrupt runs what is pending, runnable ksoftirqd or not."""
    stack = Stack()
    assert later_interrupt(stack) == [64] * 10 + [64] * 10


def test_before_6_5_interrupts_left_it_to_a_runnable_ksoftirqd() -> None:
    stack = Stack()
    stack.host.rules = rules_of("6.12", {"ksoftirqd_defers_inline": True})
    assert later_interrupt(stack) == [64] * 10


def later_interrupt(stack: Stack) -> list[int]:
    """Ten passes, ksoftirqd kept from the CPU by a real-time program, then an interrupt; the polls until its end."""
    computing(stack, policy=SCHED_FIFO, priority=10)
    stack.run(100_000)
    napi = FakeNapi(stack, ENDLESS)
    stack.interrupt(stack.calendar.now + 1, [napi])
    stack.run(1_000_000)
    assert napi.polls == [64] * 10
    stack.interrupt(stack.calendar.now + 1, [])
    stack.run(2_000_000)
    assert "run_ksoftirqd" not in stack.steps(cpu=0)
    return napi.polls


def test_before_6_5_local_bh_enable_left_it_too() -> None:
    stack = Stack()
    stack.host.rules = rules_of("6.12", {"ksoftirqd_defers_inline": True})
    cpu = stack.host.cpus[0]
    cpu.ksoftirqd.state = TASK_RUNNABLE
    assert polls_at_bh_enable(stack) == []
    cpu.ksoftirqd.state = TASK_SLEEPING


def test_softirqs_run_at_the_last_local_bh_enable() -> None:
    stack = Stack()
    assert polls_at_bh_enable(stack) == [5]
    names = stack.steps(cpu=0)
    assert names.index("__local_bh_enable_ip") < names.index("do_softirq") < names.index("softirq_entry")


def polls_at_bh_enable(stack: Stack) -> list[int]:
    """A task schedules an instance inside two nested sections; the polls when both are left."""
    napi = FakeNapi(stack, 5)
    seen: list[list[int]] = []

    def work(task: Task) -> Work[None]:
        cpu = task.processor
        local_bh_disable(cpu)
        local_bh_disable(cpu)
        yield from napi_schedule(cpu, napi.napi)
        yield from local_bh_enable(cpu)
        seen.append(list(napi.polls))
        yield from local_bh_enable(cpu)
        seen.append(list(napi.polls))

    stack.call(work, 0)
    stack.run(MILLISECOND)
    inner, outer = seen
    assert inner == []
    return outer


def test_an_interrupt_in_a_softirq_runs_none_of_its_own() -> None:
    stack = Stack()
    first, second = FakeNapi(stack, 3, 50_000), FakeNapi(stack, 4)
    stack.interrupt(AWAKE_NS, [first])
    stack.interrupt(20_000, [second])
    stack.run(MILLISECOND)
    names = stack.steps(cpu=0)
    assert names.count("irq_exit_rcu") == 2
    assert names.count("handle_softirqs") == 1
    assert (first.polls, second.polls) == ([3], [4])


def test_an_interrupt_while_bh_is_off_leaves_its_softirq_for_later() -> None:
    stack = Stack()
    napi = FakeNapi(stack, 3)
    during: list[list[int]] = []

    def work(task: Task) -> Work[None]:
        local_bh_disable(task.processor)
        yield fn.user_work, task.uid, 100_000
        during.append(list(napi.polls))
        yield from local_bh_enable(task.processor)

    stack.call(work, 0)
    stack.interrupt(50_000, [napi])
    stack.run(MILLISECOND)
    assert during == [[]]
    assert napi.polls == [3]


def test_only_busy_cpus_are_ticked() -> None:
    """NO_HZ_IDLE: a tick a jiffy where something runs, none where nothing does."""
    stack = Stack()
    computing(stack)
    stack.run(41 * MILLISECOND)
    busy_cpu, idle_cpu = stack.host.cpus
    assert busy_cpu.state.loc == 10
    assert idle_cpu.state.loc == 0
