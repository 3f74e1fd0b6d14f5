"""A part of the form that opens and closes: a title, and rows that are made when it is first opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout
from typing_extensions import override

from viewer.chrome.icons import Sign, draw_sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import KeepsKeys
from viewer.panels.editor.fields import Flashing
from viewer.panels.editor.marks import FLASH
from viewer.theme.fonts import Face, Type, font, ui_line_px, ui_width
from viewer.theme.tokens import Motion, Role, motion_ms, radius_px, size_px

PAD, SIGN, PLATE_PX = 12, 14.0, 16


class Head(QAbstractButton):
    """The title of a section: press to open or close. A dot behind the title says that something is wrong inside."""

    def __init__(self, look: Look, title: str, note: str) -> None:
        super().__init__()
        self.look, self.note, self.wrong = look, note, False
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(f"{title} {note}".strip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        KeepsKeys(self)
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.setInterval(motion_ms(Motion.EMPHASIS))
        self._over.timeout.connect(self.update)
        look.changed.connect(self.updateGeometry)

    def flash(self) -> None:
        """Tint it for a moment."""
        self._over.start()
        self.update()

    def mark(self, *, wrong: bool) -> None:
        """Say whether something is wrong inside."""
        if wrong != self.wrong:
            self.wrong = wrong
            self.setAccessibleDescription("Something in it is wrong." if wrong else "")
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, max(ui_line_px(Type.LABEL) + 14, size_px("hit_min")))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = QRectF(self.rect())
            painter.setPen(Qt.PenStyle.NoPen)
            if self._over.isActive():
                painter.setBrush(self.look.colour(Role.CHANGED, FLASH))
                painter.drawRoundedRect(
                    rect.adjusted(4, 2, -4, -2), radius_px("control"), radius_px("control")
                )
            elif self.underMouse():
                painter.setBrush(self.look.colour(Role.RAISED))
                painter.drawRoundedRect(
                    rect.adjusted(4, 2, -4, -2), radius_px("control"), radius_px("control")
                )
            self._paint_sign(painter)
            self._paint_words(painter, rect)
            if self.hasFocus():
                painter.setPen(QPen(self.look.colour(Role.FOCUS), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(rect.adjusted(3, 1, -3, -1), 7.0, 7.0)

    def _paint_sign(self, painter: QPainter) -> None:
        painter.save()
        painter.translate(PAD + SIGN / 2.0, self.height() / 2.0)
        painter.rotate(0.0 if self.isChecked() else -90.0)
        place = QRectF(-SIGN / 2.0, -SIGN / 2.0, SIGN, SIGN)
        draw_sign(painter, Sign.CHEVRON, place, self.look.colour(Role.TEXT_SECONDARY))
        painter.restore()

    def _paint_words(self, painter: QPainter, rect: QRectF) -> None:
        inside = rect.adjusted(PAD + SIGN + 6, 0, -PAD, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self.look.colour(Role.TEXT))
        painter.setFont(font(Type.LABEL))
        room = inside.width() - (PLATE_PX + 8 if self.wrong else 0)
        noted = ui_width(self.text(), Type.LABEL) + ui_width(self.note, Type.SMALL) + 10 <= room
        title = QFontMetrics(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, round(room))
        self.setToolTip(self.text() if title != self.text() else "")
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | middle, title)
        if self.wrong:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour(Role.CHANGED))
            plate = QRectF(
                inside.left() + ui_width(title, Type.LABEL) + 8, rect.center().y() - 8, PLATE_PX, PLATE_PX
            )
            painter.drawRoundedRect(plate, radius_px("chip"), radius_px("chip"))
            painter.setPen(self.look.colour(Role.CHANGED_INK))
            painter.setFont(font(Type.SMALL, Face.UI, 700))
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, "!")
        if noted:  # the name goes before the note
            painter.setPen(self.look.colour(Role.TEXT_TERTIARY))
            painter.setFont(font(Type.SMALL))
            painter.drawText(inside, Qt.AlignmentFlag.AlignRight | middle, self.note)


class Section(QFrame):
    """A title and its rows.

    Args:
        look: the colours.
        title, note: what stands left and right in the title.
        make: makes the rows, once, when the section is first opened.
    """

    def __init__(self, look: Look, title: str, note: str, make: Callable[[], Sequence[Flashing]]) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._make = make
        self.rows: Sequence[Flashing] = ()
        self._made = False
        self.head = Head(look, title, note)
        self.head.toggled.connect(self._toggled)
        self._body = QFrame()
        self._body.setProperty("kind", "panel")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(2)
        self._body.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._body)

    @property
    def is_open(self) -> bool:
        """Whether its rows are shown."""
        return self.head.isChecked()

    def open(self) -> None:
        """Show the rows."""
        self.head.setChecked(True)

    def _toggled(self, on: bool) -> None:
        if on and not self._made:
            self._made = True
            self.rows = self._make()
            for row in self.rows:
                self._column.addWidget(row)
        self._body.setVisible(on)

    def row(self, path: str) -> Flashing | None:
        """The row of a path, if it is made."""
        return next((row for row in self.rows if row.path == path), None)
