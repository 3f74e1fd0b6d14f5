"""The scenario editor: form and text of one document."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.scenario.edit import with_value
from engine.scenario.templates import templates
from tests.viewer.panels.editing import LANGUAGE
from tests.viewer.test_document import BROKEN, SCENE
from viewer.chrome.look import Look
from viewer.document import Document
from viewer.panels.editor.context_menu import context_menu
from viewer.panels.editor.editor import SceneEditor
from viewer.panels.editor.fields import FieldRow
from viewer.panels.editor.knobs import KnobRow
from viewer.panels.editor.templates import fill_menu
from viewer.theme.tokens import ThemeName

Key, Held = Qt.Key, Qt.KeyboardModifier
LINES = SCENE.split("\n")


@pytest.fixture
def document(qapp: object, tmp_path: Path) -> Document:
    made = Document()
    path = tmp_path / "small.toml"
    path.write_text(SCENE)
    made.open_file(path)
    return made


@pytest.fixture
def editor(document: Document, qtbot: QtBot) -> SceneEditor:
    look = Look()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    look.apply(application)
    made = SceneEditor(document, look, LANGUAGE)
    qtbot.addWidget(made)
    made.resize(640, 1036)
    made.show()
    qtbot.waitExposed(made)
    made.text.setFocus()
    return made


def put(editor: SceneEditor, words: str) -> None:
    """Put the cursor behind words of the text."""
    at = editor.text.shown_text.index(words) + len(words)
    editor.text.select(at, at)


def knob(editor: SceneEditor) -> KnobRow:
    row = editor.form.sections["knobs"].row("knobs.budget")
    assert isinstance(row, KnobRow)
    return row


def field(editor: SceneEditor, section: str, path: str) -> FieldRow:
    editor.form.sections[section].open()
    row = editor.form.sections[section].row(path)
    assert isinstance(row, FieldRow)
    return row


# -- one text -------------------------------------------------------------------------------------------------


def test_typing_changes_the_document_and_undo_is_the_documents(
    editor: SceneEditor, document: Document
) -> None:
    put(editor, 'title = "Small')
    QTest.keyClicks(editor.text, "er")
    assert document.text == SCENE.replace("Small", "Smaller")
    assert document.stack.count() == 1
    QTest.keyClick(editor.text, Key.Key_Z, Held.ControlModifier)
    assert document.text == editor.text.toPlainText() == SCENE
    QTest.keyClick(editor.text, Key.Key_Z, Held.ControlModifier | Held.ShiftModifier)
    assert editor.text.toPlainText() == document.text == SCENE.replace("Small", "Smaller")


def test_moving_away_and_a_new_line_end_a_burst(editor: SceneEditor, document: Document) -> None:
    put(editor, "Small")
    QTest.keyClicks(editor.text, "er")
    QTest.keyClick(editor.text, Key.Key_Left)
    QTest.keyClicks(editor.text, "x")
    QTest.keyClick(editor.text, Key.Key_Return)
    assert document.stack.count() == 3


def test_what_others_change_comes_here_and_leaves_the_cursor(editor: SceneEditor, document: Document) -> None:
    put(editor, 'driver = "ig')
    line = editor.text.textCursor().blockNumber()
    editor.setFocus()
    document.apply("title", lambda scene: with_value(scene, "title", "A longer title"))
    assert editor.text.toPlainText() == document.text
    assert editor.text.textCursor().blockNumber() == line
    assert editor.text.shown_text[: editor.text.at].endswith('driver = "ig')


def test_line_ends_and_odd_characters_stay(editor: SceneEditor, document: Document) -> None:
    text = SCENE.replace("\n", "\r\n").replace("Small", "Small\u00a0🐟")
    document.open_text(text, None)
    put(editor, "🐟")
    QTest.keyClicks(editor.text, "x")
    QTest.keyClick(editor.text, Key.Key_Return)
    assert document.text == text.replace("🐟", "🐟x\r\n")


def test_paste_and_cut_are_commands_of_their_own(editor: SceneEditor, document: Document) -> None:
    put(editor, "Small")
    QTest.keyClicks(editor.text, "e")
    data = QMimeData()
    data.setText("r\nand")
    editor.text.insertFromMimeData(data)
    assert document.text == SCENE.replace("Small", "Smaller\nand")
    assert [document.stack.text(index) for index in range(2)] == ["Typing", "Paste"]
    editor.text.select(0, 3)
    QTest.keyClick(editor.text, Key.Key_X, Held.ControlModifier)
    assert document.stack.text(2) == "Cut"


def test_the_keys_of_lines(editor: SceneEditor, document: Document) -> None:
    at = SCENE.index("name =")
    editor.text.select(at, SCENE.index("address"))
    QTest.keyClick(editor.text, Key.Key_Slash, Held.ControlModifier)
    assert '# name = "eth0"\n# driver = "igb"\naddress' in document.text
    QTest.keyClick(editor.text, Key.Key_Slash, Held.ControlModifier)
    assert document.text == SCENE
    QTest.keyClick(editor.text, Key.Key_Tab)
    assert '  name = "eth0"\n  driver = "igb"\naddress' in document.text
    QTest.keyClick(editor.text, Key.Key_Backtab)
    assert document.text == SCENE


def test_the_window_does_not_take_its_keys(editor: SceneEditor) -> None:
    for key, held, ours in (
        (Key.Key_F, Held.ControlModifier, True),
        (Key.Key_Space, Held.ControlModifier, True),
        (Key.Key_Escape, Held.NoModifier, True),
        (Key.Key_Z, Held.ControlModifier, True),
        (Key.Key_F11, Held.NoModifier, False),
    ):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, held)
        event.ignore()
        QApplication.sendEvent(editor.text, event)
        assert event.isAccepted() is ours, key


def test_the_menu_has_the_documents_undo(editor: SceneEditor, document: Document) -> None:
    document.apply("netdev_budget", lambda scene: with_value(scene, "knobs.budget", 64))
    menu = context_menu(editor.text)
    first = menu.actions()[0]
    assert first.text() == "Undo netdev_budget\tCtrl+Z"
    first.trigger()
    assert document.text == SCENE


# -- what is wrong ------------------------------------------------------------------------------------------------


def test_a_mistake_is_shown_under_its_line_and_in_the_form(editor: SceneEditor, document: Document) -> None:
    row = field(editor, "nic.eth0", "nic.eth0.driver")
    editor.form.sections["host"].open()
    document.replace(BROKEN, "Typing")
    document.check()
    assert editor.text.wrong_line == 9
    assert editor.text.note.isVisible()
    assert editor.text.note.sentence.startswith('nic[0].driver = "ibg": must be one of')
    assert row.refusal.isVisible()
    assert row.refusal.text == editor.text.note.sentence
    assert editor.form.sections["nic.eth0"].head.wrong
    assert not editor.form.sections["host"].head.wrong
    assert editor.verdict.text() == "Line 10 is wrong"
    tops = dict(editor.text.lines_in_view())
    assert tops[10] - tops[9] > editor.text.note.height()
    assert editor.text.note.geometry().top() > tops[9]
    assert editor.text.note.geometry().bottom() < tops[10]


def test_one_key_mends_it(editor: SceneEditor, document: Document) -> None:
    document.replace(BROKEN, "Typing")
    document.check()
    assert editor.text.note.button.text().startswith("Use igb")
    QTest.keyClick(editor.text, Key.Key_Return, Held.AltModifier)
    assert document.text == SCENE
    assert document.stack.undoText() == "Use igb"
    assert not editor.text.note.isVisible()
    assert editor.text.wrong_line == -1
    assert editor.verdict.text() == "A valid scene"


def test_the_offer_can_be_clicked_and_what_has_no_name_offers_none(
    editor: SceneEditor, document: Document
) -> None:
    document.replace(BROKEN, "Typing")
    document.check()
    editor.text.note.button.click()
    assert document.text == SCENE
    document.replace(SCENE.replace("value = 300", "value = 3"), "Typing")
    document.check()
    assert editor.text.note.isVisible()
    assert not editor.text.note.button.isVisible()


def test_a_note_is_told_anew_while_the_text_is_typed_on(editor: SceneEditor, document: Document) -> None:
    """As when the drawer is resized between two checks: what was found is of an older text."""
    document.replace(BROKEN, "Typing")
    document.check()
    document.replace(f"flow = [1, }}, 2]\n{BROKEN}", "Typing")
    editor.text.judge()
    assert editor.text.note.isVisible()
    assert not editor.text.note.button.isVisible()
    document.check()
    assert "not TOML" in editor.text.note.sentence


def test_the_note_follows_its_line(editor: SceneEditor, document: Document) -> None:
    document.replace(BROKEN, "Typing")
    document.check()
    editor.text.select(0, 0)
    QTest.keyClick(editor.text, Key.Key_Return)
    assert editor.text.wrong_line == 10


def test_a_mistake_in_the_last_line_can_be_scrolled_to(editor: SceneEditor, document: Document) -> None:
    document.replace(SCENE + "# filler\n" * 200 + "sed = 1", "Typing")
    document.check()
    editor.text.go_to_problem()
    bar = editor.text.verticalScrollBar()
    bar.setValue(bar.maximum())
    QApplication.processEvents()
    assert editor.text.note.isVisible()
    assert editor.text.note.geometry().bottom() <= editor.text.viewport().height()


def test_the_room_is_there_in_every_theme(editor: SceneEditor, document: Document) -> None:
    document.replace(BROKEN, "Typing")
    document.check()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    for theme in ThemeName:
        editor.look.wear(theme, application)
        image = editor.grab().toImage()
        place = editor.text.note.mapTo(editor, QPoint(3, editor.text.note.height() // 2))
        from viewer.theme.tokens import Role

        assert image.pixelColor(place) == editor.look.colour(Role.CHANGED)
    editor.look.wear(ThemeName.DARK, application)


# -- completion ---------------------------------------------------------------------------------------------------


def test_suggestions_come_while_typing_and_are_taken_by_key(editor: SceneEditor, document: Document) -> None:
    put(editor, 'address = "10.0.0.2/24"')
    QTest.keyClick(editor.text, Key.Key_Return)
    assert editor.completing.list.isHidden()
    QTest.keyClicks(editor.text, "s")
    offered = [item.text for item in editor.completing.list.items]
    assert offered == ["address", "queues", "speed", "rss_key"]
    assert editor.completing.list.isVisible()
    QTest.keyClick(editor.text, Key.Key_Down)
    QTest.keyClick(editor.text, Key.Key_Down)
    QTest.keyClick(editor.text, Key.Key_Tab)
    assert editor.completing.list.isHidden()
    assert document.text.endswith('/24"\nspeed\n')
    assert document.stack.undoText() == "Complete speed"


def test_suggestions_narrow_and_go(editor: SceneEditor) -> None:
    put(editor, 'driver = "')
    QTest.keyClick(editor.text, Key.Key_Space, Held.ControlModifier)
    assert [item.text for item in editor.completing.list.items] == ["igb", "ixgbe", "legacy"]
    QTest.keyClicks(editor.text, "x")
    assert [item.text for item in editor.completing.list.items] == ["ixgbe"]
    QTest.keyClick(editor.text, Key.Key_Backspace)
    assert editor.completing.list.isHidden()
    QTest.keyClick(editor.text, Key.Key_Space, Held.ControlModifier)
    QTest.keyClick(editor.text, Key.Key_Escape)
    assert editor.completing.list.isHidden()


def test_the_list_stays_inside_the_drawer(editor: SceneEditor) -> None:
    items = LANGUAGE.complete("", 0).items
    for under in (QRect(600, 40, 2, 16), QRect(300, 1010, 2, 16)):
        editor.completing.list.offer(items, under)
        assert editor.rect().contains(editor.completing.list.geometry())
        assert not editor.completing.list.geometry().intersects(under.adjusted(0, 0, -100, 0))


def test_a_suggestion_can_be_clicked(editor: SceneEditor, document: Document) -> None:
    put(editor, 'driver = "')
    editor.text.complete.emit()
    QTest.mouseClick(editor.completing.list, Qt.MouseButton.LeftButton, pos=QPoint(20, 4 + 24 + 10))
    assert 'driver = "ixgbeigb"' in document.text


def test_the_scenes_own_language_answers(document: Document, qtbot: QtBot) -> None:
    look = Look()
    made = SceneEditor(document, look)
    qtbot.addWidget(made)
    made.show()
    made.text.setFocus()
    put(made, 'driver = "')
    QTest.keyClick(made.text, Key.Key_Space, Held.ControlModifier)
    assert "ixgbe" in [item.text for item in made.completing.list.items]


# -- find ---------------------------------------------------------------------------------------------------------


def test_find_counts_steps_and_closes(editor: SceneEditor) -> None:
    QTest.keyClick(editor.text, Key.Key_F, Held.ControlModifier)
    assert editor.find_bar.isVisible()
    QTest.keyClicks(editor.find_bar.line, "ETH")
    assert editor.find_bar.count.text() == "1"
    editor.find_bar.line.setText('"')
    QTest.keyClick(editor.find_bar.line, Key.Key_Return)
    assert editor.find_bar.count.text() == f"1 of {SCENE.count(chr(34))}"
    QTest.keyClick(editor.find_bar.line, Key.Key_Return, Held.ShiftModifier)
    assert editor.text.selected[0] == SCENE.rindex('"')
    editor.find_bar.line.setText("nowhere")
    assert editor.find_bar.count.text() == "none"
    QTest.keyClick(editor.find_bar.line, Key.Key_Escape)
    assert not editor.find_bar.isVisible()


def test_escape_closes_the_inmost(editor: SceneEditor, qtbot: QtBot) -> None:
    editor.text.select(0, 5)
    QTest.keyClick(editor.text, Key.Key_Escape)
    assert editor.text.selected == (5, 5)
    with qtbot.assertNotEmitted(editor.asked):
        QTest.keyClick(editor.text, Key.Key_Escape)
    assert editor.close_button.hasFocus()
    assert editor.place.text() == "Esc again closes"
    with qtbot.waitSignal(editor.asked, timeout=100) as asked:
        QTest.keyClick(editor.close_button, Key.Key_Escape)
    assert asked.args == ["toggle_editor"]


def test_the_caret_stands_where_it_was_when_the_editor_is_opened_again(
    editor: SceneEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    editor.resize(640, 240)
    editor.text.go_to_line(editor.text.blockCount() - 2)
    at, scroll = editor.text.at, editor.text.verticalScrollBar().value()
    assert scroll > 0
    editor.hide()
    again = SceneEditor(document, editor.look, LANGUAGE)
    qtbot.addWidget(again)
    again.resize(640, 240)
    again.show()
    assert again.text.at == at
    qtbot.waitUntil(lambda: again.text.verticalScrollBar().value() == scroll)
    again.hide()
    document.open_text(SCENE, tmp_path / "other.toml")
    other = SceneEditor(document, editor.look, LANGUAGE)
    qtbot.addWidget(other)
    assert other.text.at == 0


def test_text_that_is_no_toml_is_told_above_the_form_that_was(
    editor: SceneEditor, document: Document, qtbot: QtBot
) -> None:
    document.replace(SCENE.replace('driver = "igb"', "driver = ", 1), "Typing")
    document.check()
    form = editor.form
    assert form.refusal.isVisible()
    assert form.refusal.text().startswith("Line ")
    assert not form.sections["knobs"].isEnabled()
    again = SceneEditor(document, editor.look, LANGUAGE)
    qtbot.addWidget(again)
    assert again.form.sections.keys() == form.sections.keys(), "the last that was a scene"
    assert again.form.refusal.text() == form.refusal.text()
    document.replace(SCENE, "Typing")
    document.check()
    assert form.refusal.isHidden()
    assert form.sections["knobs"].isEnabled()
    document.open_text("title = ", None)
    document.check()
    assert form.refusal.isVisible()
    assert form.sections == {}


# -- the form -----------------------------------------------------------------------------------------------------


def test_a_knob_is_dragged_live_and_undone_at_once(editor: SceneEditor, document: Document) -> None:
    row = knob(editor)
    row.slider.setSliderDown(True)
    for place in (800, 900, 1000):
        row.slider.setSliderPosition(place)
        row.slider.sliderMoved.emit(place)
    assert row.box.text() == "1024"
    row._show_drag()
    assert "value = 1024" in editor.text.toPlainText()
    assert document.stack.count() == 0
    row.slider.setSliderDown(False)
    assert document.stack.count() == 1
    assert document.stack.undoText() == "budget"
    document.undo()
    assert (row.box.text(), document.text) == ("300", SCENE)


def test_a_drag_that_is_refused_comes_back(editor: SceneEditor, document: Document) -> None:
    row = knob(editor)
    began = row.slider.value()
    document.replace(BROKEN, "Typing")
    document.check()
    row.slider.setSliderDown(True)
    row.slider.setSliderPosition(1000)
    row.slider.sliderMoved.emit(1000)
    row.slider.setSliderDown(False)
    assert "mend that first" in row.refusal.text
    assert (row.box.text(), row.slider.value(), document.text) == ("300", began, BROKEN)


def test_escape_with_nothing_to_give_up_leaves_the_form(editor: SceneEditor) -> None:
    row = knob(editor)
    row.box.setFocus(Qt.FocusReason.OtherFocusReason)
    QTest.keyClicks(row.box, "9")
    QTest.keyClick(row.box, Key.Key_Escape)
    assert row.box.hasFocus()
    QTest.keyClick(row.box, Key.Key_Escape)
    assert editor.close_button.hasFocus()
    with pytest.MonkeyPatch.context() as patched:
        asked: list[str] = []
        patched.setattr(editor, "asked", type("Asked", (), {"emit": staticmethod(asked.append)}))
        QTest.keyClick(editor.close_button, Key.Key_Escape)
        assert asked == ["toggle_editor"]


def test_escape_gives_a_box_up(editor: SceneEditor, document: Document) -> None:
    row = knob(editor)
    QTest.keyClicks(row.box, "9")
    QTest.keyClick(row.box, Key.Key_Escape)
    assert row.box.text() == "300"
    other = field(editor, "nic.eth0", "nic.eth0.address")
    assert other.line is not None
    QTest.keyClicks(other.line, "9")
    QTest.keyClick(other.line, Key.Key_Escape)
    assert other.line.text() == "10.0.0.2/24"
    assert document.text == SCENE


def test_the_setup_is_edited_in_the_text(editor: SceneEditor, document: Document) -> None:
    document.open_text(f'setup = """\nethtool -C eth0 rx-usecs 0\n"""\n{SCENE}', None)
    row = field(editor, "Script", "setup")
    assert row.lines is not None
    assert row.lines.text() == "1 line, in the text"
    put(editor, "driver")
    row.lines.click()
    assert editor.text.textCursor().blockNumber() == 0
    assert editor.text.hasFocus()


def test_a_drag_back_to_where_it_began_changes_nothing(editor: SceneEditor, document: Document) -> None:
    row = knob(editor)
    began = row.slider.value()
    row.slider.setSliderDown(True)
    for place in (900, began):
        row.slider.setSliderPosition(place)
        row._show_drag()
    row.slider.setSliderDown(False)
    assert document.stack.count() == 0
    assert document.text == SCENE


def test_keys_turn_a_knob_a_command_a_burst(editor: SceneEditor, document: Document) -> None:
    row = knob(editor)
    for _ in range(3):
        QTest.keyClick(row.slider, Key.Key_Right)
    assert document.stack.count() == 1
    assert document.valid is not None
    assert int(document.valid.scene.knobs["budget"].value) > 300
    assert editor.text.marks.flashing is not None
    assert editor.text.marks.flashing.blockNumber() == LINES.index("[knobs]") + 1


def test_a_box_refuses_with_the_scenes_sentence_and_keeps_what_was_written(
    editor: SceneEditor, document: Document
) -> None:
    row = knob(editor)
    row.box.setFocus()
    row.box.selectAll()
    QTest.keyClicks(row.box, "5")
    QTest.keyClick(row.box, Key.Key_Return)
    assert "within the knob's range, 16 to 1024" in row.refusal.text
    assert (row.box.text(), document.text) == ("5", SCENE)
    row.box.selectAll()
    QTest.keyClicks(row.box, "512")
    QTest.keyClick(row.box, Key.Key_Return)
    assert row.refusal.text == ""
    assert "value = 512" in document.text


def test_a_field_writes_its_line_and_flashes_it(
    editor: SceneEditor, document: Document, qtbot: QtBot
) -> None:
    row = field(editor, "nic.eth0", "nic.eth0.queues")
    assert row.line is not None
    assert row.line.text() == ""
    QTest.keyClicks(row.line, "2")
    QTest.keyClick(row.line, Key.Key_Return)
    assert document.valid is not None
    assert document.valid.scene.nic[0].queues == 2
    assert document.stack.undoText() == "queues = 2"
    line = document.text.split("\n").index("queues = 2")
    assert editor.text.marks.flashing is not None
    assert editor.text.marks.flashing.blockNumber() == line
    qtbot.waitUntil(lambda: editor.text.marks.flashing is None, timeout=3_000)


def test_an_emptied_field_leaves_the_scene(editor: SceneEditor, document: Document) -> None:
    before = document.text
    row = field(editor, "nic.eth0", "nic.eth0.queues")
    assert row.line is not None
    QTest.keyClicks(row.line, "2")
    QTest.keyClick(row.line, Key.Key_Return)
    row.line.selectAll()
    QTest.keyClick(row.line, Key.Key_Backspace)
    QTest.keyClick(row.line, Key.Key_Return)
    assert document.text == before
    needed = field(editor, "nic.eth0", "nic.eth0.address")
    assert needed.line is not None
    needed.line.selectAll()
    QTest.keyClick(needed.line, Key.Key_Backspace)
    QTest.keyClick(needed.line, Key.Key_Return)
    assert "address" in needed.refusal.text
    assert document.text == before


def test_a_choice_is_written(editor: SceneEditor, document: Document) -> None:
    row = field(editor, "nic.eth0", "nic.eth0.driver")
    assert row.choice is not None
    row.choice.setCurrentText("ixgbe")
    row.choice.textActivated.emit("ixgbe")
    assert 'driver = "ixgbe"' in document.text
    row = field(editor, "host", "host.hz")
    assert row.choice is not None
    row.choice.textActivated.emit("1000")
    assert document.valid is not None
    assert document.valid.scene.host.hz == 1000


def test_typing_in_the_text_flashes_the_field(editor: SceneEditor, document: Document) -> None:
    row = field(editor, "nic.eth0", "nic.eth0.address")
    put(editor, 'address = "10.0.0.')
    QTest.keyClicks(editor.text, "1")
    document.check()
    assert row.flashing
    assert row.line is not None
    assert row.line.text() == "10.0.0.12/24"


def test_a_field_waits_for_a_text_that_is_mended(editor: SceneEditor, document: Document) -> None:
    row = field(editor, "nic.eth0", "nic.eth0.queues")
    document.replace(BROKEN, "Typing")
    document.check()
    assert row.line is not None
    QTest.keyClicks(row.line, "2")
    QTest.keyClick(row.line, Key.Key_Return)
    assert row.refusal.text == "the text has a mistake in line 10; mend that first"
    assert document.text == BROKEN


def test_sections_that_are_open_stay_open_when_tables_come(editor: SceneEditor, document: Document) -> None:
    editor.form.sections["nic.eth0"].open()
    document.replace(SCENE + '\n[[nic]]\nname = "eth1"\ndriver = "igb"\naddress = "10.0.1.2/24"\n', "Typing")
    document.check()
    assert list(editor.form.sections) == ["knobs", "Scene", "nic.eth0", "nic.eth1", "host", "Script"]
    assert [path for path, section in editor.form.sections.items() if section.is_open] == [
        "knobs",
        "nic.eth0",
    ]
    document.open_text(SCENE, None)
    assert [path for path, section in editor.form.sections.items() if section.is_open] == ["knobs"]


# -- the rest -----------------------------------------------------------------------------------------------------


def test_templates_start_a_scene(editor: SceneEditor) -> None:
    started: list[str] = []
    menu = QMenu(editor)
    fill_menu(menu, started.append)
    assert [entry.text() for entry in menu.actions()] == [template.title for template in templates()]
    menu.actions()[0].trigger()
    assert started == [templates()[0].text]


def test_the_head_says_what_is_saved(editor: SceneEditor, document: Document, qtbot: QtBot) -> None:
    assert editor.file.text == "small.toml"
    assert not editor.save.isEnabled()
    document.replace(SCENE + "#", "Typing")
    assert editor.file.text == "small.toml  ·  not saved"
    with qtbot.waitSignal(editor.asked, timeout=100) as asked:
        editor.save.click()
    assert asked.args == ["save"]
    document.save()
    assert editor.file.text == "small.toml"


def test_a_click_on_a_number_selects_its_line(editor: SceneEditor) -> None:
    top = dict(editor.text.lines_in_view())[1]
    QTest.mouseClick(editor.text.gutter, Qt.MouseButton.LeftButton, pos=QPoint(10, round(top) + 5))
    assert editor.text.textCursor().selectedText() == LINES[1] + "\u2029"
    editor.text.moveCursor(QTextCursor.MoveOperation.Start)
    assert editor.text.at == 0
