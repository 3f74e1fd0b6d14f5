"""Moments looked up in a small run whose events are known: four bursts, a loss every seventh frame."""

from __future__ import annotations

import pytest

from engine.moments import NAMED_EVENTS, event_names, event_query, step_at
from engine.scenario.errors import Refused
from engine.scenario.moment import AtEvent, AtTime, parse_moment
from engine.timeline.timeline import Timeline
from tests.viewer import host


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    made = Timeline(host.prologue())
    for chunk in host.chunks():
        made.append(chunk)
    return made


def test_a_time_is_after_all_its_effects(timeline: Timeline) -> None:
    step = step_at("100us", timeline)
    assert timeline.time(step) <= 100_000 < timeline.time(step + 1)


def test_steps_and_the_end(timeline: Timeline) -> None:
    assert step_at("#17", timeline) == 17
    assert step_at("end", timeline) == timeline.last


def test_occurrences_count_from_one_and_the_last_is_the_last(timeline: Timeline) -> None:
    drops = [step_at(f"drop:{number}", timeline) for number in (1, 2, 3, 4)]
    assert drops == sorted(set(drops))
    assert step_at("first drop", timeline) == drops[0]
    assert step_at("last drop", timeline) == drops[-1]
    assert [timeline.step(step).function.name for step in drops] == ["sk_skb_reason_drop"] * 4


def test_a_function_and_a_counter_are_events(timeline: Timeline) -> None:
    assert timeline.step(step_at("first udp_recvmsg", timeline)).function.name == "udp_recvmsg"
    first = step_at("first sk_drops", timeline)
    assert first == step_at("first drop", timeline)


def test_a_chapter_begins_where_it_says(timeline: Timeline) -> None:
    chapters = (AtTime(10_000), AtEvent("drop"))
    assert step_at("chapter:2", timeline, chapters) == step_at("first drop", timeline)
    with pytest.raises(Refused, match="no chapter 3; there are 2"):
        step_at("chapter:3", timeline, chapters)


def test_a_chapter_may_only_name_one_before_it(timeline: Timeline) -> None:
    with pytest.raises(Refused, match="no chapter 1"):
        step_at("chapter:1", timeline, (parse_moment("chapter:1"),))


@pytest.mark.parametrize("text", ["drop:5", "first wakeup_softirqd", "#999999", "first ksoftirqd"])
def test_what_does_not_come_is_said(timeline: Timeline, text: str) -> None:
    with pytest.raises(Refused, match=r"does not happen|the last is"):
        step_at(text, timeline)


def test_an_unknown_name_is_answered_with_the_nearest(timeline: Timeline) -> None:
    with pytest.raises(Refused, match='did you mean "udp_recvmsg"'):
        step_at("first udp_recvmsq", timeline)


def test_every_named_event_has_a_query(timeline: Timeline) -> None:
    for name in NAMED_EVENTS:
        assert event_query(name, timeline)
        assert name in event_names(timeline)


def test_what_is_no_moment_is_quoted(timeline: Timeline) -> None:
    with pytest.raises(Refused, match=r'moment "frist drop": must be a time .*did you mean "first drop"'):
        step_at("frist drop", timeline)
