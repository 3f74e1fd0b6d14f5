"""Edits keep everything that they do not change, and never break a scene."""

import difflib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.scenario.document import load, resolve
from engine.scenario.edit import with_at, with_value
from engine.scenario.errors import SceneError
from tests.engine.scenario.samples import SCENE, changed, sample


def difference(before: str, after: str) -> list[str]:
    """Return the lines that went and came."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [each for each in list(lines)[2:] if not each.startswith("@@")]


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        ("title", "Two",
         ['-title    = "A burst"      # shown above the picture', '+title    = "Two"      # shown above the picture']),
        ("flow.md.count", 7, ["-count = 1_000", "+count = 7"]),
        ("flow.noise.rate", "1Mpps", ['-rate = "250kpps"', '+rate = "1Mpps"']),
        ("nic.eth0.queues", 3, ["+queues = 3"]),
        ("host.cpus", 8, ['-cpus = "${cpus}"   # a knob', "+cpus = 8   # a knob"]),
        ("flow.md.burst.frames", 30,
         ['-burst = { frames = 300, every = "1ms" }', '+burst = { frames = 30, every = "1ms" }']),
        ("seed", 5, ["+seed = 5"]),
    ],
)  # fmt: skip
def test_one_value_changes_one_line(path: str, value: object, lines: list[str]) -> None:
    after = with_value(sample(), path, value)
    assert [each for each in difference(SCENE, after.text) if each not in ("+", "-")] == lines


def test_a_knob_moves() -> None:
    after = with_value(sample(), "knobs.frames", 17)
    assert after.scene.question == "How many polls for 17 frames?"
    assert len(difference(SCENE, after.text)) == 2
    assert "range = [1, 1000]" in after.text


def test_comments_order_and_spelling_stay() -> None:
    text = with_at(with_value(sample(), "knobs.frames", 17), "control", 1_500, "ip link").text
    for kept in (
        "# A burst meets",
        "# shown above",
        "# a knob",
        "# the long ones",
        "0x80",
        "1_000",
        "title    =",
    ):
        assert kept in text


def test_a_sysctl_is_a_line_more_in_the_setup() -> None:
    after = with_value(sample(), "sysctl.net.core.dev_weight", 16)
    assert after.scene.setup == sample().scene.setup + "sysctl -w net.core.dev_weight=16\n"
    bare = load(SCENE[: SCENE.index("setup =")] + SCENE[SCENE.index("[host]") :])
    assert with_value(bare, "sysctl.a", 1).scene.setup == "sysctl -w a=1\n"


def test_a_table_is_made_on_the_way() -> None:
    text = changed('[host]\ncpus = "${cpus}"   # a knob\n', "")
    assert with_value(load(text), "host.cpus", 3).scene.host.cpus == 3
    assert with_value(sample(), "record.steps", 9).scene.record.steps == 9
    assert with_value(sample(), "host.costs.ip_rcv", 9).scene.host.costs == {"ip_rcv": 9}
    assert (
        with_value(sample(), "app.feed.work", {"busy": "1us"} and "2us").scene.app[0].work
        != sample().scene.app[0].work
    )


def test_a_command_at_a_moment() -> None:
    document = with_at(sample(), None, 1_250_000, "ethtool -C eth0 rx-usecs 0")
    assert [each.run for each in document.scene.at][1:] == ["ethtool -C eth0 rx-usecs 0"]
    assert 'time = "1.25ms"' in document.text
    first = load(changed('[[at]]\ntime = "700us"\nrun = "sysctl -w net.core.netdev_budget=600"\n', ""))
    assert [each.time for each in with_at(first, None, "3us", "x").scene.at] == [3_000]


def test_a_command_in_a_variant_and_a_branch() -> None:
    document = with_at(sample(), "control", 5, "x")
    assert [each.run for each in resolve(document, "control").at][1:] == ["ethtool -C eth0 rx-usecs 0", "x"]
    branch = with_at(document, "what-if", 7, 'echo "f" > /sys/x')
    assert branch.variants == ("control", "what-if")
    assert resolve(branch, "what-if").at[-1].run == 'echo "f" > /sys/x'
    assert branch.scene.at == sample().scene.at
    again = with_at(branch, "what-if", 8, "y")
    assert [each.time for each in resolve(again, "what-if").at] == [700_000, 7, 8]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("nic.eth0.queues", 0),
        ("nic.eth1.queues", 1),
        ("flow.md.rate", "x"),
        ("nonsense", 1),
        ("a..b", 1),
        ("sysctl.", 1),
    ],
)
def test_an_edit_that_would_break_the_scene_changes_nothing(path: str, value: object) -> None:
    document = sample()
    with pytest.raises(SceneError):
        with_value(document, path, value)
    assert document == sample()


def test_a_bad_moment_or_branch_is_refused() -> None:
    for variant, time, run in ((None, "3", "x"), (None, "3us", ""), ("a b", "3us", "x")):
        with pytest.raises(SceneError):
            with_at(sample(), variant, time, run)


@settings(deadline=None)
@given(st.text(max_size=40))
@example("\r\n")
@example("one\r\ntwo\r")
def test_any_text_survives_an_edit(title: str) -> None:
    """Knobs apart, which are looked up; surrogates cannot be written."""
    if "${" in title or any(0xD800 <= ord(each) < 0xE000 for each in title):
        return
    assert with_value(sample(), "title", title).scene.title == title
