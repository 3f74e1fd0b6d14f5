"""What a timeline tells of steps, fields, packets and objects."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from engine.timeline import NO_CPU, NOT_KNOWN, ByField, Cursor, Timeline, Unknown, Where
from engine.timeline.recorder import Recorder
from engine.timeline.schema import Ns
from tests.engine.timeline.host import PROGRAMS, PROLOGUE, Counter, Parcel, World, run

HARDWARE = NO_CPU << 8


def steps(world: World, *rows: tuple[int, int, int, int]) -> None:
    """Write steps of (time, fn, where, packet)."""
    for time, fn, where, packet in rows:
        world.recorder.step(time, 0, fn, where, packet)
        world.time = time


def test_moments() -> None:
    world = World()
    steps(world, (10, 3, 3, 0), (10, 4, 3, 0), (25, 4, 3, 0))
    timeline = world.finish()
    moments = [timeline.moment(time) for time in (-1, 0, 9, 10, 11, 24, 25, 1 << 62)]
    assert moments == [-1, 0, 0, 2, 2, 2, 3, 3]
    assert [timeline.time(step) for step in (-1, 0, 2, 3)] == [0, 0, 10, 25]
    assert (timeline.steps, timeline.last, timeline.end_time, timeline.until) == (4, 3, 25, 25)
    assert timeline.complete
    for step in (-1, 4):
        with pytest.raises(IndexError, match="of 4"):
            timeline.step(step)


def test_a_step_in_words() -> None:
    world = World()
    world.recorder.switch(Ns(2), 0x103, 1)
    world.recorder.step(30, 12, 3, 0x103, 5, 0)
    world.recorder.step(31, 0, 2, HARDWARE)
    timeline = world.finish()
    view = timeline.step(1)
    assert (view.number, view.time, view.span, view.start) == (1, 30, 12, 18)
    assert (view.function.name, view.cpu, view.where) == ("napi_poll", 1, Where.SOFTIRQ)
    assert (view.task, view.packet, view.cause) == (1, 5, 0)
    hardware = timeline.step(2)
    assert (hardware.cpu, hardware.where, hardware.cause) == (None, Where.HARDWARE, None)


def test_a_packets_path_in_every_form() -> None:
    world = World()
    recorder = world.recorder
    frame, other, skb, clone = (Parcel(recorder) for _ in range(4))
    steps(world, (1, 2, HARDWARE, frame.uid), (2, 2, HARDWARE, other.uid))
    steps(world, (3, 3, 3, skb.uid))
    recorder.part(skb.uid, frame.uid)
    recorder.part(skb.uid, other.uid)
    steps(world, (4, 4, 3, skb.uid), (5, 4, 0x103, clone.uid), (6, 4, 3, 0))
    recorder.part(clone.uid, frame.uid)
    timeline = world.finish()
    assert timeline.path(frame.uid).tolist() == [1, 3, 4, 5]
    assert timeline.path(other.uid).tolist() == [2, 3, 4]
    assert timeline.path(skb.uid).tolist() == [1, 2, 3, 4]
    assert timeline.parts_of(skb.uid).tolist() == [frame.uid, other.uid]
    assert timeline.skbs_of(frame.uid).tolist() == [skb.uid, clone.uid]
    assert [timeline.frame_of(uid) for uid in (skb.uid, clone.uid, frame.uid, 999)] == [frame.uid] * 3 + [999]
    assert [timeline.previous_of_packet(step) for step in (1, 3, 4, 5, 6)] == [None, 1, 3, 1, None]
    with pytest.raises(KeyError, match="no object 99"):
        timeline.path(99)


@settings(max_examples=60, deadline=None)
@given(PROGRAMS)
def test_series_follow_the_states(program: list[Any]) -> None:
    world = run(program)
    timeline = world.finish()
    for uid in timeline.table.column("uid").tolist():
        for schema in timeline.object(uid).cls.fields:
            written, old, new = timeline.changes(uid, schema.name)
            assert [int(step) for step in written] == sorted({int(step) for step in written})
            told = dict(zip(written.tolist(), new.tolist(), strict=True))
            value: Any = None
            for step, state in enumerate(world.states):
                value = told.get(step, value)
                if uid in state.fields:
                    expected = state.fields[uid][schema.name]
                    assert value == (-(1 << 63) if isinstance(expected, Unknown) else expected)
            assert old.tolist()[1:] == new.tolist()[:-1]
            times, values = timeline.series(uid, schema.name)
            assert times.tolist() == [timeline.time(step) for step in written.tolist()]
            assert values.tolist() == new.tolist()


def test_objects_by_class_name_parent_and_step() -> None:
    world = World()
    recorder = world.recorder
    steps(world, (5, 3, 3, 0))
    child = Parcel(recorder, parent=world.objects[1].uid, name="A1")
    uid = child.uid
    steps(world, (6, 3, 3, 0))
    child.release()
    timeline = world.finish()
    first, second = (record.uid for record in world.objects)
    assert timeline.objects("counter").tolist() == [first, second]
    assert [timeline.objects("frame", step).tolist() for step in (0, 1, 2)] == [[], [uid], []]
    info = timeline.object(uid)
    assert (info.cls.name, info.name, info.parent, info.born, info.died) == ("frame", "A1", second, 1, 2)
    assert timeline.children(second).tolist() == [uid]
    assert (timeline.by_name("frame", "A1"), timeline.by_name("counter", "A1")) == (uid, None)
    assert (timeline.label(uid), timeline.label(first), timeline.label(0)) == ("A1", "c0", "")
    assert timeline.list_id(first, "queue") == world.lists[0].id
    assert timeline.list_id(first, "poll_list") is None
    assert timeline.list_label(world.lists[1].id) == "c1 queue"
    with pytest.raises(KeyError, match="no class 'skb'; there are counter, frame"):
        timeline.by_name("skb", "A1")


def test_what_comes_before_the_first_step_belongs_to_it() -> None:
    recorder = Recorder()
    counter, gone = Counter(recorder, hits=2), Counter(recorder, hits=5)
    uid = gone.uid
    gone.release()
    counter.hits = 3
    recorder.step(4, 0, 1, 0)
    counter.hits = 4
    recorder.step(6, 0, 3, 3)
    counter.hits = 5
    timeline = Timeline(PROLOGUE)
    timeline.append(recorder.drain(Ns(6)))
    times, values = timeline.series(counter.uid, "hits")
    assert (times.tolist(), values.tolist()) == ([4, 6], [4, 5])
    assert timeline.find_all(ByField(counter.uid, "hits")).tolist() == [1]
    cursor = Cursor(timeline, 0)
    assert cursor.get(counter.uid, "hits") == 4
    assert cursor.changed_at(counter.uid, "hits") == 0
    assert cursor.get(uid, "hits") == NOT_KNOWN
    assert cursor.alive("counter").tolist() == [counter.uid]


def test_an_object_without_a_name_is_called_by_its_number() -> None:
    world = World()
    parcel = Parcel(world.recorder)
    assert world.finish().label(parcel.uid) == f"frame #{parcel.uid}"


def test_the_same_run_in_other_chunks_reads_the_same() -> None:
    program: list[Any] = [("new", True, 3), ("step", 2, 3, 3, 2), ("set", 2, 9), ("hit", 0)]
    whole = run(program).finish()
    pieces = run([piece for operation in program for piece in (operation, ("drain",))]).finish()
    for name in ("time", "fn", "packet", "first_delta"):
        assert whole.column(name).tolist() == pieces.column(name).tolist()
    for step in range(whole.steps):
        one, two = Cursor(whole, step), Cursor(pieces, step)
        assert one.changed() == two.changed()
        assert [one.fields(uid) for uid in (1, 2, 3)] == [two.fields(uid) for uid in (1, 2, 3)]


def test_what_it_costs() -> None:
    world = World()
    for time in range(1, 20_000):
        world.recorder.step(time, 1, 3, 3)
        world.objects[0].hits += 1
    assert 28 + 12 <= world.finish().bytes_per_step() < 28 + 12 + 4


def test_an_empty_timeline_answers() -> None:
    timeline = Timeline(PROLOGUE)
    assert (timeline.steps, timeline.last, timeline.end_time, timeline.moment(5)) == (0, -1, 0, -1)
    assert timeline.objects("counter").tolist() == []
    assert timeline.cpus == ()
    assert timeline.wakeups(0, 10)[1].tolist() == []
    assert not timeline.complete
    assert Cursor(timeline).alive("frame").tolist() == []
    assert Cursor(timeline).contents(1).tolist() == []
