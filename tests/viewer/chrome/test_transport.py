"""Transport, title bar and their small windows."""

from fractions import Fraction
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication, QMenu

from engine.scenario.errors import Refused
from viewer.chrome.look import Look, last_theme
from viewer.chrome.popups import AskLine
from viewer.chrome.readout import time_words
from viewer.chrome.title_bar import machine_words
from viewer.chrome.widgets import Dress
from viewer.run import Progress
from viewer.stepping import Granularity
from viewer.theme.tokens import ThemeName
from viewer.window import Window


def menu_texts() -> list[str]:
    menus = [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QMenu) and widget.isVisible()
    ]
    texts = [action.text() for menu in menus for action in menu.actions()]
    for menu in menus:
        menu.close()
    return texts


@pytest.mark.parametrize(
    ("ns", "words"),
    [(0, "0.000"), (769_545, "769.545"), (1_234_567_890, "1\u2009234\u2009567.890"), (7, "0.007")],
)
def test_the_clock_shows_every_nanosecond(ns: int, words: str) -> None:
    assert time_words(ns) == words


def test_the_segments_choose_the_granularity_and_show_it(window: Window) -> None:
    segments = window.transport.segments
    segments.buttons["poll"].click()
    assert window.session.granularity is Granularity.POLL
    window.act("by_irq")
    assert [key for key, button in segments.buttons.items() if button.isChecked()] == ["irq"]


def test_the_speed_is_always_shown_and_takes_any_value(window: Window) -> None:
    assert window.transport.speed.text() == "1 µs = 0.4 s"
    window.act("faster")
    assert window.transport.speed.text() == "1 µs = 0.2 s"
    window.transport.ask_speed()
    (dialog,) = window.transport.findChildren(AskLine)
    dialog.line.setText("nonsense")
    dialog.try_it()
    assert "speed" in dialog.refusal.text()
    assert dialog.isVisible()
    dialog.line.setText("3us = 1s")
    dialog.try_it()
    assert not dialog.isVisible()
    assert window.session.speed == Fraction(1_000_000, 3)


def test_the_fixed_time_is_asked_for_and_shown(window: Window) -> None:
    window.transport.ask_time()
    (dialog,) = window.transport.findChildren(AskLine)
    dialog.line.setText("12")
    dialog.try_it()
    assert "unit" in dialog.refusal.text()
    dialog.line.setText("250ns")
    dialog.try_it()
    assert window.session.fixed_ns == 250
    assert window.transport.segments.buttons["time"].text() == "250 ns"


def test_a_stop_is_shown_with_its_reason(window: Window) -> None:
    assert not window.transport.stop_chip.isVisible()
    window.act("first_drop")
    chip = window.transport.stop_chip
    assert chip.text() == "Stopped at first drop"
    assert chip.dress is Dress.LOST
    chip.click()
    assert any("time_squeeze" in text for text in menu_texts())
    window.act("step")
    assert not chip.isVisible()


@pytest.mark.parametrize(
    ("why", "dress"),
    [
        ("Stopped at drop", Dress.LOST),
        ("Found drop", Dress.LOST),
        ("Found sockets[app='feed'].drops > 10", Dress.SEGMENT),
        ("Stopped at udp_rcv", Dress.SEGMENT),
    ],
)
def test_only_a_loss_is_red(window: Window, why: str, dress: Dress) -> None:
    window.player.stop(why)
    assert window.transport.stop_chip.dress is dress


@pytest.mark.parametrize("width", [1920, 1280, 1000])
def test_nothing_touches_or_is_cut_however_much_there_is_to_say(window: Window, width: int) -> None:
    window.resize(width, 900)
    window.player.stop("Found sockets[app='feed'].drops > 10 and softnet_stat[cpu=0].time_squeeze > 1000")
    bar = window.transport
    bar._show_hint()
    QApplication.sendPostedEvents()
    parts = [
        part
        for part in (*bar.signs.values(), bar.segments, bar.speed, bar.readout, bar.stop_chip, bar.hint)
        if part.isVisible()
    ]
    for part in parts:
        assert part.width() >= part.sizeHint().width(), part
    for left, right in pairwise(parts):
        assert left.geometry().right() + 4 <= right.x(), (left, right)
    assert bar.readout.geometry().right() + 14 <= bar.stop_chip.x()
    assert parts[-1].geometry().right() <= bar.width() - 16
    assert bar.stop_chip.text().endswith("…")
    assert bar.stop_chip.toolTip() == window.player.stopped_at


def test_what_comes_next_is_counted_down_to(window: Window) -> None:
    window.act("start")
    window.transport._show_hint()
    assert window.transport.hint.text().startswith("Next: drop in ")


def test_a_run_that_takes_long_shows_how_far_it_is(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(window.session), "running", property(lambda _: True))
    assert window.session.future is not None
    window.session.future.progress = Progress(43_000, 100_000, 12)
    window.transport._say_computing()
    assert window.transport.hint.text() == "Computing 43 %"
    assert window.transport.cancel.isVisible()


def test_bookmarks_are_offered(window: Window) -> None:
    window.navigator.jump("irq:2")
    window.act("bookmark")
    window.act("bookmarks")
    assert any("irq_handler_entry" in text for text in menu_texts())
    assert window.transport.marks.text() == "1 bookmark"


def test_the_title_bar_names_scene_and_machine(window: Window) -> None:
    bar = window.title_bar
    assert bar.scene.text() == "A small host"
    assert bar.facts.text() == "igb 1 GbE  ·  2 queues  ·  HZ 250  ·  v6.18"
    assert machine_words({}) == ""


def test_the_chapter_of_the_moment_is_shown(window: Window) -> None:
    chapters = window.title_bar.chapters
    window.navigator.go_chapter(1)
    chapters.refresh()
    assert chapters.title.text == "The socket is full"
    assert chapters.caption.text == "The ring is fine."
    assert chapters.number.text() == "2 of 2"
    chapters.before.click()
    chapters.refresh()
    assert chapters.title.text == "A burst arrives"
    chapters.show_all()
    assert menu_texts() == ["1   A burst arrives", "2   The socket is full"]


def test_the_theme_of_last_time_is_worn_again(qapp: QApplication, tmp_path: object) -> None:
    from PySide6.QtCore import QSettings

    settings = QSettings(f"{tmp_path}/settings.ini", QSettings.Format.IniFormat)
    assert last_theme(settings) is ThemeName.DARK
    settings.setValue("theme", "light")
    assert last_theme(settings) is ThemeName.LIGHT
    settings.setValue("theme", "purple")
    assert last_theme(settings) is ThemeName.DARK
    assert Look().next() is ThemeName.LIGHT


def test_a_dialog_keeps_what_is_refused(window: Window) -> None:
    def refuse(text: str) -> None:
        raise Refused(f"not {text}", nearest="this")

    dialog = AskLine(window, "Something", "hint", "value", refuse)
    dialog.try_it()
    assert dialog.refusal.text() == 'not value (did you mean "this"?)'
