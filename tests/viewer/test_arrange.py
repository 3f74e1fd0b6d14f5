"""Where the parts stand."""

import pytest

from viewer.arrange import Arrangement, arrange
from viewer.picture.layer import Rect


def test_at_full_size_it_is_the_specifications_table() -> None:
    places = arrange(1920, 1080, dock=True)
    assert places.title == Rect(0, 0, 1920, 44)
    assert places.canvas == Rect(0, 44, 1536, 776)
    assert places.transport == Rect(0, 820, 1536, 52)
    assert places.lanes.bottom == 1080
    assert places.dock == Rect(1536, 44, 384, 1036)
    assert not places.drawer


def parts(places: Arrangement) -> list[Rect]:
    return [places.title, places.canvas, places.transport, places.lanes]


@pytest.mark.parametrize("width", [760, 1000, 1280, 1599, 1600, 1920, 2560, 3840])
@pytest.mark.parametrize("height", [480, 700, 1080, 2160])
@pytest.mark.parametrize("dock", [True, False])
@pytest.mark.parametrize("percent", [80, 100, 150])
def test_parts_never_overlap_and_fill_the_height(width: int, height: int, dock: bool, percent: int) -> None:
    places = arrange(width, height, dock=dock, percent=percent)
    stack = parts(places)
    assert all(part.h > 0 and part.right <= width for part in stack)
    assert [part.y for part in stack[1:]] == [part.bottom for part in stack[:-1]]
    assert stack[-1].bottom == height
    if dock and not places.drawer:
        assert places.dock.x == places.canvas.right
    assert places.dock.right <= width


@pytest.mark.parametrize("wanted", [1, 96, 400, 5000])
def test_the_timeline_takes_what_leaves_the_canvas_its_least(wanted: int) -> None:
    places = arrange(1920, 1080, dock=True, timeline_px=wanted)
    assert places.canvas.h >= 240
    assert places.lanes.h >= 16


def test_larger_text_takes_room_from_the_canvas_and_smaller_gives_none_back() -> None:
    usual, larger = arrange(1920, 1080, dock=True), arrange(1920, 1080, dock=True, percent=150)
    assert arrange(1920, 1080, dock=True, percent=80) == usual
    assert (larger.title.h, larger.transport.h, larger.dock.w) == (66, 78, 480)
    assert larger.lanes.h > usual.lanes.h
    assert larger.canvas.h >= 240
