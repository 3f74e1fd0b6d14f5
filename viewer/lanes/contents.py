"""What stands in the lanes over a stretch of time, in pixels but without a painter.

The cost is that of the pixels, not of what lies under them: few slices are taken one by one, many as the
columns that the timeline sums up. A hard interrupt too short for a column of its own still gets one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.scenario.units import format_ns
from engine.timeline.schema import WHERES, Where
from engine.timeline.timeline import Timeline
from viewer.lanes.contexts import LOOKS
from viewer.lanes.scale import TimeScale
from viewer.lanes.written import WrittenFields

EXACT = 1200
"""Up to so many slices of a CPU are drawn one by one."""

POLLS_MOST = 400
ARROWS_MOST = 40
_IDLE = (WHERES.index(Where.IDLE), WHERES.index(Where.HARDWARE))
_POLLING = [WHERES.index(where) for where in (Where.SOFTIRQ, Where.KSOFTIRQD, Where.NAPI_THREAD)]
_HARDIRQ = WHERES.index(Where.HARDIRQ)


class Block(NamedTuple):
    """A stretch of a lane in one context, in pixels; `task` is a uid, 0 for none."""

    x0: float
    x1: float
    where: Where
    task: int


class Poll(NamedTuple):
    """A NAPI poll: pixels, packets it returned, and the context it ran in."""

    x0: float
    x1: float
    work: int
    where: Where = Where.SOFTIRQ


class Arrow(NamedTuple):
    """One CPU set something going on another: pixel and CPU of cause and effect."""

    x0: float
    cpu0: int
    x1: float
    cpu1: int


def blocks(timeline: Timeline, cpu: int, scale: TimeScale) -> list[Block]:
    """What a CPU did, idle time left out; nothing where only counters are recorded."""
    made = _all_blocks(timeline, cpu, scale)
    if timeline.detail_until is None:
        return made
    limit = scale.x(int(timeline.time(timeline.detail_until)))
    return [block._replace(x1=min(block.x1, limit)) for block in made if block.x0 < limit]


def _all_blocks(timeline: Timeline, cpu: int, scale: TimeScale) -> list[Block]:
    width = max(int(scale.width), 1)
    runs = timeline.lane(cpu, scale.start_ns, scale.end_ns, width)
    if int(runs.starts.sum()) <= EXACT:
        return _exact(timeline, cpu, scale)
    made = [
        Block(scale.left + a, scale.left + b, WHERES[context], task)
        for a, b, context, task in runs.spans()
        if context < len(WHERES) and context not in _IDLE
    ]
    interrupted = (runs.present >> _HARDIRQ & 1).astype(bool) & (runs.context != _HARDIRQ)
    if interrupted.sum() * 4 <= width:
        columns = np.flatnonzero(interrupted).tolist()
        made += [Block(scale.left + x, scale.left + x + 1, Where.HARDIRQ, 0) for x in columns]
    return made


def _exact(timeline: Timeline, cpu: int, scale: TimeScale) -> list[Block]:
    slices = timeline.slices(cpu, scale.start_ns, scale.end_ns)
    rows = zip(
        slices.start.tolist(), slices.end.tolist(), slices.context.tolist(), slices.task.tolist(), strict=True
    )
    made = []
    for start, end, context, task in rows:
        if context in _IDLE or end <= start:
            continue
        x0, x1 = max(scale.x(start), scale.left), min(scale.x(end), scale.right)
        if x1 >= x0:
            made.append(Block(x0, max(x1, x0 + 1.0), WHERES[context], task))
    return made


def slice_of(timeline: Timeline, cpu: int, time_ns: int) -> tuple[int, int, int, int] | None:
    """Start, end, context and task of what a CPU was in at a time; None where nothing is known of it."""
    slices = timeline.slices(cpu, time_ns, time_ns + 1)
    if len(slices.start) == 0 or int(slices.start[0]) > time_ns:
        return None
    row = slices.start[0], slices.end[0], slices.context[0], slices.task[0]
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def slice_words(timeline: Timeline, cpu: int, time_ns: int) -> str:
    """What a CPU was in at a time, as a person says it: context, task, from when to when; "" if not known."""
    found = slice_of(timeline, cpu, time_ns)
    if found is None:
        return ""
    start, end, context, task = found
    who = timeline.label(task) if task else ""
    word = LOOKS[WHERES[context]].word
    name = f"{word} · {who}" if who else word
    return f"{name}\n{format_ns(start)} to {format_ns(end)}, {format_ns(end - start)}"


class _Polls(NamedTuple):
    """One CPU's polls, in order of their ends."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    works: NDArray[np.int64]
    contexts: NDArray[np.int64]


class PollLog:
    """Every poll of every NAPI, by CPU: when it began and ended, what it returned."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._written = WrittenFields(timeline)
        self._steps = -1
        self._polls: dict[int, _Polls] = {}

    def over(self, cpu: int, scale: TimeScale) -> list[Poll]:
        """The polls of a CPU; empty when there are too many to tell apart."""
        self._read()
        polls = self._polls.get(cpu)
        if polls is None:
            return []
        a = int(np.searchsorted(polls.ends, scale.start_ns, "right"))
        b = int(np.searchsorted(polls.starts, scale.end_ns, "left"))
        if b - a > POLLS_MOST:
            return []
        rows = zip(
            polls.starts[a:b].tolist(), polls.ends[a:b].tolist(), polls.works[a:b].tolist(),
            polls.contexts[a:b].tolist(), strict=True,
        )  # fmt: skip
        return [
            Poll(scale.x(start), scale.x(end), work, WHERES[context]) for start, end, work, context in rows
        ]

    def _read(self) -> None:
        timeline = self._timeline
        if self._steps == timeline.steps:
            return
        self._steps = timeline.steps
        self._polls = {}
        numbers = [info.number for info in timeline.functions if info.name == "napi_poll"]
        if not numbers or not any(schema.name == "napi_struct" for schema in timeline.classes):
            return
        marks = np.flatnonzero(timeline.column("fn") == numbers[0])
        mark_times = timeline.column("time")[marks]
        mark_cpus = timeline.column("where")[marks] >> 8
        ends, works = _polls_of(timeline, self._written)
        rows = np.minimum(np.searchsorted(mark_times, ends), max(len(marks) - 1, 0))
        known = mark_times[rows] == ends if len(marks) else np.zeros(len(ends), np.bool_)
        ends, works, cpus = ends[known], works[known], mark_cpus[rows[known]] if len(marks) else ends[known]
        for cpu in np.unique(cpus).tolist():
            mine = cpus == cpu
            starts, contexts = _begun(timeline, cpu, ends[mine])
            self._polls[cpu] = _Polls(starts, ends[mine], works[mine], contexts)


def _polls_of(timeline: Timeline, fields: WrittenFields) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """When each poll of every NAPI ended, in order, and what it returned."""
    ends, works = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for uid in timeline.objects("napi_struct").tolist():
        times, _ = fields.series(uid, "polls")
        written, values = fields.series(uid, "work")
        if len(written) == 0:
            continue
        times = times[1:]  # the first write is the constructor's
        ends.append(times)
        works.append(values[np.maximum(np.searchsorted(written, times, "right") - 1, 0)])
    every, work = np.concatenate(ends), np.concatenate(works)
    order = np.argsort(every, kind="stable")
    return every[order], work[order]


def _begun(
    timeline: Timeline, cpu: int, ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """When each poll began (at the end of the one before, or where its slice began), and in which context."""
    contexts = np.full(len(ends), _POLLING[0], np.int64)
    if len(ends) == 0:
        return ends, contexts
    slices = timeline.slices(cpu, 0, int(ends[-1]) + 1)
    polling = np.isin(slices.context, _POLLING)
    starts = slices.start[polling]
    entered = ends.copy()
    if len(starts):
        rows = np.maximum(np.searchsorted(starts, ends, "left") - 1, 0)
        entered = np.minimum(starts[rows], ends)
        contexts = slices.context[polling][rows].astype(np.int64)
    before = np.concatenate([[0], ends[:-1]])
    begun: NDArray[np.int64] = np.maximum(entered, before)
    return begun, contexts


def arrows(timeline: Timeline, scale: TimeScale, playhead_ns: int) -> list[Arrow]:
    """Which CPU set which going; of too many, those around the playhead."""
    causes, steps = timeline.wakeups(scale.start_ns, scale.end_ns)
    if len(steps) > ARROWS_MOST:
        times = timeline.column("time")[steps]
        middle = int(np.searchsorted(times, playhead_ns, "right"))
        first = min(max(middle - 2, 0), len(steps) - 3)
        causes, steps = causes[first : first + 3], steps[first : first + 3]
    time, where = timeline.column("time"), timeline.column("where")
    made = []
    for cause, step in zip(causes.tolist(), steps.tolist(), strict=True):
        one, other = int(where[cause]) >> 8, int(where[step]) >> 8
        made.append(Arrow(scale.x(int(time[cause])), one, scale.x(int(time[step])), other))
    return made


def overview(timeline: Timeline, end_ns: int, width: int) -> list[tuple[int, int, Where]]:
    """The whole run in one strip: pixel columns and the busiest context of all CPUs, idle ones left out."""
    if timeline.steps == 0 or end_ns <= 0 or width <= 0:
        return []
    total: NDArray[np.int64] | None = None
    for cpu in timeline.cpus:
        busy = timeline.lane(cpu, 0, end_ns, width).busy
        total = busy.copy() if total is None else total + busy
    if total is None:
        return []
    total[:, list(_IDLE)] = 0
    if timeline.detail_until is not None:
        total[int(timeline.time(timeline.detail_until)) * width // end_ns :] = 0
    context = np.where(total.sum(axis=1) > 0, total.argmax(axis=1), _IDLE[0])
    heads = np.flatnonzero(np.diff(context, prepend=-1))
    tails = np.append(heads[1:], width)
    return [
        (a, b, WHERES[int(context[a])])
        for a, b in zip(heads.tolist(), tails.tolist(), strict=True)
        if int(context[a]) not in _IDLE
    ]
