"""The dock: places, pages, and room."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from viewer.chrome.look import Look
from viewer.panels.dock import Dock, Page
from viewer.panels.tabs import TabRow


@pytest.fixture
def dock(look: Look, qtbot: QtBot) -> Dock:
    def page(key: str) -> Page:
        return Page(key, key.title(), lambda: QLabel(key))

    places = [[page("a"), page("b")], [page("c"), page("d")], [page("e"), page("f")]]
    found = Dock(places, look)
    qtbot.addWidget(found)
    found.resize(384, 1036)
    found.show()
    return found


def test_a_page_is_made_when_it_is_first_shown(dock: Dock) -> None:
    assert dock.shown() == ("a", "c", "e")
    dock.show_page("d")
    dock.show_page("c")
    dock.show_page("d")
    assert dock.shown() == ("a", "d", "e")
    assert [one.text() for one in dock.findChildren(QLabel)].count("d") == 1


def test_asking_for_a_page_leaves_what_is_shown(dock: Dock) -> None:
    page = dock.page("b")
    assert isinstance(page, QLabel)
    assert dock.shown() == ("a", "c", "e")
    with pytest.raises(KeyError):
        dock.page("nobody")


def test_a_low_dock_keeps_room_for_what_was_used_last(dock: Dock) -> None:
    dock.resize(384, 420)
    sizes = dock.splitter.sizes()
    assert sizes[0] > 150
    assert sizes[2] == 0
    dock.show_page("f")
    assert dock.splitter.sizes()[2] >= 100
    assert 0 in dock.splitter.sizes()
    dock.resize(384, 1036)
    assert all(size > 100 for size in dock.splitter.sizes())


def test_a_place_that_somebody_closed_opens_for_its_page(dock: Dock) -> None:
    dock.splitter.setSizes([900, 20, 0])
    dock.show_page("e")
    assert dock.splitter.sizes()[2] >= 100


def test_the_note_of_a_title_gives_way_to_what_stands_beside_it(look: Look, qtbot: QtBot) -> None:
    row = TabRow(look, ["One", "Two"], line=False)
    qtbot.addWidget(row)
    row.note = lambda: "pinned to 10.0.0.2:9000"
    aside = QLabel()
    aside.setFixedSize(100, 28)
    row.take(aside)
    row.show()
    assert not aside.isVisible(), "its page has not asked for it"
    row.resize(480, 36)
    assert row.noted == "pinned to 10.0.0.2:9000"
    aside.show()
    row.resize(300, 36)
    qtbot.waitUntil(lambda: row.noted == "pinned")
    row.resize(240, 36)
    qtbot.waitUntil(lambda: row.noted == "")
