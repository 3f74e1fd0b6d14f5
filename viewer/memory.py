"""What is remembered of a scene from one time to the next: the window's layout, the way of looking, bookmarks.

Kept by the program beside its settings, a row a file, the latest first; the scene's file knows nothing of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, QTimer

from viewer.breakpoints import Breakpoint
from viewer.picture.layout import Camera
from viewer.session import Bookmark
from viewer.stepping import Granularity

if TYPE_CHECKING:
    from viewer.window import Window

LENGTHS = ("dock_px", "timeline_px", "editor_px")
MOST = 40
OFTEN_MS = 15_000
"""A crash loses no more than this of what is remembered."""

GROUP = "scenes"


class Memory(QObject):
    """Remembers for one window."""

    def __init__(self, window: Window, settings: QSettings) -> None:
        super().__init__(window)
        self.window, self.settings = window, settings
        self._open = ""
        self._coming: list[int] = []
        self._marks: tuple[int, ...] = ()
        session = window.session
        session.leaving.connect(self._leave)
        session.opened.connect(self._opened)
        session.grew.connect(self._bookmarks)
        session.changed.connect(self._changed)
        session.document.saved.connect(self._named)
        self._often = QTimer(self)
        self._often.setInterval(OFTEN_MS)
        self._often.timeout.connect(self.keep)
        self._often.start()

    def _leave(self) -> None:
        """The open scene goes: what is looked at from here on is not it."""
        self.keep()
        self._open, self._marks = "", ()

    def _changed(self) -> None:
        """A bookmark is remembered as soon as it is made: what makes it last is somebody's work."""
        marks = tuple(one.time_ns for one in self.window.session.bookmarks)
        if marks != self._marks:
            self._marks = marks
            self.keep()
            self.settings.sync()

    def keep(self) -> None:
        """Remember how the open scene is looked at."""
        if not self._open:
            return
        rows = self._rows()
        rows.pop(self._open, None)
        kept = {self._open: self._told(), **rows}
        self.settings.setValue(GROUP, json.dumps(dict(list(kept.items())[:MOST])))

    def _rows(self) -> dict[str, Any]:
        try:
            rows = json.loads(str(self.settings.value(GROUP, "{}")))
        except ValueError:
            return {}
        return rows if isinstance(rows, dict) else {}

    def _named(self) -> None:
        path = self.window.session.document.path
        self._open = str(path) if path is not None else self._open

    def _opened(self) -> None:
        """Another scene: look at it as before."""
        session = self.window.session
        if session.same_scene:
            return
        path = session.document.path
        self._open = str(path) if path is not None else ""
        row = self._rows().get(self._open)
        self._coming = []
        if isinstance(row, dict):
            self._restore(row)

    def _told(self) -> dict[str, Any]:
        window, session = self.window, self.window.session
        camera = window.canvas.camera
        return {
            "camera": [camera.zoom, camera.x, camera.y],
            "cpu": session.focused_cpu,
            "step": session.granularity.value,
            "bookmarks": [one.time_ns for one in session.bookmarks] + self._coming,
            "stops": [[one.text, one.on] for one in session.breakpoints.all],
            "pages": list(window.dock.shown()),
            "layout": window.layout_told(),
            "minimap": session.minimap,
        }

    def _restore(self, row: dict[str, Any]) -> None:
        """Take what can be taken; a row that somebody spoilt is worth nothing and harms nothing."""
        window, session = self.window, self.window.session
        try:
            zoom, x, y = (_within(number, 1e6) for number in row["camera"])
            cpu, granularity = int(row["cpu"]), Granularity(row["step"])
            stops = tuple(Breakpoint(str(text), bool(on)) for text, on in row["stops"])
            coming = [int(time) for time in row["bookmarks"] if int(time) >= 0]
            pages, layout = [str(key) for key in row["pages"]], dict(row["layout"])
            for key in LENGTHS:
                layout[key] = round(_within(layout.get(key) or 0, 1e5))
            layout["places"] = [round(_within(one, 1e5)) for one in layout.get("places") or ()]
            minimap = bool(row["minimap"])
        except (KeyError, TypeError, ValueError):
            return
        timeline = session.timeline
        if timeline is not None and 0 <= cpu < int(timeline.facts.get("cpus") or 0):
            session.focus_cpu(cpu)
        session.granularity, session.minimap, session.breakpoints.all = granularity, minimap, stops
        self._coming = coming
        window.canvas.aim(Camera(min(max(zoom, 0.4), 8.0), x, y))
        window.restore_layout(layout, pages)
        self._bookmarks()

    def _bookmarks(self) -> None:
        """Set the bookmarks that the run has come to."""
        session = self.window.session
        timeline = session.timeline
        if timeline is None or not self._coming:
            return
        ready = [time for time in self._coming if timeline.until >= time or timeline.complete]
        self._coming = [time for time in self._coming if time not in ready]
        made = [Bookmark(max(int(timeline.moment(time)), 0), time) for time in ready]
        if made:
            session.bookmarks = sorted([*session.bookmarks, *made], key=lambda one: one.step)
            session.changed.emit()


def _within(number: Any, most: float) -> float:
    """A number as it was written; ValueError for one that no window ever wrote."""
    if not abs(float(number)) <= most:
        raise ValueError(number)
    return float(number)
