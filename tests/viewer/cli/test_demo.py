"""What the README's first command runs, where there is no display."""

from __future__ import annotations

from pathlib import Path

import pytest

from viewer.cli import main


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_draws_the_default_scene_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    folder = tmp_path / "skbscope-demo"
    names = ["default-dark.png", "default-light.png"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in folder.iterdir())
    assert capsys.readouterr().out == "".join(f"skbscope-demo/{name}\n" for name in names)


def test_says_where_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("a file")
    assert main(["demo", "-o", "taken"]) == 2
    assert "taken cannot be made: file exists" in capsys.readouterr().err
