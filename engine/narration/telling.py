"""One step, as the sentences ask about it: what was handled, what changed, what has been said of it."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from engine.narration.book import PACKETS, Book, book_of
from engine.narration.words import value_text
from engine.timeline.chunk import FATES
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from engine.timeline.views import Change, StepView


class Telling:
    """A step with its changes.

    Attributes:
        timeline: what happened.
        book: its names.
        cursor: after the step.
        view: the step.
        name: of its function.
        changes: what it changed, by object and field.
        told: the changes that have been said, or are not worth saying.
    """

    def __init__(self, timeline: Timeline, step: int, cursor: Cursor) -> None:
        self.timeline = timeline
        self.book: Book = book_of(timeline)
        if cursor.step != step:
            cursor.seek(step)
        self.cursor = cursor
        self.view: StepView = timeline.step(step)
        self.name = self.view.function.name
        self.changes: dict[tuple[int, str], Change] = {
            (change.uid, change.field): change for change in cursor.changed()
        }
        self.told: set[tuple[int, str]] = set()
        self._endings: list[tuple[int, str, str]] | None = None

    # -- what is handled --------------------------------------------------------------------------------

    @property
    def uid(self) -> int:
        """The object that the step handles: a packet, a ring, a task; 0 for none."""
        return self.view.packet

    @property
    def it(self) -> str:
        """What the sentence calls it; "" for none."""
        return self.book.name(self.uid)

    @property
    def cpu(self) -> int | None:
        """The number of the CPU, None for the hardware."""
        return self.view.cpu

    def own(self, class_name: str) -> int:
        """Return the object of a class that belongs to the step's CPU, 0 for none."""
        return 0 if self.cpu is None else self.book.of_cpu(class_name, self.cpu)

    def is_packet(self, uid: int) -> bool:
        """Return whether an object is a frame or an sk_buff."""
        return self.book.class_of(uid) in PACKETS

    # -- values -----------------------------------------------------------------------------------------

    def get(self, uid: int, field: str) -> int | None:
        """Return a field after the step; None where it is not known, or there is no such object or field."""
        if not uid or not self.book.has(self.book.class_of(uid), field):
            return None
        value = self.cursor.get(uid, field)
        return value if isinstance(value, int) else None

    def text(self, uid: int, field: str) -> str:
        """Return a field after the step as text; "" where it is not known."""
        value = self.get(uid, field)
        if value is None:
            return ""
        return value_text(self.timeline, self.book.fields[self.book.class_of(uid), field], value)

    def setting(self, name: str) -> int | None:
        """Return a sysctl after the step; None where it is not known."""
        found = self.book.all("sysctl")
        return self.get(found[0], name) if found else None

    # -- changes ----------------------------------------------------------------------------------------

    def take(self, uid: int, field: str) -> tuple[int, int] | None:
        """Return what a field of an object held and holds, and note it as said; None when it did not change."""
        change = self.changes.get((uid, field))
        if change is None or not isinstance(change.old, int) or not isinstance(change.new, int):
            return None
        self.told.add((uid, field))
        return change.old, change.new

    def now(self, uid: int, field: str) -> int | None:
        """Return what a field changed to, and note it as said; None when it did not change."""
        change = self.take(uid, field)
        return None if change is None else change[1]

    def changed(self, class_name: str, field: str) -> int:
        """Return the first object of a class whose field changed, 0 for none."""
        for uid, name in self.changes:
            if name == field and self.book.class_of(uid) == class_name:
                return uid
        return 0

    def hush(self, uid: int, *fields: str) -> None:
        """Note changes as said."""
        self.told.update((uid, field) for field in fields)

    def hush_birth(self, uid: int) -> None:
        """Note all fields of an object as said."""
        self.told.update(key for key in self.changes if key[0] == uid)

    def wrote(self, step: int, class_name: str, field: str) -> int:
        """Return the living object of a class whose field another step wrote, 0 for none."""
        table = self.timeline.step_table
        slots = self.timeline.deltas.slots[table.delta(step) : table.delta(step + 1)]
        if self.book.has(class_name, field):
            position = self.timeline.position(class_name, field)
            for uid in self.book.all(class_name):
                if np.any(slots == self.timeline.object(uid).base + position) and self.cursor.exists(uid):
                    return uid
        return 0

    # -- endings ----------------------------------------------------------------------------------------

    @property
    def endings(self) -> list[tuple[int, str, str]]:
        """How frames ended in this step: frame, fate, reason."""
        if self._endings is None:
            self._endings = self._ended() if any(self.died(uid) for uid, _ in self.changes) else []
        return self._endings

    def died(self, uid: int) -> bool:
        """Return whether the step was the last of a frame."""
        change = self.changes.get((uid, "uid"))
        return change is not None and change.new == 0 and self.book.class_of(uid) == "frame"

    def _ended(self) -> list[tuple[int, str, str]]:
        rows, names = self.timeline.endings, self.timeline.names
        first = bisect_left(rows, int(self.view.number), key=lambda row: int(row["step"]))
        found = []
        for row in rows[first:]:
            if row["step"] != self.view.number:
                break
            found.append((int(row["frame"]), FATES[int(row["fate"])], names[int(row["reason"])]))
        return found

    def steps_since(self, step: int, *functions: str) -> int:
        """Return how many steps of some functions this CPU took after a step, this one included."""
        numbers = [info.number for info in self.timeline.functions if info.name in functions]
        rows = slice(step + 1, self.view.number + 1)
        mine = self.timeline.column("where")[rows] >> 8 == self.cpu
        return int(np.count_nonzero(mine & np.isin(self.timeline.column("fn")[rows], numbers)))
