"""What has to be true after each move of a walk, and the account of what was not."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import shiboken6

from tests.viewer.walk_memory import Memory, grown
from viewer.panels.editor.mapping import shown
from viewer.window import Window

LAST_MOVES = 12
CANVAS_LEAST = 200


@dataclass
class Report:
    """What came of a walk.

    Attributes:
        moves: how many there were.
        seconds: how long it took.
        faults: what went wrong, each once, with how often.
        before, after: memory at rest after the warm-up and at the end.
        trail: the last moves, and what is known of the one that is being done.
    """

    moves: int = 0
    seconds: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    before: Memory | None = None
    after: Memory | None = None
    trail: deque[list[str]] = field(default_factory=lambda: deque(maxlen=LAST_MOVES))
    _places: dict[str, str] = field(default_factory=dict)

    def fault(self, words: str) -> None:
        """Something is wrong; a fault at one place is told once, with the moves before it."""
        place = re.sub(r"0x[0-9a-f]+|\d+", "", words)[-600:]
        known = self._places.get(place)
        if known is None:
            way = "\n  ".join(" ".join(one) for one in self.trail)
            known = self._places[place] = f"{words}\nin move {self.moves}, after:\n  {way}"
        self.faults[known] = self.faults.get(known, 0) + 1

    @property
    def growth(self) -> float:
        """By what share memory grew; 0 where it cannot be told."""
        if self.before is None or self.after is None or not self.before.rss:
            return 0.0
        return self.after.rss / self.before.rss - 1.0

    def __str__(self) -> str:
        lines = [f"{self.moves} moves in {self.seconds:.0f} s, {len(self.faults)} faults"]
        lines += [f"\n{count} times: {fault}" for fault, count in self.faults.items()]
        if self.before is not None and self.after is not None:
            lines.append(
                f"\nmemory {self.before.rss / 1e6:.1f} -> {self.after.rss / 1e6:.1f} MB, {self.growth:+.1%}"
            )
            lines += grown(self.before, self.after)
        return "\n".join(lines)


def broken(window: Window) -> Iterator[str]:
    """What is not as it has to be; nothing when all is well."""
    session = window.session
    if session.timeline is not None and session.timeline.steps:
        yield from _misplaced(window)
    elif session.moment.step >= 0:
        yield f"the moment is step {session.moment.step} of nothing"
    if window.player.direction and not session.has_steps:
        yield "it plays and there is nothing to play"
    editor = window.editor
    if editor is not None and editor.text.toPlainText() != shown(session.document.text):
        yield "the editor's text is another than the document's"
    yield from _loose(window)
    if window.dock.isVisible() and window.canvas.width() < CANVAS_LEAST:
        yield f"the canvas is {window.canvas.width()} px wide"


def _misplaced(window: Window) -> Iterator[str]:
    """What is looked at and does not exist."""
    session = window.session
    timeline, moment = session.timeline, session.moment
    if timeline is None:
        return
    if not -1 <= moment.step < timeline.steps:
        yield f"the moment's step {moment.step} is none of {timeline.steps}"
    if not 0 <= moment.time_ns <= timeline.until:
        yield f"the moment {moment.time_ns} ns is not before {timeline.until} ns"
    if not 0 <= session.focused_cpu <= max(timeline.cpus, default=0):
        yield f"CPU {session.focused_cpu} is focused and does not exist"
    selected = session.selection.uid if session.selection is not None else 0
    for what, uid in (("selected", selected), ("followed", session.followed)):
        try:
            timeline.object(uid or 1)
        except KeyError:
            yield f"object {uid} is {what} and does not exist"


def _loose(window: Window) -> Iterator[str]:
    """Futures that are looked at and were let go."""
    session = window.session
    shown_one = session.future
    for name, future in (("shown", shown_one), ("compared", session.other), ("awaited", session.pending)):
        if future is None:
            continue
        if not shiboken6.isValid(future):
            yield f"the {name} future was deleted"
        elif all(future is not one for one in session.futures):
            yield f"the {name} future is none of those that are kept"
    if shown_one is not None and shown_one.timeline is not session.timeline:
        yield "the timeline is not that of the future that is shown"
