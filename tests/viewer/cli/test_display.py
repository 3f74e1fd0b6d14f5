"""Whether a window can be shown, asked before Qt is loaded."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.scenario.errors import Refused
from viewer.cli.display import has_display, qt_needed
from viewer.cli.drawing import application


@pytest.fixture(autouse=True)
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")


def test_without_an_environment_there_is_none() -> None:
    assert not has_display()


@pytest.mark.parametrize("name", [":4711", ":4711.0", "nonsense", ":"])
def test_a_display_that_does_not_answer_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DISPLAY", name)
    assert not has_display()


def test_a_compositor_that_listens_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    assert not has_display()
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-7"))
        compositor.listen()
        assert has_display()
        monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
        assert not has_display()


def test_an_x_server_of_another_host_is_asked_by_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        monkeypatch.setattr("viewer.cli.display.X_PORT", port)
        monkeypatch.setenv("DISPLAY", "127.0.0.1:0.0")
        assert not has_display()
        server.listen()
        assert has_display()


def test_other_systems_always_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert has_display()


def test_a_missing_library_is_one_line() -> None:
    with pytest.raises(Refused, match=r"Qt cannot be loaded: libEGL\.so\.1.*setup\.sh"), qt_needed():
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")


def test_a_pair_that_aborts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.cli.drawing.sys.version_info", SimpleNamespace(major=3, minor=11))
    monkeypatch.setattr("PySide6.__version__", "6.12.0")
    with pytest.raises(Refused, match=r"PySide6 6\.12\.0 aborts on Python 3\.11"):
        application()


def test_a_window_can_be_opened_after_a_picture_was_drawn() -> None:
    code = (
        "from viewer.cli.drawing import application\n"
        "from PySide6.QtWidgets import QApplication, QWidget\n"
        "assert isinstance(application(), QApplication)\n"
        "QWidget().show()\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
