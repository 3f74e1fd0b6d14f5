"""Where a text leads: a time, a step, an event, a chapter, a function, a counter, a packet.

What is written is judged by `engine.scenario.moment`; here it is looked up in a timeline. Also used without a
window, wherever a moment is given by text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from engine.scenario.errors import Refused, nearest_name
from engine.scenario.moment import (
    EVENTS,
    AtChapter,
    AtEnd,
    AtEvent,
    AtStep,
    AtTime,
    Moment,
    parse_moment,
)
from engine.timeline import query as q
from engine.timeline.query import Query
from engine.timeline.timeline import Timeline

_EVENTS: dict[str, Query] = {
    "drop": q.drop(),
    "irq": q.ByFunction(("irq_handler_entry",)),
    "softirq": q.ByFunction(("softirq_entry",)),
    "poll": q.ByFunction(("napi_poll",)),
    "wakeup": q.ByFunction(("try_to_wake_up",)),
    "ksoftirqd": q.ByFunction(("wakeup_softirqd",)),
    "time_squeeze": q.squeeze(),
}
_PACKET = re.compile(r"(?:packet|skb|frame) *[#:]? *([0-9]+)")


def find_moment(text: str, timeline: Timeline, chapters: Sequence[str] = (), here: int = -1) -> int:
    """The step that a text leads to.

    Args:
        text: what was written; a bare name of a function or counter means its next occurrence after `here`.
        timeline: where to look.
        chapters: where each chapter begins, as text.
        here: the step one is at.

    Raises:
        Refused: the text means nothing, or nothing of the kind is in this run.
    """
    text = text.strip()
    packet = _PACKET.fullmatch(text)
    if packet:
        return _packet(int(packet[1]), timeline)
    if re.fullmatch(r"[A-Za-z_]\w*", text) and text != "end":
        return _named(text, timeline, here)
    return _resolved(parse_moment(text), timeline, chapters, text)


def _packet(uid: int, timeline: Timeline) -> int:
    try:
        steps = timeline.path(uid)
    except KeyError:
        raise Refused(f"there is no packet {uid} in this run") from None
    if len(steps) == 0:
        raise Refused(f"nothing handles packet {uid} in this run")
    return int(steps[0])


def _named(name: str, timeline: Timeline, here: int) -> int:
    query = query_of(name, timeline)
    found = timeline.find(query, here)
    if found is None:
        found = timeline.find(query, -1)
    if found is None:
        raise Refused(f"{name} does not happen in this run")
    return int(found)


def _resolved(moment: Moment, timeline: Timeline, chapters: Sequence[str], text: str) -> int:
    last = timeline.steps - 1
    match moment:
        case AtTime(ns):
            return int(timeline.moment(ns))
        case AtEnd():
            return last
        case AtStep(number):
            if number > last:
                raise Refused(f"there is no step {number}: the last is {last}")
            return number
        case AtChapter(number):
            if number > len(chapters):
                raise Refused(f"there is no chapter {number}: there are {len(chapters)}")
            return find_moment(chapters[number - 1], timeline)
        case AtEvent(name, number, is_last):
            query = query_of(name, timeline)
            if is_last:
                found = timeline.find(query, timeline.steps, back=True)
                return _there(found, text)
            step: int | None = -1
            for _ in range(number):
                step = timeline.find(query, _there(step, text))
            return _there(step, text)


def _there(step: int | None, text: str) -> int:
    if step is None:
        raise Refused(f"{text} does not happen in this run")
    return int(step)


def query_of(name: str, timeline: Timeline) -> Query:
    """The query for an event, function or counter of a name.

    Raises:
        Refused: no such name, with the nearest one there is.
    """
    if name in _EVENTS:
        return _EVENTS[name]
    if any(info.name == name for info in timeline.functions):
        return q.ByFunction((name,))
    holders = [
        schema.name for schema in timeline.classes if any(field.name == name for field in schema.fields)
    ]
    if holders:
        return q.Or(tuple(q.Moves(holder, name) for holder in holders))
    raise Refused(
        f"no event, function or counter is called {name}", nearest=nearest_name(name, names(timeline))
    )


def names(timeline: Timeline) -> list[str]:
    """Every name that a jump understands: events, functions, counters."""
    functions = [info.name for info in timeline.functions]
    fields = sorted({field.name for schema in timeline.classes for field in schema.fields} - {"uid", "link"})
    return [*(event for event in EVENTS if event in _EVENTS), *functions, *fields]


def suggestions(text: str, timeline: Timeline, most: int = 8) -> list[str]:
    """Names that what was typed may become: those that begin with it first, then those that contain it."""
    typed = text.strip().casefold()
    if not typed:
        return []
    every = names(timeline)
    begin = [name for name in every if name.casefold().startswith(typed)]
    inside = [name for name in every if typed in name.casefold() and name not in begin]
    return list(islice(dict.fromkeys([*begin, *inside]), most))
