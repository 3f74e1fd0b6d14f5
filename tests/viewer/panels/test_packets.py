"""The packet filter: what is listed, what is kept to, and how."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.narration import packet_name
from engine.results.packets import PLACES, packet_table, select
from engine.scenario.errors import Refused
from engine.timeline.chunk import FATES
from engine.timeline.timeline import Timeline
from tests.viewer.picture.runs import BURSTS, run_of
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.panels.packets import PacketsPanel
from viewer.panels.packets_choice import Packets, completions, follows_moment
from viewer.panels.packets_marks import letters
from viewer.panels.packets_rows import places
from viewer.player import Player
from viewer.session import Selection, Session


@pytest.fixture
def run(tmp_path: Path) -> Timeline:
    return run_of(BURSTS, tmp_path)


@pytest.fixture
def panel(run: Timeline, look: Look, qtbot: QtBot) -> PacketsPanel:
    """The panel over a real run with losses, at its end."""
    session = Session()
    session.adopt(run)
    navigator = Navigator(session, Player(session))
    navigator.go_end()
    made = PacketsPanel(session, navigator, look)
    qtbot.addWidget(made)
    made.resize(480, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def type_in(panel: PacketsPanel, text: str) -> None:
    panel.line.setText(text)
    panel.refresh()


def kept(session: Session) -> frozenset[int] | None:
    """What the picture keeps to now."""
    return session.chosen


def test_without_a_filter_all_packets_are_listed(panel: PacketsPanel, run: Timeline) -> None:
    many = len(packet_table(run))
    assert many > 500
    assert panel.model.rowCount() == many
    assert panel.count.text() == f"{many:,} packets".replace(",", " ")
    assert panel.session.chosen is None


def test_what_fits_is_listed_and_counted(panel: PacketsPanel, run: Timeline) -> None:
    lost = int(np.count_nonzero(run.endings["fate"] == FATES.index("lost")))
    type_in(panel, "fate == 'lost'")
    assert panel.model.rowCount() == lost > 0
    assert panel.count.text().startswith(f"{lost} of ")
    facts = panel.model.facts(0)
    assert facts is not None
    assert (facts.place, facts.lost) == ("SOCKET_RCVBUFF", True)
    assert facts.name == packet_name(run, facts.uid)
    assert facts.sentence.startswith(f"{facts.name}, 128 bytes, arrived ")
    assert panel.session.chosen is None


def test_what_is_no_filter_says_why_and_keeps_the_list(panel: PacketsPanel) -> None:
    type_in(panel, "fate == 'lost'")
    listed = panel.model.rowCount()
    type_in(panel, "colour == 'red'")
    assert panel.refusal.isVisible()
    assert "a packet has no colour; known: number, nth" in panel.refusal.text()
    assert panel.line.property("invalid") is True
    assert panel.model.rowCount() == listed
    type_in(panel, "length > 200")
    assert not panel.refusal.isVisible()
    assert panel.line.property("invalid") is False


def test_a_flow_that_is_none_is_refused_with_the_nearest(panel: PacketsPanel) -> None:
    every = panel.model.rowCount()
    type_in(panel, "flow == 'mdd'")
    assert "is no flow (did you mean 'md'?)" in panel.refusal.text()
    assert panel.model.rowCount() == every


def test_the_number_that_a_row_shows_can_be_typed(panel: PacketsPanel) -> None:
    facts = panel.model.facts(5)
    assert facts is not None
    letter, number = facts.name.split()
    type_in(panel, f"letter == '{letter}' and nth == {number}")
    assert panel.model.rowCount() == 1
    assert panel.model.facts(0) == facts


def test_solo_keeps_the_picture_to_what_fits_and_clear_lets_go(
    panel: PacketsPanel, run: Timeline, qtbot: QtBot
) -> None:
    text = "flow == 'b' and length > 100"
    type_in(panel, text)
    panel.solo.click()
    session = panel.session
    assert session.filter == text
    assert kept(session) == frozenset(select(packet_table(run), text).tolist()) != frozenset()
    assert panel.solo.isChecked()
    assert panel.note == "solo"
    panel.solo.click()
    assert kept(session) is None
    assert panel.line.text() == text
    qtbot.keyClick(panel.line, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert kept(session) is not None
    panel.clear.click()
    assert (session.chosen, session.filter, panel.line.text()) == (None, "", "")


def test_what_depends_on_the_moment_goes_with_it(panel: PacketsPanel, run: Timeline) -> None:
    text = "place == 'ring'"
    type_in(panel, text)
    panel.keep()
    table = packet_table(run)
    inside = [step for step in range(0, run.steps, 40) if len(select(table, text, step)) > 3][:3]
    assert len(inside) == 3
    for step in inside:
        panel.navigator.go_to(step)
        panel.refresh()
        assert panel.session.chosen == frozenset(select(table, text, step).tolist())
        facts = panel.model.facts(0)
        assert facts is not None
        assert facts.place == "ring wait"
    assert panel.soloed


def test_a_filter_chosen_elsewhere_stands_in_the_line(panel: PacketsPanel, run: Timeline) -> None:
    text = "latency_ns >= 5us and latency_ns < 9us"
    panel.session.choose(text, frozenset(select(packet_table(run), text).tolist()))
    assert panel.line.text() == text
    assert panel.model.rowCount() == len(panel.session.chosen or ())


def test_another_future_of_the_scene_is_filtered_again(panel: PacketsPanel, run: Timeline) -> None:
    type_in(panel, "flow == 'c'")
    panel.keep()
    chosen = panel.session.chosen
    panel.session.chosen = None  # as `Showing` leaves it where another future took over
    panel.session.opened.emit()
    assert panel.session.chosen == chosen


def test_a_click_selects_and_a_double_click_follows(panel: PacketsPanel, qtbot: QtBot) -> None:
    facts = panel.model.facts(2)
    assert facts is not None
    spot = panel.list.visualRect(panel.model.index(2, 0)).center()
    view = panel.list.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)  # type: ignore[no-untyped-call]
    assert panel.session.selection == Selection("packet", f"#{facts.uid}", facts.uid)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=spot)  # type: ignore[no-untyped-call]
    assert panel.session.followed == facts.uid
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)  # type: ignore[no-untyped-call]
    below = panel.model.facts(3)
    assert below is not None
    assert panel.session.selection == Selection("packet", f"#{below.uid}", below.uid)


def test_columns_sort_both_ways(panel: PacketsPanel) -> None:
    panel.sort("latency")
    packets = panel.packets
    assert packets is not None
    waits = packets.table["latency"][packets.rows]
    assert np.all(np.diff(waits) <= 0)
    panel.sort("latency")
    assert np.all(np.diff(packets.table["latency"][packets.rows]) >= 0)
    panel.sort("number")
    assert np.all(np.diff(packets.table["number"][packets.rows]) > 0)


def test_an_skb_is_found_in_the_row_of_its_frame(run: Timeline) -> None:
    packets = Packets(run)
    packets.choose("", run.last)
    frame = int(packets.table["number"][7])
    skb = int(run.skbs_of(frame)[0])
    assert packets.row_of(skb) == packets.row_of(frame) >= 0
    with pytest.raises(Refused):
        packets.choose("no_such", run.last)


def test_a_latency_is_known_before_it_has_passed(run: Timeline) -> None:
    packets = Packets(run)
    sample = run.samples[0]
    frame = int(sample["frame"])
    packets.choose(f"number == {frame}", int(sample["step"]) - 1)
    before = packets.facts(0)
    packets.choose(f"number == {frame}", run.last)
    after = packets.facts(0)
    assert before.latency == after.latency != ""
    assert (before.read, after.read) == (False, True)


def test_before_it_has_come_nothing_is_told_of_it(run: Timeline) -> None:
    packets = Packets(run)
    packets.choose("", 0)
    facts = packets.facts(len(packets.rows) - 1)
    assert (facts.place, facts.arrived, facts.latency) == ("to come", "", "")


def test_names_and_texts_are_completed(run: Timeline) -> None:
    assert [text for text, _ in completions("len", run)] == ["length"]
    assert completions("length", run) == []
    assert [text for text, _ in completions("length > 1 and fl", run)] == ["flow"]
    assert [text for text, _ in completions("place == 'ri", run)] == ["'ring'"]
    assert [text for text, _ in completions("flow == ", run)] == ["'md'", "'b'", "'c'"]
    assert [text for text, _ in completions("reason != 'skb:S", run)] == ["'skb:SOCKET_RCVBUFF'"]
    assert completions("length > 1 ", run) == []


def test_a_completion_takes_the_place_of_the_word(panel: PacketsPanel) -> None:
    panel.line.setText("length > 60 and pla")
    panel.line.take("place")
    assert panel.line.text() == "length > 60 and place "
    panel.line.setText("place == 'ri")
    panel.line.take("'ring'")
    assert panel.line.text() == "place == 'ring' "


def test_which_filters_follow_the_moment() -> None:
    assert follows_moment("place == 'ring'")
    assert follows_moment("cpu == 1 or length > 3")
    assert not follows_moment("flow == 'place'")
    assert "ring" in PLACES


def test_flows_wear_their_letters(run: Timeline) -> None:
    found = letters(run)
    assert {run.label(uid): letter for uid, letter in found.items()} == {"md": 0, "b": 1, "c": 2}


def test_the_least_dear_columns_go_first(qapp: object) -> None:
    assert [one.key for one, _ in places(600.0)] == ["number", "length", "arrived", "latency"]
    narrow = [one.key for one, _ in places(340.0)]
    assert narrow == ["number", "length", "latency"]
    assert [one.key for one, _ in places(120.0)] == ["number"]
    edges = [edge for _, edge in places(600.0)]
    assert edges == sorted(edges)
