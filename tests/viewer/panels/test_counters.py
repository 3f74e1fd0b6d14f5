"""The counters' rows."""

import pytest

from engine.scenario.units import format_ns
from tests.viewer.host import FACTS, timeline
from viewer.events import Event
from viewer.panels.counters import SUMMARY, Counters
from viewer.panels.counting import Reference, counters, losses
from viewer.panels.sheet import Cell, Plate
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
    window.counters.show_page("cat /proc/net/softnet_stat")
    assert window.counters.note == "cat /proc/net/softnet_stat"


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
    assert lines[0] == "$ cat /proc/net/softnet_stat"
    assert lines[1].startswith("00000020 00000000 00000000")
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
