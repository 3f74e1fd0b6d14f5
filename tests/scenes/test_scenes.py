"""Every packaged scene asks a question, answers it by running, and its answer depends on the cause."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from engine.moments import step_of
from engine.scenario.schema import Scene
from tests.scenes.runs import SCENES, run_of
from viewer.cli.checking import check_scene
from viewer.cli.sources import DEFAULT_SCENE, load_source

LESSONS = ("g1", "l1", "l2", "l3", "m1", "m3", "n2", "n4", "n5", "n7", "n8", "n9", "r8")
MOST_STEPS = 300_000


def scene_of(name: str) -> Scene:
    """Return a packaged scene as its file has it."""
    return load_source(name).scene


def test_the_lessons_are_there_and_a_default() -> None:
    assert DEFAULT_SCENE in SCENES
    assert [name.partition("-")[0] for name in SCENES if name != DEFAULT_SCENE] == list(LESSONS)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_says_what_it_is_about(name: str) -> None:
    scene = scene_of(name)
    assert scene.title
    assert scene.question.endswith("?")
    assert scene.lesson == ("" if name == DEFAULT_SCENE else name.partition("-")[0])
    assert len(scene.chapter) >= 3
    for chapter in scene.chapter:
        assert chapter.caption.endswith(".")
        assert chapter.notes
        assert chapter.focus
        assert chapter.speed is not None
    assert all(knob.label for knob in scene.knobs.values())


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_has_a_control_to_fail_in(name: str) -> None:
    scene = scene_of(name)
    assert any(variant.control for variant in scene.variant)
    assert any(expect.flips for expect in scene.expect)


@pytest.mark.parametrize("name", SCENES)
def test_a_run_is_short_and_its_chapters_come_in_order(name: str) -> None:
    ran = run_of(name)
    assert ran.timeline.steps <= MOST_STEPS
    assert ran.scene.until != "idle"
    starts = [step_of(moment, ran.timeline, ran.chapters) for moment in ran.chapters]
    assert all(before < after for before, after in pairwise(starts)), starts


@pytest.mark.parametrize("name", SCENES)
def test_commands_of_a_setup_are_lines_of_their_own(name: str) -> None:
    for line in scene_of(name).setup.splitlines():
        assert not line or re.match(r"(ethtool|sysctl|echo|chrt|taskset) ", line)


@pytest.mark.every_variant
@pytest.mark.parametrize("name", SCENES)
def test_what_a_scene_claims_holds_and_fails_without_its_cause(name: str) -> None:
    report = check_scene(name)
    assert not [f"{case.name}: {case.problem}" for case in report.cases if case.problem]
    assert len(report.cases) > 2 * (1 + len(scene_of(name).variant))
