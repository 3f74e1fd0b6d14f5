"""Which words a window really draws, and where: every widget is painted into vectors, and its texts are read back.

What is stamped from bitmaps (the canvas, the lanes) is not seen here; their own tests ask their display lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QRegion, QTransform
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QAbstractScrollArea, QPlainTextEdit, QWidget

from viewer.canvas import Canvas
from viewer.lanes.view import LanesView

SVG = "{http://www.w3.org/2000/svg}"
SLACK = 1.6
"""Pixels that two words may share: side bearings and hinting-free metrics are not exact."""


class Word(NamedTuple):
    """A text that a widget draws, with its rectangle in the widget's pixels."""

    text: str
    rect: QRectF
    widget: QWidget


def words_of(widget: QWidget) -> list[Word]:
    """The texts of one widget, without those of its children."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(widget.size())
    with QPainter(generator) as painter:
        widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag(0))
    buffer.close()
    text = bytes(data.data()).decode("utf-8", "replace")
    return [Word(words, rect, widget) for words, rect in _texts(ET.fromstring(text), QTransform())]


def _texts(node: ET.Element, outer: QTransform) -> Iterator[tuple[str, QRectF]]:
    matrix = _matrix(node.get("transform", "")) * outer
    for child in node:
        if child.tag == f"{SVG}text":
            yield from _text(child, node, matrix)
        else:
            yield from _texts(child, matrix)


def _text(node: ET.Element, group: ET.Element, matrix: QTransform) -> Iterator[tuple[str, QRectF]]:
    words = "".join(node.itertext())
    if not words.strip():
        return
    font = QFont()
    font.setFamilies([name.strip(" '\"") for name in _told(node, group, "font-family").split(",")])
    font.setPixelSize(max(round(float(_told(node, group, "font-size") or 13)), 1))
    font.setWeight(QFont.Weight(int(_told(node, group, "font-weight") or 400)))
    measure = QFontMetricsF(font)
    x, y = float(node.get("x", "0")), float(node.get("y", "0"))
    ink = measure.tightBoundingRect(words)
    width = measure.horizontalAdvance(words)
    yield words, matrix.mapRect(QRectF(x, y + ink.top(), width, ink.height()))


def _told(node: ET.Element, group: ET.Element, name: str) -> str:
    return node.get(name) or group.get(name) or ""


def _matrix(text: str) -> QTransform:
    found = re.search(r"matrix\(([^)]*)\)", text)
    if found is None:
        return QTransform()
    a, b, c, d, dx, dy = (float(number) for number in re.split(r"[ ,]+", found[1].strip()))
    return QTransform(a, b, c, d, dx, dy)


def shown_widgets(window: QWidget) -> list[QWidget]:
    """The widgets that somebody sees: visible, with room, and not behind others."""
    found = []
    for widget in [window, *window.findChildren(QWidget)]:
        if not widget.isVisible() or widget.window() is not window or isinstance(widget, Canvas | LanesView):
            continue
        seen = widget.visibleRegion().boundingRect()
        if seen.width() < 2 or seen.height() < 2:
            continue
        middle = widget.mapTo(window, seen.center())
        top = window.childAt(middle)
        if top is None or top is widget or widget.isAncestorOf(top):
            found.append(widget)
    return found


def _scrolls(widget: QWidget) -> QAbstractScrollArea | None:
    """The scroll area whose contents or viewport a widget is."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return parent
        parent = parent.parentWidget()
    return None


def faults(window: QWidget) -> list[str]:
    """What is wrong with the words of a window: those that lie on others, and those that are cut."""
    found = []
    for widget in shown_widgets(window):
        words = words_of(widget)
        area = _scrolls(widget)
        seen = QRectF(widget.visibleRegion().boundingRect()).adjusted(-SLACK, -SLACK, SLACK, SLACK)
        sideways = isinstance(area, QPlainTextEdit) or (
            area is not None and area.horizontalScrollBar().maximum() > 0
        )
        for word in words:
            if not word.rect.intersects(seen):
                continue
            if not sideways and (word.rect.left() < seen.left() or word.rect.right() > seen.right()):
                found.append(f"cut at a side: {_named(word)}")
            if area is None and (word.rect.top() < seen.top() or word.rect.bottom() > seen.bottom()):
                found.append(f"cut above or below: {_named(word)}")
        found += _crossing(words)
    return found


def _crossing(words: list[Word]) -> list[str]:
    found = []
    for at, one in enumerate(words):
        for other in words[at + 1 :]:
            both = one.rect.intersected(other.rect)
            if both.width() > SLACK and both.height() > SLACK and one.text != other.text:
                found.append(f"on each other: {_named(one)} and {other.text!r}")
    return found


def _named(word: Word) -> str:
    widget = word.widget
    return (
        f"{word.text!r} of {type(widget).__name__} {widget.accessibleName()!r} in {widget.size().toTuple()}"
    )
