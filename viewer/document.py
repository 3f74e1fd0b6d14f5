"""The scene's text that is open: one text, one undo stack for all who edit it, one file on disk.

The text is the document. The text editor, the form, the shell and the sliders all change it here; each change
is a replacement of the whole text, which costs little (a scene is a few thousand characters) and cannot go out
of step. Moving in time is no edit and never comes here. Drafts are kept by `viewer.drafts`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from engine.scenario.document import SceneDocument, load
from engine.scenario.errors import Refused, SceneError
from engine.scenario.source import read_text
from viewer.text_change import TextChange
from viewer.writing import reason, write_whole

CHECK_MS = 200
"""How long after the last key the text is checked."""

BURST_MS = 1_000
"""A pause as long as this ends a burst of typing, and so the command that undoes it."""

UNDO_MOST = 1_000
UNNAMED = "untitled.toml"

Edit: TypeAlias = Callable[[SceneDocument], SceneDocument]
"""An edit of `engine.scenario.edit`, its other arguments bound."""


class Outcome(StrEnum):
    """What became of a wish to save."""

    SAVED = "saved"
    NEEDS_PATH = "needs_path"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass
class _Drag:
    """A slider that is being dragged: the text before, the document it edits, and what came of it last."""

    label: str
    before: str
    start: SceneDocument
    last: SceneDocument


class Document(QObject):
    """The text of the open scene.

    Signals: `opened` another text is open; `changed` the text is another; `checked` the present text was
    checked; `saved` it is on disk; `conflict` the file was changed by somebody else, nothing was written;
    `told` one sentence.

    Attributes:
        text: the text as it is now, line ends as they are in the file.
        path: its file; None while it has none.
        folder: where files that the scene names are looked for.
        saved_text: what is on disk; for a text without a file, what it began as.
        valid: the last text that was a scene; None when none was.
        problem: why the text last checked is no scene; None when it is one.
        stack: the undo stack.
    """

    opened = Signal()
    changed = Signal()
    checked = Signal()
    saved = Signal()
    conflict = Signal()
    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self.path: Path | None = None
        self.folder: Path | None = None
        self.saved_text = ""
        self.valid: SceneDocument | None = None
        self.problem: SceneError | None = None
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(UNDO_MOST)
        self._judged: str | None = None
        self._on_disk = b""
        self._burst = 0
        self._drag: _Drag | None = None
        self._check_soon = _alarm(self, CHECK_MS, self.check)
        self._burst_over = _alarm(self, BURST_MS, self.end_burst)

    # -- what is open ---------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What errors and titles call it."""
        return self.path.name if self.path is not None else UNNAMED

    @property
    def dirty(self) -> bool:
        """Whether the text is another than what is on disk."""
        return self.text != self.saved_text

    @property
    def example(self) -> bool:
        """Whether the file came with the program, and so is only read."""
        scenes = Path(str(resources.files("scenes"))).resolve()
        return self.path is not None and self.path.resolve().parent == scenes

    def open_text(self, text: str, path: Path | None, folder: Path | None = None) -> None:
        """Open a text; what was open, and the way back to it, is gone.

        Args:
            text: as it is on disk if there is a file.
            path: its file; None for a text that has none yet.
            folder: where files that it names are looked for, if not beside it.
        """
        self._drag = None
        self.end_burst()
        for number in range(self.stack.count()):
            command = self.stack.command(number)
            if isinstance(command, TextChange):
                command.forget()  # Qt's binding keeps commands that the stack has freed
        self.stack.clear()
        self.path, self.folder = path, folder or (path.parent if path is not None else None)
        self.text = self.saved_text = text
        self._on_disk = _digest(text.encode())
        self.valid, self.problem, self._judged = None, None, None
        self.opened.emit()
        self.changed.emit()
        self.check()

    def open_file(self, path: Path) -> None:
        """Open a file.

        Raises:
            SceneError: It cannot be read or is no text; what was open stays open.
        """
        self.open_text(read_text(path), path)

    def _show(self, text: str) -> None:
        """Make a text the present one."""
        if text != self.text:
            self.text = text
            self.changed.emit()

    # -- edits ----------------------------------------------------------------------------------------------

    def replace(self, text: str, label: str, merge: str | None = None) -> None:
        """Change the whole text, as one command; it is checked `CHECK_MS` after the last change.

        Args:
            text: the new text.
            label: what undo calls the change.
            merge: changes of one name make one command until the burst ends; None stands alone.
        """
        self.end_drag()
        if text == self.text:
            return
        self._push(self.text, text, label, merge)
        self._check_soon.start()

    def apply(self, label: str, edit: Edit, merge: str | None = None) -> Refused | None:
        """Change the scene through an edit that keeps comments and spelling, as one command.

        Returns:
            Why not, if nothing was changed: the present text is no scene, or the edit would break it.
        """
        self.end_drag()
        start = self._scene()
        if isinstance(start, Refused):
            return start
        try:
            made = edit(start)
        except Refused as refused:
            return refused
        if made.text != self.text:
            self._push(self.text, made.text, label, merge)
            self._judge(made)
        return None

    def _scene(self) -> SceneDocument | Refused:
        """The present text as a scene, or the sentence that says why edits have to wait."""
        self.check()
        if self.problem is not None or self.valid is None:
            line = self.problem.line if self.problem is not None else None
            where = f" in line {line}" if line is not None else ""
            return Refused(f"the text has a mistake{where}; mend that first")
        return self.valid

    def _push(self, before: str, after: str, label: str, merge: str | None) -> None:
        burst = (merge, self._burst) if merge is not None else None
        last = self.stack.command(self.stack.index() - 1) if burst is not None else None
        if (
            isinstance(last, TextChange)
            and self.stack.index() == self.stack.count()
            and last.goes_on(burst, after)
        ):
            self._show(after)  # a command that Qt merges is never freed by Qt's binding
        else:
            self.stack.push(TextChange(self._show, before, after, label, burst))
        if merge is None:
            self.end_burst()
        else:
            self._burst_over.start()

    def end_burst(self) -> None:
        """What is typed from here on is undone by itself."""
        self._burst += 1
        self._burst_over.stop()

    def begin_drag(self, label: str) -> Refused | None:
        """Begin to turn something; until `end_drag` the text follows and nothing is checked or kept for undo.

        Returns:
            Why not: the present text is no scene.
        """
        self.end_drag()
        start = self._scene()
        if isinstance(start, Refused):
            return start
        self._drag = _Drag(label, self.text, start, start)
        return None

    def drag(self, edit: Edit) -> Refused | None:
        """Show what an edit makes of the text as it was when the drag began.

        Returns:
            Why not: the edit would break the scene; the text stays as the last `drag` left it.
        """
        if self._drag is None:
            raise RuntimeError("nothing is being dragged")
        try:
            self._drag.last = edit(self._drag.start)
        except Refused as refused:
            return refused
        self._show(self._drag.last.text)
        return None

    def end_drag(self) -> None:
        """Let go: one command, or none when the text is what it was."""
        drag, self._drag = self._drag, None
        if drag is not None and drag.last.text != drag.before:
            self._push(drag.before, drag.last.text, drag.label, None)
            self._judge(drag.last)

    def cancel_drag(self) -> None:
        """Let go where it began."""
        drag, self._drag = self._drag, None
        if drag is not None:
            self._show(drag.before)

    @property
    def dragging(self) -> bool:
        """Whether something is being turned."""
        return self._drag is not None

    def undo(self) -> None:
        """Take back the last edit; a drag that is going on is taken back instead."""
        if self._drag is not None:
            self.cancel_drag()
            return
        self.end_burst()
        self.stack.undo()
        self.check()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.end_drag()
        self.end_burst()
        self.stack.redo()
        self.check()

    # -- checking -------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Check the present text now, if it was not yet; a drag is checked when it ends."""
        self._check_soon.stop()
        if self._drag is not None or self._judged == self.text:
            return
        made: SceneDocument | None
        try:
            made = load(self.text, name=self.name, folder=self.folder)
        except SceneError as problem:
            self._judged, self.problem, made = self.text, problem, None
        if made is None:
            self.checked.emit()
        else:
            self._judge(made)

    def _judge(self, made: SceneDocument) -> None:
        """The present text is this scene."""
        self._check_soon.stop()
        self._judged, self.valid, self.problem = made.text, made, None
        self.checked.emit()

    # -- the file -------------------------------------------------------------------------------------------

    def changed_on_disk(self) -> bool:
        """Whether somebody else has written the file since it was read or saved; a missing one has not been."""
        found = self._disk()
        return found is not None and _digest(found) != self._on_disk

    def _disk(self) -> bytes | None:
        try:
            return self.path.read_bytes() if self.path is not None else None
        except OSError:
            return None  # gone or out of reach: writing will say so, if it matters

    def look_at_disk(self) -> None:
        """Notice what others did to the file: a text without edits follows it, else `conflict` asks."""
        if not self.changed_on_disk():
            return
        if self.dirty:
            self.conflict.emit()
        elif self.reload():
            self.told.emit(f"{self.name} was changed by another program and has been read again.")

    def reload(self) -> bool:
        """Take what is on disk, as an edit that can be undone; False when it cannot be read, which is told."""
        if self.path is None:
            return False
        try:
            text = read_text(self.path)
        except SceneError as error:
            self.told.emit(str(error))
            return False
        self.saved_text, self._on_disk = text, _digest(text.encode())
        self.replace(text, "Read the file again")
        self.check()
        self.saved.emit()
        return True

    def save(self, *, over: bool = False) -> Outcome:
        """Write the text to its file, whole or not at all; a text that is no scene yet is saved as well.

        Args:
            over: write even though somebody else has changed the file.

        Returns:
            NEEDS_PATH for a text without a file or an example; CONFLICT after the signal; REFUSED after the
            reason was told. Nothing is lost in any of them.
        """
        if self.path is None or self.example:
            return Outcome.NEEDS_PATH
        if not over and self.changed_on_disk() and self._disk() != self.text.encode():
            self.conflict.emit()
            return Outcome.CONFLICT
        return self._write(self.path)

    def save_as(self, path: Path) -> Outcome:
        """Write the text to another file, which is its own from then on; the same outcomes as `save`."""
        if path == self.path:
            return self.save()
        return self._write(path)

    def _write(self, path: Path) -> Outcome:
        self.end_drag()
        raw = self.text.encode()
        try:
            write_whole(path, raw)
        except OSError as error:
            self.told.emit(
                f"{path} cannot be written: {reason(error)}. Nothing is lost: the edits are still here."
            )
            return Outcome.REFUSED
        if path != self.path:
            self.path, self.folder = path, path.parent
            self._judged = None  # errors call it by another name
        self.saved_text, self._on_disk = self.text, _digest(raw)
        self.end_burst()
        self.check()
        self.saved.emit()
        if self.problem is not None:
            self.told.emit(f"Saved, though it is no scene yet: {self.problem}")
        return Outcome.SAVED


def _alarm(parent: QObject, after_ms: int, do: Callable[[], None]) -> QTimer:
    """A timer that rings once, so long after it was last started."""
    made = QTimer(parent)
    made.setSingleShot(True)
    made.setInterval(after_ms)
    made.timeout.connect(do)
    return made


def _digest(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()
