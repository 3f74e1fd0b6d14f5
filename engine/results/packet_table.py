"""The wire frames of a run as a table of columns that grows with it, and where each is at a step.

A frame is at the station of the latest step that handled it, in whatever form it travelled; with its arrival it is in
the adapter's FIFO. Left out: where frames are while only counters are recorded, which nobody wrote down; and skbs that
carry several frames move the first of them only (none does yet).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.results.frames import QUEUE_FIELD, UNTOLD, Column, frames, later_writes, lives
from engine.timeline import columns
from engine.timeline.chunk import FATES
from engine.timeline.ledger import ARRIVAL_FIELD
from engine.timeline.schema import NO_CPU
from engine.timeline.timeline import Timeline
from engine.topology import Station

ENDED: Final = "ended"
PLACES: Final = ("", *(str(station) for station in Station), ENDED)
"""Where a frame can be, by code: "" before its last bit has arrived."""

_COLUMNS: Final = (
    "number",
    "flow",
    "nth",
    "length",
    "arrived",
    "born",
    "queue",
    "latency",
    "fate",
    "reason",
    "end_step",
    "end_time",
)
_LASTING: Final = (FATES.index("in_flight"), FATES.index("queued"))
"""Endings that only say where a frame was when the run stopped: it has not gone."""

_COPY: Final = FATES.index("copies_lost")
_NEVER: Final = np.iinfo(np.int64).max


class Whereabouts(NamedTuple):
    """Where the frames of a table are after a step.

    Attributes:
        place: rows of `PLACES`; -1 where only counters are recorded.
        cpu: which CPU handled it last; -1 for the hardware, and for frames that are nowhere.
    """

    place: NDArray[np.int8]
    cpu: NDArray[np.int16]


class PacketTable:
    """All wire frames of a run, in order of birth; `grow` when the run has grown."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._columns = {name: columns.Column(np.int64) for name in _COLUMNS}
        self._row_of = columns.Column(np.int32)
        self._holder = columns.Column(np.int32)
        self._deltas = self._endings = self._samples = 0
        stations = [""] * (1 + max((info.number for info in timeline.functions), default=0))
        for info in timeline.functions:
            stations[info.number] = info.station
        stations = [Station.FIFO if station == Station.WIRE else station for station in stations]
        self._station = np.array([PLACES.index(station) for station in stations], np.int8)
        self.grow()

    def __len__(self) -> int:
        return self._columns["number"].length

    def __getitem__(self, name: str) -> Column:
        """Return a column; -1 where a number is not known.

        Args:
            name: number (the uid), flow (uid), nth (in its flow, from 0), length (bytes), arrived (ns), born (step),
                queue, latency (ns, of the first reader), fate (of `chunk.FATES`), reason (row of the string table),
                end_step, end_time (ns).
        """
        return self._columns[name].array

    def rows(self, uids: NDArray[Any]) -> NDArray[np.int64]:
        """Return the rows of some frames, -1 for what is none."""
        known = self._row_of.array
        if len(known) == 0:
            return np.full(len(uids), -1, np.int64)
        return np.where((uids >= 0) & (uids < len(known)), known[np.clip(uids, 0, len(known) - 1)], -1)

    # -- growing ------------------------------------------------------------------------------------------

    def grow(self) -> None:
        """Take in what the run has got since the last time."""
        timeline = self.timeline
        begin, self._deltas = self._deltas, len(timeline.deltas)
        if begin < self._deltas:
            self._take_births(begin)
        endings = timeline.endings[self._endings :]
        endings = endings[endings["fate"] != _COPY]
        self._endings = len(timeline.endings)
        if len(endings):
            self._take_endings(endings)
        samples = timeline.samples[self._samples :]
        self._samples = len(timeline.samples)
        uids, first = np.unique(samples["frame"], return_index=True)
        rows = self.rows(uids)
        fresh = (rows >= 0) & (self["latency"][rows] == UNTOLD)
        self["latency"][rows[fresh]] = samples["latency"][first[fresh]]

    def _take_births(self, begin: int) -> None:
        new = frames(self.timeline, begin)
        born, _ = lives(self.timeline, new.uid)
        first = len(self)
        self._append(
            {
                "number": new.uid,
                "flow": new.flow,
                "nth": new.number,
                "length": new.length,
                "arrived": new.arrived,
                "born": born,
            }
        )
        self._holder.widen(self.timeline.deltas.slot_count, -1)
        keys = new.base << 32 | new.head
        order = np.argsort(keys)
        for name, field in (("queue", QUEUE_FIELD), ("arrived", ARRIVAL_FIELD)):
            written, bases, values = later_writes(self.timeline, field, begin)
            # Whose slot it is: that of the frame born there last, in this part of the log or before it.
            rows = self._holder.array[bases].astype(np.int64)
            if len(order):
                places = np.searchsorted(keys[order], bases << 32 | written, "right") - 1
                candidates = order[np.maximum(places, 0)]
                fresh = (places >= 0) & (new.base[candidates] == bases)
                rows = np.where(fresh, first + candidates, rows)
            last = np.full(len(self), -1)
            np.maximum.at(last, rows[rows >= 0], np.flatnonzero(rows >= 0))
            told = last >= 0
            self[name][told] = values[last[told]]
        np.maximum.at(self._holder.array, new.base, np.arange(first, len(self), dtype=np.int32))

    def _take_endings(self, endings: NDArray[Any]) -> None:
        unknown = np.flatnonzero(self.rows(endings["frame"]) < 0)
        if len(unknown):  # from level "counters" on there are no objects
            late = endings[unknown]
            self._append(
                {
                    "number": late["frame"],
                    "flow": late["flow"],
                    "nth": late["number"],
                    "arrived": late["arrived"],
                    "born": late["step"],
                }
            )
        rows = self.rows(endings["frame"])
        self["fate"][rows] = endings["fate"]
        self["reason"][rows] = endings["reason"]
        gone = ~np.isin(endings["fate"], _LASTING)
        self["end_step"][rows[gone]] = endings["step"][gone]
        self["end_time"][rows[gone]] = endings["time"][gone]

    def _append(self, values: Mapping[str, NDArray[Any]]) -> None:
        uids, first = values["number"], len(self)
        otherwise = {"end_step": _NEVER, "end_time": _NEVER, "fate": FATES.index("in_flight"), "reason": 0}
        for name, column in self._columns.items():
            if name in values:
                column.extend(values[name])
            else:
                column.widen(first + len(uids), otherwise.get(name, UNTOLD))
        if len(uids):
            self._row_of.widen(int(uids.max()) + 1, -1)
            self._row_of.array[uids] = np.arange(first, first + len(uids))

    # -- where --------------------------------------------------------------------------------------------

    def places(self, step: int) -> Whereabouts:
        """Return where every frame of the table is after a step; -1 is before the first."""
        timeline = self.timeline
        detailed = timeline.detail_until is None or step < timeline.detail_until
        time = int(timeline.time(step)) if step >= 0 else -1
        arrived = self["arrived"] <= time
        ended = (self["end_step"] <= step) if detailed else (self["end_time"] <= time)
        place = np.where(arrived & ended, len(PLACES) - 1, 0).astype(np.int8)
        cpu = np.full(len(self), -1, np.int16)
        here = np.flatnonzero(arrived & ~ended)
        if not detailed:
            place[here] = -1
        elif len(here):
            last = self._last_steps(max(int(self["born"][here].min()), 0), step)[here]
            handled = last >= 0
            steps = last[handled]
            place[here] = PLACES.index(Station.WIRE)
            place[here[handled]] = self._station[timeline.column("fn")[steps]]
            cpus = timeline.column("where")[steps] >> 8
            cpu[here[handled]] = np.where(cpus == NO_CPU, -1, cpus)
        return Whereabouts(place, cpu)

    def _last_steps(self, first: int, step: int) -> Column:
        """Return for each frame the latest step from one to another that took it to a station, -1 for none."""
        timeline = self.timeline
        packets = timeline.column("packet")[first : step + 1]
        stands = (packets > 0) & (self._station[timeline.column("fn")[first : step + 1]] > 0)
        steps = np.flatnonzero(stands)
        rows = self.rows(timeline.frames_of(packets[steps]))
        last = np.full(len(self), -1)
        known = rows >= 0
        np.maximum.at(last, rows[known], steps[known] + first)
        return last


def packet_table(timeline: Timeline) -> PacketTable:
    """Return the table of all wire frames of a run as far as it is known; see `PacketTable.grow`."""
    return PacketTable(timeline)
