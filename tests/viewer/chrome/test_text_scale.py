"""The text scale of panels and chrome: one setting, everything grows with it, nothing is cut."""

import ast
import itertools
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import viewer.picture
from viewer.chrome.look import Look, last_text_percent, last_theme, system_theme
from viewer.chrome.widgets import Button, Segments, label, show_fitting
from viewer.theme.fonts import PERCENTS, Type, interface_percent, ui_px
from viewer.theme.tokens import ThemeName
from viewer.window import Window

SIZES = [(1920, 1080), (1280, 720)]


def settings_in(folder: Path) -> QSettings:
    return QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)


def test_it_is_chosen_in_steps_and_remembered(qapp: QApplication, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert last_text_percent(settings) == 100
    look = Look(settings=settings)
    seen = [look.text_percent]
    look.changed.connect(lambda: seen.append(look.text_percent))
    for _ in range(5):
        look.text_larger()
    assert seen == [100, 110, 125, 150]
    assert last_text_percent(settings) == interface_percent() == 150
    for _ in range(9):
        look.text_smaller()
    assert look.text_percent == 80
    look.text_normal()
    assert (look.text_percent, last_text_percent(settings)) == (100, 100)
    settings.setValue("text_percent", "111")
    assert last_text_percent(settings) == 100
    with pytest.raises(ValueError, match="120"):
        look.scale_text(120, qapp)


def test_the_latest_look_is_in_force(qapp: object) -> None:
    Look(text_percent=150)
    assert ui_px(Type.BODY) == 20
    Look()
    assert ui_px(Type.BODY) == 13


def test_with_nothing_remembered_the_systems_colours_are_worn(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    monkeypatch.setattr("viewer.chrome.look.system_theme", lambda: ThemeName.CONTRAST)
    assert last_theme(settings) is ThemeName.CONTRAST
    settings.setValue("theme", "dark")
    assert last_theme(settings) is ThemeName.DARK
    assert system_theme() is ThemeName.DARK, "the offscreen platform says nothing"


def test_the_picture_never_asks_for_the_interfaces_scale() -> None:
    forbidden = {"font", "ui_px", "ui_line_px", "ui_scaled", "ui_room", "ui_width", "interface_percent"}
    for path in Path(viewer.picture.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "viewer.theme.fonts":
                assert not forbidden & {name.name for name in node.names}, path


@pytest.mark.parametrize("percent", PERCENTS)
def test_controls_grow_with_the_text_and_stay_large_enough(qtbot: QtBot, percent: int) -> None:
    look = Look(text_percent=percent)
    button = Button(look, "Step")
    segments = Segments(look, [("a", "first", ""), ("b", "second", "")], "Choice")
    for widget in (button, segments):
        qtbot.addWidget(widget)
    assert button.sizeHint().height() >= max(28, ui_px(Type.LABEL) + 8)
    assert segments.height() >= segments.buttons["a"].sizeHint().height() + 6
    button.fix(32, 34)
    assert button.width() == max(32, round(32 * percent / 100))


def test_a_row_gives_up_the_least_important_first(qtbot: QtBot, look: Look) -> None:
    parts = [Button(look, word) for word in ("always", "first", "second", "third")]
    for part in parts:
        qtbot.addWidget(part)
    room = sum(part.sizeHint().width() + 4 for part in parts[:3])
    show_fitting(room, parts[:1], parts[1:], 4)
    assert [part.isHidden() for part in parts[1:]] == [False, False, True]
    show_fitting(room - 1, parts[:1], parts[1:], 4)
    assert [part.isHidden() for part in parts[1:]] == [False, True, True]


def test_labels_take_the_scale_from_the_style_sheet(qapp: QApplication, qtbot: QtBot) -> None:
    look = Look(text_percent=150)
    look.apply(qapp)
    made = label("words", Type.BODY)
    qtbot.addWidget(made)
    made.ensurePolished()
    assert made.fontInfo().pixelSize() == 20
    look.scale_text(100, qapp)
    assert made.fontInfo().pixelSize() == 13


@pytest.mark.parametrize("percent", PERCENTS)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_of_the_title_bar_is_cut(
    window: Window, qapp: QApplication, size: tuple[int, int], percent: int
) -> None:
    window.resize(*size)
    window.look.scale_text(percent, qapp)
    qapp.processEvents()
    bar = window.title_bar
    for part in (bar.logo, bar.scene, bar.search, bar.colours, bar.chapters.number):
        assert part.width() >= part.minimumSizeHint().width() or part is bar.search, part
        assert part.y() >= 0
        assert part.height() <= bar.height()
    last = bar.dock if bar.dock.isVisible() else bar.colours  # the strip has the panels' button then
    assert bar.dock.isVisible() != window.strip.isVisible()
    assert last.geometry().right() <= bar.width()
    words = bar.chapters
    assert words.title.sizeHint().height() + words.caption.sizeHint().height() <= bar.height()
    held = bar.search.placeholderText()
    assert bar.search.fontMetrics().horizontalAdvance(held) < bar.search.width()


@pytest.mark.parametrize("percent", PERCENTS)
@pytest.mark.parametrize("width", [384, 480, 300])
def test_no_words_of_a_panel_lie_on_others(
    window: Window, qapp: QApplication, width: int, percent: int
) -> None:
    window.look.scale_text(percent, qapp)
    window.navigator.go_first_drop()
    for panel in (window.inspector, window.counters):
        panel.resize(width, 900)
        panel.sheet.resize(width, 2000)
        panel.sheet.show_rows(panel.rows())
        for laid in panel.sheet._laid:
            spots = sorted(laid.spots, key=lambda spot: (spot.rect.y(), spot.rect.x()))
            for one, other in itertools.pairwise(spots):
                same = one.rect.y() == other.rect.y()
                assert not same or one.rect.right() <= other.rect.left() + 0.5, (
                    one.cell.text,
                    other.cell.text,
                )
            for spot in laid.spots:
                assert spot.rect.left() >= 0.0, spot.cell.text


def test_a_very_wide_window_is_drawn_larger_and_nothing_else_is_remembered(
    window: Window, qapp: QApplication, tmp_path: Path
) -> None:
    look = window.look
    look.settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    window.resize(3840, 2160)
    assert (look.chosen_percent, look.text_percent) == (100, 125)
    look.text_larger()
    assert (look.chosen_percent, look.text_percent) == (125, 150)
    assert last_text_percent(look.settings) == 125
    look.text_larger()
    assert look.text_percent == 150, "the largest stays"
    look.text_smaller()
    assert look.text_percent == 125
    look.text_normal()
    window.resize(1920, 1080)
    assert (look.chosen_percent, look.text_percent) == (100, 100)
    with pytest.raises(ValueError, match="not one of"):
        look.scale_text(99, qapp)
