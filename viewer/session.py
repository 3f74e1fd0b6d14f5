"""What is open and where one is in it: the one owner of the document, the futures and the playhead.

Widgets read it and ask it through named actions; it knows no widget. The text is the document; what is shown is one
future of it. A change of the text makes another future, which takes over as soon as it has come as far as the moment
that is looked at; until then, and if it never does, the last one stays. Navigation is `Navigator`'s, playing is
`Player`'s; both change only what stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.timeline.chunk import Chunk
from engine.timeline.timeline import Timeline
from viewer.document import Document
from viewer.future import Chapter, Future
from viewer.futures import Futures
from viewer.run import Progress, Request
from viewer.showing import Bookmark, Selection, Showing

__all__ = ["Bookmark", "Chapter", "Selection", "Session"]


class Session(Showing):
    """The state of the window.

    Signals beside those of what is looked at: `failed` a `Failure`; `listed` another set of futures, or one of
    them came further.

    Attributes:
        document: the scene's text.
        future: what is shown.
        other: what it is compared with; None while nothing is.
        pending: what takes over when it has come far enough.
        broken: a scene that was to be opened and cannot be run; None when there is none.
        sets: settings from outside the file, `PATH=VALUE`.
        parents: what each branch was made of.
    """

    failed = Signal(object)
    listed = Signal()

    def __init__(self, command: list[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document(self)
        self.futures = Futures(command, self)
        self.futures.made.connect(self._watch)
        self.future: Future | None = None
        self.other: Future | None = None
        self.pending: Future | None = None
        self.broken: Request | None = None
        self._opening: Future | None = None
        self._again: Callable[[], None] = self.run_again
        self._adopting = self._as_edited = self._closed = False
        self.sets: tuple[str, ...] = ()
        self.parents: dict[str, str | None] = {}
        self._known_variants: tuple[str, ...] = ()
        self.document.checked.connect(self._text_changed)
        self.document.told.connect(self.told)

    # -- opening and running ------------------------------------------------------------------------------

    def open(self, request: Request) -> None:
        """Run a scene; what is open stays until the new run begins, and for good if it never does."""
        self._open(_with_text(request), as_edited=False)

    def open_document(self) -> None:
        """Run what the document holds, which somebody has put there: recovered edits, or a scene that was mended."""
        document = self.document
        text = document.text if document.problem is None else document.saved_text
        base = str(document.folder) if document.folder is not None else None
        path = str(document.path) if document.path is not None else None
        self._open(Request(path, text, base, document.name, None, self.sets), as_edited=True)

    def _open(self, request: Request, *, as_edited: bool) -> None:
        """Run a scene that will be the open one; `as_edited` leaves the document as it is."""
        self._forget_opening()
        self._as_edited = as_edited
        self._opening = future = self.futures.make(request)
        self.futures.start(future)
        self.changed.emit()

    def run_again(self) -> None:
        """Simulate what is shown once more."""
        if self.future is not None and self.future.request is not None:
            self.future.cancel()
            again = self.futures.make(self.future.request)
            self.futures.start(again)
            self._await(again)

    def try_again(self) -> None:
        """Run once more what failed last."""
        self._again()

    def cancel(self) -> None:
        """Stop computing; what there is stays."""
        for future in (self._opening, self.pending, self.future):
            if future is not None:
                future.cancel()
        self.pending = None
        self._forget_opening()
        self.changed.emit()
        self.listed.emit()

    @property
    def request(self) -> Request | None:
        """What is shown, as it was asked for."""
        return self.future.request if self.future is not None else None

    @property
    def run(self) -> Any:
        """The run of what is opened or shown; None without any."""
        future = self._opening or self.pending or self.future
        return future.run if future is not None else None

    @property
    def text(self) -> str:
        """The scene's text as it stands now."""
        return self.document.text

    @property
    def results(self) -> dict[str, Any]:
        """What came of the run that is shown; empty until it is complete."""
        return self.future.results if self.future is not None else {}

    @property
    def progress(self) -> Progress | None:
        """How far the run has come that one waits for."""
        future = self._opening or self.pending or self.future
        return future.progress if future is not None else None

    @property
    def running(self) -> bool:
        """Whether a worker computes something that one waits for."""
        awaited = (self._opening, self.pending, self.future, self.other)
        return any(future.running for future in awaited if future is not None)

    @property
    def variant(self) -> str | None:
        """The variant that is shown; None for the scene as written."""
        return self.future.variant if self.future is not None else None

    def close(self) -> None:
        """End everything: no process stays behind, and none is started any more."""
        self._closed = True
        self.futures.close()

    def _forget_opening(self) -> None:
        self._opening = None
        self._thin()

    def _thin(self) -> None:
        """Let go of what nobody looks at or waits for."""
        if self.futures.thin((self._opening, self.pending, self.future, self.other)):
            self.lasting.forget()

    def _broke(self, future: Future) -> None:
        """The scene cannot be run; with nothing else open its text is, so that it can be mended."""
        request, failure = future.request, future.failure
        if future is not self._opening or request is None or failure is None:
            return
        if self.future is None and failure.bad_input and request.text and self.document.text != request.text:
            self.sets = request.sets
            self._take_text(request)
        elif self.future is not None and failure.bad_input and request.text:
            self.broken = request
        self._again = partial(self._open, request, as_edited=self._as_edited)
        self.failed.emit(failure)

    def mend(self) -> None:
        """Take the text of the scene that could not be run; what is shown stays until the text is a scene."""
        request, self.broken = self.broken, None
        if request is None:
            return
        self.future, self.other, self.pending, self._opening = None, None, None, None
        self.futures.reset()
        self.sets = request.sets
        self._take_text(request)
        self.changed.emit()
        self.listed.emit()

    def _take_text(self, request: Request) -> None:
        path = Path(request.path).absolute() if request.path else None
        folder = Path(request.base).absolute() if request.base else None
        self.document.open_text(request.text or "", path, folder)

    def _came(self, future: Future) -> None:
        """Progress, results or the end of a run."""
        if future is self._opening and not future.running:
            self._forget_opening()
        if future is self.pending and not future.running:
            self._settle_pending()
        self.changed.emit()
        self.listed.emit()

    def _begin(self, future: Future) -> None:
        """A scene's run has begun: it is what is open now."""
        if future is not self._opening:
            return
        request = future.request
        self.future, self.pending, self.other = None, None, None
        self.futures.reset(but=future)
        self.parents.clear()
        if request is not None:
            self.sets = request.sets
            if not self._as_edited:
                self._take_text(request)
        self._opening = None  # not before: its text is no change that asks for another future
        if self.document.valid is not None:
            self._known_variants = self.document.valid.variants
            self.futures.keep(self.document.valid, future)
        self._show(future, same_scene=False)

    def adopt(self, timeline: Timeline) -> None:
        """Show a timeline, from its beginning; it may still grow through `extend`."""
        self._adopting = True
        self.document.open_text(str(timeline.facts.get("text") or ""), None)
        self._adopting = False
        future = Future.of(timeline, self.futures)
        self.futures.hold(future)
        self._show(future, same_scene=False)
        self._thin()

    def extend(self, chunk: Chunk) -> None:
        """More of an adopted timeline is known."""
        if self.future is None:
            raise ValueError("a chunk came before its prologue")
        self.future.extend(chunk)

    # -- futures ------------------------------------------------------------------------------------------

    def _text_changed(self) -> None:
        """The text is another scene now: see that its future is what is shown."""
        valid = self.document.valid
        if self._closed:
            return
        if valid is None or self.document.problem is not None or self._adopting:
            self.changed.emit()
            return
        if self.future is None:
            if self._opening is None:
                self.open_document()
            return
        variant = self.variant
        while variant is not None and variant not in valid.variants:
            variant = self.parents.get(variant)
        back = [one for one in valid.variants if one not in self._known_variants]
        self._known_variants = valid.variants
        if len(back) == 1 and back[0] in self.parents and self.futures.find(valid, back[0], self.sets):
            variant = back[0]  # an undone branch is done again
        self.switch(variant)

    def switch(self, variant: str | None) -> None:
        """Show a variant at the same moment; None is the scene as written."""
        valid = self.document.valid
        if valid is None:
            self.told.emit("The scene's text must be mended first: see the editor.")
            return
        found = self._future(variant)
        if self.other is not None and self.other is not found:
            there = self.other.variant is None or self.other.variant in valid.variants
            self.other = self._future(self.other.variant) if there else None
        if found is self.future:
            self.pending = None
            self._thin()
            self.changed.emit()
            self.listed.emit()
            return
        self._await(found)

    def next_variant(self) -> None:
        """Show the next variant at the same moment; after the last one the scene as written."""
        valid = self.document.valid
        names = [None, *(valid.variants if valid is not None else ())]
        here = names.index(self.variant) if self.variant in names else 0
        self.switch(names[(here + 1) % len(names)])

    def compare_with(self, variant: str | None) -> None:
        """Show a variant beside what is shown."""
        if self.document.valid is None:
            self.told.emit("The scene's text must be mended first: see the editor.")
            return
        self.other = self._future(variant)
        self.changed.emit()
        self.listed.emit()

    def compare_nothing(self) -> None:
        """Show one future only."""
        self.other = None
        self.lasting.forget()
        self.changed.emit()
        self.listed.emit()

    def _future(self, variant: str | None) -> Future:
        valid = self.document.valid
        if valid is None:
            raise ValueError("there is no scene")
        return self.futures.of(valid, variant, self.sets)

    def _watch(self, future: Future) -> None:
        future.began.connect(self._begin)
        future.grew.connect(self._grew)
        future.failed.connect(self._broke)
        future.failed.connect(self._failed)
        future.changed.connect(self._came)

    def _failed(self, future: Future) -> None:
        if any(future is one for one in (self.future, self.pending, self.other)):
            self._again = self.run_again if future is self.future else partial(self.switch, future.variant)
            self.failed.emit(future.failure)

    def _await(self, future: Future) -> None:
        """Show a future as soon as it knows the moment that is looked at."""
        self.pending = future
        if future.knows(self.moment.time_ns) or not future.running:
            self._settle_pending()
        self._thin()
        self.changed.emit()
        self.listed.emit()

    def _settle_pending(self) -> None:
        """What was waited for takes over; if it came to nothing, what is shown stays."""
        future, self.pending = self.pending, None
        if future is not None and future.steps:
            if self.document.valid is not None:
                self.futures.keep(self.document.valid, future)
            self._show(future, same_scene=True)
            self._thin()

    def _grew(self, future: Future) -> None:
        if future is self.pending and future.knows(self.moment.time_ns):
            self._settle_pending()
        elif future is self.future:
            self._choose_cpu()
            if self.playhead is not None and self.moment.step < 0 and self.has_steps:
                self.playhead.rest(0)
                self.moved.emit()
            self.grew.emit()
        elif future is self.other:
            self.changed.emit()

    def _show(self, future: Future, *, same_scene: bool) -> None:
        """Make a future the one that is shown."""
        timeline, events, flows = future.timeline, future.events, future.flows
        if timeline is None or events is None or flows is None:
            raise ValueError("nothing is known of this future yet")
        if self.other is future and self.future is not None:
            self.other = self.future  # what was compared is shown now, so they change places
        self.future = future
        self.look_at(timeline, events, flows, future.chapters, same_scene=same_scene)
        self.listed.emit()


def _with_text(request: Request) -> Request:
    """The same with the file's text in it, so that what is edited is what was run; unreadable, the worker says why."""
    if request.text is not None or request.path is None:
        return request
    path = Path(request.path)
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return request
    return replace(request, text=text, base=request.base or str(path.parent), name=request.name or str(path))
