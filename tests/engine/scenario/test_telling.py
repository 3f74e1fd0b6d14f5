"""How far chapters hold for variants."""

from pathlib import Path

import pytest

from engine.scenario.document import SceneDocument, load
from engine.scenario.edit import with_branch
from engine.scenario.errors import SceneError
from engine.scenario.telling import holds_until

SCENE = Path(__file__).parents[3] / "scenes" / "default.toml"


@pytest.fixture(scope="module")
def document() -> SceneDocument:
    return load(SCENE)


def test_a_variant_that_is_another_scene_is_not_told_of(document: SceneDocument) -> None:
    assert holds_until(document, "larger-buffer") == 0


def test_a_branch_is_told_of_until_it_leaves(document: SceneDocument) -> None:
    rows = [
        {"time": "700us", "run": "sysctl -w net.core.netdev_budget=64"},
        {"time": "640us", "run": "sysctl -w net.core.netdev_budget=32"},
    ]
    branched = with_branch(document, None, "branch-1", rows)
    assert holds_until(branched, "branch-1") == 640_000
    again = with_branch(branched, "branch-1", "branch-2", [{"time": "800us", "run": rows[0]["run"]}])
    assert holds_until(again, "branch-2") == 640_000


def test_one_that_changes_no_more_than_words_is_told_of_to_its_end() -> None:
    text = SCENE.read_text(encoding="utf-8")
    assert (
        holds_until(
            load(text + '\n[[variant]]\nname = "words"\ntitle = "Another"\n', folder=SCENE.parent), "words"
        )
        is None
    )


def test_a_variant_that_is_not_there(document: SceneDocument) -> None:
    with pytest.raises(SceneError):
        holds_until(document, "no-such")
