"""The futures of the scene that is open: every variant that was looked at, at every state of the text.

A future is known by what makes it (the scene's data without its other variants and its claims, the variant, the
settings from outside), so going back to what was computed before, by undo or by choosing a variant, costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from engine.scenario.document import SceneDocument
from viewer.future import Future
from viewer.run import Request, Spare

KEPT_BYTES = 1 << 30
"""Memory that futures which are not shown may keep; the least recently shown goes first."""
SPARE_AFTER_MS = 400
_ELSEWHERE = ("variant", "expect")
"""Tables that do not change what happens in a run of one variant."""


def fingerprint(document: SceneDocument, variant: str | None, sets: Sequence[str] = ()) -> str:
    """What makes a future, as text; equal texts make equal timelines."""
    data = {key: value for key, value in document.data.items() if key not in _ELSEWHERE}
    row = document.data["variant"][document.variants.index(variant)] if variant else None
    return json.dumps([data, row, variant, list(sets)], sort_keys=True, default=str)


class Futures(QObject):
    """Owns every future of the scene and the worker that waits for the next one.

    Signals: `made` a future is there that was not; whoever looks at it listens from here on.
    """

    made = Signal(object)

    def __init__(self, command: list[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.command = command
        self.spare = Spare(self, command)
        self._held: list[Future] = []
        """The least recently asked for first."""
        self._found: dict[str, Future] = {}
        """Those of them that can be asked for, by what makes them."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SPARE_AFTER_MS)
        self._soon.timeout.connect(self.spare.prepare)

    def __iter__(self) -> Iterator[Future]:
        return iter(tuple(self._held))

    def find(self, document: SceneDocument, variant: str | None, sets: Sequence[str] = ()) -> Future | None:
        """A future that is there already and did not fail."""
        found = self._found.get(fingerprint(document, variant, sets))
        return None if found is None or found.failure is not None else found

    def of(self, document: SceneDocument, variant: str | None, sets: Sequence[str] = ()) -> Future:
        """The future of a variant, computed if it is not there yet."""
        found = self.find(document, variant, sets)
        if found is None:
            folder = str(document.folder) if document.folder is not None else None
            request = Request(
                text=document.text, base=folder, name=document.name, variant=variant, sets=tuple(sets)
            )
            found = self.make(request)
            self.keep(document, found)
            self.start(found)
        self._held.remove(found)
        self._held.append(found)
        return found

    def make(self, request: Request) -> Future:
        """A future that is still to be started and cannot be asked for; it goes when nobody looks at it any more."""
        future = Future(request, self)
        self.hold(future)
        return future

    def start(self, future: Future) -> None:
        """Have a future computed, by the waiting worker if there is one."""
        future.start(self.spare, self.command)
        future.changed.connect(self._prepare_soon)

    def hold(self, future: Future) -> None:
        """Own a future that came from elsewhere."""
        self._held.append(future)
        self.made.emit(future)

    def keep(self, document: SceneDocument, future: Future) -> None:
        """Let a future be found by what makes it, in place of the one that was found so before."""
        request = future.request
        self._found[fingerprint(document, future.variant, request.sets if request is not None else ())] = (
            future
        )

    def thin(self, shown: Sequence[Future | None]) -> bool:
        """Let the least recently used go until what is not shown fits its memory; stop what nobody waits for.

        Returns:
            Whether any went.
        """
        looked_at, findable = set(map(id, shown)), set(map(id, self._found.values()))
        bulk, before = 0, len(self._held)
        for future in reversed(tuple(self._held)):
            if id(future) in looked_at:
                continue
            timeline = future.timeline
            bulk += round(timeline.bytes_per_step() * timeline.steps) if timeline is not None else 0
            unfinished = future.running or future.failure is not None or not future.complete
            if bulk > KEPT_BYTES or unfinished or id(future) not in findable:
                self._let_go(future)
        return len(self._held) < before

    def reset(self, but: Future | None = None) -> None:
        """Let all go but one: another scene is opened."""
        for future in tuple(self._held):
            if future is not but:
                self._let_go(future)

    def close(self) -> None:
        """End everything: no process stays behind."""
        self._soon.stop()
        self.spare.drop()
        self.reset()

    def _prepare_soon(self, _: Future) -> None:
        """Have a worker ready once nothing is computed any more."""
        if not any(future.running for future in self._held):
            self._soon.start()

    def _let_go(self, future: Future) -> None:
        self._held.remove(future)
        self._found = {key: one for key, one in self._found.items() if one is not future}
        future.close()
        future.deleteLater()
