"""net_rx_action and napi_complete_done: budget, time, repoll, missed interrupts, deferred interrupts.

The numbers are those of a traced 6.18.44 (one busy instance is polled once a pass) and of arithmetic with a weight of
64 and a budget of 300.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest

from engine.linux.cpu import Cpu
from engine.linux.include.netdevice import NAPIF_STATE_MISSED, NAPIF_STATE_SCHED
from engine.linux.net.core.dev.napi import napi_schedule
from tests.engine.linux.net.core.stack_host import AWAKE_NS, FakeNapi, Stack

ENDLESS = 100_000
MILLISECOND = 1_000_000


def saturated(stack: Stack, count: int, poll_ns: int = 1_000) -> list[FakeNapi]:
    """Instances that never run dry, scheduled by one interrupt."""
    napis = [FakeNapi(stack, ENDLESS, poll_ns) for _ in range(count)]
    stack.interrupt(AWAKE_NS, napis)
    return napis


def test_budget_of_five_saturated_instances() -> None:
    stack = Stack()
    napis = saturated(stack, 5)
    sd = stack.host.cpus[0].softnet_data
    for time in range(0, 20_000, 5):
        stack.run(time)
        if sd.time_squeeze:
            break
    assert [left for napi in napis for left in napi.budgets] == [300, 236, 172, 108, 44]
    assert sd.budget == -20
    assert sd.pass_polls == 5


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7])
def test_polls_and_squeezes_a_pass(count: int) -> None:
    """min(m, 5) polls a pass; time_squeeze counts a pass exactly when five or more are saturated."""
    stack = Stack()
    napis = saturated(stack, count)
    stack.run(200_000)
    sd = stack.host.cpus[0].softnet_data
    passes = stack.passes()
    assert len(passes) == 10
    assert passes == [min(count, 5)] * 10
    done = stack.passes(until="never")
    complete = sum(polls == min(count, 5) for polls in done)
    assert sd.time_squeeze in (complete - 1, complete) if count >= 5 else sd.time_squeeze == 0
    polled = [len(napi.polls) for napi in napis]
    assert max(polled) - min(polled) <= 1  # round robin


def test_the_rest_of_the_list_goes_before_who_was_polled() -> None:
    stack = Stack()
    napis = saturated(stack, 7)
    order: list[int] = []

    def note(number: int, _: Cpu) -> None:
        order.append(number)

    for number, napi in enumerate(napis):
        napi.on_poll = partial(note, number)
    stack.run(60_000)
    assert order[:15] == [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0]


def test_one_busy_instance_is_polled_once_a_pass_then_left_to_ksoftirqd() -> None:
    stack = Stack()
    (napi,) = saturated(stack, 1)
    stack.run(50_000)
    names = stack.steps(cpu=0)
    before = names[: names.index("wakeup_softirqd")]
    assert before.count("net_rx_action") == before.count("igb_poll") == 10
    assert sum(napi.polls[:10]) == 640
    assert stack.host.cpus[0].softnet_data.time_squeeze == 0
    assert "run_ksoftirqd" in names
    assert len(napi.polls) > 10


@pytest.mark.parametrize(
    ("backlog", "polls"),
    [(1, [1]), (63, [63]), (64, [64, 0]), (65, [64, 1]), (128, [64, 64, 0]), (130, [64, 64, 2])],
)
def test_a_whole_weight_is_never_the_end(backlog: int, polls: list[int]) -> None:
    """Exactly 64 returned: one empty poll more, because only a poll below its weight completes."""
    stack = Stack()
    napi = FakeNapi(stack, backlog)
    stack.interrupt(AWAKE_NS, [napi])
    stack.run(MILLISECOND)
    assert napi.polls == polls
    assert napi.unmasked == 1
    assert stack.passes() == [1] * len(polls)
    assert not napi.napi.state & NAPIF_STATE_SCHED
    assert stack.host.cpus[0].softnet_data.time_squeeze == 0


def test_budget_spent_by_the_poll_that_drained_everything_counts_as_a_squeeze() -> None:
    stack = Stack()
    stack.host.sysctl.netdev_budget = 10
    napi = FakeNapi(stack, 10)
    stack.interrupt(AWAKE_NS, [napi])
    stack.run(MILLISECOND)
    assert napi.polls == [10]
    assert stack.host.cpus[0].softnet_data.time_squeeze == 1
    assert not stack.host.cpus[0].softnet_data.in_net_rx_action


@pytest.mark.parametrize(
    ("hz", "usecs", "polls"),
    [
        (250, 8_000, 8),  # two jiffies of 4 ms: 1, 2 ... 8 ms
        (250, 1, 4),  # one jiffy at least, whatever was asked for
        (250, 4_001, 8),
        (1000, 2_000, 2),
        (1000, 1, 1),
        (100, 20_000, 20),
    ],
)
def test_time_is_up_in_jiffies(hz: int, usecs: int, polls: int) -> None:
    """Polls of one millisecond each, begun just after a jiffy's edge."""
    stack = Stack(hz=hz)
    stack.host.sysctl.netdev_budget_usecs = usecs
    stack.host.sysctl.netdev_budget = 10_000
    saturated(stack, 30, MILLISECOND)
    stack.run((polls + 1) * MILLISECOND)
    assert stack.passes()[0] == polls
    assert stack.host.cpus[0].softnet_data.time_squeeze >= 1


def test_an_interrupt_during_the_poll_leaves_missed_and_completion_queues_again() -> None:
    stack = Stack()
    napi = FakeNapi(stack, 3, poll_ns=10_000)
    states: list[int] = []

    def on_poll(_: Cpu) -> None:
        states.append(napi.napi.state)

    napi.on_poll = on_poll
    stack.interrupt(AWAKE_NS, [napi])
    stack.interrupt(6_000, [napi])
    stack.run(MILLISECOND)
    assert states[0] & NAPIF_STATE_MISSED
    assert states[0] & NAPIF_STATE_SCHED
    assert napi.polls == [3, 0]
    assert napi.unmasked == 1
    assert napi.napi.completions == 1
    assert (
        stack.steps(cpu=0).count("net_rx_action") == 1
    )  # no new softirq: the list was refilled while it ran
    assert napi.napi.state & (NAPIF_STATE_MISSED | NAPIF_STATE_SCHED) == 0


def test_an_instance_scheduled_while_others_are_polled_needs_no_new_softirq() -> None:
    stack = Stack()
    first, second = FakeNapi(stack, 3, poll_ns=10_000), FakeNapi(stack, 4)
    stack.interrupt(AWAKE_NS, [first])
    stack.interrupt(6_000, [second])
    stack.run(MILLISECOND)
    assert (first.polls, second.polls) == ([3], [4])
    names = stack.steps(cpu=0)
    assert names.count("net_rx_action") == names.count("__raise_softirq_irqoff") == 1


@pytest.mark.parametrize("defer", [0, 1, 2, 5])
def test_deferred_interrupts(defer: int) -> None:
    """N polls by the timer, each a timeout apart, then the interrupt is unmasked: 2 -> 1, 1 -> 0, 0."""
    stack = Stack()
    stack.dev.napi_defer_hard_irqs = defer
    stack.dev.gro_flush_timeout = 20_000
    napi = FakeNapi(stack, 3, dev=stack.dev)
    counts: list[int] = []
    moments: list[int] = []

    def on_poll(cpu: Cpu) -> None:
        counts.append(napi.napi.defer_hard_irqs_count)
        moments.append(cpu.now)

    napi.on_poll = on_poll
    stack.interrupt(AWAKE_NS, [napi])
    stack.run(MILLISECOND)
    assert napi.polls == [3, *[0] * defer]
    assert napi.unmasked == 1
    assert napi.napi.timer_polls == defer
    assert counts == [0, *range(defer - 1, -1, -1)][: defer + 1]
    gaps = {later - before for before, later in pairwise(moments)}
    assert len(gaps) <= 1
    assert all(20_000 < gap < 25_000 for gap in gaps)


def test_a_count_without_a_timeout_changes_nothing() -> None:
    stack = Stack()
    stack.dev.napi_defer_hard_irqs = 3
    napi = FakeNapi(stack, 3, dev=stack.dev)
    stack.interrupt(AWAKE_NS, [napi])
    stack.run(MILLISECOND)
    assert (napi.polls, napi.unmasked) == ([3], 1)


def test_work_while_interrupts_are_deferred_starts_the_count_again() -> None:
    stack = Stack()
    stack.dev.napi_defer_hard_irqs = 2
    stack.dev.gro_flush_timeout = 20_000
    napi = FakeNapi(stack, 3, dev=stack.dev)
    stack.interrupt(AWAKE_NS, [napi])
    stack.run(22_000)
    napi.backlog = 1
    stack.run(MILLISECOND)
    assert napi.polls in ([3, 0, 1, 0, 0], [3, 1, 0, 0])
    assert napi.unmasked == 1


@pytest.mark.parametrize(
    ("kernel", "wakes"), [("6.12", False), ("6.13", False), ("6.14", True), ("6.18", True)]
)
def test_scheduled_from_a_task_ksoftirqd_is_woken_since_6_14(kernel: str, wakes: bool) -> None:
    stack = Stack(kernel)
    napi = FakeNapi(stack, 1)
    stack.call(lambda task: napi_schedule(task.processor, napi.napi), 0)
    stack.run(MILLISECOND)
    assert ("wakeup_softirqd" in stack.steps(cpu=0)) == wakes
    assert napi.polls == ([1] if wakes else [])
    if not wakes:  # only the bit is set: the next interrupt's exit finds it
        stack.interrupt(MILLISECOND + 1, [])
        stack.run(2 * MILLISECOND)
        assert napi.polls == [1]
