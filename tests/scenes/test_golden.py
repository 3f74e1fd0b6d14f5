"""The first steps of every packaged scene, as text: a change of the engine's order of effects shows as a diff.

Rewritten only with `--update-golden`; the commit says why.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.timeline.timeline import Timeline
from tests.scenes.runs import SCENES, run_of

GOLDEN = Path(__file__).parents[1] / "golden"
STEPS = 120


def lines_of(timeline: Timeline) -> list[str]:
    """Return the first steps: time in nanoseconds, CPU, context, function, object."""
    lines = []
    for number in range(min(STEPS, timeline.steps)):
        step = timeline.step(number)
        cpu = "-" if step.cpu is None else str(step.cpu)
        thing = timeline.label(step.packet) if step.packet else ""
        lines.append(f"{step.time:9} {cpu:>2} {step.where:9} {step.function.name:32} {thing}".rstrip())
    return lines


@pytest.mark.parametrize("name", SCENES)
def test_the_first_steps_are_as_they_were(name: str, request: pytest.FixtureRequest) -> None:
    text = "\n".join(lines_of(run_of(name).timeline)) + "\n"
    path = GOLDEN / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_of_a_scene_that_is_gone() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == sorted(SCENES)
