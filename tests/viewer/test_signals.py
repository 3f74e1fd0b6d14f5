"""Ctrl-C and a polite kill."""

import os
import signal

import pytest
from pytestqt.qtbot import QtBot

from viewer.signals import Signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_the_event_loop_and_is_given_back(qtbot: QtBot, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    told: list[int] = []
    signals = Signals(lambda: told.append(1))
    os.kill(os.getpid(), number)
    qtbot.waitUntil(lambda: told == [1])
    signals.restore()
    assert signal.getsignal(number) is before
