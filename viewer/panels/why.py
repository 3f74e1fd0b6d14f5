"""Why: what can be asked at a moment, and the answer, in links that lead to the steps they name.

The answer follows the playhead when it rests. Who goes along its links, or chooses another question, keeps it: the
moments that one visits do not change it until it is asked again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMenu
from typing_extensions import override

from engine.narration import packet_name
from engine.scenario.units import format_ns
from engine.timeline.timeline import Timeline
from engine.why import Link, Question, Why, questions
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.panels.board import Board
from viewer.panels.inspector_sheet import PointedSheet
from viewer.panels.sections import gap, wrapped
from viewer.panels.sheet import Cell, Row, words
from viewer.panels.subject import exists, is_packet
from viewer.panels.why_rows import Doing, answer_rows
from viewer.panels.why_text import text_table
from viewer.session import Selection, Session
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

REST_MS = 200
"""How long the playhead must have rested before anything is computed."""

KEPT = 64
"""Answers that are remembered."""

NOTHING_OPEN = "Nothing is open yet."
NOTHING_TO_ASK = (
    "There is nothing to ask here: step to a packet, a wake-up, an interrupt or a loss, or select one."
)
AGAIN = "ask again here"


class Asked(NamedTuple):
    """What was asked: at which step, about which selected object (0 for none), what there was to ask."""

    step: int
    uid: int
    questions: tuple[Question, ...]
    chosen: str


class WhyPanel(Board):
    """The panel.

    Attributes:
        asked: the question that is answered; None while there is nothing to ask.
        answer: its answer.
        pinned: whether it stays when the playhead moves.
    """

    def __init__(self, session: Session, navigator: Navigator, look: Look) -> None:
        super().__init__(session, look, "Why")
        self.navigator = navigator
        self.asked: Asked | None = None
        self.answer: Why | None = None
        self.pinned = False
        self._unfolded = False
        self._timeline: Timeline | None = None
        self._answers: dict[tuple[str, int, int], Why | None] = {}
        self._seen: tuple[int, int] = (-1, -1)
        sheet = PointedSheet(look, "Why")
        sheet.copied.connect(self.copy_sentence)
        self.sheet = sheet
        self.setWidget(sheet)
        self._timer.setInterval(REST_MS)

    # -- when it is told ------------------------------------------------------------------------------------

    @override
    def soon(self) -> None:
        """Refresh once the playhead rests: every frame of a showing puts it off."""
        moment = self.session.moment
        now = (moment.step, moment.time_ns)
        if now != self._seen or not self._timer.isActive():
            self._seen = now
            self._timer.start()

    @override
    def _opened(self) -> None:
        if not self.isVisible():
            self._ask_nothing()  # an answer holds its run
        super()._opened()

    @override
    def key(self) -> object:
        session = self.session
        timeline = session.timeline
        look = (self.look.theme, self.look.text_percent, self.sheet.room)
        here = (timeline, session.moment.step, self._uid(), self.pinned, self._unfolded)
        growing = timeline.steps if timeline is not None and not timeline.complete and not self.pinned else 0
        return (*here, self.asked.chosen if self.asked is not None else "", growing, *look)

    @override
    def refresh(self) -> None:
        if self.isVisible():
            self._heed()
        super().refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.soon()

    def _uid(self) -> int:
        """What is selected, else followed."""
        selection = self.session.selection
        timeline = self.session.timeline
        uid = selection.uid if selection is not None else self.session.followed
        return uid if uid and timeline is not None and exists(timeline, uid) else 0

    # -- asking ---------------------------------------------------------------------------------------------

    def ask(self, about: int = 0) -> None:
        """Ask anew at the present moment.

        Args:
            about: the object that is meant; 0 asks what is most worth asking at the step.
        """
        self.pinned, self._unfolded = False, False
        self.asked = None
        self._timer.stop()
        self._heed(about)
        self._told.forget()
        self.refresh()

    def choose(self, question: str) -> None:
        """Answer another question of those that were offered, and keep it."""
        asked = self.asked
        if asked is None:
            return
        self._take(asked._replace(chosen=question))
        self.pinned, self._unfolded = True, False
        self.refresh()

    def _heed(self, about: int = 0) -> None:
        """Ask at the moment, unless what was asked stands."""
        session, timeline = self.session, self.session.timeline
        if timeline is not self._timeline:
            self._ask_nothing()
            self._timeline = timeline
        if timeline is None or not session.has_steps:
            self.asked, self.answer = None, None
            return
        if self.pinned:
            return
        step, uid = max(session.moment.step, 0), about or self._uid()
        before = self.asked
        if before is not None and (before.step, before.uid) == (step, uid) and timeline.complete:
            return
        self._unfolded = self._unfolded and before is not None and before.step == step
        found = tuple(questions(timeline, step, uid))
        self.asked = self.answer = None
        for text in _in_order(timeline, found, step, about):
            asked = Asked(step, uid, found, text)
            if self._computed(asked) is not None:
                self._take(asked)
                self.pinned = bool(about)
                return

    def _ask_nothing(self) -> None:
        self._timeline, self.pinned, self.asked, self.answer = None, False, None, None
        self._answers.clear()

    def _take(self, asked: Asked) -> None:
        self.asked, self.answer = asked, self._computed(asked)

    def _computed(self, asked: Asked) -> Why | None:
        """The answer to what was asked, computed once for a question, a step and what is known of the run."""
        key = (asked.chosen, asked.step, self._timeline.steps if self._timeline is not None else 0)
        if key not in self._answers:
            if len(self._answers) >= KEPT:
                self._answers.clear()
            compute = next(do for text, do in asked.questions if text == asked.chosen)
            self._answers[key] = compute()
        return self._answers[key]

    # -- going along it -------------------------------------------------------------------------------------

    def follow_link(self, link: Link) -> None:
        """Go to where a link leads and select what it is about; the answer stays."""
        self.pinned = True
        if link.step >= 0:
            self.navigator.see(link.step)
        timeline = self.session.timeline
        if link.uid and timeline is not None and exists(timeline, link.uid):
            kind = "packet" if is_packet(timeline, link.uid) else "object"
            self.session.select(Selection(kind, timeline.label(link.uid), link.uid))

    def _unfold(self) -> None:
        self._unfolded = not self._unfolded
        self.refresh()

    def copy_sentence(self) -> None:
        """Put the answer's sentence on the clipboard."""
        if self.answer is not None:
            QGuiApplication.clipboard().setText(self.answer.sentence)

    def copy_table(self) -> None:
        """Put the answer on the clipboard as a table of text."""
        if self.answer is not None:
            QGuiApplication.clipboard().setText(text_table(self.answer))

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy the sentence").triggered.connect(self.copy_sentence)
        menu.addAction("Copy as text table").triggered.connect(self.copy_table)
        menu.popup(place)

    # -- what is told ---------------------------------------------------------------------------------------

    @override
    def rows(self) -> list[Row]:
        asked, answer = self.asked, self.answer
        room = self.sheet.room
        if asked is None or answer is None:
            self.note = ""
            sentence = NOTHING_TO_ASK if self.session.has_steps else NOTHING_OPEN
            lines = wrapped(sentence, room)
            return [Row((Cell((words(line, Role.TEXT_TERTIARY),)),)) for line in lines]
        self.note = "pinned" if self.pinned else "follows the playhead"
        doing = Doing(self.follow_link, self._menu, self._unfold)
        rows = [self._when(asked), *self._questions(asked, answer, room)]
        return [*rows, *answer_rows(self.look, answer, room, doing, unfolded=self._unfolded)]

    def _when(self, asked: Asked) -> Row:
        """The moment of the question, and the way to ask at another."""
        timeline = self._timeline
        time = format_ns(int(timeline.time(asked.step))) if timeline is not None else ""
        back = Cell(
            (words(f"asked at {time}", Role.TEXT_TERTIARY),), tip="go back there", do=self._go(asked.step)
        )
        if self.session.moment.step == asked.step:
            return Row((Cell(back.spans),))
        again = Cell((words(AGAIN, Role.TEXT, weight=600),), at=1.0, right=True, do=self.ask)
        return Row((back, again))

    def _questions(self, asked: Asked, answer: Why, room: float) -> list[Row]:
        """What can be asked, in the order it is offered; the chosen one bold, in the answer's own words."""
        rows = []
        for text, _ in asked.questions:
            if text == asked.chosen:
                lines = wrapped(answer.question, room, Type.EMPHASIS)
                rows += [
                    Row((Cell((words(line, Role.TEXT, Type.EMPHASIS),), menu=self._menu),), height=22.0)
                    for line in lines
                ]
            else:
                first, *rest = wrapped(text, room)
                rows.append(Row((Cell((words(first),), do=self._chooses(text)),)))
                rows += [Row((Cell((words(line),)),)) for line in rest]
        return [*rows, gap(4.0)]

    def _chooses(self, text: str) -> Callable[[], None]:
        return lambda: self.choose(text)

    def _go(self, step: int) -> Callable[[], None]:
        return lambda: self.navigator.see(step)


def _in_order(timeline: Timeline, found: tuple[Question, ...], step: int, about: int) -> list[str]:
    """The questions as they are tried: of an object that is meant its own first."""
    texts = [text for text, _ in found]
    if not about:
        return texts
    own = {text for text, _ in questions(timeline, step)}
    packet = is_packet(timeline, about)
    name = packet_name(timeline, int(timeline.frame_of(about))) if packet else timeline.label(about)
    return sorted(texts, key=lambda text: (text in own and name not in text, texts.index(text)))
