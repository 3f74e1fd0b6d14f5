"""The moves of a random walk: everything a person can do to the window with mouse, keys and actions.

What would end the walk is left out (quitting) or answered without being shown (the system's file dialogs).
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QPlainTextEdit,
    QWidget,
)

from tests.viewer import walk_words as words
from tests.viewer.walk_hands import NEVER, Hands
from viewer.actions import ACTIONS
from viewer.window import Window

SIZES = ((1280, 720), (1920, 1080), (2560, 1440), (800, 600), (1366, 768), (760, 480))


class FileDialogs:
    """Answers where the system's file dialogs would ask; `rng` decides between a file and giving up."""

    rng = Random(0)
    folder = Path()
    scene = Path()

    @classmethod
    def to_open(cls, *_: object) -> str:
        """A scene's file, one that is not there, or none."""
        return str(cls.rng.choice((cls.scene, cls.folder / "gone.toml", "")))

    @classmethod
    def to_save(cls, *_: object) -> str:
        """A file to write, one that cannot be written, or none."""
        return str(cls.rng.choice((cls.folder / "saved.toml", Path("/proc/no/such.toml"), "")))


class Moves(Hands):
    """Does moves in a window.

    Args:
        window: where.
        rng: decides everything.
        scene: the file of the scene that the walk is at home in.
        leaving_out: names of actions and pages that are not to be touched.
    """

    def __init__(self, window: Window, rng: Random, scene: Path, leaving_out: frozenset[str]) -> None:
        super().__init__(window, rng, leaving_out)
        self.scene = scene
        self.text = scene.read_text(encoding="utf-8")
        self.weighted: tuple[tuple[int, Callable[[], None]], ...] = (
            (30, self.action), (12, self.canvas), (8, self.lanes), (14, self.page), (10, self.type_somewhere),
            (8, self.edit), (3, self.mend), (4, self.button), (3, self.resize), (2, self.look), (6, self.branch),
            (4, self.undo), (3, self.variant), (3, self.compare), (14, self.play), (2, self.kill),
            (2, self.go_home), (5, self.chrome), (3, self.wait), (2, self.tab), (2, self.outside),
        )  # fmt: skip

    def one(self) -> None:
        """Do one move, and whatever is asked because of it."""
        weights = [weight for weight, _ in self.weighted]
        move = self.rng.choices([move for _, move in self.weighted], weights)[0]
        self.note(move.__name__)
        move()
        self.answer_popups()
        self.frames(self.rng.choice((0, 0, 1, 3)))

    # -- time ---------------------------------------------------------------------------------------------------

    # -- actions ------------------------------------------------------------------------------------------------

    def action(self) -> None:
        """Do an action that is possible now."""
        table = self.window.actions_table
        names = [
            one.name
            for one in ACTIONS
            if one.name not in NEVER | self.leaving_out and table.by_name[one.name].isEnabled()
        ]
        name = self.rng.choice(names)
        self.note(name)
        self.window.act(name)

    def look(self) -> None:
        """Other colours or another size of the text."""
        name = self.rng.choice(("next_theme", "text_larger", "text_smaller", "text_normal", "reduced_motion"))
        self.note(name)
        self.window.act(name)

    def undo(self) -> None:
        """Take back some edits, or do them again."""
        name, count = self.rng.choice(("undo", "undo", "redo")), self.rng.choice((1, 1, 2, 5))
        self.note(f"{name} {count}")
        for _ in range(count):
            self.window.act(name)

    def variant(self) -> None:
        """Show another future."""
        valid = self.window.session.document.valid
        name = self.rng.choice((None, *(valid.variants if valid is not None else ())))
        self.note(name)
        self.window.session.switch(name)

    def compare(self) -> None:
        """Compare, swap, let go."""
        name = self.rng.choice(("compare", "compare", "swap", "ghost", "difference"))
        self.note(name)
        self.window.act(name)

    def play(self) -> None:
        """Let time run for some frames, at some speed, in some direction."""
        back, count = self.rng.random() < 0.3, self.rng.choice((2, 10, 30))
        self.note(f"{'back' if back else 'on'} {count}")
        self.window.act("play_back" if back else "play")
        self.frames(count)
        if self.rng.random() < 0.8:
            self.window.player.pause()

    def wait(self) -> None:
        """Until what is computed is computed."""
        self.until(lambda: not self.window.session.running)

    def kill(self) -> None:
        """Kill the worker of the run one waits for, or the one that waits for a run."""
        session = self.window.session
        spare = session.futures.spare._process
        numbers = [session.run.process_id if session.run is not None else 0]
        numbers += [int(spare.processId()) if spare is not None else 0]
        alive = [number for number in numbers if number > 0]
        self.note(len(alive))
        if alive:
            os.kill(self.rng.choice(alive), signal.SIGKILL)

    def go_home(self) -> None:
        """Open the walk's own scene."""
        self.scene.write_text(self.text, encoding="utf-8")
        self.window.files.open_path(str(self.scene))

    def outside(self) -> None:
        """Another program writes the scene's file, and the window looks at it."""
        document = self.window.session.document
        if document.path == self.scene:
            self.scene.write_text(f"# {self.rng.random()}\n{self.text}", encoding="utf-8")
        document.look_at_disk()

    def branch(self) -> None:
        """Change the host at the playhead."""
        script = self.rng.choice(words.CHANGES)
        self.note(script)
        self.window.branching.change({"run": script}, script[:20])

    # -- the mouse ----------------------------------------------------------------------------------------------

    def canvas(self) -> None:
        """Do something to the picture."""
        deck = self.window.deck
        self.poke(deck.other if deck.other.isVisible() and self.rng.random() < 0.4 else deck.canvas)

    def lanes(self) -> None:
        """Do something to the lanes."""
        self.poke(self.window.lanes)

    def chrome(self) -> None:
        """Do something to the title bar, the transport, the strip, an edge."""
        window = self.window
        parts = (window.title_bar, window.transport, window.strip, window.grabber, window.editor_edge)
        shown = [part for part in parts if part.isVisible()]
        self.poke(self.rng.choice(shown))

    def page(self) -> None:
        """Show a page of the side panels and do something to it."""
        window = self.window
        keys = [
            page.key for place in window.pages.places() for page in place if page.key not in self.leaving_out
        ]
        key = self.rng.choice(keys)
        self.note(key)
        window.show_page(key)
        self.events()
        for _ in range(self.rng.choice((1, 2, 3))):
            page = window.dock.page(key)
            inside = [one for one in page.findChildren(QWidget) if one.isVisible() and not one.isWindow()]
            self.poke(self.rng.choice([page, *inside]))
            self.answer_popups()

    def button(self) -> None:
        """Press a button that is shown, or move a slider, or choose in a box."""
        kinds = (QAbstractButton, QAbstractSlider, QComboBox)
        shown = [
            one
            for one in self.window.findChildren(QWidget)
            if isinstance(one, kinds) and one.isVisible() and one.isEnabled()
        ]
        if not shown:
            return
        one = self.rng.choice(shown)
        self.note(f"{type(one).__name__} {one.accessibleName()}")
        if isinstance(one, QAbstractButton):
            one.click()
        elif isinstance(one, QComboBox) and one.count():
            one.setCurrentIndex(self.rng.randrange(one.count()))
        elif isinstance(one, QAbstractSlider):
            one.setValue(self.rng.randint(one.minimum(), one.maximum()))

    def resize(self) -> None:
        """Another size of the window."""
        size = self.rng.choice(SIZES)
        self.note(size)
        self.window.resize(*size)

    # -- typing -------------------------------------------------------------------------------------------------

    def tab(self) -> None:
        """Go through what takes the keyboard."""
        for _ in range(self.rng.choice((1, 3, 8))):
            target = QApplication.focusWidget() or self.window
            QTest.keyClick(target, self.rng.choice((Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Tab)))

    def type_somewhere(self) -> None:
        """Type into a field that is shown."""
        fields = self._fields(self.window)
        if not fields:
            return
        field = self.rng.choice(fields)
        pool: Sequence[str] = words.ALL
        if type(field).__name__ == "ScriptLine":
            pool = words.COMMANDS + words.CHANGES + words.NONSENSE
        self.fill(field, self.rng.choice(pool))

    def edit(self) -> None:
        """Edit the scene's text in the editor: a value, or something that breaks it."""
        editor = self._editor()
        if editor is None:
            return
        text = editor.toPlainText()
        values = list(re.finditer(r"(?<== )(\d+|\"\d+[a-zA-Z]+\")", text))
        cursor = editor.textCursor()
        if values and self.rng.random() < 0.6:
            found, new = self.rng.choice(values), self.rng.choice(words.NUMBERS)
            self.note(f"{found.group()} -> {new}")
            quote = '"' if found.group().startswith('"') else ""
            cursor.setPosition(found.start())
            cursor.setPosition(found.end(), QTextCursor.MoveMode.KeepAnchor)
            editor.setTextCursor(cursor)
            QTest.keyClicks(editor, f"{quote}{new}{quote}")
        else:
            garbage = self.rng.choice(words.GARBAGE)
            self.note(repr(garbage))
            cursor.setPosition(self.rng.randrange(max(len(text), 1)))
            editor.setTextCursor(cursor)
            editor.insertPlainText(garbage)
        if self.rng.random() < 0.3:
            QTest.keyClick(editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
        if self.rng.random() < 0.5:
            self.window.session.document.check()

    def mend(self) -> None:
        """Put the scene's text back as it was, by hand."""
        editor = self._editor()
        if editor is None:
            return
        editor.selectAll()
        editor.insertPlainText(self.text)
        self.window.session.document.check()

    def _editor(self) -> QPlainTextEdit | None:
        if self.window.editor is None:
            self.window.act("editor")
        editor = self.window.editor
        if editor is None or not editor.text.isVisible():
            return None
        editor.text.setFocus(Qt.FocusReason.OtherFocusReason)
        text: QPlainTextEdit = editor.text
        return text

    # -- what opens -----------------------------------------------------------------------------------------------
