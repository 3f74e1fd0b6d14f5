"""The desk: a cursor at the moment's step, and short words for what the parts ask of it.

One desk a timeline, kept for the two last used until it is forgotten: a cursor moves between neighbouring steps at the
price of the deltas between them. The answers depend on the step alone.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline.cursor import Cursor
from engine.timeline.schema import UNKNOWN
from engine.timeline.timeline import Timeline
from viewer.flows import FlowIndex

Row = dict[str, int | None]
Uids = NDArray[np.int64]

KEPT = 512
BACK = 4096
"""How many steps a question about the recent past looks back at most."""


class Desk:
    """Answers at one step.

    Attributes:
        timeline: what is looked at.
        cursor: at the moment's step.
        step: that step, -1 before the first.
        now: simulated nanoseconds of the moment.
        kept: answers that hold beyond one step, by a key that says for how long; emptied when it grows.
        function_names: names of all functions of the run's table.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.cursor = Cursor(timeline)
        self._ahead = Cursor(timeline)
        self._flows = FlowIndex(timeline)
        self.step = -1
        self.now = 0
        self.kept: dict[object, Any] = {}
        self._rows: dict[str, list[tuple[int, Row]]] = {}
        self._columns: dict[tuple[str, str], tuple[Uids, NDArray[np.int64]]] = {}
        self._fields: dict[str, tuple[str, ...]] = {}
        self._arrivals: dict[int, NDArray[np.int64]] = {}
        self._arrivals_to = 0
        self._letters: NDArray[np.int64] = np.empty(0, np.int64)
        self._classes = {schema.name for schema in timeline.classes}
        self._stations = {info.number: info.station for info in timeline.functions}
        self._numbers: dict[str, list[int]] = {}
        for info in timeline.functions:
            self._numbers.setdefault(info.name, []).append(info.number)
        self._names = {info.number: info.name for info in timeline.functions}
        self._calls = {info.number: info.calls for info in timeline.functions}
        self.function_names = frozenset(self._names.values())

    def at(self, step: int, now: int) -> Desk:
        """Go to a step; answers of the one before are forgotten."""
        if step != self.step or self.cursor.step != step:
            self._rows.clear()
            self._columns.clear()
        if len(self.kept) > KEPT:
            self.kept.clear()
        self.cursor.seek(step)
        self.step, self.now = step, now
        return self

    def ahead(self, step: int) -> Cursor:
        """A second cursor, for what an act in progress will have done."""
        self._ahead.seek(min(step, self.timeline.steps - 1))
        return self._ahead

    # -- objects --------------------------------------------------------------------------------------

    def rows(self, name: str) -> list[tuple[int, Row]]:
        """The living objects of a class with their fields, in order of birth; none if there is no such class."""
        found = self._rows.get(name)
        if found is None:
            found = self._read(name) if name in self._classes else []
            self._rows[name] = found
        return found

    def _read(self, name: str) -> list[tuple[int, Row]]:
        names = self._fields.get(name)
        if names is None:
            schema = next(one for one in self.timeline.classes if one.name == name)
            names = self._fields[name] = tuple(field.name for field in schema.fields)
        uids, values = self.cursor.table(name)
        known = values.tolist()
        if (values == UNKNOWN).any():
            known = [[None if value == UNKNOWN else value for value in row] for row in known]
        return [
            (uid, dict(zip(names, row, strict=True))) for uid, row in zip(uids.tolist(), known, strict=True)
        ]

    def fields(self, uid: int) -> Row:
        """The fields of an object; None where the value is not known."""
        return {
            name: value if isinstance(value, int) else None for name, value in self.cursor.fields(uid).items()
        }

    def first(self, name: str) -> Row | None:
        """The fields of the first object of a class, None without any."""
        rows = self.rows(name)
        return rows[0][1] if rows else None

    def column(self, name: str, field: str) -> tuple[Uids, NDArray[np.int64]]:
        """Numbers and one field of all living objects of a class, sorted by number."""
        key = (name, field)
        found = self._columns.get(key)
        if found is None:
            if name in self._classes:
                found = self.cursor.column(name, field)
            else:
                found = (np.empty(0, np.int64), np.empty(0, np.int64))
            self._columns[key] = found
        return found

    def values_of(self, name: str, field: str, uids: Uids, default: int = 0) -> NDArray[np.int64]:
        """One field of some objects of a class; ``default`` for those that do not live here."""
        known, values = self.column(name, field)
        if len(known) == 0 or len(uids) == 0:
            return np.full(len(uids), default, np.int64)
        at = np.minimum(np.searchsorted(known, uids), len(known) - 1)
        hit = (known[at] == uids) & (values[at] != UNKNOWN)
        return np.where(hit, values[at], default)

    def label(self, uid: int | None) -> str:
        """What people call an object."""
        return self.timeline.label(uid) if uid else ""

    def text(self, row: int | None) -> str:
        """A row of the string table."""
        names = self.timeline.names
        return names[row] if row is not None and 0 <= row < len(names) else ""

    def list(self, owner: int, name: str) -> Uids:
        """Members of an owner's list, the head first."""
        number = self.timeline.list_id(owner, name)
        return self.cursor.contents(number) if number is not None else np.empty(0, np.int64)

    def members(self, owner: int) -> Uids:
        """Members of all lists of an owner, list after list."""
        lists = [row.id for row in self.timeline.table.lists.values() if row.owner == owner]
        found = [self.cursor.contents(number) for number in lists]
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def moved(self, uid: int, field: str) -> int:
        """By how much this very step moved a field; 0 when it did not."""
        if self.cursor.changed_at(uid, field) != self.step:
            return 0
        old, new = self.cursor.previous(uid, field), self.cursor.get(uid, field)
        return new - old if isinstance(old, int) and isinstance(new, int) else 0

    # -- functions and steps ----------------------------------------------------------------------------

    def station(self, function: int) -> str:
        """Where a function is drawn, "" for nowhere."""
        return self._stations.get(function, "")

    def at_stations(self, *stations: str) -> NDArray[np.bool_]:
        """Whether each function number is drawn at one of some stations; an array by number."""
        table = np.zeros(max(self._stations, default=0) + 1, np.bool_)
        table[[number for number, station in self._stations.items() if station in stations]] = True
        return table

    def function(self, number: int) -> str:
        """Name of a function."""
        return self._names.get(number, "")

    def calls(self, number: int) -> tuple[str, ...]:
        """All functions that a step of this number enters, in order."""
        return self._calls.get(number, ())

    def numbers(self, *names: str) -> frozenset[int]:
        """Function numbers of some names."""
        return frozenset(number for name in names for number in self._numbers.get(name, ()))

    def span(self, first: int, end: int, *names: str) -> tuple[NDArray[Any], ...]:
        """Columns of the steps in [first, end)."""
        return tuple(self.timeline.column(name)[first:end] for name in names)

    def last_of_cpu(self, cpu: int, most: int = BACK) -> int:
        """The last step that a CPU took, -1 when it is not among the recent ones."""
        end = self.step + 1
        size = 64
        while size <= most:
            first = max(0, end - size)
            (where,) = self.span(first, end, "where")
            hits = np.flatnonzero(where >> 8 == cpu)
            if len(hits):
                return first + int(hits[-1])
            if first == 0:
                return -1
            size *= 4
        return -1

    def arrivals(self) -> dict[int, NDArray[np.int64]]:
        """The steps at which each flow's frames arrived, over the whole timeline so far, in order."""
        done, end = self._arrivals_to, self.timeline.steps
        if done < end:
            functions, packets = self.span(done, end, "fn", "packet")
            number = min(self.numbers("frame_arrives"), default=-1)
            rows = np.flatnonzero((functions == number) & (packets > 0))
            letters = self.letters(packets[rows])
            for flow in np.unique(letters).tolist():
                fresh = rows[letters == flow].astype(np.int64) + done
                before = self._arrivals.get(flow)
                self._arrivals[flow] = fresh if before is None else np.concatenate([before, fresh])
            self._arrivals_to = end
        return self._arrivals

    # -- packets ----------------------------------------------------------------------------------------

    def letters(self, packets: NDArray[Any]) -> NDArray[np.int64]:
        """Place of each packet's flow (0 is A); -1 for what is no packet."""
        if len(packets) == 0:
            return np.empty(0, np.int64)
        flows = self._flows.of(np.asarray(packets, np.int32))
        most = int(flows.max()) + 1
        if most > len(self._letters):
            self._grow_letters(most)
        return self._letters[flows]

    def letter(self, packet: int) -> int:
        """Place of one packet's flow, -1 when it is no packet."""
        return int(self.letters(np.array([packet], np.int32))[0]) if packet > 0 else -1

    def _grow_letters(self, size: int) -> None:
        table = np.full(size, -1, np.int64)
        known = any(schema.name == "flow" for schema in self.timeline.classes)  # of nothing nothing is known
        for uid in self.timeline.objects("flow").tolist() if known else []:
            if uid < size:
                changes = self.timeline.changes(uid, "letter")[2]
                if len(changes):
                    table[uid] = int(changes[0])
        self._letters = table

    def written(self, step: int, uid: int, field: str) -> int | None:
        """What a step wrote into a field of an object; None when it did not."""
        info = self.timeline.object(uid)
        first, end = self.timeline.step_table.delta(step), self.timeline.step_table.delta(step + 1)
        slot = info.base + self.timeline.position(info.cls.name, field)
        hits = np.flatnonzero(self.timeline.deltas.slots[first:end] == slot)
        return int(self.timeline.deltas.values.one(first + int(hits[-1]))) if len(hits) else None

    def made(self, uid: int, field: str) -> int | None:
        """What a field held right after an object was made; None when it is not known."""
        return self.written(max(self.timeline.object(uid).born, 0), uid, field)

    def known(self, uid: int, field: str) -> int | None:
        """A field at this step; None when the object does not live or the value is not known."""
        value = self.cursor.get(uid, field)
        return value if isinstance(value, int) else None

    def kin(self, packet: int) -> NDArray[np.int32]:
        """A packet in all forms: its frame, the skbs of that frame, and itself."""
        frame = self.timeline.frame_of(packet)
        return self.timeline.kin(frame if frame else packet)

    def sock_of(self, packet: int) -> int:
        """The socket that a packet came to, by the step that read it; 0 when none is known."""
        samples = self.timeline.samples
        frame = self.timeline.frame_of(packet)
        begin = int(np.searchsorted(samples["step"], self.step, "left"))
        rows = samples[begin : begin + BACK]
        hits = np.flatnonzero(rows["frame"] == frame)
        return int(rows["sock"][hits[0]]) if len(hits) else 0

    def is_skb(self, packet: int) -> bool:
        """Whether a packet is an skb (and not a frame)."""
        return packet > 0 and self.timeline.object(packet).cls.name == "sk_buff"


def among(packets: NDArray[Any], kin: NDArray[Any]) -> NDArray[np.bool_]:
    """Where one of a few numbers stands: what `isin` says, sooner."""
    found: NDArray[np.bool_] = packets == kin[0]
    for one in kin[1:]:
        found |= packets == one
    return found


_KEPT_DESKS = 2
"""What is open and what it is compared with."""

_desks: OrderedDict[int, Desk] = OrderedDict()


def desk_at(timeline: Timeline, step: int, now: int) -> Desk:
    """The timeline's desk, at a step; those of the two timelines last asked for are kept."""
    key = id(timeline)
    found = _desks.get(key)
    if found is None:
        found = _desks[key] = Desk(timeline)
        while len(_desks) > _KEPT_DESKS:
            _desks.popitem(last=False)
    _desks.move_to_end(key)
    return found.at(step, now)


def forget(timeline: Timeline) -> None:
    """Keep nothing of a timeline any more: a desk holds its timeline, which can be hundreds of megabytes."""
    _desks.pop(id(timeline), None)
