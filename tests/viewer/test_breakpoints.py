"""Breakpoints: what stops playing, both ways."""

from itertools import pairwise

import pytest

from engine.scenario.errors import Refused
from engine.timeline.query import ByFunction, drop
from engine.timeline.timeline import Timeline
from tests.viewer.host import timeline as host
from viewer.breakpoints import Breakpoints


@pytest.fixture(scope="module")
def run() -> Timeline:
    return host(6)


def only(*texts: str) -> Breakpoints:
    made = Breakpoints()
    for one in made.all:
        made.remove(one.text)
    made.all = ()
    for text in texts:
        made.add(text, host(2))
    return made


def test_every_scene_begins_with_the_first_drop(run: Timeline) -> None:
    first = run.find(drop(), -1)
    assert first is not None
    stops = Breakpoints()
    hit = stops.hit(run, -1, run.steps - 1)
    assert hit is not None
    assert (hit[0], hit[1].text) == (first, "first drop")
    assert stops.hit(run, first, run.steps - 1) is None, "the second drop is not the first"


def test_the_first_hit_in_the_direction_of_play_wins(run: Timeline) -> None:
    stops = only("napi_poll", "try_to_wake_up")
    polls = run.find_all(ByFunction(("napi_poll",)))
    wakes = run.find_all(ByFunction(("try_to_wake_up",)))
    forward = stops.hit(run, -1, run.steps - 1)
    assert forward is not None
    assert forward[0] == min(polls[0], wakes[0])
    back = stops.hit(run, run.steps, 0)
    assert back is not None
    assert back[0] == max(polls[-1], wakes[-1])


def test_the_step_that_one_is_at_does_not_stop_again(run: Timeline) -> None:
    stops = only("napi_poll")
    polls = run.find_all(ByFunction(("napi_poll",))).tolist()
    for here, after in pairwise(polls):
        hit = stops.hit(run, here, after)
        assert hit is not None
        assert hit[0] == after
        assert stops.hit(run, here, after - 1) is None
        back = stops.hit(run, after, here)
        assert back is not None
        assert back[0] == here


def test_expressions_stop_where_they_become_true(run: Timeline) -> None:
    stops = only("sockets[0].drops >= 2")
    hit = stops.hit(run, -1, run.steps - 1)
    assert hit is not None
    assert hit[0] == int(run.find_all(drop())[1])


def test_what_is_off_or_not_in_this_run_stops_nothing_and_says_why(run: Timeline) -> None:
    stops = only("napi_poll")
    stops.turn("napi_poll", on=False)
    assert stops.hit(run, -1, run.steps - 1) is None
    assert stops.why_not("napi_poll", run) == ""
    assert "no_such_thing" in stops.why_not("no_such_thing", run)


def test_nonsense_is_refused_and_not_kept(run: Timeline) -> None:
    stops = Breakpoints()
    with pytest.raises(Refused, match="napi_pol"):
        stops.add("napi_pol", run)
    assert stops.find("napi_pol") is None


def test_toggling_adds_and_forgets(run: Timeline) -> None:
    stops = Breakpoints()
    assert stops.toggle("napi_poll", run)
    assert not stops.toggle("napi_poll", run)
    assert stops.find("napi_poll") is None
    stops.turn("first drop", on=False)
    assert stops.toggle("first drop", run), "one that is off is switched on first"
