"""Playing: time that runs forward or back, at a speed, until something stops it."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QObject

from engine.scenario.units import format_ns
from viewer.score import faster, slower
from viewer.session import Session

LONGEST_FRAME_MS = 100
"""A stall of the machine does not become a jump of the showing."""


class Player(QObject):
    """Lets the session's playhead move.

    Attributes:
        direction: 1 forward, -1 back, 0 paused.
        stopped_at: what stopped it last, "" when it was a person.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self.direction = 0
        self.stopped_at = ""
        session.opened.connect(self._opened)

    @property
    def moving(self) -> bool:
        """Whether frames must be drawn."""
        playhead = self.session.playhead
        return self.direction != 0 or (playhead is not None and playhead.gliding)

    def _opened(self) -> None:
        self.direction, self.stopped_at = 0, ""

    def toggle_play(self) -> None:
        """Play, or pause."""
        self._go(0 if self.direction else 1)

    def toggle_back(self) -> None:
        """Play backwards, or pause."""
        self._go(0 if self.direction else -1)

    def pause(self) -> None:
        """Stop; the moment stays as it is, acts under way."""
        self._go(0)

    def _go(self, direction: int) -> None:
        session = self.session
        playhead, timeline = session.playhead, session.timeline
        if playhead is None or timeline is None or not timeline.steps:
            return
        playhead.finish()
        if direction > 0 and timeline.complete and playhead.step >= timeline.steps - 1:
            playhead.rest(0)
        self.direction, self.stopped_at = direction, ""
        session.changed.emit()
        session.moved.emit()

    def stop(self, why: str) -> None:
        """Stop for a reason that the transport shows."""
        self.direction, self.stopped_at = 0, why
        self.session.changed.emit()

    def note(self, why: str) -> None:
        """Show why the playhead is where it is."""
        self.stopped_at = why

    def slower(self) -> None:
        """The next slower speed."""
        self.session.set_speed(slower(self.session.speed))

    def faster(self) -> None:
        """The next quicker speed."""
        self.session.set_speed(faster(self.session.speed))

    # -- the frame loop -----------------------------------------------------------------------------------

    def advance(self, passed_ns: int) -> None:
        """Let so much of the wall clock's time pass."""
        playhead = self.session.playhead
        if playhead is None or not self.moving:
            return
        ms = min(Fraction(passed_ns, 1_000_000), Fraction(LONGEST_FRAME_MS))
        if playhead.gliding:
            playhead.advance(ms)
        else:
            self._play(ms * self.direction)
        self.session.keep_up()
        self.session.moved.emit()

    def _play(self, ms: Fraction) -> None:
        session = self.session
        playhead, timeline = session.playhead, session.timeline
        if playhead is None or timeline is None:
            return
        before = playhead.step
        tau = playhead.tau + ms
        end = playhead.score.end
        playhead.show(min(tau, end))
        hit = session.breakpoints.hit(timeline, before, playhead.step) if playhead.step != before else None
        if hit is not None:
            playhead.rest(hit[0])
            self.stop(f"Stopped at {hit[1].text}")
        elif ms > 0 and tau >= end and timeline.complete:
            playhead.rest(timeline.steps - 1)
            self.stop("")
        elif ms < 0 and tau <= 0:
            playhead.rest(0)
            self.stop("")

    def next_hint(self) -> str:
        """What comes next, and in how much simulated time; "" when nothing is known to come."""
        session = self.session
        if session.events is None or session.timeline is None:
            return ""
        moment = session.moment
        coming = session.events.next(moment.step)
        if coming is None:
            return ""
        gap = int(session.timeline.time(coming.step)) - moment.time_ns
        return f"Next: {coming.event.value} in {format_ns(max(gap, 0), 1)}"
