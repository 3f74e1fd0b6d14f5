"""Names offered below a line: by the keyboard and by the mouse, and what becomes of the rest of the line."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from viewer.chrome.completion import Suggestions, fitting, word_at
from viewer.chrome.completion_list import CompletionList
from viewer.chrome.leaving import Leaving
from viewer.chrome.look import Look
from viewer.panels.packets_line import word_at as filter_word_at
from viewer.theme.tokens import Role, ThemeName

NAMES = ["drops", "dropped", "sk_drops", "softnet_stat[cpu=0].dropped"]


class Asked(QWidget):
    """A window with a line that suggests, and what it submitted."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.resize(500, 300)
        self.line = QLineEdit(self)
        self.line.setGeometry(10, 10, 300, 30)
        self.canvas = QLineEdit(self)
        self.canvas.setGeometry(10, 260, 300, 30)
        self.submitted: list[str] = []
        self.line.returnPressed.connect(lambda: self.submitted.append(self.line.text()))
        Leaving(self.line)
        self.names = Suggestions(self.line, lambda word: fitting(word, NAMES), look)

    @property
    def list(self) -> CompletionList:
        (found,) = self.findChildren(CompletionList)
        return found


@pytest.fixture
def asked(look: Look, qtbot: QtBot) -> Asked:
    made = Asked(look)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.line.setFocus()
    qtbot.waitUntil(made.line.hasFocus)
    return made


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("sk_dr|", "sk_dr|"),
        ("sk_drops > ne|", "ne|"),
        ("a + sockets[0].que|ued > 1", "sockets[0].que|ued"),
        ("packets.lost['skb:SO|", "packets.lost['skb:SO|"),
        ("softnet_stat[cpu=0].pro|", "softnet_stat[cpu=0].pro|"),
        ("(sn|", "sn|"),
        ("a |b", "|"),
    ],
)
def test_the_word_at_the_caret(text: str, word: str) -> None:
    at = text.index("|")
    start, end = word_at(text.replace("|", ""), at)
    assert text.replace("|", "")[start:end] == word.replace("|", "")
    assert at - start == word.index("|")


def test_a_text_in_quotes_is_a_word_of_a_filter() -> None:
    text = "flow == 'md' and place == 'softirq ba"
    assert text[slice(*filter_word_at(text, len(text)))] == "'softirq ba"
    text = "flow == 'md' and pla"
    assert text[slice(*filter_word_at(text, len(text)))] == "pla"
    assert filter_word_at("flow == 'md' ", 13) == (13, 13)


def test_what_begins_so_comes_first() -> None:
    assert fitting("DROP", NAMES) == ["drops", "dropped", "sk_drops", "softnet_stat[cpu=0].dropped"]
    assert fitting("sk", NAMES) == ["sk_drops"]
    assert fitting(" ", NAMES) == []


def test_the_keyboard_takes_what_it_highlights(asked: Asked) -> None:
    QTest.keyClicks(asked.line, "1 + drop > 3")
    for _ in range(4):
        QTest.keyClick(asked.line, Qt.Key.Key_Left)
    QTest.keyClicks(asked.line, "p")
    QTest.keyClick(asked.line, Qt.Key.Key_Backspace)
    assert asked.names.shown[:2] == ["drops", "dropped"]
    assert asked.names.chosen == ""
    QTest.keyClick(asked.line, Qt.Key.Key_Down)
    QTest.keyClick(asked.line, Qt.Key.Key_Down)
    QTest.keyClick(asked.line, Qt.Key.Key_Down)
    QTest.keyClick(asked.line, Qt.Key.Key_Up)
    assert asked.names.chosen == "dropped"
    QTest.keyClick(asked.line, Qt.Key.Key_Return)
    assert asked.line.text() == "1 + dropped > 3"
    assert asked.names.shown == []
    assert asked.submitted == []
    QTest.keyClick(asked.line, Qt.Key.Key_Return)
    assert asked.submitted == ["1 + dropped > 3"]
    QTest.keyClick(asked.line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert asked.line.text() == "1 + drop > 3", "what was taken can be taken back"


def test_return_with_nothing_highlighted_is_the_lines(asked: Asked) -> None:
    QTest.keyClicks(asked.line, "drop")
    QTest.keyClick(asked.line, Qt.Key.Key_Return)
    assert asked.submitted == ["drop"]


def test_tab_takes_the_first_and_stays_in_the_line(asked: Asked) -> None:
    QTest.keyClicks(asked.line, "sk")
    QTest.keyClick(asked.line, Qt.Key.Key_Tab)
    assert asked.line.text() == "sk_drops"
    assert asked.line.hasFocus()


def test_escape_closes_the_list_then_empties_the_line_then_leaves(asked: Asked) -> None:
    QTest.keyClicks(asked.line, "dro")
    QTest.keyClick(asked.line, Qt.Key.Key_Escape)
    assert asked.names.shown == []
    assert asked.line.text() == "dro"
    QTest.keyClick(asked.line, Qt.Key.Key_Escape)
    assert asked.line.text() == ""
    assert asked.line.hasFocus()
    QTest.keyClick(asked.line, Qt.Key.Key_Escape)
    assert asked.canvas.hasFocus()


def test_a_click_takes_and_leaving_closes(asked: Asked, qtbot: QtBot) -> None:
    QTest.keyClicks(asked.line, "dro")
    place = asked.list.row_rect(1).center().toPoint()
    with qtbot.waitSignal(asked.names.taken) as taken:
        QTest.mouseClick(asked.list, Qt.MouseButton.LeftButton, pos=place)
    assert taken.args == [True]
    assert asked.line.text() == "dropped"
    asked.line.clear()
    QTest.keyClicks(asked.line, "dro")
    assert asked.names.shown
    asked.canvas.setFocus()
    assert asked.names.shown == []


def test_the_list_closes_when_the_caret_goes_elsewhere(asked: Asked, qtbot: QtBot) -> None:
    QTest.keyClicks(asked.line, "1 dro")
    assert asked.names.shown
    QTest.keyClick(asked.line, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: asked.names.shown == [])


@pytest.mark.parametrize("theme", list(ThemeName))
def test_the_highlight_is_seen_in_every_theme(asked: Asked, look: Look, theme: ThemeName) -> None:
    look.theme = theme
    QTest.keyClicks(asked.line, "dro")
    QTest.keyClick(asked.line, Qt.Key.Key_Down)
    drawn = asked.list.grab().toImage()
    spot = QPoint(asked.list.width() - 12, round(asked.list.row_rect(0).center().y()))
    below = QPoint(spot.x(), round(asked.list.row_rect(1).center().y()))
    assert drawn.pixelColor(spot) == look.colour(Role.CHANGED)
    assert drawn.pixelColor(below) == look.colour(Role.RAISED)
