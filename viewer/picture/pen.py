"""From records to QPainter: one function a record, the same for bitmaps and for vectors.

The pen knows the camera's scale and offset and the device's pixel ratio. Straight edges are snapped to device
pixels, so a one-pixel line is one pixel; text is set at the size its step allows.
"""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from viewer.picture.display import PLATE_PAD_X, PLATE_PAD_Y, Fit, fit_text, text_base, text_left
from viewer.picture.items import (
    Arc,
    Box,
    Cells,
    Dash,
    Disc,
    Donut,
    Glow,
    Hatch,
    Item,
    Mark,
    Stroke,
    Text,
    Tint,
)
from viewer.picture.lettering import Lettering
from viewer.picture.shapes import shape_points, towards, wedge
from viewer.picture.stamped import StampStore, draw_glow, stamp_cells, stamp_glow
from viewer.picture.strokes import brush_of, pen_of
from viewer.theme.colours import colour
from viewer.theme.fonts import font_px
from viewer.theme.tokens import Ink, Shape, ThemeName

_HEAD_PX = 9.0


class Pen:
    """Draws records with one painter under one camera.

    Words and cells are stamped from ``lettering`` and ``stamps`` where there are such, on a bitmap of ``size`` px;
    otherwise they are drawn.
    """

    def __init__(
        self,
        painter: QPainter,
        theme: ThemeName,
        ratio: float,
        *,
        scale: float = 1.0,
        dx: float = 0.0,
        dy: float = 0.0,
        outlines: bool = False,
        lettering: Lettering | None = None,
        stamps: StampStore | None = None,
        size: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.painter = painter
        self.theme = theme
        self.ratio = ratio
        self.scale = scale
        self.dx = dx
        self.dy = dy
        self.outlines = outlines
        self.lettering = lettering
        self.stamps = stamps
        self.size = size

    def draw(self, item: Item, percent: int = 100) -> None:
        """Draw one record; a text at a text scale."""
        match item:
            case Text():
                self._text(item, percent)
            case Box():
                self._box(item)
            case Stroke():
                self._stroke(item)
            case Cells():
                self._cells(item)
            case Disc():
                self._disc(item)
            case Mark():
                self._mark(item)
            case Donut():
                self._donut(item)
            case Arc():
                self._arc(item)
            case Tint():
                self._tint(item)
            case Glow():
                self._glow(item)
            case Hatch():
                self._hatch(item)

    def _x(self, x: float) -> float:
        return x * self.scale + self.dx

    def _y(self, y: float) -> float:
        return y * self.scale + self.dy

    def _snap(self, value: float) -> float:
        return round(value * self.ratio) / self.ratio

    def _width(self, width: float) -> float:
        """A line's width: hairlines stay one pixel, others grow with the zoom."""
        scaled = width if width <= 1.0 else width * self.scale
        return max(1.0 / self.ratio, round(scaled * self.ratio * 4.0) / 4.0 / self.ratio)

    def _brush(self, ink: Ink | None, opacity: float) -> QBrush:
        return brush_of(self.theme, ink, opacity)

    def _pen(
        self, ink: Ink | None, width: float, opacity: float, dash: Dash = Dash.SOLID, *, rounded: bool = False
    ) -> QPen:
        return pen_of(self.theme, ink, width, opacity, dash, rounded=rounded)

    def _snapped(self, x: float, y: float, w: float, h: float) -> QRectF:
        left, top = self._snap(self._x(x)), self._snap(self._y(y))
        right, bottom = self._snap(self._x(x + w)), self._snap(self._y(y + h))
        return QRectF(left, top, right - left, bottom - top)

    def _box(self, box: Box) -> None:
        rect = self._snapped(box.x, box.y, box.w, box.h)
        width = self._width(box.width) if box.stroke is not None else 0.0
        half = width / 2.0
        self.painter.setPen(self._pen(box.stroke, width, box.opacity if box.fill is None else 1.0, box.dash))
        self.painter.setBrush(self._brush(box.fill, box.opacity))
        inner = rect.adjusted(half, half, -half, -half)
        radius = min(box.radius * self.scale - half, inner.width() / 2.0, inner.height() / 2.0)
        if radius > 0.0:
            self.painter.drawRoundedRect(inner, radius, radius)
        else:
            self.painter.drawRect(inner)

    def _path(self, stroke: Stroke) -> QPainterPath:
        points = [QPointF(self._x(x), self._y(y)) for x, y in stroke.points]
        path = QPainterPath(points[0])
        if stroke.curve:
            for at in range(1, len(points) - 2, 3):
                path.cubicTo(points[at], points[at + 1], points[at + 2])
            return path
        radius = stroke.corner * self.scale
        for at in range(1, len(points)):
            if radius <= 0.0 or at == len(points) - 1:
                path.lineTo(points[at])
                continue
            before, here, after = points[at - 1], points[at], points[at + 1]
            path.lineTo(towards(here, before, radius))
            path.quadTo(here, towards(here, after, radius))
        return path

    def _stroke(self, stroke: Stroke) -> None:
        if stroke.filled:
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(self._brush(stroke.ink, stroke.opacity))
            self.painter.drawPolygon(QPolygonF([QPointF(self._x(x), self._y(y)) for x, y in stroke.points]))
            return
        width = self._width(stroke.width)
        self.painter.setPen(self._pen(stroke.ink, width, stroke.opacity, stroke.dash, rounded=True))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(stroke.points) == 2 and self._straight(stroke, width):
            return
        path = self._path(stroke)
        self.painter.drawPath(path)
        if stroke.head:
            self._head(path.pointAtPercent(1.0), path.angleAtPercent(1.0), stroke)

    def _straight(self, stroke: Stroke, width: float) -> bool:
        """Draw a level or upright line on whole device pixels; False when it is neither."""
        (x1, y1), (x2, y2) = stroke.points
        odd = 0.5 / self.ratio if round(width * self.ratio) % 2 else 0.0
        left, top = self._x(x1), self._y(y1)
        right, bottom = self._x(x2), self._y(y2)
        if y1 == y2:
            top = bottom = self._snap(top - odd) + odd
        elif x1 == x2:
            left = right = self._snap(left - odd) + odd
        else:
            return False
        self.painter.drawLine(QPointF(left, top), QPointF(right, bottom))
        if stroke.head:
            angle = (0.0 if right > left else 180.0) if y1 == y2 else (270.0 if bottom > top else 90.0)
            self._head(QPointF(right, bottom), angle, stroke)
        return True

    def _head(self, tip: QPointF, angle: float, stroke: Stroke) -> None:
        """An arrow head whose point is at ``tip``; Qt's angles grow against the clock."""
        size = (_HEAD_PX + stroke.width) * max(1.0, self.scale)
        way = -angle * pi / 180.0
        corners = [tip]
        for turn, reach in ((2.62, 1.0), (pi, 0.6), (-2.62, 1.0)):
            corners.append(
                QPointF(tip.x() + size * reach * cos(way + turn), tip.y() + size * reach * sin(way + turn))
            )
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self._brush(stroke.ink, stroke.opacity))
        self.painter.drawPolygon(QPolygonF(corners))

    def _cells(self, cells: Cells) -> None:
        if self.stamps is not None:
            stamp_cells(self, cells, self.stamps, self.size)
            return
        radius = cells.radius * self.scale
        last: tuple[Ink | None, float] | None = None
        for at, fill in enumerate(cells.fills):
            row, column = divmod(at, cells.columns)
            rect = self._snapped(cells.x + column * cells.dx, cells.y + row * cells.dy, cells.w, cells.h)
            opacity = cells.opacities[at] if cells.opacities else 1.0
            if (fill, opacity) != last:
                last = (fill, opacity)
                self.painter.setBrush(self._brush(fill, opacity))
                bare = fill is None and cells.empty is not None
                self.painter.setPen(self._pen(cells.empty if bare else None, 1.0 / self.ratio, opacity))
            if fill is None:
                if cells.empty is None:
                    continue
                half = 0.5 / self.ratio
                rect = rect.adjusted(half, half, -half, -half)
            if radius > 0.0:
                self.painter.drawRoundedRect(rect, radius, radius)
            else:
                self.painter.drawRect(rect)

    def _disc(self, disc: Disc) -> None:
        width = self._width(disc.width)
        self.painter.setPen(self._pen(disc.stroke, width, disc.opacity))
        self.painter.setBrush(self._brush(disc.fill, disc.opacity))
        reach = disc.radius * self.scale - (width / 2.0 if disc.stroke is not None else 0.0)
        self.painter.drawEllipse(QPointF(self._x(disc.x), self._y(disc.y)), reach, reach)

    def _mark(self, mark: Mark) -> None:
        width = self._width(mark.width)
        self.painter.setPen(self._pen(mark.stroke, width, mark.opacity))
        self.painter.setBrush(self._brush(mark.fill, mark.opacity))
        x, y, size = self._x(mark.x), self._y(mark.y), mark.size * self.scale
        half = width / 2.0 if mark.stroke is not None else 0.0
        if mark.shape is Shape.SQUARE:
            reach = size * 0.46 - half
            corner = size * 0.11
            self.painter.drawRoundedRect(QRectF(x - reach, y - reach, 2 * reach, 2 * reach), corner, corner)
            return
        corners = shape_points(mark.shape)
        if not corners:
            reach = size / 2.0 - half
            self.painter.drawEllipse(QPointF(x, y), reach, reach)
            return
        shrink = size - 2.0 * half
        self.painter.drawPolygon(QPolygonF([QPointF(x + px * shrink, y + py * shrink) for px, py in corners]))

    def _arc(self, arc: Arc) -> None:
        pen = self._pen(arc.ink, self._width(arc.width), arc.opacity, arc.dash)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        reach = arc.radius * self.scale
        rect = QRectF(self._x(arc.x) - reach, self._y(arc.y) - reach, 2 * reach, 2 * reach)
        self.painter.drawArc(rect, round((90.0 - arc.start) * 16), round(-arc.span * 16))

    def _donut(self, donut: Donut) -> None:
        """Segments as polygons between two circles, the gaps left open."""
        count = len(donut.stripes)
        if not count:
            return
        x, y, s = self._x(donut.x), self._y(donut.y), self.scale
        self.painter.setPen(Qt.PenStyle.NoPen)
        inner, outer = donut.inner * s, donut.outer * s
        gap = donut.gap_px / max(outer, 1.0) if count > 1 else 0.0
        each = 2.0 * pi / count
        for at, stripe in enumerate(donut.stripes):
            inks = stripe or (donut.track,)
            start, end = at * each + gap / 2.0, (at + 1) * each - gap / 2.0
            part = (end - start) / len(inks)
            for place, ink in enumerate(inks):
                self.painter.setBrush(self._brush(ink, donut.opacity))
                first = start + place * part
                self.painter.drawPolygon(wedge(x, y, inner, outer, first, first + part))

    def _tint(self, tint: Tint) -> None:
        rect = self._snapped(tint.x, tint.y, tint.w, tint.h)
        gradient = QLinearGradient(rect.left(), 0.0, rect.right(), 0.0)
        gradient.setColorAt(0.0, colour(self.theme, tint.ink, tint.opacity))
        gradient.setColorAt(1.0, colour(self.theme, tint.ink, 0.0))
        self.painter.fillRect(rect, QBrush(gradient))

    def _glow(self, glow: Glow) -> None:
        if self.stamps is not None:
            stamp_glow(self, glow, self.stamps)
            return
        reach = glow.rx * self.scale, glow.ry * self.scale
        draw_glow(self.painter, self.theme, glow, self._x(glow.x), self._y(glow.y), *reach)

    def _hatch(self, hatch: Hatch) -> None:
        """Lines cut to the rectangle by arithmetic, since vector files know no clipping."""
        rect = self._snapped(hatch.x, hatch.y, hatch.w, hatch.h)
        self.painter.setPen(self._pen(hatch.ink, self._width(hatch.width), hatch.opacity))
        run = rect.width() + rect.height()
        offset = hatch.step * self.scale / 2.0
        while offset < run:
            low = max(0.0, offset - rect.height())
            high = min(rect.width(), offset)
            if hatch.angle > 0:
                first = QPointF(rect.left() + low, rect.top() + offset - low)
                last = QPointF(rect.left() + high, rect.top() + offset - high)
            else:
                first = QPointF(rect.right() - low, rect.top() + offset - low)
                last = QPointF(rect.right() - high, rect.top() + offset - high)
            self.painter.drawLine(first, last)
            offset += hatch.step * self.scale

    def _text(self, text: Text, percent: int) -> None:
        fit = fit_text(text.runs, text.room, self.scale, percent)
        if fit is None:
            return
        x = text_left(text, fit, self._x(text.x))
        y = text_base(text, fit, self._y(text.y))
        if text.plate is not None:
            plate = QRectF(x, y - fit.rise, fit.width, fit.rise + fit.fall)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(self._brush(text.plate, 1.0))
            plate.adjust(-PLATE_PAD_X, -PLATE_PAD_Y, PLATE_PAD_X, PLATE_PAD_Y)
            self.painter.drawRoundedRect(plate, 4.0, 4.0)
        if text.tilt:
            self.painter.save()
            self.painter.translate(self._x(text.x), self._y(text.y))
            self.painter.rotate(text.tilt)
            self.painter.translate(-self._x(text.x), -self._y(text.y))
        self._runs(text, fit, x, self._snap(y))
        if text.tilt:
            self.painter.restore()

    def _runs(self, text: Text, fit: Fit, x: float, y: float) -> None:
        for run, px, width in zip(text.runs, fit.sizes, fit.widths, strict=True):
            key = run.font_key(px)
            tone = colour(self.theme, run.ink, text.opacity)
            if self.outlines:
                path = QPainterPath()
                path.setFillRule(Qt.FillRule.WindingFill)  # a letter's strokes overlap
                path.addText(QPointF(x, y), font_px(*key), run.text)
                self.painter.fillPath(path, QBrush(tone))
            elif self.lettering is not None and not text.tilt:
                self.lettering.draw(self.painter, self._snap(x), y, run.text, key, tone, self.ratio)
            else:
                self.painter.setFont(font_px(*key))
                self.painter.setPen(tone)
                self.painter.drawText(QPointF(self._snap(x), y), run.text)
            x += width
