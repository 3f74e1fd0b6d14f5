"""Two futures beside each other: equal until they part, then the same simulated time, whatever is still computed."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.timeline.timeline import Timeline
from tests.viewer.host import timeline as host_timeline
from tests.viewer.parted import SAME, compared, later
from tests.viewer.test_session import SCENE
from viewer.branching import Branching
from viewer.chrome.look import Look
from viewer.comparison import Comparison
from viewer.deck import Deck, tag_left
from viewer.navigator import Navigator
from viewer.picture.layout import Camera
from viewer.player import Player
from viewer.run import Request
from viewer.score import Moment
from viewer.session import Session

LONG = 60_000
SMALL_BUDGET = '\n[[variant]]\nname = "small"\nsetup = "sysctl -w net.core.netdev_budget=10"\n'


@pytest.fixture
def comparison(session: Session) -> Comparison:
    """The small host's run beside one whose third burst comes later."""
    compared(session, later())
    return Comparison(session, Navigator(session, Player(session)))


@pytest.fixture
def real(qtbot: QtBot) -> Iterator[Comparison]:
    """A session with the real worker, nothing compared yet."""
    session = Session()
    made = Comparison(session, Navigator(session, Player(session)))
    session.open(Request(text=SCENE, name="ten"))
    settled(qtbot, session)
    made.navigator.scrub(60_000)
    yield made
    session.close()


def settled(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.pending is None and not session.running, timeout=LONG)


def brute(a: Timeline, b: Timeline) -> int | None:
    """The first step whose row differs, looked for one by one."""
    for step in range(min(a.steps, b.steps)):
        one, other = a.step(step), b.step(step)
        mine = (one.time, one.span, one.cpu, one.where, one.function.name, one.packet, one.cause)
        if mine != (
            other.time, other.span, other.cpu, other.where, other.function.name, other.packet, other.cause
        ):  # fmt: skip
            return step
    return min(a.steps, b.steps) if a.steps != b.steps else None


def mine(comparison: Comparison) -> Timeline:
    timeline = comparison.session.timeline
    assert timeline is not None
    return timeline


def theirs(comparison: Comparison) -> Timeline:
    timeline = comparison.timeline
    assert timeline is not None
    return timeline


def played(comparison: Comparison, every: Fraction) -> Iterator[tuple[Moment, Moment]]:
    """The moments of both decks while the whole run is played."""
    playhead = comparison.session.playhead
    assert playhead is not None
    for count in range(int(playhead.score.end / every) + 1):
        playhead.show(every * count)
        yield comparison.session.moment, comparison.moment


def untouched(moment: Moment, parted: int) -> bool:
    """Whether neither what has happened nor what is under way has to do with the parting."""
    return moment.step + 1 < parted and all(act.step < parted for act in moment.acts)


def test_they_part_where_the_first_step_differs(comparison: Comparison) -> None:
    parted = comparison.parted
    assert parted == brute(mine(comparison), theirs(comparison))
    assert parted is not None
    assert int(mine(comparison).time(parted)) > 100_000


def test_at_rest_before_the_parting_both_show_the_same_moment(comparison: Comparison) -> None:
    playhead, parted = comparison.session.playhead, comparison.parted
    assert playhead is not None
    assert parted is not None
    for step in range(-1, parted):
        playhead.rest(step)
        assert comparison.moment == comparison.session.moment == playhead.score.rest(step)
        state = comparison.state()
        assert state is not None
        assert state.step == max(step, 0)


@pytest.mark.parametrize("speed", [Fraction(400_000), Fraction(20_000)])
def test_while_playing_before_the_parting_both_show_the_same_moment_acts_included(
    comparison: Comparison, speed: Fraction
) -> None:
    comparison.session.set_speed(speed)
    parted = comparison.parted
    assert parted is not None
    playhead = comparison.session.playhead
    assert playhead is not None
    seen = [both for both in played(comparison, playhead.score.end / 3001) if untouched(both[0], parted)]
    assert [here for here, _ in seen] == [there for _, there in seen]
    assert sum(bool(here.acts) for here, _ in seen) > 50
    assert sum(here.at_rest for here, _ in seen) > 50


@pytest.mark.parametrize("what", ["packet", "flow"])
def test_what_is_followed_holds_on_both_decks(comparison: Comparison, what: str) -> None:
    session = comparison.session
    if what == "packet":
        session.follow_packet(int(mine(comparison).objects("sk_buff")[3]))
    else:
        session.solo("A")
        assert session.solo_flow
    parted, playhead = comparison.parted, session.playhead
    assert parted is not None
    assert playhead is not None
    seen = [both for both in played(comparison, playhead.score.end / 2003) if untouched(both[0], parted)]
    assert [here for here, _ in seen] == [there for _, there in seen]
    assert any(act.held for here, _ in seen for act in here.acts)


def test_after_the_parting_both_show_the_same_time(comparison: Comparison) -> None:
    parted, timeline, session = comparison.parted, theirs(comparison), comparison.session
    assert parted is not None
    playhead = session.playhead
    assert playhead is not None
    after = 0
    for here, there in played(comparison, playhead.score.end / 3001):
        if here.step >= parted and here.time_ns > int(mine(comparison).time(here.step)):
            after += 1
            assert there.time_ns == here.time_ns
            assert there.step in (timeline.moment(here.time_ns), timeline.moment(here.time_ns - 1))
    assert after > 200


def test_at_rest_after_the_parting_the_other_has_done_what_it_does_until_then(comparison: Comparison) -> None:
    parted, timeline, session = comparison.parted, theirs(comparison), comparison.session
    playhead = session.playhead
    assert parted is not None
    assert playhead is not None
    for step in range(parted, mine(comparison).steps):
        playhead.rest(step)
        there = comparison.moment
        assert there.at_rest
        assert there.step == timeline.moment(session.moment.time_ns)


def test_nothing_is_compared_and_nothing_is_left(comparison: Comparison) -> None:
    comparison.session.compare_nothing()
    assert not comparison.on
    assert comparison.timeline is None
    assert comparison.parted is None
    assert comparison.moment == Moment(-1, 0)
    assert comparison.state() is None


def test_the_first_difference_is_gone_to(comparison: Comparison) -> None:
    comparison.go_difference()
    assert comparison.session.moment.step == comparison.parted
    told: list[str] = []
    comparison.session.told.connect(told.append)
    compared(comparison.session, host_timeline())
    comparison.go_difference()
    assert "do not differ" in told[0]


def test_a_branch_parts_from_its_parent_at_its_change(qtbot: QtBot, real: Comparison) -> None:
    session = real.session
    here = session.moment
    assert Branching(session).change({"app": {"name": "feed", "do": "pause"}}, "pause") == "branch-1"
    settled(qtbot, session)
    real.toggle()
    settled(qtbot, session)
    assert session.other is not None
    assert session.other.variant is None
    parted = real.parted
    assert parted == brute(mine(real), theirs(real)) == here.step + 1
    assert mine(real).step(parted).function.name == "administrator"
    real.toggle()
    assert not real.on


def test_a_setting_that_differs_from_the_beginning_parts_them_where_it_matters(
    qtbot: QtBot, real: Comparison
) -> None:
    session = real.session
    session.document.replace(SCENE + SMALL_BUDGET, "variant")
    session.document.check()
    settled(qtbot, session)
    real.toggle()
    settled(qtbot, session)
    assert session.other is not None
    assert session.other.variant == "small"
    assert theirs(real) is not mine(real)
    assert real.parted == brute(mine(real), theirs(real))


def test_swapping_keeps_the_moment_and_both_futures(qtbot: QtBot, real: Comparison) -> None:
    session = real.session
    Branching(session).change({"app": {"name": "feed", "do": "pause"}}, "pause")
    settled(qtbot, session)
    real.toggle()
    settled(qtbot, session)
    real.navigator.scrub(120_000)
    here, both = session.moment, (mine(real), theirs(real))
    real.swap()
    settled(qtbot, session)
    assert (mine(real), theirs(real)) == both[::-1]
    assert session.variant is None
    assert session.other is not None
    assert session.other.variant == "branch-1"
    assert session.moment.step == both[1].moment(here.time_ns)
    shared = real.parted
    assert shared is not None
    session.playhead.rest(shared - 1) if session.playhead is not None else None
    before = session.moment
    real.swap()
    settled(qtbot, session)
    assert session.moment == before
    assert session.variant == "branch-1"


def test_a_timeline_without_a_scene_cannot_be_swapped(comparison: Comparison) -> None:
    told: list[str] = []
    comparison.session.told.connect(told.append)
    before = comparison.session.timeline
    comparison.swap()
    assert comparison.session.timeline is before
    assert len(told) == 1


def test_removing_what_is_compared_ends_the_comparison(qtbot: QtBot, real: Comparison) -> None:
    session = real.session
    branching = Branching(session)
    branching.change({"app": {"name": "feed", "do": "pause"}}, "pause")
    settled(qtbot, session)
    session.switch(None)
    session.compare_with("branch-1")
    branching.remove("branch-1")
    settled(qtbot, session)
    assert not real.on
    assert session.variant is None


def test_comparing_works_while_the_other_is_still_computed(qtbot: QtBot, real: Comparison) -> None:
    session = real.session
    text = SCENE.replace("count = 10", "count = 2500").replace('"200us"', '"26ms"') + SMALL_BUDGET
    session.open(Request(text=text, name="many"))
    settled(qtbot, session)
    steps = mine(real).steps
    assert steps > 40_000
    session.compare_with("small")
    seen: list[int] = []
    places = np.random.default_rng(1)

    def looked_at() -> bool:
        playhead, timeline = session.playhead, real.timeline
        assert playhead is not None
        known = timeline.steps if timeline is not None else 0
        seen.append(known)
        playhead.rest(int(places.integers(0, steps)))
        _look(real, known)
        playhead.show(playhead.score.end * Fraction(int(places.integers(0, 1000)), 1000))
        _look(real, known)
        return not session.running

    qtbot.waitUntil(looked_at, timeout=LONG)
    assert any(0 <= known < seen[-1] for known in seen)
    assert seen[-1] == theirs(real).steps
    assert theirs(real).complete
    assert real.parted == brute(mine(real), theirs(real))


def _look(real: Comparison, known: int) -> None:
    """Ask for everything that a deck asks for."""
    there, state, parted = real.moment, real.state(), real.parted
    assert -1 <= there.step < max(known, 1)
    assert (state is None) == (known == 0)
    assert parted is None or 0 <= parted <= known


def test_the_cameras_are_locked(qtbot: QtBot, comparison: Comparison) -> None:
    deck = Deck(comparison.session, Look(), comparison)
    qtbot.addWidget(deck)
    deck.resize(1200, 800)
    comparison.session.compare_nothing()
    deck.show()
    qtbot.waitExposed(deck)
    assert not deck.other.isVisible()
    deck.canvas.aim(Camera(2.0, -300.0, -40.0))
    compared(comparison.session, later())
    assert deck.other.isVisible()
    assert deck.other.camera == deck.canvas.camera == Camera(2.0, -300.0, -40.0)
    deck.canvas.aim(Camera(3.0, -100.0, -10.0))
    assert deck.other.camera == Camera(3.0, -100.0, -10.0)
    deck.other.aim(Camera(1.5, -20.0, 5.0))
    assert deck.canvas.camera == Camera(1.5, -20.0, 5.0)
    deck.other.fit()
    assert deck.canvas.camera == deck.other.camera == Camera()


def test_the_hand_written_futures_share_their_first_bursts() -> None:
    a, b = host_timeline(), later()
    assert a.steps == b.steps
    parted = brute(a, b)
    assert parted is not None
    arrivals = [step for step in range(parted) if a.step(step).function.name == "msix_message"]
    assert len(arrivals) == SAME


@pytest.mark.parametrize("width", [700, 1000, 1236, 1300, 1500, 1536, 1900])
@pytest.mark.parametrize(
    "camera", [Camera(), Camera(1.6, -200.0, -80.0), Camera(2.6, -700.0, 0.0), Camera(5.0, -2000.0)]
)
def test_a_decks_name_covers_no_head(
    qtbot: QtBot, comparison: Comparison, width: int, camera: Camera
) -> None:
    deck = Deck(comparison.session, Look(), comparison)
    qtbot.addWidget(deck)
    deck.resize(width, 600)
    deck.canvas.aim(camera)
    display = deck.canvas.composed()
    heads = [text.rect for text in display.texts() if text.layer == "heads"]
    assert heads
    left = tag_left(display, 90.0)
    assert 0.0 <= left <= width - 90.0
    assert not any(rect.x < left + 90.0 and left < rect.right for rect in heads)
