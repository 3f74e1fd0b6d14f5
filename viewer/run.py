"""One run of the simulation in a process of its own.

The process is started by name and never imported. Its frames are taken apart here, and handed on one at a
time from the event loop, so that a fast worker never keeps the window from answering. A worker that dies
leaves what it had sent; cancelling is killing.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from dataclasses import dataclass
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from engine.timeline.chunk import Chunk, Prologue
from viewer.frames import Frame, FrameKind, FrameReader

KILL_WAIT_MS = 3000
BAD_INPUT = 2
WORKER = [sys.executable, "-m", "engine.worker"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to run: a text, else the file at a path.

    Attributes:
        path: the scene's file.
        text: a scene that is not (or not yet) in a file, or not as it stands there.
        base: the folder that files named in the text are below.
        name: what errors call the text.
        variant: name of a variant of the scene.
        sets: overrides, `PATH=VALUE`.
    """

    path: str | None = None
    text: str | None = None
    base: str | None = None
    name: str | None = None
    variant: str | None = None
    sets: tuple[str, ...] = ()

    def line(self) -> bytes:
        """The line that the worker reads."""
        told = {
            "path": self.path if self.text is None else None,
            "text": self.text,
            "base": self.base,
            "name": self.name,
            "variant": self.variant,
            "sets": list(self.sets),
        }
        return json.dumps({key: value for key, value in told.items() if value is not None}).encode() + b"\n"


class Progress(NamedTuple):
    """How far a run has come: simulated nanoseconds, of how many (0 is not known), steps."""

    until_ns: int
    of_ns: int
    steps: int

    @property
    def percent(self) -> int | None:
        """Share done; None while nobody knows."""
        return min(100, self.until_ns * 100 // self.of_ns) if self.of_ns > 0 else None


class Failure(NamedTuple):
    """Why a run ended early.

    Attributes:
        sentence: one sentence for a person.
        details: what helps to find the fault; "" when the scene is at fault.
        bad_input: the scene is at fault, not this program.
    """

    sentence: str
    details: str
    bad_input: bool


class Run(QObject):
    """A worker and what it sends.

    Signals: `prologue` (Prologue), `chunk` (Chunk), `progress` (Progress), `results` (dict), `failed`
    (Failure), `finished` once, after everything else; also after a cancel.
    """

    prologue = Signal(object)
    chunk = Signal(object)
    progress = Signal(object)
    results = Signal(object)
    failed = Signal(object)
    finished = Signal()

    def __init__(
        self,
        request: Request,
        parent: QObject | None = None,
        command: list[str] | None = None,
        process: QProcess | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            request: what to run.
            parent: owner.
            command: how the worker is started; the simulation itself when left out.
            process: a worker that was started already and waits for its request (`Spare`).
        """
        super().__init__(parent)
        self.request = request
        self._command = command or WORKER
        self._reader = FrameReader()
        self._frames: deque[Frame] = deque()
        self._stderr = b""
        self._ended = False
        self._cancelled = False
        self._done = False
        self._process = process or new_process(self)
        self._process.setParent(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._left)
        self._process.errorOccurred.connect(self._not_started)
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._hand_on)

    @property
    def running(self) -> bool:
        """Whether there may still be something to come."""
        return not self._done

    @property
    def process_id(self) -> int:
        """The worker's process number; 0 once it has gone."""
        return int(self._process.processId())

    def start(self) -> None:
        """Start the worker and tell it what to run."""
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._process.start(self._command[0], self._command[1:])
        self._process.write(self.request.line())
        self._process.closeWriteChannel()

    def cancel(self) -> None:
        """Stop; what came until now stays."""
        if self._done or self._cancelled:
            return
        self._cancelled = True
        self._frames.clear()
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
        else:
            self._finish()

    def close(self) -> None:
        """Stop, wait until the process is gone, and stay silent: the window is closing."""
        self.blockSignals(True)
        self._slices.stop()
        self._done = True
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(KILL_WAIT_MS)

    # -- what the process does ----------------------------------------------------------------------------

    def _read(self) -> None:
        data = self._process.readAllStandardOutput().data()
        if self._cancelled or self._done:
            return
        try:
            self._frames.extend(self._reader.feed(bytes(data)))
        except ValueError as error:
            self._break(str(error))
            return
        if self._frames and not self._slices.isActive():
            self._slices.start()

    def _read_errors(self) -> None:
        self._stderr = (self._stderr + bytes(self._process.readAllStandardError().data()))[-65536:]

    def _left(self) -> None:
        self._read()
        self._read_errors()
        if self._cancelled:
            self._finish()
        elif not self._slices.isActive():
            self._slices.start()

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._break(f"The worker could not be started: {self._process.errorString()}.")

    def _break(self, sentence: str) -> None:
        """Our own fault or the machine's: say so and stop."""
        self._frames.clear()
        self._cancelled = True
        self.failed.emit(Failure(sentence, sentence, bad_input=False))
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
        else:
            self._finish()

    # -- a frame a turn of the event loop -----------------------------------------------------------------

    def _hand_on(self) -> None:
        if self._frames:
            try:
                self._deliver(self._frames.popleft())
            except ValueError as error:
                self._break(f"The worker sent something unreadable: {error}.")
            return
        self._slices.stop()
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._conclude()

    def _deliver(self, frame: Frame) -> None:
        match frame.kind:
            case FrameKind.PROLOGUE:
                self.prologue.emit(Prologue.from_bytes(frame.payload))
            case FrameKind.CHUNK:
                self.chunk.emit(Chunk.from_bytes(frame.payload))
            case FrameKind.RESULTS:
                self.results.emit(json.loads(frame.payload))
            case FrameKind.PROGRESS:
                told: dict[str, Any] = json.loads(frame.payload)
                self.progress.emit(Progress(told["until_ns"], told.get("of_ns") or 0, told.get("steps", 0)))
            case FrameKind.END:
                self._ended = True

    def _conclude(self) -> None:
        failure = self._failure()
        if failure is not None:
            self.failed.emit(failure)
        self._finish()

    def _finish(self) -> None:
        if not self._done:
            self._done = True
            self._slices.stop()
            self.finished.emit()

    def _failure(self) -> Failure | None:
        status = self._process.exitCode()
        crashed = self._process.exitStatus() == QProcess.ExitStatus.CrashExit
        if self._ended and status == 0 and not crashed:
            return None
        text = self._stderr.decode("utf-8", "replace").strip()
        told = _last_json(text)
        if status == BAD_INPUT and not crashed and "error" in told:
            return Failure(str(told["error"]), "", bad_input=True)
        if "error" in told:
            place = "".join(
                f", {key} {told[key]}" for key in ("function", "packet", "where") if told.get(key)
            )
            return Failure(f"The simulation failed: {told['error']}{place}.", text, bad_input=False)
        how = "was killed" if crashed else f"ended with status {status}"
        return Failure(f"The worker {how} before the run was complete.", text or how, bad_input=False)


def new_process(parent: QObject) -> QProcess:
    """A process for a worker, not started yet."""
    process = QProcess(parent)
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYTHONUNBUFFERED", "1")
    process.setProcessEnvironment(environment)
    return process


class Spare(QObject):
    """A worker that has been started and waits for its request, so that a change is seen at once.

    Starting Python and importing the simulation takes longer than simulating most changes.
    """

    def __init__(self, parent: QObject | None = None, command: list[str] | None = None) -> None:
        super().__init__(parent)
        self._command = command or WORKER
        self._process: QProcess | None = None

    def prepare(self) -> None:
        """See that there is one."""
        if self._process is None or self._process.state() == QProcess.ProcessState.NotRunning:
            self.drop()
            self._process = new_process(self)
            self._process.start(self._command[0], self._command[1:])

    def take(self) -> QProcess | None:
        """Give the waiting worker away; None when there is none that lives."""
        process, self._process = self._process, None
        if process is not None and process.state() == QProcess.ProcessState.NotRunning:
            process.deleteLater()
            return None
        return process

    def drop(self) -> None:
        """End the waiting worker."""
        process, self._process = self._process, None
        if process is not None:
            if process.state() != QProcess.ProcessState.NotRunning:
                process.kill()
                process.waitForFinished(KILL_WAIT_MS)
            process.deleteLater()


def _last_json(text: str) -> dict[str, Any]:
    """The last line that is a JSON object; empty when there is none."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if isinstance(told, dict):
                return told
    return {}
