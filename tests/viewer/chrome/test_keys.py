"""The help: every action, found by typing, in two columns that fit."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from viewer.actions import ACTIONS, action
from viewer.chrome.keys import KeysHelp, all_keys, fits
from viewer.window import Window


@pytest.fixture
def keys(window: Window, qtbot: QtBot) -> KeysHelp:
    made = KeysHelp(window)
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_action_stands_there_once(keys: KeysHelp) -> None:
    assert sorted(keys.shown) == sorted(one.name for one in ACTIONS)


def test_typing_finds_by_name_sentence_and_key(keys: KeysHelp) -> None:
    keys.line.setText("bookmark")
    assert set(keys.shown) >= {"bookmark", "bookmarks"}
    assert len(keys.shown) < 6
    keys.line.setText("ctrl+pgdn")
    assert keys.shown == ["next_chapter"]
    keys.line.setText("qqqq")
    assert keys.shown == []
    assert keys.nothing.isVisible()
    keys.line.setText("")
    assert len(keys.shown) == len(ACTIONS)


def test_keys_are_written_as_people_read_them() -> None:
    assert all_keys(action("next_chapter")) == "Ctrl+PgDn"
    assert all_keys(action("open_object")) == "Enter"
    assert fits("", action("play"))
    assert not fits("zebra", action("play"))


@pytest.mark.parametrize("percent", [80, 100, 150])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_two_columns_fit_at_every_text_scale(
    window: Window, qtbot: QtBot, qapp: QApplication, percent: int, size: tuple[int, int]
) -> None:
    window.resize(*size)
    window.look.scale_text(percent, qapp)
    made = KeysHelp(window)
    qtbot.addWidget(made)
    made.show()
    qapp.processEvents()
    assert made.width() <= size[0]
    labels = [one for one in made.findChildren(QLabel) if one.isVisible()]
    lefts = {round(one.mapTo(made, one.rect().topLeft()).x()) for one in labels}
    assert max(lefts) > made.width() // 2 > min(lefts), "two columns"
    for one in labels:
        assert one.mapTo(made, one.rect().topRight()).x() <= made.width()
        if not one.wordWrap():
            assert one.width() >= one.fontMetrics().horizontalAdvance(one.text()), one.text()


def test_no_sentence_is_cut(keys: KeysHelp, qapp: QApplication) -> None:
    qapp.processEvents()
    for lines in keys._lines.values():
        for one in lines:
            sentence = one.sentence
            assert sentence.isVisible()
            assert sentence.text() == one.action.help
            assert sentence.height() >= sentence.heightForWidth(sentence.width()), one.action.name
