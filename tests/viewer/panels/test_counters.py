"""The counters' rows."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from engine.results.names import described
from engine.results.results import results
from engine.results.series import series
from engine.scenario.units import format_ns
from engine.timeline.chunk import FATES
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from tests.viewer.host import FACTS, timeline
from tests.viewer.picture.runs import BURSTS, run_of
from viewer.chrome.look import Look
from viewer.events import Event
from viewer.lasting import Kept
from viewer.navigator import Navigator
from viewer.panels.counters import Counters
from viewer.panels.counters_lines import Line, LineDelegate, LineModel, fitting, matching
from viewer.panels.counters_tools import ALL, SUMMARY
from viewer.panels.counters_values import Histories, Name, counts_losses, names, values
from viewer.panels.counting import Reference, counters, losses, softnet_rows
from viewer.panels.sheet import Cell, Plate
from viewer.player import Player
from viewer.session import Session
from viewer.theme.tokens import Role
from viewer.window import Window


def row_of(counters: Counters, name: str) -> tuple[Cell, ...]:
    return next(row.cells for row in counters.rows() if any(name in cell.text for cell in row.cells))


def test_softnet_stat_is_printed_as_the_kernel_does(window: Window) -> None:
    window.navigator.go_end()
    line = row_of(window.counters, "/proc/net/softnet_stat")
    assert line
    rows = window.counters.rows()
    assert [cell.text for cell in rows[1].cells] == ["cpu", "processed", "dropped", "squeezed", "rps"]
    assert [cell.text for cell in rows[2].cells] == ["0", "00000020", "00000000", "00000000", "00000000"]


def test_what_moved_since_the_last_rest_stands_out_with_its_delta(window: Window) -> None:
    window.navigator.go_to(0)
    window.navigator.go_end()
    errors = row_of(window.counters, "RcvbufErrors")
    assert [cell.text for cell in errors] == ["Udp RcvbufErrors", "+4", "4"]
    assert errors[1].plate is Plate.LOST
    read = row_of(window.counters, "InDatagrams")
    assert read[1].plate is Plate.CHANGED
    assert read[1].text == "+28"
    window.navigator.step_back()
    again = row_of(window.counters, "RcvbufErrors")
    assert [cell.text for cell in again] == ["Udp RcvbufErrors", "4"]


def test_the_title_says_since_when(window: Window) -> None:
    """A step away it is the step before; after a jump it is where the showing was."""
    timeline = window.session.timeline
    assert timeline is not None
    window.navigator.go_to(40)
    window.navigator.go_end()
    assert window.counters.note == f"since {format_ns(timeline.time(40), 3)}"
    window.navigator.go_to(timeline.last - 1)
    assert window.counters.note == f"since {format_ns(timeline.time(timeline.last), 3)}"
    window.navigator.go_start()
    window.navigator.go_to(40)
    assert window.counters.note == "since the start"


def test_a_mark_says_since_when_and_stands_until_it_is_let_go(window: Window) -> None:
    timeline = window.session.timeline
    assert timeline is not None
    window.navigator.go_to(40)
    window.session.toggle_mark()
    window.navigator.go_end()
    window.navigator.step_back()
    assert window.counters.note == f"since {format_ns(window.session.mark_ns or 0, 3)}"
    assert window.counters.since == int(timeline.moment(window.session.mark_ns or 0))
    assert [cell.text for cell in row_of(window.counters, "RcvbufErrors")] == ["Udp RcvbufErrors", "+4", "4"]
    window.session.toggle_mark()
    assert [cell.text for cell in row_of(window.counters, "RcvbufErrors")] == ["Udp RcvbufErrors", "4"]


def test_zero_counters_stay(window: Window) -> None:
    window.navigator.go_end()
    assert [cell.text for cell in row_of(window.counters, "NoPorts")] == ["Udp NoPorts", "0"]
    assert [cell.text for cell in row_of(window.counters, "rx_missed_errors")][-1] == "0"


def test_a_counter_leads_to_the_step_that_moved_it(window: Window) -> None:
    window.navigator.go_end()
    number = row_of(window.counters, "RcvbufErrors")[-1]
    assert number.do is not None
    number.do()
    assert window.session.timeline is not None
    here = window.session.timeline.step(window.session.moment.step)
    assert here.function.name == "sk_skb_reason_drop"


def test_a_tools_page_is_what_the_tool_prints(window: Window) -> None:
    assert window.counters.page == SUMMARY
    window.counters.show_page("cat /proc/net/softnet_stat")
    window.navigator.go_end()
    lines = [row.cells[0].text for row in window.counters.rows()]
    assert window.counters.chooser.text() == "cat /proc/net/softnet_stat", "said once, above what it prints"
    assert lines[0].startswith("00000020 00000000 00000000")
    assert "ethtool -S eth0" in window.counters.pages()


def test_the_reference_is_the_rest_before_this_one() -> None:
    reference = Reference()
    assert reference.see(5, at_rest=True) == -1
    assert reference.see(9, at_rest=True) == 5
    assert reference.see(9, at_rest=True) == 5
    assert reference.see(12, at_rest=False) == 9
    assert reference.see(14, at_rest=False) == 9
    assert reference.see(20, at_rest=True) == 9


def test_losses_are_listed_by_place_and_lead_to_the_last_of_them(window: Window) -> None:
    window.navigator.go_to(0)
    assert any("Nothing lost so far." in cell.text for row in window.counters.rows() for cell in row.cells)
    window.navigator.go_end()
    line = row_of(window.counters, "lost skb:SOCKET_RCVBUFF")
    assert [cell.text for cell in line] == ["lost skb:SOCKET_RCVBUFF", "+4", "4"]
    assert line[-1].do is not None
    line[-1].do()
    assert window.session.events is not None
    assert window.session.moment.step == int(window.session.events.steps(Event.DROP)[-1])


def test_that_nothing_was_lost_is_said_when_it_is_sure(window: Window) -> None:
    timeline = window.session.timeline
    assert timeline is not None
    timeline.complete = True
    assert losses(timeline, 10) == []
    window.navigator.go_to(10)
    said = [cell.text for row in window.counters.rows() for cell in row.cells]
    assert "Nothing lost so far." in said


@pytest.mark.parametrize(
    ("driver", "there", "not_there"),
    [
        ("igb", {"rx_packets", "rx_no_buffer_count", "rx_queue_0_drops"}, {"rx_pkts_nic"}),
        ("ixgbe", {"rx_pkts_nic", "rx_no_dma_resources"}, {"rx_no_buffer_count", "rx_queue_0_drops"}),
        ("legacy", {"rx_packets", "rx_queue_0_packets"}, {"rx_no_buffer_count", "rx_no_dma_resources"}),
    ],
)
def test_an_adapters_counters_are_called_as_its_driver_calls_them(
    driver: str, there: set[str], not_there: set[str]
) -> None:
    made = timeline(1, FACTS | {"nics": [{"name": "eth0", "driver": driver}]})
    names = {one.name for one in counters(made)}
    assert there <= names
    assert not names & not_there


@pytest.fixture
def run(tmp_path: Path) -> Timeline:
    """A real run with losses."""
    return run_of(BURSTS, tmp_path)


def test_every_path_has_the_value_that_the_results_have(run: Timeline) -> None:
    known = {one.path: one.value for one in described(run)}
    listed = names(run)
    now = values(Cursor(run), run.last)
    assert len(listed) > 400
    assert {name.path: now[name.path] for name in listed} == {name.path: known[name.path] for name in listed}
    middle = results(run, run.steps // 2)
    then = values(Cursor(run), run.steps // 2)
    assert then["packets.in_flight"] == middle["packets"]["in_flight"]
    assert then["softnet_stat[cpu=0].processed"] == middle["softnet_stat"][0]["processed"]


def test_losses_are_known_by_their_names() -> None:
    lost = ("packets.lost['skb:UDP_CSUM']", "snmp.Udp.RcvbufErrors", "ethtool.eth0.rx_queue_2_drops")
    assert all(counts_losses(path) for path in (*lost, "sockets[1].drops", "softnet_stat[cpu=0].dropped"))
    assert not counts_losses("snmp.Udp.InDatagrams")
    assert not counts_losses("softnet_stat[cpu=0].time_squeeze")


def test_a_path_leads_to_the_step_that_changed_it(run: Timeline) -> None:
    histories = Histories(Kept())
    path = "packets.lost['skb:SOCKET_RCVBUFF']"
    lost = run.endings["step"][run.endings["fate"] == FATES.index("lost")]
    here = int(lost[len(lost) // 2])
    assert histories.changed_at(run, path, here) == here
    assert histories.changed_at(run, path, here - 1) == int(lost[len(lost) // 2 - 1])
    assert histories.changed_at(run, path, int(lost[0]) - 1) is None
    assert histories.changed_at(run, "no.such.path", run.last) is None


def test_words_find_paths_by_name_and_meaning(run: Timeline) -> None:
    every = names(run)
    assert {one.path for one in matching(every, "rcvbuferrors udp")} == {"snmp.Udp.RcvbufErrors"}
    by_meaning = matching(every, "MEDIAN")
    assert {one.path for one in by_meaning} == {f"flows.{flow}.latency_ns.p50" for flow in ("md", "b", "c")}
    assert matching(every, "") is every


def test_a_long_path_loses_whole_keys_from_its_beginning(qapp: object) -> None:
    parts = (".copies_lost", "['nic:rx_no_dma_resources']")
    assert fitting(parts, 1000.0) == "copies_lost['nic:rx_no_dma_resources']"
    assert fitting(parts, 240.0) == "…['nic:rx_no_dma_resources']"
    percentile = ("['burst']", ".latency_ns", ".p99")
    assert fitting(percentile, 1000.0) == "['burst'].latency_ns.p99"
    assert fitting(percentile, 120.0) == "['burst']…p99", "whose it is goes last"
    assert fitting(percentile, 40.0) == "…p99"


@pytest.fixture
def panel(session: Session, look: Look, player: Player, navigator: Navigator, qtbot: QtBot) -> Counters:
    """All counters, shown."""
    made = Counters(session, player, navigator, look)
    qtbot.addWidget(made)
    made.resize(384, 500)
    made.show()
    qtbot.waitExposed(made)
    made.show_page(ALL)
    return made


def line_of(panel: Counters, path: str) -> Line:
    return next(line for line in panel.all.listed() if line.name is not None and line.name.path == path)


def test_all_counters_tell_values_and_what_moved(panel: Counters) -> None:
    panel.navigator.go_to(0)
    panel.navigator.go_end()
    panel.refresh()
    errors = line_of(panel, "snmp.Udp.RcvbufErrors")
    assert (errors.value, errors.by, errors.lost) == ("4", 4, True)
    still = line_of(panel, "snmp.Udp.NoPorts")
    assert (still.value, still.by, still.moved) == ("0", 0, False)
    heads = [line.group for line in panel.all.listed() if line.name is None]
    assert heads[:2] == ["packets", "flows"]
    assert len(heads) == len(set(heads))
    panel.all.moved_only.setChecked(True)
    left = [line for line in panel.all.listed() if line.name is not None]
    assert left
    assert all(line.moved for line in left)


def test_a_click_on_one_of_all_goes_to_what_changed_it(panel: Counters, qtbot: QtBot) -> None:
    panel.navigator.go_end()
    panel.refresh()
    panel.all.line.setText("RcvbufErrors")
    panel.all.refresh()
    row = next(row for row, line in enumerate(panel.all.listed()) if line.name is not None)
    view = panel.all.list
    spot = view.visualRect(view.model().index(row, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)  # type: ignore[no-untyped-call]
    timeline = panel.session.timeline
    assert timeline is not None
    assert timeline.step(panel.session.moment.step).function.name == "sk_skb_reason_drop"


def test_keys_walk_the_list_and_skip_its_heads(panel: Counters, qtbot: QtBot) -> None:
    panel.navigator.go_end()
    panel.refresh()
    view = panel.all.list
    first = next(row for row, line in enumerate(panel.all.listed()) if line.name is not None)
    view.show_row(first)
    with qtbot.waitSignal(view.chosen):
        qtbot.keyClick(view, Qt.Key.Key_Down)  # type: ignore[no-untyped-call]
    assert view.currentIndex().row() == first + 1


def test_a_menu_stops_steps_plots_and_copies(panel: Counters) -> None:
    plotted: list[str] = []
    path = "snmp.Udp.RcvbufErrors"
    assert "Plot it" not in [entry.text() for entry in panel.menu.made(path).actions()]
    panel.menu.plot = plotted.append
    for entry in panel.menu.made(path).actions():
        entry.trigger()
    assert plotted == [path]
    assert panel.session.breakpoints.find(path) is not None
    assert panel.session.condition.text == f"{path} moves"
    assert QGuiApplication.clipboard().text() == path


def test_every_path_of_the_summary_leads_somewhere(run: Timeline) -> None:
    written = [one.path for one in counters(run) if one.path]
    written += [row.path(key) for row in softnet_rows(run) for key in row.keys]
    assert len(written) > 20
    assert [path for path in written if not len(series(run, path).steps)] == []


class Beside:
    """What is compared, from a run that goes otherwise."""

    def __init__(self, run: Timeline, step: int) -> None:
        self.on = True
        self.cursor = Cursor(run, step)

    def state(self) -> Cursor:
        return self.cursor


def test_beside_another_future_numbers_tell_how_they_differ(panel: Counters) -> None:
    other = timeline(8)
    panel.navigator.go_end()
    panel.comparison = Beside(other, int(other.last))  # type: ignore[assignment]  # what it needs of one
    panel.refresh()
    assert line_of(panel, "snmp.Udp.InDatagrams").apart == 27
    assert "+27 in the other future" in line_of(panel, "snmp.Udp.InDatagrams").sentence
    assert line_of(panel, "snmp.Udp.NoPorts").apart is None
    panel.show_page(SUMMARY)
    assert "other +27" in [cell.text for cell in row_of(panel, "InDatagrams")]
    assert [cell.text for cell in row_of(panel, "cpu 0 processed")] == ["cpu 0 processed", "other +32"]


def test_what_differs_can_be_listed_alone_while_two_are_compared(panel: Counters) -> None:
    other = timeline(8)
    panel.navigator.go_end()
    panel.refresh()
    every = len(panel.all.listed())
    assert panel.all.differs_only.isHidden()
    panel.comparison = Beside(other, int(other.last))  # type: ignore[assignment]  # what it needs of one
    panel.refresh()
    assert panel.all.differs_only.isVisible()
    panel.all.differs_only.setChecked(True)
    listed = panel.all.listed()
    assert 0 < len(listed) < every
    assert "snmp.Udp.InDatagrams" in [line.name.path for line in listed if line.name is not None]
    run = panel.session.timeline
    assert run is not None
    here, there = (values(Cursor(one, int(one.last)), int(one.last)) for one in (run, other))
    told = [line.name.path for line in listed if line.name is not None]
    assert set(told) == {path for path in told if here.get(path) != there.get(path)}
    assert len(told) == sum(here.get(one.path) != there.get(one.path) for one in names(run))
    assert {line.group for line in listed if line.name is None} <= {
        line.group for line in listed if line.name
    }
    panel.comparison = None
    panel.refresh()
    assert panel.all.differs_only.isHidden()
    assert len(panel.all.listed()) == every


def test_the_ring_of_the_keyboard_leaves_a_rows_words(qapp: object) -> None:
    look = Look()
    model, delegate = LineModel(), LineDelegate(look)
    name = Name("packets.offered", "packets", (".offered",), "offered", lost=False)
    model.show([Line(name, "packets", "946", 1, moved=True)])
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 300, 22)
    seen = []
    for focus in (QStyle.StateFlag.State_None, QStyle.StateFlag.State_HasFocus):
        option.state = QStyle.StateFlag.State_Selected | focus
        image = QImage(300, 22, QImage.Format.Format_RGB32)
        image.fill(look.colour(Role.PANEL))
        with QPainter(image) as painter:
            delegate.paint(painter, option, model.index(0))
        seen.append(image)
    inside = QRect(24, 5, 250, 12)
    assert seen[0].copy(inside) == seen[1].copy(inside)
    assert seen[0] != seen[1]


def test_the_word_at_the_top_offers_every_page(panel: Counters) -> None:
    entries = panel.pages_menu().actions()
    assert [entry.text() for entry in entries][:3] == [SUMMARY, ALL, "cat /proc/net/softnet_stat"]
    assert [entry.text() for entry in entries if entry.isChecked()] == [ALL]
    assert panel.line is panel.all.line
    entries[2].trigger()
    assert panel.page == "cat /proc/net/softnet_stat"
    assert panel.chooser.text() == "cat /proc/net/softnet_stat"
    assert panel.line is None
