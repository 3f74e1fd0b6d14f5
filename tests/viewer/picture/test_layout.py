"""The geometry: the specification's table at its size, and sane elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.picture.layer import Rect
from viewer.picture.layout import Camera, Layout, Mode, Stage, layout

WINDOW_TOP = 44


def test_the_table_of_the_specification() -> None:
    place = layout(1536, 776, 4, 0)
    assert (place.wire.x, place.wire.right) == (16, 96)
    assert (place.nic.x, place.nic.right, place.nic.y + WINDOW_TOP, place.nic.bottom + WINDOW_TOP) == (
        104,
        288,
        92,
        806,
    )
    assert (place.rows[0].card.x, place.ring_right, place.head_right) == (304, 444, 608)
    assert (place.track_left, place.track_right) == (628, 1164)
    assert [x for _, x in place.stages] == [660, 738, 836, 932, 1012, 1098]
    assert [row.card.y + WINDOW_TOP for row in place.rows] == [92, 338, 434, 530]
    assert [row.card.h for row in place.rows] == [238, 88, 88, 88]
    assert (place.sockets[0].x, place.sockets[0].right) == (1180, 1352)
    assert (place.apps[0].x, place.apps[0].right) == (1368, 1520)
    assert place.deck is not None
    assert (place.deck.x, place.deck.y + WINDOW_TOP, place.deck.w, place.deck.h) == (304, 634, 1048, 172)


def test_the_focused_row_is_the_tall_one() -> None:
    place = layout(1536, 776, 4, 2)
    assert [row.mode for row in place.rows] == [Mode.COMPACT, Mode.COMPACT, Mode.EXPANDED, Mode.COMPACT]
    assert [row.cpu for row in place.rows] == [0, 1, 2, 3]
    assert place.rows[-1].card.bottom == layout(1536, 776, 4, 0).rows[-1].card.bottom


def test_few_rows_are_all_expanded() -> None:
    assert [row.mode for row in layout(1536, 776, 2, 0).rows] == [Mode.EXPANDED, Mode.EXPANDED]


def test_many_cpus_share_a_strip() -> None:
    place = layout(1536, 776, 64, 40)
    assert [row.cpu for row in place.rows] == [39, 40, 41]
    assert place.heat is not None
    assert place.row(0) is None


@given(
    width=st.integers(900, 4000),
    height=st.integers(200, 2200),
    cpus=st.integers(1, 64),
    focused=st.integers(0, 63),
)
def test_nothing_overlaps_at_any_size(width: int, height: int, cpus: int, focused: int) -> None:
    place = layout(width, height, cpus, min(focused, cpus - 1))
    parts = _parts(place)
    for at, one in enumerate(parts):
        assert one.w > 0
        assert one.h > 0
        assert one.x >= 0
        assert one.right <= width
        for other in parts[at + 1 :]:
            assert not one.crosses(other), (one, other)
    assert all(row.card.bottom <= height for row in place.rows)
    xs = [x for _, x in place.stages]
    assert xs == sorted(xs)
    assert place.track_left < xs[0]
    assert xs[-1] < place.track_right
    assert place.row(min(focused, cpus - 1)) is not None
    assert {stage for stage, _ in place.stages} == set(Stage)


@pytest.mark.parametrize("height", range(200, 340, 4))
@pytest.mark.parametrize("cpus", [1, 2, 4, 6, 16])
def test_a_low_canvas_cuts_no_row(height: int, cpus: int) -> None:
    place = layout(1236, height, cpus, cpus - 1)
    focused = place.row(cpus - 1)
    assert focused is not None
    assert focused.mode is not Mode.STRIP
    assert focused.mode is Mode.COMPACT or focused.card.h >= 238
    assert place.heat is not None or len(place.rows) == cpus
    assert (place.heat or place.rows[-1].card).bottom <= height


def _parts(place: Layout) -> list[Rect]:
    parts = [place.nic, *(row.card for row in place.rows), *place.sockets, *place.apps]
    parts += [rect for rect in (place.heat, place.deck, place.minimap) if rect is not None]
    return parts


def test_zooming_keeps_the_point_under_the_mouse() -> None:
    camera = Camera(1.0, 10.0, -20.0)
    before = camera.to_scene(300.0, 200.0)
    after = camera.zoomed(1.7, 300.0, 200.0).to_scene(300.0, 200.0)
    assert after == pytest.approx(before)


def test_zoom_has_bounds() -> None:
    assert Camera().zoomed(100.0, 0.0, 0.0).zoom == 8.0
    assert Camera().zoomed(0.001, 0.0, 0.0).zoom == 0.4


def test_framing_centres() -> None:
    rect = Rect(100.0, 50.0, 200.0, 100.0)
    camera = Camera().framing(rect, 1000.0, 500.0)
    assert camera.to_scene(500.0, 250.0) == pytest.approx((rect.cx, rect.cy))


def test_rows_that_are_all_expanded_end_where_the_columns_beside_them_do() -> None:
    place = layout(3360, 1776, 4, 0)
    assert {row.mode for row in place.rows} == {Mode.EXPANDED}
    assert abs(place.rows[-1].card.bottom - place.socket_column.bottom) < len(place.rows)
    alone = layout(3360, 1776, 1, 0)
    assert alone.rows[0].card.h < 400.0, "a single row is not drawn out"
