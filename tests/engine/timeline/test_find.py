"""Searching: each query against a plain reading of the run, and the same steps both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.timeline import (
    GRANULARITIES,
    AnyStep,
    ByCpu,
    ByField,
    ByFunction,
    ByPacket,
    ByStation,
    ByWhere,
    Moves,
    Not,
    Query,
    Reaches,
    Timeline,
    drop,
    squeeze,
)
from engine.timeline import timeline as timeline_module
from engine.timeline.schema import Ns
from tests.engine.timeline.host import FUNCTIONS, PROGRAMS, Counter, Parcel, World, run

STATIONS = {info.number: info.station for info in FUNCTIONS}
Plain = Callable[[World, Timeline], list[int]]


def by_column(name: str, fits: Callable[[int], bool]) -> Plain:
    return lambda world, timeline: [
        n for n, value in enumerate(timeline.column(name).tolist()) if fits(value)
    ]


def field_changes(world: World, timeline: Timeline) -> list[int]:
    states = [state.fields[1]["hits"] for state in world.states]
    return [step for step in range(1, len(states)) if states[step] != states[step - 1]]


def reached(world: World, timeline: Timeline) -> list[int]:
    states = [-1, *(int(str(state.fields[1]["hits"])) for state in world.states)]
    return [step for step in range(len(world.states)) if states[step] < 2 <= states[step + 1]]


def stages(world: World, timeline: Timeline) -> list[int]:
    at: dict[int, str] = {}
    found = []
    for step in range(timeline.steps):
        station = STATIONS[int(timeline.column("fn")[step])]
        packet = int(timeline.column("packet")[step])
        key = packet or -1 - (int(timeline.column("where")[step]) >> 8)
        if station and at.get(key) != station:
            found.append(step)
            at[key] = station
    return found


QUERIES: list[tuple[Query, Plain]] = [
    (AnyStep(), by_column("fn", lambda fn: True)),
    (ByFunction(("napi_poll",)), by_column("fn", lambda fn: fn == 3)),
    (ByFunction(("ip_*", "irq*")), by_column("fn", lambda fn: fn in (2, 4, 5))),
    (ByFunction(("nothing",)), by_column("fn", lambda fn: False)),
    (ByStation(("ip", "poll")), by_column("fn", lambda fn: fn in (3, 4, 5))),
    (ByCpu(1), by_column("where", lambda where: where >> 8 == 1)),
    (ByWhere(("hardirq", "softirq")), by_column("where", lambda where: where & 0xFF in (2, 3))),
    (ByPacket(3), by_column("packet", lambda packet: packet == 3)),
    (ByFunction(("ip_rcv",)) & ByCpu(0), lambda w, t: [n for n in range(t.steps) if fn_cpu(t, n) == (4, 0)]),
    (
        ByFunction(("ip_rcv",)) | ByCpu(0),
        lambda w, t: [n for n in range(t.steps) if 4 in fn_cpu(t, n)[:1] or not fn_cpu(t, n)[1]],
    ),
    (Not(ByCpu(0)), by_column("where", lambda where: where >> 8 != 0)),
    (ByField(1, "hits"), field_changes),
    (Reaches(1, "hits", 2), reached),
    (GRANULARITIES["stage"], stages),
]


def fn_cpu(timeline: Timeline, step: int) -> tuple[int, int]:
    return int(timeline.column("fn")[step]), int(timeline.column("where")[step]) >> 8


@pytest.mark.parametrize(("query", "plain"), QUERIES, ids=lambda one: type(one).__name__)
@settings(max_examples=60, deadline=None)
@given(program=PROGRAMS, width=st.integers(1, 9), after=st.integers(-3, 200))
def test_find_is_the_plain_reading_and_symmetrical(
    query: Query, plain: Plain, program: list[Any], width: int, after: int
) -> None:
    world = run(program)
    timeline = world.finish()
    expected = plain(world, timeline)
    with patch.multiple(timeline_module, FIND_FIRST=width, FIND_MOST=width * 2):
        assert timeline.find_all(query).tolist() == expected
        there, back, step = [], [], timeline.find(query, -1)
        while step is not None:
            there.append(step)
            step = timeline.find(query, step)
        step = timeline.find(query, timeline.steps, back=True)
        while step is not None:
            back.append(step)
            step = timeline.find(query, step, back=True)
        assert there == expected == back[::-1]
        later, earlier = [n for n in expected if n > after], [n for n in expected if n < after]
        assert timeline.find(query, after) == (later[0] if later else None)
        assert timeline.find(query, after, back=True) == (earlier[-1] if earlier else None)
        inside = [n for n in expected if after <= n < after + 7]
        assert timeline.find_all(query, after, after + 7).tolist() == inside


@settings(max_examples=60, deadline=None)
@given(PROGRAMS)
def test_any_object_of_a_class_moves(program: list[Any]) -> None:
    world = run(program)
    timeline = world.finish()
    assert timeline.find_all(Moves("counter", "hits")).tolist() == sorted(set(world.hits))


def test_a_search_across_the_growing_window() -> None:
    world = World()
    for time in range(1, 30_000):
        world.recorder.step(time, 0, 3 if time in (1, 20_000) else 4, 3)
    timeline = world.finish()
    poll = GRANULARITIES["poll"]
    assert timeline.find(poll, 1) == 20_000
    assert timeline.find(poll, 20_000) is None
    assert timeline.find(poll, 29_999, back=True) == 20_000
    assert timeline.find(poll, 20_000, back=True) == 1
    assert timeline.find(poll, 1, back=True) is None


def test_granularities_stop_where_they_say() -> None:
    world = World()
    for time, fn in enumerate((2, 6, 3, 4, 5, 3, 7), 1):
        world.recorder.step(time, 0, fn, 3)
    timeline = world.finish()
    found = {name: timeline.find_all(query).tolist() for name, query in GRANULARITIES.items()}
    assert found == {
        "function": [0, 1, 2, 3, 4, 5, 6, 7],
        "stage": [1, 3, 4, 6],
        "poll": [3, 6],
        "round": [2, 7],
        "interrupt": [1],
    }


def test_a_frame_that_turns_into_an_skb_stays_at_its_station() -> None:
    world = World()
    frame, skb = Parcel(world.recorder), Parcel(world.recorder)
    world.recorder.step(1, 0, 3, 0xFF00, frame.uid)
    world.recorder.step(2, 0, 3, 3, skb.uid)
    world.recorder.part(skb.uid, frame.uid)
    world.recorder.step(3, 0, 4, 3, skb.uid)
    assert world.finish().find_all(GRANULARITIES["stage"]).tolist() == [1, 3]


def test_drops_by_reason() -> None:
    world = World()
    recorder = world.recorder
    for time, (fate, reason) in enumerate(
        [(6, "skb:SOCKET_RCVBUFF"), (1, ""), (7, "skb:A"), (6, "nic:missed")], 1
    ):
        recorder.step(time, 0, 4, 3)
        recorder.ending(time, 1, time, fate, reason, Ns(0), Ns(time))
    timeline = world.finish()
    assert timeline.find_all(drop()).tolist() == [1, 3, 4]
    assert timeline.find_all(drop("skb:*")).tolist() == [1, 3]
    assert timeline.find(drop("nic:missed"), 0) == 4
    assert timeline.find(drop("nic:rx"), 0) is None
    ending = timeline.ending(4)
    assert ending is not None
    assert (ending.fate, ending.reason, ending.step, ending.time) == ("lost", "nic:missed", 4, 4)
    assert timeline.ending(3) is None  # a copy only
    assert timeline.ending(9) is None


def test_a_class_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="softnet_data"):
        World().finish().find(squeeze(), -1)


def test_a_counter_that_moves_and_dies_and_leaves_its_place_to_another() -> None:
    world = World()
    doomed = Counter(world.recorder)
    world.recorder.step(1, 0, 3, 3)
    doomed.hits += 1
    doomed.release()
    heir = Counter(world.recorder, hits=8)
    heir.hits += 1
    world.recorder.step(2, 0, 3, 3)
    heir.hits += 1
    timeline = world.finish()
    assert timeline.object(3).base == timeline.object(heir.uid).base
    assert timeline.find_all(Moves("counter", "hits")).tolist() == [1, 2]
    assert timeline.find_all(ByField(3, "hits")).tolist() == [1]
    assert timeline.find_all(ByField(heir.uid, "hits")).tolist() == [2]
    assert [row.tolist() for row in timeline.changes(3, "hits")] == [[0, 1], [-(1 << 63), 0], [0, 1]]
    assert [row.tolist() for row in timeline.changes(heir.uid, "hits")] == [[1, 2], [-(1 << 63), 9], [9, 10]]


def test_births_are_no_moves() -> None:
    world = World()
    world.recorder.step(1, 0, 3, 3)
    first = Counter(world.recorder, hits=9)
    world.recorder.step(2, 0, 3, 3)
    first.release()
    world.recorder.step(3, 0, 3, 3)
    Counter(world.recorder, hits=5)
    world.recorder.step(4, 0, 3, 3)
    assert world.finish().find_all(Moves("counter", "hits")).tolist() == []
