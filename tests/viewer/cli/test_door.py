"""What goes wrong at the door: one line on stderr, status 2, and the nearest name."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from viewer.cli import main
from viewer.cli.door import COMMANDS
from viewer.cli.sources import find_source, packaged_name


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("rnu", 'no command and no scene "rnu"; `skbscope --help` lists the commands (did you mean "run"?)'),
        ("run", "run: missing argument 'SCENE'"),
        ("run nope.toml", 'no file "nope.toml"'),
        ("run n44", 'r8-only-one-interrupt-moves (did you mean "n4"?)'),
        ("run x --jsn", "run: no such option '--jsn'"),
        ("schema --foo", "schema: no such option '--foo'"),
        ("still x --at end --theme blue -o x.png", "still: invalid value for '--theme'"),
        ("still x --at end -o x.bmp", "must be one of .png, .svg, .pdf"),
        ("still x --at end --size 12x -o x.png", "such as 1920x1080"),
        ("still x --at end --size 10x10 -o x.png", "320 to 16384 pixels"),
        ("still x --at end --view race -o x.png", "--view race is not built yet (now: explore)"),
        ("sweep n4", "sweep is not built yet"),
        ("still x -o x.png", "still: missing option '--at'"),
        ("sh n4 --at 1ms cat /proc/interrupts", "in quotes: 'cat /proc/interrupts'"),
        ("sh n4", "sh: missing argument 'COMMAND'"),
        ("check n4 --junit /nowhere/x.xml", "/nowhere/x.xml cannot be written: no such file"),
        ("still n4 --at end -o /nowhere/x.png", "/nowhere/x.png cannot be written: no such file"),
        ("steps x --format xml", "steps: invalid value for '--format'"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    line: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words.casefold() in printed.err.casefold()
    assert printed.err.count("\n") == 1


def test_a_broken_scene_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene = tmp_path / "x.toml"
    scene.write_text('[[nic]]\nname = "eth0"\ndriver = "ixgb"\naddress = "10.0.0.2/24"\n')
    assert main(["run", str(scene)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"{scene}:3: nic[0].driver")
    assert 'did you mean "ixgbe"' in error


@pytest.mark.parametrize("name", ["n4", "N4", "n4.toml", "n4-burst", "scenes/n4", "n4-burst-one-interrupt"])
def test_a_packaged_scene_goes_by_the_beginning_of_its_name(name: str) -> None:
    assert find_source(name).name == "n4-burst-one-interrupt.toml"


@pytest.mark.parametrize("name", ["", "n", "n4-", "n4-bur", "scenes/", "burst"])
def test_half_a_word_is_no_name(name: str) -> None:
    assert packaged_name(name) is None


def test_without_a_display_it_says_what_to_run(capsys: pytest.CaptureFixture[str]) -> None:
    for line in ([], ["open"]):
        assert main(line) == 2
        error = capsys.readouterr().err
        assert "no display" in error
        assert "skbscope demo" in error


def test_every_command_has_a_line_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n  {name} " in printed


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"skbscope {name}" in capsys.readouterr().out


def test_headless_commands_never_load_qt() -> None:
    code = (
        "import sys\n"
        "from importlib import import_module\n"
        "from viewer.cli.door import COMMANDS\n"
        "for name in COMMANDS.values(): import_module(f'viewer.cli.{name}')\n"
        "import viewer.cli.simulate, viewer.cli.checking, viewer.cli.drawing, engine.worker\n"
        "sys.exit(any('PySide6' in name for name in sys.modules))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = f"{shlex.quote(sys.executable)} -m viewer.cli schema | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("{\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_line() -> None:
    command = [sys.executable, "-m", "viewer.cli", "schema"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "skbscope: standard output: no space left on device\n")


def test_output_that_nobody_wants_is_no_error() -> None:
    command = f"{shlex.quote(sys.executable)} -m viewer.cli run n4 >&-"
    done = subprocess.run(command, shell=True, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_window_is_opened_with_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr("viewer.cli.display.has_display", lambda: True)

    def open_window(*words: object) -> int:
        asked.append(words)
        return 0

    monkeypatch.setattr("viewer.app.open_window", open_window)
    assert main(["n4", "--variant", "one-by-one", "--set", "knobs.frames=7", "--theme", "light"]) == 0
    assert main([]) == 0
    assert main(["demo"]) == 0
    (path, *rest), default, demo = asked
    assert Path(str(path)).name == "n4-burst-one-interrupt.toml"
    assert rest == ["one-by-one", ("knobs.frames=7",), "light"]
    assert default == demo
    assert Path(str(default[0])).name == "default.toml"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("n4 --variant contorl", "unknown variant"),
        ("open n4 --set knobs.frame=7", 'did you mean "frames"'),
        ("open nope.toml", 'no file "nope.toml"'),
    ],
)
def test_a_broken_scene_opens_no_window(
    line: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("viewer.cli.display.has_display", lambda: True)
    monkeypatch.setattr("viewer.app.open_window", lambda *_: pytest.fail("opened"))
    assert main(line.split()) == 2
    assert words in capsys.readouterr().err
