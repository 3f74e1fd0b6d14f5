"""The rectangles of the timeline."""

import itertools

import pytest

from viewer.arrange import arrange
from viewer.lanes.layout import LANE, LANE_CLOSE, LANE_NAMED, OTHER_LEAST, LanesLayout, Tag, lay_out, placed
from viewer.lanes.marks import TAG_CLEAR


def parts(layout: LanesLayout) -> list[tuple[float, float]]:
    lanes = [part for pair in zip(layout.lanes, layout.others, strict=True) for part in pair]
    every = [layout.overview, layout.ruler, *lanes, *layout.sparks]
    return [(part.y, part.bottom) for part in every if part.h]


def test_the_layout_at_full_size_is_the_specifications() -> None:
    layout = lay_out(1536, 208, 4, 2)
    assert [lane.h for lane in layout.lanes] == [LANE] * 4
    assert len(layout.sparks) == 2
    assert layout.scale_left == 112
    assert layout.hidden == 0


@pytest.mark.parametrize("height", [16, 40, 60, 104, 208, 300])
@pytest.mark.parametrize("cpus", [1, 4, 8, 64])
@pytest.mark.parametrize("percent", [80, 100, 150])
@pytest.mark.parametrize("beside", [False, True])
def test_parts_never_overlap_and_never_leave_the_room(
    height: int, cpus: int, percent: int, beside: bool
) -> None:
    layout = lay_out(1000, height, cpus, 2, focus=cpus // 2, percent=percent, beside=beside)
    edges = parts(layout)
    assert all(a[1] <= b[0] + 1e-9 for a, b in itertools.pairwise(edges))
    if layout.lanes:
        assert edges[-1][1] <= height
    assert len(layout.lanes) + layout.hidden == cpus


def test_sparklines_go_before_lanes_do() -> None:
    layout = lay_out(1000, 104, 4, 2)
    assert len(layout.sparks) == 0
    assert len(layout.lanes) == 4


def test_of_too_many_lanes_those_around_the_focused_cpu_stay() -> None:
    layout = lay_out(1000, 104, 64, 0, focus=40)
    assert layout.first_cpu <= 40 < layout.first_cpu + len(layout.lanes)
    assert layout.hidden == 64 - len(layout.lanes)


def test_a_height_finds_its_cpu() -> None:
    layout = lay_out(1536, 208, 4, 2)
    assert [layout.cpu_at(lane.cy) for lane in layout.lanes] == [0, 1, 2, 3]
    assert layout.cpu_at(layout.ruler.cy) is None


def test_more_sparklines_than_usual_only_beside_lanes_of_full_height() -> None:
    assert [len(lay_out(1536, 208, cpus, 4).sparks) for cpus in (1, 2, 4, 8)] == [4, 4, 2, 1]
    assert all(lane.h == LANE for lane in lay_out(1536, 208, 2, 4).lanes)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720)])
@pytest.mark.parametrize("percent", [80, 90, 100, 110, 125, 150])
def test_four_lanes_keep_their_names_at_every_text_scale(width: int, height: int, percent: int) -> None:
    places = arrange(width, height, dock=True, percent=percent)
    layout = lay_out(places.lanes.w, places.lanes.h, 4, 2, percent=percent)
    assert len(layout.lanes) == 4
    assert all(lane.h >= layout.grown(LANE_NAMED) for lane in layout.lanes)
    assert len(layout.sparks) == (2 if width == 1920 else 0)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720)])
@pytest.mark.parametrize("percent", [80, 90, 100, 110, 125, 150])
def test_four_cpus_have_both_futures_and_their_names_at_every_text_scale(
    width: int, height: int, percent: int
) -> None:
    places = arrange(width, height, dock=True, percent=percent)
    layout = lay_out(places.lanes.w, places.lanes.h, 4, 2, percent=percent, beside=True)
    assert len(layout.lanes) == 4
    assert all(layout.named(row) is not None for row in range(4))
    for lane, other in zip(layout.lanes, layout.others, strict=True):
        assert OTHER_LEAST <= other.h < lane.h
        assert other.y == lane.bottom
        assert other.h / lane.h == pytest.approx(0.6, abs=0.16)


def test_at_full_size_comparing_costs_no_sparkline_and_no_number_of_a_poll() -> None:
    layout = lay_out(1536, 208, 4, 2, beside=True)
    assert len(layout.sparks) == 2
    assert {(lane.h, other.h) for lane, other in zip(layout.lanes, layout.others, strict=True)} == {
        (16.0, 11.0)
    }


def test_short_of_room_the_other_futures_lanes_near_the_focused_cpu_stay() -> None:
    layout = lay_out(1000, 104, 6, 0, focus=4, beside=True)
    kept = [layout.first_cpu + row for row, other in enumerate(layout.others) if other.h]
    assert len(layout.lanes) == 6
    assert kept == [3, 4, 5]
    many = lay_out(1000, 104, 64, 0, focus=40, beside=True)
    assert [many.first_cpu + row for row, other in enumerate(many.others) if other.h] == [40]
    assert many.hidden == 64 - len(many.lanes)


def test_without_a_comparison_there_are_no_other_lanes() -> None:
    assert {other.h for other in lay_out(1536, 208, 4, 2).others} == {0.0}


def test_a_height_finds_its_cpu_in_both_futures() -> None:
    layout = lay_out(1536, 208, 4, 2, beside=True)
    assert [layout.cpu_at(other.cy) for other in layout.others] == [0, 1, 2, 3]
    assert all(layout.in_other(other.cy) for other in layout.others)
    assert not any(layout.in_other(lane.cy) for lane in layout.lanes)


def test_plates_never_overlap_and_the_important_ones_come_first() -> None:
    asked = [Tag(100.0, 60.0, 8.0), Tag(110.0, 50.0, -2.0), Tag(130.0, 50.0, -2.0), Tag(395.0, 40.0, 8.0)]
    assert placed(asked, 0.0, 400.0) == [108.0, None, None, 347.0]
    assert placed([Tag(1.0, 50.0, -2.0)], 0.0, 400.0) == [0.0]
    assert placed([Tag(50.0, 500.0, 8.0)], 0.0, 400.0) == [None]


@pytest.mark.parametrize("cpus", [4, 6, 8, 16])
def test_low_lanes_have_names_that_do_not_touch(cpus: int) -> None:
    places = arrange(1280, 720, dock=True)
    layout = lay_out(places.lanes.w, places.lanes.h, cpus, 2, focus=2)
    named = [(row, place) for row in range(len(layout.lanes)) if (place := layout.named(row)) is not None]
    assert any(layout.first_cpu + row == 2 for row, _ in named)
    assert len(named) == cpus or cpus > 6
    for (_, one), (_, other) in itertools.pairwise(named):
        assert other.cy - one.cy >= LANE_CLOSE - 1e-6


def test_sparklines_end_before_the_windows_edge() -> None:
    for cpus in (4, 6, 8):
        layout = lay_out(1536, 208, cpus, 2)
        assert layout.sparks[-1].bottom <= 208 - 4


def test_a_words_plate_is_clear_of_a_playhead_on_its_line() -> None:
    assert placed([Tag(100.0, 60.0, TAG_CLEAR)], 0.0, 400.0) == [100.0 + TAG_CLEAR]
    assert TAG_CLEAR >= 7.0  # half of the playhead's head, and a little
