"""The score: presentation time to moments.

Tau runs through simulated time at the given speed and stands still on the acts that hold. Everything is
integer arithmetic in ticks (a tick is the largest time that both clocks are multiples of), so the same tau
gives the same moment on every machine, and a step's own tau leads back to that step.

Simplified: acts under way are looked for among the next `LOOKAHEAD` steps; one that lasts longer than those
is not drawn as under way until it comes within reach.
"""

from __future__ import annotations

from collections import OrderedDict
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.timeline.schema import NO_CPU
from viewer.score.holds import BLOCK, Holds
from viewer.score.moment import Act, Moment
from viewer.score.speed import DEFAULT_SPEED

LOOKAHEAD = 4096
FLIGHTS = 64
"""How many acts of the hardware are shown under way at once."""

_MS = 1_000_000
_MEMO = 8


class _Block(NamedTuple):
    """Steps of a block: ticks from the block's base to the taking of each, ticks each one holds."""

    base: int
    taken: NDArray[np.int64]
    hold: NDArray[np.int64]


class Score:
    """Maps tau, in milliseconds of the showing, to moments of a timeline that may still grow.

    Args:
        holds: the timeline's holds, shared between scores of different speed.
        speed: shown nanoseconds for a simulated nanosecond.
    """

    def __init__(self, holds: Holds, speed: Fraction = DEFAULT_SPEED) -> None:
        if speed <= 0:
            raise ValueError(f"a speed must be above zero, not {speed}")
        self.holds = holds
        self.speed = speed
        self._source = holds.source
        self._per_ns, self._per_shown_ns = speed.numerator, speed.denominator
        scale = min(Fraction(1), speed / DEFAULT_SPEED)
        self._per_hold_ms = int(scale * _MS * self._per_shown_ns)
        self._blocks: OrderedDict[tuple[int, int], _Block] = OrderedDict()
        self._starts: dict[int, int] = {}

    # -- step to tau --------------------------------------------------------------------------------------

    def tau_of(self, step: int) -> Fraction:
        """When a step's effect is seen, in milliseconds; 0 for -1.

        Raises:
            IndexError: no such step.
        """
        return self._ms(self._taken(step)) if step >= 0 else Fraction(0)

    def tau_at(self, time_ns: int) -> Fraction:
        """The first tau that shows a simulated time: holds at that very time are still to come."""
        after = self._first_at(time_ns)
        if after == 0:
            return self._ms(time_ns * self._per_ns)
        gap = time_ns - self._time(after - 1)
        return self._ms(self._taken(after - 1) + gap * self._per_ns)

    @property
    def end(self) -> Fraction:
        """Tau of the last step there is so far."""
        return self.tau_of(self._source.steps - 1)

    # -- tau to moment ------------------------------------------------------------------------------------

    def rest(self, step: int) -> Moment:
        """The moment right after a step, every act at rest; -1 is the moment before the first."""
        return Moment(step, self._time(step) if step >= 0 else 0)

    def at(self, tau_ms: int | float | Fraction) -> Moment:
        """The moment at a tau; clamped to what there is."""
        ticks = int(Fraction(tau_ms) * (_MS * self._per_shown_ns))
        step = self._step_at(ticks)
        coming = step + 1
        if coming >= self._source.steps:
            return self.rest(step)
        block, at = self._block(coming // BLOCK), coming % BLOCK
        taken, hold = block.base + int(block.taken[at]), int(block.hold[at])
        time = self._time(coming)
        if ticks >= taken - hold:
            phase = (ticks - (taken - hold)) / hold
            return Moment(step, time, self._acts(step, time, coming, phase))
        earliest = self._time(step) if step >= 0 else 0
        now = max(earliest, time + (ticks - (taken - hold)) // self._per_ns)
        return Moment(step, now, self._acts(step, now, -1, 0.0))

    # -- the inside ---------------------------------------------------------------------------------------

    def _ms(self, ticks: int) -> Fraction:
        return Fraction(ticks, _MS * self._per_shown_ns)

    def _time(self, step: int) -> int:
        return int(self._source.column("time")[step])

    def _start(self, block: int) -> int:
        """Ticks up to the taking of the step before a block, moved to the time of its first step."""
        found = self._starts.get(block)
        if found is None:
            first = self._time(block * BLOCK)
            found = first * self._per_ns + self.holds.before(block) * self._per_hold_ms
            self._starts[block] = found
        return found

    def _block(self, number: int) -> _Block:
        first = number * BLOCK
        last = min(first + BLOCK, self._source.steps)
        found = self._blocks.get((number, last))
        if found is not None:
            self._blocks.move_to_end((number, last))
            return found
        if last <= first:
            raise IndexError(f"no step {first}: there are {self._source.steps}")
        hold = self.holds.of(first, last) * self._per_hold_ms
        times = self._source.column("time")[first:last].astype(np.int64)
        taken = (times - times[0]) * self._per_ns + np.cumsum(hold)
        block = self._blocks[number, last] = _Block(self._start(number), taken, hold)
        while len(self._blocks) > _MEMO:
            self._blocks.popitem(last=False)
        return block

    def _taken(self, step: int) -> int:
        if not 0 <= step < self._source.steps:
            raise IndexError(f"no step {step}: there are {self._source.steps}")
        block = self._block(step // BLOCK)
        return block.base + int(block.taken[step % BLOCK])

    def _step_at(self, ticks: int) -> int:
        """The last step that is taken by then; -1 for none."""
        count = self._source.steps
        if count == 0:
            return -1
        low, high = 0, (count - 1) // BLOCK
        while low < high:  # the last block that starts by then
            middle = (low + high + 1) // 2
            if self._start(middle) <= ticks:
                low = middle
            else:
                high = middle - 1
        block = self._block(low)
        return low * BLOCK + int(np.searchsorted(block.taken, ticks - block.base, "right")) - 1

    def _first_at(self, time_ns: int) -> int:
        """The first step at or after a simulated time; the number of steps when there is none."""
        low, high = 0, self._source.steps
        while low < high:
            middle = (low + high) // 2
            if self._time(middle) < time_ns:
                low = middle + 1
            else:
                high = middle
        return low

    def _acts(self, step: int, now: int, held: int, held_phase: float) -> tuple[Act, ...]:
        first = step + 1
        ahead = slice(first, min(first + LOOKAHEAD, self._source.steps))
        times = self._source.column("time")[ahead]
        starts = times - self._source.column("span")[ahead].astype(np.int64)
        under_way = first + np.flatnonzero((starts < now) & (times > now))
        acts = [self._act(held, held_phase, held=True)] if held >= 0 else []
        busy = [act.cpu for act in acts]
        flights = 0
        for coming in under_way[: 16 * FLIGHTS].tolist():
            time, start = int(times[coming - first]), int(starts[coming - first])
            act = self._act(coming, (now - start) / (time - start), held=False)
            if act.cpu == NO_CPU:
                flights += 1
                if flights > FLIGHTS:
                    continue
            elif act.cpu in busy:
                continue
            else:
                busy.append(act.cpu)
            acts.append(act)
        return tuple(acts)

    def _act(self, step: int, phase: float, *, held: bool) -> Act:
        where, function, packet = (int(self._source.column(name)[step]) for name in ("where", "fn", "packet"))
        return Act(step, phase, where >> 8, function, packet, held)
