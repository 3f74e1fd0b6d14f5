"""A knob: its name, its value in a box, and a slider where it has a range.

While the slider is dragged the number and the text follow; letting go is one command, or none where nothing
changed. A key or the wheel is a command by itself, several in a row one.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout
from typing_extensions import override

from engine.scenario.document import SceneDocument
from engine.scenario.edit import with_value
from engine.scenario.form import FormKnob
from viewer.chrome.elided import ElidedLabel
from viewer.chrome.look import Look
from viewer.chrome.widgets import label
from viewer.document import Document, Edit
from viewer.panels.editor.fields import Box, Flashing, Refusal, candidates, spelled
from viewer.panels.editor.travel import Travel, travel_of
from viewer.theme.fonts import Type, ui_room
from viewer.theme.tokens import Role, size_px

FOLLOW_MS = 100
"""The text follows a drag at most so often."""

BOX = 80
_SMALL = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
_LARGE = {Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10}


class KnobRow(Flashing):
    """A knob of the scene."""

    def __init__(self, document: Document, look: Look, knob: FormKnob) -> None:
        super().__init__(look)
        self.document, self.path = document, knob.path
        self.travel: Travel | None = None
        self._value: object = None
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(FOLLOW_MS)
        self._follow.timeout.connect(self._show_drag)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.title = ElidedLabel(look, Type.SMALL, Role.TEXT)
        self.box = Box()
        self.box.given_up.connect(self._show)
        self.box.setFixedWidth(ui_room(BOX))
        self.box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.box.editingFinished.connect(self._entered)
        row.addWidget(self.title, 1)
        row.addWidget(self.box)
        column.addLayout(row)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimumHeight(size_px("hit_min"))
        self.slider.sliderPressed.connect(self._grab)
        self.slider.sliderMoved.connect(self._moved)
        self.slider.sliderReleased.connect(self._let_go)
        self.slider.installEventFilter(self)
        column.addWidget(self.slider)
        ends = QHBoxLayout()
        self.low, self.high = label("", Type.MICRO, tone="tertiary"), label("", Type.MICRO, tone="tertiary")
        ends.addWidget(self.low)
        ends.addStretch(1)
        ends.addWidget(self.high)
        column.addLayout(ends)
        self.refusal = Refusal(look)
        column.addWidget(self.refusal)
        look.changed.connect(self._resized)
        self.tell(knob)

    def _resized(self) -> None:
        self.box.setFixedWidth(ui_room(BOX))

    def tell(self, knob: FormKnob) -> None:
        """Show a knob as the scene has it."""
        self.travel = travel_of(knob)
        self._value = knob.value
        self.title.say(knob.label)
        self.box.setAccessibleName(knob.label)
        self.box.setToolTip(f"${{{knob.name}}} in the scene")
        self.slider.setAccessibleName(knob.label)
        for part in (self.slider, self.low, self.high):
            part.setVisible(self.travel is not None)
        if self.travel is not None and not self.slider.isSliderDown():
            self.low.setText(spelled(knob.low))
            self.high.setText(spelled(knob.high))
            self.slider.setRange(0, self.travel.places)
            self.slider.setValue(self.travel.place(self._number()))
        if not self.box.isModified():
            self.box.setText(spelled(knob.value))

    def refuse(self, sentence: str) -> None:
        """Show why the value cannot be used; "" when it can."""
        self.refusal.say(sentence)

    def judge(self, sentence: str) -> None:
        """Show what the text's check found here; what is being written keeps its own refusal."""
        if not self.box.isModified():
            self.refuse(sentence)

    def _number(self) -> float:
        return float(self._value) if isinstance(self._value, int | float) else 0.0

    def _edit(self, value: object) -> Edit:
        def edit(scene: SceneDocument) -> SceneDocument:
            return with_value(scene, self.path, value)

        return edit

    # -- the box ----------------------------------------------------------------------------------------------

    def _entered(self) -> None:
        """Use what was written in the box; what is refused stays there with the reason."""
        if not self.box.isModified():
            return
        refused = None
        for value in candidates(self.box.text(), self._value):
            first = self.document.apply(self.title.text, self._edit(value))
            if first is None:
                self.box.setModified(False)
                self.refuse("")
                self.edited.emit(self.path)
                return
            refused = refused or first
        self.refuse(str(refused) if refused is not None else "")

    # -- the slider -------------------------------------------------------------------------------------------

    def _grab(self) -> None:
        refused = self.document.begin_drag(self.title.text)
        self.refuse(str(refused) if refused is not None else "")

    def _moved(self, place: int) -> None:
        """The number follows at once, the text a little later."""
        if self.travel is not None:
            self.box.setText(spelled(self.travel.value(place)))
            if not self._follow.isActive():
                self._follow.start()

    def _show_drag(self) -> None:
        if self.document.dragging and self.travel is not None:
            value = self.travel.value(self.slider.sliderPosition())
            here = value if self.travel.place(self._number()) != self.slider.sliderPosition() else self._value
            refused = self.document.drag(self._edit(here))
            self.refuse(str(refused) if refused is not None else "")

    def _let_go(self) -> None:
        self._follow.stop()
        if not self.document.dragging:  # it was refused, or taken back meanwhile
            self._show()
            return
        self._show_drag()
        self.document.end_drag()
        self._show()
        self.edited.emit(self.path)

    def _show(self) -> None:
        """Show the value that the scene has."""
        self.box.setText(spelled(self._value))
        if self.travel is not None:
            self.slider.setValue(self.travel.place(self._number()))

    def nudge(self, places: int) -> None:
        """Turn by so many places of the slider."""
        if self.travel is None:
            return
        value = self.travel.moved(self._number(), places)
        refused = self.document.apply(self.title.text, self._edit(value), merge=self.path)
        self.refuse(str(refused) if refused is not None else "")
        if refused is None:
            self.edited.emit(self.path)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(event, QWheelEvent):
            event.ignore()  # it scrolls the form; a slider under the mouse is not meant
            return True
        if not isinstance(event, QKeyEvent):
            return False
        steps = {**_SMALL, **_LARGE}.get(Qt.Key(event.key()))
        if steps is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # the arrows are the transport's elsewhere
            return True
        if event.type() == QEvent.Type.KeyPress:
            self.nudge(steps)
            return True
        return False
