"""The timeline's widget: gestures, what it shows, what it says."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.timeline.schema import Where
from viewer.lanes.contents import PollLog, arrows, blocks, overview
from viewer.lanes.scale import TimeScale
from viewer.lanes.series import chosen_series, columns
from viewer.lanes.view import LanesView
from viewer.session import Session
from viewer.theme.tokens import Role, ThemeName, hex_colour
from viewer.window import Window

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def lanes(window: Window) -> LanesView:
    window.lanes.fit()
    return window.lanes


def drag(lanes: LanesView, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mousePress(lanes, LEFT, keys, start)
    QTest.mouseMove(lanes, QPoint((start.x() + end.x()) // 2, end.y()))
    QTest.mouseMove(lanes, end)
    QTest.mouseRelease(lanes, LEFT, keys, end)


def lane_y(lanes: LanesView, cpu: int) -> int:
    return round(lanes.layout_now.lanes[cpu].cy)


def test_dragging_over_the_lanes_scrubs(lanes: LanesView) -> None:
    target = lanes.scale.x(150_000)
    drag(lanes, QPoint(200, lane_y(lanes, 0)), QPoint(round(target), lane_y(lanes, 0)))
    moment = lanes.session.moment
    assert moment.at_rest
    assert abs(moment.time_ns - 150_000) < 70_000
    assert moment.time_ns <= lanes.scale.time(round(target))


def test_a_click_on_a_slice_goes_to_its_beginning(lanes: LanesView) -> None:
    timeline = lanes.session.timeline
    assert timeline is not None
    slices = timeline.slices(0, 0, int(timeline.until))
    softirq = next(
        n for n in range(len(slices.start)) if slices.end[n] - slices.start[n] > 1_000 and n % 2 == 0
    )
    middle = (int(slices.start[softirq]) + int(slices.end[softirq])) // 2
    QTest.mouseClick(lanes, LEFT, NONE, QPoint(round(lanes.scale.x(middle)), lane_y(lanes, 0)))
    assert lanes.session.moment.step == timeline.moment(int(slices.start[softirq]))


def test_dragging_over_the_ruler_zooms_and_double_click_on_the_overview_shows_all(lanes: LanesView) -> None:
    y = round(lanes.layout_now.ruler.cy)
    everything = (lanes.start_ns, lanes.end_ns)
    a, b = round(lanes.scale.x(100_000)), round(lanes.scale.x(200_000))
    drag(lanes, QPoint(a, y), QPoint(b, y))
    assert lanes.start_ns == pytest.approx(100_000, abs=300)
    assert lanes.end_ns == pytest.approx(200_000, abs=300)
    top = QPoint(400, round(lanes.layout_now.overview.cy))
    QTest.mouseDClick(lanes, LEFT, NONE, top)
    assert (lanes.start_ns, lanes.end_ns) == everything


def test_shift_drag_measures_and_a_click_clears(lanes: LanesView) -> None:
    y = lane_y(lanes, 1)
    drag(lanes, QPoint(300, y), QPoint(500, y), SHIFT)
    assert lanes.measured is not None
    one, other = lanes.measured
    assert other - one == lanes.scale.time(500) - lanes.scale.time(300)
    lanes.grab()
    QTest.mouseClick(lanes, LEFT, NONE, QPoint(600, y))
    assert lanes.measured is None


def test_the_wheel_zooms_at_the_pointer(lanes: LanesView) -> None:
    x = 700.0
    before = lanes.scale.time(x)
    place = QPointF(x, lane_y(lanes, 0))
    for _ in range(4):
        event = QWheelEvent(
            place, place, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(lanes, event)
    assert lanes.scale.span_ns < lanes.limit_ns // 2
    assert abs(lanes.scale.time(x) - before) <= 4


def test_the_overview_moves_what_is_shown(lanes: LanesView) -> None:
    lanes.show_range(lanes.scale.over(0, 60_000, lanes.limit_ns))
    y = round(lanes.layout_now.overview.cy)
    drag(lanes, QPoint(900, y), QPoint(1000, y))
    assert lanes.start_ns > 60_000
    assert lanes.end_ns - lanes.start_ns == 60_000


def test_the_lanes_follow_the_playhead_when_it_leaves(lanes: LanesView, window: Window) -> None:
    lanes.show_range(lanes.scale.over(0, 70_000, lanes.limit_ns))
    window.navigator.go_end()
    assert lanes.scale.shows(window.session.moment.time_ns)
    assert lanes.end_ns - lanes.start_ns == 70_000


def test_what_is_under_the_mouse_is_described(lanes: LanesView) -> None:
    timeline = lanes.session.timeline
    assert timeline is not None
    slices = timeline.slices(1, 0, int(timeline.until))
    user = next(n for n in range(len(slices.start)) if slices.context[n] == list(Where).index(Where.USER))
    x = lanes.scale.x((int(slices.start[user]) + int(slices.end[user])) // 2)
    words = lanes.describe(x, lane_y(lanes, 1))
    assert words.startswith("CPU 1: user mode · feed/0")
    assert "300 ns" in words
    assert lanes.describe(20.0, lane_y(lanes, 1)) == ""


def test_the_picture_shows_contexts_in_their_colours_and_dims_the_future(
    lanes: LanesView, window: Window
) -> None:
    window.navigator.go_end()
    timeline = lanes.session.timeline
    assert timeline is not None
    blocks_of = blocks(timeline, 0, lanes.scale)
    softirq = next(block for block in blocks_of if block.where is Where.SOFTIRQ)
    x, y = round((softirq.x0 + softirq.x1) / 2), round(lanes.layout_now.lanes[0].cy) - 6
    bright = lanes.grab().toImage().pixelColor(x, y)
    assert bright == QColor(hex_colour(ThemeName.DARK, Role.SOFTIRQ))
    window.navigator.go_start()
    dim = lanes.grab().toImage().pixelColor(x, y)
    assert dim.lightness() < bright.lightness()


def test_many_slices_cost_pixels_and_keep_short_interrupts(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = session.timeline
    assert timeline is not None
    monkeypatch.setattr("viewer.lanes.contents.EXACT", 0)
    coarse = blocks(timeline, 0, whole(timeline.until))
    assert sum(block.where is Where.HARDIRQ for block in coarse) == 4
    assert any(block.where is Where.SOFTIRQ for block in coarse)


def whole(until: int) -> TimeScale:
    """A scale over a whole run."""
    return TimeScale(0, int(until), 0.0, 1000.0)


def test_polls_carry_the_work_they_returned(session: Session) -> None:
    timeline = session.timeline
    assert timeline is not None
    scale = whole(timeline.until)
    polls = PollLog(timeline).over(0, scale)
    assert [poll.work for poll in polls] == [8, 8, 8, 8]
    assert all(poll.x0 < poll.x1 for poll in polls)
    assert PollLog(timeline).over(1, scale) == []


def test_arrows_go_from_cause_to_effect_across_cpus(session: Session) -> None:
    timeline = session.timeline
    assert timeline is not None
    found = arrows(timeline, whole(timeline.until), 0)
    assert {(arrow.cpu0, arrow.cpu1) for arrow in found} == {(0, 1)}
    assert all(arrow.x0 <= arrow.x1 for arrow in found)


def test_the_overview_leaves_idle_time_out(session: Session) -> None:
    timeline = session.timeline
    assert timeline is not None
    strip = overview(timeline, int(timeline.until), 500)
    assert 0 < sum(b - a for a, b, _ in strip) < 250
    assert {where for _, _, where in strip} <= {Where.HARDIRQ, Where.SOFTIRQ, Where.SYSCALL, Where.USER}


def test_sparklines_show_least_and_most_of_each_column(session: Session) -> None:
    timeline = session.timeline
    assert timeline is not None
    ring, sock = chosen_series(timeline)[:2]
    assert (ring.label, sock.label, sock.flow) == ("rx-0 filled", "A rmem", 0)
    times, values = timeline.series(ring.uid, ring.field)
    shown = columns(times, values, whole(timeline.until))
    assert shown is not None
    assert int(shown.high.max()) == shown.top == 8
    assert (shown.low <= shown.high).all()
    few = columns(times, values, whole(timeline.until).over(0, 100, 1_000_000))
    assert few is not None
    assert few.high.tolist() == [0] * 1000


def test_where_only_counters_are_known_the_lanes_are_empty(session: Session) -> None:
    timeline = session.timeline
    assert timeline is not None
    timeline.detail_until = timeline.moment(150_000)
    scale = whole(timeline.until)
    limit = scale.x(int(timeline.time(timeline.detail_until)))
    found = blocks(timeline, 0, scale)
    assert found
    assert max(block.x1 for block in found) <= limit
    assert max(b for _, b, _ in overview(timeline, int(timeline.until), 1000)) <= limit + 1


def test_the_keyboard_zooms_at_the_playhead_and_its_focus_is_seen(lanes: LanesView, window: Window) -> None:
    window.navigator.scrub(150_000)
    here = window.session.moment.time_ns
    x = lanes.scale.x(here)
    edge = lanes.grab().toImage().pixelColor(1, 100)
    window.activateWindow()
    lanes.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(lanes, Qt.Key.Key_Plus)
    assert lanes.scale.span_ns < lanes.limit_ns
    assert lanes.scale.x(here) == pytest.approx(x, abs=1.0)
    assert lanes.grab().toImage().pixelColor(1, 100) != edge
    QTest.keyClick(lanes, Qt.Key.Key_Minus)
    assert lanes.scale.span_ns == pytest.approx(lanes.limit_ns, abs=2)


def test_a_field_that_somebody_chose_comes_first(lanes: LanesView) -> None:
    session = lanes.session
    assert session.timeline is not None
    assert lanes.still is not None
    sock = int(session.timeline.objects("sock")[0])
    session.chart(sock, "sk_drops")
    assert [one.label for one in lanes.still.series][:2] == ["10.0.0.2:9000 sk_drops", "rx-0 filled"]
    lanes.grab()
    session.chart(sock, "sk_drops")
    assert lanes.still.series[0].label == "rx-0 filled"
