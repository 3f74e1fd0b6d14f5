"""Changing the host while one looks: branches, both futures, undo across them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.viewer.test_session import SCENE
from viewer.branching import Branching, written_time
from viewer.navigator import Navigator
from viewer.player import Player
from viewer.run import Request
from viewer.session import Session

LONG = 60_000


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    """A session with a real run of a scene in a file, looked at in its middle."""
    path = tmp_path / "ten.toml"
    path.write_text(SCENE)
    session = Session()
    session.open(Request(path=str(path)))
    qtbot.waitUntil(lambda: not session.running, timeout=LONG)
    navigator = Navigator(session, Player(session))
    navigator.scrub(60_000)
    yield session
    session.close()


def settled(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.pending is None and not session.running, timeout=LONG)


def test_a_change_begins_a_branch_at_the_moment_and_both_futures_stay(qtbot: QtBot, opened: Session) -> None:
    before, here = opened.timeline, opened.moment
    assert before is not None
    branching = Branching(opened)
    name = branching.change({"run": "sysctl -w net.core.netdev_budget=64"}, "budget")
    assert name == "branch-1"
    settled(qtbot, opened)
    after = opened.timeline
    assert after is not None
    assert after is not before
    assert opened.variant == "branch-1"
    assert opened.moment.time_ns == here.time_ns
    first = here.step
    for column in ("time", "fn", "where", "packet"):
        assert (after.column(column)[: first + 1] == before.column(column)[: first + 1]).all()
    told = [after.step(step).function.name for step in range(first, after.steps)]
    assert "administrator" in told
    assert "branch-1" in opened.text
    assert len(list(opened.futures)) == 2


def test_what_is_asked_right_after_the_change_is_answered_after_it(qtbot: QtBot, opened: Session) -> None:
    from engine.console import read as console
    from engine.timeline.cursor import Cursor

    Branching(opened).change({"run": "sysctl -w net.core.netdev_budget=64"}, "budget")
    settled(qtbot, opened)
    timeline = opened.timeline
    assert timeline is not None
    cursor = Cursor(timeline, opened.moment.step)
    assert console.run("sysctl -n net.core.netdev_budget", cursor, timeline).stdout == "64\n"


def test_a_second_change_at_the_same_moment_belongs_to_the_same_branch(qtbot: QtBot, opened: Session) -> None:
    branching = Branching(opened)
    assert branching.change({"run": "sysctl -w net.core.netdev_budget=64"}, "budget") == "branch-1"
    settled(qtbot, opened)
    assert branching.goes_on
    assert branching.change({"run": "sysctl -w net.core.dev_weight=32"}, "weight") == "branch-1"
    settled(qtbot, opened)
    valid = opened.document.valid
    assert valid is not None
    assert valid.variants == ("branch-1",)
    assert [row["run"] for row in valid.scene.variant[0].at] == [
        "sysctl -w net.core.netdev_budget=64",
        "sysctl -w net.core.dev_weight=32",
    ]


def test_undo_goes_back_to_the_parent_and_redo_to_the_branch_without_computing(
    qtbot: QtBot, opened: Session
) -> None:
    parent = opened.timeline
    text = opened.text
    Branching(opened).change({"run": "sysctl -w net.core.netdev_budget=64"}, "budget")
    settled(qtbot, opened)
    branch = opened.timeline
    opened.document.undo()
    assert opened.timeline is parent
    assert opened.text == text
    assert opened.variant is None
    assert not opened.running
    opened.document.redo()
    assert opened.timeline is branch
    assert opened.variant == "branch-1"


def test_a_branch_of_a_branch_keeps_what_the_first_one_changed(qtbot: QtBot, opened: Session) -> None:
    branching = Branching(opened)
    branching.change({"run": "sysctl -w net.core.netdev_budget=64"}, "budget")
    settled(qtbot, opened)
    Navigator(opened, Player(opened)).scrub(90_000)
    assert not branching.goes_on
    name = branching.change({"app": {"name": "feed", "do": "pause"}}, "pause")
    assert name == "branch-2"
    settled(qtbot, opened)
    valid = opened.document.valid
    assert valid is not None
    rows = valid.scene.variant[1].at
    assert [row.get("run") or row.get("app") for row in rows] == [
        "sysctl -w net.core.netdev_budget=64",
        {"name": "feed", "do": "pause"},
    ]
    assert opened.parents == {"branch-1": None, "branch-2": "branch-1"}


def test_what_is_refused_is_told_and_changes_nothing(qtbot: QtBot, opened: Session) -> None:
    told: list[str] = []
    opened.told.connect(told.append)
    before = opened.text
    assert Branching(opened).change({"app": {"name": "nobody", "do": "pause"}}, "pause") is None
    assert opened.text == before
    assert len(told) == 1
    assert "nobody" in told[0]


def test_a_branch_can_be_renamed_and_removed(qtbot: QtBot, opened: Session) -> None:
    branching = Branching(opened)
    branching.change({"run": "sysctl -w net.core.netdev_budget=64"}, "budget")
    settled(qtbot, opened)
    variants = []
    branching.rename("branch-1", "small-budget")
    settled(qtbot, opened)
    variants.append(opened.variant)
    branching.remove("small-budget")
    settled(qtbot, opened)
    variants.append(opened.variant)
    assert variants == ["small-budget", None]
    valid = opened.document.valid
    assert valid is not None
    assert valid.variants == ()


def test_an_edit_of_the_text_shows_its_future_at_the_same_moment(qtbot: QtBot, opened: Session) -> None:
    here = opened.moment.time_ns
    opened.document.replace(opened.text.replace("count = 10", "count = 9"), "fewer")
    opened.document.check()
    settled(qtbot, opened)
    assert opened.moment.time_ns == here
    assert opened.results["packets"]["offered"] == 9


def test_a_mistake_in_the_text_leaves_the_last_run(qtbot: QtBot, opened: Session) -> None:
    before = opened.timeline
    opened.document.replace(opened.text.replace('driver = "igb"', 'driver = "ibg"'), "typo")
    opened.document.check()
    assert opened.document.problem is not None
    assert opened.timeline is before
    assert not opened.running


@pytest.mark.parametrize("time_ns", [0, 1, 999, 60_000, 667_659, 1_000_000_007])
def test_times_are_written_exactly(time_ns: int) -> None:
    from engine.scenario.units import parse_time

    assert parse_time(written_time(time_ns)) == time_ns


def test_a_scene_that_cannot_be_run_can_be_mended_while_another_one_is_shown(
    qtbot: QtBot, opened: Session, tmp_path: Path
) -> None:
    shown = opened.timeline
    broken = tmp_path / "broken.toml"
    broken.write_text(SCENE.replace('driver = "igb"', 'driver = "ibg"'))
    opened.open(Request(path=str(broken)))
    qtbot.waitUntil(lambda: opened.broken is not None and not opened.running, timeout=LONG)
    assert opened.timeline is shown
    assert opened.document.path is not None
    assert opened.document.path.name == "ten.toml"
    opened.mend()
    assert opened.document.path == broken
    assert opened.document.problem is not None
    assert opened.timeline is shown, "it stays until there is something to show"
    opened.document.replace(SCENE.replace("count = 10", "count = 3"), "mended")
    opened.document.check()
    qtbot.waitUntil(lambda: opened.timeline is not shown and not opened.running, timeout=LONG)
    assert opened.results["packets"]["offered"] == 3


def test_showing_what_is_compared_makes_the_two_change_places(qtbot: QtBot, opened: Session) -> None:
    Branching(opened).change({"run": "sysctl -w net.core.netdev_budget=64"}, "budget")
    settled(qtbot, opened)
    opened.compare_with(None)
    settled(qtbot, opened)
    branch, written = opened.future, opened.other
    opened.switch(None)
    assert opened.future is written
    assert opened.other is branch


def test_what_is_kept_to_is_let_go_one_thing_at_a_time(opened: Session) -> None:
    assert opened.timeline is not None
    frame = int(opened.timeline.objects("frame")[0])
    opened.choose("length == 128", frozenset({frame}))
    opened.solo("A")
    opened.follow_packet(frame)
    words = []
    while opened.kept_words():
        words.append(opened.kept_words())
        assert opened.let_go()
    assert words == ["of the followed packet", "of flow md", "of the chosen packets"]
    assert not opened.let_go()


def test_what_is_chosen_stays_only_where_its_number_means_the_same(qtbot: QtBot, opened: Session) -> None:
    opened.solo("A")
    flow = opened.solo_flow
    opened.document.replace(opened.text.replace("cpus = 2", "cpus = 3"), "one more")
    opened.document.check()
    settled(qtbot, opened)
    timeline = opened.timeline
    assert timeline is not None
    assert timeline.object(flow).cls.name != "flow", "numbers have shifted, or this proves nothing"
    assert opened.solo_flow == 0
    assert opened.selection is None
