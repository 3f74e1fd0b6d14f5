"""A file is replaced whole or not at all."""

import os
from pathlib import Path

import pytest

from engine.scenario.errors import SceneError
from engine.scenario.save import save
from tests.engine.scenario.samples import SCENE, changed


def test_saved_bytes_are_the_text(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    text = SCENE.replace("\n", "\r\n")
    document = save(text, file)
    assert file.read_bytes() == text.encode()
    assert (document.name, document.folder) == (str(file), tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["s.toml"]


def test_a_broken_text_leaves_the_file(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    save(SCENE, file)
    with pytest.raises(SceneError, match=r"s.toml:\d+: nic\[0\].driver"):
        save(changed('"ixgbe"', '"ixgb"'), file)
    assert file.read_text(encoding="utf-8") == SCENE


def test_mode_and_link_stay(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    file = tmp_path / "real" / "s.toml"
    save(SCENE, file)
    file.chmod(0o600)
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    save(changed("seed", "seed") if "seed" in SCENE else SCENE + "# more\n", link)
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8").endswith("# more\n")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_failed_write_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "s.toml"
    save(SCENE, file)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SceneError, match="cannot be written: no space left on device"):
        save(SCENE + "# more\n", file)
    assert file.read_text(encoding="utf-8") == SCENE
    assert [each.name for each in tmp_path.iterdir()] == ["s.toml"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match="cannot be written: no such file"):
        save(SCENE, tmp_path / "none" / "s.toml")
