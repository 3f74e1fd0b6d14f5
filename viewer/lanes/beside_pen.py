"""Painting what branches: the other future's lanes and series, and the forks on the ruler."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from viewer.lanes.contents import Block
from viewer.lanes.layout import OTHER, SLICE
from viewer.lanes.pen import LEFT_CENTRE, LanePen, ink_of
from viewer.lanes.series import Columns, Series
from viewer.picture.layer import Rect
from viewer.theme.fonts import Face, Type, font
from viewer.theme.tokens import Role

OTHER_SHARE = 0.6
"""How much of its colour the other future keeps."""

RING = 2.5
FORK = 9.0
"""Height and width of the sign of a fork, at a text scale of 100 %."""

DASH = (3.0, 3.0)


class BesidePen(LanePen):
    """Paints what belongs to another future, with one painter in one theme."""

    # -- the other future -----------------------------------------------------------------------------------

    def other_band(self, row: int) -> Rect:
        """The part of the other future's lane that is filled; close to the lane it belongs to."""
        other = self.layout.others[row]
        height = min(other.h - (3.0 if other.h >= 8.0 else 2.0), self.layout.grown(SLICE * OTHER))
        return Rect(other.x, other.y, other.w, height)

    def other_lane(self, row: int, made: Sequence[Block], same_to: float, known_to: float) -> None:
        """One CPU in the other future.

        Args:
            row: of the CPU.
            made: what it does after the parting.
            same_to: x up to which it does the same, which a hairline says.
            known_to: x up to which anything is known of it.
        """
        if self.layout.others[row].h == 0.0:
            return
        band = self.other_band(row)
        same = min(max(same_to, band.x), band.right)
        end = min(max(known_to, same), band.right)
        self._line(band.x, band.cy, same, band.cy, self._colour(Role.LINE_SUBTLE))
        self.painter.fillRect(QRectF(same, band.y, end - same, band.h), self._colour(Role.INPUT))
        self._blocks(band, made, OTHER_SHARE)
        self._ring(band.x - 6.0, band.cy)

    def _ring(self, x: float, y: float) -> None:
        """The mark of what is compared."""
        self.painter.save()
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(QPen(self._colour(Role.TEXT_TERTIARY), 1.0))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawEllipse(QPointF(x, y), RING, RING)
        self.painter.restore()

    def other_spark(self, row: int, series: Series, columns: Columns, top: int, first_x: float) -> None:
        """The same series in the other future, dashed, from the parting on."""
        rect = self.layout.sparks[row]
        room, base = rect.h - 6.0, rect.bottom - 2.0
        first = max(int(first_x - rect.x), 0)
        line = [
            QPointF(rect.x + x, base - high * room / top)
            for x, high in enumerate(columns.high[first:].tolist(), first)
        ]
        pen = QPen(self._colour(ink_of(series)), 1.0)
        pen.setDashPattern(DASH)
        self.painter.setPen(pen)
        self.painter.drawPolyline(QPolygonF(line))

    # -- forks ----------------------------------------------------------------------------------------------

    def fork(self, x: float) -> None:
        """A change at a moment, on the ruler."""
        ruler, (left, right) = self.layout.ruler, self.fork_span(x)
        size = self.layout.grown(FORK)
        place = QRectF(left, ruler.bottom - size - 1.0, right - left, size + 1.0)
        self.painter.fillRect(place, self._colour(Role.PANEL))
        self._sign(x, ruler.bottom, size, Role.TEXT)

    def fork_span(self, x: float) -> tuple[float, float]:
        """From where to where the sign of a fork reaches."""
        half = self.layout.grown(FORK) / 2.0 + 1.0
        return x - half, x + half

    def _sign(self, x: float, bottom: float, size: float, ink: Role) -> None:
        """A line that becomes two."""
        self.painter.save()
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(QPen(self._colour(ink), 1.5))
        parts, half, top = bottom - size * 0.5, size / 2.0 - 0.5, bottom - size
        self.painter.drawLines(
            [
                QLineF(x, bottom, x, parts),
                QLineF(x, parts, x - half, top + 0.5),
                QLineF(x, parts, x + half, top + 0.5),
            ]
        )
        self.painter.restore()

    def fork_width(self, name: str) -> float:
        """Width of the plate that names a branch."""
        return self.tag_width(name) + self.layout.grown(FORK) + 5.0

    def fork_plate(self, left: float, name: str) -> None:
        """The branch that begins at a fork."""
        size, ruler = self.layout.grown(FORK), self.layout.ruler
        place = QRectF(left, ruler.y - 1.0, self.fork_width(name), self.layout.grown(15.0))
        self.painter.save()
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(QPen(self._colour(Role.LINE_STRONG), 1.0))
        self.painter.setBrush(self._colour(Role.RAISED))
        self.painter.drawRoundedRect(place, 4.0, 4.0)
        self._sign(left + 6.0 + size / 2.0, place.center().y() + size / 2.0, size, Role.TEXT)
        self.painter.setFont(font(Type.MICRO, Face.MONO, 600))
        self.painter.setPen(self._colour(Role.TEXT))
        self.painter.drawText(place.adjusted(6.0 + size + 5.0, 0.0, 0.0, 0.0), LEFT_CENTRE, name)
        self.painter.restore()

    def parting(self, x: float) -> None:
        """The line at which two futures part."""
        ruler, body = self.layout.ruler, self.layout.body
        pen = QPen(self._colour(Role.TEXT_SECONDARY), 1.0)
        pen.setDashPattern((2.0, 3.0))
        self.painter.setPen(pen)
        self.painter.drawLine(QLineF(x, ruler.bottom, x, body.bottom))
