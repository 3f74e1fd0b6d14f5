"""What tests of the window share."""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.viewer.host import timeline
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.player import Player
from viewer.session import Session
from viewer.window import Window

WORKER = Path(__file__).with_name("worker.py")


@pytest.fixture
def worker() -> Callable[[str], list[str]]:
    """The command of a worker that behaves in a way."""
    return lambda how: [sys.executable, str(WORKER), how]


@pytest.fixture
def session(qapp: object) -> Session:
    """A session with the small host's run open."""
    made = Session()
    made.adopt(timeline())
    return made


@pytest.fixture
def look(qapp: object) -> Look:
    return Look()


@pytest.fixture
def window(session: Session, look: Look, qtbot: QtBot) -> Window:
    """The window of the small host's run, dressed and shown."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    look.apply(application)
    made = Window(session, look)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def player(session: Session) -> Player:
    return Player(session)


@pytest.fixture
def navigator(session: Session, player: Player) -> Navigator:
    return Navigator(session, player)


@pytest.fixture(autouse=True)
def tidy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect between tests of widgets and never inside one: as `viewer.tidy` does for the window."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    gc.collect()
    gc.disable()
    yield
    gc.enable()
