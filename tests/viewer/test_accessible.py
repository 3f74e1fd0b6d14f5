"""The window without a mouse and without eyes: names, the way of the Tab key, and that one sees where it is."""

import gc

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QAccessible, QFocusEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from viewer.chrome.look import Look
from viewer.panels.sheet import Cell, Row, Sheet, words
from viewer.window import Window

PAGES = (
    "inspector", "packet", "why", "counters", "plot", "latency", "packets",
    "shell", "events", "variants", "stops",
)  # fmt: skip
MOST_STOPS = 400


def reachable(parent: QWidget) -> list[QWidget]:
    """What Tab stops at."""
    return [
        widget
        for widget in parent.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def called(widget: QWidget) -> str:
    return str(QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name))


def stops_there(widget: QWidget, seen: list[QWidget]) -> bool:
    """Whether Tab stops at a widget; of a row of choices it stops at one, and the arrow keys go to the others."""
    if widget in seen or widget in [one.focusProxy() for one in seen]:
        return True
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(one in seen for one in group.buttons())


def told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {called(widget)!r} in {type(widget.parent()).__name__}"


def inside(part: QWidget | None, widget: QWidget) -> bool:
    return part is not None and (widget is part or part.isAncestorOf(widget))


@pytest.fixture(autouse=True)
def swept() -> None:
    """Collect what the last test left: a window that goes while another one is painted takes Qt along."""
    gc.collect()


@pytest.fixture
def awake(window: Window, qtbot: QtBot) -> Window:
    """The window with the keyboard, somewhere in its run."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.navigator.jump("first drop")
    return window


# -- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_what_takes_the_keyboard_has_a_name(awake: Window, qtbot: QtBot, page: str) -> None:
    awake.show_page(page)
    qtbot.wait(1)
    stops = reachable(awake)
    assert len(stops) > 20
    assert [told(widget) for widget in stops if not called(widget)] == []


# -- the way of Tab -----------------------------------------------------------------------------------------


def walk(window: Window, first: QWidget) -> list[QWidget]:
    """Where Tab goes from a widget on, until it is back."""
    first.setFocus(Qt.FocusReason.TabFocusReason)
    seen = [first]
    for _ in range(MOST_STOPS):
        here = QApplication.focusWidget()
        assert here is not None
        QTest.keyClick(here, Qt.Key.Key_Tab)
        there = QApplication.focusWidget()
        assert there is not None
        if there is first and here is not first:
            return seen  # the first may have stops of its own inside
        if there is not seen[-1]:
            seen.append(there)
    raise AssertionError(f"Tab does not come back to {told(first)}")


def test_tab_reaches_every_part_of_the_window_and_comes_back(awake: Window) -> None:
    seen = walk(awake, awake.canvas)
    parts = {
        "title bar": awake.title_bar,
        "canvas": awake.canvas,
        "transport": awake.transport,
        "lanes": awake.lanes,
        **{f"page {place.here}": place.currentWidget() for place in awake.dock.places},
    }
    missed = [name for name, part in parts.items() if not any(inside(part, one) for one in seen)]
    assert missed == []


def test_tab_reaches_all_that_takes_the_keyboard(awake: Window) -> None:
    seen = walk(awake, awake.canvas)
    missed = [told(one) for one in reachable(awake) if not stops_there(one, seen)]
    assert missed == []


@pytest.mark.parametrize("page", ["packet", "events"])
def test_tab_goes_through_a_page(awake: Window, qtbot: QtBot, page: str) -> None:
    awake.show_page(page)
    qtbot.wait(80)
    part = awake.dock.page(page)
    stops = reachable(part)
    seen = walk(awake, awake.canvas)
    assert len(stops) >= 4
    assert [told(one) for one in stops if not stops_there(one, seen)] == []


# -- focus is seen ------------------------------------------------------------------------------------------


def drawn(widget: QWidget, *, focused: bool) -> QImage:
    """A widget, and what lies around it, with the keyboard or without."""
    window = widget.window()
    if focused:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
    else:
        widget.clearFocus()
    assert widget.hasFocus() is focused
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    corner = widget.mapTo(window, widget.rect().topLeft())
    around = QRect(corner, widget.size()).adjusted(-4, -4, 4, 4)
    return window.grab(around).toImage().copy()


@pytest.mark.parametrize("page", PAGES)
def test_one_sees_where_the_keyboard_is(awake: Window, qtbot: QtBot, page: str) -> None:
    awake.show_page(page)
    qtbot.wait(80)
    unseen = []
    for widget in reachable(awake):
        if widget.focusProxy() is not None or widget.visibleRegion().isEmpty():
            continue
        without, with_it = drawn(widget, focused=False), drawn(widget, focused=True)
        if without == with_it:
            unseen.append(told(widget))
    assert unseen == []


# -- rows of sheets -----------------------------------------------------------------------------------------


def test_a_sheet_says_the_row_that_the_keyboard_is_at(look: Look, qtbot: QtBot) -> None:
    sheet = Sheet(look, "Rows")
    qtbot.addWidget(sheet)
    done: list[int] = []
    sheet.show_rows([
        Row((Cell((words("a title"),)),)),
        Row((Cell((words("one"),), do=lambda: done.append(1)), Cell((words("1"),), at=1.0, right=True))),
        Row((Cell((words("two"),), do=lambda: done.append(2)),), say="the second of them"),
    ])  # fmt: skip
    QApplication.sendEvent(sheet, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert sheet.accessibleDescription() == "one  1"
    QTest.keyClick(sheet, Qt.Key.Key_Down)
    assert sheet.accessibleDescription() == "the second of them"
    QTest.keyClick(sheet, Qt.Key.Key_Down)
    assert sheet.accessibleDescription() == "one  1"
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert done == [1]


def test_the_waterfall_says_its_rows(awake: Window, qtbot: QtBot) -> None:
    awake.show_page("packet")
    qtbot.wait(80)
    sheets = {sheet.accessibleName(): sheet for sheet in awake.dock.page("packet").findChildren(Sheet)}
    way = sheets["Where its time went"]
    way.setFocus(Qt.FocusReason.TabFocusReason)
    assert way.accessibleDescription().startswith("ring wait: ")
    assert "it waits the rest" in way.accessibleDescription()
    QTest.keyClick(way, Qt.Key.Key_Down)
    assert way.accessibleDescription().startswith("poll: ")


def test_one_key_goes_through_the_parts_of_the_window_and_round(window: Window, qtbot: QtBot) -> None:
    window.toggle_editor()
    assert window.editor is not None
    editor = window.editor
    window.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
    parts = [window.title_bar, window.canvas, window.transport, window.lanes, editor.form, editor.text]
    parts += [part for place in window.dock.places for part in (place.title, place)]

    def here() -> QWidget:
        focus = QApplication.focusWidget()
        assert focus is not None
        return next(one for one in parts if one is focus or one.isAncestorOf(focus))

    def round_by(name: str) -> list[QWidget]:
        way = [here()]
        while True:
            window.act(name)
            if here() is way[0]:
                return way
            assert here() not in way
            way.append(here())

    forth, back = round_by("next_region"), round_by("previous_region")
    assert {window.title_bar, window.canvas, window.transport, window.lanes, editor.text} <= set(forth)
    assert back == [forth[0], *reversed(forth[1:])]
    editor.text.setFocus(Qt.FocusReason.OtherFocusReason)
    QTest.keyClick(editor.text, Qt.Key.Key_F6)
    assert here() is forth[(forth.index(editor.text) + 1) % len(forth)]
