"""`skbscope new`: a scene to start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.scenario.templates import SIMPLEST, templates
from viewer.cli import main

Capture = pytest.CaptureFixture[str]
NAMES = [each.name for each in templates()]
TEXTS = {each.name: each.text for each in templates()}


def test_it_prints_the_simplest(capsys: Capture) -> None:
    assert main(["new"]) == 0
    assert capsys.readouterr().out == TEXTS[SIMPLEST]
    assert main(["new", "--template", "busy"]) == 0
    assert capsys.readouterr().out == TEXTS["busy"]


@pytest.mark.parametrize("name", NAMES)
def test_what_it_writes_passes_check(name: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "mine.toml"
    assert main(["new", "-o", str(path), "--template", name]) == 0
    assert path.read_bytes() == TEXTS[name].encode()
    assert capsys.readouterr().out == ""
    assert main(["check", str(path)]) == 0, capsys.readouterr().out
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.toml"]


def test_it_overwrites_only_when_told_to(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("old")
    assert main(["new", "-o", str(path)]) == 2
    output = capsys.readouterr()
    assert output.err == f"skbscope: {path} is there already; name another file, or say --force\n"
    assert path.read_text() == "old"
    assert main(["new", "-o", str(path), "--force"]) == 0
    assert path.read_text() == TEXTS[SIMPLEST]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("--template", "minimum"), 'did you mean "minimal"'),
        (("-o", "/nowhere/x.toml"), "/nowhere/x.toml cannot be written: no such file"),
        (("-o", "/"), "/ is a folder; name a file"),
    ],
)
def test_bad_input_is_one_line(line: tuple[str, ...], words: str, capsys: Capture) -> None:
    assert main(["new", *line]) == 2
    output = capsys.readouterr()
    assert (output.out, output.err.count("\n")) == ("", 1)
    assert words in output.err


def test_the_list_has_all(capsys: Capture) -> None:
    assert main(["new", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["template", "title"]
    assert [line.split()[0] for line in lines[1:] if line] == NAMES
