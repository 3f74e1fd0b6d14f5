"""Opening, making and saving scenes: the dialogs around the document, and what is asked when something is at stake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QSettings, Qt
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from engine.scenario.templates import Template, templates
from viewer.chrome.file_dialog import FileDialog
from viewer.chrome.scenes import packaged, recent, remember
from viewer.document import UNNAMED, Outcome
from viewer.run import Request
from viewer.session import Session

FILTER = "Scenes (*.toml);;All files (*)"


class Files(QObject):
    """The window's dealings with files.

    Attributes:
        ask_keep: asks what becomes of unsaved edits: "save", "discard" or "cancel"; a test puts its own answer here.
    """

    def __init__(self, window: QWidget, session: Session, settings: QSettings | None) -> None:
        super().__init__(window)
        self.window, self.session, self.settings = window, session, settings
        self.ask_keep: Callable[[str], str] = self._ask_keep
        self.ask_over: Callable[[str], str] = self._ask_over
        session.document.conflict.connect(self._conflict)
        session.document.saved.connect(self._remember)
        session.opened.connect(self._remember)

    # -- opening ----------------------------------------------------------------------------------------------

    def open_path(self, path: str) -> None:
        """Open a scene's file, once unsaved edits are taken care of."""
        if self.may_leave():
            self.session.open(Request(path=path))

    def ask_to_open(self) -> None:
        """Ask which scene to open."""
        path = FileDialog.to_open(self.window, "Open a scene", self._folder(), FILTER)
        if path:
            self.open_path(path)

    def open_text(self, text: str, title: str) -> None:
        """Open a scene that has no file yet."""
        if self.may_leave():
            self.session.open(Request(text=text, name=title))

    def template_menu(self, parent: QWidget) -> QMenu:
        """The templates that a new scene can begin with."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        for template in templates():
            entry = menu.addAction(template.title)
            entry.triggered.connect(self._beginner(template))
        return menu

    def _beginner(self, template: Template) -> Callable[[], None]:
        return lambda: self.open_text(template.text, f"{template.name}.toml")

    def choose_template(self) -> None:
        """Offer the templates."""
        menu = self.template_menu(self.window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.window.mapToGlobal(QPoint(60, 60)))

    def scene_entries(self, menu: QMenu) -> None:
        """The packaged scenes, and those opened lately."""
        for scene in packaged():
            entry = menu.addAction(scene.title)
            entry.setToolTip(scene.question)
            entry.triggered.connect(self._opener(str(scene.path)))
        lately = recent(self.settings) if self.settings is not None else []
        examples = {str(scene.path) for scene in packaged()}
        if any(path not in examples for path in lately):
            menu.addSection("Opened lately")
        for path in lately:
            if path not in examples:
                entry = menu.addAction(Path(path).name)
                entry.setToolTip(path)
                entry.triggered.connect(self._opener(path))

    def _opener(self, path: str) -> Callable[[], None]:
        return lambda: self.open_path(path)

    # -- saving -----------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save to the scene's file, or ask for one; whether it is saved."""
        outcome = self.session.document.save()
        if outcome is Outcome.NEEDS_PATH:
            return self.ask_where()
        return self._saved(outcome)

    def _saved(self, outcome: Outcome) -> bool:
        """Say that it is saved, if it is."""
        document = self.session.document
        if outcome is Outcome.SAVED and document.problem is None:
            self.session.told.emit(f"Saved {document.path}.")
        return outcome is Outcome.SAVED

    def ask_where(self) -> bool:
        """Ask for a file and save there."""
        document = self.session.document
        name = document.path.name if document.path is not None else UNNAMED
        place = str(Path(self._folder()) / name)
        path = FileDialog.to_save(self.window, "Save the scene", place, FILTER)
        return bool(path) and self.save_to(Path(path))

    def save_to(self, path: Path) -> bool:
        """Save to a file, which is the scene's from then on."""
        if path.suffix == "":
            path = path.with_suffix(".toml")
        return self._saved(self.session.document.save_as(path))

    def may_leave(self) -> bool:
        """Whether what is open may be left: nothing is unsaved, or somebody said what becomes of it."""
        document = self.session.document
        if not document.dirty:
            return True
        match self.ask_keep(document.name):
            case "save":
                return self.save()
            case "discard":
                return True
        return False

    def _conflict(self) -> None:
        """The file was changed by somebody else while there are edits here."""
        document = self.session.document
        match self.ask_over(document.name):
            case "over":
                document.save(over=True)
            case "reload":
                document.reload()

    # -- asking -----------------------------------------------------------------------------------------------

    def _ask_keep(self, name: str) -> str:
        answers = (("Save", "save"), ("Discard", "discard"), ("Cancel", "cancel"))
        return self._ask(
            f"{name} has edits that are not saved.",
            "They are lost if they are not saved.",
            answers,
        )

    def _ask_over(self, name: str) -> str:
        answers = (("Decide later", "later"), ("Read theirs", "reload"), ("Write mine", "over"))
        return self._ask(
            f"{name} was changed by another program since it was read.",
            "Your edits are still here. If theirs are read instead, undo brings yours back.",
            answers,
        )

    def _ask(self, text: str, more: str, answers: Sequence[tuple[str, str]]) -> str:
        """Ask and wait; the first answer is proposed, the last one is what closing the question means."""
        box = QMessageBox(self.window)
        box.setWindowTitle("skbscope")
        box.setText(text)
        box.setInformativeText(more)
        buttons = [box.addButton(word, QMessageBox.ButtonRole.ActionRole) for word, _ in answers]
        box.setDefaultButton(buttons[0])
        box.setEscapeButton(buttons[-1] if answers[-1][1] == "cancel" else buttons[0])
        box.exec()
        chosen = box.clickedButton()
        found = [answer for button, (_, answer) in zip(buttons, answers, strict=True) if button is chosen]
        return found[0] if found else answers[0][1]

    def _folder(self) -> str:
        document = self.session.document
        if document.path is not None and not document.example:
            return str(document.path.parent)
        return str(Path.home())

    def _remember(self) -> None:
        path = self.session.document.path
        if self.settings is not None and path is not None:
            remember(self.settings, str(path))
