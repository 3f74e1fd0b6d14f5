"""What is asked at a step; and that no timeline, however little it knows, is too little."""

from __future__ import annotations

import random

import pytest

from engine.timeline import ByFate, ByFunction, Timeline
from engine.why import (
    Link,
    LinkKind,
    questions,
    summed,
    why_drop,
    why_interrupt,
    why_packet,
    why_softirq,
    why_squeeze,
    why_step,
    why_wakeup,
)
from tests.engine.timeline.host import long_program
from tests.engine.timeline.host import run as tiny
from tests.engine.why.runs import adds_up, scene
from tests.viewer.host import timeline as small_host


def ask_everything(timeline: Timeline, step: int, uid: int) -> None:
    why = why_step(timeline, step)
    if why is not None:
        adds_up(why)
    for _, answer in questions(timeline, step, uid):
        answered = answer()
        if answered is not None:
            adds_up(answered)


@pytest.mark.parametrize(
    "name", ["default", "n5-bursts-and-the-tail", "n8-livelock", "m3-who-wakes", "n9-rate-against-budget"]
)
def test_whatever_is_asked_adds_up(name: str) -> None:
    timeline = scene(name)
    rng = random.Random(name)
    for step in rng.sample(range(timeline.steps), 120):
        ask_everything(timeline, step, rng.randrange(1, 200))


def test_a_timeline_with_few_classes_answers_without_raising() -> None:
    timeline = tiny(long_program(5, 800)).finish()
    for step in range(0, timeline.steps, 5):
        ask_everything(timeline, step, step)
        adds_up(why_packet(timeline, step))
        for answer in (why_wakeup, why_squeeze, why_interrupt, why_softirq):
            made = answer(timeline, step)
            assert made is None or made.total_ns >= 0
        adds_up(why_drop(timeline, step=step))


def test_a_host_written_by_hand_answers_at_every_step() -> None:
    timeline = small_host()
    for step in range(timeline.steps):
        ask_everything(timeline, step, step)
    lost = timeline.find(ByFate(("lost",)), -1)
    assert lost is not None
    why = why_step(timeline, lost)
    assert why is not None
    assert why.causes[0].words.startswith("10.0.0.2:9000: ")


@pytest.mark.parametrize(
    ("name", "function", "question"),
    [
        ("default", "irq_handler_entry", "after its cause?"),
        ("default", "softirq_entry", "after it was raised?"),
        ("default", "udp_queue_rcv_one_skb", "so far?"),
    ],
)
def test_what_is_most_worth_asking_at_a_step(name: str, function: str, question: str) -> None:
    timeline = scene(name)
    step = timeline.find(ByFunction((function,)), 5_000)
    assert step is not None
    why = why_step(timeline, step)
    assert why is not None
    assert why.question.endswith(question)
    adds_up(why)


def test_a_waking_is_asked_about_but_not_of_a_task_that_was_awake() -> None:
    timeline = scene("default")
    woken = timeline.moves("task_struct", "wakeups", 5_000, timeline.steps).tolist()
    why = why_step(timeline, woken[0])
    assert why is not None
    assert why.question.endswith("to run after it was woken?")
    tried = set(timeline.find_all(ByFunction(("try_to_wake_up",)), 5_000).tolist()) - set(woken)
    assert tried
    assert why_step(timeline, min(tried)) is None


def test_a_loss_comes_before_the_packet() -> None:
    timeline = scene("default")
    step = timeline.find(ByFate(("lost",)), -1)
    assert step is not None
    why = why_step(timeline, step)
    assert why is not None
    assert "(skb:SOCKET_RCVBUFF)" in why.question
    texts = [text for text, _ in questions(timeline, step)]
    lost = next(row for row in timeline.endings if row["step"] == step)
    name = f"A {int(lost['number']) + 1}"
    assert texts == [
        f"Why was {name} dropped?",
        f"Why has {name} taken so long up to here?",
        f"Why did {name} take so long in all?",
    ]
    assert why.question.startswith(f"Why was {name} dropped (")


def test_a_packet_is_asked_about_once_whatever_form_it_has() -> None:
    """A step names the sk_buff, a selection may name the frame: both are one packet to people."""
    timeline = scene("default")
    step = timeline.find(ByFunction(("udp_queue_rcv_one_skb",)), 5_000)
    assert step is not None
    skb = int(timeline.step(step).packet)
    frame = int(timeline.frame_of(skb))
    assert frame != skb
    own = [text for text, _ in questions(timeline, step)]
    assert [text for text, _ in questions(timeline, step, frame)] == own
    assert [text for text, _ in questions(timeline, step, skb)] == own
    for _, answer in questions(timeline, step, frame):
        why = answer()
        assert why is not None
        assert "#" not in why.question + why.sentence


def test_questions_about_what_is_selected() -> None:
    timeline = scene("default")
    sock = int(timeline.by_name("sock", "10.0.0.2:9000") or 0)
    (text, answer), *_ = [one for one in questions(timeline, timeline.last, sock) if "drop" in one[0]]
    why = answer()
    assert text == "Why did 10.0.0.2:9000 last drop?"
    assert why is not None
    assert why.causes[1].detail.endswith(" 91 did not.")
    assert not any("drop" in text for text, _ in questions(timeline, 10, sock))


def test_nothing_to_ask() -> None:
    timeline = scene("default")
    assert why_step(timeline, 0) is None
    assert why_step(timeline, -1) is None
    assert why_step(timeline, timeline.steps) is None


def test_an_interrupt_that_was_throttled() -> None:
    timeline = scene("default")
    expired = timeline.find(ByFunction(("throttle_expires",)), -1)
    sent = timeline.find(ByFunction(("msix_message",)), expired or 0)
    assert sent is not None
    why = why_interrupt(timeline, sent)
    assert why is not None
    adds_up(why)
    kinds = [link.kind for link in why.links]
    assert kinds[-2:] == [LinkKind.THROTTLE, LinkKind.INTERRUPT]
    assert why_interrupt(timeline, 0) is None
    assert why_softirq(timeline, 0) is None


def test_equal_words_are_added_up() -> None:
    kind = LinkKind.WORK
    links = [
        Link(5, "a", kind, 0, 5, 1, 0),
        Link(2, "b", kind, 5, 7, 2, 0),
        Link(9, "a", kind, 7, 16, 3, 1),
        Link(1, "a", kind, 16, 17, 4, 0),
    ]
    a, b = summed(links)
    assert (a.ns, a.start_ns, a.end_ns, a.step, a.cpu) == (15, 0, 17, 3, 1)
    assert b == links[1]
