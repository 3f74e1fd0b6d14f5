"""Latencies: bins, choices, stages, and what the panel does with them."""

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.narration import packet_name
from engine.results.packets import packet_table, select
from engine.timeline.ledger import latencies
from engine.timeline.timeline import Timeline
from tests.viewer.host import chunks, prologue
from tests.viewer.picture.runs import BURSTS, run_of
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.panels.latency import LatencyPanel
from viewer.panels.latency_data import LEAST_BINS, MOST_BINS, Readings, edges, filter_text
from viewer.panels.latency_rows import stage_rows, waterfall
from viewer.panels.latency_stages import Stage, Stages
from viewer.panels.story import WAITING, Stretch, story
from viewer.player import Player
from viewer.session import Session


@pytest.fixture
def run(tmp_path: Path) -> Timeline:
    return run_of(BURSTS, tmp_path)


def shown(timeline: Timeline, look: Look, qtbot: QtBot) -> LatencyPanel:
    session = Session()
    session.adopt(timeline)
    made = LatencyPanel(session, Navigator(session, Player(session)), look)
    qtbot.addWidget(made)
    made.resize(480, 500)
    made.show()
    qtbot.waitExposed(made)
    made.refresh()
    return made


@pytest.fixture
def panel(run: Timeline, look: Look, qtbot: QtBot) -> LatencyPanel:
    return shown(run, look, qtbot)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (5, 9), (700, 90_000), (5_000, 147_200), (1, 10**9)])
def test_bins_have_round_edges_around_everything(low: int, high: int) -> None:
    bounds = edges(low, high)
    assert bounds[0] <= low
    assert bounds[-1] > high
    assert np.all(np.diff(bounds) > 0)
    assert len(bounds) - 1 <= MOST_BINS
    for edge in bounds.tolist():
        assert len(str(edge).rstrip("0")) <= 3
    if (low, high) == (5_000, 147_200):
        assert len(bounds) - 1 >= LEAST_BINS


def test_every_reading_is_in_its_bin(run: Timeline) -> None:
    readings = Readings(run)
    made = readings.histogram()
    assert made.counts.sum() == len(run.samples) > 100
    for bar in np.flatnonzero(made.totals).tolist():
        low, high = made.edges[bar : bar + 2].tolist()
        assert len(readings.between(low, high)) == made.totals[bar]
    slowest = int(run.samples["latency"].max())
    assert made.totals[made.bin_of(slowest)] > 0
    assert readings.histogram() is made


def test_percentiles_are_the_ledgers(run: Timeline) -> None:
    readings = Readings(run)
    for flow in readings.histogram().flows:
        assert readings.histogram(flow).told == latencies(run)[run.label(flow)]
    frame, step = readings.median() or (0, 0)
    told = readings.histogram().told
    assert told is not None
    mine = run.samples[(run.samples["frame"] == frame) & (run.samples["step"] == step)]
    assert told.p50 in mine["latency"]


def test_a_bars_filter_is_a_filter(run: Timeline) -> None:
    assert filter_text(80_000, 90_000) == "latency_ns >= 80us and latency_ns < 90us"
    assert filter_text(1_300, 2_000_000, "B") == (
        "latency_ns >= 1.3us and latency_ns < 2ms and letter == 'B'"
    )
    table = packet_table(run)
    rows = run.samples
    chosen = select(table, filter_text(2_000, 9_000))
    inside = rows["frame"][(rows["latency"] >= 2_000) & (rows["latency"] < 9_000)]
    assert set(chosen.tolist()) == set(inside.tolist())


def test_stages_of_many_are_the_stories_of_each(run: Timeline) -> None:
    stages = Stages(run)
    rows = run.samples[::37]
    sums: dict[str, float] = {}
    for frame, step in zip(rows["frame"].tolist(), rows["step"].tolist(), strict=True):
        one = {stretch.station: stretch.ns for stretch in story_to(run, frame, step)}
        for station, ns in one.items():
            sums[station] = sums.get(station, 0.0) + ns / len(rows)
        alone = stages.means(np.array([frame]), np.array([step]))
        assert alone == pytest.approx(one)
    made = stages.means(rows["frame"].astype(np.int64), rows["step"].astype(np.int64))
    assert made == pytest.approx(sums)
    assert stages.means(np.empty(0, np.int64), np.empty(0, np.int64)) == {}


def story_to(run: Timeline, frame: int, step: int) -> list[Stretch]:
    """A packet's stretches up to its last step by then, without what passed since."""
    path = run.path(frame)
    return list(story(run, frame, int(path[path <= step][-1])).stretches)


def test_the_greatest_difference_comes_first(run: Timeline) -> None:
    stages, readings = Stages(run), Readings(run)
    rows = run.samples[np.argsort(-run.samples["latency"])[:5]]
    median = readings.median()
    assert median is not None
    made = stages.against(rows["frame"].astype(np.int64), rows["step"].astype(np.int64), median)
    differences = [abs(stage.by) for stage in made]
    assert differences == sorted(differences, reverse=True)
    assert made[0].by > 0


def test_a_stage_says_both_numbers(qapp: object) -> None:
    rows = stage_rows([Stage("ring", 36_400.0, 800.0), Stage("ip", 900.0, 899.0)])
    assert [row.say for row in rows] == ["ring wait 36.4 µs, median 800 ns"]


def test_what_is_too_short_for_a_bar_is_added_up(qapp: object) -> None:
    stretches = (Stretch("ring", 127_930), Stretch("ip", 500), Stretch("udp", 130), Stretch("poll", 1000))
    rows = waterfall(Look(), stretches, 129_560, 0)
    assert [row.say for row in rows] == [
        "ring wait 127.93 µs, waiting", "poll 1 µs, work", "and 2 shorter, 630 ns",
    ]  # fmt: skip
    assert not any("shorter" in row.say for row in waterfall(Look(), stretches[:1], 127_930, 0))


def test_the_longest_wait_is_a_wait_and_ends_at_a_step_of_the_packet(run: Timeline) -> None:
    stages = Stages(run)
    rows = run.samples[np.argsort(-run.samples["latency"])[:20]]
    for frame, end in zip(rows["frame"].tolist(), rows["step"].tolist(), strict=True):
        wait = stages.longest(frame, end)
        assert wait is not None
        assert wait.station in WAITING
        assert wait.ns == run.time(wait.end) - run.time(wait.begin)
        assert wait.end in run.path(frame)


def full_bar(panel: LatencyPanel) -> int:
    made = panel.histogram.histogram
    assert made is not None
    return int(made.totals.argmax())


def test_a_bar_is_a_choice_of_packets(panel: LatencyPanel, run: Timeline, qtbot: QtBot) -> None:
    bar = full_bar(panel)
    made = panel.histogram.histogram
    assert made is not None
    low, high = made.edges[bar : bar + 2].tolist()
    x = round((panel.histogram.x_of(low) + panel.histogram.x_of(high)) / 2.0)
    spot = QPoint(x, panel.histogram.height() // 2)
    qtbot.mouseClick(panel.histogram, Qt.MouseButton.LeftButton, pos=spot)  # type: ignore[no-untyped-call]
    session = panel.session
    assert session.filter == filter_text(low, high)
    assert session.chosen == frozenset(select(packet_table(run), session.filter).tolist())
    assert session.chosen
    assert panel.sheet.texts()[0].startswith(f"{len(session.chosen)} packet")
    qtbot.mouseClick(panel.histogram, Qt.MouseButton.LeftButton, pos=spot)  # type: ignore[no-untyped-call]
    assert session.chosen is None


def test_keys_go_from_bar_to_bar_and_widen(panel: LatencyPanel, qtbot: QtBot) -> None:
    chart = panel.histogram
    made = chart.histogram
    assert made is not None
    full = np.flatnonzero(made.totals).tolist()
    press = qtbot.keyClick
    press(chart, Qt.Key.Key_Right)  # type: ignore[no-untyped-call]
    assert (chart.first, chart.last) == (full[0], full[0])
    press(chart, Qt.Key.Key_Right)  # type: ignore[no-untyped-call]
    assert (chart.first, chart.last) == (full[1], full[1])
    press(chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)  # type: ignore[no-untyped-call]
    assert (chart.first, chart.last) == (full[1], full[1] + 1)
    press(chart, Qt.Key.Key_End)  # type: ignore[no-untyped-call]
    assert chart.first == full[-1]
    assert panel.session.chosen
    press(chart, Qt.Key.Key_Escape)  # type: ignore[no-untyped-call]
    assert chart.range is None
    assert panel.session.chosen is None


def test_another_choice_elsewhere_lets_the_bars_go(panel: LatencyPanel) -> None:
    panel.histogram.pick(0, 40)
    assert panel.histogram.first == 0
    panel.session.choose("length > 5", frozenset({1}))
    assert panel.histogram.range is None
    assert panel.session.filter == "length > 5"


def test_in_another_future_of_the_scene_the_bars_choose_again(panel: LatencyPanel) -> None:
    panel.histogram.pick(0, 40)
    session = panel.session
    before = (session.filter, session.chosen)
    assert before[1]
    session.chosen, session.same_scene = None, True  # as `Showing` does where another future takes over
    session.opened.emit()
    panel.refresh()
    assert before == (session.filter, session.chosen)


def test_one_flow_alone(panel: LatencyPanel, run: Timeline) -> None:
    assert panel.flows is not None
    assert next(iter(panel.flows.buttons)) == "0"
    uid = panel._offered[1]
    panel.flows.buttons[str(uid)].click()
    assert panel.flow == uid
    mine = np.count_nonzero(run.samples["flow"] == uid)
    assert panel.note == f"{mine} readings"
    panel.histogram.pick(0, 90)
    assert panel.session.filter.endswith("letter == 'B'")
    assert len(panel.session.chosen or ()) == mine


def test_further_readings_are_named_by_their_packets(tmp_path: Path, look: Look, qtbot: QtBot) -> None:
    """A multicast frame that a second reader took later is in the bars of both readings."""
    text = BURSTS.replace('destination = "10.0.0.2:9002"', 'destination = "239.1.1.1:9002"')
    text = text.replace(
        'listen = [{ udp = "10.0.0.2:9002", rcvbuf = 20000 }]', 'listen = [{ udp = "239.1.1.1:9002" }]'
    )
    text += '[[app]]\nname = "fast"\nwait = "blocking"\ncpu = 2\nlisten = [{ udp = "239.1.1.1:9002" }]\n'
    run = run_of(text, tmp_path)
    panel = shown(run, look, qtbot)
    rows = run.samples
    latest = rows[rows["latency"] == rows["latency"].max()][0]
    first = rows["latency"][rows["frame"] == latest["frame"]]
    assert len(first) == 2
    assert first.min() < latest["latency"]
    made = panel.histogram.histogram
    assert made is not None
    bar = made.bin_of(int(latest["latency"]))
    panel.histogram.pick(bar, bar)
    assert int(latest["frame"]) in (panel.session.chosen or ())
    assert f"number == {latest['frame']}" in panel.session.filter
    again = select(packet_table(run), panel.session.filter)
    assert frozenset(again.tolist()) == panel.session.chosen


def test_a_packet_is_shown_and_played_at_its_longest_wait(panel: LatencyPanel, run: Timeline) -> None:
    slowest = int(run.samples["latency"].max())
    said = next(row for row in panel.sheet.rows if row.say.startswith("packet "))
    name = said.say.removeprefix("packet ").partition(",")[0]
    frame = next(int(uid) for uid in run.objects("frame") if packet_name(run, int(uid)) == name)
    assert slowest in run.samples["latency"][run.samples["frame"] == frame]
    do = said.cells[0].do
    assert do is not None
    do()
    wait = Stages(run).longest(frame, int(run.samples["step"][run.samples["frame"] == frame].max()))
    assert wait is not None
    selection = panel.session.selection
    assert selection is not None
    assert selection.uid == frame
    assert panel.session.moment.step == wait.end
    panel.refresh()
    assert panel.histogram.mark == (slowest, panel._letters[panel.session.flows.flow_of(frame)])  # type: ignore[union-attr]
    assert any(row.say.startswith(f"{wait.word} ") for row in panel.sheet.rows)
    panel.play(frame, wait)
    assert panel.session.moment.step == wait.begin
    assert panel.navigator.player.moving
    panel.navigator.player.pause()


def test_before_anybody_reads_it_says_so(look: Look, qtbot: QtBot) -> None:
    timeline = Timeline(prologue())
    timeline.append(chunks(2)[0])
    panel = shown(timeline, look, qtbot)
    assert panel.sheet.texts() == ["Nobody has read anything yet."]
    assert panel.note == ""
    assert panel.histogram.isHidden()


def test_fifty_thousand_readings_are_counted_in_time(run: Timeline) -> None:
    many = np.resize(run.samples, 50_000)
    many["latency"] = np.random.default_rng(3).integers(700, 400_000, len(many))
    readings = Readings(run)
    readings.rows = lambda flow=0: many  # type: ignore[method-assign]  # as a long run has them
    began = time.perf_counter()
    made = readings.histogram()
    passed = time.perf_counter() - began
    assert made.counts.sum() == 50_000
    assert passed < 0.5  # a tenth of it where nothing else runs
