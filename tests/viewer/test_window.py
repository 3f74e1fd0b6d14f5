"""The window, driven by named actions, keys and the mouse."""

import sys

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from viewer.actions import ACTIONS, Group
from viewer.app import bad_pair
from viewer.chrome.menus import handler_of
from viewer.picture.items import Kind
from viewer.run import Failure
from viewer.session import Selection
from viewer.stepping import Granularity
from viewer.theme.tokens import Role, ThemeName, hex_colour
from viewer.window import Window

DIALOGS = ("open", "quit", "keys", "run_again")


def settle(window: Window) -> None:
    """Let a glide end."""
    if window.session.playhead is not None:
        window.session.playhead.finish()
    window.session.moved.emit()


def test_every_action_has_a_handler(window: Window) -> None:
    assert all(callable(handler_of(window, action)) for action in ACTIONS)
    menus = [action.text() for action in window.actions_table.menu(window).actions()]
    assert menus == [group.value for group in Group]


@pytest.mark.parametrize("name", [action.name for action in ACTIONS if action.name not in DIALOGS])
def test_every_action_can_be_done_and_nothing_breaks(window: Window, qtbot: QtBot, name: str) -> None:
    window.act(name)
    window.act(name)
    qtbot.wait(1)
    assert window.toast.details == ""
    for popup in QApplication.topLevelWidgets():
        if popup is not window:
            popup.close()


def test_keys_reach_their_actions(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_End)
    last = window.session.moment.step
    assert window.session.timeline is not None
    assert last == window.session.timeline.steps - 1
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert window.session.moment.step < last
    QTest.keyClick(window, Qt.Key.Key_3)
    assert window.session.granularity is Granularity.POLL
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert window.player.direction == 1
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert window.player.direction == 0
    QTest.keyClick(window, Qt.Key.Key_B)
    assert len(window.session.bookmarks) == 1


def test_letters_typed_into_the_search_are_letters(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.act("jump")
    search = window.title_bar.search
    QTest.keyClicks(search, "irq:2")
    assert search.text() == "irq:2"
    assert window.session.bookmarks == []
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert window.session.timeline is not None
    here = window.session.timeline.step(window.session.moment.step)
    assert here.function.name == "irq_handler_entry"
    assert search.text() == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_button_that_has_the_keyboard_takes_space_and_enter(
    window: Window, qtbot: QtBot, key: Qt.Key
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button = window.transport.signs["end"]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, key)
    assert window.player.direction == 0
    assert window.session.timeline is not None
    assert window.session.moment.step == window.session.timeline.steps - 1


def test_playing_moves_by_the_wall_clock_and_pausing_keeps_the_moment(window: Window, qtbot: QtBot) -> None:
    window.act("play")
    before = window.session.moment.time_ns
    qtbot.waitUntil(lambda: window.session.moment.time_ns > before)
    window.act("play")
    held = window.session.moment
    window._frame()
    assert window.session.moment == held


def test_a_click_selects_and_escape_lets_go(window: Window, qtbot: QtBot) -> None:
    things = window.canvas.composed().things()
    found = next(one for one in things.values() if one.thing.kind is Kind.CPU)
    place = QPoint(round(found.rect.x + 40), round(found.rect.y + 26))
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert window.session.selection is not None
    window.act("back_out")
    assert window.session.selection is None


def test_dragging_pans_and_see_all_brings_back(window: Window, qtbot: QtBot) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, QPoint(700, 300))
    QTest.mouseMove(canvas, QPoint(760, 340))
    QTest.mouseMove(canvas, QPoint(780, 350))
    QTest.mouseRelease(canvas, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, QPoint(780, 350))
    assert (canvas.camera.x, canvas.camera.y) != (0.0, 0.0)
    window.act("fit")
    assert (canvas.camera.zoom, canvas.camera.x, canvas.camera.y) == (1.0, 0.0, 0.0)
    window.act("slots")
    assert canvas.camera.zoom > 1.4
    window.act("overview")
    assert canvas.camera.zoom == 1.0


def test_tab_goes_along_the_datapath_and_out_at_its_end(window: Window, qtbot: QtBot) -> None:
    canvas = window.canvas
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    canvas.setFocus()
    seen: list[str] = []
    for _ in range(len(canvas.stops()) + 1):
        if not canvas.hasFocus():
            break
        QTest.keyClick(canvas, Qt.Key.Key_Tab)
        selection = window.session.selection
        if canvas.hasFocus() and selection is not None:
            seen.append(f"{selection.kind} {selection.name}")
    assert not canvas.hasFocus()
    assert len(seen) == len(set(seen)) > 5
    kinds = [one.split()[0] for one in seen]
    assert kinds.index("nic") < kinds.index("cpu") < kinds.index("socket")


def test_the_theme_changes_live(window: Window, qtbot: QtBot) -> None:
    for theme in (ThemeName.LIGHT, ThemeName.CONTRAST, ThemeName.DARK):
        window.act(theme.value)
        image = window.grab().toImage()
        corner = image.pixelColor(4, window.height() - 4)
        assert corner == QColor(hex_colour(theme, Role.PANEL))


@pytest.mark.parametrize("size", [(2560, 1440), (1920, 1080), (1366, 768), (1100, 700), (760, 480)])
def test_parts_fit_the_window_at_every_size(window: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    window.resize(*size)
    qtbot.wait(1)
    inside = window.rect()
    parts: list[QWidget] = [window.title_bar, window.deck, window.transport, window.lanes]
    for part in parts:
        assert inside.contains(part.geometry())
        assert part.height() > 0
    for one, other in ((0, 1), (1, 2), (2, 3)):
        assert parts[one].geometry().bottom() < parts[other].geometry().top() + 1
    if window.dock.isVisible() and size[0] >= 1600:
        assert window.deck.geometry().right() < window.dock.geometry().left()


def test_in_a_narrow_window_the_dock_is_a_drawer_that_opens_on_selection(
    window: Window, qtbot: QtBot
) -> None:
    window.resize(1366, 768)
    assert not window.dock.isVisible()
    window.session.select(Selection("cpu", "cpu0", 0))
    assert window.dock.isVisible()
    window.act("inspector")
    assert not window.dock.isVisible()


def test_what_was_selected_comes_out_from_under_the_drawer(window: Window, qtbot: QtBot) -> None:
    window.resize(1280, 720)
    canvas = window.canvas
    before = canvas.camera
    found = next(one for one in canvas.composed().things().values() if one.thing.kind is Kind.SOCKET)
    assert found.rect.right > canvas.width() - window.arrangement.dock.w - 384
    canvas.select_at(found.rect.cx, found.rect.y + 12.0)
    assert window.dock.isVisible()
    free = window.dock.x() - window.deck.x()
    assert canvas.width() - canvas.covered == free
    key = (found.thing.kind, found.thing.name)
    for level in ("overview", "slots"):
        if level != "overview":
            canvas.zoom_level(level)
        rect = canvas.composed().things()[key].rect
        assert rect.x >= 0.0
        assert rect.right <= free
    window.toast.say("A sentence.")
    assert window.toast.geometry().right() < free
    canvas.fit()
    window.act("inspector")
    assert canvas.covered == 0
    assert canvas.camera == before


def test_the_picture_goes_back_when_the_drawer_closes(window: Window, qtbot: QtBot) -> None:
    window.resize(1280, 720)
    canvas = window.canvas
    before = canvas.camera
    found = next(one for one in canvas.composed().things().values() if one.thing.kind is Kind.SOCKET)
    canvas.select_at(found.rect.cx, found.rect.y + 12.0)
    assert canvas.camera.x < before.x
    window.act("inspector")
    assert canvas.camera == before
    window.act("inspector")
    assert canvas.camera.x < before.x
    canvas.aim(canvas.camera.panned(30.0, 0.0))
    mine = canvas.camera
    window.act("inspector")
    assert canvas.camera == mine, "people's own way of looking is left alone"


def test_the_editor_is_as_wide_as_its_text_asks_for(window: Window, qapp: QApplication) -> None:
    window.resize(1280, 720)
    window.toggle_editor()
    assert window.editor is not None
    narrow = window.editor.width()
    assert window.canvas.covered == window.deck.geometry().right() + 1 - window.editor.x()
    window.resize(1920, 1080)
    assert window.editor.width() > narrow
    before = window.editor.width()
    window.look.scale_text(150, qapp)
    qapp.processEvents()
    assert window.editor.width() > before
    window.toggle_editor()
    assert window.canvas.covered == 0


def test_the_transport_is_the_handle_of_the_timeline(window: Window, qtbot: QtBot) -> None:
    before = window.lanes.height()
    bar = window.transport
    bar.dragged.emit(40)
    assert window.lanes.height() == before + 40
    window.act("timeline")
    assert window.lanes.height() < before


def test_a_failure_shows_one_sentence_with_details_to_copy(window: Window) -> None:
    window.session.failed.emit(
        Failure("The worker was killed before the run was complete.", "rc -9", bad_input=False)
    )
    assert window.toast.isVisible()
    assert "was killed" in window.toast.sentence.text()
    window.toast.copy.click()
    assert "rc -9" in QApplication.clipboard().text()


def test_an_exception_nobody_expected_stops_playing_and_is_shown(
    window: Window, capsys: pytest.CaptureFixture[str]
) -> None:
    window.act("play")
    try:
        raise ZeroDivisionError("made for this test")
    except ZeroDivisionError:
        kind, error, trace = sys.exc_info()
    assert kind is not None
    assert error is not None
    window.caught(kind, error, trace)
    assert window.player.direction == 0
    assert "made for this test" in window.toast.details
    assert "made for this test" in capsys.readouterr().err


def test_everything_that_takes_the_keyboard_has_a_name(window: Window) -> None:
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and isinstance(widget, QAbstractButton | QLineEdit)
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []


def test_steps_are_announced_and_time_that_runs_is_not(window: Window) -> None:
    window.navigator.jump("first drop")
    settle(window)
    words = window.canvas.accessibleDescription()
    assert "sk_skb_reason_drop" in words
    window.act("play")
    window._frame()
    assert window.canvas.accessibleDescription() == words


@pytest.mark.parametrize(
    ("qt", "python", "refused"),
    [
        ("6.12.0", (3, 11), True),
        ("6.12.0", (3, 12), False),
        ("6.11.3", (3, 11), False),
        ("7.0", (3, 11), True),
    ],
)
def test_a_pair_that_aborts_is_refused(qt: str, python: tuple[int, int], refused: bool) -> None:
    sentence = bad_pair(qt, python)
    assert bool(sentence) is refused
    if refused:
        assert qt in sentence
        assert "<6.12" in sentence


def test_a_picture_that_fails_fails_once_and_leaves_the_last_good_frame(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = window.canvas.composed()
    calls = []

    def broken(*_: object) -> None:
        calls.append(1)
        raise ArithmeticError("made for this test")

    monkeypatch.setattr("viewer.canvas.compose", broken)
    window.canvas.refresh()
    with pytest.raises(ArithmeticError):
        window.canvas.composed()
    assert window.canvas.composed() is good
    assert len(calls) == 1
