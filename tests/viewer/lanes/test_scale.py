"""Time to pixel."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.lanes.scale import SHORTEST_NS, TimeScale, nice_step, number_text, unit_of

RUN_NS = 4_000_000
scales = st.builds(
    lambda start, span: TimeScale(start, start + span, 112.0, 1408.0),
    st.integers(0, 3_000_000),
    st.integers(SHORTEST_NS, 1_000_000),
)


def test_the_edges_are_where_they_are_said_to_be() -> None:
    scale = TimeScale(1_000, 2_000, 100.0, 500.0)
    assert (scale.x(1_000), scale.x(1_500), scale.x(2_000)) == (100.0, 350.0, 600.0)
    assert (scale.time(100.0), scale.time(350.0), scale.time(600.0)) == (1_000, 1_500, 2_000)


@given(scales, st.floats(112.0, 1520.0))
def test_a_position_survives_the_way_to_time_and_back(scale: TimeScale, x: float) -> None:
    assert abs(scale.x(scale.time(x)) - x) <= scale.width / scale.span_ns / 2 + 1e-6


@given(scales, st.sampled_from([0.5, 0.8, 1.25, 2.0]), st.floats(112.0, 1520.0))
def test_zooming_keeps_the_time_under_the_pointer(scale: TimeScale, factor: float, x: float) -> None:
    zoomed = scale.zoomed(factor, x, RUN_NS)
    assert 0 <= zoomed.start_ns < zoomed.end_ns <= RUN_NS
    if zoomed.start_ns > 0 and zoomed.end_ns < RUN_NS:
        assert abs(zoomed.time(x) - scale.time(x)) <= 2


def test_no_zoom_leads_beyond_the_run_or_below_the_shortest_stretch() -> None:
    scale = TimeScale(0, RUN_NS, 0.0, 1000.0)
    assert scale.zoomed(0.01, 500.0, RUN_NS) == scale
    assert scale.zoomed(1e9, 500.0, RUN_NS).span_ns == SHORTEST_NS
    assert scale.over(0, 1_000, RUN_NS).panned(-50.0, RUN_NS).start_ns == 0


def test_the_scale_follows_a_time_only_when_it_leaves() -> None:
    scale = TimeScale(1_000, 2_000, 0.0, 100.0)
    assert scale.following(1_500, RUN_NS) is scale
    ahead = scale.following(2_500, RUN_NS)
    assert ahead.shows(2_500)
    assert ahead.span_ns == scale.span_ns
    assert ahead.x(2_500) == pytest.approx(20.0)
    assert scale.following(500, RUN_NS).x(500) == pytest.approx(50.0), "held at the start of the run"


@pytest.mark.parametrize(
    ("least", "step"), [(0.3, 1), (1.0, 1), (1.5, 2), (3.0, 5), (51.0, 100), (64_000.0, 100_000)]
)
def test_steps_are_round(least: float, step: int) -> None:
    assert nice_step(least) == step


def test_ticks_are_round_times_in_order_with_texts_on_the_major_ones() -> None:
    ticks = TimeScale(560_000, 1_100_000, 112.0, 1408.0).ticks()
    texts = [tick.text for tick in ticks if tick.text]
    assert texts == ["600", "650", "700", "750", "800", "850", "900", "950", "1000", "1050", "1100"]
    assert [tick.time_ns for tick in ticks] == sorted(tick.time_ns for tick in ticks)
    assert all(tick.time_ns % 10_000 == 0 for tick in ticks)


@given(scales)
def test_texts_of_the_ruler_never_touch(scale: TimeScale) -> None:
    places = [tick.x for tick in scale.ticks() if tick.text]
    assert all(b - a >= 90.0 - 1e-6 for a, b in itertools.pairwise(places))


@pytest.mark.parametrize(
    ("time", "text"), [(1_250_000, "1250"), (1_500, "1.5"), (7, "0.007"), (0, "0"), (-1_500, "-1.5")]
)
def test_numbers_are_exact(time: int, text: str) -> None:
    assert number_text(time, 1_000) == text


def test_units_grow_with_the_run() -> None:
    times = (5_000, 9_000_000, 10_000_000, 20_000_000_000)
    assert [unit_of(time)[1] for time in times] == [
        "µs",
        "µs",
        "ms",
        "s",
    ]


def test_a_scale_of_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no time"):
        TimeScale(5, 5, 0.0, 10.0)


@given(scales, st.lists(st.integers(0, RUN_NS), min_size=1, max_size=8))
def test_many_times_go_where_each_alone_would(scale: TimeScale, times: list[int]) -> None:
    places = scale.xs(np.array(times, np.int64)).tolist()
    assert places == pytest.approx([scale.x(time) for time in times])
