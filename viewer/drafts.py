"""Drafts: edits that are not saved yet, kept so that they outlive the program however it ends.

A window keeps one draft, a JSON file that is written whole, at most once a second while there is something to
keep. A lock beside it says that its window lives; a draft whose lock is stale can be recovered by any other
window, and by one only. Nothing here decides for the person: drafts are listed, taken or discarded.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from engine.scenario.errors import SceneError
from engine.scenario.source import read_text
from viewer.document import Document
from viewer.writing import reason, write_whole

FLUSH_MS = 1_000
"""No more than this is ever lost."""

STATE = "SKBSCOPE_STATE"
"""Environment variable: the folder of what the program remembers."""

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """Edits that a program which is gone has left.

    Attributes:
        file: where it lies.
        path: the scene's file; None if it had none.
        text: the text as it was edited.
        base: SHA-256 of the text that was on disk then, in hexadecimal.
        time: when it was kept, seconds since 1970.
        pid: who kept it.
    """

    file: Path
    path: Path | None
    text: str
    base: str
    time: float
    pid: int


def state_folder() -> Path:
    """Where the program keeps what it remembers: `SKBSCOPE_STATE`, or where the system wants it."""
    told = os.environ.get(STATE)
    if told:
        return Path(told)
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))


class Drafts(QObject):
    """Keeps a document's unsaved edits, and finds those that others have left.

    Args:
        document: whose edits are kept.
        folder: where; the `drafts` folder of `state_folder()`.

    Signals: `told` one sentence, when edits cannot be kept.
    """

    told = Signal(str)

    def __init__(self, document: Document, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.folder = folder or state_folder() / "drafts"
        self._name = uuid.uuid4().hex
        self._lock: QLockFile | None = None
        self._kept: str | None = None
        self._warned = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FLUSH_MS)
        self._timer.timeout.connect(self.flush)
        for signal in (document.opened, document.changed, document.saved):
            signal.connect(self._soon)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._left)

    @property
    def file(self) -> Path:
        """This window's draft; it exists while there is something to keep."""
        return self.folder / f"{self._name}.json"

    # -- keeping --------------------------------------------------------------------------------------------

    def _soon(self) -> None:
        if not self.document.dirty:
            self._forget()
        elif not self._timer.isActive():
            self._timer.start()

    def _left(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self.flush()

    def flush(self) -> None:
        """Keep the edits now; a failure is told once and tried again with the next edit."""
        self._timer.stop()
        if not self.document.dirty:
            self._forget()
            return
        told = self._told()
        if told == self._kept:
            return
        stamped = {**json.loads(told), "time": time.time()}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._hold()
            write_whole(self.file, json.dumps(stamped, ensure_ascii=False).encode())
        except OSError as error:
            if not self._warned:
                self.told.emit(
                    f"Edits that are not saved would be lost in a crash: {self.folder}: {reason(error)}."
                )
            self._warned = True
            return
        self._kept, self._warned = told, False

    def _told(self) -> str:
        """What is kept, apart from when."""
        document = self.document
        return json.dumps(
            {
                "format": FORMAT,
                "path": str(document.path.absolute()) if document.path is not None else None,
                "text": document.text,
                "base": _hash(document.saved_text),
                "pid": os.getpid(),
            }
        )

    def _hold(self) -> None:
        """Say that this draft has a living owner."""
        if self._lock is None:
            lock = _lock_of(self.file)
            if not lock.tryLock(0):
                raise OSError(None, f"cannot lock {self.file}")
            self._lock = lock

    def _forget(self) -> None:
        """There is nothing to keep."""
        self._timer.stop()
        if self._kept is not None:
            self.file.unlink(missing_ok=True)
            self._kept = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def close(self) -> None:
        """The window closes and the person knows what is not saved: leave nothing behind."""
        for signal in (self.document.opened, self.document.changed, self.document.saved):
            signal.disconnect(self._soon)
        self._forget()

    # -- recovering -----------------------------------------------------------------------------------------

    def recoverable(self) -> list[Draft]:
        """Drafts whose program is gone, the latest first; what else such programs left is cleared away."""
        found = []
        for file in sorted(self.folder.glob("*.json")):
            lock = _lock_of(file)
            if file == self.file or not lock.tryLock(0):
                continue
            draft = _read(file)
            lock.unlock()
            if draft is not None:
                found.append(draft)
        self._sweep()
        return sorted(found, key=lambda draft: -draft.time)

    def _sweep(self) -> None:
        """Remove the unfinished writes of programs that were killed in the middle of one."""
        for file in self.folder.glob(".*.json.*"):
            lock = _lock_of(self.folder / f"{file.name.split('.')[1]}.json")
            if lock.tryLock(0):
                file.unlink(missing_ok=True)
                lock.unlock()

    def take(self, draft: Draft) -> bool:
        """Open a draft: its file as it is now, and the edits on top, so that undo leads back to the file.

        The old draft goes only after this window has kept the edits as its own.

        Returns:
            False when another window was quicker.
        """
        lock = _lock_of(draft.file)
        if not lock.tryLock(0):
            return False
        try:
            if not draft.file.exists():
                return False
            self._open(draft)
            self.flush()
            if self._kept is not None or not self.document.dirty:
                draft.file.unlink(missing_ok=True)
            return True
        finally:
            lock.unlock()

    def _open(self, draft: Draft) -> None:
        document, disk = self.document, ""
        gone = ""
        if draft.path is not None:
            try:
                disk = read_text(draft.path)
            except SceneError as error:
                gone = str(error)
        document.open_text(disk, draft.path)
        document.replace(draft.text, "Recover edits")
        document.check()
        if gone:
            self.told.emit(f"The edits are here, their file is not: {gone}.")
        elif draft.path is not None and _hash(disk) != draft.base:
            self.told.emit(
                f"{draft.path.name} has been changed since these edits; undo shows the file as it is now."
            )

    def discard(self, draft: Draft) -> None:
        """Throw a draft away; one that another window has taken in the meantime is left alone."""
        lock = _lock_of(draft.file)
        if lock.tryLock(0):
            draft.file.unlink(missing_ok=True)
            lock.unlock()


def _lock_of(file: Path) -> QLockFile:
    lock = QLockFile(str(file.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # stale when its process is gone, however old it is
    return lock


def _read(file: Path) -> Draft | None:
    """A draft; None for a file that is none."""
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            return None
        path = Path(told["path"]) if told["path"] is not None else None
        return Draft(file, path, str(told["text"]), str(told["base"]), float(told["time"]), int(told["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
