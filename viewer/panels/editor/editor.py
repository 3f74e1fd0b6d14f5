"""The scenario editor: the form at the left, the text at the right, one document.

Esc goes out step by step: find, the selection, the text, the drawer. Where the caret was is remembered by document,
since a closed editor is gone.

It asks for what is not its own (saving under a name, closing) through `asked`; all edits go through the
document, so that undo is one for everything.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from viewer.chrome.elided import ElidedLabel
from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button, label
from viewer.document import Document
from viewer.panels.editor.completing import Completing
from viewer.panels.editor.find import FindBar, places
from viewer.panels.editor.form import Form
from viewer.panels.editor.language import SCENES, Language
from viewer.panels.editor.mapping import utf16
from viewer.panels.editor.templates import fill_menu
from viewer.panels.editor.text import TextEditor
from viewer.theme.fonts import Type, ui_room
from viewer.theme.tokens import Role

WIDTH = 640
"""As wide as the drawer is made."""

FORM = 262
HEAD = 44


class _Place(NamedTuple):
    """Where somebody was in a text: file, caret, the other end of the selection, and scroll both ways."""

    path: Path | None
    position: int
    anchor: int
    down: int
    right: int


_PLACES: WeakKeyDictionary[Document, _Place] = WeakKeyDictionary()


class SceneEditor(QFrame):
    """The drawer.

    Args:
        document: the scene's text.
        look: the colours.
        language: what knows completions and the form.

    Signals: `asked` with the name of an action of the window: `save`, `save_as`, `toggle_editor`;
    `started` with the text of a template that is to be opened as a new scene.
    """

    asked = Signal(str)
    started = Signal(str)

    def __init__(self, document: Document, look: Look, language: Language = SCENES) -> None:
        super().__init__()
        self.document, self.look = document, look
        self.setProperty("kind", "panel")
        self.setAccessibleName("Scenario editor")
        self.text = TextEditor(document, look)
        self.form = Form(document, look, language)
        self.find_bar = FindBar(look)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(True)
        right = QFrame()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.find_bar)
        column.addWidget(self.text, 1)
        self.splitter.addWidget(self.form)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([ui_room(FORM), WIDTH - ui_room(FORM)])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._head())
        rule = QFrame()
        rule.setProperty("kind", "rule")
        outer.addWidget(rule)
        outer.addWidget(self.splitter, 1)
        outer.addWidget(self._foot())
        self.completing = Completing(self.text, language, look, self)
        self._found: list[int] = []
        self._scroll: _Place | None = None
        self._connect()
        self.undo.setEnabled(document.stack.canUndo())
        self.redo.setEnabled(document.stack.canRedo())
        self._tell()
        self._return()

    # -- parts ------------------------------------------------------------------------------------------------------

    def _head(self) -> QWidget:
        """Title, file, and what can be done with it."""
        bar = QFrame()
        bar.setProperty("kind", "panel")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(2)
        row.addWidget(label("Scenario", Type.LABEL))
        self.file = ElidedLabel(self.look, Type.SMALL, Role.TEXT_SECONDARY)
        row.addSpacing(8)
        row.addWidget(self.file, 1)
        self.new = self._button("New", "A new scene from a template", self._choose_template, Sign.CHEVRON)
        self.undo = self._button("Undo", "Take back the last edit  (Ctrl+Z)", self.document.undo)
        self.redo = self._button("Redo", "Do it again  (Ctrl+Shift+Z)", self.document.redo)
        self.save = self._button(
            "Save", "Write the text to its file  (Ctrl+S)", lambda: self.asked.emit("save")
        )
        for button in (self.new, self.undo, self.redo, self.save):
            row.addWidget(button)
        self.close_button = Button(self.look, sign=Sign.CLOSE, sign_px=16.0)
        self.close_button.setToolTip("Close the editor  (Esc twice)")
        self.close_button.setAccessibleName("Close the editor")
        self.close_button.clicked.connect(lambda: self.asked.emit("toggle_editor"))
        row.addWidget(self.close_button)
        return bar

    def _button(self, word: str, tip: str, do: object, sign: Sign | None = None) -> Button:
        button = Button(self.look, word, sign, kind=Type.SMALL, behind=True, sign_px=12.0)
        button.setToolTip(tip)
        button.clicked.connect(do)
        return button

    def _foot(self) -> QWidget:
        """Whether the text is a scene, and where the cursor is."""
        bar = QFrame()
        bar.setProperty("kind", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 2, 12, 2)
        self.verdict = Button(self.look, "", kind=Type.SMALL, ink=Role.TEXT_SECONDARY)
        self.verdict.setToolTip("Go to what is wrong")
        self.verdict.clicked.connect(self.text.go_to_problem)
        self.place: QLabel = label("", Type.SMALL, tone="tertiary")
        row.addWidget(self.verdict)
        row.addStretch(1)
        row.addWidget(self.place)
        return bar

    def _connect(self) -> None:
        document, text = self.document, self.text
        for signal in (document.changed, document.opened, document.saved, document.checked):
            signal.connect(self._tell)
        document.stack.canUndoChanged.connect(self.undo.setEnabled)
        document.stack.canRedoChanged.connect(self.redo.setEnabled)
        document.changed.connect(self._find_again)
        document.checked.connect(self._show_row)
        text.cursorPositionChanged.connect(self._tell_place)
        text.seek.connect(self.open_find)
        text.escaped.connect(self._escape)
        self.form.edited.connect(self._show_line)
        self.form.elsewhere.connect(self._go_to)
        self.find_bar.sought.connect(self._find_again)
        self.find_bar.stepped.connect(self._step_find)
        self.find_bar.closed.connect(self.close_find)

    # -- what it says -----------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        document = self.document
        note = "example: save it as your own" if document.example else "not saved" if document.dirty else ""
        self.file.say(f"{document.name}  ·  {note}" if note else document.name)
        self.save.setEnabled(document.dirty or document.path is None)
        problem = document.problem
        if problem is None:
            self.verdict.say("A valid scene")
        else:
            self.verdict.say(
                f"Line {problem.line} is wrong" if problem.line is not None else "It is no scene yet"
            )
        self._tell_place()

    def _tell_place(self) -> None:
        cursor = self.text.textCursor()
        self.place.setText(f"line {cursor.blockNumber() + 1}, column {cursor.positionInBlock() + 1}")

    def _show_line(self, path: str) -> None:
        """A value was changed in the form: show its line."""
        line = self.form.line_of(path)
        if line is not None:
            self.text.flash(line)

    def _go_to(self, path: str) -> None:
        """A value is edited in the text: go there."""
        line = self.form.line_of(path)
        if line is not None:
            self.text.go_to_line(line)

    def _show_row(self) -> None:
        """The text was changed by hand and is a scene: show the row of the line."""
        if self.document.problem is None and self.text.hasFocus() and self.document.dirty:
            self.form.flash_line(self.text.textCursor().blockNumber() + 1)

    # -- find -------------------------------------------------------------------------------------------------------

    def open_find(self) -> None:
        """Find: the selected words, or those sought last."""
        words = self.text.textCursor().selectedText()
        self.find_bar.show()
        if words and "\u2029" not in words:
            self.find_bar.line.setText(words)
        self.find_bar.line.selectAll()
        self.find_bar.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._find_again()

    def close_find(self) -> None:
        """Go back to the text; what was found stays selected."""
        self.find_bar.hide()
        self.text.marks.find([])
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _find_again(self) -> None:
        if self.find_bar.isHidden():
            return
        text, words = self.text.shown_text, self.find_bar.line.text()
        self._found = places(text, words)
        self.text.marks.find([(utf16(text[:at]), utf16(text[: at + len(words)])) for at in self._found])
        self.find_bar.tell(0, len(self._found))

    def _step_find(self, by: int) -> None:
        """Select the next place, or the one before; the ends join."""
        if not self._found:
            return
        start, end = self.text.selected
        after = [index for index, at in enumerate(self._found) if at >= (end if end > start else start)]
        before = [index for index, at in enumerate(self._found) if at < start]
        index = (after[0] if after else 0) if by > 0 else (before[-1] if before else len(self._found) - 1)
        at = self._found[index]
        self.text.select(at, at + len(self.find_bar.line.text()))
        self.text.centerCursor()
        self.find_bar.tell(index + 1, len(self._found))

    # -- keys, templates --------------------------------------------------------------------------------------------

    def _escape(self) -> None:
        """Close what is open, the inmost first."""
        cursor = self.text.textCursor()
        if not self.find_bar.isHidden():
            self.close_find()
        elif cursor.hasSelection():
            cursor.setPosition(cursor.position(), QTextCursor.MoveMode.MoveAnchor)
            self.text.setTextCursor(cursor)
        else:
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
            self.place.setText("Esc again closes")

    # -- where one was ----------------------------------------------------------------------------------------------

    def _return(self) -> None:
        """Put the caret where it was when the editor of this text was closed."""
        place = _PLACES.pop(self.document, None)
        if place is None or place.path != self.document.path:
            self.text.select(0, 0)
            return
        cursor, last = self.text.textCursor(), self.text.document().characterCount() - 1
        cursor.setPosition(min(place.anchor, last))
        cursor.setPosition(min(place.position, last), QTextCursor.MoveMode.KeepAnchor)
        self.text.setTextCursor(cursor)
        self._scroll = place

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._scroll is not None:
            QTimer.singleShot(0, self, self._scroll_back)  # the text has its room only then

    def _scroll_back(self) -> None:
        if self._scroll is not None:
            self.text.verticalScrollBar().setValue(self._scroll.down)
            self.text.horizontalScrollBar().setValue(self._scroll.right)
            self._scroll = None

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        cursor, text = self.text.textCursor(), self.text
        _PLACES[self.document] = _Place(
            self.document.path,
            cursor.position(),
            cursor.anchor(),
            text.verticalScrollBar().value(),
            text.horizontalScrollBar().value(),
        )
        super().hideEvent(event)

    def _choose_template(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        fill_menu(menu, self.started.emit)
        menu.popup(self.new.mapToGlobal(QPoint(0, self.new.height() + 4)))

    @override
    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.close_button.hasFocus():
                self.asked.emit("toggle_editor")
            else:
                self._escape()
            return
        super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.fillRect(0, 0, 1, self.height(), self.look.colour(Role.LINE_SUBTLE))
