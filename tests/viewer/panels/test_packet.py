"""The packet view: which packet, its way, its headers and its bytes."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.narration import packet_name
from engine.packet import frame_bytes, hex_rows, layers
from engine.scenario.units import format_ns
from engine.timeline.query import ByFunction
from engine.timeline.timeline import Timeline
from tests.viewer.host import timeline as small_host
from tests.viewer.picture.runs import BURSTS, STEERED, run_of
from viewer.chrome.look import Look
from viewer.flows import FlowIndex
from viewer.navigator import Navigator
from viewer.panels.packet import PacketPanel
from viewer.panels.packet.headers import Mark, field_at, marked_bytes
from viewer.panels.packet.hexgrid import grid_of
from viewer.panels.story import story
from viewer.panels.subject import is_packet
from viewer.panels.waterfall import way_of
from viewer.player import Player
from viewer.session import Selection, Session


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, Path(tmp_path_factory.mktemp("bursts")))


@pytest.fixture
def busy(bursts: Timeline, qapp: object) -> Navigator:
    session = Session()
    session.adopt(bursts)
    return Navigator(session, Player(session))


def made(navigator: Navigator, qtbot: QtBot) -> PacketPanel:
    look = Look()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    look.apply(application)
    panel = PacketPanel(navigator.session, navigator, look)
    qtbot.addWidget(panel)
    panel.resize(384, 520)
    panel.show()
    return panel


def frame_with(timeline: Timeline, fate: str) -> int:
    for frame in timeline.objects("frame").tolist():
        ending = timeline.ending(frame)
        if ending is not None and ending.fate == fate and len(timeline.skbs_of(frame)):
            return int(frame)
    raise AssertionError(f"no frame is {fate}")


def pick(panel: PacketPanel, uid: int, step: int) -> None:
    panel.session.select(Selection("packet", f"#{uid}", uid))
    panel.navigator.go_to(step)
    panel.refresh()


# -- which packet -------------------------------------------------------------------------------------------


def test_it_follows_the_playhead_until_a_packet_is_chosen(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    session, timeline = busy.session, busy.session.timeline
    assert timeline is not None
    frame = frame_with(timeline, "delivered")
    path = timeline.path(frame)
    busy.go_to(int(path[3]))
    panel.refresh()
    assert panel.note == "follows the playhead"
    assert panel.packet is not None
    assert panel.packet.frame == frame
    other = frame_with(timeline, "lost")
    pick(panel, other, int(path[3]))
    assert panel.packet.frame == other
    assert panel.note.startswith("pinned to ")
    session.select(Selection("socket", "a socket", int(timeline.objects("sock")[0])))
    session.followed = frame
    panel.refresh()
    assert panel.packet is not None
    assert panel.packet.frame == frame


def test_a_step_without_a_packet_keeps_to_the_last_one_handled(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    packets = timeline.column("packet")
    bare = next(
        step
        for step in range(2000, timeline.steps)
        if not packets[step] and packets[step - 1] and is_packet(timeline, int(packets[step - 1]))
    )
    busy.go_to(bare)
    panel.refresh()
    assert panel.packet is not None
    assert panel.packet.frame == int(timeline.frame_of(int(packets[bare - 1])))


def test_the_title_is_the_form_it_has_at_the_moment(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    frame = frame_with(timeline, "delivered")
    skb = int(timeline.skbs_of(frame)[0])
    pick(panel, frame, int(timeline.path(frame)[0]))
    name = packet_name(timeline, frame)
    assert panel.top.texts()[0].startswith(name)
    assert f"frame #{frame}, no skb yet, " in " ".join(panel.top.texts())
    pick(panel, frame, int(timeline.path(frame)[6]))
    assert panel.top.texts()[0].startswith(name)
    assert f"skb #{skb} of frame #{frame}, " in " ".join(panel.top.texts())
    assert panel.note == f"pinned to {name}"
    assert any("data 206" in text or "data 226" in text for text in panel.way_sheet.texts())


def test_the_place_in_the_flow_is_the_number_of_the_name(bursts: Timeline) -> None:
    frames = bursts.objects("frame")
    flows = FlowIndex(bursts)
    for flow in bursts.objects("flow").tolist():
        mine = frames[flows.of(frames) == flow].tolist()
        assert [int(packet_name(bursts, one).split()[1]) for one in mine] == list(range(1, len(mine) + 1))


def test_the_bar_goes_along_the_flow_and_follows(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    session, timeline = busy.session, busy.session.timeline
    assert timeline is not None
    assert session.flows is not None
    frames = timeline.objects("frame")
    mine = frames[session.flows.of(frames) == session.flows.flow_of(int(frames[0]))].tolist()
    pick(panel, mine[0], int(timeline.path(mine[0])[0]))
    assert panel.bar.where.text() == f"1 of {len(mine)} in md"
    assert panel.top.texts()[0].startswith("A 1")
    assert not panel.bar.before.isEnabled()
    panel.bar.after.click()
    panel.refresh()
    assert panel.packet is not None
    assert panel.packet.frame == mine[1]
    panel.bar.follow.click()
    panel.refresh()
    assert int(timeline.frame_of(session.followed)) == mine[1]
    panel.bar.follow.click()
    assert session.followed == 0


# -- the way ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fate", ["delivered", "lost"])
def test_the_way_has_all_the_time_from_the_wire_to_the_end(bursts: Timeline, fate: str) -> None:
    frame = frame_with(bursts, fate)
    way, ending = way_of(bursts, frame), bursts.ending(frame)
    assert way is not None
    assert ending is not None
    assert way.total == int(ending.time) - int(bursts.time(int(bursts.path(frame)[0])))
    assert sum(stop.ns for stop in way.stops) == way.total
    assert [stop.station for stop in way.stops][:3] == ["wire", "ring", "poll"]
    pieces = sorted(piece for stop in way.stops for piece in stop.pieces)
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces[:-1])]
    assert pieces[-1].end == way.total


def test_a_lost_packets_way_agrees_with_its_story(bursts: Timeline) -> None:
    frame = frame_with(bursts, "lost")
    way, told = way_of(bursts, frame), story(bursts, frame, bursts.steps - 1)
    assert way is not None
    assert {stop.word: stop.ns for stop in way.stops} == {one.word: one.ns for one in told.stretches}


def test_a_packet_that_no_queue_took_did_not_wait_in_it(tmp_path: Path) -> None:
    """RPS of another queue: its CPU is asked for, but there is no backlog; a full socket refuses, nothing waits."""
    bursts = run_of('setup = "echo 2 > /sys/class/net/eth0/queues/rx-0/rps_cpus"\n' + BURSTS, tmp_path)
    lost, read = frame_with(bursts, "lost"), frame_with(bursts, "delivered")
    functions = {bursts.step(int(step)).function.name for step in bursts.path(lost)}
    assert "get_rps_cpu" in functions
    assert "enqueue_to_backlog" not in functions
    for way in (way_of(bursts, lost), way_of(bursts, read)):
        assert way is not None
        assert "backlog" not in [stop.station for stop in way.stops]
        assert "RPS lookup" in [stop.word for stop in way.stops]
        assert ("socket wait" in [stop.word for stop in way.stops]) == (
            way.ended is not None and way.ended.fate == "delivered"
        )
    told = story(bursts, lost, bursts.last)
    assert {"socket", "backlog"}.isdisjoint(one.station for one in told.stretches)
    assert told.stretches[-1].word == "refusal"
    assert not told.stretches[-1].waits


def test_a_packet_that_rps_moves_waits_in_the_backlog(tmp_path: Path) -> None:
    steered = run_of(STEERED, tmp_path)
    moved = int(steered.find_all(ByFunction(("enqueue_to_backlog",)))[0])
    way = way_of(steered, int(steered.frame_of(int(steered.step(moved).packet))))
    assert way is not None
    words = [stop.word for stop in way.stops]
    assert words.index("RPS lookup") < words.index("backlog")


def test_in_the_ring_a_packet_waits_until_its_own_function_runs(bursts: Timeline) -> None:
    frame = frame_with(bursts, "delivered")
    way = way_of(bursts, frame)
    assert way is not None
    ring = next(stop for stop in way.stops if stop.station == "ring")
    takes = next(step for step in bursts.path(frame).tolist() if bursts.step(step).function.station == "poll")
    assert [piece.works for piece in ring.pieces] == [False, True]
    assert ring.worked == bursts.step(takes).span
    assert ring.step == int(bursts.path(frame)[1])


def test_a_row_of_the_waterfall_leads_to_where_the_packet_got_there(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    frame = frame_with(timeline, "lost")
    ending = timeline.ending(frame)
    assert ending is not None
    pick(panel, frame, int(ending.step))
    titles = [row.cells[0].text for row in panel.way_sheet.rows if row.cells]
    assert titles[0] == "Wire to drop"
    assert titles[-1] == "lost SOCKET_RCVBUFF"
    cell = panel.way_sheet.cell_of("UDP")
    assert cell is not None
    assert cell.do is not None
    cell.do()
    assert timeline.step(busy.session.moment.step).function.station == "udp"
    panel.refresh()
    way = way_of(timeline, frame)
    assert way is not None
    title = next(row for row in panel.way_sheet.rows if row.cells)
    assert [cell.text for cell in title.cells] == [
        "Wire to now",
        f"{format_ns(busy.session.moment.time_ns - way.began)} of {format_ns(way.total)}",
    ]


def test_a_click_beside_the_name_of_a_station_goes_there_too(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    frame = frame_with(timeline, "delivered")
    pick(panel, frame, timeline.steps - 1)
    sheet = panel.way_sheet
    row = next(laid for laid in sheet._laid if laid.row.cells and laid.row.cells[0].text == "GRO")
    for x in (30.0, sheet.width() / 2.0, sheet.width() - 30.0):
        found = sheet.cell_at(x, row.rect.center().y())
        assert found is not None
        assert found.text == "GRO"


# -- headers and bytes --------------------------------------------------------------------------------------


def test_layers_open_and_stay_open_for_the_next_packet(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    first, second = frame_with(timeline, "delivered"), frame_with(timeline, "lost")
    pick(panel, first, 5000)
    assert panel.headers.cell_of("Source Port") is None
    layer = panel.headers.cell_of("User Datagram Protocol")
    assert layer is not None
    assert layer.do is not None
    layer.do()
    field = panel.headers.cell_of("Source Port")
    assert field is not None
    assert "port of the sender" in field.tip
    pick(panel, second, 5000)
    assert panel.headers.cell_of("Source Port") is not None
    layer.do()
    assert panel.headers.cell_of("Source Port") is None


def test_a_field_marks_its_bytes_and_a_byte_selects_its_field(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    pick(panel, frame_with(timeline, "delivered"), 5000)
    panel.opened = {"Internet Protocol Version 4"}
    panel._again()
    cell = panel.headers.cell_of("Source Address")
    assert cell is not None
    assert cell.do is not None
    cell.do()
    assert panel.hex.marked == range(26, 30)
    assert "bytes 26 to 29: 0a 00 00 0e" in panel.hex.accessibleDescription()
    grid = panel.hex.grid
    place = panel.hex._cell(grid, 36).center().toPoint()
    QTest.mouseClick(panel.hex, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert panel.mark == Mark("User Datagram Protocol", "Destination Port")
    assert panel.hex.marked == range(36, 38)
    assert "Destination Port: 9000, selected" in panel.headers.texts()


def test_a_layer_that_opens_leaves_the_bytes_where_they_are(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    pick(panel, frame_with(timeline, "delivered"), 5000)
    qtbot.wait(1)
    panel.verticalScrollBar().setValue(panel.verticalScrollBar().maximum())
    before = panel.hex.mapTo(panel, QPoint(0, 0)).y()
    panel.hex.picked.emit(30)
    assert "Internet Protocol Version 4" in panel.opened
    assert panel.hex.mapTo(panel, QPoint(0, 0)).y() == before
    qtbot.wait(1)
    assert panel.hex.mapTo(panel, QPoint(0, 0)).y() == before


def test_the_keyboards_row_stays_in_sight(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    pick(panel, frame_with(timeline, "delivered"), 5000)
    panel.opened = {"Internet Protocol Version 4"}
    panel._again()
    qtbot.wait(1)
    panel.headers.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(12):
        QTest.keyClick(panel.headers, Qt.Key.Key_Down)
    cell = panel.headers.cell_of("Header Checksum")
    spot = next(one for one in panel.headers._active() if one.cell is cell)
    y = panel.headers.mapTo(panel.viewport(), spot.rect.center().toPoint()).y()
    assert 0 < y < panel.viewport().height()


def test_every_byte_belongs_to_a_field_that_marks_it(bursts: Timeline) -> None:
    data = frame_bytes(bursts, frame_with(bursts, "delivered"))
    assert data is not None
    found = layers(data)
    for offset in range(len(data)):
        mark = field_at(found, offset)
        assert mark is not None
        assert offset in marked_bytes(found, mark)
    assert field_at(found, len(data)) is None


def test_the_keyboard_walks_the_bytes(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    pick(panel, frame_with(timeline, "delivered"), 5000)
    panel.hex.at = 0
    QTest.keyClick(panel.hex, Qt.Key.Key_Down)
    assert panel.hex.at == panel.hex.grid.row
    QTest.keyClick(panel.hex, Qt.Key.Key_Left)
    assert panel.hex.at == panel.hex.grid.row - 1
    assert panel.mark == Mark("Ethernet II", "Source")


def test_bytes_are_copied_as_hex_and_as_text(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    frame = frame_with(timeline, "delivered")
    pick(panel, frame, 5000)
    data = frame_bytes(timeline, frame)
    assert data is not None
    menu = panel.hex.menu(QPoint(0, 0))
    named = {action.text(): action for action in menu.actions()}
    named["Copy as hex"].trigger()
    assert bytes.fromhex(QGuiApplication.clipboard().text()) == data
    named["Copy as text"].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == len(hex_rows(data))
    assert lines[0].startswith("0000  52 54 00 00 00 02")
    assert lines[0].endswith("  RT............E.")
    menu.close()
    panel.mark = Mark("Internet Protocol Version 4", "Source Address")
    panel._again()
    panel.hex.copy_hex()
    assert QGuiApplication.clipboard().text() == "0a 00 00 0e"


@pytest.mark.parametrize(("room", "row"), [(332.0, 8), (428.0, 16), (900.0, 16), (150.0, 4)])
def test_as_many_bytes_stand_in_a_row_as_fit(look: Look, room: float, row: int) -> None:
    grid = grid_of(room, 128)
    assert grid.row == row
    assert grid.text_left + grid.row * grid.char <= max(room, 170.0)


def test_where_the_run_tells_too_little_it_says_so(
    navigator: Navigator, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewer.panels.packet.shown.frame_bytes", lambda *_: None)
    panel = made(navigator, qtbot)
    timeline = navigator.session.timeline
    assert timeline is not None
    pick(panel, int(timeline.objects("frame")[0]), timeline.steps - 1)
    assert any("not known here" in text for text in panel.headers.texts())
    assert panel.hex.height() == 0


def test_before_anything_was_handled_it_says_so(navigator: Navigator, qtbot: QtBot) -> None:
    panel = made(navigator, qtbot)
    navigator.go_start()
    panel.refresh()
    assert panel.packet is None
    assert panel.top.texts()[0].startswith("No packet was handled yet")
    assert panel.hex.isHidden()


def test_what_was_made_up_is_said(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    assert busy.session.timeline is not None
    pick(panel, frame_with(busy.session.timeline, "delivered"), 5000)
    assert "regenerated from flow and number; payload is made" in panel.headers.texts()


def test_another_run_is_told_of_from_its_own_state(navigator: Navigator, qtbot: QtBot) -> None:
    panel = made(navigator, qtbot)
    navigator.go_end()
    panel.refresh()
    assert panel.packet is not None
    navigator.session.adopt(small_host(1))
    navigator.go_end()
    panel.refresh()
    assert navigator.session.timeline is not None
    assert panel.packet is not None
    assert panel.packet.uid in navigator.session.timeline.objects("sk_buff").tolist()
    assert panel.packet.of == 8
