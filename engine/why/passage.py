"""Where a packet was, from its last bit on the wire to where it was read or lost: stays, one after the other.

A packet's own steps say when something was done to it, its `link` says on which list it waited in between. One line of
descent is followed: from the wire frame over the skb built for it to the copy that was read, or into the skb that GRO
merged it with.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.timeline import FATES, NO_CPU, UNKNOWN, WHERES, Timeline, Where
from engine.topology import Station
from engine.why.facts import Facts

LOST = FATES.index("lost")
COPY_LOST = FATES.index("copies_lost")
ENDED_SHORT = tuple(FATES.index(fate) for fate in ("absorbed", "forwarded", "refused", "lost"))
TASKS = (Where.SYSCALL, Where.USER)
DRIVER = (Station.RING, Station.POLL, Station.XDP, Station.GRO)


class Place(Enum):
    """Where a packet can be."""

    FIFO = auto()
    DMA = auto()
    RING = auto()
    DRIVER = auto()  # in the driver's and GRO's hands
    GRO = auto()  # held
    BATCH = auto()  # on rx_list
    STACK = auto()
    BACKLOG = auto()
    SOCKET = auto()
    READ = auto()
    UNKNOWN = auto()


class Stay(NamedTuple):
    """A stretch of time at one place.

    Attributes:
        place: where.
        start, end: nanoseconds.
        owner: whose list it is on, 0 for none.
        own: whether one of its own functions ran; it waits otherwise.
        cpu: the CPU of the step that ended it, or of the one before if nothing did; None for hardware.
        where: context of that step.
        began, step: the steps at its start and at its end; -1 for none.
    """

    place: Place
    start: int
    end: int
    owner: int
    own: bool
    cpu: int | None
    where: Where | None
    began: int
    step: int


class Passage(NamedTuple):
    """A packet's way.

    Attributes:
        uid: the packet asked for.
        frame: the wire frame.
        arrived, end: nanoseconds.
        step: the step at its end, -1 for none.
        outcome: "read", "lost", another fate, or "" while it is on its way.
        reason: of a loss.
        task: who read it or will, 0 when nobody is known.
        stays: without gaps from `arrived` to `end`.
    """

    uid: int
    frame: int
    arrived: int
    end: int
    step: int
    outcome: str
    reason: str
    task: int
    stays: tuple[Stay, ...]


class _End(NamedTuple):
    """How a packet's way ends: when, at which step, as what; `skb` carries it there, `task` reads it."""

    time: int
    step: int
    outcome: str = ""
    reason: str = ""
    skb: int = 0
    task: int = 0


class _Event(NamedTuple):
    """A step on a packet's way: its own, or one that moved it; `link` is None where it stays on its list."""

    step: int
    own: bool
    link: int | None


def passage(facts: Facts, uid: int, until: int | None = None) -> Passage | None:
    """Return a packet's way up to a step; None when nothing is known of such a packet."""
    timeline = facts.timeline
    if facts.class_of(uid) not in ("frame", "sk_buff"):
        return None
    frame = int(timeline.frame_of(uid))
    steps = _path(timeline, frame)
    arrived = facts.latest(frame, "arrived")
    if arrived == UNKNOWN:
        if len(steps) == 0:
            return None
        arrived = _start(timeline, int(steps[0]))
    end = _end(facts, uid, frame, arrived, steps)
    if until is not None and timeline.time(until) < end.time:
        end = end._replace(time=int(timeline.time(until)), step=until, outcome="", reason="")
    end = end._replace(time=max(end.time, arrived))
    line = _descent(facts, frame, end.skb, steps)
    events = _events(facts, frame, end.skb, line)
    stays = _Walk(facts, arrived, end.time).over(events)
    return Passage(uid, frame, arrived, end.time, end.step, end.outcome, end.reason, end.task, tuple(stays))


def _path(timeline: Timeline, frame: int) -> NDArray[np.int64]:
    """Return the steps that handled a frame in any form."""
    try:
        return timeline.path(frame)
    except KeyError:  # one of its skbs left no trace: only counters were recorded by then
        return np.flatnonzero(timeline.column("packet") == frame)


def _start(timeline: Timeline, step: int) -> int:
    return int(timeline.time(step)) - int(timeline.column("span")[step])


# -- the end ------------------------------------------------------------------------------------------------


def _end(facts: Facts, uid: int, frame: int, arrived: int, steps: NDArray[np.int64]) -> _End:
    """Return how it ended: a reading of this copy (of any, for a frame: the last), its loss, or not at all."""
    timeline = facts.timeline
    samples = timeline.samples
    readings = [
        _reading(timeline, frame, arrived, steps, samples[row])
        for row in np.flatnonzero(samples["frame"] == frame)
    ]
    fitting = [end for end in readings if uid == frame or end.skb in (uid, frame)]
    if fitting:
        return fitting[-1]
    rows = timeline.endings[timeline.endings["frame"] == frame]
    fates = (*ENDED_SHORT, COPY_LOST) if uid != frame and not readings else ENDED_SHORT
    rows = rows[np.isin(rows["fate"], fates)]
    if len(rows):
        row = rows[-1]
        step = int(row["step"])
        skb = uid if uid != frame else _carrier(timeline, steps, step, frame)
        reason = facts.name(int(row["reason"]))
        return _End(int(row["time"]), step, FATES[int(row["fate"])], reason, skb)
    died = timeline.object(uid).died
    if uid != frame and died < timeline.steps:
        return _End(int(timeline.time(died)), died, "gone", "", uid)
    last = int(timeline.last)
    skb = uid if uid != frame else _carrier(timeline, steps, last, frame)
    return _End(facts.last_time(), last, skb=skb)


def _reading(timeline: Timeline, frame: int, arrived: int, steps: NDArray[np.int64], sample: Any) -> _End:
    """Return a sample as an end, with the skb that was read: the one its CPU handled last."""
    step = int(sample["step"])
    mine = steps[steps <= step]
    cpus = timeline.column("where")[mine] >> 8
    mine = mine[cpus == timeline.column("where")[step] >> 8]
    packets = timeline.column("packet")[mine]
    skbs = packets[packets != frame]
    skb = int(skbs[-1]) if len(skbs) else frame
    # Its step would do, but where only counters are recorded many readings share one.
    return _End(arrived + int(sample["latency"]), step, "read", "", skb, int(sample["task"]))


def _carrier(timeline: Timeline, steps: NDArray[np.int64], last: int, frame: int) -> int:
    """Return what a frame last travelled as, up to a step."""
    mine = steps[steps <= last]
    return int(timeline.column("packet")[mine[-1]]) if len(mine) else frame


# -- the line of descent ------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """Steps of one line of descent, and from which step its last member carries it."""

    steps: NDArray[np.int64]
    first: int
    taken: int


def _descent(facts: Facts, frame: int, skb: int, steps: NDArray[np.int64]) -> _Line:
    """Return the steps of the frame, of the skb built for it, and of the one that carried it in the end."""
    timeline = facts.timeline
    packets = timeline.column("packet")[steps]
    skbs = timeline.skbs_of(frame)
    first = int(skbs[0]) if len(skbs) else frame
    if skb in (first, frame):
        keep = np.isin(packets, [frame, skb, first])
        return _Line(steps[keep], first, 0)
    try:
        built, carries = timeline.object(first), timeline.object(skb)
    except KeyError:
        return _Line(steps[np.isin(packets, [frame, skb])], skb, 0)
    # A clone is younger than its original; an skb that GRO merged this one into is older.
    taken = max(carries.born, 0) if carries.born >= built.born else min(built.died, timeline.steps)
    mine = (packets == frame) | ((packets == first) & (steps < taken)) | ((packets == skb) & (steps >= taken))
    return _Line(steps[mine], first, taken)


def _events(facts: Facts, frame: int, skb: int, line: _Line) -> list[_Event]:
    """Return the steps on the way in order, with the lists they put the packet on."""
    links: dict[int, int] = {}
    for member in dict.fromkeys((frame, line.first, skb)):
        moved = facts.signal(member, "link")
        for row, (step, link) in enumerate(zip(moved.steps.tolist(), moved.values.tolist(), strict=True)):
            if row == 0 and link == 0:  # born on no list
                continue
            if member == frame or (step >= line.taken) == (member == skb or line.taken == 0):
                links[step] = link
    if line.taken and line.taken not in links and skb != line.first:  # GRO holds what it was merged into
        links[line.taken] = max(facts.signal(skb, "link").after(line.taken), 0)
    own = set(line.steps.tolist())
    return [_Event(step, step in own, links.get(step)) for step in sorted(own | links.keys())]


# -- places -------------------------------------------------------------------------------------------------


class _Walk:
    """Goes through the events and notes the stays between them."""

    def __init__(self, facts: Facts, arrived: int, end: int) -> None:
        self.facts = facts
        self.time = arrived
        self.end = end
        self.place = Place.FIFO
        self.owner = 0
        self.began = -1
        self.cpu: int | None = None
        self.where: Where | None = None
        self.stays: list[Stay] = []

    def over(self, events: list[_Event]) -> list[Stay]:
        """Return the stays, the last one up to the end."""
        for event in events:
            if self.time >= self.end:
                break
            self._see(event)
        if self.time < self.end:
            self._leave_batch(self.end)
            self._stay(self.place, self.end, own=False, step=-1)
        return self.stays

    def _see(self, event: _Event) -> None:
        timeline = self.facts.timeline
        step, time = event.step, int(timeline.time(event.step))
        where = int(timeline.column("where")[step])
        here = None if where >> 8 == NO_CPU else where >> 8
        context = WHERES[where & 0xFF]
        station = timeline.function(int(timeline.column("fn")[step])).station
        at_work = self._work(here, context, station)
        begun = max(_start(timeline, step), self.time) if event.own else time
        self._leave_batch(begun)
        waits = self.place
        if waits in (Place.DRIVER, Place.STACK) and (here, context) != (self.cpu, self.where):
            waits = Place.UNKNOWN
        elif waits is Place.DRIVER and at_work is Place.STACK:
            waits = at_work
        self._stay(waits, begun, own=False, step=step, cpu=here, where=context)
        if event.own:
            self._stay(at_work, time, own=True, step=step, cpu=here, where=context)
        self.cpu, self.where = here, context
        if event.link is not None:
            self._put(event.link, at_work)
        elif event.own and at_work not in (Place.DMA, Place.FIFO, Place.SOCKET):
            self.place = at_work
            self.owner = 0

    def _work(self, cpu: int | None, context: Where, station: str) -> Place:
        """Return where a packet is while a function handles it."""
        if cpu is None:
            return Place.DMA if station == Station.RING else Place.FIFO
        if context in TASKS or self.place is Place.READ:
            return Place.READ
        if self.place is Place.SOCKET:  # whoever queued it is waking the reader
            return Place.SOCKET
        return Place.DRIVER if station in DRIVER else Place.STACK

    def _put(self, link: int, at_work: Place) -> None:
        """Note the list that the packet is on now."""
        owner, name = self.facts.home(link)
        if self.place is Place.READ or (link == 0 and self.place is Place.SOCKET):
            self.place, self.owner = Place.READ, 0
            return
        if link == 0:
            self.place, self.owner = at_work, 0
            return
        self.owner = owner
        self.place = _list_place(self.facts.class_of(owner), name)

    def _leave_batch(self, until: int) -> None:
        """End a stay on rx_list when the list goes up the stack, which is no step of the packet."""
        if self.place is not Place.BATCH or self.began < 0:
            return
        count = self.facts.signal(self.owner, "rx_count")
        gone = np.flatnonzero((count.steps > self.began) & (count.values == 0) & (count.times <= until))
        if len(gone):
            row = int(gone[0])
            self._stay(
                Place.BATCH, int(count.times[row]), own=False, step=int(count.steps[row]), cpu=self.cpu
            )
            self.place = Place.STACK

    def _stay(
        self,
        place: Place,
        end: int,
        *,
        own: bool,
        step: int,
        cpu: int | None = None,
        where: Where | None = None,
    ) -> None:
        """Note a stay up to a moment, and that the next one begins there."""
        end = min(end, self.end)
        if end > self.time:
            cpu = self.cpu if cpu is None else cpu
            self.stays.append(
                Stay(place, self.time, end, self.owner, own, cpu, where or self.where, self.began, step)
            )
            self.time = end
        if step >= 0:
            self.began = step


def _list_place(owner: str, name: str) -> Place:
    """Return the place that a list is."""
    match owner, name.split("[")[0]:
        case "nic", _:
            return Place.FIFO
        case "rx_ring", _:
            return Place.RING
        case "napi_struct", "rx_list":
            return Place.BATCH
        case "napi_struct", "gro_hash":
            return Place.GRO
        case "softnet_data", "input_pkt_queue" | "process_queue":
            return Place.BACKLOG
        case "softnet_data", "defer_list":
            return Place.READ
        case "sock", _:
            return Place.SOCKET
    return Place.UNKNOWN
