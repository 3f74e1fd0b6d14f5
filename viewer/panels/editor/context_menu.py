"""What a right click on the text offers: undo is the document's, not Qt's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from viewer.panels.editor.text import TextEditor


def context_menu(editor: TextEditor) -> QMenu:
    """Make the menu of an editor, as it is now."""
    document, menu = editor.document_text, QMenu(editor)
    stack, selected = document.stack, editor.textCursor().hasSelection()
    for text, key, do, can in (
        (f"Undo {stack.undoText()}".strip(), "Ctrl+Z", document.undo, stack.canUndo()),
        (f"Redo {stack.redoText()}".strip(), "Ctrl+Shift+Z", document.redo, stack.canRedo()),
        ("", "", None, False),
        ("Cut", "Ctrl+X", editor.cut_out, selected),
        ("Copy", "Ctrl+C", editor.copy, selected),
        ("Paste", "Ctrl+V", editor.paste, editor.canPaste()),
        ("Select all", "Ctrl+A", editor.selectAll, True),
        ("", "", None, False),
        ("Comment", "Ctrl+/", editor.toggle_comment, True),
        ("Suggest", "Ctrl+Space", editor.complete.emit, True),
        ("Find", "Ctrl+F", editor.seek.emit, True),
    ):
        if do is None:
            menu.addSeparator()
            continue
        entry = menu.addAction(f"{text}\t{key}")
        entry.setEnabled(can)
        entry.triggered.connect(lambda _=False, do=do: do())
    return menu
