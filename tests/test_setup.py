"""setup.sh names what is missing, and installs it only as root: run with a stand-in for apt-get and id."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "setup.sh"


def tool(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def run(
    folder: Path, *arguments: str, user: int, apt: str | None = "exit 0", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a copy of the script in a folder, with a library wanted that no machine has."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    tool(tools, "id", f"echo {user}")
    for name in ("sh", "sed", "dirname", "mktemp", "rm", "tail", "cat", "cksum", "uname", "pwd"):
        tool(tools, name, f'exec /usr/bin/env -i PATH=/usr/bin:/bin {name} "$@"')
    if apt is not None:
        tool(tools, "apt-get", f'echo "$@" >> {folder}/apt.log\n{apt}')
    text = SCRIPT.read_text().replace(
        'LIBRARIES="libglib-2.0.so.0:libglib2.0-0', 'LIBRARIES="libnone.so.9:libnone9'
    )
    copy = folder / "setup.sh"
    copy.write_text(text)
    copy.chmod(0o755)
    return subprocess.run(
        ["/bin/sh", str(copy), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(tools), "PYTHON": sys.executable, "TMPDIR": str(folder)} | environment,
    )


def apt_log(folder: Path) -> str:
    log = folder / "apt.log"
    return log.read_text() if log.exists() else ""


def test_the_script_is_executable_posix_shell() -> None:
    assert os.access(SCRIPT, os.X_OK)
    assert SCRIPT.read_text().startswith("#!/bin/sh\n")
    assert subprocess.run(["/bin/sh", "-n", str(SCRIPT)], check=False).returncode == 0


@pytest.mark.parametrize("arguments", [(), ("tset",)])
def test_says_how_it_is_used(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, *arguments, user=0)
    assert done.returncode == 2
    assert "./setup.sh demo" in done.stderr
    assert "./setup.sh test" in done.stderr


def test_names_a_missing_library_to_a_user_and_installs_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "demo", user=1000)
    assert done.returncode == 1
    assert "missing for Qt: libnone9" in done.stderr
    assert "sudo apt-get install libnone9" in done.stderr
    assert apt_log(tmp_path) == ""


def test_names_a_missing_library_where_there_is_no_apt(tmp_path: Path) -> None:
    done = run(tmp_path, "demo", user=0, apt=None)
    assert done.returncode == 1
    assert "missing for Qt, by the names of Debian's packages: libnone9" in done.stderr


def test_installs_a_missing_library_as_root(tmp_path: Path) -> None:
    done = run(tmp_path, "demo", user=0, PYTHON=sys.executable, apt='[ "$1" = update ] || exit 100')
    assert done.returncode == 1
    install = "install -y --no-install-recommends libnone9"
    assert apt_log(tmp_path).splitlines() == [install, "update", install]
    assert "these could not be installed: libnone9" in done.stderr


def test_refuses_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    tool(tmp_path, old.name, "exit 1")
    done = run(tmp_path, "demo", user=0, PYTHON=str(old))
    assert done.returncode == 1
    assert f"PYTHON={old} is not Python 3.11 or later" in done.stderr


def test_leaves_no_file_behind(tmp_path: Path) -> None:
    run(tmp_path, "demo", user=1000)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["setup.sh", "tools"]
