"""The futures of the scene that is open: every variant that was looked at, at every state of the text.

A future is known by what makes it (the scene's data without its other variants and its claims, the variant, the
settings from outside), so going back to what was computed before, by undo or by choosing a variant, costs nothing.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QTimer

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
    """Keeps futures and the worker that waits for the next one."""

    def __init__(self, command: list[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.command = command
        self.spare = Spare(self, command)
        self._kept: OrderedDict[str, Future] = OrderedDict()
        self._replaced: list[Future] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SPARE_AFTER_MS)
        self._soon.timeout.connect(self.spare.prepare)

    def __iter__(self) -> Iterator[Future]:
        return iter(tuple(self._kept.values()))

    def find(self, document: SceneDocument, variant: str | None, sets: Sequence[str] = ()) -> Future | None:
        """A future that is there already and did not fail."""
        found = self._kept.get(fingerprint(document, variant, sets))
        return None if found is None or found.failure is not None else found

    def of(self, document: SceneDocument, variant: str | None, sets: Sequence[str] = ()) -> Future:
        """The future of a variant, computed if it is not there yet."""
        found = self.find(document, variant, sets)
        if found is None:
            folder = str(document.folder) if document.folder is not None else None
            request = Request(
                text=document.text, base=folder, name=document.name, variant=variant, sets=tuple(sets)
            )
            found = Future(request, self)
            self.keep(document, found)
            self.start(found)
        self._kept.move_to_end(fingerprint(document, variant, sets))
        return found

    def start(self, future: Future) -> None:
        """Have a future computed, by the waiting worker if there is one."""
        future.start(self.spare, self.command)
        future.changed.connect(self._prepare_soon)

    def keep(self, document: SceneDocument, future: Future) -> None:
        """Remember a future under what makes it; what stood there before goes with the next `thin` that allows it."""
        request = future.request
        key = fingerprint(document, future.variant, request.sets if request is not None else ())
        old = self._kept.pop(key, None)
        if old is not None and old is not future:
            self._replaced.append(old)
        self._kept[key] = future

    def thin(self, shown: Sequence[Future | None]) -> None:
        """Let the least recently used go until what is not shown fits its memory; stop what nobody waits for."""
        bulk = 0
        for key, future in reversed(list(self._kept.items())):
            if any(future is one for one in shown):
                continue
            timeline = future.timeline
            bulk += round(timeline.bytes_per_step() * timeline.steps) if timeline is not None else 0
            unfinished = future.running or future.failure is not None or not future.complete
            if bulk > KEPT_BYTES or unfinished:
                del self._kept[key]
                self._let_go(future)
        for future in [one for one in self._replaced if all(one is not another for another in shown)]:
            self._replaced.remove(future)
            self._let_go(future)

    def reset(self) -> None:
        """Let all go: another scene is opened."""
        for future in (*self._kept.values(), *self._replaced):
            self._let_go(future)
        self._kept.clear()
        self._replaced.clear()

    def close(self) -> None:
        """End everything: no process stays behind."""
        self._soon.stop()
        self.spare.drop()
        self.reset()

    def _prepare_soon(self, _: Future) -> None:
        """Have a worker ready once nothing is computed any more."""
        if not any(future.running for future in self._kept.values()):
            self._soon.start()

    @staticmethod
    def _let_go(future: Future) -> None:
        future.close()
        future.deleteLater()
