"""A packet's delay: it adds up, and each link is what the record shows there."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.timeline import NO_CPU, Cursor, Timeline
from engine.why import Link, LinkKind, Why, why_packet, why_step, why_wakeup
from tests.engine.why.runs import adds_up, machine, scene

PACKAGED = (
    "default",
    "g1-one-hot-cpu",
    "l1-multicast-and-polls",
    "m3-who-wakes",
    "n2-ksoftirqd-behind-the-app",
    "n5-bursts-and-the-tail",
    "n8-livelock",
    "r8-only-one-interrupt-moves",
)


def frames(timeline: Timeline) -> list[int]:
    return [int(uid) for uid in timeline.objects("frame")]


def some(timeline: Timeline, number: int, seed: int = 1) -> list[int]:
    every = frames(timeline)
    return random.Random(seed).sample(every, min(number, len(every)))


def longest(timeline: Timeline) -> Why:
    row = timeline.samples[int(timeline.samples["latency"].argmax())]
    return why_packet(timeline, int(row["frame"]))


@pytest.mark.parametrize("name", PACKAGED)
def test_every_delay_adds_up_to_the_latency_that_was_measured(name: str) -> None:
    timeline = scene(name)
    last = {int(row["frame"]): int(row["latency"]) for row in timeline.samples}
    for uid in frames(timeline):
        why = why_packet(timeline, uid)
        adds_up(why)
        if uid in last:
            assert why.total_ns == last[uid]
        assert LinkKind.UNKNOWN not in {link.kind for link in why.links}


@pytest.mark.parametrize("name", ["default", "l1-multicast-and-polls"])
def test_a_delay_up_to_a_step_ends_at_that_step(name: str) -> None:
    timeline = scene(name)
    for uid in some(timeline, 60):
        path = timeline.path(uid)
        arrived = int(timeline.changes(uid, "arrived")[2][-1])
        for step in path[:: max(len(path) // 4, 1)].tolist():
            why = why_packet(timeline, uid, step)
            adds_up(why)
            assert why.total_ns == max(int(timeline.time(step)) - arrived, 0)
            assert all(link.end_ns <= timeline.time(step) for link in why.links)


def test_a_link_jumps_to_the_step_that_ended_it_or_that_began_then() -> None:
    timeline = scene("default")
    for uid in some(timeline, 100):
        for link in why_packet(timeline, uid).links:
            step = timeline.step(link.step)
            assert step.start <= link.end_ns <= step.time, link


def test_each_copy_of_a_multicast_frame_has_its_own_delay() -> None:
    timeline = scene("l1-multicast-and-polls")
    for uid in some(timeline, 25):
        rows = timeline.samples[timeline.samples["frame"] == uid]
        copies = [why_packet(timeline, int(skb)) for skb in timeline.skbs_of(uid)]
        for why in copies:
            adds_up(why)
        assert sorted(why.total_ns for why in copies) == sorted(rows["latency"].tolist())
        assert len(rows) > 1


@pytest.mark.parametrize("name", ["default", "n2-ksoftirqd-behind-the-app", "n5-bursts-and-the-tail"])
def test_who_is_waited_for_has_the_cpu(name: str) -> None:
    timeline = scene(name)
    seen = 0
    for uid in some(timeline, 900):
        for link in why_packet(timeline, uid).links:
            if (
                link.kind is not LinkKind.RUNNABLE
                or "behind softirq" in link.words
                or "behind hardirq" in link.words
            ):
                continue
            assert link.cpu is not None
            slices = timeline.slices(link.cpu, link.start_ns, link.end_ns)
            real = slices.end > slices.start
            assert set(slices.task[real].tolist()) == {link.uid}, link
            assert link.words.endswith(timeline.label(link.uid))
            seen += 1
    assert seen > 5


@pytest.mark.parametrize("name", ["default", "n5-bursts-and-the-tail"])
def test_interrupted_means_that_another_context_ran(name: str) -> None:
    timeline = scene(name)
    codes = {"softirq": 3, "hardirq": 2}
    seen = 0
    for uid in some(timeline, 100):
        for link in why_packet(timeline, uid).links:
            if " interrupted by " not in link.words:
                continue
            assert link.cpu is not None
            slices = timeline.slices(link.cpu, link.start_ns, link.end_ns)
            contexts = slices.context[slices.end > slices.start]
            assert set(contexts.tolist()) == {codes[link.words.split()[-1]]}, link
            seen += 1
    assert seen > 5


def test_the_dma_takes_what_it_costs() -> None:
    timeline = scene("default")
    cost = {info.name: info.cost_ns for info in timeline.functions}["dma_write_back"]
    for uid in some(timeline, 50):
        first = why_packet(timeline, uid).links[0]
        assert (first.kind, first.ns) == (LinkKind.DMA, cost)


def test_the_frames_ahead_are_those_that_were_taken_first() -> None:
    timeline = scene("default")
    ring = int(timeline.by_name("rx_ring", "rx-0") or 0)
    cleaned = timeline.changes(ring, "next_to_clean")[0]
    seen = 0
    for uid in frames(timeline):
        steps = timeline.path(uid)
        names = [timeline.step(int(step)).function.name for step in steps[:3]]
        if int(timeline.changes(uid, "queue")[2][-1]) or names[2:] != ["napi_build_skb"]:
            continue
        ahead = int(np.count_nonzero((cleaned > steps[1]) & (cleaned < steps[2])))
        words = [link.words for link in why_packet(timeline, uid).links if link.kind is LinkKind.POLL_QUEUE]
        wanted = f"poll queue behind {ahead} frame{'s' if ahead != 1 else ''}" if ahead else "poll queue"
        assert words == [] or wanted in words or words == ["too late for the poll in progress"], uid
        seen += wanted in words
    assert seen > 200


def test_a_throttled_interrupt_comes_when_its_time_is_over() -> None:
    timeline = scene("default")
    seen = 0
    for uid in some(timeline, 300):
        for link in why_packet(timeline, uid).links:
            if link.kind is LinkKind.THROTTLE:
                state = Cursor(timeline, link.step)
                assert timeline.step(link.step).function.name == "throttle_expires"
                assert state.get(link.uid, "itr_ns") == 30_000
                seen += 1
    assert seen > 5


def test_ksoftirqd_behind_a_program_that_computes() -> None:
    timeline = scene("n2-ksoftirqd-behind-the-app")
    why = longest(timeline)
    behind = [link for link in why.links if link.words == "ksoftirqd/0 runnable behind batch/0"]
    assert sum(link.ns for link in behind) > 3_000_000
    assert {link.cpu for link in behind} == {0}
    assert "ms ksoftirqd/0 runnable behind batch/0 + " in why.sentence


def test_a_reader_that_is_behind_is_busy_with_earlier_messages() -> None:
    timeline = scene("default")
    task = int(timeline.by_name("task_struct", "feed/0") or 0)
    read, _, messages = timeline.changes(task, "messages")
    rows = timeline.samples[timeline.samples["task"] == task]
    seen = 0
    for row in rows[:: len(rows) // 40]:
        why = why_packet(timeline, int(row["frame"]))
        busy = [link for link in why.links if link.kind is LinkKind.BUSY]
        if not busy:
            continue
        queued = next(link.end_ns for link in why.links if link.words == "stack")
        own = int(messages[read < row["step"]][-1])
        begun = int(np.count_nonzero(timeline.column("time")[read] <= queued)) - 1
        known = {own - 1 - begun + at_it for at_it in (0, 1)}
        assert {int(link.words.split()[3]) for link in busy} <= known
        seen += 1
    assert seen > 20


def test_rps_waits_for_the_interrupt_that_is_sent_last() -> None:
    timeline = scene("default")
    flow = int(timeline.by_name("flow", "ticks") or 0)
    mine = timeline.samples[timeline.samples["flow"] == flow]["frame"]
    sent = [
        link for uid in mine[:60] for link in why_packet(timeline, int(uid)).links if "not sent" in link.words
    ]
    assert len(sent) > 10
    for link in sent:
        assert timeline.step(link.step).function.name == "net_rps_send_ipi"
        assert link.words == "CPU 1 still in net_rx_action, its IPI not sent"


def test_a_frame_that_the_adapter_drops_has_no_delay() -> None:
    timeline = scene("n2-ksoftirqd-behind-the-app")
    lost = timeline.endings[timeline.endings["fate"] == 6][0]
    why = why_packet(timeline, int(lost["frame"]))
    assert (why.total_ns, why.links) == (0, ())
    assert why.sentence.endswith("was lost as it arrived: nic:rx_no_dma_resources.")


def test_an_adapter_without_napi_empties_its_ring_in_the_interrupt() -> None:
    links: list[Link] = []
    timeline = scene("n8-livelock")
    for uid in some(timeline, 100):
        links += why_packet(timeline, uid).links
    queued = [link for link in links if link.kind is LinkKind.POLL_QUEUE]
    assert queued
    for link in queued:
        assert link.cpu not in (None, NO_CPU)
        slices = timeline.slices(link.cpu or 0, link.start_ns, link.end_ns)
        assert set(slices.context[slices.end > slices.start].tolist()) == {2}


def test_beyond_what_is_recorded_the_answer_is_unknown() -> None:
    timeline = machine("record = { steps = 3000 }\n", rate="400kpps", start="50us")
    edge = int(timeline.time(int(timeline.detail_until or 0)))
    known = [uid for uid in frames(timeline) if timeline.ending(uid) is not None]
    beyond = 0
    for uid in known:
        why = why_packet(timeline, uid)
        adds_up(why)
        for link in why.links:
            assert (link.kind is LinkKind.UNKNOWN) == (link.end_ns > edge), link
        beyond += any(link.kind is LinkKind.UNKNOWN for link in why.links)
    assert known
    assert beyond > 0
    assert why_step(timeline, timeline.last) is None
    assert "only counters" in why_wakeup(timeline, timeline.last).sentence


def test_a_sentence_adds_up_too() -> None:
    units = {"ns": 1, "µs": 1_000, "ms": 1_000_000}
    timeline = scene("default")
    for uid in some(timeline, 60):
        whole, _, rest = why_packet(timeline, uid).sentence.partition(" = ")
        amounts = [term.split(" ")[:2] for term in (whole, *rest.split(" + "))]
        total, *terms = [round(float(number) * units[unit]) for number, unit in amounts]
        assert sum(terms) == total
        assert len(terms) <= 8
