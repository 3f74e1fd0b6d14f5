"""The scene as a form: the knobs, then a section for each of its tables, all of the same text.

The form shows the last text that was a scene; while the present one is none, the rows at fault say so with the
sentence that stands in the text. A fault of no row, such as text that is no TOML, stands above them all, and nothing
can be changed here until it is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from engine.scenario.document import SceneDocument
from engine.scenario.errors import KeyPath, Refused
from engine.scenario.form import FormField, Group, knobs
from engine.scenario.overrides import found
from viewer.chrome.look import Look
from viewer.chrome.widgets import label
from viewer.document import Document
from viewer.panels.editor.fields import FieldRow, Flashing
from viewer.panels.editor.fix import sentence
from viewer.panels.editor.knobs import KnobRow
from viewer.panels.editor.language import Language
from viewer.panels.editor.section import Section
from viewer.theme.fonts import MONO_FAMILY, UI_FAMILY, Type, ui_px
from viewer.theme.tokens import Role

KNOBS = "knobs"


class Form(QScrollArea):
    """The form of a document.

    Signals: `edited` with the path of a value, after it was changed here; `elsewhere` with the path of one that is
    edited in the text.
    """

    edited = Signal(str)
    elsewhere = Signal(str)

    def __init__(self, document: Document, look: Look, language: Language) -> None:
        super().__init__()
        self.document, self.look, self.language = document, look, language
        self.sections: dict[str, Section] = {}
        self._groups: dict[str, Group] = {}
        self._keys: dict[str, KeyPath] = {}
        self._shape: object = None
        self._open = {KNOBS}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("The scene as a form")
        inside = QFrame()
        inside.setProperty("kind", "panel")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 4, 0, 12)
        self._column.setSpacing(0)
        self.refusal = label("", Type.SMALL)
        self.refusal.setWordWrap(True)
        self.refusal.setContentsMargins(12, 8, 12, 8)
        self.refusal.hide()
        self._column.addWidget(self.refusal)
        self._column.addStretch(1)
        self.setWidget(inside)
        self._dress()
        look.changed.connect(self._dress)
        document.opened.connect(self._another)
        document.checked.connect(self.refresh)
        self.refresh()

    def _dress(self) -> None:
        """Values are the scene's own words, so they stand in its face."""
        ground, disabled = self.look.colour(Role.PANEL).name(), self.look.colour(Role.TEXT_DISABLED).name()
        self.setStyleSheet(
            f"QScrollArea {{ background: {ground}; }}"
            f"QLineEdit:disabled, QComboBox:disabled, QLabel:disabled {{ color: {disabled}; }}"
            f"QLineEdit {{ placeholder-text-color: {self.look.colour(Role.TEXT_TERTIARY).name()}; }}"
            f'QLineEdit[face="mono"], QComboBox {{ font-family: "{MONO_FAMILY}", "{UI_FAMILY}";'
            f" font-size: {ui_px(Type.SMALL)}px; padding: 3px 8px; }}"
        )

    def _another(self) -> None:
        """Another scene: nothing is open but the knobs."""
        self._clear()
        self._open, self._shape = {KNOBS}, None

    # -- the rows -------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what the document's check found."""
        valid = self.document.valid
        if valid is not None and (self.document.problem is None or self._shape is None):
            groups = self.language.form(valid)
            self._groups = {_name(group): group for group in groups}
            self._keys = _keys(valid, groups)
            shape = (
                tuple(knob.path for knob in knobs(valid)),
                tuple(
                    (_name(group), group.title, tuple(_kind(field) for field in group.fields))
                    for group in groups
                ),
            )
            if shape != self._shape:
                self._shape = shape
                self._rebuild(valid, groups)
            self._tell(valid)
        self._judge()

    def _rebuild(self, valid: SceneDocument, groups: Sequence[Group]) -> None:
        """Make the sections anew; those that were open stay open."""
        self._open |= {path for path, section in self.sections.items() if section.is_open}
        self._open -= {path for path, section in self.sections.items() if not section.is_open}
        self._clear()
        if valid.scene.knobs:
            self._add(KNOBS, Section(self.look, "Knobs", "", self._knob_rows))
        for name, group in self._groups.items():
            self._add(name, Section(self.look, group.title, _count(group), self._maker(name)))

    def _clear(self) -> None:
        for section in self.sections.values():
            self._column.removeWidget(section)
            section.hide()
            section.deleteLater()
        self.sections = {}

    def _add(self, path: str, section: Section) -> None:
        self.sections[path] = section
        self._column.insertWidget(self._column.count() - 1, section)
        section.head.toggled.connect(self._judge)
        if path in self._open:
            section.open()

    def _knob_rows(self) -> Sequence[Flashing]:
        valid = self.document.valid
        rows = []
        for knob in knobs(valid) if valid is not None else ():
            row = KnobRow(self.document, self.look, knob)
            row.edited.connect(self.edited)
            rows.append(row)
        return rows

    def _maker(self, name: str) -> Callable[[], Sequence[Flashing]]:
        return lambda: self._rows_of(name)

    def _rows_of(self, name: str) -> Sequence[Flashing]:
        """Make the rows of a group."""
        rows = []
        for field in self._groups[name].fields:
            row = FieldRow(self.document, self.look, field)
            row.edited.connect(self.edited)
            row.elsewhere.connect(self.elsewhere)
            rows.append(row)
        return rows

    def _tell(self, valid: SceneDocument) -> None:
        """Give every row that is made its value."""
        turned = {knob.path: knob for knob in knobs(valid)}
        for name, section in self.sections.items():
            group = self._groups.get(name)
            if group is not None:
                section.head.note = _count(group)
                section.head.update()
            fields = {field.path: field for field in group.fields} if group is not None else {}
            for row in section.rows:
                if isinstance(row, KnobRow):
                    row.tell(turned[row.path])
                elif isinstance(row, FieldRow):
                    row.tell(fields[row.path])

    # -- what is wrong, and where ---------------------------------------------------------------------------------

    def _judge(self) -> None:
        """Say at the row at fault what is wrong; its section says so when it is closed."""
        problem = self.document.problem
        at_fault = self._path_of(problem.path) if problem is not None else ""
        words = sentence(problem) if problem is not None else ""
        unread = problem is not None and problem.problem.startswith("not TOML")
        whole = unread or (problem is not None and not problem.path)
        line = f"Line {problem.line}: " if problem is not None and problem.line is not None else ""
        rest = "; below is the last text that was a scene." if self.sections else "."
        self.refusal.setText(f"{line}{words.rstrip('.')}{rest}" if whole else "")
        self.refusal.setVisible(whole)
        for path, section in self.sections.items():
            section.setEnabled(not unread)
            section.head.mark(wrong=bool(at_fault) and self._section_of(at_fault) == path)
            for row in section.rows:
                if isinstance(row, KnobRow | FieldRow):
                    row.judge(words if row.path == at_fault else "")

    def _path_of(self, keys: KeyPath) -> str:
        """The row that shows a key or what is around it; "" for none."""
        for length in range(len(keys), 0, -1):
            for path, own in self._keys.items():
                if own == keys[:length]:
                    return path
        return ""

    def _section_of(self, path: str) -> str:
        for name, group in self._groups.items():
            if any(field.path == path for field in group.fields):
                return name
        return KNOBS if path.startswith(f"{KNOBS}.") else ""

    def line_of(self, path: str) -> int | None:
        """The line of a row's value in the last text that was a scene; of what is around it where it is not said."""
        valid = self.document.valid
        return valid.line_of(self._keys[path]) if valid is not None and path in self._keys else None

    def flash_line(self, line: int) -> None:
        """Tint the row whose value stands in a line, or its section's title; does nothing for other lines."""
        valid = self.document.valid
        if valid is None:
            return
        for path, keys in self._keys.items():
            place = valid.places.get(keys)
            if place is not None and place.line == line:
                self._flash(path)
                return

    def _flash(self, path: str) -> None:
        section = self.sections.get(self._section_of(path))
        if section is None:
            return
        row = section.row(path) if section.is_open else None
        if row is not None:
            row.flash()
            self.ensureWidgetVisible(row, 0, 40)
        else:
            section.head.flash()
            self.ensureWidgetVisible(section.head, 0, 40)


def _name(group: Group) -> str:
    """What tells a section from the others; the scene's own keys and the script have no path of a table."""
    return group.path or group.title


def _count(group: Group) -> str:
    """How many of a group's values the file says."""
    return f"{sum(field.value is not None for field in group.fields)} of {len(group.fields)}"


def _kind(field: FormField) -> tuple[object, ...]:
    """What of a field decides which control it has."""
    text = field.value if isinstance(field.value, str) else ""
    return field.path, field.kind, tuple(field.choices), "${" in text, "\n" in text


def _keys(valid: SceneDocument, groups: Sequence[Group]) -> dict[str, KeyPath]:
    """The keys in the file of every path of the form."""
    data, made = dict(valid.data), {}
    paths = [knob.path for knob in knobs(valid)]
    paths += [field.path for group in groups for field in group.fields]
    for path in paths:
        try:
            made[path] = found(data, path)
        except Refused:
            continue  # a value of a table that is not in the file yet
    return made
