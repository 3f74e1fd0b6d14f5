"""Outputs appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.scenario.errors import Refused
from viewer.cli.files import replacing, write_text


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_text(path, "one")
    write_text(path, "two")
    assert path.read_text() == "two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


def test_a_failure_on_the_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_text("old")

    def fail() -> None:
        with replacing(path) as made:
            assert made.suffix == ".png"
            made.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.png"]


def test_a_writer_that_wrote_nothing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_text("old")
    with pytest.raises(Refused, match="cannot be written"), replacing(path):
        pass
    assert path.read_text() == "old"


@pytest.mark.parametrize("name", ["missing/x.png", "."])
def test_a_place_where_nothing_can_be_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match=r"cannot be written: no such file|is a folder"):
        write_text(tmp_path / name, "text")
