"""Wake-ups: from the waking to the running, and back to what began it."""

from __future__ import annotations

import random

from engine.timeline import ByFunction, Timeline
from engine.why import LinkKind, why_wakeup
from tests.engine.why.runs import adds_up, scene


def wakings(timeline: Timeline, task: int) -> list[int]:
    steps, old, new = timeline.changes(task, "state")
    return [int(step) for step, a, b in zip(steps, old, new, strict=True) if a == 2 and b != 2]


def test_a_wake_up_ends_when_the_task_has_a_cpu() -> None:
    timeline = scene("default")
    for name in ("feed/0", "quotes/0", "quotes/1", "logger/0", "rpc/0"):
        task = int(timeline.by_name("task_struct", name) or 0)
        steps = wakings(timeline, task)
        for step in random.Random(3).sample(steps, min(20, len(steps))):
            why = why_wakeup(timeline, step)
            adds_up(why)
            assert why.links[0].start_ns == timeline.time(step)
            ran = why.links[-1].end_ns
            cpus = [timeline.slices(cpu, ran, ran + 1) for cpu in timeline.cpus]
            assert any(task in found.task[found.start <= ran].tolist() for found in cpus)
            start = why.links[0].start_ns
            before = [timeline.slices(cpu, start, ran) for cpu in timeline.cpus]
            tasks = [found.task[found.end > found.start].tolist() for found in before]
            if any(seen and seen[0] == task for seen in tasks):  # it was woken before it had left its CPU
                continue
            assert not any(task in seen for seen in tasks)


def test_the_chain_leads_from_the_wire_to_the_waking() -> None:
    timeline = scene("m3-who-wakes")
    task = int(timeline.samples[0]["task"])
    step = next(s for s in wakings(timeline, task) if timeline.time(s) > 0)
    why = why_wakeup(timeline, step)
    assert why.causes[-1].step == step
    names = [cause.words.split(" ")[0] for cause in why.causes]
    assert names[0] in ("frame_arrives", "dma_write_back", "msix_message")
    assert "__udp_enqueue_schedule_skb" in names
    assert all(cause.kind is LinkKind.CHAIN for cause in why.causes)
    times = [cause.end_ns for cause in why.causes]
    assert times == sorted(times)
    assert sum(cause.ns for cause in why.causes) == times[-1] - times[0]


def test_ksoftirqd_is_woken_and_waits_behind_a_program() -> None:
    timeline = scene("n2-ksoftirqd-behind-the-app")
    step = timeline.find(ByFunction(("wakeup_softirqd",)), -1)
    assert step is not None
    why = why_wakeup(timeline, step)
    adds_up(why)
    assert why.question.startswith("Why did ksoftirqd/0 take 3.4")
    assert max(why.links, key=lambda link: link.ns).words == "ksoftirqd/0 runnable behind batch/0"
    assert why_wakeup(timeline, why.links[-1].step).total_ns == why.total_ns
    functions = [timeline.step(cause.step).function.name for cause in why.causes]
    assert functions[-2:] == ["wakeup_softirqd", "try_to_wake_up"], "for work left over, not for a packet"
    assert "__raise_softirq_irqoff" in functions
    assert not any(name.startswith(("udp", "__udp")) for name in functions)


def test_a_task_that_never_slept() -> None:
    timeline = scene("n2-ksoftirqd-behind-the-app")
    hog = timeline.find(ByFunction(("user_spin",)), -1)
    assert hog is not None
    assert why_wakeup(timeline, hog).sentence == "batch/0 was not woken before."
    assert why_wakeup(timeline, 0).links == ()
