"""The rectangles of the timeline."""

import itertools

import pytest

from viewer.lanes.layout import LANE, LanesLayout, lay_out


def parts(layout: LanesLayout) -> list[tuple[float, float]]:
    every = [layout.overview, layout.ruler, *layout.lanes, *layout.sparks]
    return [(part.y, part.bottom) for part in every if part.h]


def test_the_layout_at_full_size_is_the_specifications() -> None:
    layout = lay_out(1536, 208, 4, 2)
    assert [lane.h for lane in layout.lanes] == [LANE] * 4
    assert len(layout.sparks) == 2
    assert layout.scale_left == 112
    assert layout.hidden == 0


@pytest.mark.parametrize("height", [16, 40, 60, 104, 208, 300])
@pytest.mark.parametrize("cpus", [1, 4, 8, 64])
def test_parts_never_overlap_and_never_leave_the_room(height: int, cpus: int) -> None:
    layout = lay_out(1000, height, cpus, 2, focus=cpus // 2)
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
