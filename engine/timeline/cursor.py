"""The state of everything after a step.

`seek` goes there by the shortest way: forward or back through the deltas from where it stands, or from a
keyframe. Every answer is exact for that step although slots are used again by later objects: an object's
fields are known if its number stands in its field 0, and from that write on.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.timeline.deltas import Writers
from engine.timeline.form import formatted
from engine.timeline.objects import ObjectInfo
from engine.timeline.schema import LINK_SHIFT, UNKNOWN, Ns, StepNo, Uid
from engine.timeline.timeline import Timeline
from engine.timeline.views import NOT_KNOWN, Change, Value

Uids = NDArray[np.int64]


class Cursor:
    """A place in a timeline, and the state there.

    Attributes:
        timeline: what it looks at.
        step: the last step that has happened; -1 before the first.
    """

    def __init__(self, timeline: Timeline, step: int = -1) -> None:
        self.timeline = timeline
        self.step = StepNo(-1)
        self._here = 0
        self._writers: Writers = np.empty(0, np.int32)
        self._living: dict[int, tuple[Uids, NDArray[np.int64]]] = {}
        self._links: tuple[NDArray[np.int64], Uids] | None = None
        self.seek(step)

    # -- moving ---------------------------------------------------------------------------------------

    def seek(self, step: int) -> None:
        """Go to the state after a step; -1 is before anything happened.

        Raises:
            IndexError: there is no such step.
        """
        if not -1 <= step < self.timeline.steps:
            raise IndexError(f"step {step} of {self.timeline.steps}")
        there = self.timeline.step_table.delta(step + 1) if step >= 0 else 0
        log = self.timeline.deltas
        if there != self._here or len(self._writers) < log.slot_count:
            self._writers = log.move(self._writers, self._here, there)
        self.step = StepNo(step)
        self._here = there
        self._living.clear()
        self._links = None

    def seek_time(self, time: int) -> None:
        """Go to the state at a time: every effect up to and at it has happened."""
        self.seek(self.timeline.moment(time))

    @property
    def time(self) -> Ns:
        """The time of the step; 0 before the first."""
        return self.timeline.time(self.step)

    # -- one object -----------------------------------------------------------------------------------

    def exists(self, uid: int) -> bool:
        """Return whether an object lives after the step; KeyError when there never was one."""
        info = self.timeline.object(uid)
        return info.born <= self.step < info.died

    def get(self, uid: int, name: str) -> Value:
        """Return a field; `Unknown` when the object does not live at the step or nobody told.

        Raises:
            KeyError: there never was such an object, or its class has no such field.
        """
        _, row = self._writer(uid, name)
        return _value(self.timeline.deltas.values.one(row))

    def value(self, uid: int, name: str) -> str:
        """Return a field as text, by its kind: names of bits, labels, addresses; a dash for unknown."""
        info = self.timeline.object(uid)
        schema = info.cls.fields[self.timeline.table.position(info.cls.number, name)]
        return formatted(self.timeline, schema, self.get(uid, name))

    def fields(self, uid: int) -> dict[str, Value]:
        """Return all fields of an object by name, in the order of its class; KeyError as for `get`."""
        info = self.timeline.object(uid)
        names = [field.name for field in info.cls.fields]
        tenancy = self._tenancy(info)
        if tenancy < 0:
            return dict.fromkeys(names, NOT_KNOWN)
        rows = self._writers[info.base : info.base + len(names)].astype(np.int64)
        rows[rows < tenancy] = -1
        values = self.timeline.deltas.values.take(rows).tolist()
        return {name: _value(value) for name, value in zip(names, values, strict=True)}

    def previous(self, uid: int, name: str) -> Value:
        """Return what a field held before it was last written; `Unknown` when that was its birth."""
        tenancy, row = self._writer(uid, name)
        if row < 0:
            return NOT_KNOWN
        before = int(self.timeline.deltas.previous[row])
        return _value(self.timeline.deltas.values.one(before)) if before >= tenancy else NOT_KNOWN

    def changed_at(self, uid: int, name: str) -> StepNo | None:
        """Return the step that last wrote a field, at or before this one; None when it is not known."""
        _, row = self._writer(uid, name)
        return StepNo(self.timeline.step_table.step_of(row)) if row >= 0 else None

    def where(self, uid: int) -> tuple[int, int] | None:
        """Return the list that an object is on and its position there from 0; None when it is on none."""
        info = self.timeline.object(uid)
        for number, position in self.timeline.table.links:
            if number == info.cls.number:
                link = self.get(uid, info.cls.fields[position].name)
                if isinstance(link, int) and link > 0:
                    links, _ = self._sorted_links()
                    first, row = np.searchsorted(links, [link >> LINK_SHIFT << LINK_SHIFT, link])
                    return link >> LINK_SHIFT, int(row - first)
        return None

    def _tenancy(self, info: ObjectInfo) -> int:
        """Return the row of the delta from which an object's slots are its own; -1 when they are not."""
        if not info.born <= self.step < info.died or info.base >= len(self._writers):
            return -1
        row = int(self._writers[info.base])
        return row if self.timeline.deltas.values.one(row) == info.uid else -1

    def _writer(self, uid: int, name: str) -> tuple[int, int]:
        """Return the deltas from which slots are an object's own, and that wrote a field last; or -1."""
        table = self.timeline.table
        info = table.info(uid)
        position = table.position(info.cls.number, name)
        tenancy = self._tenancy(info)
        if tenancy < 0:
            return -1, -1
        row = int(self._writers[info.base + position])
        return tenancy, row if row >= tenancy else -1

    # -- many objects ---------------------------------------------------------------------------------

    @property
    def detailed(self) -> bool:
        """Whether packets are known here; at level "counters" only lasting objects are."""
        limit = self.timeline.detail_until
        return limit is None or self.step < limit

    def alive(self, class_name: str) -> Uids:
        """Return the uids of the objects of a class that live here, in order of birth.

        Packets are left out where only counters are known.
        """
        return np.sort(self._alive(self.timeline.table.number_of(class_name))[0])

    def column(self, class_name: str, field: str) -> tuple[Uids, NDArray[np.int64]]:
        """Return uids and one field of all living objects of a class; `UNKNOWN` where it is not known."""
        number = self.timeline.table.number_of(class_name)
        uids, bases = self._alive(number)
        values = self._gather(bases, self.timeline.table.position(number, field))
        order = np.argsort(uids)
        return uids[order], values[order]

    def table(self, class_name: str) -> tuple[Uids, NDArray[np.int64]]:
        """Return uids and all fields, a row each, of the living objects of a class; `UNKNOWN` where not known."""
        number = self.timeline.table.number_of(class_name)
        uids, bases = self._alive(number)
        width = len(self.timeline.classes[number].fields)
        rows = self._writers[bases[:, None] + np.arange(width)]
        rows = np.where(rows >= self._writers[bases][:, None], rows, -1)
        values = self.timeline.deltas.values.take(rows.ravel()).reshape(rows.shape)
        order = np.argsort(uids)
        return uids[order], values[order]

    def _gather(self, bases: NDArray[np.int64], position: int) -> NDArray[np.int64]:
        rows = self._writers[bases + position]
        return self.timeline.deltas.values.take(np.where(rows >= self._writers[bases], rows, -1))

    def _alive(self, number: int) -> tuple[Uids, NDArray[np.int64]]:
        """Return uids and base slots of the living objects of a class, in order of slot."""
        found = self._living.get(number)
        if found is None:
            table = self.timeline.table
            if self.timeline.classes[number].transient and not self.detailed:
                found = (np.empty(0, np.int64), np.empty(0, np.int64))
            else:
                bases = table.bases(number)
                uids = self.timeline.deltas.values.take(self._writers[bases])
                living = uids > 0
                uids, bases = uids[living], bases[living]
                if not self.detailed:  # what died at this level left its number in its slot
                    kept = table.died_after(uids, self.step)
                    uids, bases = uids[kept], bases[kept]
                found = (uids, bases)
            self._living[number] = found
        return found

    # -- lists ----------------------------------------------------------------------------------------

    def contents(self, list_id: int) -> Uids:
        """Return the uids of a list's members in order, the head first."""
        links, uids = self._sorted_links()
        first, end = np.searchsorted(links, [list_id << LINK_SHIFT, (list_id + 1) << LINK_SHIFT])
        return uids[first:end]

    def length(self, list_id: int) -> int:
        """Return how many members a list has."""
        return len(self.contents(list_id))

    def _sorted_links(self) -> tuple[NDArray[np.int64], Uids]:
        """Return the links of all objects that are on a list, sorted, and whose they are."""
        if self._links is None:
            links = [np.empty(0, np.int64)]
            owners = [np.empty(0, np.int64)]
            for number, position in self.timeline.table.links:
                uids, bases = self._alive(number)
                values = self._gather(bases, position)
                linked = values > 0
                links.append(values[linked])
                owners.append(uids[linked])
            keys, members = np.concatenate(links), np.concatenate(owners)
            order = np.argsort(keys, kind="stable")
            self._links = (keys[order], members[order])
        return self._links

    # -- what just happened -----------------------------------------------------------------------------

    def changed(self) -> list[Change]:
        """Return the fields that this step changed, in the order of their last writes."""
        first = self.timeline.step_table.delta(self.step) if self.step >= 0 else 0
        slots = self.timeline.deltas.slots[first : self._here].tolist()
        final = {slot: first + offset for offset, slot in enumerate(slots)}
        rows = sorted((row, slot) for slot, row in final.items())
        return [change for row, slot in rows for change in self._change(slot, row, first)]

    def _change(self, slot: int, row: int, first: int) -> Iterator[Change]:
        """Tell what a step's last write to a slot changed: nothing if the value is the same, or nobody's."""
        log = self.timeline.deltas
        before = self._before(row, first)
        place = self.timeline.table.place(slot)
        name = place.cls.fields[place.position].name
        old, new = log.values.one(before), log.values.one(row)
        head = int(self._writers[place.base])
        uid = log.values.one(head)
        if place.position == 0 and old > 0 and old != uid:  # its owner of before is dead
            yield Change(Uid(old), name, old, 0)
        if uid > 0 and head >= first:  # born in this step
            if row >= head:
                yield Change(Uid(uid), name, NOT_KNOWN, _value(new))
            return
        if uid <= 0:  # died in this step: tell what changed before it did
            uid = log.values.one(self._before(head, first))
        if place.position and uid > 0 and old != new and (row < head or head < first):
            yield Change(Uid(uid), name, _value(old), _value(new))

    def _before(self, row: int, first: int) -> int:
        """Return the last write to a delta's slot before delta `first`, -1 for none."""
        previous = self.timeline.deltas.previous
        while row >= first:
            row = int(previous[row])
        return row


def _value(value: int) -> Value:
    return NOT_KNOWN if value == UNKNOWN else value
