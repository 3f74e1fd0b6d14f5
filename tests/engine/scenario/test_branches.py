"""Branches: variants made, renamed and taken away, and all other text as it was, to the byte."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scenario.document import SceneDocument, load, resolve
from engine.scenario.edit import (
    branch_name,
    renamed_variant,
    with_at,
    with_branch,
    without_value,
    without_variant,
)
from engine.scenario.errors import SceneError
from engine.scenario.templates import templates
from engine.scenario.units import parse_time
from tests.engine.scenario.samples import SCENE, changed, sample

PACKAGED: dict[str, str] = {
    entry.name: entry.read_text(encoding="utf-8")
    for entry in sorted(files("scenes").iterdir(), key=lambda each: each.name)
    if entry.name.endswith(".toml")
}
PACKAGED.update((each.name, each.text) for each in templates())


@cache
def packaged(name: str, line_end: str = "\n") -> SceneDocument:
    return load(PACKAGED[name].replace("\n", line_end), name=name)


def added(before: str, after: str) -> str:
    """Return the one stretch of text that came; fail if anything else changed."""
    start = next(
        (n for n, pair in enumerate(zip(before, after, strict=False)) if len({*pair}) > 1), len(before)
    )
    for first in range(start, -1, -1):  # the stretch may begin with what comes after it
        rest = len(before) - first
        if before[first:] == after[len(after) - rest :] and before[:first] == after[:first]:
            return after[first : len(after) - rest]
    raise AssertionError(f"more than one place changed: {after}")


COMMANDS = st.sampled_from(
    ["ethtool -C eth0 rx-usecs 0", "sysctl -w net.core.netdev_budget=64", 'echo "f" > /sys/x', "a\nb", "ä\\"]
)
TIMES = st.integers(0, 10**10) | st.sampled_from(["0ns", "700us", "1.25ms", "3s"])


@st.composite
def rows(draw: st.DrawFn, document: SceneDocument) -> dict[str, Any]:
    """Return a change that a scene can have."""
    time = draw(TIMES)
    apps = [{app.name for app in resolve(document, variant).app} for variant in (None, *document.variants)]
    everywhere = sorted(set.intersection(*apps))  # a variant may have others
    if not everywhere or draw(st.booleans()):
        return {"time": time, "run": draw(COMMANDS)}
    name = draw(st.sampled_from(everywhere))
    acts: list[dict[str, Any]] = [{"do": "pause"}, {"do": "exit"}, {"move": 0}]
    act = draw(st.sampled_from(acts))
    return {"time": time, "app": {"name": name, **act}}


@settings(deadline=None, max_examples=40)
@given(st.data(), st.sampled_from(sorted(PACKAGED)), st.sampled_from(["\n", "\r\n"]))
def test_a_branch_is_a_table_more_and_goes_without_a_trace(data: st.DataObject, name: str, ends: str) -> None:
    document = packaged(name, ends)
    parent = data.draw(st.sampled_from([None, *document.variants]))
    changes = data.draw(st.lists(rows(document), max_size=3))
    new = branch_name(document)
    branch = with_branch(document, parent, new, changes)
    assert added(document.text, branch.text).count("[[") == 1
    assert ("\r\n" in branch.text) == (ends == "\r\n")
    assert branch.variants == (*document.variants, new)
    assert {key: value for key, value in branch.data.items() if key != "variant"} == {
        key: value for key, value in document.data.items() if key != "variant"
    }
    ours, theirs = resolve(branch, new), resolve(document, parent)
    assert len(ours.at) == len(theirs.at) + len(changes)
    assert ours.setup == theirs.setup
    for each, change in zip(ours.at[len(theirs.at) :], changes, strict=True):
        assert each.time == (
            change["time"] if isinstance(change["time"], int) else parse_time(change["time"])
        )
        assert each.run == change.get("run")
        assert (each.app.name if each.app else None) == change.get("app", {}).get("name")
    without = without_variant(branch, new)
    assert without.data == document.data
    assert without.text == document.text


@settings(deadline=None, max_examples=40)
@given(st.data(), st.sampled_from(sorted(PACKAGED)))
def test_a_change_is_a_stretch_more(data: st.DataObject, name: str) -> None:
    document = packaged(name)
    variant = data.draw(st.sampled_from([None, "new", *document.variants]))
    row = data.draw(rows(document))
    after = with_at(document, variant, row["time"], row.get("run"), app=row.get("app"))
    assert added(document.text, after.text)
    before = resolve(document, variant if variant in document.variants else None).at
    assert resolve(after, variant).at[: len(before)] == before
    assert len(resolve(after, variant).at) == len(before) + 1
    again = with_at(after, variant, 5, "true")
    assert added(after.text, again.text)
    assert resolve(again, variant).at[-1].run == "true"


@pytest.mark.parametrize("name", sorted(PACKAGED))
def test_every_variant_can_be_renamed_and_called_as_before(name: str) -> None:
    document = packaged(name)
    for variant in document.variants:
        renamed = renamed_variant(document, variant, "quite.new")
        assert [each.replace("quite.new", variant) for each in renamed.variants] == list(document.variants)
        assert renamed.text == document.text.replace(f'name = "{variant}"', 'name = "quite.new"').replace(
            f"run('{variant}')", "run('quite.new')"
        )
        assert renamed_variant(renamed, "quite.new", variant).text == document.text


@pytest.mark.parametrize("name", sorted(PACKAGED))
def test_every_variant_that_no_claim_is_about_can_go(name: str) -> None:
    document = packaged(name)
    for variant in document.variants:
        if f"run('{variant}')" in document.text:
            with pytest.raises(SceneError) as refused:
                without_variant(document, variant)
            assert "remove that claim first" in str(refused.value)
            assert refused.value.line is not None
            continue
        after = without_variant(document, variant)
        assert variant not in after.variants
        gone = added(after.text, document.text)
        assert f'name = "{variant}"' in gone
        assert gone.count("[[") == 1


def test_a_branch_begins_as_a_copy() -> None:
    branch = with_branch(sample(), "control", "what-if", [{"time": 700_000, "run": "ip link"}])
    row = branch.data["variant"][1]
    parent = deepcopy(sample().data["variant"][0])
    assert row == {
        "name": "what-if",
        "title": "branch at 700 µs",
        "set": parent["set"],
        "setup": parent["setup"],
        "at": [*parent["at"], {"time": "700µs", "run": "ip link"}],
    }
    assert not branch.scene.variant[1].control
    assert "at = [\n    {time" in branch.text
    knob = with_branch(
        load(changed("[host]", '[host]\nhz = "${hz}"').replace("knobs    = {", "knobs    = { hz = { value = 250 },")),
        None, "k", [{"time": "${hz}us", "run": "x"}],
    )  # fmt: skip
    assert knob.scene.variant[-1].title == "branch at ${hz}us"
    assert with_branch(sample(), None, "b", []).scene.variant[-1].title == "copy of A burst"


def test_the_comment_above_a_variant_goes_with_it_and_others_stay() -> None:
    text = SCENE + (
        "\n# One.\n[[variant]]\nname = \"one\" # here\n# of one\n\n# Two.\n\n[[variant]]\nname = \"two\"\n# Three.\n"
        '[[variant]]\nname = "three"\n[variant.set]\nseed = 3\n[[variant.at]]\ntime = "1us"\nrun = "x"\n'
    )  # fmt: skip
    document = load(text)
    one = without_variant(document, "one").text
    assert "One." not in one
    assert "of one" not in one
    assert "# Two.\n\n[[variant]]" in one
    two = without_variant(document, "two").text
    assert "# of one\n\n# Two.\n# Three.\n[[variant]]" in two
    three = without_variant(document, "three").text
    assert three.endswith('name = "two"\n# Three.\n')
    more = with_at(document, "three", "2us", "y")
    assert more.text == f'{text}\n[[variant.at]]\ntime = "2us"\nrun = "y"\n'
    assert without_variant(with_at(document, "two", "2us", "y"), "two").text == two


def test_variants_in_one_array_are_edited_there() -> None:
    scene = SCENE[: SCENE.index("[[variant]]")] + SCENE[SCENE.index("[[expect]]") :]
    text = f'variant = [{{ name = "a" }},  # first\n  {{ name = "b", at = [] }}]\n{scene}'
    document = load(text)
    branch = with_branch(document, "b", "c", [{"time": 5, "run": "x"}])
    assert branch.variants == ("a", "b", "c")
    assert branch.text.endswith(scene)
    assert without_variant(branch, "c").data == document.data
    assert resolve(with_at(document, "a", 5, "x"), "a").at[-1].run == "x"
    assert resolve(with_at(document, "b", 5, "x"), "b").at[-1].run == "x"
    assert without_variant(without_variant(branch, "a"), "b").variants == ("c",)


def test_the_last_variant_goes_with_its_key() -> None:
    assert "variant" not in without_variant(sample(), "control").data


def test_a_claim_that_asks_through_a_knob_is_not_rewritten() -> None:
    text = changed("cpus = { value = 2 }", 'cpus = { value = 2 }, v = { value = "control" }').replace(
        'that = "flows.md', "that = \"run('${v}').flows.md"
    )
    with pytest.raises(SceneError, match=r"expect\[0\]\.that"):
        renamed_variant(load(text), "control", "x")
    with pytest.raises(SceneError, match=r"expect\[0\]\.that"):
        without_variant(load(text), "control")


def test_names_of_branches_count_up() -> None:
    assert branch_name(sample()) == "branch-1"
    document = with_branch(sample(), None, "Branch-1", [{"time": 5, "run": "x"}])
    assert branch_name(document) == "branch-2"
    assert branch_name(document, "what-if") == "what-if-1"


def test_what_cannot_be_is_refused() -> None:
    document = sample()
    row = {"time": "1us", "run": "x"}
    refused: list[tuple[Any, str]] = [
        (lambda: with_branch(document, "contrl", "b", [row]), 'did you mean "control"'),
        (lambda: with_branch(document, None, "control", [row]), "another variant of that name"),
        (lambda: with_branch(document, None, "a b", [row]), "must be letters"),
        (lambda: with_branch(document, None, "b", [{"time": "soon", "run": "x"}]), "must be a time"),
        (lambda: with_branch(document, None, "b", [{"time": "1us"}]), "exactly one of run, app"),
        (lambda: with_at(document, None, 5, app={"name": "fed", "do": "exit"}), 'did you mean "feed"'),
        (lambda: with_at(document, None, 5, "x", app={"name": "feed", "do": "exit"}), "exactly one of"),
        (lambda: without_variant(document, "x"), "unknown variant"),
        (lambda: renamed_variant(document, "x", "y"), "unknown variant"),
        (lambda: renamed_variant(document, "control", "a\\1 'b"), "must be letters"),
        (lambda: renamed_variant(with_branch(document, None, "b", [row]), "b", "control"), "another variant"),
    ]
    for edit, words in refused:
        with pytest.raises(SceneError) as error:
            edit()
        assert words in str(error.value)
    assert tomllib.loads(document.text) == document.data


def test_a_key_taken_out_has_its_default_again_and_all_else_stays() -> None:
    document = load(Path("scenes/default.toml"))
    made = without_value(document, "host.hz")
    assert made.scene.host.hz == 250
    assert made.text == document.text.replace("hz = 1000\n", "")
    assert without_value(made, "host.hz") is made
    with pytest.raises(SceneError):
        without_value(document, "nic.eth0.driver")
    with pytest.raises(SceneError, match="eth9"):
        without_value(document, "nic.eth9.queues")
