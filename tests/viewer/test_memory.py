"""What is remembered of a scene: how it is looked at, from one window to the next."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from tests.viewer.test_session import SCENE
from viewer.chrome.look import Look
from viewer.memory import GROUP, MOST
from viewer.picture.layout import Camera
from viewer.run import Request
from viewer.session import Session
from viewer.stepping import Granularity
from viewer.window import Window

Opened = Callable[[Path], Window]


def _opened(session: Session, path: Path) -> bool:
    return session.document.path == path and not session.running


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    path = tmp_path / "ten.toml"
    path.write_text(SCENE, encoding="utf-8")
    return path


@pytest.fixture
def opened(qtbot: QtBot, settings: QSettings) -> Iterator[Opened]:
    """Opens a scene in another window; the windows before are closed as a person closes them."""
    windows: list[Window] = []

    def close() -> None:
        while windows:
            window = windows.pop()
            window.files.ask_keep = lambda _: "discard"
            window.close()
            window.deleteLater()

    def make(path: Path) -> Window:
        close()
        session = Session()
        window = Window(session, Look(), settings)
        windows.append(window)
        window.resize(1920, 1080)
        window.show()
        session.open(Request(path=str(path)))
        qtbot.waitUntil(lambda: session.has_steps and not session.running, timeout=60_000)
        return window

    yield make
    close()


def test_how_a_scene_is_looked_at_is_there_again(opened: Opened, scene: Path) -> None:
    window = opened(scene)
    session = window.session
    session.focus_cpu(1)
    window.navigator.step_by("poll")
    window.navigator.jump("20us")
    window.act("bookmark")
    time = session.bookmarks[0].time_ns
    assert session.timeline is not None
    session.breakpoints.add("net_rx_action", session.timeline)
    session.breakpoints.turn("net_rx_action", on=False)
    stops = session.breakpoints.all
    window.act("minimap")
    for key in ("events", "why", "packets"):
        window.show_page(key)
    window.grabber.dragged.emit(-90)
    window.transport.dragged.emit(40)
    told = window.layout_told()
    window.canvas.aim(Camera(2.5, 40.0, 30.0))

    again = opened(scene)
    assert again.session.focused_cpu == 1
    assert again.session.granularity is Granularity.POLL
    assert [one.time_ns for one in again.session.bookmarks] == [time]
    assert again.session.breakpoints.all == stops
    assert not again.session.minimap
    assert set(again.dock.shown()) == {"events", "why", "packets"}
    assert again.layout_told() == told
    assert told["dock_px"]
    assert told["timeline_px"]
    assert again.canvas.camera == Camera(2.5, 40.0, 30.0)


def test_each_scene_has_its_own(opened: Opened, scene: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(SCENE, encoding="utf-8")
    window = opened(scene)
    window.act("bookmark")
    assert opened(other).session.bookmarks == []
    assert len(opened(scene).session.bookmarks) == 1


def test_another_scene_in_the_same_window_leaves_the_first_one_remembered(
    opened: Opened, scene: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(SCENE, encoding="utf-8")
    window = opened(scene)
    session = window.session
    window.act("end")
    window.act("bookmark")
    kept = session.bookmarks
    session.focus_cpu(1)
    camera = Camera(2.5, 40.0, 30.0)
    window.canvas.aim(camera)
    for path, bookmarks, cpu, seen in ((other, [], 0, Camera()), (scene, kept, 1, camera)):
        window.files.open_path(str(path))
        qtbot.waitUntil(partial(_opened, session, path), timeout=60_000)
        assert session.bookmarks == bookmarks
        assert window.canvas.camera == seen
        if cpu:
            assert session.focused_cpu == cpu


def test_a_scene_is_computed_once(opened: Opened, scene: Path, qtbot: QtBot) -> None:
    session = opened(scene).session
    begun: list[int] = []
    session.opened.connect(lambda: begun.append(1))
    session.open(Request(path=str(scene)))
    qtbot.waitUntil(lambda: bool(begun) and not session.running, timeout=60_000)
    qtbot.waitUntil(lambda: session.futures.spare._process is not None, timeout=60_000)
    assert begun == [1]
    assert len(list(session.futures)) == 1


def test_what_is_saved_under_another_name_is_remembered_under_it(
    opened: Opened, scene: Path, tmp_path: Path
) -> None:
    window = opened(scene)
    window.act("bookmark")
    copy = tmp_path / "copy.toml"
    assert window.files.save_to(copy)
    assert len(opened(copy).session.bookmarks) == 1


def test_a_bookmark_waits_until_the_run_has_come_to_it(opened: Opened, scene: Path) -> None:
    window = opened(scene)
    window.act("end")
    window.act("bookmark")
    step = window.session.bookmarks[0].step
    assert step > 0
    assert [one.step for one in opened(scene).session.bookmarks] == [step]


@pytest.mark.parametrize(
    "row",
    [
        None, 7, [], {}, {"camera": "near"}, {"camera": [1, 2]}, {"cpu": "first"}, {"cpu": 99}, {"cpu": -3},
        {"step": "leap"}, {"stops": [["a"]]}, {"stops": 3}, {"bookmarks": ["soon"]}, {"bookmarks": [-5, 10**18]},
        {"pages": ["nowhere"]}, {"pages": 4}, {"layout": []}, {"layout": {"dock_px": "wide"}},
        {"layout": {"places": ["a", "b", "c"]}}, {"layout": {"dock_px": 10**7, "timeline_px": -4000}},
        {"camera": [float("inf"), 0.0, 0.0]}, {"camera": [float("nan"), float("nan"), 1.0]},
    ],
)  # fmt: skip
def test_a_spoilt_row_harms_nothing(opened: Opened, scene: Path, settings: QSettings, row: object) -> None:
    good = {
        "camera": [1.0, 0.0, 0.0], "cpu": 0, "step": "stage", "bookmarks": [], "stops": [], "pages": [],
        "layout": {}, "minimap": True,
    }  # fmt: skip
    spoilt = {**good, **row} if isinstance(row, dict) and row else row
    settings.setValue(GROUP, json.dumps({str(scene): spoilt}))
    window = opened(scene)
    session = window.session
    assert session.timeline is not None
    assert session.timeline.complete
    assert 0 <= session.focused_cpu < 2
    assert all(0 <= one.step < session.timeline.steps for one in session.bookmarks)
    assert window.canvas.width() >= 200
    assert window.lanes.height() > 0
    window.act("step")
    assert window.grab().width() > 0
    assert window.canvas.camera.zoom <= 8.0


@pytest.mark.parametrize("told", ["", "{", "[]", "null", "7"])
def test_a_spoilt_memory_is_begun_anew(opened: Opened, scene: Path, settings: QSettings, told: str) -> None:
    settings.setValue(GROUP, told)
    opened(scene).act("bookmark")
    assert len(opened(scene).session.bookmarks) == 1


def test_no_more_scenes_are_remembered_than_there_is_room_for(
    opened: Opened, scene: Path, settings: QSettings
) -> None:
    settings.setValue(GROUP, json.dumps({f"/gone/{number}.toml": {} for number in range(MOST + 5)}))
    opened(scene).close()
    rows = json.loads(str(settings.value(GROUP)))
    assert len(rows) == MOST
    assert next(iter(rows)) == str(scene), "the latest first"


def test_a_bookmark_outlives_a_program_that_is_killed_and_another_scene(
    opened: Opened, scene: Path, settings: QSettings
) -> None:
    window = opened(scene)
    session = window.session
    window.act("bookmark")
    kept = json.loads(str(settings.value(GROUP)))[str(scene)]["bookmarks"]
    assert kept == [session.bookmarks[0].time_ns], "it is there at once"
    session.leaving.emit()
    session.bookmarks = []  # as `Showing` does for another scene
    session.changed.emit()
    assert json.loads(str(settings.value(GROUP)))[str(scene)]["bookmarks"] == kept
