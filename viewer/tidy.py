"""Garbage is collected between frames, by a timer, and never in the middle of something.

Left to itself Python collects whenever enough objects were made: in mid-frame, where it is seen as a stutter,
or inside a paint event, where destroying what a closed dialog left behind is not safe.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from viewer.player import Player
from viewer.showing import Showing

EVERY_MS = 500
YOUNG = 20_000
"""New objects that make a look at the young ones worth its while."""

OLD_EVERY = 20
"""So many looks at the young come before one at all."""


class Tidy(QObject):
    """Collects while it lives; afterwards Python does again."""

    def __init__(self, showing: Showing, player: Player) -> None:
        super().__init__(showing)
        self.player = player
        self._looks = 0
        gc.collect()
        gc.freeze()  # what was imported stays; no pass needs to look at it again
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the young if there are many, and everything now and then while nothing moves."""
        if gc.get_count()[0] < YOUNG and self.player.moving:
            return
        self._looks += 1
        if self._looks % OLD_EVERY == 0 and not self.player.moving:
            gc.collect()
        elif gc.get_count()[0] >= YOUNG:
            gc.collect(1)

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()
