"""No word of the window lies on another, and none is cut, on any page, at the sizes that people have."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.viewer.drawn import faults
from viewer.chrome.look import Look
from viewer.run import Request
from viewer.session import Session
from viewer.window import Window

SIZES = [(1280, 720), (1920, 1080), (3840, 2160)]
SETTLES = 20
PAGES = [
    "inspector",
    "packet",
    "why",
    "counters",
    "plot",
    "latency",
    "packets",
    "shell",
    "events",
    "variants",
    "stops",
]


@pytest.fixture(scope="module")
def opened(qapp: QApplication) -> Iterator[tuple[Window, Look]]:
    """The default scene at its first drop."""
    look = Look()
    look.apply(qapp)
    session = Session()
    window = Window(session, look)
    window.resize(1920, 1080)
    window.show()
    session.open(Request(path="scenes/default.toml"))
    while session.running or session.timeline is None:
        qapp.processEvents()
    window.navigator.go_first_drop()
    yield window, look
    window.files.ask_keep = lambda _: "discard"
    window.close()
    look.scale_text(100, qapp)


@pytest.mark.parametrize("percent", [100, 150])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", [*PAGES, "editor", "compare"])
def test_words_have_room(
    opened: tuple[Window, Look],
    qtbot: QtBot,
    qapp: QApplication,
    page: str,
    size: tuple[int, int],
    percent: int,
) -> None:
    window, look = opened
    look.scale_text(percent, qapp)
    window.resize(*size)
    before = window.editor
    if page == "editor":
        window.act("editor")
    elif page == "compare":
        window.act("compare")
        qtbot.waitUntil(lambda: not window.session.running, timeout=60_000)
    else:
        window.act("why" if page == "why" else f"show_{page}")
    found = ["not looked at yet"]
    for _ in range(SETTLES):  # panels follow a size and a text scale within a few frames
        qtbot.wait(100)
        found = faults(window)
        if not found:
            break
    if page == "editor" and before is None:
        window.act("editor")
    if page == "compare":
        window.act("compare")
    assert found == []
