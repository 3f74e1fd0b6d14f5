"""The command palette."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from viewer.actions import ACTIONS
from viewer.chrome.palette import Palette
from viewer.chrome.palette_entries import SCENES, SYNONYMS, Entry, action_entries, scene_entries
from viewer.chrome.scenes import packaged
from viewer.window import Window


@pytest.fixture
def opened() -> list[str]:
    """What was asked to be opened."""
    return []


@pytest.fixture
def palette(window: Window, qtbot: QtBot, opened: list[str]) -> Iterator[Palette]:
    made = Palette(
        window,
        window.look,
        [
            lambda: action_entries(window.actions_table),
            lambda: scene_entries(window.session, opened.append, None),
        ],
    )
    qtbot.addWidget(made)
    made.open_now()
    yield made
    made.hide()


def texts(palette: Palette) -> list[str]:
    return [row.entry.text for row in palette.entries.rows]


def test_every_action_and_every_scene_is_offered(palette: Palette) -> None:
    offered = texts(palette)
    assert {action.text for action in ACTIONS} <= set(offered)
    assert {f"Open: {scene.title}" for scene in packaged()} <= set(offered)


def test_typing_finds_and_enter_does(palette: Palette, window: Window) -> None:
    before = window.session.moment.step
    QTest.keyClicks(palette.line, "end")
    assert texts(palette)[0] == "End"
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.session.moment.step > before
    assert not palette.isVisible()


def test_a_scene_is_opened_by_its_title(palette: Palette, opened: list[str]) -> None:
    scene = packaged()[0]
    QTest.keyClicks(palette.line, f"open {scene.title[:8]}")
    found = next(n for n, text in enumerate(texts(palette)) if text == f"Open: {scene.title}")
    assert palette.do(palette.entries.index(found, 0))
    assert opened == [str(scene.path)]


def test_a_group_finds_its_actions_after_those_of_the_name(palette: Palette) -> None:
    QTest.keyClicks(palette.line, "scenes open")
    found = [row.entry for row in palette.entries.rows]
    offered = sum(entry.group == SCENES for entry in found)
    assert offered >= len(packaged())
    assert all(entry.group == SCENES for entry in found[:offered])


def test_what_is_not_possible_says_why_and_does_nothing(palette: Palette) -> None:
    QTest.keyClicks(palette.line, "stop computing")
    (row,) = (row for row in palette.entries.rows if row.entry.text == "Stop computing")
    assert not row.entry.enabled
    assert row.entry.reason == "nothing is being computed"
    index = palette.entries.index(palette.entries.rows.index(row), 0)
    assert palette.entries.data(index, Qt.ItemDataRole.AccessibleTextRole).endswith(row.entry.reason)
    assert not palette.do(index)
    assert palette.isVisible()


def test_arrows_go_past_what_is_not_possible(palette: Palette) -> None:
    palette.line.setText("o")
    rows = palette.entries.rows
    assert not all(row.entry.enabled for row in rows)
    seen = [palette.list.currentIndex().row()]
    for _ in range(len(rows)):
        QTest.keyClick(palette.line, Qt.Key.Key_Down)
        seen.append(palette.list.currentIndex().row())
    assert sorted(set(seen)) == [n for n, row in enumerate(rows) if row.entry.enabled]
    QTest.keyClick(palette.line, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == sorted(set(seen))[-2]


def test_what_was_done_last_stands_first_next_time(palette: Palette) -> None:
    QTest.keyClicks(palette.line, "minimap")
    QTest.keyClick(palette.line, Qt.Key.Key_Enter)
    palette.open_now()
    assert texts(palette)[0] == "Minimap"
    assert texts(palette).count("Minimap") == 1


def test_it_is_remembered(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    done: list[str] = []

    def offered() -> Iterator[Entry]:
        for name in "abc":
            yield Entry(name, "Test", "", True, "", lambda name=name: done.append(name))  # type: ignore[misc]

    first = Palette(window, window.look, [offered], settings)
    qtbot.addWidget(first)
    first.open_now()
    first.do(first.entries.index(2, 0))
    second = Palette(window, window.look, [offered], settings)
    qtbot.addWidget(second)
    second.open_now()
    assert done == ["c"]
    assert texts(second) == ["c", "a", "b"]
    second.hide()


def test_escape_closes_and_nothing_found_is_said(palette: Palette) -> None:
    palette.line.setText("qqqq")
    assert palette.nothing.isVisible()
    assert not palette.list.isVisible()
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    QTest.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_a_click_does(palette: Palette, window: Window) -> None:
    palette.line.setText("minimap")
    shown = window.session.minimap
    place = palette.list.visualRect(palette.entries.index(0, 0)).center()
    QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.session.minimap is not shown


@pytest.mark.parametrize("percent", [80, 150])
def test_it_stays_inside_the_window(palette: Palette, window: Window, percent: int, qapp: object) -> None:
    window.resize(1280, 720)
    window.look.scale_text(percent, qapp)  # type: ignore[arg-type]
    palette.open_now()
    outer = window.rect().translated(window.mapToGlobal(window.rect().topLeft()))
    assert outer.contains(palette.geometry())
    assert palette.entries.data(QModelIndex()) is None


def test_the_help_and_synonyms_find_what_the_name_does_not(palette: Palette) -> None:
    palette.line.setText("theme")
    assert texts(palette)[:4] == ["Dark", "Light", "High contrast", "Next colours"]
    palette.line.setText("colours")
    assert texts(palette)[0] == "Next colours", "a name stands before a sentence"
    assert {"Dark", "Light"} <= set(texts(palette)[:5])
    palette.line.setText("zoom")
    assert {"Closer", "Further away", "See all"} <= set(texts(palette)[:8])
    palette.line.setText("ctrl+shift+t")
    assert texts(palette)[0] == "Next colours"
    assert len(texts(palette)) == len(set(texts(palette)))


def test_synonyms_are_of_actions_there_are() -> None:
    assert set(SYNONYMS) <= {action.name for action in ACTIONS}
