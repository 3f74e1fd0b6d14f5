"""Where the showing is: at rest on a step, somewhere in tau, or gliding from one step to another.

Plain values and exact arithmetic; the wall clock only says how much tau to add. A glide is how a single
step is
shown: the acts between two moments at rest play in a fixed time, however long they take in simulated time.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from viewer.score import Moment, Score


@dataclass(slots=True)
class _Glide:
    origin: Fraction
    goal: Fraction
    step: int
    lasts_ms: Fraction
    passed_ms: Fraction = Fraction(0)


class Playhead:
    """The place in the showing of one timeline.

    Attributes:
        score: replaced when the speed or the filter changes; the place stays.
    """

    def __init__(self, score: Score) -> None:
        self.score = score
        self._step = -1
        self._tau: Fraction | None = None
        self._glide: _Glide | None = None
        self._seen: tuple[tuple[object, ...], Moment] | None = None

    @property
    def moment(self) -> Moment:
        """What is shown now."""
        tau = self._shown_tau()
        key = (self.score, self.score.holds.source.steps, self._step, tau)
        if self._seen is None or self._seen[0] != key:
            self._seen = key, self.score.rest(self._step) if tau is None else self.score.at(tau)
        return self._seen[1]

    def _shown_tau(self) -> Fraction | None:
        """Tau as it is shown, a glide's included; None at rest."""
        if self._glide is None:
            return self._tau
        glide = self._glide
        share = min(glide.passed_ms / glide.lasts_ms, Fraction(1))
        return glide.origin + (glide.goal - glide.origin) * share

    @property
    def step(self) -> int:
        """The step it rests on or comes from; while gliding the step it goes to."""
        if self._glide is not None:
            return self._glide.step
        return self._step if self._tau is None else self.moment.step

    @property
    def gliding(self) -> bool:
        """Whether a glide is under way."""
        return self._glide is not None

    @property
    def shown_tau(self) -> Fraction:
        """The place that is shown now, also in the middle of a glide."""
        shown = self._shown_tau()
        return self.tau if shown is None else shown

    @property
    def tau(self) -> Fraction:
        """The place in milliseconds of the showing."""
        if self._tau is not None:
            return self._tau
        return self.score.tau_of(self._step)

    def rest(self, step: int) -> None:
        """Be right after a step."""
        self._step, self._tau, self._glide = step, None, None

    def show(self, tau: Fraction) -> None:
        """Be at a tau, acts under way."""
        self._tau, self._glide = max(tau, Fraction(0)), None

    def show_time(self, time_ns: int) -> None:
        """Be at a simulated time."""
        self.show(self.score.tau_at(max(time_ns, 0)))

    def glide(self, step: int, lasts_ms: int) -> None:
        """Go to a later step in a fixed time; at once when that is 0 or the step is not later."""
        origin, goal = self.tau, self.score.tau_of(step)
        if lasts_ms <= 0 or goal <= origin:
            self.rest(step)
            return
        self._tau = origin
        self._glide = _Glide(origin, goal, step, Fraction(lasts_ms))

    def finish(self) -> None:
        """Complete a glide at once."""
        if self._glide is not None:
            self.rest(self._glide.step)

    def settle(self) -> None:
        """Let what is under way rest: the moment right after the last step taken."""
        self.finish()
        if self._tau is not None:
            self.rest(self.moment.step)

    def advance(self, ms: Fraction) -> None:
        """Let a glide go on."""
        if self._glide is not None:
            self._glide.passed_ms += ms
            if self._glide.passed_ms >= self._glide.lasts_ms:
                self.finish()

    def rescore(self, score: Score) -> None:
        """Keep the moment under another score: at rest stays at rest, else the simulated time stays."""
        self.finish()
        if self._tau is not None:
            now = self.moment
            self.score = score
            if now.at_rest:
                self.rest(now.step)
            else:
                low = score.tau_of(now.step)
                self.show(max(score.tau_at(now.time_ns), low))
            return
        self.score = score
