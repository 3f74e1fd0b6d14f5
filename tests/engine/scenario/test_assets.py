"""Files that a scene names stay below its folder or the assets."""

from pathlib import Path

import pytest

from engine.scenario.assets import relative_file
from engine.scenario.document import load
from engine.scenario.errors import Refused
from tests.engine.scenario.samples import SCENE, sample


def test_the_folder_comes_before_the_assets(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.pcap").write_bytes(b"mine")
    (tmp_path / "tokens.json").write_bytes(b"mine")
    document = load(SCENE, folder=tmp_path)
    assert relative_file(document, "sub/x.pcap").read_bytes() == b"mine"
    assert relative_file(document, "tokens.json").read_bytes() == b"mine"
    assert relative_file(sample(), "tokens.json").read_bytes().startswith(b"{")


@pytest.mark.parametrize("name", ["", "../x", "a/../../x", "/etc/passwd", "..\\x", "c:\\x", "\\x"])
def test_names_that_leave_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="below the scene's folder"):
        relative_file(load(SCENE, folder=tmp_path), name)


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "x.pcap").symlink_to(tmp_path / "secret")
    with pytest.raises(Refused, match="leads out"):
        relative_file(load(SCENE, folder=tmp_path / "scenes"), "x.pcap")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r'no file "x.pcap" in .* nor among the bundled assets'):
        relative_file(load(SCENE, folder=tmp_path), "x.pcap")
