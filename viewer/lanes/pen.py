"""Painting the lanes: everything that stands still while the playhead moves, and the little that does not.

Pens are one pixel wide, rectangles of one colour go out together; a line wider than a pixel would cost ten times
as much. The still part is painted into a bitmap by the widget and only again when the stretch of time changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from engine.timeline.schema import Where
from viewer.lanes.contents import Arrow, Block, Poll
from viewer.lanes.contexts import LOOKS
from viewer.lanes.layout import SLICE, LanesLayout
from viewer.lanes.scale import TimeScale, unit_of
from viewer.lanes.series import Columns, Series
from viewer.picture.layer import Rect
from viewer.theme.colours import colour
from viewer.theme.fonts import Face, Type, font, ui_width
from viewer.theme.tokens import FlowInk, FlowPart, Ink, Role, ThemeName, opacity

LEFT_CENTRE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT_CENTRE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
POLLS_FROM = 12.0
"""Height of a lane's band from which on polls are told by their number, at a text scale of 100 %."""


def rectf(rect: Rect) -> QRectF:
    """The same rectangle for Qt."""
    return QRectF(rect.x, rect.y, rect.w, rect.h)


def ink_of(series: Series) -> Ink:
    """The colour of a series: its flow's, else that of text."""
    return FlowInk(series.flow, FlowPart.TEXT) if series.flow >= 0 else Role.TEXT_SECONDARY


def _free(x: float, text: str, taken: Sequence[tuple[float, float]]) -> bool:
    """Whether a number of the ruler stands clear of what is taken, from x to x."""
    width = ui_width(text, Type.MICRO)
    return all(x + width <= a or b <= x for a, b in taken)


class LanePen:
    """Paints parts of the lanes with one painter in one theme."""

    def __init__(self, painter: QPainter, theme: ThemeName, layout: LanesLayout) -> None:
        self.painter = painter
        self.theme = theme
        self.layout = layout

    def _colour(self, ink: Ink, share: float = 1.0) -> QColor:
        return colour(self.theme, ink, share)

    def _line(self, x0: float, y0: float, x1: float, y1: float, shade: QColor) -> None:
        self.painter.setPen(QPen(shade, 1.0))
        self.painter.drawLine(QLineF(x0, y0, x1, y1))

    def _name(self, text: str, rect: Rect, ink: Ink, weight: int, size: Type = Type.SMALL) -> None:
        self.painter.setFont(font(size, Face.UI, weight))
        self.painter.setPen(self._colour(ink))
        place = QRectF(
            0.0, rect.y - 6.0, rect.x - 12.0, rect.h + 12.0
        )  # a low lane's name reaches over its edges
        self.painter.drawText(place, RIGHT_CENTRE, text)

    # -- overview -------------------------------------------------------------------------------------------

    def overview(self, runs: Sequence[tuple[int, int, Where]], lost: Sequence[float], span_text: str) -> None:
        """The whole run in a strip; losses in their own red, over everything."""
        strip = self.layout.overview
        self.painter.fillRect(rectf(strip), self._colour(Role.INPUT))
        for a, b, where in runs:
            width = max(b - a, 1)
            place = QRectF(strip.x + a, strip.y + 2.0, width, strip.h - 4.0)
            self.painter.fillRect(place, self._colour(LOOKS[where].fill, 0.75))
        for x in lost:
            self.painter.fillRect(QRectF(x, strip.y + 1.0, 1.5, strip.h - 2.0), self._colour(Role.LOST))
        self._name(span_text, strip, Role.TEXT_SECONDARY, 500)

    def window(self, x0: float, x1: float) -> None:
        """The frame around what the lanes show, in the overview."""
        strip = self.layout.overview
        width = max(x1 - x0, 8.0)
        self.painter.setPen(QPen(self._colour(Role.SELECT), 1.5))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(QRectF(x0, strip.y - 2.0, width, strip.h + 4.0), 5.0, 5.0)

    # -- ruler ----------------------------------------------------------------------------------------------

    def ruler(self, scale: TimeScale, taken: Sequence[tuple[float, float]] = ()) -> None:
        """Times; the unit stands with the last one. Where something else is, from x to x, there is no number."""
        rect = self.layout.ruler
        if rect.h == 0:
            return
        ticks = scale.ticks()
        unit = unit_of(scale.end_ns)[1]
        texts = [(tick.x + 4.0, tick.text) for tick in ticks if tick.text]
        texts = [(x, text) for x, text in texts if _free(x, text, taken)]
        self.painter.setFont(font(Type.MICRO))
        for tick in ticks:
            height = rect.h - 5.0 if tick.text else 3.0
            self._line(tick.x, rect.bottom - height, tick.x, rect.bottom, self._colour(Role.LINE_STRONG))
        self.painter.setPen(self._colour(Role.TEXT_TERTIARY))
        with_unit = self._last_fitting(texts, f" {unit}", [*taken, (scale.right, scale.right)])
        for number, (x, text) in enumerate(texts):
            shown = f"{text} {unit}" if number == with_unit else text
            width = ui_width(shown, Type.MICRO)
            if x + width <= scale.right:
                self.painter.drawText(QRectF(x, rect.y - 1.0, width + 2.0, rect.h - 1.0), LEFT_CENTRE, shown)

    @staticmethod
    def _last_fitting(
        texts: Sequence[tuple[float, str]], unit: str, taken: Sequence[tuple[float, float]]
    ) -> int:
        """The last text that has room for the unit behind it; -1 when none has."""
        for number in range(len(texts) - 1, -1, -1):
            x, text = texts[number]
            if _free(x, text + unit, taken):
                return number
        return -1

    # -- lanes ----------------------------------------------------------------------------------------------

    def lane(self, row: int, blocks: Sequence[Block], polls: Sequence[Poll], *, focused: bool) -> None:
        """One CPU."""
        band = self.band(row)
        self.painter.fillRect(rectf(band), self._colour(Role.INPUT))
        named = self.layout.named(row)
        if named is not None:
            cpu = f"CPU {self.layout.first_cpu + row}"
            size = Type.SMALL if self.layout.roomy(named) else Type.MICRO
            self._name(
                cpu, named, Role.TEXT if focused else Role.TEXT_SECONDARY, 600 if focused else 500, size
            )
        self._blocks(band, blocks)
        self._polls(band, polls)

    def band(self, row: int) -> Rect:
        """The part of a lane that is filled."""
        lane = self.layout.lanes[row]
        height = min(self.layout.grown(SLICE), lane.h - 2.0)
        return Rect(lane.x, lane.y + (lane.h - height) / 2.0, lane.w, height)

    def _blocks(self, band: Rect, blocks: Sequence[Block], share: float = 1.0) -> None:
        by_look: dict[Where, list[QRectF]] = {}
        for block in blocks:
            gap = 1.0 if block.x1 - block.x0 > 4.0 else 0.0
            rect = QRectF(block.x0, band.y, block.x1 - block.x0 - gap, band.h)
            by_look.setdefault(block.where, []).append(rect)
        self.painter.setPen(Qt.PenStyle.NoPen)
        for where in sorted(by_look, key=lambda one: one is Where.HARDIRQ):
            look = LOOKS[where]
            self.painter.setBrush(self._colour(look.fill, share))
            self.painter.drawRects(by_look[where])
            if look.hatch:
                pattern = Qt.BrushStyle.BDiagPattern if look.hatch > 0 else Qt.BrushStyle.FDiagPattern
                self.painter.setBrush(QBrush(self._colour(look.ink, 0.35 * share), pattern))
                self.painter.drawRects([rect for rect in by_look[where] if rect.width() >= 6.0])

    def _polls(self, band: Rect, polls: Sequence[Poll]) -> None:
        if band.h < self.layout.grown(POLLS_FROM):
            return
        self.painter.setFont(font(Type.MICRO, Face.UI, 600))
        for poll in polls:
            look = LOOKS[poll.where]
            text = str(poll.work)
            need = ui_width(text, Type.MICRO, Face.UI, 600)
            if poll.x1 - poll.x0 < 5.0:
                continue
            self.painter.fillRect(QRectF(poll.x1 - 1.0, band.y, 1.0, band.h), self._colour(Role.PANEL))
            x0, x1 = max(poll.x0, band.x), min(poll.x1, band.right)
            if x1 - x0 >= need + 8.0:
                if look.hatch:  # no text on a hatch without a plate behind it
                    plate = QRectF((x0 + x1 - need) / 2.0 - 4.0, band.y, need + 8.0, band.h)
                    self.painter.fillRect(plate, self._colour(look.fill))
                self.painter.setPen(self._colour(look.ink))
                self.painter.drawText(QRectF(x0, band.y, x1 - x0, band.h), CENTRE, text)

    def arrows(self, arrows: Sequence[Arrow]) -> None:
        """Who set whom going: down or up from lane to lane, with a head at the end."""
        self.painter.save()
        body = self.layout.body
        self.painter.setClipRect(rectf(body))
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = self._colour(Role.HARDIRQ)
        for arrow in arrows:
            one, other = arrow.cpu0 - self.layout.first_cpu, arrow.cpu1 - self.layout.first_cpu
            rows = range(len(self.layout.lanes))
            if one not in rows or other not in rows or one == other:
                continue
            y0, y1 = self.band(one).cy, self.band(other).cy
            x1 = max(arrow.x1, arrow.x0 + 7.0)
            bend = 4.0 if y1 > y0 else -4.0
            path = QPainterPath(QPointF(arrow.x0, y0))
            path.lineTo(arrow.x0, y1 - bend)
            path.quadTo(arrow.x0, y1, arrow.x0 + 4.0, y1)
            path.lineTo(x1 - 4.0, y1)
            self.painter.strokePath(path, QPen(shade, 1.0))
            head = QPolygonF([QPointF(x1, y1), QPointF(x1 - 5.0, y1 - 3.0), QPointF(x1 - 5.0, y1 + 3.0)])
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(shade)
            self.painter.drawPolygon(head)
        self.painter.restore()

    # -- sparklines -----------------------------------------------------------------------------------------

    def spark(self, row: int, series: Series, columns: Columns | None, limit: int, top: int) -> None:
        """One series: area and line; its limit dashed. The full height stands for `top`."""
        rect = self.layout.sparks[row]
        self._name(series.label, rect, Role.TEXT_SECONDARY, 500)
        if columns is None:
            return
        room = rect.h - 6.0
        base = rect.bottom - 2.0
        ink = ink_of(series)
        highs = [
            QPointF(rect.x + x, base - high * room / top) for x, high in enumerate(columns.high.tolist())
        ]
        area = QPolygonF([QPointF(rect.x, base), *highs, QPointF(rect.x + len(highs), base)])
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self._colour(ink, 0.18))
        self.painter.drawPolygon(area)
        self.painter.setPen(QPen(self._colour(ink), 1.0))
        lows = columns.low.tolist()
        ranges = [
            QLineF(point.x(), point.y(), point.x(), base - low * room / top)
            for point, low in zip(highs, lows, strict=True)
            if base - low * room / top - point.y() > 1.0
        ]
        self.painter.drawPolyline(QPolygonF(highs))
        self.painter.drawLines(ranges)
        if limit:
            pen = QPen(self._colour(Role.TEXT_TERTIARY), 1.0, Qt.PenStyle.DashLine)
            self.painter.setPen(pen)
            y = base - limit * room / top
            self.painter.drawLine(QLineF(rect.x, y, rect.right, y))

    def losses(self, row: int, places: Sequence[float]) -> None:
        """Losses as ticks at the top of a sparkline."""
        rect = self.layout.sparks[row]
        for x in places:
            self.painter.fillRect(QRectF(x, rect.y + 1.0, 1.0, 5.0), self._colour(Role.LOST))

    # -- what moves -----------------------------------------------------------------------------------------

    def future(self) -> None:
        """Dim the lanes: nothing of this has happened yet."""
        self.painter.fillRect(rectf(self.layout.body), self._colour(Role.PANEL, opacity("future_scrim")))

    def unknown(self, x: float) -> None:
        """What is not computed yet: nothing, behind a line."""
        body = self.layout.body
        if body.x <= x < body.right:
            place = QRectF(x, body.y, body.right - x, body.h)
            self.painter.fillRect(place, self._colour(Role.PANEL, 0.85))
            self._line(x, body.y, x, body.bottom, self._colour(Role.LINE_STRONG))

    def coarse(self, x: float) -> None:
        """From here on only counters are recorded: the lanes say so."""
        body = self.layout.body
        left = max(x, body.x)
        if left >= body.right:
            return
        place = QRectF(left, body.y, body.right - left, body.h)
        self.painter.fillRect(place, QBrush(self._colour(Role.LINE_STRONG), Qt.BrushStyle.BDiagPattern))
        self.tag(left, "counters only")

    def playhead(self, x: float) -> None:
        """Where the showing is."""
        body, ruler = self.layout.body, self.layout.ruler
        if not body.x - 1.0 <= x <= body.right + 1.0:
            return
        shade = self._colour(Role.PLAYHEAD)
        self.painter.fillRect(QRectF(round(x) - 1.0, ruler.y, 2.0, body.bottom - ruler.y), shade)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(shade)
        top = ruler.y - 1.0
        corners = ((-6.0, 0.0), (6.0, 0.0), (6.0, 6.0), (0.0, 12.0), (-6.0, 6.0))
        self.painter.drawPolygon(QPolygonF([QPointF(x + dx, top + dy) for dx, dy in corners]))

    def flag(self, x: float) -> None:
        """A bookmark, on the ruler."""
        ruler = self.layout.ruler
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self._colour(Role.TEXT_SECONDARY))
        corners = ((-4.0, 0.0), (4.0, 0.0), (4.0, 11.0), (0.0, 8.0), (-4.0, 11.0))
        self.painter.drawPolygon(QPolygonF([QPointF(x + dx, ruler.y + 2.0 + dy) for dx, dy in corners]))

    def tag(self, x: float, text: str) -> None:
        """A word on the ruler with a line down through the lanes: something happens there."""
        body = self.layout.body
        width = self.tag_width(text)
        self.stem(x)
        self.plate(min(max(x - 2.0, body.x), body.right - width), width, text)

    @staticmethod
    def tag_width(text: str) -> float:
        """Width of the plate of a word on the ruler."""
        return ui_width(text, Type.MICRO, Face.MONO, 600) + 12.0

    def stem(self, x: float) -> None:
        """The line of a tag, from the ruler through the lanes."""
        ruler, body = self.layout.ruler, self.layout.body
        self.painter.fillRect(
            QRectF(x, ruler.y, 1.5, body.bottom - ruler.y), self._colour(Role.TEXT_TERTIARY)
        )

    def plate(self, left: float, width: float, text: str) -> None:
        """The word of a tag."""
        place = QRectF(left, self.layout.ruler.y - 2.0, width, self.layout.grown(16.0))
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self._colour(Role.TEXT_TERTIARY))
        self.painter.drawRoundedRect(place, 4.0, 4.0)
        self.painter.setFont(font(Type.MICRO, Face.MONO, 600))
        self.painter.setPen(self._colour(Role.TEXT_INVERSE))
        self.painter.drawText(place, CENTRE, text)

    def span(self, x0: float, x1: float, text: str) -> None:
        """A measured stretch."""
        body = self.layout.body
        left, right = min(x0, x1), max(x0, x1)
        self.painter.fillRect(QRectF(left, body.y, right - left, body.h), self._colour(Role.SELECT, 0.16))
        for x in (left, right):
            self._line(x, body.y, x, body.bottom, self._colour(Role.SELECT))
        width, height = ui_width(text, Type.LABEL) + 16.0, self.layout.grown(24.0)
        middle = min(max((left + right - width) / 2.0, body.x), body.right - width)
        place = QRectF(middle, body.cy - height / 2.0, width, height)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self._colour(Role.CHANGED))
        self.painter.drawRoundedRect(place, 4.0, 4.0)
        self.painter.setFont(font(Type.LABEL))
        self.painter.setPen(self._colour(Role.CHANGED_INK))
        self.painter.drawText(place, CENTRE, text)
