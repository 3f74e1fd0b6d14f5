"""Where one is in the scene's telling: title and caption of the chapter, and the way to the others."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from engine.scenario.document import SceneDocument
from engine.scenario.errors import SceneError
from engine.scenario.telling import holds_until
from viewer.actions import tooltip
from viewer.chrome.elided import ElidedLabel
from viewer.chrome.icons import Sign
from viewer.chrome.look import Look
from viewer.chrome.widgets import Button
from viewer.lasting import Lasting
from viewer.navigator import Navigator
from viewer.session import Session
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

SETTLE_MS = 60


def _holds_until(document: SceneDocument, variant: str, sets: tuple[str, ...]) -> int | None:
    try:
        return holds_until(document, variant, sets)
    except SceneError:  # the variant was edited into no scene; what is shown is an older one
        return None


class Chapters(QWidget):
    """Hidden for a scene without chapters."""

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__()
        self.session, self.navigator = session, navigator
        self.setAccessibleName("Chapters")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.before = Button(look, sign=Sign.LEFT, sign_px=16.0)
        self.before.setToolTip(tooltip("previous_chapter"))
        self.before.setAccessibleName("Previous chapter")
        self.before.clicked.connect(navigator.previous_chapter)
        self.after = Button(look, sign=Sign.RIGHT, sign_px=16.0)
        self.after.setToolTip(tooltip("next_chapter"))
        self.after.setAccessibleName("Next chapter")
        self.after.clicked.connect(navigator.next_chapter)
        self.number = Button(look, "", ink=Role.TEXT_SECONDARY, kind=Type.SMALL)
        self.number.setToolTip("All chapters")
        self.number.setAccessibleName("All chapters")
        self.number.clicked.connect(self.show_all)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.title = ElidedLabel(look, Type.LABEL, Role.TEXT)
        self.caption = ElidedLabel(look, Type.SMALL, Role.TEXT_SECONDARY)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.caption)
        words.addStretch(1)
        row.addWidget(self.before)
        row.addWidget(self.number)
        row.addWidget(self.after)
        row.addSpacing(8)
        row.addLayout(words, 1)
        self._until: Lasting[int | None] = Lasting(session.lasting)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        session.moved.connect(self._soon)
        session.grew.connect(self._soon)
        session.opened.connect(self.refresh)
        self.refresh()

    def _soon(self) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def refresh(self) -> None:
        """Show the chapter that the moment belongs to."""
        chapters = self.session.chapters
        self.setVisible(bool(chapters))
        if not chapters:
            return
        here = self.navigator.chapter_here()
        self.number.say(f"{0 if here is None else here + 1} of {len(chapters)}")
        shown = chapters[0 if here is None else here]
        told = str((self.session.timeline.facts.get("question") or "") if self.session.timeline else "")
        self.title.say(told or shown.title if here is None else shown.title)
        caption = f"Next: {shown.title}" if here is None else shown.caption
        self.caption.say(
            caption if self._holds() else f"As written, not in {self.session.variant}: {caption}"
        )

    def _holds(self) -> bool:
        """Whether what the chapters tell is so in the future that is shown: they are written for one only."""
        session = self.session
        valid, variant = session.document.valid, session.variant
        if valid is None or variant is None or variant not in valid.variants:
            return True
        until = self._until.of(
            (valid, variant, session.sets), lambda: _holds_until(valid, variant, session.sets)
        )
        return until is None or session.moment.time_ns < until

    def show_all(self) -> None:
        """Offer every chapter."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        known = self.navigator.chapter_steps()
        for number, chapter in enumerate(self.session.chapters):
            entry = menu.addAction(f"{number + 1}   {chapter.title}")
            entry.setToolTip(chapter.caption)
            entry.setEnabled(known[number] is not None)
            entry.triggered.connect(self._goer(number))
        menu.setToolTipsVisible(True)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _goer(self, number: int) -> Callable[[], None]:
        return lambda: self.navigator.go_chapter(number)
