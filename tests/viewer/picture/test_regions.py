"""The parts of the canvas at every size: nothing overlaps, nothing is cut, everything can be asked for."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.viewer.picture.samples import NAMES, busy_row, canvas, covered, crossing, outside
from viewer.picture.display import DisplayList, Placed, Written, fit_text
from viewer.picture.items import Align, Box, Cells, Donut, Kind, Mark, Stroke, Text
from viewer.picture.layer import Layer, Rect, Sketch
from viewer.picture.layout import Mode, Stage, layout
from viewer.picture.looks import form_width
from viewer.picture.regions.apps import Apps, Task, TaskState, apps_layer
from viewer.picture.regions.bays import Backlog, backlog_rect, draw_backlog
from viewer.picture.regions.common import Lamp, flow_fill
from viewer.picture.regions.drops import Drop
from viewer.picture.regions.minimap import Minimap, minimap_layer
from viewer.picture.regions.ring import (
    INNER,
    SEGMENTS,
    SMALL_INNER,
    Ring,
    draw_ring,
    draw_small_ring,
    ring_stripes,
)
from viewer.picture.regions.row import row_layers
from viewer.picture.regions.rss import GREY, GREY_OPACITY
from viewer.picture.regions.sockets import (
    Socket,
    socket_heights,
    socket_slots,
    sockets_layer,
    tank_level,
    tank_rect,
)
from viewer.picture.regions.track import Stop, Track, draw_track
from viewer.picture.regions.vectors import Vector, vectors_title
from viewer.picture.regions.waits import Poller, Sweep, draw_poller, draw_sweep
from viewer.theme.tokens import Role, ThemeName, hex_colour

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


@pytest.mark.parametrize("height", [73.0, 115.0, 160.0, 238.0])
@pytest.mark.parametrize("fds", [1, 41, 501, 65_536])
def test_a_sweep_stays_on_its_card(qtbot: QtBot, height: float, fds: int) -> None:
    slot = Rect(100.0, 50.0, 152.0, height)
    sketch = Sketch("sweep", slot)
    draw_sweep(sketch, Sweep("select/0", 1, "pselect6", fds, fds // 3, 1, 0), slot)
    cells = next(item for item in sketch.items if isinstance(item, Cells))
    scanned = next(item for item in sketch.items if isinstance(item, Text) and "scanned" in item.runs[0].text)
    filled = sum(fill is not None for fill in cells.fills)
    assert filled == -(-(fds // 3) // -(-fds // len(cells.fills))) or fds < 3
    assert cells.bounds()[3] <= scanned.y - 7.0
    assert scanned.y <= slot.bottom - 4.0


def test_a_socket_keeps_a_name_where_there_is_little_room(qtbot: QtBot) -> None:
    names = ("UDP :9000 a-quite-long-program", "UDP :9001 another-long-program", "UDP :9002 b", "UDP :9003 c")
    sockets = tuple(Socket(name, at + 1, 0, (), 0, 0, 212_992) for at, name in enumerate(names))
    for count in (1, 2, 3, 4):
        place = layout(1280, 700, 4, 0)
        layer = sockets_layer(sockets[:count], None, place.sockets)
        display = DisplayList(1280, 700, 1.0, ThemeName.DARK, Role.CANVAS, (Placed(layer),))
        said = " ".join(text.text for text in display.texts())
        for name in names[:count]:
            assert name.split()[1] in said


@pytest.mark.parametrize("length", [0, 999, 1001, 100_000])
def test_a_backlog_keeps_a_name(qtbot: QtBot, length: int) -> None:
    place = layout(1536, 776, 2, 0)
    box = backlog_rect(place.rows[0].body, place.stages, expanded=True)
    sketch = Sketch("backlog", box)
    draw_backlog(sketch, Backlog((0,), length, 1000), box, 0)
    name = next(item for item in sketch.items if isinstance(item, Text))
    assert name.runs[0].text == ("input_pkt_queue" if length < 1000 else "backlog")


@pytest.mark.parametrize(("width", "height"), [(1280, 608), (1536, 776), (1920, 1000)])
@pytest.mark.parametrize(
    ("stage", "name"),
    [
        (Stage.POLL, "ixgbe_alloc_rx_buffers"),
        (Stage.L4, "__udp4_lib_mcast_deliver"),
        (Stage.IP, "ip_rcv_core"),
    ],
)
def test_where_the_packet_is_has_its_name_clear_of_the_gauges(
    qtbot: QtBot, width: int, height: int, stage: Stage, name: str
) -> None:
    """However long the function: it moves inwards, and others give way."""
    place = layout(width, height, 4, 0)
    row = place.rows[0]
    stops = tuple(
        Stop(one, name if one is stage else usual, False, here=one is stage)
        for one, usual in zip(Stage, NAMES, strict=True)
    )
    sketch = Sketch("track", row.card)
    draw_track(sketch, Track(stops), place.stages, place.track_left, place.track_right, row.track_y,
               big=True, names=True)  # fmt: skip
    display = DisplayList(width, height, 1.0, ThemeName.DARK, Role.CANVAS, (Placed(sketch.layer()),))
    rects = {text.text: text.rect for text in display.texts()}
    assert rects[name].x > place.head_right
    assert rects[name].right < row.card.right
    assert crossing(display) == []


def test_usual_names_all_have_room_on_a_small_canvas(qtbot: QtBot) -> None:
    """At 1280 px four functions just fit beside each other, each a little aside of its station."""
    place = layout(1280, 720, 4, 0)
    names = ("ixgbe_poll", "no prog", "napi_gro_receive", "no taps", "ip_list_rcv", "udp_rcv")
    stops = tuple(Stop(stage, name) for stage, name in zip(Stage, names, strict=True))
    sketch = Sketch("track", place.rows[0].card)
    draw_track(sketch, Track(stops), place.stages, place.track_left, place.track_right, 100.0,
               big=True, names=True)  # fmt: skip
    said = [item.runs[0].text for item in sketch.items if isinstance(item, Text)]
    assert {name for name in names if not name.startswith("no ")} <= set(said)


def test_the_four_greys_differ_in_every_theme() -> None:
    """Neighbouring queues are told apart by lightness alone, on the card."""
    for theme in ThemeName:
        card, ink = (QColor(hex_colour(theme, role)) for role in (Role.CARD, GREY))
        levels = [card.lightness() + (ink.lightness() - card.lightness()) * share for share in GREY_OPACITY]
        steps = [abs(b - a) for a, b in pairwise([card.lightness(), *levels])]
        assert min(steps) >= 10, theme


def test_vectors_say_their_throttle_and_a_single_line_is_no_msix() -> None:
    def title(*vectors: Vector) -> str:
        return vectors_title(vectors, "eth0")

    def vector(name: str, gap: int) -> Vector:
        return Vector(name, 2, Lamp.ARMED, 0, gap, 0)

    other = vector("eth0", 0)
    assert title(vector("TxRx-0", 30_000), vector("TxRx-1", 30_000), other) == "MSI-X · ITR 30 µs"
    assert title(vector("TxRx-0", 4_500), other) == "MSI-X · ITR 4.5 µs"
    assert title(vector("TxRx-0", 30_000), vector("TxRx-1", 50_000), other) == "MSI-X"
    assert title(vector("TxRx-0", 0), other) == "MSI-X"
    assert title(other) == "INTERRUPT"


@pytest.mark.parametrize("width", [1280, 1536, 1920])
@pytest.mark.parametrize("count", [1, 5, 9])
def test_a_loss_stays_on_its_sockets_card(qtbot: QtBot, width: int, count: int) -> None:
    slot = layout(width, 776, 4, 0).sockets[0]
    drop = Drop(
        1, 0, "SOCKET_RCVBUFF", slot.x + 28.0, slot.bottom - 22.0, count=count, room_right=slot.right - 2.0
    )
    chip, half = drop.chip_rect(), form_width(drop.look()) / 2.0
    x = drop.packet()[0]
    assert slot.x < chip.x
    assert chip.right <= slot.right - 2.0
    assert chip.bottom < slot.bottom
    assert slot.x <= x - half
    assert x + half <= chip.x + 0.5


def test_idle_is_not_an_interrupt_on_the_minimap(qtbot: QtBot) -> None:
    """In high contrast as well, where interrupts and strong lines are both white."""
    place = layout(1536, 776, 2, 0)
    layer = minimap_layer(Minimap(("hardirq", "idle"), (), None, 100), place)
    boxes = [item for item in layer.items if isinstance(item, Box) and item.fill is not None]
    for theme in ThemeName:
        panel = QColor(hex_colour(theme, Role.PANEL)).lightness()
        seen = [panel + (QColor(hex_colour(theme, box.fill)).lightness() - panel) * box.opacity
                for box in boxes if box.fill is not None]  # fmt: skip
        busy = QColor(hex_colour(theme, Role.HARDIRQ)).lightness()
        assert sum(abs(level - busy) < 60 for level in seen) == 1


@pytest.mark.parametrize("number", [0, 15])
@pytest.mark.parametrize("width", [1280, 1536])
def test_a_squeeze_is_stamped_beside_the_cpus_name(qtbot: QtBot, width: int, number: int) -> None:
    place = layout(width, 776, 4, 0)
    row = replace(place.rows[0], cpu=number)
    state = busy_row(row, place)
    layers = row_layers(replace(state, cpu=replace(state.cpu, squeezed=12)), row, place)
    display = DisplayList(
        width, 776, 1.0, ThemeName.DARK, Role.CANVAS, tuple(Placed(layer) for layer in layers)
    )
    chip = next(text for text in display.texts() if text.text == "time_squeeze +12")
    title = next(text for text in display.texts() if text.text == f"CPU {number}")
    bounds = next(layer.bounds for layer in layers if layer.name == f"head {number}")
    assert title.rect.right + 8.0 <= chip.rect.x
    assert chip.rect.right + 6.0 <= bounds.right
    assert crossing(display) == []


@pytest.mark.parametrize(("count", "filled"), [(512, 0), (512, 99), (512, 506), (4096, 4000), (8192, 8000)])
def test_an_index_never_points_into_the_count(qtbot: QtBot, count: int, filled: int) -> None:
    """The index inside the ring turns; the words stay within the circle that its base runs on."""
    place = layout(1536, 776, 4, 0)
    ring = Ring("rx-0", 3, count, filled, (), 10, 9, 10, "TxRx-0", Lamp.ARMED)
    for row, inner in ((place.rows[0], INNER), (place.rows[1], SMALL_INNER)):
        area = Rect(row.card.x, row.card.y, place.ring_right - row.card.x, row.card.h)
        sketch = Sketch("ring", area)
        (draw_ring if row.mode is Mode.EXPANDED else draw_small_ring)(sketch, ring, area)
        donut = next(item for item in sketch.items if isinstance(item, Donut))
        display = DisplayList(1536, 776, 1.0, ThemeName.DARK, Role.CANVAS, (Placed(sketch.layer()),))
        free = inner - (8.0 if inner > 30.0 else 7.0)
        for text in display.texts():
            if text.item.align is not Align.CENTRE:
                continue
            rect = text.rect
            corners = [
                (x, y) for x in (rect.x, rect.right) for y in (rect.y + rect.h * 0.3, rect.y + rect.h * 0.75)
            ]
            for x, y in corners:
                assert ((x - donut.x) ** 2 + (y - donut.y) ** 2) ** 0.5 <= free + 2.0, text.text


@pytest.mark.parametrize("losing", [False, True])
@pytest.mark.parametrize("count", [1, 2, 4, 5, 9, 12, 40])
@pytest.mark.parametrize(("width", "height"), [(1280, 608), (1536, 776), (1920, 1000)])
def test_ways_lead_to_a_sockets_own_mark(
    qtbot: QtBot, width: int, height: int, count: int, losing: bool
) -> None:
    """Lines of a list included; those that are not shown lead to the words for the rest."""
    place = layout(width, height, 4, 0)
    sockets = tuple(Socket(f"UDP :{9000 + at}", at + 1, 0, (), 0, 0, 212_992) for at in range(count))
    lost = frozenset({count}) if losing else frozenset[int]()
    heights = socket_heights(tuple(socket.uid for socket in sockets), place.sockets, lost)
    layer = sockets_layer(sockets, None, place.sockets, lost)
    marks = {item.of.uid: item.y for item in layer.items if isinstance(item, Mark)}
    assert len(heights) == count
    assert 1 <= len(marks) <= count
    assert {uid: heights[uid] for uid in marks} == marks


@pytest.mark.parametrize(
    ("width", "items", "shown"),
    [(132.0, 5, 1), (152.0, 5, 2), (132.0, 10_501, 0), (170.0, 501, 2), (118.0, 5, 0)],
)
def test_a_low_eventpoll_shows_whose_data_is_ready(
    qtbot: QtBot, width: float, items: int, shown: int
) -> None:
    slot = Rect(100.0, 50.0, width, 74.0)
    ready = ((1, "UDP :9003"), (-1, "UDP :9004"), (2, "UDP :9002"), (3, "UDP :9001"))
    sketch = Sketch("poll", slot)
    draw_poller(sketch, Poller(3, 7, ready, 4, ("quotes/0",), (1, 2), items, owner="quotes"), slot)
    marks = [item for item in sketch.items if isinstance(item, Mark)]
    fills = [mark.fill for mark in sorted(marks, key=lambda mark: mark.x)]
    assert fills == [flow_fill(1), flow_fill(2)][:shown]
    display = DisplayList(400, 200, 1.0, ThemeName.DARK, Role.CANVAS, (Placed(sketch.layer()),))
    words = next(text.rect for text in display.texts() if text.text == f"4 of {items} ready")
    assert all(words.right < mark.bounds()[0] < mark.bounds()[2] < slot.right - 8.0 for mark in marks)
    assert crossing(display) == []


def drawn_in(layer: Layer) -> DisplayList:
    return DisplayList(1536, 776, 1.0, ThemeName.DARK, Role.CANVAS, (Placed(layer),))


@pytest.mark.parametrize("width", [112.0, 120.0, 132.0, 152.0])
@pytest.mark.parametrize("count", [6, 12])
def test_the_lines_of_threads_stay_on_their_card_and_apart(qtbot: QtBot, width: float, count: int) -> None:
    tasks = tuple(Task(f"logger/{at}", at + 1, "", TaskState.SLEEPING, 0) for at in range(count))
    slots = (Rect(100.0, 50.0, width, 84.0), Rect(100.0, 142.0, width, 84.0))
    display = drawn_in(apps_layer(Apps((), (), tasks), slots))
    rects = [text.rect for text in display.texts()]
    assert any("logger/0" in text.text for text in display.texts())
    assert all(rect.right <= 100.0 + width for rect in rects)
    for one, other in pairwise(sorted(rects, key=lambda rect: (rect.y, rect.x))):
        assert not one.crosses(other) or one.right + 4.0 <= other.x


def test_a_threads_low_card_has_equal_edges_above_and_below(qtbot: QtBot) -> None:
    task = Task("feed/0", 1, "recvfrom", TaskState.RUNNING, 3)
    slots = (Rect(100.0, 50.0, 152.0, 48.0),)
    display = drawn_in(apps_layer(Apps((), (), (task,)), slots))
    card = next(item for item in display.placed[0].layer.items if isinstance(item, Box) and item.fill)
    rects = [text.rect for text in display.texts()]
    above, below = (
        min(rect.y for rect in rects) - card.y,
        card.y + card.h - max(rect.bottom for rect in rects),
    )
    assert abs(above - below) <= 2.0


def test_times_of_stations_never_run_into_each_other(qtbot: QtBot) -> None:
    stops = tuple(
        Stop(stage, stage.value, lit=True, since_ns=36_700 + at)
        for at, stage in enumerate((Stage.POLL, Stage.GRO, Stage.IP, Stage.L4))
    )
    for step in (20.0, 40.0, 90.0):
        sketch = Sketch("track", Rect(0.0, 0.0, 600.0, 200.0))
        places = tuple((stop.stage, 60.0 + at * step) for at, stop in enumerate(stops))
        draw_track(sketch, Track(stops, 0, 500.0), places, 20.0, 580.0, 100.0, big=True, names=True)
        display = drawn_in(sketch.layer())
        times = [text for text in display.texts() if text.text.startswith("+")]
        rects = [text.rect for text in times]
        assert times[-1].text == "+36.7"
        assert len(times) == (4 if step == 90.0 else len(times))
        assert all(one.right < other.x for one, other in pairwise(sorted(rects, key=lambda rect: rect.x)))
