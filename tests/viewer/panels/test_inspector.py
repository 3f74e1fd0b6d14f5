"""The inspector's rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engine.narration import packet_name
from engine.timeline.cursor import Cursor
from engine.timeline.query import ByFunction
from engine.timeline.schema import FieldSchema, FunctionInfo, Kind
from tests.viewer.picture.runs import BURSTS, run_of
from viewer.navigator import Navigator
from viewer.panels.inspector import Inspector
from viewer.panels.inspector_sheet import PointedSheet
from viewer.panels.sections import balanced, wrapped
from viewer.panels.sections_fields import broken, unit_of, value_text
from viewer.panels.sections_loss import LOSSES, NOTE_LEFT, NOTE_RIGHT, explained
from viewer.panels.sections_simplified import simplifications
from viewer.panels.sections_source import NO_BROWSER, function_named, source_url
from viewer.panels.sheet import Cell, Plate, mono, words
from viewer.panels.story import loss_place, story
from viewer.session import Selection, Session
from viewer.stepping import Granularity
from viewer.theme.fonts import Type
from viewer.window import Window


@pytest.fixture
def inspector(window: Window) -> Inspector:
    page = window.dock.page("inspector")
    assert isinstance(page, Inspector)
    return page


def select(session: Session, uid: int) -> None:
    assert session.timeline is not None
    session.select(Selection("object", session.timeline.label(uid), uid))


def an(session: Session, class_name: str) -> int:
    assert session.timeline is not None
    return int(session.timeline.objects(class_name)[0])


def do(cell: Cell | None) -> None:
    assert cell is not None
    assert cell.do is not None
    cell.do()


def cells(inspector: Inspector) -> Iterator[Cell]:
    for row in inspector.rows():
        yield from row.cells


def texts(inspector: Inspector) -> list[str]:
    return [cell.text for cell in cells(inspector)]


def test_without_a_choice_it_follows_the_playhead(inspector: Inspector, window: Window) -> None:
    window.navigator.jump("ip_rcv")
    told = texts(inspector)
    assert inspector.note == "follows the playhead"
    assert "ip_rcv()" in told
    assert "net/ipv4/ip_input.c ↗" in told
    assert "softirq, CPU 0" in told
    assert any(text.startswith("skb #") for text in told)


def test_what_just_changed_is_marked_with_what_it_was(inspector: Inspector, window: Window) -> None:
    session = window.session
    assert session.timeline is not None
    sock = int(session.timeline.objects("sock")[0])
    session.select(Selection("socket", "10.0.0.2:9000", sock))
    window.navigator.jump("sk_drops:2")
    inspector.refresh()
    assert inspector.note == "pinned to 10.0.0.2:9000"
    marked = [cell for cell in cells(inspector) if cell.plate is Plate.CHANGED]
    assert [cell.text for cell in marked] == ["2 datagrams"]
    assert "was 1" in marked[0].tip
    assert "datagrams dropped at this socket" in marked[0].tip


def test_a_field_leads_to_the_step_that_set_it(inspector: Inspector, window: Window) -> None:
    session = window.session
    assert session.timeline is not None
    sock = int(session.timeline.objects("sock")[0])
    session.select(Selection("socket", "10.0.0.2:9000", sock))
    window.navigator.go_end()
    drops = [
        cell for cell in cells(inspector) if cell.do is not None and "dropped at this socket" in cell.tip
    ]
    assert drops[0].do is not None
    drops[0].do()
    assert session.timeline.step(session.moment.step).function.name == "sk_skb_reason_drop"


def test_a_lost_packet_says_where_why_and_what_follows(inspector: Inspector, window: Window) -> None:
    window.navigator.jump("first drop")
    told = texts(inspector)
    assert "Dropped: the receive buffer is full." in " ".join(told)
    assert "SOCKET_RCVBUFF" in told
    assert any("sk_rcvbuf" in text for text in told)
    assert "Wire to drop" in told


def test_the_chain_of_causes_leads_back_a_click_at_a_time(inspector: Inspector, window: Window) -> None:
    window.navigator.jump("irq:2")
    assert window.session.timeline is not None
    chain = [cell for cell in cells(inspector) if cell.text == "msix_message"]
    assert chain[0].do is not None
    chain[0].do()
    assert window.session.timeline.step(window.session.moment.step).function.name == "msix_message"


def test_a_cpu_names_what_belongs_to_it(inspector: Inspector, window: Window) -> None:
    session = window.session
    assert session.timeline is not None
    cpu = session.timeline.by_name("cpu", "CPU 0")
    assert cpu is not None
    session.select(Selection("cpu", "CPU 0", int(cpu)))
    children = [
        cell for cell in cells(inspector) if cell.do is not None and cell.text == "softnet_data CPU 0 ›"
    ]
    assert children
    assert "softnet_data" in texts(inspector)


def test_a_thing_without_a_number_keeps_its_name(inspector: Inspector, window: Window) -> None:
    window.session.select(Selection("transmit", "TX deck", 0))
    assert "TX deck" in texts(inspector)


def entries(inspector: Inspector) -> dict[str, QAction]:
    """What the menu offers that was opened last."""
    return {action.text(): action for action in inspector.findChildren(QMenu)[-1].actions()}


def close_menus(inspector: Inspector) -> None:
    for menu in inspector.findChildren(QMenu):
        menu.close()


def test_a_right_click_makes_a_counter_the_condition(inspector: Inspector, window: Window) -> None:
    session = window.session
    assert session.timeline is not None
    sock = int(session.timeline.objects("sock")[0])
    inspector.rows()
    inspector._field_menu(sock, "sk_drops", QPoint(0, 0))
    entries(inspector)["Step until it moves"].trigger()
    assert session.granularity is Granularity.UNTIL
    assert "sk_drops moves" in session.condition.text
    close_menus(inspector)


def test_a_story_accounts_for_all_the_time(session: Session, navigator: Navigator) -> None:
    timeline = session.timeline
    assert timeline is not None
    navigator.jump("first drop")
    packet = int(timeline.step(session.moment.step).packet)
    told = story(timeline, packet, session.moment.step)
    assert sum(one.ns for one in told.stretches) == told.total_ns > 0
    assert told.until == "drop"
    assert told.ended is not None
    before = story(timeline, packet, session.moment.step - 1)
    assert before.until == "now"
    assert before.ended is None


@pytest.mark.parametrize(
    ("reason", "place"),
    [
        ("skb:SOCKET_RCVBUFF", ("skb", "SOCKET_RCVBUFF")),
        ("nic:rx_missed_errors", ("nic", "rx_missed_errors")),
        ("", ("", "")),
    ],
)
def test_the_place_of_a_loss_is_its_owner_and_its_reason(reason: str, place: tuple[str, str]) -> None:
    assert loss_place(reason) == place


@pytest.mark.parametrize("reason", ["rx_no_dma_resources", "rx_queue_0_drops", "rx_queue_12_drops"])
def test_a_ring_without_a_descriptor_has_words_whatever_the_driver_calls_it(reason: str) -> None:
    assert explained(reason) == LOSSES["rx_no_dma_resources"]
    assert explained("rx_queue_0_packets") == ("rx_queue_0_packets", "")


@pytest.mark.parametrize("reason", [*LOSSES, "SOMETHING_NEW_AND_LONG"])
def test_the_note_of_every_loss_fits_its_card(inspector: Inspector, reason: str) -> None:
    sentence, after = LOSSES.get(reason, (reason, ""))
    room = inspector.sheet.room - NOTE_LEFT - NOTE_RIGHT
    for text, kind in ((f"Lost in the adapter: {sentence}.", Type.EMPHASIS), (after, Type.SMALL)):
        lines = wrapped(text, room, kind)
        assert " ".join(lines) == text
        assert all(words(line, kind=kind).width() <= room for line in lines)


# -- the way one went ---------------------------------------------------------------------------------------


def test_the_way_leads_back_forward_and_to_the_owner(inspector: Inspector, window: Window) -> None:
    session = window.session
    timeline = session.timeline
    assert timeline is not None
    inspector.refresh()
    assert not inspector.bar.back_button.isEnabled()
    ring, sock = an(session, "rx_ring"), an(session, "sock")
    select(session, ring)
    select(session, sock)
    inspector.refresh()
    assert inspector.bar.back_button.isEnabled()
    assert not inspector.bar.forward_button.isEnabled()
    assert inspector.bar.up_button.accessibleName() == "Belongs to feed"
    inspector.bar.back_button.click()
    inspector.refresh()
    assert inspector.subject.uid == ring
    assert inspector.bar.forward_button.isEnabled()
    inspector.bar.up_button.click()
    inspector.refresh()
    assert timeline.label(inspector.subject.uid) == "eth0"
    assert not inspector.bar.up_button.isEnabled(), "a device belongs to nothing"
    inspector.bar.go_button.click()
    inspector.refresh()
    assert session.selection is None
    assert not inspector.bar.go_button.isVisible()


def test_the_ways_stand_in_the_title_and_the_owner_goes_first(inspector: Inspector, window: Window) -> None:
    select(window.session, an(window.session, "sock"))
    inspector.refresh()
    bar, title = inspector.bar, window.dock.places[0].title
    assert bar.parent() is title
    assert inspector.viewport().y() == 0, "no row is spent on them"
    buttons = (bar.back_button, bar.forward_button, bar.up_button, bar.go_button)
    assert all(button.isVisible() for button in buttons)
    bar.resize(bar.sizeHint().width() - 1, bar.height())
    assert [button.isVisible() for button in buttons] == [True, True, False, True]
    assert bar.up_button.accessibleName() == "Belongs to feed"
    window.show_page("packet")
    assert not bar.isVisible(), "they are the inspector's"
    window.show_page("inspector")
    assert bar.isVisible()


def test_what_is_no_field_names_its_owner_and_what_is_does_not_twice(
    inspector: Inspector, window: Window
) -> None:
    session = window.session
    select(session, an(session, "rx_ring"))
    inspector.refresh()
    assert any(text.startswith("part of") and "eth0" in text for text in inspector.sheet.texts())
    select(session, an(session, "sock"))
    inspector.refresh()
    assert not any(text.startswith("part of") for text in inspector.sheet.texts())


def test_references_select_what_they_name(inspector: Inspector, window: Window) -> None:
    session = window.session
    select(session, an(session, "rx_ring"))
    inspector.refresh()
    do(inspector.sheet.cell_of("eth0-TxRx-0 ›"))
    assert session.selection is not None
    assert session.timeline is not None
    assert session.timeline.object(session.selection.uid).cls.name == "msix_vector"


def test_what_it_has_is_counted(inspector: Inspector, window: Window) -> None:
    session = window.session
    assert session.timeline is not None
    window.navigator.jump("irq:2")
    select(session, an(session, "rx_ring"))
    inspector.refresh()
    row = next(row for row in inspector.sheet.rows if row.cells and row.cells[0].text == "frames ›")
    assert row.cells[1].text == "8"
    do(row.cells[0])
    assert session.selection is not None
    assert session.timeline.object(session.selection.uid).cls.name == "frame"
    inspector.refresh()
    do(inspector.sheet.cell_of("1 of 8 on rx-0 frames ›"))
    assert session.selection.uid == an(session, "rx_ring")


# -- fields ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "unit", "shown"),
    [
        ("sk_rmem_alloc", "B", "B"), ("bytes", "B", ""), ("fifo_bytes", "B", ""), ("rx_usecs", "us", ""),
        ("speed_bps", "bit/s", ""), ("packets", "packets", ""), ("tp_packets", "frames", "frames"),
        ("count", "descriptors", "descriptors"), ("threads", "threads", ""), ("wakeups", "wake-ups", ""),
    ],
)  # fmt: skip
def test_a_unit_is_shown_where_the_name_does_not_say_it(name: str, unit: str, shown: str) -> None:
    assert unit_of(FieldSchema(name, "", Kind.INT, unit)) == shown


def test_a_text_that_is_empty_is_none(window: Window) -> None:
    task = an(window.session, "task_struct")
    assert window.session.timeline is not None
    cursor = Cursor(window.session.timeline, window.session.timeline.steps - 1)
    fields = {field.name: field for field in window.session.timeline.object(task).cls.fields}
    assert cursor.value(task, "syscall") == ""
    assert value_text(cursor, task, fields["syscall"]) == "none"


def test_a_long_list_of_flags_goes_over_lines(inspector: Inspector, window: Window, tmp_path: Path) -> None:
    session = window.session
    session.adopt(run_of(BURSTS, tmp_path))
    assert session.timeline is not None
    device = int(session.timeline.objects("net_device")[-1])
    select(session, device)
    room = inspector.sheet.room
    flags = value_text(
        Cursor(session.timeline, 0), device,
        next(one for one in session.timeline.object(device).cls.fields if one.name == "features"),
    ).split()  # fmt: skip
    rows = inspector.rows()
    assert all(cell.width() <= room for row in rows for cell in row.cells)
    first = next(at for at, row in enumerate(rows) if row.cells and row.cells[0].text == "features")
    told = " ".join(row.cells[0].text for row in rows[first + 1 : first + 1 + len(flags)])
    assert told.split()[: len(flags)] == flags


def test_a_word_that_is_wider_than_a_line_is_broken(qapp: object) -> None:
    like = mono("", weight=600)
    lines = broken("a " + "0123456789" * 9, 200.0, like)
    assert lines[0] == "a"
    assert "".join(lines[1:]) == "0123456789" * 9
    assert all(mono(line, weight=600).width() <= 200.0 for line in lines)
    assert broken("", 200.0, like) == [""]


def test_times_have_their_unit_in_the_value() -> None:
    assert unit_of(FieldSchema("arrived", "", Kind.NS, "ns")) == ""


def test_what_is_pointed_at_is_told_at_the_bottom(inspector: Inspector, window: Window, qtbot: QtBot) -> None:
    session = window.session
    select(session, an(session, "sock"))
    window.navigator.go_end()
    inspector.refresh()
    assert inspector.foot.text.startswith("sock: ")
    sheet = inspector.sheet
    assert isinstance(sheet, PointedSheet)
    sheet.setFocus(Qt.FocusReason.TabFocusReason)
    told = [inspector.foot.text]
    for _ in range(40):
        QTest.keyClick(sheet, Qt.Key.Key_Down)
        told.append(inspector.foot.text)
    drops = next(text for text in told if text.startswith("sk_drops"))
    assert drops.startswith(
        "sk_drops [datagrams]: datagrams dropped at this socket; last set by sk_skb_reason_drop at"
    )
    sheet.clearFocus()
    assert inspector.foot.text.startswith("sock: ")
    spot = next(spot for laid in sheet._laid for spot in laid.spots if spot.cell.text == "sk_rcvbuf")
    QTest.mouseMove(sheet, QPointF(spot.rect.center()).toPoint())
    qtbot.waitUntil(lambda: inspector.foot.text.startswith("sk_rcvbuf [B]: "))


def test_the_keyboard_scrolls_to_what_it_is_at(inspector: Inspector, window: Window, qtbot: QtBot) -> None:
    select(window.session, an(window.session, "sock"))
    inspector.refresh()
    sheet = inspector.sheet
    sheet.setFocus(Qt.FocusReason.TabFocusReason)
    before = inspector.verticalScrollBar().value()
    assert inspector.verticalScrollBar().maximum() > 0
    QTest.keyClick(sheet, Qt.Key.Key_Up)  # from the first to the last
    assert inspector.verticalScrollBar().value() > before


def test_copying_takes_what_has_the_focus(inspector: Inspector, window: Window, qtbot: QtBot) -> None:
    window.navigator.jump("ip_rcv")
    inspector.refresh()
    inspector.sheet.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(inspector.sheet, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "net/ipv4/ip_input.c ↗"


def test_the_sentence_at_the_bottom_keeps_to_its_two_lines_or_one_where_it_is_low(
    inspector: Inspector,
) -> None:
    inspector.foot.say("a long word " * 60)
    for height, most in ((500, 2), (200, 1)):
        inspector.foot.fit(height)
        lines = inspector.foot.lines()
        assert len(lines) == most
        assert lines[-1].endswith("…")
    low = inspector.foot.px
    inspector.foot.fit(500)
    assert inspector.foot.px > low


@pytest.mark.parametrize("room", range(180, 420, 20))
def test_no_short_rest_of_a_sentence_stands_alone(room: int) -> None:
    text = "Dropped: the receive buffer has no room for it."
    lines, greedy = balanced(text, room), wrapped(text, room)
    assert " ".join(lines) == text
    assert len(lines) == len(greedy)
    assert all(words(line).width() <= room for line in lines)
    assert words(lines[-1]).width() >= words(greedy[-1]).width()
    if len(lines) > 1:
        assert words(lines[-1]).width() > 0.3 * room


# -- the source -----------------------------------------------------------------------------------------------


def function(
    kind: str = "function", file: str = "net/core/dev.c", calls: tuple[str, ...] = ()
) -> FunctionInfo:
    return FunctionInfo(1, "net_rx_action", file, "softirq", kind, 75, "[G]", (), calls)


@pytest.mark.parametrize(
    ("info", "kernel", "url"),
    [
        (function(), "6.12", "https://elixir.bootlin.com/linux/v6.12/C/ident/net_rx_action"),
        (function(), "6.8.0-45-generic", "https://elixir.bootlin.com/linux/v6.8/C/ident/net_rx_action"),
        (function(), "", "https://elixir.bootlin.com/linux/latest/C/ident/net_rx_action"),
        (function("mark"), "6.12", ""),
        (function("hardware", ""), "6.12", ""),
        (function(file="drivers without NAPI"), "6.12", ""),
    ],
)
def test_where_a_function_can_be_read(info: FunctionInfo, kernel: str, url: str) -> None:
    assert source_url(info, kernel) == url


def test_the_file_opens_in_a_browser(
    inspector: Inspector, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []

    def take(url: QUrl) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    window.navigator.jump("ip_rcv")
    inspector.refresh()
    cell = inspector.sheet.cell_of("net/ipv4/ip_input.c ↗")
    do(cell)
    assert [url.toString() for url in opened] == ["https://elixir.bootlin.com/linux/v6.18/C/ident/ip_rcv"]
    assert cell is not None
    assert cell.menu is not None
    cell.menu(QPoint(0, 0))
    offered = entries(inspector)
    assert list(offered) == ["Copy symbol", "Copy path", "Copy address", "Open source"]
    offered["Copy symbol"].trigger()
    assert QGuiApplication.clipboard().text() == "ip_rcv"
    close_menus(inspector)


def test_without_a_browser_the_address_is_in_the_clipboard(
    inspector: Inspector, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    window.session.told.connect(said.append)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: False)
    QGuiApplication.clipboard().setText("something else")
    window.navigator.jump("ip_rcv")
    inspector.refresh()
    do(inspector.sheet.cell_of("net/ipv4/ip_input.c ↗"))
    assert said[-1] == NO_BROWSER == "No browser was found; the address is in the clipboard."
    address = "https://elixir.bootlin.com/linux/v6.18/C/ident/ip_rcv"
    assert QGuiApplication.clipboard().text() == address
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: True)
    QGuiApplication.clipboard().setText("something else")
    do(inspector.sheet.cell_of("net/ipv4/ip_input.c ↗"))
    assert said[-1] == "ip_rcv at elixir.bootlin.com was handed to the browser."
    assert QGuiApplication.clipboard().text() == "something else"


def test_a_station_tells_of_its_function(inspector: Inspector, window: Window) -> None:
    session, timeline = window.session, window.session.timeline
    assert timeline is not None
    window.navigator.go_end()
    session.select(Selection("station", "ip_rcv", 0))
    told = texts(inspector)
    assert told[:2] == ["ip_rcv()", "IP"]
    assert "net/ipv4/ip_input.c ↗" in told
    assert "Takes a packet." in told
    assert any(text.startswith("function; costs ") for text in told)
    ran = timeline.find_all(ByFunction(("ip_rcv",)))
    assert told[told.index("ran so far") + 1] == f"{len(ran)} times"
    skb = int(timeline.step(int(ran[-1])).packet)
    link = told[told.index("last packet") + 1]
    assert link == f"{packet_name(timeline, skb)} ›"
    do(next(cell for cell in cells(inspector) if cell.text == link))
    assert session.selection is not None
    assert session.selection.uid == skb
    session.select(Selection("station", "ip_rcv", 0))
    window.navigator.go_to(int(ran[0]) - 1)
    told = texts(inspector)
    assert told[told.index("ran so far") + 1] == "0 times"
    assert "last packet" not in told
    assert "The step now" in told
    assert inspector.note == "pinned to ip_rcv"


@pytest.mark.parametrize(
    ("kind", "name", "meaning"),
    [
        ("gate", "no prog", "No XDP program is attached"),
        ("gate", "no taps", "No packet socket is open"),
        ("head", "Rx ring", "The receive rings"),
        ("transmit", "transmit", "not built yet"),
        ("arrow", "wakeup", "wakes a task"),
        ("rss", "hash A", "indirection table"),
    ],
)
def test_what_is_no_object_has_a_meaning(
    inspector: Inspector, window: Window, kind: str, name: str, meaning: str
) -> None:
    window.session.select(Selection(kind, name, 0))
    told = texts(inspector)
    assert told[0] == name
    assert meaning in " ".join(told)


def test_what_stands_for_an_object_is_that_object(inspector: Inspector, window: Window) -> None:
    session = window.session
    assert session.timeline is not None
    for kind, name, cls in (("backlog", "input_pkt_queue 1", "softnet_data"), ("cpu", "CPU 1", "cpu")):
        session.select(Selection(kind, name, 0))
        inspector.rows()
        assert inspector.subject.uid == int(session.timeline.objects(cls)[1])


def test_a_function_is_found_by_its_name(window: Window) -> None:
    timeline = window.session.timeline
    assert timeline is not None
    found = function_named(timeline, "ip_rcv")
    assert found is not None
    assert found.file == "net/ipv4/ip_input.c"
    assert function_named(timeline, "no_such_function") is None


def test_an_act_of_the_hardware_has_no_source(inspector: Inspector, window: Window) -> None:
    window.navigator.jump("msix_message")
    inspector.refresh()
    assert not any("↗" in text for text in texts(inspector))


def test_all_functions_of_a_step_are_named_in_order(inspector: Inspector, window: Window) -> None:
    assert window.session.timeline is not None
    timeline = window.session.timeline
    step = next(n for n in range(timeline.steps) if len(timeline.step(n).function.calls) > 1)
    window.navigator.go_to(step)
    calls = timeline.step(step).function.calls
    assert "".join(texts(inspector)).count("  ›  ".join(calls)) == 1


# -- what is simplified ---------------------------------------------------------------------------------------


def test_what_is_simplified_is_a_line_that_unfolds(inspector: Inspector, window: Window) -> None:
    timeline = window.session.timeline
    assert timeline is not None
    window.navigator.jump("ip_rcv")
    assert not any(text.startswith("Simplified") for text in texts(inspector)), "nothing is said of it"
    timeline.facts["simplified"] = {
        "modules": {
            "net/x.py": {"simplified": "No `f`; " + "a long word " * 12 + "end.", "left_out": "Options."},
            "y.py": {"simplified": "", "left_out": ""},
        },
        "of": {"net/ipv4/ip_input.c": ["net/x.py", "gone.py"]},
    }
    inspector.anew()
    inspector.refresh()
    line = next(row for row in inspector.sheet.rows if row.say.startswith("Simplified: No f;"))
    assert line.cells[0].width() <= inspector.sheet.room
    do(line.cells[0])
    told = " ".join(texts(inspector))
    assert "net/x.py No f; a long word" in told
    assert "end. Left out: options." in told
    do(inspector.sheet.cell_of("less"))
    assert inspector.sheet.cell_of("less") is None


def test_function_and_object_are_told_of_once_each(window: Window) -> None:
    timeline = window.session.timeline
    assert timeline is not None
    timeline.facts["simplified"] = {
        "modules": {name: {"simplified": name} for name in ("a.py", "b.py", "c.py")},
        "of": {"net/core/dev.c": ["b.py"], "net_rx_action": ["c.py"], "sock": ["a.py", "b.py"]},
    }
    assert [one.module for one in simplifications(timeline, function(), "sock")] == ["b.py", "c.py", "a.py"]
    assert simplifications(timeline, None, "app") == []
