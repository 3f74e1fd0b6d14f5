"""The other future beside the one that is shown: the same simulated moment in it, and where the two part.

One transport moves both. Until they part they share their steps and so their moments exactly; after that the other
is looked at at the same simulated time.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject

from engine.timeline.cursor import Cursor
from engine.timeline.difference import Difference
from engine.timeline.query import ByPacket, Query
from engine.timeline.timeline import Timeline
from viewer.lasting import Lasting
from viewer.navigator import Navigator
from viewer.playhead import Playhead
from viewer.score import Holds, Moment, Score
from viewer.score.holds import everything
from viewer.session import Session
from viewer.stepping import ByFlow, ByFrames


class _Relative(NamedTuple):
    """A variant to compare with; no name is the scene as written."""

    name: str | None


class Comparison(QObject):
    """What the session's future is compared with.

    Attributes:
        ghost: whether each deck shows where the other's packets are.
    """

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session)
        self.session, self.navigator = session, navigator
        self.ghost = True
        self._score: Lasting[Score] = Lasting(session.lasting)
        self._difference: Lasting[Difference] = Lasting(session.lasting)
        self._cursor: Lasting[Cursor] = Lasting(session.lasting)

    @property
    def timeline(self) -> Timeline | None:
        """The other future's timeline; None while nothing is compared or nothing is known of it."""
        other = self.session.other
        return other.timeline if other is not None and other is not self.session.future else None

    @property
    def on(self) -> bool:
        """Whether there is something to compare with."""
        return self.session.other is not None

    @property
    def parted(self) -> int | None:
        """The first step at which the two do something different, as far as both are known; None while they do not.

        A setting that differs from the beginning is no such step until it makes a difference.
        """
        difference = self._parting()
        return difference.follow_rows() if difference is not None else None

    @property
    def moment(self) -> Moment:
        """What the other deck shows."""
        timeline, session = self.timeline, self.session
        if timeline is None or timeline.steps == 0:
            return Moment(-1, 0)
        here, score, difference = session.moment, self._scored(timeline), self._parting()
        if difference is None:
            return Moment(-1, 0)
        difference.follow_rows()
        shared = here.step < difference.rows
        # Between two steps nothing may be under way although time runs: only at a step's own time it is at rest.
        if here.at_rest and here.time_ns == difference.a.time(here.step):
            return score.rest(min(int(difference.matching(here.step)), timeline.steps - 1))
        playhead = session.playhead
        if shared and isinstance(playhead, Playhead):
            return score.at(min(playhead.shown_tau, score.end))
        return score.at(min(score.tau_at(here.time_ns), score.end))

    def state(self) -> Cursor | None:
        """The other host's state at its moment; read it, do not keep it."""
        timeline = self.timeline
        if timeline is None or timeline.steps == 0:
            return None
        cursor = self._cursor.of(timeline, lambda: Cursor(timeline))
        cursor.seek(max(self.moment.step, 0))
        return cursor

    # -- what people do ---------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Compare with the nearest relative of what is shown, or with nothing any more."""
        session = self.session
        if self.on:
            session.compare_nothing()
            return
        relative = self._relative()
        if relative is None:
            session.told.emit(
                "There is nothing to compare with: change something at a moment, and a branch begins there."
            )
            return
        session.compare_with(relative.name)

    def _relative(self) -> _Relative | None:
        """What a branch was made of, else the scene as written, else its first variant."""
        session, valid = self.session, self.session.document.valid
        here = session.variant
        if here is not None:
            parent = session.parents.get(here)
            known = valid is not None and parent in valid.variants
            return _Relative(parent if known else None)
        return _Relative(valid.variants[0]) if valid is not None and valid.variants else None

    def swap(self) -> None:
        """What is compared becomes what is shown, and the other way round."""
        session, other = self.session, self.session.other
        if other is None or session.future is None:
            return
        mine, valid = session.variant, session.document.valid
        known = (None, *valid.variants) if valid is not None else ()
        if mine not in known or other.variant not in known:
            session.told.emit("One of the two is no longer what the scene's text says.")
            return
        session.compare_with(mine)  # first, so that neither is let go while it is computed
        session.switch(other.variant)

    def go_difference(self) -> None:
        """Go to the first step at which the two differ."""
        session, step = self.session, self.parted
        if not self.on:
            session.told.emit("Nothing is compared.")
        elif step is None or session.timeline is None or step >= session.timeline.steps:
            session.told.emit("They do not differ, as far as they are computed.")
        else:
            self.navigator.see(step)

    def toggle_ghost(self) -> None:
        """Show where the other's packets are, or not."""
        self.ghost = not self.ghost
        self.session.changed.emit()

    # -- the inside ---------------------------------------------------------------------------------------------

    def _scored(self, timeline: Timeline) -> Score:
        """The other's score: the same speed, and holds for the same packets, or one tau would mean two moments."""
        session = self.session
        made_of = (
            timeline,
            session.speed,
            session.reduced_motion,
            session.followed,
            session.solo_flow,
            session.chosen,
        )

        def score() -> Score:
            keep = self._keep(timeline)
            chosen = everything if keep is None else lambda _, first, end: keep.mask(timeline, first, end)
            return Score(Holds(timeline, chosen, reduced=session.reduced_motion), session.speed)

        return self._score.of(made_of, score)

    def _keep(self, timeline: Timeline) -> Query | None:
        """The filter of the session's holds, for the other timeline."""
        session, other = self.session, self.session.other
        if session.followed:
            return ByPacket(session.followed)
        if session.chosen is not None:
            return ByFrames(session.chosen)
        if session.solo_flow and other is not None and other.flows is not None:
            return ByFlow(session.solo_flow, other.flows)
        return None

    def _parting(self) -> Difference | None:
        mine, other = self.session.timeline, self.timeline
        if mine is None or other is None:
            return None
        return self._difference.of((mine, other), lambda: Difference(mine, other))
