"""The scene's text as an editor: the document's text and this one are always the same.

What is typed goes to the document as a command of its undo stack; Qt's own undo is off. What others do to the
document comes here as the smallest change, so that cursor and scroll stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QMimeData, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.document import Document
from viewer.panels.editor import keys
from viewer.panels.editor.context_menu import context_menu
from viewer.panels.editor.fix import fix, sentence, spot
from viewer.panels.editor.gutter import Gutter
from viewer.panels.editor.highlight import Highlighter
from viewer.panels.editor.mapping import Patch, characters, patch, shown, sound, utf16, written
from viewer.panels.editor.marks import Marks
from viewer.panels.editor.note import Note
from viewer.panels.editor.room import RoomLayout
from viewer.theme.fonts import MONO_FAMILY, UI_FAMILY, Face, Type, font, ui_px
from viewer.theme.tokens import Role

ROOM_GAP = 6
_CONTROL, _ALT, _SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVES = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
)  # fmt: skip


class TextEditor(QPlainTextEdit):
    """Edits a document's text.

    Signals: `keyed` after a person typed; `moved` the cursor went elsewhere without; `complete` Ctrl+Space;
    `seek` Ctrl+F; `escaped` Esc with nothing to close.

    Attributes:
        document_text: whose text this is.
        shown_text: the text as it stands here, every line ended by a line feed.
    """

    keyed = Signal(str)
    moved = Signal()
    complete = Signal()
    seek = Signal()
    escaped = Signal()

    def __init__(self, document: Document, look: Look) -> None:
        super().__init__()
        self.document_text, self.look = document, look
        self.shown_text = ""
        self._filling = False
        self._alone = ""
        self.setObjectName("sceneText")
        self.setAccessibleName("The scene's text")
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setMouseTracking(True)
        self.room = RoomLayout(self.document())
        self.document().setDocumentLayout(self.room)
        self.setFont(font(Type.SMALL, Face.MONO, 400))
        self.gutter = Gutter(self)
        self.note = Note(look, self.viewport())
        self.marks = Marks(self, look)
        self._highlighter = Highlighter(self.document(), look)
        self._connect()
        self._dress()
        self._follow()
        self.judge()

    def _connect(self) -> None:
        self.textChanged.connect(self._typed)
        self.blockCountChanged.connect(self._place_gutter)
        self.updateRequest.connect(self._updated)
        self.cursorPositionChanged.connect(self.gutter.update)
        self.note.mend.connect(self.mend)
        self.look.changed.connect(self._dress)
        self.document_text.changed.connect(self._follow)
        self.document_text.checked.connect(self.judge)

    def _dress(self) -> None:
        look = self.look
        self.setStyleSheet(
            f"QPlainTextEdit#sceneText {{ background: {look.colour(Role.PANEL).name()};"
            f" color: {look.colour(Role.TEXT).name()}; border: none; border-radius: 0; padding: 0;"
            f' font-family: "{MONO_FAMILY}", "{UI_FAMILY}"; font-size: {ui_px(Type.SMALL)}px; }}'
        )
        self.setCursorWidth(2)
        self._place_gutter()

    # -- the same text ----------------------------------------------------------------------------------------

    def _typed(self) -> None:
        """Somebody edited here: tell the document."""
        if self._filling:
            return
        now = sound(self.document().toRawText().replace("\u2029", "\n"))
        change = patch(self.shown_text, now)
        if now == self.shown_text:
            return
        self.shown_text = now
        label, alone = self._alone or "Typing", bool(self._alone) or change.text.startswith("\n")
        text = written(self.document_text.text, change)
        self.document_text.replace(text, label, None if alone else "typing")
        if not self._alone:
            self.keyed.emit(change.text)

    def _follow(self) -> None:
        """The document changed: show it."""
        want = shown(self.document_text.text)
        if want == self.shown_text:
            return
        change = patch(self.shown_text, want)
        before, self.shown_text = self.shown_text, want
        self._filling = True
        try:
            cursor = QTextCursor(self.document())
            cursor.setPosition(utf16(before[: change.start]))
            end = utf16(before[: change.end])
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(change.text)
            if self.hasFocus():
                self.setTextCursor(cursor)
        finally:
            self._filling = False
        self.gutter.update()

    def edit(self, change: Patch, label: str, select: tuple[int, int] | None = None) -> None:
        """Change the text as one command, and select some of it, or put the cursor behind the change."""
        text = written(self.document_text.text, change)
        self.document_text.replace(text, label)
        end = change.start + len(change.text)
        start, end = select or (end, end)
        self.select(start, end)
        self.ensureCursorVisible()

    def select(self, start: int, end: int) -> None:
        """Select characters of the shown text."""
        cursor = self.textCursor()
        cursor.setPosition(utf16(self.shown_text[:start]))
        cursor.setPosition(utf16(self.shown_text[:end]), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    @property
    def at(self) -> int:
        """The character that the cursor stands before."""
        return characters(self.shown_text, self.textCursor().position())

    @property
    def selected(self) -> tuple[int, int]:
        """The characters selected, from and to."""
        cursor = self.textCursor()
        return (
            characters(self.shown_text, cursor.selectionStart()),
            characters(self.shown_text, cursor.selectionEnd()),
        )

    # -- what is wrong ----------------------------------------------------------------------------------------

    @property
    def wrong_line(self) -> int:
        """The line with the note below, from 0; -1 without one."""
        block = self.room.block()
        return block.blockNumber() if block is not None else -1

    def judge(self) -> None:
        """Show what the document's check found, or that nothing is wrong."""
        problem = self.document_text.problem
        if problem is None or problem.line is None:
            self.note.hide()
            self.room.close_up()
            self.marks.wrong(None)
        else:
            self.note.say(sentence(problem), problem.nearest if self._mending() else "")
            start, end = spot(self.shown_text, problem)
            self.marks.wrong((utf16(self.shown_text[:start]), utf16(self.shown_text[:end])))
            line = min(problem.line, self.blockCount()) - 1
            self.room.leave(line, self.note.fitted(self._note_room()).height() + 2 * ROOM_GAP)
            self.note.show()
            self._place_note()
        self.gutter.update()
        self.viewport().update()

    def _mending(self) -> Patch | None:
        problem = self.document_text.problem
        return fix(self.shown_text, problem) if problem is not None else None

    def mend(self) -> None:
        """Put the nearest valid name where the wrong one stands."""
        self.document_text.check()
        change = self._mending()
        if change is not None:
            self.edit(change, f"Use {change.text.strip(chr(34))}")
            self.document_text.check()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to_problem(self) -> None:
        """Put the cursor at what is wrong."""
        problem = self.document_text.problem
        if problem is not None:
            start, end = spot(self.shown_text, problem)
            self.select(start, end)
            self.centerCursor()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to_line(self, line: int) -> None:
        """Put the cursor into a line (from 1), and the keyboard here."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            self.setTextCursor(QTextCursor(block))
            self.centerCursor()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.flash(line)

    def flash(self, line: int) -> None:
        """Show a line (from 1) and tint it for a moment."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            if not self._in_view(line - 1):
                cursor = QTextCursor(block)
                self.setTextCursor(cursor)
                self.centerCursor()
            self.marks.flash(line - 1)

    def _in_view(self, line: int) -> bool:
        return any(number == line for number, _ in self.lines_in_view())

    # -- where things are ---------------------------------------------------------------------------------------

    def lines_in_view(self) -> Iterator[tuple[int, float]]:
        """The lines that are seen: number from 0, top in px of the viewport."""
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= self.viewport().height():
            yield block.blockNumber(), top
            top += self.blockBoundingRect(block).height()
            block = block.next()

    def _note_room(self) -> int:
        return max(self.viewport().width() - 12, 120)

    def _place_note(self) -> None:
        """Put the note into the room below its line."""
        block = self.room.block()
        if block is None:
            return
        size = self.note.fitted(self._note_room())
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).bottom()
        self.note.lie(4, round(top) - size.height() - ROOM_GAP, size)

    def _place_gutter(self) -> None:
        width = self.gutter.width_px()
        self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self.gutter.setGeometry(QRect(inside.left(), inside.top(), width, inside.height()))

    def _updated(self, rect: QRect, scrolled: int) -> None:
        if scrolled:
            self.gutter.scroll(0, scrolled)
        else:
            self.gutter.update(0, rect.y(), self.gutter.width(), rect.height())
        self._place_note()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()
        if self.room.block() is not None:
            self.judge()

    # -- keys -----------------------------------------------------------------------------------------------------

    @override
    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and self._ours(event):
            event.accept()
            return True
        return super().event(event)

    @staticmethod
    def _ours(event: QKeyEvent) -> bool:
        """Whether a key means something here that the window must not take."""
        key, held = event.key(), event.modifiers()
        control = bool(held & _CONTROL)
        return (
            key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            or key in _ENTERS
            or (control and key in (Qt.Key.Key_Space, Qt.Key.Key_Slash, Qt.Key.Key_F))
            or event.matches(QKeySequence.StandardKey.Undo)
            or event.matches(QKeySequence.StandardKey.Redo)
        )

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._command(event) or self._edit_key(event):
            event.accept()
            return
        if event.key() in _MOVES:
            self.document_text.end_burst()
        self._alone = "Cut" if event.matches(QKeySequence.StandardKey.Cut) else ""
        try:
            super().keyPressEvent(event)
        finally:
            self._alone = ""
        if event.key() in _MOVES:
            self.moved.emit()

    def _command(self, event: QKeyEvent) -> bool:
        """Do what a key asks for that changes no text by itself."""
        key, control = event.key(), bool(event.modifiers() & _CONTROL)
        if event.matches(QKeySequence.StandardKey.Undo):
            self.document_text.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.document_text.redo()
        elif control and key == Qt.Key.Key_Space:
            self.complete.emit()
        elif control and key == Qt.Key.Key_F:
            self.seek.emit()
        elif event.modifiers() & _ALT and key in _ENTERS:
            self.mend()
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            return False
        return True

    def _edit_key(self, event: QKeyEvent) -> bool:
        """Do what a key does to lines."""
        key, held = event.key(), event.modifiers()
        if held & _CONTROL and key == Qt.Key.Key_Slash:
            self.toggle_comment()
        elif key == Qt.Key.Key_Backtab or (key == Qt.Key.Key_Tab and held & _SHIFT):
            self._keyed(keys.outdented(self.shown_text, *self.selected), "Indent")
        elif key == Qt.Key.Key_Tab and not held & _CONTROL:
            self._keyed(keys.indented(self.shown_text, *self.selected), "Indent")
        elif key in _ENTERS and not held & (_CONTROL | _ALT):
            self._keyed(keys.broken(self.shown_text, *self.selected), "New line")
        else:
            return False
        return True

    def _keyed(self, done: keys.Keyed, label: str) -> None:
        one_line = self.selected[0] == self.selected[1] and label != "Indent"
        at = self.at
        self.edit(done.patch, label, (done.start, done.end))
        if one_line and label == "Comment":  # the cursor stays by its character
            grown = len(done.patch.text) - (done.patch.end - done.patch.start)
            self.select(max(at + grown, done.start), max(at + grown, done.start))

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        self._alone = "Paste"
        try:
            super().insertFromMimeData(source)
        finally:
            self._alone = ""

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.document_text.end_burst()
        super().mousePressEvent(event)
        self.moved.emit()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.document_text.end_burst()
        super().focusOutEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = context_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def cut_out(self) -> None:
        """Cut the selection, as a command."""
        self._alone = "Cut"
        try:
            self.cut()
        finally:
            self._alone = ""

    def toggle_comment(self) -> None:
        """Make comments of the selected lines, or lines of comments."""
        self._keyed(keys.commented(self.shown_text, *self.selected), "Comment")
