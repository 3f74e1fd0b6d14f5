"""The side dock: panels one above the other. A panel's title is the handle that moves the border above it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QMenu, QSplitter, QSplitterHandle, QVBoxLayout, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.panels.counters import Counters
from viewer.panels.inspector import Inspector
from viewer.panels.scene_text import SceneText
from viewer.panels.sheet import PAD
from viewer.theme.fonts import Face, Type, font
from viewer.theme.tokens import Role, size_px

TITLE = 36
SHARES = (536, 266, 234)
WIDTH = size_px("dock")


class Panel(Protocol):
    """What a panel says in its title."""

    @property
    def note(self) -> str:
        """Words at the right."""


class Title:
    """Paints a panel's title and note."""

    def __init__(self, look: Look, text: str, panel: Panel) -> None:
        self.look, self.text, self.panel = look, text, panel

    def paint(self, painter: QPainter, rect: QRectF, *, line: bool) -> None:
        """Paint it."""
        painter.fillRect(rect, self.look.colour(Role.PANEL))
        if line:
            top = QRectF(rect.left(), rect.top(), rect.width(), 1.0)
            painter.fillRect(top, self.look.colour(Role.LINE_SUBTLE))
        inside = rect.adjusted(PAD, 2.0, -PAD, 0.0)
        painter.setPen(self.look.colour(Role.TEXT))
        painter.setFont(font(Type.LABEL))
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text)
        painter.setPen(self.look.colour(Role.TEXT_SECONDARY))
        painter.setFont(font(Type.SMALL, Face.UI, 500))
        note = self.panel.note
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)


class _Top(QWidget):
    """The title of the first panel."""

    def __init__(self, title: Title) -> None:
        super().__init__()
        self.title = title
        self.setFixedHeight(TITLE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.title.paint(painter, QRectF(self.rect()), line=False)


class _Handle(QSplitterHandle):
    """A title that is dragged; a click on one that can, opens its menu."""

    def __init__(self, splitter: _Splitter, title: Title, do: Callable[[QPoint], None] | None) -> None:
        super().__init__(Qt.Orientation.Vertical, splitter)
        self.title, self._do = title, do
        self._pressed: QPoint | None = None
        self.setAccessibleName(f"{title.text}: drag to resize")

    @override
    def sizeHint(self) -> QSize:
        return QSize(100, TITLE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.title.paint(painter, QRectF(self.rect()), line=True)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.globalPosition().toPoint()
        super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.globalPosition().toPoint()
        if (
            self._do is not None
            and self._pressed is not None
            and (place - self._pressed).manhattanLength() < 4
        ):
            self._do(self.mapToGlobal(QPoint(int(PAD), TITLE)))


class _Splitter(QSplitter):
    def __init__(self, titles: list[tuple[Title, Callable[[QPoint], None] | None]]) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._titles = titles
        self.setHandleWidth(TITLE)
        self.setChildrenCollapsible(True)

    @override
    def createHandle(self) -> QSplitterHandle:
        title, do = self._titles[min(self.count(), len(self._titles) - 1)]
        return _Handle(self, title, do)


class Dock(QFrame):
    """Inspector, counters, the scene's text."""

    def __init__(self, inspector: Inspector, counters: Counters, scene: SceneText, look: Look) -> None:
        super().__init__()
        self.inspector, self.counters, self.scene = inspector, counters, scene
        self.look = look
        self.setProperty("kind", "panel")
        self.setAccessibleName("Side panels")
        self._top = _Top(Title(look, "Inspector", inspector))
        titles: list[tuple[Title, Callable[[QPoint], None] | None]] = [
            (Title(look, "Inspector", inspector), None),
            (Title(look, "Counters  ⌄", counters), self._choose_page),
            (Title(look, "Scene", scene), None),
        ]
        self.splitter = _Splitter(titles)
        framed = QFrame()
        framed.setProperty("kind", "panel")
        inside = QVBoxLayout(framed)
        inside.setContentsMargins(int(PAD) - 10, 0, 0, 0)
        inside.addWidget(scene)
        for panel in (inspector, counters, framed):
            panel.setMinimumHeight(0)
            self.splitter.addWidget(panel)
        self.splitter.setSizes([SHARES[0] - TITLE, SHARES[1] - TITLE, SHARES[2] - TITLE])
        for place in range(3):
            self.splitter.setStretchFactor(place, (5, 3, 2)[place])
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(self.splitter, 1)
        look.changed.connect(self.repaint_titles)
        inspector.noted.connect(self.repaint_titles)
        counters.noted.connect(self.repaint_titles)

    def repaint_titles(self) -> None:
        """The notes may have changed."""
        self._top.update()
        for place in range(1, self.splitter.count()):
            self.splitter.handle(place).update()

    def _choose_page(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for page in self.counters.pages():
            entry = menu.addAction(page)
            entry.setCheckable(True)
            entry.setChecked(page == self.counters.page)
            entry.triggered.connect(self._shower(page))
        menu.popup(place)

    def _shower(self, page: str) -> Callable[[], None]:
        def show() -> None:
            self.counters.show_page(page)
            self.repaint_titles()

        return show

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            line = self.look.colour(Role.LINE_SUBTLE)
            painter.fillRect(QRectF(0.0, 0.0, 1.0, self.height()), line)
