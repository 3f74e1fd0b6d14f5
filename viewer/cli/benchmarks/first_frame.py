"""A program of its own: opens the window with the scene that is named, and ends when it has painted once.

Prints the seconds on the machine's monotonic clock at that moment, so that whoever started the process can subtract.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from viewer.app import open_window


class FirstPaint(QObject):
    """Waits for the first paint event of any widget, lets it happen, and quits."""

    def __init__(self) -> None:
        super().__init__()
        self._seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at an event; swallow none."""
        if not self._seen and event.type() == QEvent.Type.Paint:
            self._seen = True
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        print(time.perf_counter(), flush=True)
        QApplication.quit()


def main() -> int:
    """Open the window with the scene that is named."""
    application = QApplication(sys.argv[:1])
    waiting = FirstPaint()
    application.installEventFilter(waiting)
    return open_window(sys.argv[1])


if __name__ == "__main__":
    sys.exit(main())
