"""The ring around what is selected, and where one looks when one looks closer."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.timeline.timeline import Timeline
from tests.viewer.picture.runs import BURSTS, run_of
from viewer.picture.centring import EDGE, busy_spot, centred, uncovered
from viewer.picture.compose import compose
from viewer.picture.display import DisplayList, text_rect
from viewer.picture.items import Kind, Text
from viewer.picture.layer import Rect
from viewer.picture.layout import Camera, layout
from viewer.picture.level import Level, zoom_of
from viewer.picture.reading.desk import desk_at
from viewer.picture.reading.flights import carried
from viewer.picture.view import View
from viewer.score.moment import Moment

RINGED = {
    Kind.WIRE, Kind.NIC, Kind.RSS, Kind.VECTOR, Kind.RING, Kind.CPU, Kind.NAPI, Kind.STATION, Kind.GRO,
    Kind.BACKLOG, Kind.SOCKET, Kind.EPOLL, Kind.TASK, Kind.TRANSMIT,
}  # fmt: skip


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, tmp_path_factory.mktemp("bursts"))


def drawn(timeline: Timeline, step: int, view: View) -> DisplayList:
    return compose(timeline, Moment(step, int(timeline.time(step))), view)


def ring_of(display: DisplayList) -> Rect | None:
    placed = display.layer("selection")
    if placed is None:
        return None
    left, top, right, bottom = placed.layer.items[0].bounds()
    return placed.map(Rect(left, top, right - left, bottom - top))


@pytest.mark.parametrize("step", [0, 300, 4000])
def test_whatever_can_be_selected_has_a_ring_of_its_own(qtbot: QtBot, bursts: Timeline, step: int) -> None:
    things = [one.thing for one in drawn(bursts, step, View()).things().values() if one.thing.kind in RINGED]
    assert {Kind.VECTOR, Kind.STATION, Kind.NAPI, Kind.GRO} <= {thing.kind for thing in things}
    rings = {}
    for thing in things:
        display = drawn(bursts, step, View(selected=thing.uid, marked=(thing.kind, thing.name)))
        ring = ring_of(display)
        assert ring is not None, thing
        rings[thing] = ring
        assert thing.name != "no poll"
    assert len(set(rings.values())) == len(things)


def test_words_stand_clear_of_the_ring(qtbot: QtBot, bursts: Timeline) -> None:
    for zoom, level in ((1.0, Level.OVERVIEW), (1.9, Level.SLOTS)):
        view = View(camera=Camera(zoom), level=level)
        uid = next(
            one.thing.uid for one in drawn(bursts, 4000, view).things().values() if one.thing.name == "CPU 0"
        )
        view = View(camera=Camera(zoom), level=level, selected=uid, marked=("cpu", "CPU 0"))
        display = drawn(bursts, 4000, view)
        ring, head = ring_of(display), display.layer("head 0")
        assert ring is not None
        assert head is not None
        for item, percent in head.items():
            rect = text_rect(head, item, percent) if isinstance(item, Text) else None
            if rect is not None and item.of.name == "CPU 0":
                assert rect.x - ring.x >= 4.0
                assert ring.right - rect.right >= 4.0


def test_a_vector_is_the_same_thing_wherever_it_is_drawn(qtbot: QtBot, bursts: Timeline) -> None:
    display = drawn(bursts, 300, View())
    vectors = {(item.of.name, item.of.uid) for item in display.items(kind=Kind.VECTOR)}
    layers = {
        placed.layer.name
        for placed in display.placed
        for item in placed.layer.items
        if item.of.name == "eth0-TxRx-0" and item.of.kind is Kind.VECTOR
    }
    assert {"nic state", "ring 0"} <= layers
    assert all(uid and bursts.label(uid) == name for name, uid in vectors)


def test_a_selected_number_without_a_name_has_its_ring(qtbot: QtBot, bursts: Timeline) -> None:
    uid = int(bursts.objects("nic")[0])
    assert ring_of(drawn(bursts, 300, View(selected=uid, marked=("object", "eth0")))) is not None
    assert ring_of(drawn(bursts, 300, View(marked=("station", "no_such_function")))) is None


def test_looking_closer_goes_to_the_packet_in_hand(qtbot: QtBot, bursts: Timeline) -> None:
    busy = idle = 0
    for step in range(100, bursts.steps, max(1, bursts.steps // 60)):
        moment = Moment(step, int(bursts.time(step)))
        display = drawn(bursts, step, View())
        spot = busy_spot(bursts, moment, View(), display)
        assert spot is not None
        held = carried(desk_at(bursts, step, moment.time_ns), moment, 0)
        seen = {packet.uid: (packet.x, packet.y) for packet in display.packets() if packet.opacity >= 0.5}
        if held is not None and held.uid in seen:
            assert spot == seen[held.uid]
            busy += 1
        elif held is None:
            row = layout(1536, 776, 4, 0).row(0)
            assert row is not None
            assert row.card.holds(*spot)
            idle += 1
    assert busy
    assert idle


@pytest.mark.parametrize("spot", [(20.0, 50.0), (700.0, 300.0), (1500.0, 760.0)])
def test_a_centred_point_is_in_sight_and_no_edge_is_empty(spot: tuple[float, float]) -> None:
    for before in (Camera(), Camera(1.6, -300.0, -200.0)):
        zoom = zoom_of(Level.FIELDS)
        camera = centred(before, zoom, spot, 1536.0, 776.0)
        x, y = before.to_scene(*spot)
        at = np.array([x * zoom + camera.x, y * zoom + camera.y])
        assert (at >= 0.0).all()
        assert (at <= [1536.0, 776.0]).all()
        assert camera.to_scene(0.0, 0.0) >= (0.0, 0.0)
        right, bottom = camera.to_scene(1536.0, 776.0)
        assert right <= 1536.0 + 1e-6
        assert bottom <= 776.0 + 1e-6


@pytest.mark.parametrize("spot", [(20.0, 50.0), (700.0, 300.0), (1200.0, 500.0)])
def test_a_centred_point_is_not_under_what_covers_the_right_side(spot: tuple[float, float]) -> None:
    covered = 384.0
    zoom = zoom_of(Level.SLOTS)
    camera = centred(Camera(), zoom, spot, 1236.0, 528.0, covered)
    assert 0.0 <= spot[0] * zoom + camera.x <= 1236.0 - covered
    right, _ = camera.to_scene(1236.0 - covered, 0.0)
    assert right <= 1236.0 + 1e-6


def test_a_picture_moves_aside_no_further_than_it_must() -> None:
    width, covered = 1236.0, 384.0
    free = width - covered
    assert uncovered(Rect(100.0, 0.0, 200.0, 50.0), width, covered) == 0.0
    rect = Rect(900.0, 0.0, 164.0, 50.0)
    assert rect.right + uncovered(rect, width, covered) == free - EDGE
    wide = Rect(60.0, 0.0, 1000.0, 50.0)
    assert wide.x + uncovered(wide, width, covered) == EDGE, "its left end stays in sight"
