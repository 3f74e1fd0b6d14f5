"""Lanes at any width equal a count nanosecond by nanosecond."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.timeline import NOTHING_YET, Timeline
from engine.timeline.lanes import CONTEXTS
from engine.timeline.schema import Ns
from tests.engine.timeline.host import PROLOGUE, World

ROWS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5), st.integers(0, 3)), max_size=150)


def lane(
    rows: list[tuple[int, int, int]], until: int = 0
) -> tuple[Timeline, list[tuple[int, int, int]], int]:
    """Write slices of CPU 2 from (pause, context, task), a chunk every 40; return them with absolute times."""
    world, time, slices = World(), 3, []
    timeline = Timeline(PROLOGUE)
    for number, (pause, context, task) in enumerate(rows):
        time += pause
        slices.append((time, context, task))
        world.recorder.switch(Ns(time), 0x200 | context, task)
        if number % 40 == 39:
            timeline.append(world.recorder.drain(Ns(time)))
    end = max(until, time)
    timeline.append(world.recorder.drain(Ns(end)))
    return timeline, slices, end


@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(0, 300), st.integers(1, 400), st.integers(1, 60), st.integers(0, 400))
def test_runs_equal_a_count_by_nanosecond(
    rows: list[tuple[int, int, int]], t0: int, length: int, px: int, until: int
) -> None:
    timeline, slices, end = lane(rows, until)
    stops = [*(start for start, _, _ in slices), end][1:]
    runs = timeline.lane(2, t0, t0 + length, px)
    assert runs.edges.tolist() == [t0 + column * length // px for column in range(px + 1)]
    for column in range(px):
        a, b = int(runs.edges[column]), int(runs.edges[column + 1])
        busy, starts, present = np.zeros(CONTEXTS, np.int64), 0, 0
        for (start, context, _), stop in zip(slices, stops, strict=True):
            overlap = min(stop, b) - max(start, a)
            busy[context] += max(overlap, 0)
            began = a <= start < min(b, end)
            starts += began
            present |= (began or overlap > 0) << context
        assert runs.busy[column].tolist() == busy.tolist()
        assert runs.starts[column] == starts
        assert runs.present[column] == present
        if busy.any():
            assert busy[runs.context[column]] == busy.max()
        elif not present:
            assert runs.context[column] == NOTHING_YET
        else:
            assert present >> runs.context[column] & 1


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(0, 300), st.integers(1, 400))
def test_slices_of_a_range(rows: list[tuple[int, int, int]], t0: int, length: int) -> None:
    timeline, slices, end = lane(rows)
    stops = [*(start for start, _, _ in slices), end][1:]
    found = timeline.slices(2, t0, t0 + length)
    got = list(
        zip(*(column.tolist() for column in (found.start, found.end, found.context, found.task)), strict=True)
    )
    everything = [(start, stop, *row) for (start, *row), stop in zip(slices, stops, strict=True)]
    assert got == [row for row in everything if row[0] < t0 + length and (row[1] > t0 or row[0] >= t0)]


def test_spans_join_columns_that_look_alike() -> None:
    timeline, _, _ = lane([(0, 1, 0), (10, 4, 7), (10, 4, 8)], until=43)
    runs = timeline.lane(2, 3, 43, 8)
    assert runs.spans() == [(0, 2, 1, 0), (2, 4, 4, 7), (4, 8, 4, 8)]
    assert runs.busy.sum() == 40


def test_a_short_slice_is_seen() -> None:
    timeline, _, _ = lane([(0, 1, 0), (1000, 2, 0), (1, 3, 0), (0, 1, 0)], until=100_000)
    runs = timeline.lane(2, 0, 100_000, 10)
    assert runs.context.tolist() == [1] * 10
    assert [bin(present) for present in runs.present.tolist()[:2]] == ["0b1110", "0b10"]


def test_a_cpu_that_never_ran() -> None:
    timeline, _, _ = lane([(0, 1, 0)])
    runs = timeline.lane(5, 0, 100, 4)
    assert runs.context.tolist() == [NOTHING_YET] * 4
    assert runs.spans() == [(0, 4, NOTHING_YET, 0)]
    assert timeline.slices(5, 0, 100).start.tolist() == []
    assert timeline.cpus == (2,)


@pytest.mark.parametrize(("t0", "t1", "px"), [(5, 5, 10), (6, 5, 10), (0, 5, 0)])
def test_no_range_no_lane(t0: int, t1: int, px: int) -> None:
    timeline, _, _ = lane([(0, 1, 0)])
    with pytest.raises(ValueError, match="pixels"):
        timeline.lane(2, t0, t1, px)
