"""Ctrl-C and a polite kill close the window, so that no worker stays behind.

Python runs a signal's handler only when it gets to run at all, which an idle event loop does not let it; the
wake-up descriptor brings the news into the loop.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Signals(QObject):
    """Calls something when the process is asked to end; `restore` gives the signals back."""

    def __init__(self, do: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._do = do
        self._here, self._there = socket.socketpair()
        for end in (self._here, self._there):
            end.setblocking(False)
        self._before = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
        self._wakeup = signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._come)

    def _come(self) -> None:
        numbers = self._here.recv(64)
        if any(number in numbers for number in SIGNALS):
            self._do()

    def restore(self) -> None:
        """Put back what was there before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._here.close()
        self._there.close()
