"""`skbscope compare`: two runs side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engine.timeline.host import run
from viewer.cli import main
from viewer.cli.compare import described, print_difference

Capture = pytest.CaptureFixture[str]


def compared(capsys: Capture, *line: object) -> dict[str, Any]:
    """Return what `compare --json` prints."""
    assert main(["compare", *(str(word) for word in line), "--json"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    table: dict[str, Any] = json.loads(output.out)
    return table


def test_a_scene_beside_its_control(scene: Path, capsys: Capture) -> None:
    table = compared(capsys, scene, "--variant", "control")
    assert list(table) == ["format", "a", "b", "first_difference", "parted", "rows"]
    assert table["a"] == {"source": str(scene), "variant": None, "digest": table["a"]["digest"]}
    assert (table["b"]["variant"], table["b"]["digest"] != table["a"]["digest"]) == ("control", True)
    rows = {row["path"]: (row["a"], row["b"]) for row in table["rows"]}
    lost, none = rows["packets.lost['skb:SOCKET_RCVBUFF']"]
    assert lost > none == 0
    assert rows["snmp.Udp.RcvbufErrors"] == rows["sockets[0].drops"] == (lost, 0)
    assert all(a != b for a, b in rows.values())


def test_the_setting_differs_first_and_the_course_where_the_buffer_is_full(
    scene: Path, capsys: Capture
) -> None:
    table = compared(capsys, scene, "--variant", "control")
    first, parted = table["first_difference"], table["parted"]
    assert (first["step"], first["time_ns"]) == (0, 0)
    assert [first[side]["changes"] for side in "ab"] == [
        [{"object": "10.0.0.2:9000", "field": "sk_rcvbuf", "value": value}] for value in ("18432", "1048576")
    ]
    assert 0 < parted["time_ns"] == min(parted["a"]["time_ns"], parted["b"]["time_ns"]) < 400_000
    assert parted["a"]["cpu"] == parted["b"]["cpu"] == 0
    lines = []
    for variant in ((), ("--variant", "control")):
        moment = f"#{parted['step']}"
        line = ["steps", str(scene), *variant, "--from", "#0", "--to", moment, "--format", "json"]
        assert main(line) == 0
        lines.append(json.loads(capsys.readouterr().out))
    rows = [[(row["time_ns"], row["function"], row["cpu"]) for row in steps] for steps in lines]
    assert rows[0][:-1] == rows[1][:-1]
    assert [steps[-1] for steps in rows] == [
        (parted[side]["time_ns"], parted[side]["function"], parted[side]["cpu"]) for side in "ab"
    ]


def test_two_files_and_two_variants(scene: Path, tmp_path: Path, capsys: Capture) -> None:
    other = tmp_path / "slower.toml"
    other.write_text(scene.read_text().replace('work = "5us"', 'work = "9us"'))
    assert {key: each["source"] for key, each in compared(capsys, scene, other).items() if key in "ab"} == {
        "a": str(scene),
        "b": str(other),
    }
    both = compared(capsys, scene, other, "--variant", "control", "--variant", "control")
    assert (both["a"]["variant"], both["b"]["variant"]) == ("control", "control")
    one = compared(capsys, scene, other, "--variant", "control")
    assert (one["a"]["variant"], one["b"]["variant"]) == ("control", None)
    swapped = compared(capsys, scene, "--variant", "control", "--variant", "")
    assert (swapped["a"]["variant"], swapped["b"]["variant"]) == ("control", None)


def test_what_is_equal_differs_nowhere(scene: Path, tmp_path: Path, capsys: Capture) -> None:
    same = compared(capsys, scene, scene)
    assert (same["first_difference"], same["parted"], same["rows"]) == (None, None, [])
    assert same["a"] == same["b"]
    assert len(compared(capsys, scene, scene, "--all")["rows"]) > 100
    assert main(["compare", str(scene), str(scene)]) == 0
    text = capsys.readouterr().out
    assert "first difference\nnone\n" in text
    assert "counter" not in text


def test_settings_go_to_both(scene: Path, capsys: Capture) -> None:
    table = compared(capsys, scene, "--variant", "control", "--set", "flow.md.count=10", "--all")
    rows = {row["path"]: (row["a"], row["b"]) for row in table["rows"]}
    assert rows["packets.offered"] == (10, 10)


def test_a_longer_run_parts_at_the_end_of_the_shorter(scene: Path, tmp_path: Path, capsys: Capture) -> None:
    longer = tmp_path / "longer.toml"
    longer.write_text(scene.read_text().replace('until = "1ms"', 'until = "9ms"'))
    parted = compared(capsys, scene, longer)["parted"]
    assert (parted["time_ns"], parted["a"]["function"]) == (1_000_000, "end_of_run")
    assert parted["b"]["time_ns"] >= 1_000_000


def test_a_run_that_is_over_has_no_step(capsys: Capture) -> None:
    steps: list[tuple[Any, ...]] = [("step", 1, 2, 2, None)] * 5
    short, long = run(steps[:3]).finish(), run(steps).finish()
    for sides, over in (((short, long), "a"), ((long, short), "b")):
        found = described(*sides, 4)
        assert (found[over], found["step"], found["time_ns"]) == (None, 4, 4)
        print_difference("first difference", found)
        assert "the run is over" in capsys.readouterr().out


def test_the_tables_tell_counters_and_the_step(scene: Path, capsys: Capture) -> None:
    assert main(["compare", str(scene), "--variant", "control"]) == 0
    text = capsys.readouterr().out
    lines = {line.split("  ")[0]: line.split() for line in text.splitlines() if line}
    path, a, b, delta = lines["snmp.Udp.RcvbufErrors"]
    assert (path, int(a), int(b), int(delta)) == ("snmp.Udp.RcvbufErrors", -int(delta), 0, -int(a))
    assert lines["10.0.0.2:9000.sk_rcvbuf"][1:] == ["18432", "1048576"]
    assert lines["first step that is another"][-2:] == ["A", "B"]
    assert all(line == line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ((), "nothing to compare it with"),
        (("--variant", "contorl"), 'did you mean "control"'),
        (("--variant", "a", "--variant", "b", "--variant", "c"), "not 3 times"),
        (("nope.toml",), 'no file "nope.toml"'),
        (("--variant", "control", "--set", "flow.md.cuont=3"), 'did you mean "count"'),
    ],
)
def test_bad_input_is_one_line(scene: Path, capsys: Capture, line: tuple[str, ...], words: str) -> None:
    assert main(["compare", str(scene), *line]) == 2
    output = capsys.readouterr()
    assert (output.out, output.err.count("\n")) == ("", 1)
    assert words in output.err
