"""Edits that are not saved outlive the program."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.viewer.test_document import SCENE
from viewer.document import Document
from viewer.drafts import Drafts, state_folder

OTHER = """
import sys
from pathlib import Path
from PySide6.QtGui import QGuiApplication
from viewer.document import Document
from viewer.drafts import Drafts

application = QGuiApplication([])
document = Document()
drafts = Drafts(document)
if sys.argv[1]:
    document.open_file(Path(sys.argv[1]))
document.replace(document.text + "# half an idea \\N{SNOWMAN}\\n", "Typing", "typing")
application.exec()
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where drafts are kept."""
    monkeypatch.setenv("SKBSCOPE_STATE", str(tmp_path / "state"))
    return tmp_path / "state" / "drafts"


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    """A scene's file."""
    path = tmp_path / "small.toml"
    path.write_text(SCENE)
    return path


def window(path: Path | None) -> Drafts:
    """What a window has: a document and its drafts."""
    document = Document()
    made = Drafts(document, parent=document)
    document.setProperty("kept", made)
    if path is not None:
        document.open_file(path)
    return made


def killed_while_editing(state: Path, scene: Path | None, qtbot: QtBot) -> None:
    """Let another program edit and kill it as soon as its draft is there."""
    other = subprocess.Popen([sys.executable, "-c", OTHER, str(scene or "")])
    try:
        qtbot.waitUntil(lambda: any(state.glob("*.json")), timeout=20_000)
        assert window(None).recoverable() == []  # it lives
    finally:
        other.send_signal(signal.SIGKILL)
        other.wait()


def test_the_folder_is_the_systems_unless_told(monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.setenv("SKBSCOPE_STATE", "/somewhere")
    assert state_folder() == Path("/somewhere")
    monkeypatch.delenv("SKBSCOPE_STATE")
    assert state_folder().is_absolute()


def test_edits_survive_a_kill(state: Path, scene: Path, qtbot: QtBot) -> None:
    killed_while_editing(state, scene, qtbot)
    mine = window(None)
    (draft,) = mine.recoverable()
    assert draft.path == scene
    assert draft.text == SCENE + "# half an idea ☃\n"
    assert scene.read_text() == SCENE
    assert mine.take(draft)
    assert mine.document.text == draft.text
    assert mine.document.dirty
    assert list(state.glob("*.json")) == [mine.file]
    mine.document.undo()
    assert mine.document.text == SCENE


def test_a_text_without_a_file_survives_as_well(state: Path, qtbot: QtBot) -> None:
    killed_while_editing(state, None, qtbot)
    mine = window(None)
    (draft,) = mine.recoverable()
    assert draft.path is None
    assert mine.take(draft)
    assert mine.document.text == "# half an idea ☃\n"
    assert mine.document.dirty


def test_a_draft_can_be_thrown_away(state: Path, scene: Path, qtbot: QtBot) -> None:
    killed_while_editing(state, scene, qtbot)
    mine = window(None)
    mine.discard(mine.recoverable()[0])
    assert list(state.iterdir()) == []


def test_only_one_window_takes_a_draft(state: Path, scene: Path, qtbot: QtBot) -> None:
    killed_while_editing(state, scene, qtbot)
    mine, yours = window(None), window(None)
    draft = mine.recoverable()[0]
    assert yours.recoverable() == [draft]
    assert mine.take(draft)
    assert not yours.take(draft)
    assert yours.recoverable() == []
    yours.discard(draft)
    assert mine.file.exists()


def test_a_file_that_changed_since_is_said(state: Path, scene: Path, qtbot: QtBot) -> None:
    killed_while_editing(state, scene, qtbot)
    scene.write_text(SCENE + "# theirs\n")
    mine = window(None)
    told: list[str] = []
    mine.told.connect(told.append)
    mine.take(mine.recoverable()[0])
    assert "has been changed since" in told[0]
    mine.document.undo()
    assert mine.document.text == SCENE + "# theirs\n"


def test_a_file_that_is_gone_leaves_the_edits(state: Path, scene: Path, qtbot: QtBot) -> None:
    killed_while_editing(state, scene, qtbot)
    scene.unlink()
    mine = window(None)
    told: list[str] = []
    mine.told.connect(told.append)
    assert mine.take(mine.recoverable()[0])
    assert mine.document.text.endswith("# half an idea ☃\n")
    assert (mine.document.path, mine.document.dirty) == (scene, True)
    assert "their file is not" in told[0]


def test_nothing_is_kept_of_what_is_saved(state: Path, scene: Path) -> None:
    mine = window(scene)
    mine.flush()
    assert not state.exists()
    mine.document.replace(SCENE + "#", "Typing")
    mine.flush()
    assert mine.file.exists()
    mine.document.save()
    assert list(state.iterdir()) == []


def test_undoing_everything_leaves_nothing(state: Path, scene: Path) -> None:
    mine = window(scene)
    mine.document.replace(SCENE + "#", "Typing")
    mine.flush()
    mine.document.undo()
    assert list(state.iterdir()) == []


def test_closing_leaves_nothing(state: Path, scene: Path) -> None:
    mine = window(scene)
    mine.document.replace(SCENE + "#", "Typing")
    mine.flush()
    mine.close()
    assert list(state.iterdir()) == []


def test_it_is_written_at_most_once_a_second(state: Path, scene: Path, qtbot: QtBot) -> None:
    mine = window(scene)
    mine._timer.setInterval(30)
    mine.document.replace(SCENE + "#", "Typing", "typing")
    left = mine._timer.remainingTime()
    mine.document.replace(SCENE + "##", "Typing", "typing")
    assert mine._timer.remainingTime() <= left  # more typing does not put it off
    qtbot.waitUntil(mine.file.exists)
    assert json.loads(mine.file.read_text())["text"] == SCENE + "##"
    assert json.loads(mine.file.read_text())["pid"] == os.getpid()


def test_it_is_written_when_the_window_is_left(state: Path, scene: Path) -> None:
    mine = window(scene)
    mine.document.replace(SCENE + "#", "Typing")
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert mine.file.exists()


def test_two_windows_keep_their_own(state: Path, scene: Path) -> None:
    mine, yours = window(scene), window(scene)
    mine.document.replace(SCENE + "# mine", "Typing")
    yours.document.replace(SCENE + "# yours", "Typing")
    mine.flush()
    yours.flush()
    kept = {json.loads(file.read_text())["text"] for file in state.glob("*.json")}
    assert kept == {SCENE + "# mine", SCENE + "# yours"}
    assert mine.recoverable() == []
    yours.close()
    assert list(state.glob("*.json")) == [mine.file]


def test_what_is_no_draft_is_passed_over_and_left(state: Path, scene: Path) -> None:
    state.mkdir(parents=True)
    for name, text in (("a.json", "{"), ("b.json", '{"format": 9}'), ("c.json", "[]")):
        (state / name).write_text(text)
    (state / ".dead.json.x7").write_text("half")
    assert window(scene).recoverable() == []
    assert sorted(file.name for file in state.iterdir()) == ["a.json", "b.json", "c.json"]


def test_a_folder_that_cannot_be_written_is_said_once(state: Path, scene: Path) -> None:
    state.parent.write_text("not a folder")
    mine = window(scene)
    told: list[str] = []
    mine.told.connect(told.append)
    for end in ("#", "##"):
        mine.document.replace(SCENE + end, "Typing")
        mine.flush()
    assert len(told) == 1
    assert "would be lost" in told[0]
