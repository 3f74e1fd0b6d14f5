"""Rows on a sheet, and where they end."""

from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from viewer.chrome.look import Look
from viewer.panels.sheet import PAD, Cell, Row, Sheet, beside, words


def test_rows_end_at_the_same_edge_with_a_scroll_bar_and_without(look: Look, qtbot: QtBot) -> None:
    sheet, area = Sheet(look, "Rows"), QScrollArea()
    qtbot.addWidget(area)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(sheet)
    area.setWidgetResizable(True)
    area.resize(384, 200)
    area.show()
    row = Row((Cell((words("a"),)), Cell((words("b"),), at=1.0, right=True)))
    for count in (2, 100, 2):
        sheet.show_rows([row] * count)
        qtbot.wait(20)
        assert (sheet.width() < area.width()) == (count > 2)
        assert beside(sheet) == area.width() - sheet.width()
        assert PAD + sheet.room == area.width() - PAD


def test_what_is_in_no_scroll_area_ends_at_its_own_edge(look: Look, qtbot: QtBot) -> None:
    sheet = Sheet(look, "Rows")
    qtbot.addWidget(sheet)
    sheet.resize(300, 100)
    assert beside(sheet) == 0.0
    assert sheet.room == 300 - 2 * PAD
