"""What the words claim is what the record shows at their place: who held what up, and until when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.timeline import ByFunction, Timeline
from engine.why import Link, LinkKind, why_drop, why_interrupt, why_packet, why_softirq, why_wakeup
from engine.why.drops import STATIC
from tests.engine.why.runs import adds_up, machine, scene
from tests.engine.why.test_wakeups import wakings

SCENES = ("default", "n2-ksoftirqd-behind-the-app", "n4-burst-one-interrupt", "n5-bursts-and-the-tail")


def links(timeline: Timeline, every: int = 3) -> Iterator[tuple[Link, Link | None]]:
    """Links of packets, each with the one after it."""
    for uid in timeline.objects("frame")[::every].tolist():
        found = why_packet(timeline, uid).links
        yield from zip(found, (*found[1:], None)[: len(found)], strict=True)


def steps(timeline: Timeline, function: str) -> list[int]:
    return [int(step) for step in timeline.find_all(ByFunction((function,)))]


@pytest.mark.parametrize("name", SCENES)
def test_a_list_goes_up_full_or_at_the_end_of_the_poll(name: str) -> None:
    timeline = scene(name)
    seen = {"waiting for a full gro_normal_batch": 0, "on rx_list until the end of the poll": 0}
    before: dict[int, int] = {}
    for napi in timeline.objects("napi_struct").tolist():
        moved, old, new = timeline.changes(napi, "rx_count")
        before |= {int(timeline.time(s)): int(b) for s, b, a in zip(moved, old, new, strict=True) if a == 0}
    for link, _ in links(timeline):
        if link.kind is LinkKind.BATCH:
            seen[link.words] += 1
            if link.end_ns in before:
                assert (before[link.end_ns] >= 8) == ("full" in link.words), link
    assert min(seen.values()) > 0


@pytest.mark.parametrize("name", SCENES)
def test_a_softirq_counts_from_its_own_raise(name: str) -> None:
    timeline = scene(name)
    waited = 0
    for step in steps(timeline, "softirq_entry")[::5]:
        why = why_softirq(timeline, step)
        assert why is not None
        adds_up(why)
        began = why.causes[-1].step
        assert timeline.step(began).function.name == "__raise_softirq_irqoff"
        for link in why.links:
            if link.words == "pass of softirqs in progress":
                number = int(timeline.step(step).cpu or 0)
                softirqs = next(
                    uid
                    for uid in timeline.objects("softirqs")
                    if timeline.changes(int(uid), "cpu")[2][0] == number
                )
                moved, _, vector = timeline.changes(int(softirqs), "vector")
                row = int(np.searchsorted(timeline.column("time")[moved], link.start_ns, "right")) - 1
                assert vector[row] >= 0, link
                waited += 1
    assert waited > 0 or name == "default"


def test_the_gap_told_is_that_of_the_throttle_that_runs() -> None:
    timeline = scene("n2-ksoftirqd-behind-the-app")
    vector = int(timeline.by_name("msix_vector", "eth0-TxRx-0") or 0)
    fired = timeline.column("time")[timeline.changes(vector, "fired")[0]]
    sent = steps(timeline, "msix_message")[1]
    why = why_interrupt(timeline, sent)
    assert why is not None
    throttle = next(link for link in why.links if link.kind is LinkKind.THROTTLE)
    last = int(fired[fired <= throttle.start_ns][-1])
    assert throttle.end_ns - last == 50_000
    assert throttle.detail.startswith("eth0-TxRx-0 sends one message in 50 µs,")
    assert why.links[0].words == "interrupt masked until its NAPI is complete"


def test_until_the_driver_writes_eims_the_interrupt_is_not_unmasked() -> None:
    timeline = scene("n2-ksoftirqd-behind-the-app")
    lost = timeline.endings[timeline.endings["fate"] == 6][0]
    found = [link for link in why_drop(timeline, int(lost["frame"])).links if "unmasked" in link.words]
    unmasked = {int(timeline.time(step)) for step in steps(timeline, "ixgbe_irq_enable_queues")}
    assert found
    assert {link.end_ns for link in found} <= unmasked
    assert {link.kind for link in found} == {LinkKind.MASKED}


@pytest.mark.parametrize("name", SCENES)
def test_a_switch_leads_to_whom_the_words_say(name: str) -> None:
    timeline = scene(name)
    others = 0
    for link, after in links(timeline, 2):
        if link.words.startswith("context switch to ") and after is not None and link.cpu is not None:
            slices = timeline.slices(link.cpu, link.end_ns, link.end_ns + 1)
            tasks = slices.task[slices.context != 2].tolist()
            assert not tasks or timeline.label(int(tasks[0])) == link.words.split()[-1], (link, after)
            others += after.kind is LinkKind.RUNNABLE
    assert others > 0 or name != "n5-bursts-and-the-tail"


def test_a_task_that_is_woken_while_it_leaves_its_cpu() -> None:
    timeline = scene("n4-burst-one-interrupt")
    task = int(timeline.by_name("task_struct", "feed/0") or 0)
    seen = 0
    for step in wakings(timeline, task):
        first = why_wakeup(timeline, step, task).links[0]
        slices = timeline.slices(1, first.start_ns, first.start_ns + 1)
        leaving = bool(len(slices.task)) and int(slices.task[0]) == task
        assert leaving == (first.words == "CPU 1 still switching away from feed/0"), first
        seen += leaving
    assert seen > 0


@pytest.mark.parametrize("name", SCENES)
def test_who_waits_for_a_cpu_is_not_said_to_have_it(name: str) -> None:
    for link, _ in links(scene(name), 5):
        if link.kind is LinkKind.RUNNABLE:
            waits, _, holder = link.words.partition(" runnable behind ")
            own = holder.startswith(("softirq", "hardirq"))
            assert waits
            wanted = "is on the run queue of" if own else "had"
            assert link.detail.endswith(f" {wanted} CPU {link.cpu}."), link


def test_the_handler_of_an_ipi_is_part_of_the_ipi() -> None:
    timeline = scene("default")
    flow = int(timeline.by_name("flow", "ticks") or 0)
    mine = timeline.samples[timeline.samples["flow"] == flow]["frame"]
    seen = 0
    for uid in mine[:60].tolist():
        found = why_packet(timeline, int(uid)).links
        for link, after in pairwise(found):
            if link.words.startswith("IPI to CPU ") and after.cpu == link.cpu:
                assert not after.words.startswith("hardirq"), (link, after)
                seen += 1
    assert seen > 10


def test_from_6_18_on_what_comes_must_fit_as_well() -> None:
    timeline = machine(kernel="6.18", rcvbuf="20000", work='\nwork = "3us"')
    lost = timeline.endings[timeline.endings["fate"] == 6]
    assert len(lost)
    why = why_drop(timeline, step=int(lost[0]["step"]))
    assert "10.0.0.2:9000: 18432 B charged, sk_rcvbuf is 20000 B" in why.sentence
    assert ", no room for 2304 B more, not empty for " in why.sentence


def test_every_reason_of_the_kernel_s_has_an_answer() -> None:
    linux = Path(__file__).parents[3] / "engine" / "linux"
    call = re.compile(
        r"(?<!def )(?:kfree_skb_reason|sk_skb_reason_drop|drop_copy)\([^()]*?\"(\w+)\"(?:, \"(\w+)\")?\)"
    )
    found = {
        f"{place or 'skb'}:{reason}"
        for path in linux.rglob("*.py")
        for reason, place in call.findall(path.read_text(encoding="utf-8"))
    }
    assert {"skb:IP_INADDRERRORS", "skb:SOCKET_RCVBUFF", "udp:IgnoredMulti"} <= found
    assert found <= {*STATIC, "skb:SOCKET_RCVBUFF", "skb:CPU_BACKLOG"}


DEFERRED = """setup = '''
echo 2 > /sys/class/net/eth0/napi_defer_hard_irqs
echo 20000 > /sys/class/net/eth0/gro_flush_timeout
ethtool -C eth0 rx-usecs 0
'''
"""


def test_a_deferred_interrupt_is_followed_by_the_timer_s_not_the_device_s() -> None:
    timeline = machine(DEFERRED, driver="igb", rate="80kpps", count=40)
    fired = {int(timeline.time(step)) for step in steps(timeline, "msix_message")}
    own = timed = 0
    for uid in timeline.objects("frame").tolist():
        why = why_packet(timeline, uid)
        adds_up(why)
        for link in why.links:
            if link.words == "timer interrupt of napi_watchdog":
                assert not any(link.start_ns <= time < link.end_ns for time in fired), link
                assert not any(other.words == "interrupt" for other in why.links)
                timed += 1
            elif link.words == "interrupt":
                assert any(link.start_ns < time <= link.end_ns for time in fired), link
                own += 1
    assert own >= 1
    assert timed > 20
