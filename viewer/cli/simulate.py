"""Running a scene in this process, for the commands that need no window."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.garbage import collected_seldom
from engine.moments import step_of, written_moment
from engine.results import judged, results
from engine.scenario.document import SceneDocument, resolve
from engine.scenario.errors import Refused, unknown_name
from engine.scenario.moment import AtTime
from engine.scenario.units import format_ns
from engine.timeline.timeline import Timeline

if TYPE_CHECKING:
    from engine.scenario.moment import Moment
    from engine.scenario.schema import Scene
    from engine.simulation import Simulation

PROGRESS_EVERY = 8
"""Chunks between two lines of progress; a short run shows none."""


@dataclass
class Ran:
    """A scene that was run.

    Attributes:
        document: its file.
        variant: the variant that ran, None for the scene itself.
        sets: settings from outside.
        simulation: what ran it.
        timeline: what happened.
        broken: invariants that did not hold after a chunk, if they were tested.
    """

    document: SceneDocument
    variant: str | None
    sets: tuple[str, ...]
    simulation: Simulation
    timeline: Timeline
    broken: tuple[str, ...] = ()
    _variants: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def scene(self) -> Scene:
        """The scene as it ran."""
        return resolve(self.document, self.variant, self.sets)

    @property
    def chapters(self) -> tuple[Moment, ...]:
        """Where the scene's chapters begin."""
        return tuple(chapter.at for chapter in self.scene.chapter)

    def moment(self, text: str) -> tuple[int, int]:
        """Return the step and the time of a moment as people write it.

        Raises:
            Refused: It names no moment, it does not come, or it is a time after the end of the run.
        """
        moment = written_moment(text)
        step = step_of(moment, self.timeline, self.chapters)
        if not isinstance(moment, AtTime):
            return step, int(self.timeline.time(step))
        if moment.ns > self.timeline.until:
            end = format_ns(int(self.timeline.until))
            raise Refused(f'moment "{text}": the run ends at {end}; its last moment is `end`')
        return step, moment.ns

    def results(self) -> dict[str, Any]:
        """Return the results at the end, expectations judged."""
        verdicts = judged(self.timeline, self.scene.expect, self.variant_results, self.chapters)
        return results(self.timeline, expect=verdicts, invariants=self.broken)

    def variant_results(self, name: str) -> Mapping[str, Any]:
        """Return the results of another variant of the same document, run on first use.

        Raises:
            Refused: There is no such variant.
        """
        if name not in self.document.variants:
            raise unknown_name("variant", name, self.document.variants)
        if name not in self._variants:
            other = simulate(self.document, name, self.sets)
            self._variants[name] = results(other.timeline)
        return self._variants[name]


def simulate(
    document: SceneDocument,
    variant: str | None = None,
    sets: Sequence[str] = (),
    *,
    checking: bool = False,
    known: dict[str, Mapping[str, Any]] | None = None,
) -> Ran:
    """Run a scene to its end.

    Args:
        document: the scene's file.
        variant: the variant to run, None for the scene itself.
        sets: settings from outside.
        checking: whether the host's invariants are tested after each chunk.
        known: results of variants that were run already, under the same settings; further ones are added.

    Raises:
        SceneError: The variant, a setting, or a command of the scene is wrong.
    """
    from engine.simulation import prepare

    simulation = prepare(document, variant, tuple(sets))
    timeline = Timeline(simulation.prologue)
    broken: dict[str, None] = {}
    with collected_seldom():
        for count, chunk in enumerate(simulation.chunks(), 1):
            timeline.append(chunk)
            if checking:
                broken.update((f"at {timeline.until} ns: {rule}", None) for rule in simulation.invariants())
            if count % PROGRESS_EVERY == 0:
                _tell(simulation.until_ns, simulation.of_ns, timeline.steps)
    if timeline.steps and sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    shared = {} if known is None else known
    return Ran(document, variant, tuple(sets), simulation, timeline, tuple(broken), shared)


def _tell(until_ns: int, of_ns: int | None, steps: int) -> None:
    """Show how far a long run has come, to a person only."""
    if sys.stderr.isatty():
        share = f"{until_ns * 100 // of_ns} %, " if of_ns else ""
        print(f"\r\x1b[Kcomputing: {share}{steps} steps", end="", file=sys.stderr, flush=True)
