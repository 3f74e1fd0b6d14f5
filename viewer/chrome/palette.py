"""The command palette: one line to type in, and everything that can be done.

What there is comes from providers, asked each time the palette opens: the window's actions, the scenes and variants,
and whatever others add. What is not possible now is listed with the reason, since somebody may look for it, but does
nothing. With nothing typed, what was done last stands first. What is found by its name stands before what is found
by its help or its key, and that before what only has the letters somewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.chrome.matching import Match, Rank, best, has_words
from viewer.chrome.palette_entries import Entry, Provider
from viewer.chrome.palette_rows import Entries, Found, RowPainter
from viewer.chrome.widgets import label
from viewer.theme.fonts import Type, ui_room
from viewer.theme.tokens import Role

WIDTH = 640
ROWS = 12
TOP = 64
RECENT_MOST = 6
_RECENT = "palette/recent"
HINT = "Type what you want to do"
NOTHING = "Nothing is called that."


class Palette(QFrame):
    """Opens over the window at its top middle; Enter does, Esc and a click elsewhere close.

    Attributes:
        providers: who says what there is.
    """

    def __init__(
        self, window: QWidget, look: Look, providers: Iterable[Provider], settings: QSettings | None = None
    ) -> None:
        """Make it.

        Args:
            window: what it opens over.
            look: the window's colours and text scale.
            providers: who says what there is.
            settings: where it remembers what was done last; None forgets it with the window.
        """
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.look, self.settings = look, settings
        self.providers: list[Provider] = list(providers)
        self.recent: list[str] = _remembered(settings)
        self._all: list[Entry] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName("Commands")
        self.line = QLineEdit()
        self.line.setPlaceholderText(HINT)
        self.line.setAccessibleName(HINT)
        self.line.setProperty("kind", "bare")
        self.line.installEventFilter(self)
        self.entries = Entries(self)
        self.list = QListView()
        self.list.setModel(self.entries)
        self.list.setItemDelegate(RowPainter(look, self.list))
        self.list.setProperty("kind", "bare")
        self.list.setAccessibleName("What can be done")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = label(NOTHING, Type.BODY, tone="secondary")
        self._fill()

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self.list)
        column.addWidget(self.nothing)
        self.line.textChanged.connect(self._typed)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(self._clicked)
        self.look.changed.connect(self._look_changed)

    # -- opening --------------------------------------------------------------------------------------------

    def open_now(self) -> None:
        """Open it, empty."""
        self._all = [entry for provider in self.providers for entry in provider()]
        self.line.clear()
        self._typed("")
        self.show()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        row = RowPainter.height()
        rows = min(self.entries.rowCount(), ROWS)
        self.line.setFixedHeight(ui_room(40))
        self.list.setVisible(rows > 0)
        self.nothing.setVisible(rows == 0)
        room = window.height() - TOP - self.line.height() - 48
        self.list.setFixedHeight(min(rows * row, max(room // row, 1) * row))
        width = min(ui_room(WIDTH), window.width() - 32)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(window.mapToGlobal(QPoint((window.width() - width) // 2, TOP)))

    # -- finding --------------------------------------------------------------------------------------------

    def found(self, query: str) -> list[Found]:
        """What fits a query, best first; what was done last first when nothing is asked for."""
        if not query.strip():
            by_name = {entry.name: entry for entry in self._all}
            first = [by_name[name] for name in self.recent if name in by_name]
            rest = [entry for entry in self._all if entry not in first]
            return [Found(entry, ()) for entry in (*first, *rest)]
        rows = [
            *(
                (entry, how.places, how.rank)
                for entry, how in best(query, self._all, lambda entry: entry.text)
            ),
            *(
                (entry, _within(entry, how), how.rank)
                for entry, how in best(query, self._all, lambda entry: entry.name)
            ),
        ]
        near = [Found(entry, places) for entry, places, rank in rows if rank < Rank.SUBSEQUENCE]
        by_more = [Found(entry, ()) for entry in self._all if has_words(query, entry.everything)]
        far = [Found(entry, places) for entry, places, rank in rows if rank is Rank.SUBSEQUENCE]
        best_of: dict[int, Found] = {}
        for found in (*near, *by_more, *far):
            best_of.setdefault(id(found.entry), found)
        return list(best_of.values())

    def _typed(self, text: str) -> None:
        self.entries.show(self.found(text))
        first = self.entries.first_possible()
        self.list.setCurrentIndex(self.entries.index(first, 0))
        self.list.scrollToTop()
        self._place()

    # -- doing ----------------------------------------------------------------------------------------------

    def do(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Do what stands in a row; False, and nothing, when it is not possible."""
        found = self.entries.at(index)
        if found is None or not found.entry.enabled:
            return False
        name = found.entry.name
        self.recent = [name, *(other for other in self.recent if other != name)][:RECENT_MOST]
        if self.settings is not None:
            self.settings.setValue(_RECENT, self.recent)
        self.hide()
        found.entry.do()
        return True

    def _clicked(self, index: QModelIndex) -> None:
        self.do(index)

    def _go(self, by: int) -> None:
        """Go up or down by so many rows, past what is not possible."""
        rows = self.entries.rowCount()
        wanted = min(max(self.list.currentIndex().row() + by, 0), rows - 1)
        beyond = range(wanted, rows) if by > 0 else range(wanted, -1, -1)
        before = range(wanted, -1, -1) if by > 0 else range(wanted, rows)
        for row in (*beyond, *before):
            if self.entries.rows[row].entry.enabled:
                self.list.setCurrentIndex(self.entries.index(row, 0))
                return

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return bool(super().eventFilter(watched, event))
        ways = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: ROWS - 1,
            Qt.Key.Key_PageUp: 1 - ROWS,
        }
        key = Qt.Key(event.key())
        if key in ways:
            self._go(ways[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.do(self.list.currentIndex())
        elif key is Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    # -- look -----------------------------------------------------------------------------------------------

    def _look_changed(self) -> None:
        if self.isVisible():
            self._place()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self.look.colour(Role.LINE_STRONG))
            painter.setBrush(self.look.colour(Role.RAISED))
            painter.drawRoundedRect(QRect(self.rect()).adjusted(0, 0, -1, -1), 10.0, 10.0)


def _within(entry: Entry, how: Match) -> tuple[int, ...]:
    """The letters found, as places in the text rather than in the whole name."""
    before = len(entry.name) - len(entry.text)
    return tuple(place - before for place in how.places if place >= before)


def _remembered(settings: QSettings | None) -> list[str]:
    value = settings.value(_RECENT, []) if settings is not None else []
    names = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []
    return [str(name) for name in names][:RECENT_MOST]
