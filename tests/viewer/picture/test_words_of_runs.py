"""Words and numbers of the picture against the run: rates of the wire, names under stations, who reads."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.timeline.timeline import Timeline
from engine.topology import Station
from tests.viewer.picture.runs import BURSTS, LEGACY, STEERED, run_of
from viewer.picture.compose import compose
from viewer.picture.items import Kind
from viewer.picture.layout import Stage
from viewer.picture.reading.desk import desk_at
from viewer.picture.reading.flights import STAGE_OF
from viewer.picture.reading.names import NO_PROGRAM, NO_TAPS, name_at
from viewer.picture.view import View
from viewer.score.moment import Moment

HOLLOW = {NO_PROGRAM, NO_TAPS}


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, tmp_path_factory.mktemp("bursts"))


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(STEERED, tmp_path_factory.mktemp("steered"))


@pytest.fixture(scope="module")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(LEGACY, tmp_path_factory.mktemp("legacy"))


def words(timeline: Timeline, time_ns: int, layer: str, focused: int = 0) -> list[str]:
    display = compose(timeline, Moment(timeline.moment(time_ns), time_ns), View(focused=focused))
    return [text.text for text in display.texts() if text.layer == layer]


def names_under(timeline: Timeline, step: int, cpu: int) -> set[str]:
    """What stands under the stations and gates of a focused row."""
    display = compose(timeline, Moment(step, int(timeline.time(step))), View(focused=cpu))
    shown = {text.text for text in display.texts() if text.layer == f"track {cpu}"}
    return {text for text in shown if not text.startswith(("+", "−"))}


def run_by(timeline: Timeline, cpu: int) -> set[str]:
    """Functions that a CPU enters in a run where a track's stations are, wrappers included."""
    stations = {*STAGE_OF, Station.BACKLOG}
    calls = {info.number: info.calls for info in timeline.functions if info.station in stations}
    ran = np.unique(timeline.column("fn")[timeline.column("where") >> 8 == cpu]).tolist()
    return {name for number in ran for name in calls.get(number, ())}


def test_a_burst_has_its_own_rate(qtbot: QtBot, bursts: Timeline) -> None:
    """300 frames of 128 bytes at 10 Gbit/s, then nothing for most of a millisecond."""
    first = int(desk_at(bursts, bursts.steps - 1, 0).arrivals()[0][0])
    start = int(bursts.time(first))
    for time_ns in (start, start + 10_000, start + 30_000, start + 1_000_000, start + 1_010_000):
        said = [word for word in words(bursts, time_ns, "wire") if "Mpps" in word]
        assert len(said) == 1, time_ns
        assert 7.5 <= float(said[0].split()[0]) <= 8.3  # other flows' frames stand between
    assert not any("Mpps" in word for word in words(bursts, start + 200_000, "wire"))


def test_an_even_flow_has_its_rate_all_along(qtbot: QtBot, bursts: Timeline) -> None:
    for time_ns in range(100_000, 1_150_000, 77_777):
        assert "100 kpps" in words(bursts, time_ns, "wire")


def test_a_rate_stands_still_within_half_a_wire(qtbot: QtBot, bursts: Timeline) -> None:
    for time_ns in range(200_000, 1_100_000, 100_000):
        assert words(bursts, time_ns, "wire") == words(bursts, time_ns + 3_999, "wire")


@pytest.mark.parametrize("name", ["bursts", "steered", "legacy"])
def test_names_under_stations_are_functions_that_run_there(
    qtbot: QtBot, name: str, request: pytest.FixtureRequest
) -> None:
    timeline: Timeline = request.getfixturevalue(name)
    for cpu in range(4):
        allowed = run_by(timeline, cpu) | HOLLOW
        if "napi_poll" not in allowed:
            continue  # it handled no packet
        for step in range(timeline.steps // 3, timeline.steps, timeline.steps // 25):
            assert names_under(timeline, step, cpu) <= allowed


def test_a_row_that_polls_hands_lists_up(qtbot: QtBot, bursts: Timeline) -> None:
    assert {"ixgbe_poll", "gro_receive_skb", "ip_list_rcv", "udp_rcv"} <= names_under(bursts, 0, 1)


def test_a_row_of_a_backlog_has_no_gro(qtbot: QtBot, steered: Timeline) -> None:
    """CPUs 1 to 3 get their packets from RPS: single skbs, by way of the backlog."""
    step = steered.steps - 1
    for cpu in (1, 2, 3):
        names = names_under(steered, step, cpu)
        assert "process_backlog" in names
        assert not {"ip_list_rcv", "napi_gro_receive", "igb_poll"} & names


def test_a_driver_without_napi_is_named_as_what_it_is(qtbot: QtBot, legacy: Timeline) -> None:
    number = next(info.number for info in legacy.functions if info.name == "legacy_rx")
    step = int(np.flatnonzero(legacy.column("fn") == number)[5])
    assert "legacy_rx" in names_under(legacy, step, 0)
    assert not {"napi_gro_receive", "ip_list_rcv"} & names_under(legacy, step, 0)
    display = compose(legacy, Moment(step, int(legacy.time(step))), View())
    assert any(item.of.name == "GRO" for item in display.items(kind=Kind.STATION))


@pytest.mark.parametrize(
    ("stage", "entry", "ran", "here", "said"),
    [
        (Stage.IP, "ip_list_rcv", ("ip_rcv_core",), "", "ip_list_rcv"),
        (Stage.IP, "ip_list_rcv", ("ip_rcv", "ip_rcv_core"), "", "ip_rcv"),
        (Stage.IP, "ip_list_rcv", ("ip_rcv_core",), "ip_rcv_core", "ip_rcv_core"),
        (Stage.POLL, "process_backlog", ("legacy_rx", "eth_type_trans"), "", "legacy_rx"),
        (Stage.POLL, "igb_poll", ("napi_build_skb",), "", "igb_poll"),
        (Stage.GRO, "", ("napi_gro_receive", "dev_gro_receive"), "", "napi_gro_receive"),
        (Stage.GRO, "", (), "", ""),
    ],
)
def test_which_name_a_station_has(
    stage: Stage, entry: str, ran: tuple[str, ...], here: str, said: str
) -> None:
    assert name_at(stage, entry, ran, here) == said
