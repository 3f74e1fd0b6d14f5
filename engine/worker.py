"""The simulation as a process: `python -m engine.worker`, started by name and never imported by the viewer.

Reads one line of JSON on stdin: `path`, or `text` with `base` (the folder of files it names) and `name`; `variant`;
`sets`. Writes frames on stdout: a byte for the kind, four bytes of length (little-endian), the payload.

    P  prologue          C  chunk          G  progress: until_ns, of_ns, steps
    R  results as JSON   E  the end, empty

A run that fails leaves one line of JSON on stderr: `error`, and where known `function`, `packet`, `where`. Exit
status 0: done; 1: a fault of this program; 2: the scene is wrong. Cancelling is killing.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from engine.garbage import collected_seldom
from engine.results import judged, results
from engine.scenario.document import SceneDocument, load, resolve
from engine.scenario.errors import Refused, unknown_name
from engine.simulation import prepare
from engine.timeline.chunk import Chunk
from engine.timeline.timeline import Timeline

BAD_INPUT = 2
FAULT = 1
KEYS = ("path", "text", "base", "name", "variant", "sets")
KERNEL = "linux"
"""The folder whose functions are named when one of them fails."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to run."""

    document: SceneDocument
    variant: str | None
    sets: tuple[str, ...]

    @classmethod
    def parse(cls, line: str) -> Request:
        """Read the line that a viewer sends.

        Raises:
            Refused: It is no request, or the scene is broken.
        """
        try:
            told = json.loads(line)
        except ValueError as error:
            raise Refused(f"the request is not JSON: {error}") from error
        if not isinstance(told, dict):
            raise Refused("the request must be a JSON object")
        for key in told:
            if key not in KEYS:
                raise unknown_name("key of the request", str(key), KEYS)
        path, text, base = told.get("path"), told.get("text"), told.get("base")
        if (path is None) == (text is None):
            raise Refused("the request needs exactly one of path and text")
        folder = Path(base) if base else None
        if path is not None:
            document = load(Path(path), name=told.get("name"), folder=folder)
        else:
            document = load(str(text), name=told.get("name"), folder=folder)
        return cls(document, told.get("variant"), tuple(told.get("sets") or ()))


class Sender:
    """Writes frames."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def send(self, kind: bytes, payload: bytes) -> None:
        """Write one frame and see that it leaves."""
        self._stream.write(kind + struct.pack("<I", len(payload)))
        self._stream.write(payload)
        self._stream.flush()

    def tell(self, kind: bytes, told: Mapping[str, Any]) -> None:
        """Write a frame of JSON."""
        self.send(kind, json.dumps(told).encode())


def work(request: Request, sender: Sender) -> None:
    """Run a scene, sending what happens as it comes, then its results."""
    simulation = prepare(request.document, request.variant, request.sets)
    sender.send(b"P", simulation.prologue.to_bytes())
    chunks: list[Chunk] = []
    steps = 0
    for chunk in simulation.chunks():
        sender.send(b"C", chunk.to_bytes())
        chunks.append(chunk)
        steps += len(chunk.steps)
        sender.tell(b"G", {"until_ns": simulation.until_ns, "of_ns": simulation.of_ns or 0, "steps": steps})
    # Only now: what can be played goes out before anything is worked out from it.
    timeline = Timeline(simulation.prologue)
    for chunk in chunks:
        timeline.append(chunk)
    scene = resolve(request.document, request.variant, request.sets)
    chapters = [chapter.at for chapter in scene.chapter]
    verdicts = judged(timeline, scene.expect, _variants(request), chapters)
    sender.tell(b"R", results(timeline, expect=verdicts))
    sender.send(b"E", b"")


def _variants(request: Request) -> Callable[[str], Mapping[str, Any]]:
    """Return what runs another variant for an expectation that asks for it."""
    found: dict[str, Mapping[str, Any]] = {}

    def of(name: str) -> Mapping[str, Any]:
        if name not in request.document.variants:
            raise unknown_name("variant", name, request.document.variants)
        if name not in found:
            simulation = prepare(request.document, name, request.sets)
            timeline = Timeline(simulation.prologue)
            for chunk in simulation.chunks():
                timeline.append(chunk)
            found[name] = results(timeline)
        return found[name]

    return of


def complain(told: Mapping[str, Any]) -> None:
    """Write the one line on stderr."""
    print(json.dumps(told), file=sys.stderr, flush=True)


def failure(error: BaseException) -> dict[str, Any]:
    """Return what is known about a fault: what, in which function of the simulation, at which packet."""
    told: dict[str, Any] = {"error": f"{type(error).__name__}: {error}"}
    frames = traceback.extract_tb(error.__traceback__)
    modelled = [frame for frame in frames if KERNEL in Path(frame.filename).parts]
    last = (modelled or frames)[-1]
    told["function"] = getattr(error, "function", last.name)
    packet = getattr(error, "packet", None)
    if packet is not None:
        told["packet"] = packet
    return told | {"where": f"{Path(last.filename).name}:{last.lineno}"}


def main() -> int:
    """Serve one request; return the exit status."""
    # What a library prints must not land between the frames.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as stream, collected_seldom():
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            work(Request.parse(sys.stdin.readline()), Sender(stream))
        except Refused as refused:
            complain({"error": " ".join(str(refused).split())})
            return BAD_INPUT
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            return FAULT
        except Exception as error:  # noqa: BLE001 - the outermost hook: a fault becomes one line, never a traceback
            complain(failure(error))
            return FAULT
    return 0


if __name__ == "__main__":
    sys.exit(main())
