"""Whether a window can be shown, and whether Qt can be loaded at all.

The display is asked before Qt is loaded, because Qt aborts the process when a display that it was promised does
not answer.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.scenario.errors import Refused

_X_NAME = re.compile(r"(?:unix)?(?P<host>[^:]*):(?P<number>\d+)(?:\.\d+)?")
X_PORT = 6000
WINDOWLESS = ("offscreen", "minimal", "minimalegl")
"""Qt platforms that show nothing to anyone."""


def has_display() -> bool:
    """Return whether there is a display that answers."""
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in WINDOWLESS:
        return False
    if not sys.platform.startswith("linux"):
        return True
    return _wayland(os.environ.get("WAYLAND_DISPLAY", "")) or _x11(os.environ.get("DISPLAY", ""))


@contextmanager
def qt_needed() -> Iterator[None]:
    """Turn an import of Qt that fails into one line.

    Raises:
        Refused: PySide6 or a library that it needs is missing.
    """
    try:
        yield
    except ImportError as error:
        raise Refused(f"Qt cannot be loaded: {error}; ./setup.sh names what is missing") from error


def _wayland(name: str) -> bool:
    if not name:
        return False
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent")) / name  # an absolute name stays as it is
    return _answers(socket.AF_UNIX, str(path))


def _x11(name: str) -> bool:
    found = _X_NAME.fullmatch(name)
    if found is None:
        return False
    host, number = found["host"], int(found["number"])
    if host:
        return _answers(socket.AF_INET, (host.strip("[]"), X_PORT + number))
    local = f"/tmp/.X11-unix/X{number}"
    return _answers(socket.AF_UNIX, local) or _answers(socket.AF_UNIX, f"\0{local}")


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    """Return whether somebody listens at a socket's address."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(2.0)
            probe.connect(address)
    except OSError:
        return False
    return True
