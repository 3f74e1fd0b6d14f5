"""The plot: what it follows, how it thins, what it shows."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.results.series import series
from engine.scenario.errors import Refused
from engine.timeline.timeline import Timeline
from tests.viewer.host import chunks, prologue
from tests.viewer.picture.runs import BURSTS, run_of
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.panels.plot import PlotPanel
from viewer.panels.plot_axis import TimeAxis, ValueAxis
from viewer.panels.plot_chart import DASHES, pen
from viewer.panels.plot_curves import THICK, Curve, curve, flow_of, is_lost, points, scaled
from viewer.player import Player
from viewer.session import Session
from viewer.theme.tokens import FlowInk, FlowPart, Role, ThemeName

RING = "packets.in_flight"
LOST = "packets.lost['skb:SOCKET_RCVBUFF']"


@pytest.fixture
def run(tmp_path: Path) -> Timeline:
    return run_of(BURSTS, tmp_path)


def shown(session: Session, look: Look, qtbot: QtBot) -> PlotPanel:
    made = PlotPanel(session, Navigator(session, Player(session)), look)
    qtbot.addWidget(made)
    made.resize(480, 420)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def panel(run: Timeline, look: Look, qtbot: QtBot) -> PlotPanel:
    session = Session()
    session.adopt(run)
    return shown(session, look, qtbot)


def test_a_curve_has_the_values_of_the_results(run: Timeline) -> None:
    found = series(run, RING)
    made = curve(run, found)
    assert np.all(np.diff(made.times) > 0)
    for step in range(0, run.steps, 997):
        time = int(run.time(step))
        last = int(run.moment(time))
        assert made.at(time) == found.at(last)
    assert (made.low, made.high) == (found.values.min(), found.values.max())
    assert made.at(-1.0) is None


def test_text_is_not_plotted_and_truth_is_one_or_none(run: Timeline) -> None:
    with pytest.raises(Refused, match="only numbers can be plotted"):
        curve(run, series(run, "title"))
    full = curve(run, series(run, f"{RING} > 10"))
    assert set(full.values.tolist()) == {0.0, 1.0}


def test_a_line_goes_in_steps_and_ends_where_the_run_does(run: Timeline) -> None:
    made = curve(run, series(run, RING))
    xs, ys = points(made, 0.0, float(run.until), 300)
    assert xs[-1] == float(run.until)
    assert ys[-1] == made.values[-1]
    assert np.all((np.diff(xs) == 0.0) | (np.diff(ys) == 0.0))


def test_thinning_loses_no_peak() -> None:
    rng = np.random.default_rng(1)
    times = np.sort(rng.choice(10_000_000, 60_000, replace=False)).astype(np.float64)
    values = rng.integers(0, 50, len(times)).astype(np.float64)
    values[31_234] = 9_999.0
    made = Curve(times, values, 1e7, 0.0, 9_999.0)
    assert len(times) > THICK
    xs, ys = points(made, 0.0, 1e7, 400)
    assert len(xs) < 401 * 5 + 2
    assert ys.max() == 9_999.0
    assert np.all(np.diff(xs) >= 0)
    peak = float(times[31_234])
    assert abs(float(xs[int(ys.argmax())]) - peak) <= 1e7 / 400
    near, _ = points(made, peak - 1_000.0, peak + 1_000.0, 400)
    assert peak in near  # close up every change is drawn where it is


def test_a_curve_that_never_moves_lies_in_the_middle() -> None:
    assert scaled(np.array([3.0, np.nan]), 3.0, 3.0)[0] == 0.5
    assert np.isnan(scaled(np.array([3.0, np.nan]), 3.0, 3.0)[1])


def test_only_flows_and_losses_have_hue(panel: PlotPanel, run: Timeline) -> None:
    for path in ("flows.b.delivered", LOST, RING):
        assert panel.add(path)
    inks = [panel._ink(one) for one in panel._plotted]
    assert inks == [FlowInk(1, FlowPart.EDGE), Role.LOST, Role.TEXT]
    assert flow_of("flows['a b'].read") == "a b"
    assert flow_of("packets.read") == ""
    assert is_lost("flows.b.lost")
    assert not is_lost("sum(interrupts.LOC[*])")


def test_curves_are_told_apart_by_dashes(panel: PlotPanel) -> None:
    for path in (RING, LOST, "packets.delivered"):
        panel.add(path)
    assert [one.slot for one in panel._plotted] == [0, 1, 2]
    panel.remove(LOST)
    panel.add("packets.offered")
    assert [one.slot for one in panel._plotted] == [0, 2, 1]
    patterns = [tuple(pen(panel.look, Role.TEXT, slot).dashPattern()) for slot in range(len(DASHES))]
    assert len(set(patterns)) == len(DASHES)


def test_a_refusal_is_seen_whole(panel: PlotPanel, qtbot: QtBot) -> None:
    panel.resize(300, 420)
    panel.line.setText("softnet_stat[cpu=0].procesed / softnet_stat[cpu=1].processed + snmp.Udp.InDatagrams")
    qtbot.keyClick(panel.line, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: panel.refusal.width() > 200)
    assert len(panel.refusal.rows) > 1
    assert "".join(panel.refusal.rows) == panel.refusal.text
    assert panel.rect().contains(panel.refusal.geometry())


def test_a_path_taken_from_the_list_is_plotted_at_once(panel: PlotPanel, qtbot: QtBot) -> None:
    panel.line.setFocus()
    qtbot.waitUntil(panel.line.hasFocus)
    qtbot.keyClicks(panel.line, RING)  # type: ignore[no-untyped-call]
    qtbot.keyClick(panel.line, Qt.Key.Key_Backspace)  # type: ignore[no-untyped-call]
    assert panel.suggestions.shown == [RING]
    qtbot.keyClick(panel.line, Qt.Key.Key_Down)  # type: ignore[no-untyped-call]
    qtbot.keyClick(panel.line, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert panel.texts() == [RING]
    assert panel.line.text() == ""


def test_the_line_plots_and_refuses_in_place(panel: PlotPanel, qtbot: QtBot) -> None:
    panel.line.setText("packets.in_flihgt")
    qtbot.keyClick(panel.line, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert panel.refusal.isVisible()
    assert panel.texts() == []
    panel.line.setText(RING)
    qtbot.keyClick(panel.line, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert panel.texts() == [RING]
    assert panel.line.text() == ""
    assert not panel.refusal.isVisible()
    assert panel.add(RING)
    assert panel.texts() == [RING]


def test_before_anything_is_plotted_it_offers_something(panel: PlotPanel) -> None:
    assert panel.sheet.texts()[0] == "Nothing is plotted yet."
    offered = panel.sheet.cell_of(RING)
    assert offered is not None
    assert offered.do is not None
    offered.do()
    assert panel.texts() == [RING]


def test_rows_tell_the_values_at_the_playhead_or_under_the_mouse(panel: PlotPanel, run: Timeline) -> None:
    panel.add(RING)
    found = curve(run, series(run, RING))
    panel.navigator.go_to(run.steps // 2)
    panel.refresh()
    assert panel.sheet.rows[0].cells[1].text.endswith(f"{found.at(panel.session.moment.time_ns):.0f}")
    peak = float(found.times[int(found.values.argmax())])
    panel.chart.point_at(peak)
    assert panel.sheet.rows[0].cells[1].text.endswith(f"   {found.high:.0f}")
    assert panel.note.startswith("at ")
    assert panel.chart.crosshair.isVisible()
    panel.chart.point_at(None)
    assert not panel.chart.crosshair.isVisible()
    remove = panel.sheet.cell_of("×")
    assert remove is not None
    assert remove.do is not None
    remove.do()
    assert panel.texts() == []


def test_dragging_and_clicking_go_to_a_time(panel: PlotPanel, run: Timeline) -> None:
    panel.add(RING)
    panel.chart.playhead.setValue(500_000.0)
    panel.chart.playhead.sigDragged.emit(panel.chart.playhead)
    assert panel.session.moment.step == int(run.moment(500_000))
    panel.navigator.go_to(10)
    panel.refresh()
    assert float(panel.chart.playhead.value()) == float(run.time(10))


def test_the_mouse_points_at_times(panel: PlotPanel, run: Timeline) -> None:
    panel.add(RING)
    box = panel.chart.box.sceneBoundingRect()
    panel.chart._hover(QPointF(box.center()))
    assert panel.chart.pointer == pytest.approx(float(run.until) / 2.0, rel=0.02)
    panel.chart._hover(QPointF(-50.0, -50.0))
    assert panel.chart.pointer is None


def test_one_scale_for_all_or_each_its_own(panel: PlotPanel) -> None:
    panel.add(RING)
    panel.add("packets.delivered")
    ranges = panel.chart.box.viewRange()[1]
    assert ranges == pytest.approx([-0.06, 1.06])
    panel.one_scale.click()
    high = max(one.curve.high for one in panel._plotted if one.curve is not None)
    assert panel.chart.box.viewRange()[1][1] == pytest.approx(high * 1.06)
    assert panel.chart.levels.isVisible()


def test_it_zooms_within_the_run(panel: PlotPanel, run: Timeline) -> None:
    panel.add(RING)
    panel.chart.box.setXRange(100_000.0, 300_000.0, padding=0.0)
    assert panel.chart.span == pytest.approx((100_000.0, 300_000.0))
    panel.refresh()
    assert panel.chart.span == pytest.approx((100_000.0, 300_000.0))
    panel.fit.click()
    assert panel.chart.span == pytest.approx((0.0, float(run.until)))


def test_it_grows_with_the_run(look: Look, qtbot: QtBot) -> None:
    made = chunks(6)
    timeline = Timeline(prologue())
    timeline.append(made[0])
    session = Session()
    session.adopt(timeline)
    panel = shown(session, look, qtbot)
    path = "snmp.Udp.InDatagrams"
    panel.add(path)
    before = panel._plotted[0].curve
    for chunk in made[1:]:
        session.extend(chunk)
    panel.refresh()
    after = panel._plotted[0].curve
    assert before is not None
    assert after is not None
    assert after.high > before.high
    assert panel.chart.span[1] == pytest.approx(float(timeline.until))


def test_in_another_run_it_follows_what_is_there(panel: PlotPanel, session: Session) -> None:
    panel.add("flows.b.delivered")
    panel.add("snmp.Udp.InDatagrams")
    assert session.timeline is not None
    panel.session.adopt(session.timeline)  # a host without a flow b
    panel.refresh()
    assert [one.curve is not None for one in panel._plotted] == [False, True]
    assert panel.sheet.rows[0].cells[1].text == "not in this run"


def test_it_wears_the_theme(panel: PlotPanel, qapp: QApplication) -> None:
    panel.add(RING)
    panel.look.wear(ThemeName.LIGHT, qapp)
    assert panel.chart.view.backgroundBrush().color() == panel.look.colour(Role.PANEL)
    assert panel.chart._curves[0].opts["pen"].color() == panel.look.colour(Role.TEXT)
    panel.look.wear(ThemeName.DARK, qapp)
    assert panel.chart._curves[0].opts["pen"].color() == panel.look.colour(Role.TEXT)
    assert not panel.chart.plot.menuEnabled()


def test_axes_have_round_numbers_and_one_unit(look: Look) -> None:
    times = TimeAxis(look)
    times.resize(400.0, 20.0)
    times.setRange(0.0, 3_000_000.0)
    ((step, values),) = times.tickValues(0.0, 3_000_000.0, 400.0)
    assert step == 500_000
    texts = times.tickStrings(values, 1.0, step)
    assert [text for text in texts if text.endswith("µs")] == texts[-2:-1]
    levels = ValueAxis(look)
    ((step, values),) = levels.tickValues(-5.0, 95.0, 120.0)
    assert step == pytest.approx(50.0)
    assert levels.tickStrings(values, 1.0, step) == ["0", "50"]
    assert levels.tickValues(1.0, 1.0, 100.0) == []
