"""Where a moment lies in a run: the step after which it has come.

`engine.scenario.moment` judges how a moment is written; here it is looked up in a timeline.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.scenario.errors import Refused, nearest_name
from engine.scenario.moment import (
    EVENTS,
    AtChapter,
    AtEnd,
    AtEvent,
    AtStep,
    AtTime,
    Moment,
    moment_text,
    parse_moment,
)
from engine.timeline.query import ByFunction, Moves, Or, Query, drop, squeeze
from engine.timeline.timeline import Timeline

_EVENTS: dict[str, tuple[Query, str]] = {
    "drop": (drop(), "a frame, or a copy of a multicast frame, is lost"),
    "irq": (ByFunction(("irq_handler_entry",)), "a CPU enters the handler of a device's interrupt"),
    "softirq": (ByFunction(("softirq_entry",)), "a CPU begins to handle a softirq"),
    "poll": (ByFunction(("napi_poll",)), "a NAPI was polled"),
    "wakeup": (ByFunction(("try_to_wake_up",)), "a task is woken"),
    "ksoftirqd": (ByFunction(("wakeup_softirqd",)), "softirqs are left to ksoftirqd"),
    "time_squeeze": (squeeze(), "net_rx_action stops because its budget or its time is spent"),
}
NAMED_EVENTS = {name: meaning for name, (_, meaning) in _EVENTS.items()}
"""Events with a name of their own, and when they happen; xoff comes with transmit."""


def step_at(text: str, timeline: Timeline, chapters: Sequence[Moment] = ()) -> int:
    """Return the step of a moment as people write it; see `step_of`."""
    return step_of(written_moment(text), timeline, chapters)


def written_moment(text: str) -> Moment:
    """Return the moment that a text names.

    Raises:
        Refused: it names none; the text is quoted.
    """
    try:
        return parse_moment(text)
    except Refused as refused:
        raise Refused(f'moment "{text}": {refused.problem}', nearest=refused.nearest) from refused


def step_of(moment: Moment, timeline: Timeline, chapters: Sequence[Moment] = ()) -> int:
    """Return the step after which a moment has come; -1 for before the first.

    Raises:
        Refused: nothing of the kind happens in this run.
    """
    match moment:
        case AtTime(ns):
            return int(timeline.moment(ns))
        case AtEnd():
            return int(timeline.last)
        case AtStep(number):
            if number > timeline.last:
                raise Refused(f"there is no step {number}; the last is {timeline.last}")
            return number
        case AtChapter(number):
            if number > len(chapters):
                raise Refused(f"there is no chapter {number}; there are {len(chapters)}")
            return step_of(chapters[number - 1], timeline, chapters[: number - 1])
        case AtEvent():
            return _occurrence(moment, timeline)


def _occurrence(event: AtEvent, timeline: Timeline) -> int:
    query = event_query(event.name, timeline)
    if event.last:
        found = timeline.find(query, timeline.steps, back=True)
    else:
        found = timeline.find(query, -1)
        for _ in range(event.number - 1):
            if found is None:
                break
            found = timeline.find(query, found)
    if found is None:
        raise Refused(f"{moment_text(event)} does not happen in this run")
    return int(found)


def event_query(name: str, timeline: Timeline) -> Query:
    """Return the query for an event, function or counter.

    Raises:
        Refused: nothing is called so.
    """
    if name in _EVENTS:
        return _EVENTS[name][0]
    if any(info.name == name for info in timeline.functions):
        return ByFunction((name,))
    holders = [
        schema.name for schema in timeline.classes if any(field.name == name for field in schema.fields)
    ]
    if holders:
        return Or(tuple(Moves(holder, name) for holder in holders))
    raise Refused(
        f'no event, function or counter is called "{name}"', nearest=nearest_name(name, event_names(timeline))
    )


def event_names(timeline: Timeline) -> list[str]:
    """Return every name that a moment can use: events, functions, counters."""
    functions = [info.name for info in timeline.functions]
    fields = sorted({field.name for schema in timeline.classes for field in schema.fields} - {"uid", "link"})
    return [*(event for event in EVENTS if event in _EVENTS), *functions, *fields]
