"""Words and numbers of the picture against the run: rates of the wire, names under stations, who reads."""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from engine.topology import Station
from tests.viewer.picture.runs import BURSTS, LEGACY, STEERED, run_of
from viewer.picture.compose import compose
from viewer.picture.items import Arc, Kind, Stroke
from viewer.picture.layout import Stage, layout
from viewer.picture.reading.desk import desk_at
from viewer.picture.reading.flights import FAR_NS, STAGE_OF, _trains, signals
from viewer.picture.reading.lanes import read_lanes
from viewer.picture.reading.losses import read_losses
from viewer.picture.reading.names import NO_PROGRAM, NO_TAPS, name_at
from viewer.picture.regions.sockets import socket_heights
from viewer.picture.view import View
from viewer.score.moment import Moment
from viewer.theme.tokens import Role

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
    stations = {*STAGE_OF, Station.BACKLOG, Station.SOCKET}  # where a drop falls, the dropping function is
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


def test_frames_that_come_at_random_have_one_rate(qtbot: QtBot, bursts: Timeline) -> None:
    """Some always stand close by chance; that is no burst."""
    said = []
    for time_ns in range(200_000, 1_100_000, 4_000):
        desk = desk_at(bursts, bursts.moment(time_ns), time_ns)
        flow = read_lanes(desk, int(bursts.objects("nic")[0]))[1]
        if flow.label:  # at times none of its frames is near
            said.append(float(flow.label.removesuffix(" kpps")))
    assert 225 <= statistics.median(said) <= 275  # asked for: 250
    assert sum(each > 500 for each in said) <= 0.03 * len(said)


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


def test_a_wake_up_starts_at_the_socket_that_wakes(qtbot: QtBot, bursts: Timeline) -> None:
    number = next(info.number for info in bursts.functions if info.name == "try_to_wake_up")
    place = layout(1536, 776, 4, 0)
    seen = set()
    for step in np.flatnonzero(bursts.column("fn") == number).tolist():
        moment = Moment(step, int(bursts.time(step)))
        (signal,) = signals(desk_at(bursts, step, moment.time_ns), moment)
        display = compose(bursts, moment, View())
        arrow = next(
            item for item in display.items(kind=Kind.ARROW, name="wakeup") if isinstance(item, Stroke)
        )
        heights = socket_heights(tuple(Cursor(bursts, step).alive("sock").tolist()), place.sockets)
        assert arrow.points[0][1] == heights[signal.sock]
        seen.add(signal.sock)
    assert len(seen) == 3


def test_the_reading_station_says_who_reads_and_how_long_it_takes(qtbot: QtBot, bursts: Timeline) -> None:
    """The slow program works 20 µs on each datagram; between bursts nobody of the others reads on."""
    samples = bursts.samples
    said = set()
    for at in range(40, len(samples), 60):
        step = int(samples["step"][at]) + 1
        display = compose(bursts, Moment(step, int(bursts.time(step))), View())
        said |= {text.text for text in display.texts() if text.layer == "sockets" and "each" in text.text}
    assert said
    for words in said:
        task, _, pace = words.partition(" · ")
        shortest = {"feed": 1.2, "slow": 20.0}[task.split("/")[0]]
        assert shortest <= float(pace.split()[0]) < 40.0


def test_of_several_rings_the_polled_one_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    """All vectors on CPU 0: the ring beside the track is the one whose packets are on it."""
    text = BURSTS.replace("cpus = 4", "cpus = 1").replace("cpu = 3", "cpu = 0").replace('"1200us"', '"300us"')
    timeline = run_of(text, tmp_path)
    number = next(info.number for info in timeline.functions if info.name == "ixgbe_poll")
    shown = set()
    for step in np.flatnonzero(timeline.column("fn") == number)[::7].tolist():
        cursor = Cursor(timeline, step)
        polled = cursor.get(int(cursor.alive("softnet_data")[0]), "polling_napi")
        rings = [uid for uid in cursor.alive("rx_ring").tolist() if cursor.get(uid, "napi") == polled]
        display = compose(timeline, Moment(step, int(timeline.time(step))), View())
        assert list(display.items(name=f"rx-{cursor.get(rings[0], 'queue')}"))
        shown.add(rings[0])
    assert len(shown) > 1


def test_a_frame_without_a_descriptor_is_lost_at_its_ring(qtbot: QtBot, tmp_path: Path) -> None:
    text = BURSTS.replace('until = "1200us"', 'until = "1200us"\nsetup = "ethtool -G eth0 rx 64"')
    timeline = run_of(text, tmp_path)
    lost = [
        row for row in timeline.endings if timeline.names[int(row["reason"])] == "nic:rx_no_dma_resources"
    ]
    row = lost[5]
    moment = Moment(int(row["step"]), int(row["time"]))
    (loss,) = read_losses(desk_at(timeline, moment.step, moment.time_ns))
    assert loss.station == Station.RING
    assert loss.ring == timeline.changes(int(row["frame"]), "queue")[2][-1]
    place = layout(1536, 776, 4, loss.ring)
    display = compose(timeline, moment, View(focused=loss.ring))
    fallen = next(packet for packet in display.packets() if packet.look.lost)
    card = place.rows[loss.ring].card
    assert card.y < fallen.y < card.bottom
    assert place.nic.right - 30.0 < fallen.x < place.ring_right


@pytest.mark.parametrize(
    ("times", "dense", "trains"),
    [
        ((1000, 1100, 1200, 1300), "####", ((0, 4),)),
        ((1000, 1100, 4000, 4100), "....", ()),
        ((1000, 1100, 1200, 4000, 5000, 5100, 5200), "###.###", ((0, 3), (4, 7))),
        ((10, 100, 1000), "...", ()),
    ],
)
def test_only_what_follows_closely_is_a_ribbon(
    times: tuple[int, ...], dense: str, trains: tuple[tuple[int, int], ...]
) -> None:
    gaps = np.concatenate(([FAR_NS], np.diff(np.array(times, np.int64)), [FAR_NS]))
    found = _trains(gaps < 300, 0, len(times))
    assert found == trains
    assert "".join("#" if any(a <= at < b for a, b in found) else "." for at in range(len(times))) == dense


def test_a_train_that_is_half_gone_is_still_one() -> None:
    links = np.array([False, True, True, True, True, False])
    assert _trains(links, 3, 5) == ((0, 2),)
    assert _trains(links, 4, 5) == ((0, 1),)


def test_the_seat_of_a_lost_packet_is_marked(qtbot: QtBot, bursts: Timeline) -> None:
    """The packet in hand is the last that left the list; its seat has its number, and is red when it is dropped."""
    reason = "skb:SOCKET_RCVBUFF"
    losses = [row for row in bursts.endings if bursts.names[int(row["reason"])] == reason]
    red = 0
    for row in losses:
        step = int(row["step"])
        cpu = int(bursts.column("where")[step]) >> 8
        packet = int(bursts.column("packet")[step])
        display = compose(bursts, Moment(step, int(row["time"])), View(focused=cpu))
        said = [text.text for text in display.texts() if text.layer == "rx_list"]
        seats = [item for item in display.items(name="rx_list") if isinstance(item, Arc)]
        if seats:
            assert [seat.ink for seat in seats] == [Role.LOST]
            assert any(word.startswith(f"#{packet} ") for word in said)
            red += 1
        else:
            assert not any(word.startswith("#") for word in said)
    assert red > 3


def test_an_open_tap_hangs_at_its_gate(qtbot: QtBot, bursts: Timeline, tmp_path: Path) -> None:
    tapped = run_of(BURSTS.replace('driver = "ixgbe"', 'driver = "ixgbe"\ntap = true'), tmp_path)
    for step in range(500, 4000, 500):
        assert "no taps" not in names_under(tapped, step, 0)
        assert "tpacket_rcv" not in names_under(bursts, step, 0)
    assert "tpacket_rcv" in names_under(tapped, 500, 1)
    assert "no taps" in names_under(bursts, 500, 1)
