"""The shield: what is raised in an event handler is reported once, and the widget goes on."""

from types import TracebackType

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from viewer.shield import Shield


class Clumsy(QWidget):
    """Falls over its own feet."""

    __module__ = "viewer.clumsy"

    def showEvent(self, event: object) -> None:
        raise KeyError("no such foot")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.User:
            raise ValueError("asked too much")
        return bool(super().event(event))


@pytest.fixture
def reported(qtbot: QtBot) -> list[str]:
    found: list[str] = []

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        found.append(f"{kind.__name__}: {error}")

    shield = Shield(report)
    shield.cover()
    widget = Clumsy()
    qtbot.addWidget(widget)
    widget.show()
    QApplication.sendEvent(widget, QEvent(QEvent.Type.User))
    widget.hide()
    shield.lift()
    assert not hasattr(vars(Clumsy)["event"], "__wrapped__"), "a lifted shield covers nothing"
    return found


def test_what_is_raised_is_reported_and_the_widget_goes_on(reported: list[str]) -> None:
    assert reported == ["KeyError: 'no such foot'", "ValueError: asked too much"]
