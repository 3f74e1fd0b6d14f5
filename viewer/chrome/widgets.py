"""Controls that paint themselves: a sign with or without a word, a row of choices, a chip, a label.

Every one has a name for screen readers, shows the keyboard's focus, and is at least as large to the mouse as
the tokens ask. What is drawn for 100 % grows with the interface's text scale, but never shrinks below that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QLabel, QWidget
from typing_extensions import override

from viewer.chrome.icons import Sign, draw_sign
from viewer.chrome.look import Look
from viewer.theme.fonts import Face, Type, font, type_weight, ui_line_px, ui_room, ui_width
from viewer.theme.tokens import Ink, Role, size_px

HIT = size_px("hit_min")
GAP = 8
FRAME = 3


class KeepsKeys(QObject):
    """Gives a button that has the keyboard its Space and Enter, which else would be the transport's."""

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button)
        self._button = button
        button.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.ShortcutOverride and (enter or event.key() == Qt.Key.Key_Space):
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and enter:
            self._button.click()
            return True
        return False


class Dress(StrEnum):
    """How a button looks at rest."""

    BARE = "bare"
    PRIMARY = "primary"
    SEGMENT = "segment"
    LOST = "lost"


class Button(QAbstractButton):
    """A button with a sign, a word, or both; the sign may stand behind the word.

    Attributes:
        dress: how it looks.
        sign: what is drawn; None for a word alone.
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        sign: Sign | None = None,
        *,
        dress: Dress = Dress.BARE,
        kind: Type = Type.LABEL,
        behind: bool = False,
        sign_px: float = 18.0,
        ink: Ink = Role.TEXT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.look, self.dress, self.sign, self.kind = look, dress, sign, kind
        self.ink = ink
        self._behind, self._drawn_sign = behind, sign_px
        self._fixed: tuple[int, int] | None = None
        self._pad = 8 if text or dress is not Dress.BARE else 4
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeepsKeys(self)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if text:
            self.setAccessibleName(text)
        look.changed.connect(self._resized)

    def fix(self, width: int, height: int) -> None:
        """Keep to a size, given as it is at a text scale of 100 %."""
        self._fixed = (width, height)
        self._resized()

    def _resized(self) -> None:
        if self._fixed is not None:
            self.setFixedSize(ui_room(self._fixed[0]), ui_room(self._fixed[1]))
        self.updateGeometry()
        self.update()

    @property
    def _sign_px(self) -> float:
        return float(ui_room(self._drawn_sign))

    def say(self, text: str) -> None:
        """Change the word; the room it needs changes with it."""
        if text != self.text():
            self.setText(text)
            if text:
                self.setAccessibleName(text)
            self.updateGeometry()

    def _word_px(self) -> float:
        return ui_width(self.text(), self.kind, Face.UI, self._weight()) if self.text() else 0.0

    def _weight(self) -> int:
        if self.dress is Dress.SEGMENT:
            return 600 if self.isChecked() else 500
        return type_weight(self.kind)

    @override
    def sizeHint(self) -> QSize:
        word, sign = self._word_px(), self._sign_px if self.sign else 0.0
        gap = 6.0 if word and sign else 0.0
        width = round(word + sign + gap + 2 * self._pad + 0.5)
        height = max(
            HIT, ui_line_px(self.kind) + GAP if self.text() else 0, round(sign) + GAP if self.sign else 0
        )
        return QSize(max(width, height if not self.text() else HIT), height)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_body(painter)
            self._paint_inside(painter)
            if self.hasFocus():
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7.0, 7.0)

    def _paint_body(self, painter: QPainter) -> None:
        rect = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        hover = self.underMouse() and self.isEnabled()
        if self.dress is Dress.PRIMARY:
            shade = Role.TEXT_SECONDARY if hover else Role.SELECT
            painter.setBrush(self.look.colour(shade if self.isEnabled() else Role.RAISED))
            painter.drawRoundedRect(rect, 8.0, 8.0)
        elif self.dress is Dress.SEGMENT and self.isChecked():
            painter.setPen(QPen(self.look.colour(Role.LINE_STRONG), 1.0))
            painter.setBrush(self.look.colour(Role.RAISED))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        elif self.dress is Dress.LOST:
            painter.setPen(QPen(self.look.colour(Role.LOST), 1.0))
            painter.setBrush(self.look.colour(Role.LOST_BG))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        elif hover or (self.isDown() and self.isEnabled()):
            painter.setBrush(self.look.colour(Role.INPUT if self.isDown() else Role.RAISED))
            painter.drawRoundedRect(rect, 6.0, 6.0)

    def _ink(self) -> Ink:
        if not self.isEnabled():
            return Role.TEXT_DISABLED
        if self.dress is Dress.PRIMARY:
            return Role.TEXT_INVERSE
        if self.dress is Dress.SEGMENT:
            return Role.TEXT if self.isChecked() or self.underMouse() else Role.TEXT_SECONDARY
        return self.ink

    def _paint_inside(self, painter: QPainter) -> None:
        colour = self.look.colour(self._ink())
        word, sign = self._word_px(), self._sign_px if self.sign else 0.0
        gap = 6.0 if word and sign else 0.0
        left = (self.width() - word - sign - gap) / 2.0
        if self.text() and not self.sign:
            left = (self.width() - word) / 2.0
        sign_left = left + word + gap if self._behind else left
        word_left = left if self._behind else left + sign + gap
        if self.sign:
            top = (self.height() - sign) / 2.0
            shade = self.look.colour(Role.LOST) if self.dress is Dress.LOST else colour
            draw_sign(painter, self.sign, QRectF(sign_left, top, sign, sign), shade)
        if self.text():
            painter.setPen(colour)
            painter.setFont(font(self.kind, Face.UI, self._weight()))
            place = QRectF(word_left, 0.0, word + 2.0, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())


class Segments(QFrame):
    """A row of words of which one is chosen. Signal: `chosen` with the word's key."""

    chosen = Signal(str)

    def __init__(self, look: Look, choices: list[tuple[str, str, str]], name: str) -> None:
        """Make it.

        Args:
            look: the window's colours.
            choices: key, word and tooltip of each.
            name: what the whole is called for screen readers.
        """
        super().__init__()
        self.setProperty("kind", "segments")
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(FRAME, FRAME, FRAME, FRAME)
        row.setSpacing(0)
        self.buttons: dict[str, Button] = {}
        look.changed.connect(self._resized)
        self._group = QButtonGroup(self)
        for key, word, tip in choices:
            button = Button(look, word, dress=Dress.SEGMENT)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.clicked.connect(self._emit(key))
            self._group.addButton(button)
            row.addWidget(button)
            self.buttons[key] = button
        self._resized()

    def _resized(self) -> None:
        tallest = max((button.sizeHint().height() for button in self.buttons.values()), default=HIT)
        self.setFixedHeight(tallest + 2 * FRAME)

    def _emit(self, key: str) -> Callable[[], None]:
        return lambda: self.chosen.emit(key)

    def choose(self, key: str) -> None:
        """Show which is chosen."""
        self.buttons[key].setChecked(True)


def label(text: str = "", kind: Type = Type.BODY, tone: str = "", face: str = "") -> QLabel:
    """A label in a step of the scale, a tone and a face of the style sheet."""
    made = QLabel(text)
    made.setProperty("type", kind.value)
    if tone:
        made.setProperty("tone", tone)
    if face:
        made.setProperty("face", face)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def show_fitting(width: float, always: Sequence[QWidget], others: Sequence[QWidget], gap: float) -> None:
    """Show those of a row's parts that have room, the most important first; a part with no room is hidden.

    Args:
        width: of the row, without its margins.
        always: parts that stay; those that are hidden need no room.
        others: parts that may go, the most important first.
        gap: room beside each part.
    """
    left = width - sum(part.sizeHint().width() + gap for part in always if not _put_away(part))
    for part in others:
        left -= part.sizeHint().width() + gap
        part.setVisible(left >= 0)


def _put_away(part: QWidget) -> bool:
    """Whether somebody hid a widget, other than that its window is not shown yet."""
    return part.isHidden() and part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
