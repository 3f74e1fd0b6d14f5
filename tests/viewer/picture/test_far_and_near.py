"""What lies outside the window: read and painted from afar, found all the same; and little canvases and words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.timeline.timeline import Timeline
from tests.viewer.picture.runs import BURSTS, run_of
from tests.viewer.picture.samples import NIC, SOCKETS
from viewer.picture.compose import compose
from viewer.picture.display import DisplayList
from viewer.picture.extent import item_area
from viewer.picture.items import Cells, Kind, Text
from viewer.picture.layer import Layer, Rect
from viewer.picture.layout import Camera, Mode, layout
from viewer.picture.level import Fade, Level
from viewer.picture.paint import KEPT_BYTES, Raster
from viewer.picture.pen import Pen
from viewer.picture.regions.apps import Apps, Task, TaskState, apps_layer
from viewer.picture.regions.apps_close import TaskClose
from viewer.picture.regions.nic import nic_layers
from viewer.picture.regions.sockets import socket_slots
from viewer.picture.still import render_image
from viewer.picture.view import View
from viewer.score.moment import Moment
from viewer.theme.tokens import Role

ZOOM = 3.6


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, tmp_path_factory.mktemp("bursts"))


def drawn(
    timeline: Timeline, x: float, y: float, *, step: int = 4000, whole: bool = False, **view: object
) -> DisplayList:
    looked = View(level=Level.FIELDS, camera=Camera(ZOOM, -x * ZOOM, -y * ZOOM), **view)  # type: ignore[arg-type]
    return compose(timeline, Moment(step, int(timeline.time(step))), looked, whole=whole)


# -- outside the window -------------------------------------------------------------------------------------


@pytest.mark.parametrize("spot", [(90.0, 40.0), (440.0, 40.0), (740.0, 40.0), (1110.0, 40.0), (300.0, 400.0)])
def test_in_the_window_nothing_is_left_out(qtbot: QtBot, bursts: Timeline, spot: tuple[float, float]) -> None:
    """Reading only what is near shows the same pixels as reading all."""
    for step in (2000, 4000, 9000):
        render_image(drawn(bursts, *spot, step=step))  # Qt sets a large glyph a shade lighter the first time
        near, whole = (drawn(bursts, *spot, step=step, whole=whole) for whole in (False, True))
        assert render_image(near) == render_image(whole)


def test_outside_the_window_there_are_summaries(qtbot: QtBot, bursts: Timeline) -> None:
    near, whole = (drawn(bursts, 90.0, 40.0, whole=whole) for whole in (False, True))
    there = {key for key in whole.things() if key[0] not in (Kind.PACKET, Kind.STATION, Kind.MINIMAP)}
    assert {Kind.SOCKET, Kind.TASK, Kind.CPU} <= {kind for kind, _ in near.things()}
    assert {key for key in there if key[0] in (Kind.SOCKET, Kind.TASK, Kind.CPU)} <= near.things().keys()
    assert len(list(near.items())) < 0.9 * len(list(whole.items()))


def test_bitmaps_are_kept_within_bounds(qtbot: QtBot, bursts: Timeline) -> None:
    how = Raster()
    for step in range(2000, 6000, 40):
        display = drawn(bursts, 440.0, 40.0, step=step)
        render_image(display, how)
        held = sum(bitmap.bytes for bitmap in how._layers.values())
        assert held == how._bytes
        assert held <= KEPT_BYTES or len(how._layers) <= len(display.placed)


def test_what_a_record_covers_is_never_too_little(qtbot: QtBot, bursts: Timeline) -> None:
    """Painted alone, no record leaves a mark outside its extent."""
    display = drawn(bursts, 440.0, 40.0)
    seen = 0
    for placed in display.placed:
        if placed.scale == 1.0 or placed.layer.name == "ground":
            continue
        for item in placed.layer.items[:: max(1, len(placed.layer.items) // 6)]:
            area = item_area(item, 100, placed.scale, 1.0, (placed.dx, placed.dy))
            if area is None or area.right - area.left > 1536 or area.left < 0 or area.top < 0:
                continue
            image = QImage(1536, 776, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(0)
            with QPainter(image) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                Pen(painter, display.theme, 1.0, scale=placed.scale, dx=placed.dx, dy=placed.dy).draw(item)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
                painter.fillRect(area.left, area.top, area.right - area.left, area.bottom - area.top, 0)
            assert image == _blank(), item
            seen += 1
    assert seen > 20


def _blank() -> QImage:
    image = QImage(1536, 776, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image


# -- a low canvas -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", [388, 400, 430])
def test_one_of_two_decks_has_every_row_and_two_sockets(height: int) -> None:
    place = layout(1536, height, 4, 1)
    assert [row.mode for row in place.rows] == [Mode.STRIP, Mode.EXPANDED, Mode.STRIP, Mode.STRIP]
    assert place.heat is None
    assert place.rows[-1].card.bottom <= place.nic.bottom
    found = socket_slots((1, 2, 3), place.sockets)
    assert len(found) == 3
    assert len({slot.y for slot in found.values()}) >= 2
    assert place.sockets[-1].bottom <= place.nic.bottom


def test_many_cpus_on_a_low_canvas_end_with_the_adapter() -> None:
    place = layout(1536, 388, 16, 3)
    assert place.heat is not None
    assert place.heat.bottom <= place.nic.bottom


# -- words and cells ----------------------------------------------------------------------------------------


def fifo_of(layers: tuple[Layer, ...]) -> Cells:
    state = next(layer for layer in layers if layer.name == "nic state")
    return next(item for item in state.items if isinstance(item, Cells) and item.of.name == "receive FIFO")


def test_bytes_whose_frames_are_not_known_are_grey() -> None:
    area = layout(1536, 776, 4, 0).nic
    known = fifo_of(nic_layers(NIC, area, 590.0)).fills
    unknown = fifo_of(nic_layers(replace(NIC, fifo=(), fifo_bytes=300_000), area, 590.0)).fills
    empty = fifo_of(nic_layers(replace(NIC, fifo=(), fifo_bytes=0), area, 590.0)).fills
    assert [fill is not None for fill in known].count(True) == len(NIC.fifo)
    assert unknown == (Role.CONTROL,) * 5 + (None,) * 3
    assert empty == (None,) * 8


@pytest.mark.parametrize("level", [Level.SLOTS, Level.FIELDS])
def test_a_list_of_threads_has_more_to_say_close_up(qtbot: QtBot, level: Level) -> None:
    close = TaskClose(level, "epoll_wait", "93.8 µs", (("pid", "1012"), ("policy", "SCHED_OTHER")))
    tasks = tuple(Task(f"herd/{at}", at + 1, "epoll_wait", TaskState.SLEEPING, 0) for at in range(9))
    slots = tuple(Rect(1368.0, 48.0 + at * 96.0, 152.0, 88.0) for at in range(3))

    def said(closely: TaskClose | None) -> list[str]:
        layer = apps_layer(Apps(tasks=tuple(replace(task, close=closely) for task in tasks)), slots)
        return [item.text for item in layer.items if isinstance(item, Text)]

    fresh = [text for text in said(close) if text not in said(None)]
    assert len(fresh) >= len(said(None)) // 2 - 1
    assert all(("epoll_wait 93.8 µs" if level is Level.SLOTS else "pid 1012") in text for text in fresh)


def test_sockets_do_not_dim_in_the_middle_of_a_fade(qtbot: QtBot, bursts: Timeline) -> None:
    """Two half-transparent cards would let the ground shine through."""
    place = layout(1536, 776, 4, 0)
    spot = place.sockets[0]
    zoom = 1.7
    step = 4000

    def pixel(level: Level, fading: Fade | None) -> tuple[int, int, int, int]:
        view = View(level=level, camera=Camera(zoom, -900.0 * zoom, 0.0), fading=fading)
        image = render_image(compose(bursts, Moment(step, int(bursts.time(step))), view))
        colour = image.pixelColor(round((spot.right - 6.0 - 900.0) * zoom), round((spot.y + 20.0) * zoom))
        red, green, blue, alpha = colour.red(), colour.green(), colour.blue(), colour.alpha()
        return red, green, blue, alpha

    card = pixel(Level.SLOTS, None)
    assert card == pixel(Level.OVERVIEW, None)
    for share in (0.2, 0.5, 0.8):
        assert pixel(Level.SLOTS, Fade(Level.OVERVIEW, share)) == card


def test_the_samples_have_more_sockets_than_a_low_canvas_has_slots() -> None:
    place = layout(1536, 388, 4, 0)
    assert len(SOCKETS) > len(place.sockets) - 1
    assert set(socket_slots(tuple(one.uid for one in SOCKETS), place.sockets)) == {one.uid for one in SOCKETS}
