"""The upper edge: which scene, on what machine, where in its telling, and where to go."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout
from typing_extensions import override

from viewer.actions import tooltip
from viewer.chrome.chapters import Chapters
from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.search import WIDTH as SEARCH_WIDTH
from viewer.chrome.search import Search
from viewer.chrome.widgets import Button, Segments, label
from viewer.navigator import Navigator
from viewer.session import Session
from viewer.theme.fonts import Type, ui_room
from viewer.theme.tokens import Role, size_px

HEIGHT = size_px("titlebar")
NARROW = 1500
NARROWER = 1000


class TitleBar(QFrame):
    """The bar. Signals: `menu`, `scenes`, `theme`, `panels`, `compare` when their buttons are pressed."""

    menu = Signal()
    scenes = Signal()
    theme = Signal()
    panels = Signal()
    compare = Signal()

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.look = session, look
        self.setProperty("kind", "bar")
        self.setAccessibleName("Title bar")
        self.logo = self._button(Sign.LOGO, "Menu", "Every action, by menu", self.menu)
        self.scene = Button(look, "skbscope", Sign.CHEVRON, behind=True, kind=Type.STRONG, sign_px=14.0)
        self.scene.setToolTip("Scenes")
        self.scene.clicked.connect(self.scenes)
        self.facts = label("", Type.BODY, tone="secondary")
        self.modes = Segments(
            look,
            [
                ("explore", "Explore", "One future"),
                ("compare", "Compare", tooltip("compare")),
            ],
            "Mode",
        )
        self.modes.choose("explore")
        self.modes.chosen.connect(self._choose_mode)
        self.chapters = Chapters(session, navigator, look)
        self.search = Search(session, navigator, look)
        self.search.setToolTip(tooltip("jump"))
        self.colours = self._button(Sign.THEME, "Colours", "Dark, light, high contrast", self.theme)
        self.dock = self._button(Sign.PANEL, "Side panels", tooltip("inspector"), self.panels)
        self._fill()
        session.opened.connect(self.refresh)
        session.changed.connect(self.refresh)
        session.document.changed.connect(self.refresh)
        session.document.saved.connect(self.refresh)
        look.changed.connect(self._resized)
        self.refresh()
        self._resized()

    def _button(self, sign: Sign, name: str, tip: str, signal: Any) -> Button:
        button = Button(self.look, sign=sign, sign_px=20.0)
        button.fix(32, 32)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.clicked.connect(signal)
        return button

    def _fill(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 1)
        row.setSpacing(8)
        row.addWidget(self.logo)
        row.addWidget(self.scene)
        row.addSpacing(14)
        row.addWidget(self.facts)
        row.addSpacing(12)
        row.addWidget(self.modes)
        row.addSpacing(12)
        row.addWidget(self.chapters, 1)
        row.addStretch(0)
        row.addWidget(self.search, 0)
        row.addWidget(self.colours)
        row.addWidget(self.dock)

    def _choose_mode(self, key: str) -> None:
        """Ask for the other mode; what comes of it is shown by `refresh`."""
        if (key == "compare") != (self.session.other is not None):
            self.compare.emit()
        self.refresh()

    def focus_search(self) -> None:
        """Type where to go."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def refresh(self) -> None:
        """Show the scene's title and machine."""
        timeline = self.session.timeline
        told = timeline.facts if timeline is not None else {}
        title = str(told.get("title") or "skbscope")
        variant = told.get("variant")
        edited = " •" if self.session.document.dirty else ""
        self.scene.say(f"{title} · {variant}{edited}" if variant else f"{title}{edited}")
        self.facts.setText(machine_words(told))
        self.modes.choose("compare" if self.session.other is not None else "explore")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._resized()
        super().resizeEvent(event)

    def _resized(self) -> None:
        """Give each part its room: larger text makes the bar that of a narrower window."""
        self.setFixedHeight(ui_room(HEIGHT))
        width = self.width()
        self.facts.setVisible(width >= ui_room(NARROW))
        self.modes.setVisible(width >= ui_room(NARROWER))
        search = SEARCH_WIDTH if width >= ui_room(NARROW) else 240 if width >= ui_room(NARROWER) else 160
        self.search.setFixedWidth(ui_room(search))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            line = self.look.colour(Role.LINE_SUBTLE)
            painter.fillRect(QRectF(0.0, self.height() - 1.0, self.width(), 1.0), line)
            if self.facts.isVisible() and self.facts.text():
                strong = self.look.colour(Role.LINE_STRONG)
                top = (self.height() - 16.0) / 2.0
                painter.fillRect(QRectF(self.facts.x() - 14.0, top, 1.0, 16.0), strong)


def machine_words(told: dict[str, Any]) -> str:
    """Adapter, queues, HZ and kernel in a line; what is not told is left out."""
    words = []
    nics = told.get("nics") or []
    if nics:
        first = nics[0]
        words.append(
            " ".join(word for word in (str(first.get("driver", "")), _speed(first.get("speed_bps"))) if word)
        )
        queues = first.get("queues")
        if queues:
            words.append(f"{queues} queue" if queues == 1 else f"{queues} queues")
    if told.get("hz"):
        words.append(f"HZ {told['hz']}")
    if told.get("kernel"):
        words.append(f"v{told['kernel']}")
    return "  ·  ".join(words)


def _speed(bits: object) -> str:
    if not isinstance(bits, int) or bits <= 0:
        return ""
    if bits % 1_000_000_000 == 0:
        return f"{bits // 1_000_000_000} GbE"
    return f"{bits / 1_000_000_000:g} GbE" if bits >= 1_000_000_000 else f"{bits // 1_000_000} Mbit/s"
