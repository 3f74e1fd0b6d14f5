"""One future of a scene: a variant of its text, the run that computes it, and what is known of it so far.

A future that was computed stays as it is; a change of the scene makes another one. What was recorded stays playable
whatever becomes of the worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.timeline.chunk import Chunk, Prologue
from engine.timeline.timeline import Timeline
from viewer.events import EventIndex
from viewer.flows import FlowIndex
from viewer.run import Failure, Progress, Request, Run, Spare


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the scene's telling.

    Attributes:
        at: where it begins, a moment as text.
        title, caption: its words.
        focus: names of what it is about.
        speed: shown nanoseconds for a simulated one; None keeps what is set.
    """

    at: str
    title: str
    caption: str
    focus: tuple[str, ...] = ()
    speed: Fraction | None = None


class Future(QObject):
    """A run and its timeline.

    Signals, each with the future itself: `began` the prologue is known; `grew` more steps; `changed` progress,
    results or the end; `failed` it ended early, see `failure`.

    Attributes:
        request: what it is a run of; None for a timeline that came from elsewhere.
        timeline: None until the prologue is there.
        failure: why it ended early; None while it did not.
    """

    began = Signal(object)
    grew = Signal(object)
    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, request: Request | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.request = request
        self.run: Run | None = None
        self.timeline: Timeline | None = None
        self.events: EventIndex | None = None
        self.flows: FlowIndex | None = None
        self.results: dict[str, Any] = {}
        self.progress: Progress | None = None
        self.failure: Failure | None = None
        self.chapters: tuple[Chapter, ...] = ()

    @classmethod
    def of(cls, timeline: Timeline, parent: QObject | None = None) -> Future:
        """A timeline that is there already; it may still grow through `extend`."""
        made = cls(None, parent)
        made._know(timeline)
        return made

    @property
    def variant(self) -> str | None:
        """The name of the scene's variant; None for the scene as written."""
        if self.request is not None:
            return self.request.variant
        told = self.timeline.facts.get("variant") if self.timeline is not None else None
        return str(told) if told else None

    @property
    def running(self) -> bool:
        """Whether a worker computes."""
        return self.run is not None and self.run.running

    @property
    def complete(self) -> bool:
        """Whether the run came to its end."""
        return self.timeline is not None and self.timeline.complete

    @property
    def steps(self) -> int:
        """How many steps are known."""
        return self.timeline.steps if self.timeline is not None else 0

    def knows(self, time_ns: int) -> bool:
        """Whether everything up to a moment is known."""
        timeline = self.timeline
        return timeline is not None and timeline.steps > 0 and (timeline.complete or timeline.until > time_ns)

    def start(self, spare: Spare | None = None, command: list[str] | None = None) -> None:
        """Have it computed."""
        if self.request is None:
            raise ValueError("a timeline from elsewhere cannot be computed")
        process = spare.take() if spare is not None else None
        self.run = run = Run(self.request, self, command, process)
        run.prologue.connect(self._begin)
        run.chunk.connect(self.extend)
        run.progress.connect(self._progressed)
        run.results.connect(self._resulted)
        run.failed.connect(self._broke)
        run.finished.connect(self._ended)
        run.start()

    def cancel(self) -> None:
        """Stop computing; what there is stays."""
        if self.run is not None:
            self.run.cancel()

    def close(self) -> None:
        """End its process and stay silent."""
        if self.run is not None:
            self.run.close()
            self.run.deleteLater()
            self.run = None

    def extend(self, chunk: Chunk) -> None:
        """More of the run is known."""
        if self.timeline is None or self.events is None:
            raise ValueError("a chunk came before its prologue")
        self.timeline.append(chunk)
        self.events.grow()
        self.grew.emit(self)

    def _begin(self, prologue: Prologue) -> None:
        self._know(Timeline(prologue))
        self.began.emit(self)

    def _know(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.events = EventIndex(timeline)
        self.flows = FlowIndex(timeline)
        self.chapters = tuple(_chapter(one) for one in timeline.facts.get("chapters", ()))

    def _progressed(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit(self)

    def _resulted(self, results: dict[str, Any]) -> None:
        self.results = results
        self.changed.emit(self)

    def _ended(self) -> None:
        self.changed.emit(self)

    def _broke(self, failure: Failure) -> None:
        self.failure = failure
        self.failed.emit(self)


def _chapter(told: dict[str, Any]) -> Chapter:
    at, title, caption = (str(told.get(key) or "") for key in ("at", "title", "caption"))
    speed = told.get("speed")
    shown = Fraction(int(speed[1]), int(speed[0])) if speed else None
    return Chapter(at, title, caption, tuple(str(name) for name in told.get("focus") or ()), shown)
