"""The documents say what is there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.kernel_document import DOCUMENT, ROOT, document
from viewer.cli import main
from viewer.cli.door import COMMANDS

PAGES = [
    "README.md",
    "docs/architecture.md",
    "docs/scenes.md",
    "docs/window.md",
    *(f"docs/decisions/{n}" for n in ("0001-pyside-pin.md",)),
]


def test_kernel_md_is_what_the_modules_say() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == document(), "run: python -m tests.kernel_document"


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_links_to_exists(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_the_files_that_a_page_names_exist(page: str) -> None:
    for named in re.findall(
        r"`((?:engine|viewer|tests|scenes|assets|docs)/[\w./-]+)`", (ROOT / page).read_text()
    ):
        assert (ROOT / named).exists(), named


def test_the_readme_has_every_command() -> None:
    text = Path(ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"skbscope {name}" in text


def test_the_readme_s_scene_is_the_packaged_one() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (name,) = set(re.findall(r"`(scenes/[\w-]+\.toml)`", text))
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    (shown,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert [line for line in shown.splitlines() if line not in lines] == []


def test_the_readme_s_commands_print_what_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    commands_print_what_is_shown("README.md", capsys)


def test_the_scene_written_as_an_example_passes_and_shows_what_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs/scenes.md").read_text(encoding="utf-8")
    (scene,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("slow-reader.toml").write_text(scene, encoding="utf-8")
    assert main(["check", "slow-reader.toml"]) == 0
    capsys.readouterr()
    commands_print_what_is_shown("docs/scenes.md", capsys)


def test_the_claims_of_the_example_page_are_paths_of_its_scene(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs/scenes.md").read_text(encoding="utf-8")
    (scene,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (claims,) = re.findall(r"\*\*Claims\*\*(.*?)\n\n", text, re.DOTALL)
    written = [each for each in re.findall(r"`([^`]+)`", claims) if "." in each and " slow" not in each]
    assert len(written) == 5
    for claim in written:
        scene += f'[[expect]]\nthat = "{claim}"\n'
    path = tmp_path / "x.toml"
    path.write_text(scene, encoding="utf-8")
    assert main(["run", str(path), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["expect"]
    assert [row for row in rows if "error" in row] == []


def commands_print_what_is_shown(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    for line, expected in re.findall(r"\$ (.*)\n((?:[^$].*\n)*)", shown):
        program, *words = shlex.split(line)
        assert program == "skbscope"
        assert main(words) == 0
        assert capsys.readouterr().out == expected
