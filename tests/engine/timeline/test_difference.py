"""Where two timelines part, against a plain comparison step by step."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.timeline import Prologue, Timeline
from engine.timeline.chunk import DELTA_DTYPE, STEP_DTYPE, Chunk, Tables
from engine.timeline.difference import Difference, first_difference, matching_step
from engine.timeline.record import Record, declared_apart
from engine.timeline.record import field as recorded
from engine.timeline.recorder import Recorder
from engine.timeline.schema import Kind, Ns
from tests.engine.timeline.host import FUNCTIONS, PROGRAMS, PROLOGUE, World, long_program, run

ENDED = 1
"""A fate."""

with declared_apart() as NAMED:

    class Device(Record, kernel_name="device", meaning="Something with a text."):
        """An object whose fields are a string and a function."""

        driver: int = recorded("driver", kind=Kind.NAME)
        handler: int = recorded("handler", kind=Kind.FN)


def finished(program: Sequence[tuple[Any, ...]]) -> Timeline:
    return run(list(program)).finish()


def told(timeline: Timeline) -> list[tuple[Any, ...]]:
    """Return all that a step is, a tuple a step."""
    ends = [timeline.step_table.delta(step) for step in range(timeline.steps + 1)]
    slots, values = timeline.deltas.slots, timeline.deltas.values.take(slice(None))
    births = [timeline.object(uid) for uid in timeline.table.column("uid").tolist()]
    steps = []
    for step in range(timeline.steps):
        row = [
            int(timeline.column(name)[step]) for name in ("time", "span", "fn", "where", "packet", "cause")
        ]
        wrote = [(int(slots[n]), int(values[n])) for n in range(ends[step], ends[step + 1])]
        made = [(info.uid, info.name, info.parent, info.base) for info in births if max(info.born, 0) == step]
        steps.append((row, wrote, made))
    return steps


def parting(ours: list[Any], theirs: list[Any]) -> int | None:
    """Return the first place at which two lists differ."""
    both = min(len(ours), len(theirs))
    unlike = next((place for place in range(both) if ours[place] != theirs[place]), None)
    return both if unlike is None and len(ours) != len(theirs) else unlike


@given(PROGRAMS, PROGRAMS, PROGRAMS)
def test_it_is_what_comparing_every_step_finds(
    common: list[tuple[Any, ...]], one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]
) -> None:
    a, b = finished(common + one), finished(common + other)
    ours, theirs = told(a), told(b)
    difference = Difference(a, b)
    assert difference.grow() == first_difference(b, a) == parting(ours, theirs)
    assert difference.parted == parting([row for row, *_ in ours], [row for row, *_ in theirs])


@given(PROGRAMS, PROGRAMS, PROGRAMS, st.randoms(use_true_random=False))
def test_timelines_that_come_in_slowly_part_at_the_same_step(
    common: list[tuple[Any, ...]], one: list[tuple[Any, ...]], other: list[tuple[Any, ...]], order: Any
) -> None:
    worlds = [run(common + rest) for rest in (one, other)]
    whole = [world.finish() for world in worlds]
    growing = [Timeline(PROLOGUE), Timeline(PROLOGUE)]
    left = [list(world.chunks) for world in worlds]
    difference = Difference(*growing)
    while any(left):
        which = order.choice([number for number, chunks in enumerate(left) if chunks])
        growing[which].append(left[which].pop(0))
        found = difference.grow()
        assert found is None or found == first_difference(*whole)
    assert difference.first == first_difference(*whole)
    assert difference.parted == Difference(*whole).follow_rows()


def test_a_field_of_a_long_run_is_found_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.timeline.difference.BLOCK", 64)
    program = long_program(3)
    place = next(n for n, operation in enumerate(program) if n > 2000 and operation[0] == "set")
    changed = [*program[:place], ("set", program[place][1], 12345), *program[place + 1 :]]
    a, b = finished(program), finished(changed)
    difference = Difference(a, b)
    assert difference.grow() is not None
    assert difference.first == parting(told(a), told(b))
    assert difference.parted is None


@given(PROGRAMS, PROGRAMS, PROGRAMS)
def test_a_step_s_counterpart_is_at_its_moment(
    common: list[tuple[Any, ...]], one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]
) -> None:
    a, b = finished(common + one), finished(common + other)
    difference = Difference(a, b)
    difference.grow()
    parted = a.steps if difference.parted is None else difference.parted
    for step in range(-1, a.steps):
        there = matching_step(a, b, step)
        assert there == difference.matching(step)
        assert there == (step if step < parted else b.moment(a.time(step)))
        assert b.time(there) <= a.time(step)
    for step in range(-1, b.steps):
        assert difference.matching(step, back=True) == matching_step(b, a, step)
    with pytest.raises(IndexError):
        matching_step(a, b, a.steps)


def test_a_run_that_goes_on_differs_where_the_shorter_one_is_over() -> None:
    steps: list[tuple[Any, ...]] = [("step", 1, 2, 2, None)] * 5
    short, long = finished(steps[:3]), finished(steps)
    assert first_difference(short, long) == first_difference(long, short) == short.steps == 4
    assert first_difference(short, finished(steps[:3])) is None


def test_a_run_that_is_not_over_yet_may_still_be_equal() -> None:
    world = World()
    for _ in range(5):
        world.run(("step", 1, 2, 2, None))
    early = Timeline(PROLOGUE)
    early.append(world.recorder.drain(Ns(3)))
    assert first_difference(early, finished([("step", 1, 2, 2, None)] * 9)) is None


def test_functions_count_by_name() -> None:
    world = run([("step", 5, 3, 3, None), ("step", 5, 4, 3, None)])
    a = world.finish()

    def of(table: dict[str, int]) -> Timeline:
        numbers = np.zeros(1 << 16, np.uint16)
        functions = tuple(replace(info, number=table[info.name], cost_ns=99) for info in FUNCTIONS)
        for info in FUNCTIONS:
            numbers[info.number] = table[info.name]
        timeline = Timeline(Prologue(PROLOGUE.classes, functions, {}))
        for chunk in world.chunks:
            steps = chunk.steps.copy()
            steps["fn"] = numbers[steps["fn"]]
            timeline.append(replace(chunk, steps=steps))
        return timeline

    others = {info.name: 40 - info.number for info in FUNCTIONS}
    assert first_difference(a, of(others)) is None
    swapped = {**{info.name: info.number for info in FUNCTIONS}, "ip_rcv": 3, "napi_poll": 4}
    b = of(swapped)
    assert (b.step(1).function.name, first_difference(a, b)) == ("napi_poll", None)


def named(driver: str, handler: int, reason: str, name: str = "eth0") -> Timeline:
    """Return a run of four steps: a device is made, named, another step, a frame ends."""
    recorder = Recorder()
    recorder.step(0, 0, 1, 0)
    device: Any = Device(recorder, name="card")
    recorder.step(10, 0, 2, 2)
    device.driver, device.handler = recorder.name(driver), handler
    recorder.step(20, 0, 3, 3)
    Device(recorder, parent=device.uid, name=name)
    recorder.step(30, 0, 4, 3)
    recorder.ending(7, 1, 0, ENDED, reason, Ns(25), Ns(30))
    timeline = Timeline(Prologue(tuple(cls.schema for cls in NAMED), FUNCTIONS, {}))
    timeline.append(recorder.drain(Ns(40), last=True))
    return timeline


@pytest.mark.parametrize(
    ("other", "step"),
    [
        (("igb", 3, "full"), None),
        (("ixgbe", 3, "full"), 1),
        (("igb", 4, "full"), 1),
        (("igb", 3, "full", "eth1"), 2),
        (("igb", 3, "away"), 3),
    ],
)
def test_strings_count_by_what_they_say(other: tuple[Any, ...], step: int | None) -> None:
    difference = Difference(named("igb", 3, "full"), named(*other))
    assert (difference.grow(), difference.parted) == (step, None)


def test_an_ending_more_is_a_difference_at_its_step() -> None:
    def ended(times: int) -> Timeline:
        recorder = Recorder()
        for step in range(4):
            recorder.step(step, 0, 2, 2)
            if step == 2:
                for frame in range(times):
                    recorder.ending(frame + 1, 1, frame, ENDED, "", Ns(0), Ns(2))
        timeline = Timeline(PROLOGUE)
        timeline.append(recorder.drain(Ns(4), last=True))
        return timeline

    assert first_difference(ended(1), ended(2)) == first_difference(ended(2), ended(0)) == 2
    assert first_difference(ended(2), ended(2)) is None


def test_timelines_of_other_classes_are_compared_by_their_rows() -> None:
    a = finished([("step", 5, 3, 3, None), ("new", False, 3), ("step", 5, 4, 3, None)])
    steps = np.zeros(3, STEP_DTYPE)
    for name in ("time", "span", "fn", "where", "cause"):
        steps[name] = a.column(name)
    b = Timeline(Prologue((), FUNCTIONS, {}))
    empty = bytearray(np.zeros(0, DELTA_DTYPE).tobytes())
    b.append(Chunk.from_rows(bytearray(steps.tobytes()), empty, Tables(), 0, 0, a.until, last=True))
    assert first_difference(a, b) is None


def test_a_million_steps_are_compared_within_a_third_of_a_second() -> None:
    count = 1_000_000
    steps = np.zeros(count, STEP_DTYPE)
    steps["time"] = np.arange(count)
    steps["fn"] = 2
    steps["cause"] = -1
    steps["first_delta"] = 2 * np.arange(count) + 5
    deltas = np.zeros(2 * count + 5, DELTA_DTYPE)
    deltas["value"] = np.arange(len(deltas)) << 20
    timelines = []
    for last in (1, 2):
        deltas["value"][-1] = last
        timeline = Timeline(PROLOGUE)
        tables = Tables(blocks=[(0, 0)])
        rows = (bytearray(steps.tobytes()), bytearray(deltas.tobytes()))
        timeline.append(Chunk.from_rows(*rows, tables, 0, 0, Ns(count), last=True))
        timelines.append(timeline)
    began = time.perf_counter()
    assert first_difference(*timelines) == count - 1
    assert time.perf_counter() - began < 0.3
