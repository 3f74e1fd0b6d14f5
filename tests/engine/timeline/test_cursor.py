"""The state at any step is the state of a run that only went forward."""

from __future__ import annotations

import random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.timeline import NOT_KNOWN, Change, Cursor, Timeline, Value
from engine.timeline import deltas as deltas_module
from tests.engine.timeline.host import (
    CLASSES,
    PROGRAMS,
    PROLOGUE,
    Counter,
    Parcel,
    State,
    World,
    long_program,
    run,
)

NAMES = tuple(cls.schema.name for cls in CLASSES)


def read(cursor: Cursor, world: World) -> State:
    """Ask a cursor for everything that the model knows."""
    uids = [int(uid) for name in NAMES for uid in cursor.alive(name)]
    fields = {uid: cursor.fields(uid) for uid in uids}
    return State(fields, {one.id: cursor.contents(one.id).tolist() for one in world.lists})


def small_keyframes() -> Any:
    """Make keyframes frequent enough for short programs to use them."""
    return patch.multiple(deltas_module, KEYFRAME_DELTAS=16, KEYFRAME_SLOTS=0)


@settings(max_examples=150, deadline=None)
@given(PROGRAMS, st.lists(st.integers(0, 10_000), max_size=12))
def test_any_seek_gives_the_state_of_the_forward_run(program: list[Any], jumps: list[int]) -> None:
    with small_keyframes():
        world = run(program)
        timeline = world.finish()
        cursor = Cursor(timeline)
        everywhere = list(range(timeline.steps))
        for step in [*(jump % timeline.steps for jump in jumps), *everywhere, *reversed(everywhere)]:
            cursor.seek(step)
            assert read(cursor, world) == world.states[step]


@pytest.mark.parametrize("seed", range(3))
def test_a_long_run_with_many_slots_and_keyframes(seed: int) -> None:
    with patch.multiple(deltas_module, KEYFRAME_DELTAS=64, KEYFRAME_SLOTS=0):
        world = run(long_program(seed))
        timeline = world.finish()
        cursor = Cursor(timeline)
        order = list(range(timeline.steps))
        random.Random(seed).shuffle(order)
        for step in order[:300]:
            cursor.seek(step)
            assert read(cursor, world) == world.states[step]
    assert timeline.table.slot_count > 1000
    assert timeline.steps > 500


@settings(max_examples=60, deadline=None)
@given(PROGRAMS, st.integers(0, 10_000), st.integers(0, 10_000))
def test_there_and_back_is_identity(program: list[Any], here: int, there: int) -> None:
    with small_keyframes():
        world = run(program)
        timeline = world.finish()
        cursor = Cursor(timeline, here % timeline.steps)
        before = read(cursor, world)
        cursor.seek(there % timeline.steps)
        cursor.seek(here % timeline.steps)
        assert read(cursor, world) == before


@settings(max_examples=100, deadline=None)
@given(PROGRAMS)
def test_changed_is_the_difference_of_two_states(program: list[Any]) -> None:
    world = run(program)
    timeline = world.finish()
    cursor = Cursor(timeline)
    for step in range(1, timeline.steps):
        cursor.seek(step)
        before, after = world.states[step - 1].fields, world.states[step].fields
        expected: set[tuple[int, str, Value, Value]] = {
            (uid, "uid", uid, 0) for uid in before if uid not in after
        }
        for uid, fields in after.items():
            for name, value in fields.items():
                old = before[uid][name] if uid in before else NOT_KNOWN
                if uid not in before or old != value:
                    expected.add((uid, name, old, value))
        told = [(c.uid, c.field, c.old, c.new) for c in cursor.changed()]
        assert len(told) == len(set(told))
        # Of what died in the step, the fields it changed before may be told as well.
        living = {row for row in told if row[1] == "uid" or row[0] in after}
        assert living == expected


@settings(max_examples=60, deadline=None)
@given(PROGRAMS)
def test_writer_and_value_before(program: list[Any]) -> None:
    world = run(program)
    timeline = world.finish()
    cursor = Cursor(timeline)
    for step in range(timeline.steps):
        cursor.seek(step)
        for uid, fields in world.states[step].fields.items():
            name = "note" if "note" in fields else "wide"
            at = cursor.changed_at(uid, name)
            assert at is not None
            assert at <= step
            held = {str(state.fields[uid][name]) for state in world.states[at : step + 1]}
            assert held == {str(fields[name])}
            earlier = world.states[at - 1].fields.get(uid) if at else None
            writes = timeline.deltas.slots[timeline.step_table.delta(at) : timeline.step_table.delta(at + 1)]
            slot = timeline.object(uid).base + timeline.position(timeline.object(uid).cls.name, name)
            if np.count_nonzero(writes == slot) == 1:
                assert cursor.previous(uid, name) == (earlier[name] if earlier else NOT_KNOWN)


@settings(max_examples=60, deadline=None)
@given(PROGRAMS)
def test_columns_and_places_agree_with_single_fields(program: list[Any]) -> None:
    world = run(program)
    timeline = world.finish()
    cursor = Cursor(timeline)
    for step in range(timeline.steps):
        cursor.seek(step)
        state = world.states[step]
        for name in NAMES:
            uids, links = cursor.column(name, "link")
            assert uids.tolist() == cursor.alive(name).tolist() == sorted(uids.tolist())
            assert links.tolist() == [state.fields[int(uid)]["link"] for uid in uids]
        for uid in state.fields:
            places = [(one, members.index(uid)) for one, members in state.lists.items() if uid in members]
            assert cursor.where(uid) == (places[0] if places else None)


def test_a_duplicate_in_one_step_counts_once_and_last() -> None:
    world = run([("set", 0, 1), ("set", 0, 2), ("step", 1, 3, 3, None), ("set", 0, 3), ("set", 0, 4)])
    timeline = world.finish()
    uid = world.objects[0].uid
    cursor = Cursor(timeline, 0)
    assert cursor.get(uid, "wide") == 2
    cursor.seek(1)
    assert cursor.get(uid, "wide") == 4
    assert cursor.changed() == [Change(uid, "wide", 2, 4)]
    assert cursor.previous(uid, "wide") == 3
    cursor.seek(0)
    assert cursor.get(uid, "wide") == 2


def test_slots_are_used_again_and_told_apart() -> None:
    world = World()
    first = Parcel(world.recorder, note=11)
    one = first.uid
    world.recorder.step(1, 0, 3, 3)
    first.release()
    world.recorder.step(2, 0, 3, 3)
    second = Parcel(world.recorder, note=22)
    timeline = world.finish()
    assert timeline.object(one).base == timeline.object(second.uid).base
    cursor = Cursor(timeline, 2)
    assert cursor.get(second.uid, "note") == 22
    assert cursor.get(one, "note") == NOT_KNOWN
    assert not cursor.exists(one)
    cursor.seek(0)
    assert cursor.get(one, "note") == 11
    assert cursor.get(second.uid, "note") == NOT_KNOWN
    assert cursor.fields(second.uid) == {
        "uid": NOT_KNOWN,
        "link": NOT_KNOWN,
        "flow": NOT_KNOWN,
        "note": NOT_KNOWN,
    }
    assert [times.tolist() for times in timeline.series(one, "note")] == [[0], [11]]
    assert [times.tolist() for times in timeline.series(second.uid, "note")] == [[2], [22]]


def test_a_cursor_stays_right_while_the_timeline_grows() -> None:
    world = World()
    counter = world.objects[0]
    early = Timeline(PROLOGUE)
    early.append(world.recorder.drain(early.until))
    cursor = Cursor(early, 0)
    assert cursor.get(counter.uid, "hits") == 0
    counter.hits = 5  # belongs to step 0 still
    world.recorder.step(9, 0, 3, 3)
    counters = [Counter(world.recorder) for _ in range(100)]
    early.append(world.recorder.drain(early.until))
    cursor.seek(0)
    assert cursor.get(counter.uid, "hits") == 5
    cursor.seek(1)
    assert cursor.get(counters[-1].uid, "wide") == 7


def test_before_anything_nothing_is_known() -> None:
    world = World()
    timeline = world.finish()
    cursor = Cursor(timeline)
    assert cursor.get(world.objects[0].uid, "hits") == NOT_KNOWN
    assert cursor.alive("counter").tolist() == []
    assert cursor.changed() == []
    assert cursor.time == 0


@pytest.mark.parametrize("step", [-2, 1, 99])
def test_a_step_that_is_not_there(step: int) -> None:
    timeline = World().finish()
    with pytest.raises(IndexError, match="of 1"):
        Cursor(timeline).seek(step)


def test_names_that_are_not_there() -> None:
    world = World()
    cursor = Cursor(world.finish(), 0)
    with pytest.raises(KeyError, match="no field 'hit'"):
        cursor.get(world.objects[0].uid, "hit")
    with pytest.raises(KeyError, match="no object 999"):
        cursor.get(999, "hits")
    with pytest.raises(KeyError, match="counter, frame"):
        cursor.alive("counters")


def test_values_as_text() -> None:
    world = World()
    queue, parcel = world.lists[0], Parcel(world.recorder, flow=world.objects[1].uid)
    queue.append(parcel)
    cursor = Cursor(world.finish(), 0)
    assert cursor.value(parcel.uid, "link") == "c0 queue"
    assert cursor.value(parcel.uid, "flow") == "c1"
    assert cursor.value(parcel.uid, "note") == "0"
    cursor.seek(-1)
    assert cursor.value(parcel.uid, "note") == "–"
