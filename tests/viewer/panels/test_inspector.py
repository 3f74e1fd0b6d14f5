"""The inspector's rows."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint

from viewer.navigator import Navigator
from viewer.panels.inspector import Inspector
from viewer.panels.sections import LOSSES, NOTE_PX, wrapped
from viewer.panels.sheet import Cell, Plate, words
from viewer.panels.story import loss_place, story
from viewer.session import Selection, Session
from viewer.stepping import Granularity
from viewer.theme.fonts import Type
from viewer.window import Window


@pytest.fixture
def inspector(window: Window) -> Inspector:
    return window.inspector


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
    assert "net/ipv4/ip_input.c" in told
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
    assert [cell.text for cell in marked] == ["2"]
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
    assert "Dropped: the receive queue is over its limit." in told
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
        cell for cell in cells(inspector) if cell.do is not None and cell.text == "softnet_data CPU 0"
    ]
    assert children
    assert "softnet_data" in texts(inspector)


def test_a_thing_without_a_number_keeps_its_name(inspector: Inspector, window: Window) -> None:
    window.session.select(Selection("transmit", "TX deck", 0))
    assert "TX deck" in texts(inspector)


def test_a_right_click_makes_a_counter_the_condition(inspector: Inspector, window: Window) -> None:
    session = window.session
    assert session.timeline is not None
    sock = int(session.timeline.objects("sock")[0])
    inspector._field_menu(sock, "sk_drops", QPoint(0, 0))
    from PySide6.QtWidgets import QMenu

    menu = inspector.findChildren(QMenu)[-1]
    menu.actions()[0].trigger()
    assert session.granularity is Granularity.UNTIL
    assert "sk_drops moves" in session.condition.text
    menu.close()


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


@pytest.mark.parametrize("reason", [*LOSSES, "SOMETHING_NEW_AND_LONG"])
def test_the_note_of_every_loss_fits_its_card(window: Window, reason: str) -> None:
    sentence, after = LOSSES.get(reason, (reason, ""))
    for text, kind in ((f"Lost in the adapter: {sentence}.", Type.EMPHASIS), (after, Type.SMALL)):
        lines = wrapped(text, NOTE_PX, kind)
        assert " ".join(lines) == text
        assert all(words(line, kind=kind).width() <= NOTE_PX for line in lines)
