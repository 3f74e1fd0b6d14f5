"""The side dock: places one above the other, each with pages of which one is shown.

The title of a place is the handle that moves the border above it. A page is made when it is first shown, so what is
never looked at costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSplitter,
    QSplitterHandle,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.panels.tabs import TITLE, TabRow
from viewer.theme.fonts import ui_room
from viewer.theme.tokens import Role, size_px

SHARES = (536, 266, 234)
WIDTH = size_px("dock")
LEAST = 150
"""Height that a place is worth; in a low dock those used least are folded to their titles."""


class Page(NamedTuple):
    """A page: the name that actions use, the word in the title, how it is made.

    Its widget may have a `note`, words at the right of the title, a signal `noted` for when they change, and an
    `aside`, a widget for the title, which the page shows while it is seen itself.
    """

    key: str
    title: str
    make: Callable[[], QWidget]


class Place(QStackedWidget):
    """One place of the dock. Signals: `turned` when another page is shown, `made` when one was made."""

    turned = Signal()
    made = Signal()

    def __init__(self, look: Look, pages: Sequence[Page], *, first: bool) -> None:
        super().__init__()
        self.pages = tuple(pages)
        self.title = TabRow(look, [page.title for page in pages], line=not first)
        self.title.chosen.connect(self.show_page)
        self.title.note = self.note
        self._made: dict[int, QWidget] = {}
        self.here = -1
        self.setMinimumHeight(0)

    def note(self) -> str:
        """What the shown page says of itself."""
        page = self._made.get(self.here)
        return str(getattr(page, "note", "") or "")

    def page(self, number: int) -> QWidget:
        """A page's widget, made now if nobody asked for it before."""
        page = self._made.get(number)
        if page is None:
            page = self._made[number] = self.pages[number].make()
            self.made.emit()
            page.setMinimumHeight(0)
            self.addWidget(page)
            noted = getattr(page, "noted", None)
            if noted is not None:
                noted.connect(self.title.update)
            aside = getattr(page, "aside", None)
            if isinstance(aside, QWidget):
                self.title.take(aside)
        return page

    def show_page(self, number: int) -> None:
        """Show a page."""
        page = self.page(number)
        self.here = number
        self.setCurrentWidget(page)
        self.title.show_chosen(number)
        self.turned.emit()

    @override
    def minimumSizeHint(self) -> QSize:
        """A place may be as low as people make it: its page scrolls."""
        return QSize(0, 0)


class _Handle(QSplitterHandle):
    """A title that is dragged."""

    def __init__(self, splitter: QSplitter, title: TabRow) -> None:
        super().__init__(Qt.Orientation.Vertical, splitter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(title)

    @override
    def sizeHint(self) -> QSize:
        return QSize(100, ui_room(TITLE))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """The title paints itself."""


class _Splitter(QSplitter):
    def __init__(self, titles: Sequence[TabRow]) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._titles = titles
        self.setHandleWidth(ui_room(TITLE))
        self.setChildrenCollapsible(True)

    @override
    def createHandle(self) -> QSplitterHandle:
        number = self.count()
        if number == 0 or number >= len(self._titles):
            return super().createHandle()
        return _Handle(self, self._titles[number])


class Dock(QFrame):
    """The dock. Signals: `turned` with the key of the page that is shown now, `made` when a page was made."""

    turned = Signal(str)
    made = Signal()

    def __init__(self, places: Sequence[Sequence[Page]], look: Look) -> None:
        super().__init__()
        self.look = look
        self.setProperty("kind", "panel")
        self.setAccessibleName("Side panels")
        self.places = tuple(Place(look, pages, first=not number) for number, pages in enumerate(places))
        self._used = list(self.places)
        self._folded = False
        self._open_sizes = [share - TITLE for share in SHARES[: len(self.places)]]
        self.splitter = _Splitter([place.title for place in self.places])
        for place in self.places:
            self.splitter.addWidget(place)
            place.show_page(0)
            place.turned.connect(self._told(place))
            place.made.connect(self.made)
        self.splitter.setSizes(self._open_sizes)
        for number in range(len(self.places)):
            self.splitter.setStretchFactor(number, (5, 3, 2)[number])
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.places[0].title)
        column.addWidget(self.splitter, 1)
        look.changed.connect(self._resized)

    def _resized(self) -> None:
        self.splitter.setHandleWidth(ui_room(TITLE))
        self._fit()

    def _told(self, place: Place) -> Callable[[], None]:
        def tell() -> None:
            self._used = [place, *(one for one in self._used if one is not place)]
            self._unfold(place)
            self.turned.emit(place.pages[place.here].key)

        return tell

    # -- room -------------------------------------------------------------------------------------------------

    def _fit(self) -> None:
        """In a low dock fold the places that were used least; in one with room again, open them."""
        count = len(self.places)
        room = self.height() - count * ui_room(TITLE)
        fitting = max(1, min(count, room // ui_room(LEAST)))
        if fitting == count:
            if self._folded:
                self._folded = False
                self.splitter.setSizes(self._open_sizes)
            return
        if not self._folded:
            self._open_sizes = self.splitter.sizes()
        self._folded = True
        kept = self._used[:fitting]
        self.splitter.setSizes([room // fitting if place in kept else 0 for place in self.places])

    def _unfold(self, place: Place) -> None:
        """See that a place that somebody asked for has room."""
        if self._folded:
            self._fit()
            return
        sizes = self.splitter.sizes()
        at = self.places.index(place)
        if sizes[at] < LEAST // 2 and sum(sizes) > 2 * LEAST:
            highest = sizes.index(max(sizes))
            moved = min(LEAST, sizes[highest] // 2)
            sizes[highest] -= moved
            sizes[at] += moved
            self.splitter.setSizes(sizes)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _find(self, key: str) -> tuple[Place, int]:
        for place in self.places:
            for number, page in enumerate(place.pages):
                if page.key == key:
                    return place, number
        raise KeyError(key)

    def show_page(self, key: str) -> QWidget:
        """Show a page, making room if its place was closed; KeyError when there is none of that name."""
        place, number = self._find(key)
        place.show_page(number)
        return place.page(number)

    def page(self, key: str) -> QWidget:
        """A page's widget, made if nobody asked for it before; what is shown stays."""
        place, number = self._find(key)
        return place.page(number)

    def shown(self) -> tuple[str, ...]:
        """The keys of the pages that are shown, from top to bottom."""
        return tuple(place.pages[place.here].key for place in self.places)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            line = self.look.colour(Role.LINE_SUBTLE)
            painter.fillRect(QRectF(0.0, 0.0, 1.0, self.height()), line)
