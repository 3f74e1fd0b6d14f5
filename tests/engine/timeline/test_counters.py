"""Level "counters": from `mute_all` on only samples have steps, and only lasting objects are known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.timeline import NOT_KNOWN, Chunk, Cursor, Timeline, Value
from engine.timeline.recorder import Recorder
from engine.timeline.schema import Ns
from tests.engine.timeline.host import PROGRAMS, PROLOGUE, Counter, Parcel, World, run

SAMPLE = 9


def read(world: World) -> Timeline:
    """Hand on what was recorded and read it."""
    timeline = Timeline(PROLOGUE)
    for chunk in [*world.chunks, world.recorder.drain(Ns(world.time))]:
        timeline.append(Chunk.from_bytes(chunk.to_bytes()))
    return timeline


def test_packets_leave_no_trace_and_lasting_objects_do() -> None:
    world = World()
    recorder, kept, lost = world.recorder, world.objects[0], world.objects[1]
    frame = Parcel(recorder)
    recorder.step(5, 0, 3, 3)
    recorder.mute_all()
    recorder.step(6, 0, 3, 3)
    muted = Parcel(recorder)
    uids = {"kept": kept.uid, "lost": lost.uid, "frame": frame.uid, "muted": muted.uid}
    kept.hits += 10
    muted.note = 4
    recorder.part(muted.uid, frame.uid)
    recorder.sample_counters(Ns(10), SAMPLE)
    kept.hits += 1
    for record in (lost, muted, frame):
        record.release()
    fresh = Counter(recorder, name="late", hits=3)
    recorder.sample_counters(Ns(20), SAMPLE)
    recorder.sample_counters(Ns(30), SAMPLE)
    timeline = read(world)

    assert (timeline.detail_until, timeline.steps) == (2, 5)
    assert [timeline.step(step).function.name for step in (2, 3, 4)] == ["sample"] * 3
    assert timeline.skbs_of(uids["frame"]).tolist() == []
    with pytest.raises(KeyError):
        timeline.object(uids["muted"])

    cursor = Cursor(timeline, 1)
    assert (cursor.detailed, cursor.get(uids["kept"], "hits")) == (True, 0)
    assert cursor.alive("frame").tolist() == [uids["frame"]]
    cursor.seek(2)
    assert (cursor.detailed, cursor.get(uids["kept"], "hits")) == (False, 10)
    assert cursor.alive("frame").tolist() == []
    assert cursor.alive("counter").tolist() == [uids["kept"], uids["lost"]]
    cursor.seek(3)
    assert cursor.alive("counter").tolist() == [uids["kept"], fresh.uid]
    assert cursor.get(fresh.uid, "hits") == 3
    assert cursor.get(uids["lost"], "hits") == NOT_KNOWN
    assert [change.new for change in cursor.changed() if change.uid == uids["kept"]] == [11]
    cursor.seek(4)
    assert cursor.changed() == []
    times, values = timeline.series(uids["kept"], "hits")
    assert (times.tolist(), values.tolist()) == ([0, 10, 20], [0, 10, 11])
    times, values = timeline.series(fresh.uid, "hits")
    assert (times.tolist(), values.tolist()) == ([20], [3])


@settings(max_examples=60, deadline=None)
@given(PROGRAMS, st.lists(PROGRAMS, max_size=4))
def test_each_sample_is_the_state_of_what_lasts(before: list[Any], after: list[list[Any]]) -> None:
    world = run(before)
    world.recorder.mute_all()
    steps = world.recorder.step_count
    states: list[dict[int, dict[str, Value]]] = []
    for program in after:
        for operation in program:
            if operation[0] != "splice":  # a sample only tells of links of what lasts
                world.run(operation)
        lasting = {record.uid for record in world.objects if isinstance(record, Counter)}
        states.append({uid: row for uid, row in world.state().fields.items() if uid in lasting})
        world.recorder.sample_counters(Ns(world.time), SAMPLE)
    timeline = read(world)
    assert timeline.steps == steps + len(after)
    cursor = Cursor(timeline)
    for offset in [*range(len(after)), *reversed(range(len(after)))]:
        cursor.seek(steps + offset)
        assert {int(uid): cursor.fields(int(uid)) for uid in cursor.alive("counter")} == states[offset]
        assert cursor.alive("frame").tolist() == []


def test_counters_from_the_first_step_on() -> None:
    recorder = Recorder()
    recorder.on = False
    counter, parcel = Counter(recorder, name="only"), Parcel(recorder)
    counter.hits += 2
    recorder.sample_counters(Ns(0), SAMPLE)
    counter.hits += 2
    parcel.release()
    recorder.sample_counters(Ns(7), SAMPLE)
    timeline = Timeline(PROLOGUE)
    timeline.append(recorder.drain(Ns(7)))
    cursor = Cursor(timeline, 0)
    assert timeline.detail_until == 0
    assert cursor.get(counter.uid, "hits") == 2
    cursor.seek(1)
    assert cursor.get(counter.uid, "hits") == 4


def test_muting_twice_is_muting_once() -> None:
    world = World()
    world.recorder.mute_all()
    world.recorder.step(4, 0, 3, 3)
    world.recorder.mute_all()
    assert read(world).detail_until == 1
    assert world.recorder.last_step == 0
