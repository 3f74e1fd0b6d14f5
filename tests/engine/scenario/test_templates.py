"""Templates: scenes that load, with their comments, and that nobody takes for packaged scenes."""

from __future__ import annotations

import re

import pytest

from engine.scenario.document import load, resolve
from engine.scenario.errors import Refused
from engine.scenario.templates import SIMPLEST, Template, template, templates
from viewer.cli.sources import packaged_name, scene_names

EVERY = templates()


def test_the_simplest_comes_first() -> None:
    assert [each.name for each in EVERY] == ["minimal", "burst", "busy"]
    assert EVERY[0].name == SIMPLEST
    assert len(EVERY[0].text) < min(len(each.text) for each in EVERY[1:])


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.name)
def test_a_template_is_a_scene_that_explains_itself(each: Template) -> None:
    document = load(each.text)
    assert document.scene.title == each.title
    assert document.scene.question.endswith("?")
    assert document.scene.expect
    for variant in document.variants:
        resolve(document, variant)
    if each.name != SIMPLEST:
        assert any(variant.control for variant in document.scene.variant)
        assert any(expect.flips for expect in document.scene.expect)
    tables = re.findall(r"^\[\[?(?:flow|app|variant|nic|chapter|at)\]", each.text, re.MULTILINE)
    assert each.text.count("# ") >= len(tables)


def test_together_they_show_every_table_that_is_built() -> None:
    keys = {key for each in EVERY for key in load(each.text).data}
    assert keys >= {
        *("title", "question", "kernel", "seed", "until", "setup", "knobs", "host", "nic", "flow"),
        *("app", "at", "variant", "expect", "chapter"),
    }


def test_they_are_no_packaged_scenes() -> None:
    assert not {each.name for each in EVERY} & set(scene_names())
    assert packaged_name("minimal") is None


def test_a_wrong_name_is_told_the_nearest() -> None:
    with pytest.raises(Refused) as refused:
        template("bursts")
    assert refused.value.nearest == "burst"
