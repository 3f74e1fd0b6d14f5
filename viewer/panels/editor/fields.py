"""A row of the form: a value of the scene, the box it is written in, and why not."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from engine.scenario.document import SceneDocument
from engine.scenario.edit import with_value, without_value
from engine.scenario.errors import Refused
from engine.scenario.form import FormField
from viewer.chrome.leaving import is_the_windows
from viewer.chrome.look import Look
from viewer.chrome.widgets import KeepsKeys, label
from viewer.document import Document, Edit
from viewer.panels.editor.marks import FLASH
from viewer.theme.fonts import Type, font, ui_room
from viewer.theme.tokens import Motion, Role, motion_ms, radius_px, size_px

LABEL = 98
ROW_X, REFUSAL_X, REFUSAL_Y = 12, 8, 5


def spelled(value: object) -> str:
    """A value as a box of the form shows it; nothing for none."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list() | tuple():
            return (
                "["
                + ", ".join(spelled(each) if not isinstance(each, str) else f'"{each}"' for each in value)
                + "]"
            )
        case dict():
            inside = ", ".join(f"{key} = {_quoted(each)}" for key, each in value.items())
            return f"{{ {inside} }}"
        case _:
            return str(value)


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else spelled(value)


def candidates(text: str, value: object) -> list[object]:
    """What a text in a box may mean, the likelier first: text stays text, a number a number.

    Args:
        text: what was written.
        value: what stood there before; None for nothing.
    """
    try:
        typed: object = tomllib.loads(f"x = {text}")["x"] if "\n" not in text else text
    except tomllib.TOMLDecodeError:
        return [text]
    if not isinstance(typed, bool | int | float | str | list | dict):
        return [text]
    if isinstance(typed, str):  # it was written with its quotes
        return [typed]
    return [text, typed] if isinstance(value, str) else [typed, text]


class Refusal(QWidget):
    """Why a value cannot be used; inverse, not red, and gone when there is nothing to say."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look, self.text = look, ""
        look.changed.connect(self._refit)
        self.hide()

    def say(self, sentence: str) -> None:
        """Say it, or nothing."""
        self.text = sentence
        self.setAccessibleName(sentence)
        row = self.parentWidget()
        self._fit(row.width() - 2 * ROW_X if row is not None else self.width())
        self.setVisible(bool(sentence))

    def _refit(self) -> None:
        self._fit(self.width())

    def _fit(self, width: int) -> None:
        """Be as high as the words need in this width; a layout that asks for heights by width settles too late."""
        room = QRect(0, 0, max(width - 2 * REFUSAL_X, 40), 10_000)
        words = QFontMetrics(font(Type.SMALL)).boundingRect(room, int(Qt.TextFlag.TextWordWrap), self.text)
        self.setFixedHeight(words.height() + 2 * REFUSAL_Y)
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit(self.width())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour(Role.CHANGED))
            painter.drawRoundedRect(QRectF(self.rect()), radius_px("chip"), radius_px("chip"))
            painter.setPen(self.look.colour(Role.CHANGED_INK))
            painter.setFont(font(Type.SMALL))
            inside = self.rect().adjusted(REFUSAL_X, REFUSAL_Y, -REFUSAL_X, 0)
            painter.drawText(inside, int(Qt.TextFlag.TextWordWrap), self.text)


class Box(QLineEdit):
    """A line to write in, in the face of the scene's text.

    Signal: `given_up` Esc after something was typed: what stood there is wanted back.
    """

    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("face", "mono")

    @override
    def event(self, event: QEvent) -> bool:
        mine = (Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down)
        override = event.type() == QEvent.Type.ShortcutOverride
        if is_the_windows(event):
            event.ignore()
            return False
        if override and isinstance(event, QKeyEvent) and event.key() in mine:
            event.accept()  # elsewhere they move through the picture
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self.isModified():
                event.ignore()  # nothing to give up: it is the editor's
                return
            self.setModified(False)
            self.given_up.emit()
            return
        super().keyPressEvent(event)


class Flashing(QFrame):
    """A row that can be tinted for a moment. Signal: `edited` with its path, after a command."""

    edited = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.look = look
        self.path = ""
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.setInterval(motion_ms(Motion.EMPHASIS))
        self._over.timeout.connect(self.update)

    @property
    def flashing(self) -> bool:
        """Whether it is tinted now."""
        return self._over.isActive()

    def flash(self) -> None:
        """Tint it for a moment."""
        self._over.start()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._over.isActive():
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.look.colour(Role.CHANGED, FLASH))
                painter.drawRoundedRect(
                    QRectF(self.rect()).adjusted(4, 0, -4, 0), radius_px("chip"), radius_px("chip")
                )


class FieldRow(Flashing):
    """One value: a box to write in, a choice, a tick, or, for text of several lines, the way to it.

    Signal: `elsewhere` with the path of a value that is edited in the text.
    """

    elsewhere = Signal(str)

    def __init__(self, document: Document, look: Look, field: FormField) -> None:
        super().__init__(look)
        self.document, self.field = document, field
        self.path = field.path
        self.line: Box | None = None
        self.choice: QComboBox | None = None
        self.tick: QCheckBox | None = None
        self.lines: QPushButton | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(ROW_X, 2, ROW_X, 2)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.title = label(field.label, Type.SMALL, face="mono")
        self.title.setFixedWidth(ui_room(LABEL))
        self.title.setToolTip(field.meaning)
        look.changed.connect(self._resized)
        row.addWidget(self.title)
        control = self._control()
        control.setAccessibleName(field.label)
        control.setAccessibleDescription(field.meaning)
        control.setToolTip(field.meaning)
        row.addWidget(control, 1)
        column.addLayout(row)
        self.refusal = Refusal(look)
        column.addWidget(self.refusal)
        self.tell(field)

    def _resized(self) -> None:
        self.title.setFixedWidth(ui_room(LABEL))

    def _control(self) -> QWidget:
        field = self.field
        knob = isinstance(field.value, str) and "${" in field.value
        if field.kind == "bool" and not knob:
            self.tick = QCheckBox()
            self.tick.setMinimumHeight(size_px("hit_min"))
            KeepsKeys(self.tick)
            self.tick.clicked.connect(lambda on: self._use([on]))
            return self.tick
        if field.choices and not knob:
            self.choice = QComboBox()
            unsaid = [""] if self._kept() is None else []
            self.choice.addItems([*unsaid, *(str(each) for each in field.choices)])
            self.choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.choice.installEventFilter(self)
            self.choice.textActivated.connect(self._chosen)
            return self.choice
        if isinstance(field.value, str) and "\n" in field.value:
            self.lines = QPushButton()
            self.lines.setProperty("kind", "ghost")
            KeepsKeys(self.lines)
            self.lines.clicked.connect(lambda: self.elsewhere.emit(self.path))
            return self.lines
        self.line = Box()
        self.line.given_up.connect(self._give_up)
        self.line.editingFinished.connect(self._entered)
        return self.line

    def _chosen(self, text: str) -> None:
        if text and text != spelled(self.field.value):
            self._use(candidates(text, self._kept()))

    def _kept(self) -> object:
        """What stands in the scene, or would stand there if it were written."""
        field = self.field
        return field.value if field.value is not None else field.default

    def tell(self, field: FormField) -> None:
        """Show a field's value; one that is being written keeps what is written."""
        self.field = field
        kept = self._kept()
        self.title.setProperty("tone", "" if field.value is not None else "tertiary")
        self.title.style().polish(self.title)
        if self.lines is not None:
            self.lines.setText(_counted(len(spelled(kept).splitlines())))
        elif self.tick is not None:
            self.tick.setChecked(bool(kept))
        elif self.choice is not None:
            self.choice.setCurrentText(spelled(kept))
        elif self.line is not None and not self.line.isModified():
            self.line.setText(spelled(field.value))
            self.line.setCursorPosition(0)
            self.line.setPlaceholderText(spelled(field.default) or field.unit_hint)

    def refuse(self, sentence: str) -> None:
        """Show why the value cannot be used; "" when it can."""
        self.refusal.say(sentence)
        if self.line is not None:
            self.line.setProperty("invalid", "true" if sentence else "false")
            self.line.style().polish(self.line)

    def judge(self, sentence: str) -> None:
        """Show what the text's check found here; what is being written keeps its own refusal."""
        if self.line is None or not self.line.isModified():
            self.refuse(sentence)

    def _entered(self) -> None:
        if self.line is None or not self.line.isModified():
            return
        text = self.line.text()
        if not text and self.field.value is None:
            self.line.setModified(False)
            self.refuse("")
            return
        if text:
            self._use(candidates(text, self._kept()))
        else:
            self._clear()

    def _clear(self) -> None:
        """Take the key out of the scene; what it cannot do without is refused, with the reason."""
        refused = self.document.apply(
            f"{self.field.label}: default", lambda document: without_value(document, self.path)
        )
        if refused is not None:
            self.refuse(str(refused))
            return
        if self.line is not None:
            self.line.setModified(False)
        self.refuse("")
        self.edited.emit(self.path)

    def _give_up(self) -> None:
        """Show again what stands in the scene."""
        self.refuse("")
        self.tell(self.field)

    def _use(self, values: Iterable[object]) -> None:
        """Write the first of the values that the scene takes; what is refused stays in the box with the reason."""
        refused: Refused | None = None
        for value in values:
            found = self.document.apply(f"{self.field.label} = {spelled(value)}", self._edit(value))
            if found is None:
                if self.line is not None:
                    self.line.setModified(False)
                self.refuse("")
                self.edited.emit(self.path)
                return
            refused = refused or found
        self.refuse(str(refused) if refused is not None else "")
        if self.line is None:
            self.tell(self.field)

    def _edit(self, value: object) -> Edit:
        def edit(scene: SceneDocument) -> SceneDocument:
            return with_value(scene, self.path, value)

        return edit

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()  # it scrolls the form
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and event.key() != Qt.Key.Key_Escape:
                event.accept()  # arrows and letters choose here; elsewhere they are the window's
                return True
        return False


def _counted(lines: int) -> str:
    return f"{lines} line{'' if lines == 1 else 's'}, in the text"
