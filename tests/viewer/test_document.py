"""The open text: one undo stack, one check, one file."""

import os
import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.scenario.document import SceneDocument
from engine.scenario.edit import with_at, with_value
from viewer.chrome.scenes import packaged
from viewer.document import Document, Edit, Outcome

SCENE = """\
# One card, one flow.
title = "Small"
until = "1ms"

[knobs]
budget = { value = 300, range = [16, 1024], scale = "log2" }  # turned by hand

[[nic]]
name = "eth0"
driver = "igb"
address = "10.0.0.2/24"
"""
BROKEN = SCENE.replace('"igb"', '"ibg"')


def knob(value: int) -> Edit:
    return lambda scene: with_value(scene, "knobs.budget", value)


@pytest.fixture
def document(qapp: object, tmp_path: Path) -> Document:
    """A document of a file."""
    made = Document()
    path = tmp_path / "small.toml"
    path.write_bytes(SCENE.encode())
    made.open_file(path)
    return made


def is_wrong(document: Document) -> bool:
    return document.problem is not None


def sentences(document: Document) -> list[str]:
    told: list[str] = []
    document.told.connect(told.append)
    return told


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Let no file grow beyond `room` bytes, as on a disk that is full."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_what_is_opened_is_clean_and_checked(document: Document) -> None:
    assert document.text == document.saved_text == SCENE
    assert not document.dirty
    assert document.valid is not None
    assert document.valid.scene.title == "Small"
    assert document.problem is None


def test_typing_of_a_burst_is_one_command(document: Document) -> None:
    for length in range(1, 4):
        document.replace(SCENE + "#ab"[:length], "Typing", "typing")
    document.end_burst()
    document.replace(SCENE + "#abc", "Typing", "typing")
    assert document.stack.count() == 2
    document.undo()
    assert document.text == SCENE + "#ab"
    document.undo()
    assert document.text == SCENE
    assert not document.stack.canUndo()
    document.redo()
    assert document.text == SCENE + "#ab"


def test_a_burst_ends_by_a_pause(document: Document, qtbot: QtBot) -> None:
    document._burst_over.setInterval(5)
    document.replace(SCENE + "#", "Typing", "typing")
    qtbot.waitUntil(lambda: not document._burst_over.isActive())
    document.replace(SCENE + "##", "Typing", "typing")
    assert document.stack.count() == 2


def test_typing_that_comes_to_nothing_leaves_nothing(document: Document) -> None:
    document.replace(SCENE + "#", "Typing", "typing")
    document.replace(SCENE, "Typing", "typing")
    assert document.stack.count() == 0


def test_typing_is_checked_a_little_later_and_the_last_scene_stays(document: Document, qtbot: QtBot) -> None:
    before = document.valid
    with qtbot.waitSignal(document.checked, timeout=2_000):
        document.replace(BROKEN, "Typing", "typing")
        assert not is_wrong(document)
    assert document.problem is not None
    assert (document.problem.line, document.problem.nearest) == (10, "igb")
    assert document.valid is before
    with qtbot.waitSignal(document.checked, timeout=2_000):
        document.replace(SCENE, "Typing", "typing")
    assert not is_wrong(document)


def test_an_edit_changes_its_line_and_is_checked_at_once(document: Document, qtbot: QtBot) -> None:
    with qtbot.waitSignal(document.checked, timeout=0):
        assert document.apply("netdev_budget", knob(64)) is None
    assert document.text == SCENE.replace("value = 300", "value = 64")
    assert document.valid is not None
    assert document.valid.text == document.text
    assert document.stack.undoText() == "netdev_budget"
    document.undo()
    assert document.text == SCENE
    assert document.valid.scene.knobs["budget"].value == 300


def test_edits_of_all_who_edit_are_undone_in_turn(document: Document) -> None:
    document.replace(SCENE + "# typed\n", "Typing", "typing")
    document.apply("netdev_budget", knob(64))
    document.apply("ethtool", lambda scene: with_at(scene, None, "10us", "ethtool -C eth0 rx-usecs 0"))
    assert "[[at]]" in document.text
    document.undo()
    document.undo()
    assert document.text == SCENE + "# typed\n"


def test_an_edit_that_would_break_the_scene_changes_nothing(document: Document) -> None:
    refused = document.apply("netdev_budget", knob(5))
    assert refused is not None
    assert "within the knob's range" in str(refused)
    assert document.text == SCENE
    assert document.stack.count() == 0


def test_an_edit_waits_until_the_text_is_mended(document: Document) -> None:
    document.replace(BROKEN, "Typing")
    refused = document.apply("netdev_budget", knob(64))
    assert str(refused) == "the text has a mistake in line 10; mend that first"
    assert str(document.begin_drag("netdev_budget")) == str(refused)
    assert document.text == BROKEN


def test_a_drag_is_one_command(document: Document) -> None:
    checked: list[SceneDocument | None] = []
    document.checked.connect(lambda: checked.append(document.valid))
    document.begin_drag("netdev_budget")
    for value in (301, 400, 500):
        document.drag(knob(value))
        assert f"value = {value}" in document.text
    assert not checked
    document.end_drag()
    assert document.stack.count() == len(checked) == 1
    document.undo()
    assert document.text == SCENE


def test_a_drag_that_ends_where_it_began_is_none(document: Document) -> None:
    document.begin_drag("netdev_budget")
    document.drag(knob(400))
    document.drag(knob(300))
    document.end_drag()
    assert document.stack.count() == 0
    assert document.text == SCENE


def test_undo_in_the_middle_of_a_drag_takes_the_drag_back(document: Document) -> None:
    document.apply("netdev_budget", knob(64))
    document.begin_drag("netdev_budget")
    document.drag(knob(400))
    document.undo()
    assert "value = 64" in document.text
    assert not document.dragging
    assert document.stack.index() == 1


def test_saving_writes_the_text_and_keeps_the_permissions(document: Document) -> None:
    assert document.path is not None
    document.path.chmod(0o640)
    document.replace(SCENE + "# more\r\n", "Typing")
    assert document.save() is Outcome.SAVED
    assert document.path.read_bytes() == (SCENE + "# more\r\n").encode()
    assert stat.S_IMODE(document.path.stat().st_mode) == 0o640
    assert document.saved_text == document.text
    assert list(document.path.parent.iterdir()) == [document.path]
    document.undo()
    assert document.dirty


def test_a_link_stays_a_link(document: Document, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to("small.toml")
    document.open_file(link)
    document.replace(SCENE + "#", "Typing")
    assert document.save() is Outcome.SAVED
    assert link.is_symlink()
    assert (tmp_path / "small.toml").read_text() == SCENE + "#"


def test_a_text_that_is_no_scene_is_saved_and_said_to_be_none(document: Document) -> None:
    told = sentences(document)
    document.replace(BROKEN, "Typing")
    assert document.save() is Outcome.SAVED
    assert "no scene yet" in told[0]
    assert "small.toml:10" in told[0]


def test_a_full_disk_leaves_the_old_file_and_the_edits(document: Document) -> None:
    assert document.path is not None
    told = sentences(document)
    document.replace(SCENE + "#" * 100, "Typing")
    with full_disk(100):
        assert document.save() is Outcome.REFUSED
    assert document.path.read_text() == SCENE
    assert document.text == SCENE + "#" * 100
    assert document.dirty
    assert "cannot be written: file too large" in told[0]
    assert list(document.path.parent.iterdir()) == [document.path]


def test_a_file_that_may_not_be_written_is_left_alone(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert document.path is not None
    told = sentences(document)
    document.path.chmod(0o444)
    if os.geteuid() == 0:  # whom no permission stops
        monkeypatch.setattr("os.access", lambda *_: False)
    document.replace(SCENE + "#", "Typing")
    assert document.save() is Outcome.REFUSED
    assert document.path.read_text() == SCENE
    assert "permission denied" in told[0]


def test_a_folder_that_is_not_there_is_said(document: Document, tmp_path: Path) -> None:
    told = sentences(document)
    assert document.save_as(tmp_path / "nowhere" / "small.toml") is Outcome.REFUSED
    assert document.path == tmp_path / "small.toml"
    assert "no such file or directory" in told[0]


def test_what_others_wrote_is_never_overwritten_silently(document: Document, qtbot: QtBot) -> None:
    assert document.path is not None
    document.replace(SCENE + "# mine\n", "Typing")
    document.path.write_text(SCENE + "# theirs\n")
    with qtbot.waitSignal(document.conflict, timeout=0):
        assert document.save() is Outcome.CONFLICT
    assert document.path.read_text() == SCENE + "# theirs\n"
    with qtbot.waitSignal(document.conflict, timeout=0):
        document.look_at_disk()
    assert document.save(over=True) is Outcome.SAVED
    assert document.path.read_text() == SCENE + "# mine\n"
    assert not document.changed_on_disk()


def test_theirs_can_be_taken_and_mine_comes_back_by_undo(document: Document) -> None:
    assert document.path is not None
    document.replace(SCENE + "# mine\n", "Typing")
    document.path.write_text(SCENE + "# theirs\n")
    assert document.reload()
    assert (document.text, document.dirty) == (SCENE + "# theirs\n", False)
    document.undo()
    assert (document.text, document.dirty) == (SCENE + "# mine\n", True)


def test_a_text_without_edits_follows_its_file(document: Document) -> None:
    assert document.path is not None
    told = sentences(document)
    document.path.write_text(SCENE + "# theirs\n")
    document.look_at_disk()
    assert document.text == SCENE + "# theirs\n"
    assert "read again" in told[0]
    document.look_at_disk()
    assert len(told) == 1


def test_examples_and_texts_without_a_file_need_a_path(document: Document, tmp_path: Path) -> None:
    example = packaged()[0].path
    before = example.read_bytes()
    document.open_file(example)
    assert document.example
    document.apply("seed", lambda scene: with_value(scene, "seed", 9))
    assert document.save() is Outcome.NEEDS_PATH
    assert example.read_bytes() == before
    mine = tmp_path / "mine.toml"
    assert document.save_as(mine) is Outcome.SAVED
    assert (document.path, document.folder, document.example) == (mine, tmp_path, False)
    assert document.valid is not None
    assert document.valid.name == "mine.toml"
    document.open_text(SCENE, None)
    assert (document.name, document.save()) == ("untitled.toml", Outcome.NEEDS_PATH)


def test_opening_forgets_what_was_open(document: Document) -> None:
    document.replace(BROKEN, "Typing")
    document.open_text(SCENE, None)
    assert document.stack.count() == 0
    assert document.problem is None
    assert not document.dirty
