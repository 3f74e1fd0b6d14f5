"""The help: every action with its keys in two columns, and a line that finds one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from viewer.actions import Action, Group, key_table
from viewer.chrome.matching import Rank, match
from viewer.chrome.widgets import label
from viewer.theme.fonts import Type, ui_room, ui_width

WIDTH, HEIGHT = 1440, 860
"""Wide enough that no sentence is broken."""

MARGIN = 48
SENTENCES_FROM = 1000
NAME_MOST = 190
SENTENCE_LEAST = 40
HINT = "Find an action or a key"
NOTHING = "No action is called that."


def all_keys(action: Action) -> str:
    """An action's keys as people read them, the first one first."""
    keys = (key.replace("Return", "Enter").replace("PgDown", "PgDn") for key in action.keys)
    return "  ".join(dict.fromkeys(keys))


def fits(query: str, action: Action) -> bool:
    """Whether an action is meant: by its name, its sentence or one of its keys; letters far apart mean nothing."""
    texts = (action.text, action.group.value, action.help, *action.keys, all_keys(action))
    found = (match(query, text) for text in texts)
    return not query.strip() or any(one is not None and one.rank < Rank.SUBSEQUENCE for one in found)


class _Line(NamedTuple):
    """An action's three labels."""

    action: Action
    name: QLabel
    keys: QLabel
    sentence: QLabel


class KeysHelp(QDialog):
    """Every action with its keys; typing finds."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAccessibleName("Keys")
        room = parent.size()
        wide = min(ui_room(WIDTH), max(room.width() - MARGIN, 400))
        self.resize(wide, min(ui_room(HEIGHT), max(room.height() - MARGIN, 300)))
        self._heads = {group: label(group.value.upper(), Type.MICRO, face="caps") for group in Group}
        self._lines = {group: [_line(action) for action in actions] for group, actions in key_table()}
        self.line = QLineEdit()
        self.line.setPlaceholderText(HINT)
        self.line.setAccessibleName(HINT)
        self.line.setClearButtonEnabled(False)
        self.nothing = label(NOTHING, Type.BODY, tone="secondary")
        self._columns = (_column(), _column())
        self._fill()
        self.line.textChanged.connect(self.list_for)
        self.list_for("")
        self.line.setFocus()

    def _fill(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 20, 0, 0)
        outer.setSpacing(12)
        top = QHBoxLayout()
        top.setContentsMargins(32, 0, 32, 0)
        top.addWidget(self.line)
        outer.addLayout(top)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(32, 8, 32, 24)
        row.setSpacing(40)
        for column in self._columns:
            held = QVBoxLayout()
            held.addLayout(column)
            held.addStretch(1)
            row.addLayout(held, 1)
        area.setWidget(inside)
        self.nothing.setParent(inside)
        outer.addWidget(area, 1)

    @property
    def shown(self) -> list[str]:
        """Names of the actions that are listed, in order."""
        return [one.action.name for lines in self._lines.values() for one in lines if not one.name.isHidden()]

    def list_for(self, query: str) -> None:
        """List the actions that are meant."""
        chosen = {
            group: [one for one in lines if fits(query, one.action)] for group, lines in self._lines.items()
        }
        for column in self._columns:
            while column.count():
                column.takeAt(0)
        for widget in self._widgets():
            widget.hide()
        total = sum(len(lines) + 1 for lines in chosen.values() if lines)
        self.nothing.setVisible(total == 0)
        if total == 0:
            self._columns[0].addWidget(self.nothing, 0, 0, 1, 3)
        placed = 0
        rows = [0, 0]
        for group, lines in chosen.items():
            if not lines:
                continue
            side = 1 if placed and placed + (len(lines) + 1) / 2.0 > total / 2.0 else 0
            rows[side] = self._section(self._columns[side], rows[side], group, lines)
            placed += len(lines) + 1

    @property
    def _wide(self) -> bool:
        """Whether there is room for the sentences; where there is not, they are the names' tooltips."""
        return self.width() >= ui_room(SENTENCES_FROM)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for lines in self._lines.values():
            for one in lines:
                one.sentence.setVisible(self._wide and not one.name.isHidden())

    def _widgets(self) -> Iterator[QWidget]:
        yield self.nothing
        yield from self._heads.values()
        for lines in self._lines.values():
            for one in lines:
                yield from (one.name, one.keys, one.sentence)

    def _section(self, grid: QGridLayout, row: int, group: Group, lines: list[_Line]) -> int:
        """A group's rows; returns the row after them."""
        head = self._heads[group]
        head.setContentsMargins(0, 12 if row else 0, 0, 2)
        grid.addWidget(head, row, 0, 1, 3)
        head.show()
        for number, one in enumerate(lines, start=row + 1):
            for place, widget in enumerate((one.name, one.sentence, one.keys)):
                grid.addWidget(widget, number, place)
                widget.setVisible(widget is not one.sentence or self._wide)
        return row + 1 + len(lines)


def _column() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(1, 1)
    return grid


def _line(action: Action) -> _Line:
    keys = label(all_keys(action), Type.SMALL, face="mono")
    keys.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    plain = QFont(keys.font())
    plain.setFeature(QFont.Tag("calt"), 0)  # two plus signs stay two
    keys.setFont(plain)
    name = label(action.text, Type.LABEL)
    name.setWordWrap(ui_width(action.text, Type.LABEL) > ui_room(NAME_MOST))
    name.setToolTip(action.help)
    name.setAccessibleDescription(action.help)
    sentence = label(action.help, Type.SMALL, tone="secondary")
    sentence.setWordWrap(True)
    sentence.setMinimumWidth(SENTENCE_LEAST)
    return _Line(action, name, keys, sentence)
