"""Declared classes, lists, and what an assignment writes."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from engine.timeline.chunk import Chunk
from engine.timeline.lists import RecordedList
from engine.timeline.record import CLASSES, Record, declared_apart, field
from engine.timeline.recorder import BLOCK, Recorder
from engine.timeline.schema import LINK_SHIFT, Kind, Ns
from tests.engine.timeline.host import Counter, Parcel


def written(recorder: Recorder) -> list[tuple[int, int]]:
    """Return slot and value of each assignment so far."""
    chunk = recorder.drain(Ns(0))
    return list(zip(chunk.slots.tolist(), chunk.values.tolist(), strict=True))


def test_a_birth_writes_all_fields_in_order_and_an_assignment_one() -> None:
    recorder = Recorder()
    counter = Counter(recorder, hits=4)
    assert written(recorder) == [(0, 1), (1, 0), (2, 4), (3, 7)]
    counter.hits += 1
    counter.hits += 1
    assert counter.hits == 6
    assert written(recorder) == [(2, 5), (2, 6)]
    counter.release()
    assert written(recorder) == [(0, 0)]


def test_slots_come_in_blocks_and_are_used_again() -> None:
    recorder = Recorder()
    counters = [Counter(recorder) for _ in range(BLOCK + 1)]
    parcel = Parcel(recorder)
    assert recorder.drain(Ns(0)).blocks == ((0, 0), (0, BLOCK * 4), (1, BLOCK * 8))
    counters[5].release()
    fresh = Counter(recorder)
    chunk = recorder.drain(Ns(0))
    assert chunk.blocks == ()
    assert chunk.objects["base"].tolist() == [5 * 4]
    assert chunk.deaths.tolist() == [(6, -1)]
    assert fresh.uid == parcel.uid + 1


def test_a_muted_object_is_silent_and_still_of_its_class() -> None:
    recorder = Recorder()
    counter: Any = Counter(recorder)
    recorder.drain(Ns(0))
    counter.mute()
    counter.hits = 9
    assert written(recorder) == []
    assert counter.hits == 9
    assert isinstance(counter, Counter)
    assert isinstance(counter, Record)
    assert not isinstance(counter, Parcel)
    assert counter.snapshot() == [1, 0, 9, 7]


def test_a_declaration_is_a_schema() -> None:
    before = CLASSES[:]
    with declared_apart() as own:

        class Thing(Record, kernel_name="thing", meaning="A thing."):
            """Has all kinds of attributes."""

            limit: ClassVar[int] = 3
            state: int = field("what it does", kind=Kind.ENUM, names=("off", "on"), default=1)
            plain: Any
            other: Any = None

            def double(self) -> int:
                """Twice the state."""
                return self.state * 2

    assert own == [Thing]
    assert before == CLASSES
    schema = Thing.schema
    assert (schema.number, schema.name, schema.transient) == (0, "thing", False)
    assert [spec.name for spec in schema.fields] == ["uid", "state"]
    assert schema.fields[1].names == ("off", "on")
    assert schema.position("state") == 1
    with pytest.raises(KeyError, match="thing has no field 'stat'"):
        schema.position("stat")
    recorder = Recorder()
    thing = Thing(recorder, plain=[1])
    assert (thing.double(), thing.plain, thing.other, thing.limit) == (2, [1], None, 3)
    recorder.drain(Ns(0))
    thing.plain = [2]
    assert written(recorder) == []
    with pytest.raises(TypeError, match="stat"):
        Thing(recorder, stat=1)


def test_a_declared_class_is_no_base() -> None:
    before = len(CLASSES)
    with pytest.raises(TypeError, match="already laid out"):

        class Better(Counter, kernel_name="better"):
            """Derives from what is laid out."""

    assert len(CLASSES) == before


def test_lists_keep_their_order_in_the_links() -> None:
    recorder = Recorder()
    one: RecordedList[Any] = RecordedList(recorder, 0, "one")
    two: RecordedList[Any] = RecordedList(recorder, 0, "two")
    members = [Parcel(recorder) for _ in range(5)]
    for member in members[:3]:
        one.append(member)
    one.appendleft(members[3])
    two.append(members[4])
    two.splice_head(one)
    assert [member.uid for member in two] == [4, 1, 2, 3, 5]
    assert sorted(two, key=lambda member: member.link) == list(two)
    assert {member.link >> LINK_SHIFT for member in two} == {two.id}
    assert len(one) == 0
    one.splice_tail(two)
    assert [member.uid for member in one] == [4, 1, 2, 3, 5]
    assert one.popleft().link == 0
    assert one.shift().link >> LINK_SHIFT == one.id
    one.remove(members[2])
    assert members[2].link == 0
    assert [member.uid for member in one] == [2, 5]
    with pytest.raises(ValueError, match=r"."):
        one.remove(members[2])


def test_values_wider_than_32_bits_and_long_acts() -> None:
    recorder = Recorder()
    recorder.step(5 << 40, 9 << 40, 1, 0)
    Counter(recorder, wide=-(1 << 40))
    chunk = Chunk.from_bytes(recorder.drain(Ns(5 << 40)).to_bytes())
    assert chunk.values.tolist() == [1, 0, 0, -(1 << 40)]
    assert chunk.values.dtype == "<i8"
    assert chunk.steps["time"].tolist() == [5 << 40]
    assert chunk.steps["span"].tolist() == [(1 << 32) - 1]


def test_steps_are_numbered_across_drains() -> None:
    recorder = Recorder()
    for time in range(3):
        recorder.step(time, 0, 1, 0)
    recorder.drain(Ns(0))
    assert (recorder.last_step, recorder.step_count) == (2, 3)
    recorder.step(3, 0, 1, 0)
    assert (recorder.last_step, recorder.step_count) == (3, 4)
