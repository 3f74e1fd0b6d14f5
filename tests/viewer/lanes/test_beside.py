"""The other future in the lanes, and the forks of the ruler."""

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.scenario.document import load
from engine.timeline.schema import Where
from tests.viewer.host import FACTS
from tests.viewer.host import timeline as host_timeline
from tests.viewer.parted import compared, later
from tests.viewer.test_session import SCENE
from viewer.chrome.look import Look
from viewer.comparison import Comparison
from viewer.lanes.beside import Beside, Parting
from viewer.lanes.beside_pen import BesidePen
from viewer.lanes.forks import Fork, Forks, forks_of
from viewer.lanes.layout import lay_out
from viewer.lanes.marks import marks_of
from viewer.lanes.scale import TimeScale
from viewer.lanes.series import chosen_series
from viewer.lanes.view import LanesView
from viewer.navigator import Navigator
from viewer.player import Player
from viewer.session import Session
from viewer.theme.tokens import ThemeName

CHANGES = """
[[at]]
time = "50us"
run = "sysctl -w net.core.netdev_budget=64"
[[variant]]
name = "paused"
at = [{ time = "20us", app = { name = "feed", do = "pause" } }, { time = "60us", app = { name = "feed", move = 0 } }]
"""


@pytest.fixture
def comparison(session: Session) -> Comparison:
    """Two futures whose third burst comes at different times."""
    compared(session, later())
    return Comparison(session, Navigator(session, Player(session)))


@pytest.fixture
def lanes(comparison: Comparison, look: Look, qtbot: QtBot) -> LanesView:
    made = LanesView(comparison.session, comparison.navigator, look, comparison)
    qtbot.addWidget(made)
    made.resize(1536, 208)
    made.show()
    comparison.session.opened.emit()
    made.fit()
    return made


def pixels(lanes: LanesView) -> np.ndarray:
    """The lanes as an array of rows of colours."""
    image = lanes.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[:, : image.width()].copy()


# -- the other future ---------------------------------------------------------------------------------------


def test_the_parting_is_where_the_first_of_them_differs(comparison: Comparison) -> None:
    step, parting = comparison.parted, Beside(comparison).parting()
    mine, other = comparison.session.timeline, comparison.timeline
    assert mine is not None
    assert other is not None
    assert step is not None
    times = [int(one.time(step)) for one in (mine, other)]
    assert times[0] < times[1]
    assert parting == Parting(times[0] - int(mine.step(step).span), times[0], int(other.until))
    assert int(mine.time(step - 1)) <= times[0]


def test_futures_that_do_not_part_have_no_fork(session: Session) -> None:
    compared(session, host_timeline())
    comparison = Comparison(session, Navigator(session, Player(session)))
    parting = Beside(comparison).parting()
    assert parting is not None
    assert (parting.same_ns, parting.fork_ns) == (None, None)


def test_only_what_comes_after_the_parting_is_gathered(comparison: Comparison) -> None:
    beside, other = Beside(comparison), comparison.timeline
    parting = beside.parting()
    assert other is not None
    assert parting is not None
    assert parting.same_ns is not None
    scale = TimeScale(0, int(other.until), 100.0, 1000.0)
    made = beside.blocks(0, scale, parting)
    assert min(block.x0 for block in made) >= scale.x(parting.same_ns)
    assert sum(block.where is Where.HARDIRQ for block in made) == 2
    before = TimeScale(0, parting.same_ns, 0.0, 1000.0)
    assert beside.blocks(0, before, parting) == []
    after = TimeScale(parting.same_ns + 10, int(other.until), 0.0, 1000.0)
    assert beside.blocks(0, after, parting)


def test_a_series_of_the_other_future_ends_where_it_is_known(comparison: Comparison) -> None:
    mine, other = comparison.session.timeline, comparison.timeline
    assert mine is not None
    assert other is not None
    beside, ring = Beside(comparison), chosen_series(mine)[0]
    whole = TimeScale(0, 2 * int(other.until), 0.0, 1000.0)
    found = beside.columns(ring, whole)
    assert found is not None
    assert len(found.high) == 500
    assert int(found.high.max()) == 8
    compared(comparison.session, later(1))
    last = max(mine.objects("sk_buff").tolist())
    assert beside.columns(ring, whole) is not None
    assert beside.columns(ring._replace(uid=last, field="len"), whole) is None


def test_without_a_comparison_nothing_is_beside(session: Session) -> None:
    beside = Beside(None)
    assert not beside.on
    assert beside.parting() is None
    assert (beside.whose, beside.branch) == ("", "")


def test_the_others_lane_is_drawn_from_the_parting_on(lanes: LanesView, comparison: Comparison) -> None:
    lanes.navigator.go_end()
    parting = lanes.beside.parting()
    assert parting is not None
    assert parting.fork_ns is not None
    row, layout = pixels(lanes), lanes.layout_now
    y, apart = round(layout.others[1].y) + 7, int(lanes.scale.x(parting.fork_ns))
    before, after = row[y, 130 : apart - 2], row[y, apart + 4 : round(layout.body.right) - 4]
    assert len(np.unique(before)) == 1
    assert len(np.unique(after)) >= 3
    inside = range(round(layout.others[1].y) + 1, round(layout.others[1].bottom) - 1)
    colours = [np.unique(row[line, 130 : apart - 2]) for line in inside]
    assert {len(found) for found in colours} == {1}
    assert sum(found[0] != before[0] for found in colours) == 1
    comparison.session.compare_nothing()
    assert {other.h for other in lanes.layout_now.others} == {0.0}


def test_what_lies_under_the_mouse_is_told_for_both_futures(lanes: LanesView, comparison: Comparison) -> None:
    other, parting = comparison.timeline, lanes.beside.parting()
    assert other is not None
    assert parting is not None
    assert parting.fork_ns is not None
    y = lanes.layout_now.others[0].cy
    assert lanes.describe(lanes.scale.x(parting.fork_ns // 2), y) == "CPU 0: the same in as written"
    slices = other.slices(0, parting.fork_ns + 6_000, int(other.until))
    softirq = next(
        n for n in range(len(slices.start)) if slices.context[n] == list(Where).index(Where.SOFTIRQ)
    )
    middle = (int(slices.start[softirq]) + int(slices.end[softirq])) // 2
    assert lanes.describe(lanes.scale.x(middle), y).startswith("CPU 0 in as written: softirq")


def test_another_future_is_painted_at_once_and_a_growing_one_now_and_then(
    lanes: LanesView, comparison: Comparison, qtbot: QtBot
) -> None:
    session = comparison.session
    session.changed.emit()
    lanes.grab()
    kept = lanes._pixmaps
    session.changed.emit()
    assert lanes._pixmaps is kept
    session.compare_nothing()
    assert lanes._pixmaps is None
    compared(session, later(3))
    lanes.grab()
    session.changed.emit()
    kept = lanes._pixmaps
    timeline = comparison.timeline
    assert timeline is not None
    timeline._steps = later(4)._steps
    session.changed.emit()
    assert lanes._pixmaps is kept
    qtbot.waitUntil(lambda: lanes._pixmaps is not kept, timeout=5_000)


def test_the_lanes_reach_as_far_as_the_longer_future(lanes: LanesView, comparison: Comparison) -> None:
    other = comparison.timeline
    assert other is not None
    assert comparison.session.timeline is not None
    assert int(other.until) > int(comparison.session.timeline.until)
    assert lanes.limit_ns == int(other.until)
    comparison.session.compare_nothing()
    assert lanes.limit_ns == int(comparison.session.timeline.until)


# -- forks --------------------------------------------------------------------------------------------------


def test_the_changes_of_a_scene_and_of_its_variant_are_read_in_order() -> None:
    document = load(SCENE + CHANGES)
    budget = Fork(50_000, "sysctl -w net.core.netdev_budget=64")
    assert forks_of(document, None) == (budget,)
    assert forks_of(document, "paused") == (
        Fork(20_000, "feed: pause"), budget, Fork(60_000, "feed: move to CPU 0"),
    )  # fmt: skip
    assert forks_of(document, "gone") == ()


def scened(text: str) -> Session:
    """A session with the small host's run, as if it were that of a scene."""
    session = Session()
    session.adopt(host_timeline(facts=FACTS | {"text": text}))
    return session


def test_changes_too_near_to_tell_apart_share_a_mark_that_tells_both(qapp: object) -> None:
    forks = Forks(scened(SCENE + CHANGES))
    assert [mark.x for mark in forks.marks(TimeScale(0, 100_000, 0.0, 1000.0))] == [500.0]
    assert forks.marks(TimeScale(60_000, 100_000, 0.0, 1000.0)) == []
    forks = Forks(
        scened(SCENE + CHANGES + '[[at]]\ntime = "50100ns"\nrun = "sysctl -w net.core.dev_weight=32"\n')
    )
    (mark,) = forks.marks(TimeScale(0, 100_000, 0.0, 1000.0))
    assert (
        mark.words == "50 µs: sysctl -w net.core.netdev_budget=64\n50.1 µs: sysctl -w net.core.dev_weight=32"
    )
    assert len(forks.marks(TimeScale(49_900, 50_900, 0.0, 1000.0))) == 2
    assert Forks(scened("")).all == ()


@pytest.mark.parametrize("under_playhead", [False, True])
def test_a_fork_is_drawn_on_the_ruler_and_tells_its_command(
    look: Look, qtbot: QtBot, under_playhead: bool
) -> None:
    shown = []
    for text in (SCENE, SCENE + CHANGES):
        session = scened(text)
        assert session.playhead is not None
        session.playhead.show_time(50_000 if under_playhead else 0)
        lanes = LanesView(session, Navigator(session, Player(session)), look)
        qtbot.addWidget(lanes)
        lanes.resize(1536, 208)
        session.opened.emit()
        lanes.fit()
        shown.append(pixels(lanes))
    ruler, x = lanes.layout_now.ruler, lanes.scale.x(50_000)
    changed = np.argwhere(shown[0] != shown[1])
    assert len(changed)
    assert changed[:, 0].min() >= ruler.y - 1
    assert changed[:, 0].max() < ruler.bottom + 1
    strong = np.argwhere(
        shown[1][round(ruler.y) : round(ruler.bottom)] != shown[0][round(ruler.y) : round(ruler.bottom)]
    )
    assert float(strong[:, 1].min()) - x == pytest.approx(8.5 if under_playhead else -4.5, abs=1.5)
    assert lanes.describe(x + 3, ruler.cy) == "50 µs: sysctl -w net.core.netdev_budget=64"
    assert bool(lanes.describe(x + 13, ruler.cy)) == under_playhead
    assert lanes.describe(x + 40, ruler.cy) == ""


def test_the_branch_is_named_beside_the_fork_and_no_number_lies_under_it(lanes: LanesView) -> None:
    scale = lanes.scale
    assert lanes.still is not None
    parting = lanes.beside.parting()
    assert parting is not None
    assert parting.fork_ns is not None
    image = QImage(1536, 208, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        pen = BesidePen(painter, ThemeName.DARK, lay_out(1536, 208, 2, 2, beside=True))
        marks = marks_of(pen, scale, lanes.still, lanes.beside, lanes.forks)
        width = pen.fork_width(marks.name)
    assert marks.branch == scale.x(parting.fork_ns)
    assert marks.name == "as written"
    assert marks.branch_plate == marks.branch + 8.0
    assert (marks.branch_plate, marks.branch_plate + width) in marks.taken
