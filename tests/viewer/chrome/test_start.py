"""What stands over the canvas while nothing is open, and the scenes of the program."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from viewer.chrome.look import Look
from viewer.chrome.scenes import default_scene, packaged, recent, remember
from viewer.run import Request
from viewer.session import Session
from viewer.window import Window


def test_without_a_scene_there_are_cards_and_a_way_to_a_file(
    qtbot: QtBot, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session()
    asked: list[Request] = []
    monkeypatch.setattr(session, "open", asked.append)
    window = Window(session, look)
    qtbot.addWidget(window)
    window.show()
    cards = window.start
    assert cards.isVisible()
    assert cards.buttons[-1].text() == "Open a file"
    cards.buttons[0].click()
    assert asked[0].path == str(packaged()[0].path)
    assert window.canvas.composed().items(), "the datapath itself is drawn below"
    assert window.transport.signs["play"].isEnabled() is False


def test_cards_are_gone_once_something_is_open(window: Window) -> None:
    assert not window.start.isVisible()


def test_the_default_scene_comes_first_and_every_scene_has_a_title() -> None:
    scenes = packaged()
    assert scenes[0].path == default_scene()
    assert scenes[0].path.stem == "default"
    assert all(scene.title for scene in scenes)


def test_files_opened_lately_are_remembered_while_they_exist(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    files = [tmp_path / f"{name}.toml" for name in "abc"]
    for file in files:
        file.write_text("")
        remember(settings, str(file))
    remember(settings, str(files[0]))
    files[1].unlink()
    assert recent(settings) == [str(files[0]), str(files[2])]
