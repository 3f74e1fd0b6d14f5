"""Words kept as bitmaps: the same word in the same font and colour is set once and stamped afterwards.

Setting type is the dearest part of painting a card. A word's bitmap is always stamped on whole device pixels, kept
or fresh, so the picture does not depend on what was drawn before.
"""

from __future__ import annotations

from collections import OrderedDict
from math import ceil, floor

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform

from viewer.theme.fonts import Face, font_px, metrics

KEPT_WORDS = 4096
_Word = tuple[QPixmap, float, float]


class Lettering:
    """Bitmaps of words."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], _Word] = OrderedDict()

    def draw(
        self,
        painter: QPainter,
        x: float,
        y: float,
        text: str,
        key: tuple[int, Face, int],
        tone: QColor,
        ratio: float,
    ) -> None:
        """Stamp a word with its base line's left end at (x, y), whole device pixels.

        The painter must have no transform of its own: bitmaps are stamped in device pixels, since Qt only copies
        them when nothing is scaled.
        """
        name = (text, key, tone.rgba(), ratio)
        word = self._kept.get(name)
        if word is None:
            word = self._kept[name] = _set(text, key, tone, ratio)
            if len(self._kept) > KEPT_WORDS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(name)
        at = QPointF(round(x * ratio) + word[1], round(y * ratio) + word[2])
        if ratio == 1.0:
            painter.drawPixmap(at, word[0])
            return
        painter.setWorldTransform(QTransform.fromScale(1.0 / ratio, 1.0 / ratio))
        painter.drawPixmap(at, word[0])
        painter.resetTransform()


def _set(text: str, key: tuple[int, Face, int], tone: QColor, ratio: float) -> _Word:
    """Draw a word into a bitmap that just holds it; its offset from the base line's left end."""
    box = metrics(*key).boundingRect(text)
    left, top = floor(box.left() * ratio) - 2, floor(box.top() * ratio) - 2
    right = ceil(max(box.right(), metrics(*key).horizontalAdvance(text)) * ratio) + 2
    bottom = ceil(box.bottom() * ratio) + 2
    pixmap = QPixmap(QSize(max(1, right - left), max(1, bottom - top)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(font_px(*key))
        painter.setPen(tone)
        painter.drawText(QPointF(-left / ratio, -top / ratio), text)
    pixmap.setDevicePixelRatio(1.0)
    return pixmap, float(left), float(top)
