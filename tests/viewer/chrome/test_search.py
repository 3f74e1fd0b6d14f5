"""The field that goes somewhere: by the list, and why it does not."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from viewer.navigator import Navigator
from viewer.window import Window


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sockets[app='fed'].drops > 10", "there is feed"),
        ("packets.lost > 500", "it is a table"),
        ("foo(((", "unexpected"),
        ("1 +", "ends too early"),
        ("softnet_stat[cpu=0].procesed > 1", "processed"),
    ],
)
def test_an_expression_that_is_wrong_says_what_is_wrong_with_it(
    navigator: Navigator, text: str, why: str
) -> None:
    assert not navigator.jump(text)
    assert navigator.refusal.startswith(f"{text}: ")
    assert "must be a time" not in navigator.refusal
    assert why in navigator.refusal


@pytest.mark.parametrize("text", ["12 parsecs", "chapter:99", "#99999999", "first nothing"])
def test_a_moment_that_is_wrong_is_told_as_a_moment(navigator: Navigator, text: str) -> None:
    assert not navigator.jump(text)
    assert "no expression" not in navigator.refusal


def test_the_reason_stands_below_the_field_until_one_types_on(window: Window, qtbot: QtBot) -> None:
    window.act("jump")
    search = window.title_bar.search
    qtbot.waitUntil(search.hasFocus)
    QTest.keyClicks(search, "foo(((")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert search.text() == "foo((("
    note = search.refusal
    assert note.isVisible()
    assert note.words.text == window.navigator.refusal
    assert note.geometry().top() >= search.mapTo(window, search.rect().bottomLeft()).y()
    assert window.rect().contains(note.geometry())
    QTest.keyClick(search, Qt.Key.Key_Backspace)
    assert not note.isVisible()
    QTest.keyClick(search, Qt.Key.Key_Return)
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert not note.isVisible()
    assert window.canvas.hasFocus()


def test_return_on_a_row_goes_there_at_once(window: Window, qtbot: QtBot) -> None:
    window.act("jump")
    search = window.title_bar.search
    qtbot.waitUntil(search.hasFocus)
    before = window.session.moment.step
    QTest.keyClicks(search, "udp_rc")
    assert "udp_rcv" in search.suggestions.shown
    while search.suggestions.chosen != "udp_rcv":
        QTest.keyClick(search, Qt.Key.Key_Down)
    QTest.keyClick(search, Qt.Key.Key_Return)
    timeline = window.session.timeline
    assert timeline is not None
    assert window.session.moment.step > before
    assert timeline.step(window.session.moment.step).function.name == "udp_rcv"
    assert search.text() == ""
