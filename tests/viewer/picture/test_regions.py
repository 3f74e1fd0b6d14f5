"""The parts of the canvas at every size: nothing overlaps, nothing is cut, everything can be asked for."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.viewer.picture.samples import canvas, covered, crossing, outside
from viewer.picture.display import Written, fit_text
from viewer.picture.items import Box, Cells, Donut, Kind, Stroke, Text
from viewer.picture.layout import Stage, layout
from viewer.picture.regions.common import Lamp, flow_fill
from viewer.picture.regions.ring import SEGMENTS, Ring, ring_stripes
from viewer.picture.regions.sockets import socket_slots, tank_level, tank_rect
from viewer.theme.tokens import Role, ThemeName

SIZES = [(1536, 776), (1280, 608), (1920, 1000), (2080, 1136), (1000, 520), (1216, 540), (1600, 700)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(("cpus", "focused"), [(4, 0), (4, 2), (1, 0), (2, 1), (16, 5)])
def test_no_text_covers_another(qtbot: QtBot, width: int, height: int, cpus: int, focused: int) -> None:
    display = canvas(width, height, cpus, focused)
    assert crossing(display) == []
    assert covered(display) == []
    assert outside(display) == []


@pytest.mark.parametrize("zoom", [0.4, 0.6, 0.75, 0.85, 0.92, 1.2, 1.7, 3.0])
def test_no_text_covers_another_at_any_zoom(qtbot: QtBot, zoom: float) -> None:
    display = canvas(zoom=zoom)
    assert crossing(display) == []
    hidden = covered(display)
    assert [name for _, name in hidden if name != "minimap"] == []
    assert min(size for text in display.texts() for size in sizes_of(text, zoom)) >= 11


def sizes_of(text: Written, zoom: float) -> tuple[int, ...]:
    fit = fit_text(text.item.runs, 0.0, 1.0 if text.layer in ("heads", "minimap") else zoom)
    assert fit is not None
    return fit.sizes


@pytest.mark.parametrize("theme", list(ThemeName))
def test_the_same_texts_in_every_theme(qtbot: QtBot, theme: ThemeName) -> None:
    texts = [text.text for text in canvas(theme=theme).texts()]
    assert texts == [text.text for text in canvas().texts()]
    assert {
        "CPU 0",
        "napi_gro_receive",
        "SOCKET_RCVBUFF",
        "eventpoll",
        "252 / 300",
        "154.7 / 8000 µs",
    } <= set(texts)


def test_the_transmit_deck_has_no_numbers(qtbot: QtBot) -> None:
    display = canvas()
    words = [text.text for text in display.texts() if text.layer == "transmit"]
    assert "not built yet" in words
    assert not any(character.isdigit() for word in words if word != "ip_queue_xmit" for character in word)


def test_loss_is_red_and_nothing_else_is(qtbot: QtBot) -> None:
    display = canvas()
    kinds = {item.of.kind for item in display.items(role=Role.LOST)}
    assert kinds == {Kind.DROP, Kind.SOCKET, Kind.MINIMAP}
    red = [item.text for item in display.items(role=Role.LOST, kind=Kind.SOCKET) if isinstance(item, Text)]
    assert red == ["sk_drops 1"]


def test_the_indirection_table_is_all_there(qtbot: QtBot) -> None:
    tables = [item for item in canvas().items(name="indirection table") if isinstance(item, Cells)]
    assert [len(table.fills) for table in tables] == [128]


def test_a_ring_shows_flows_posted_and_gap() -> None:
    ring = Ring("rx-0", 1, 64, 4, (0, 1, 0, 0), 10, 10, 14, "TxRx-0", Lamp.ARMED)
    stripes, empty = ring_stripes(ring)
    assert len(stripes) == SEGMENTS
    assert stripes[5] == (flow_fill(0), flow_fill(1))
    assert stripes[6] == (flow_fill(0),)
    assert empty == frozenset()
    drained = Ring("rx-0", 1, 64, 0, (), 10, 10, 10, "TxRx-0", Lamp.ARMED)
    assert len(ring_stripes(drained)[1]) == SEGMENTS


def test_an_idle_ring_has_no_colour(qtbot: QtBot) -> None:
    donut = next(item for item in canvas().items(name="rx-3") if isinstance(item, Donut))
    assert all(stripe in ((Role.TRACK,), (Role.INPUT,)) for stripe in donut.stripes)


@pytest.mark.parametrize(("share", "above"), [(0.0, False), (0.5, False), (1.0, False), (1.05, True)])
def test_the_level_passes_the_line_only_beyond_rcvbuf(share: float, above: bool) -> None:
    slot = layout(1536, 776, 4, 0).sockets[0]
    line, level = tank_level(slot, 1.0), tank_level(slot, share)
    assert (level < line) is above
    assert tank_rect(slot).y <= level <= tank_rect(slot).bottom


def test_the_tank_is_as_full_as_its_bytes(qtbot: QtBot) -> None:
    boxes = [item for item in canvas().items(role=flow_fill(0), name="UDP :9000") if isinstance(item, Box)]
    slot = layout(1536, 776, 4, 0).sockets[0]
    tall = max(boxes, key=lambda box: box.h)
    assert tall.y == pytest.approx(tank_level(slot, 214_272 / 212_992))
    assert tall.y + tall.h == pytest.approx(tank_rect(slot).bottom - 4.0)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9, 30])
def test_every_socket_has_a_slot(count: int) -> None:
    slots = layout(1536, 776, 4, 0).sockets
    found = socket_slots(tuple(range(1, count + 1)), slots)
    assert sorted(found) == list(range(1, count + 1))
    assert (found[1].x, found[1].y) == (slots[0].x, slots[0].y)
    assert all(not found[1].crosses(rect) for uid, rect in found.items() if uid != 1)
    assert all(not rect.crosses(slots[-1]) for rect in found.values())


def test_things_have_sentences_and_places(qtbot: QtBot) -> None:
    things = canvas().things()
    cpu = things[Kind.CPU, "CPU 0"]
    assert cpu.thing.sentence == "CPU 0, softirq NET_RX, budget 252 of 300, pass 4."
    assert things[Kind.SOCKET, "UDP :9000"].rect.w == 172.0
    kinds = {kind for kind, _ in things}
    assert {
        Kind.WIRE,
        Kind.NIC,
        Kind.RING,
        Kind.VECTOR,
        Kind.STATION,
        Kind.GATE,
        Kind.GRO,
        Kind.TASK,
    } <= kinds


def test_a_packet_lights_only_what_it_passed(qtbot: QtBot) -> None:
    lit = [
        item
        for item in canvas().items(role=flow_fill(2), kind=Kind.STATION)
        if not isinstance(item, Stroke | Text)
    ]
    assert len({item.bounds() for item in lit}) == 2  # poll and GRO of CPU 1
    assert max(item.bounds()[2] for item in lit) < layout(1536, 776, 4, 0).stage(Stage.TAP)
