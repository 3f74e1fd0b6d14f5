"""What breakpoints and find wait for: one text, many kinds of it.

`condition` understands a statement over the results, which becomes true (`softnet_stat[cpu=0].time_squeeze > 0`); a
path that leads to a value, which moves (`snmp.Udp.RcvbufErrors`); an event, function or counter (`drop`, `napi_poll`,
`sk_drops`, as in moments); functions by pattern (`udp_*`); `packet 17`; `cpu 1`; and an object by its name (`eth0
rx-0`), any field of which changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.moments import NAMED_EVENTS, event_names, event_query
from engine.results.series import parsed
from engine.results.watched import Moved, When, watched, when
from engine.scenario.errors import Refused, nearest_name
from engine.timeline.query import ByCpu, ByField, ByFunction, ByPacket, Query
from engine.timeline.timeline import Timeline

__all__ = ["Condition", "Moved", "Touched", "When", "condition", "when"]

_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_PATTERN: Final = re.compile(r"[\w*?]*[*?][\w*?]*")
_PACKET: Final = re.compile(r"(?:packet|frame|skb) *[#:]? *([0-9]+)", re.IGNORECASE)
_CPU: Final = re.compile(r"cpu *([0-9]+)", re.IGNORECASE)
_OPERATORS: Final = re.compile(r"[<>=!()\[\]'\"]")


@dataclass(frozen=True)
class Condition(Query):
    """What a text waits for; conditions with the same text are equal.

    Attributes:
        text: as it was written, without blanks around it.
        sentence: what it waits for, for people.
        query: the steps.
    """

    text: str
    sentence: str = field(compare=False)
    query: Query = field(compare=False, repr=False)

    def mask(self, timeline: Timeline, first: int, end: int) -> NDArray[np.bool_]:
        """See `Query.mask`."""
        return self.query.mask(timeline, first, end)


@dataclass(frozen=True, slots=True)
class Touched(Query):
    """A field of an object of this name changes its value, births left out; later namesakes count as well."""

    name: str

    def mask(self, timeline: Timeline, first: int, end: int) -> NDArray[np.bool_]:
        """See `Query.mask`."""
        result = np.zeros(end - first, bool)
        for uid in _namesakes(self.name, timeline):
            info = timeline.object(uid)
            if info.born < end and info.died >= first:
                for each in info.cls.fields[1:]:
                    result |= ByField(uid, each.name).mask(timeline, first, end)
        return result


def condition(text: str, timeline: Timeline) -> Condition:
    """Return what a text waits for in a run.

    Raises:
        Refused: it means nothing here; says why, and what may have been meant.
    """
    text = text.strip()
    if not text:
        raise Refused(
            "nothing to wait for: a statement, a counter, an event, a function, an object, packet 17, cpu 1"
        )
    for kind in (_cpu, _packet, _pattern, _object, _event):
        found = kind(text, timeline)
        if found is not None:
            return Condition(text, *found)
    return Condition(text, *_expression(text, timeline))


_Found = tuple[str, Query]
"""A sentence and the query."""


def _cpu(text: str, timeline: Timeline) -> _Found | None:
    match = _CPU.fullmatch(text)
    if match is None:
        return None
    number = int(match[1])
    known = range(int(timeline.facts.get("cpus", 0))) or timeline.cpus
    if number not in known:
        raise Refused(
            f"there is no CPU {number}; there are {', '.join(str(each) for each in known) or 'none'}"
        )
    return f"CPU {number} does something", ByCpu(number)


def _packet(text: str, timeline: Timeline) -> _Found | None:
    match = _PACKET.fullmatch(text)
    if match is None:
        return None
    number = int(match[1])
    try:
        info = timeline.object(number)
    except KeyError:
        raise Refused(f"there is no packet {number} in this run") from None
    if not info.cls.transient:
        raise Refused(f"number {number} is no packet but {timeline.label(number)}")
    return f"packet {number} is handled", ByPacket(number)


def _pattern(text: str, timeline: Timeline) -> _Found | None:
    if not _PATTERN.fullmatch(text):
        return None
    names = {name for info in timeline.functions for name in info.calls}
    if not any(fnmatchcase(name, text) for name in names):
        raise Refused(f"no function is called {text}", nearest=nearest_name(text.strip("*?"), sorted(names)))
    return f"a function called {text} runs", ByFunction((text,))


def _object(text: str, timeline: Timeline) -> _Found | None:
    uids = _namesakes(text, timeline)
    if not uids or text in event_names(timeline):
        return None
    kinds = dict.fromkeys(timeline.object(uid).cls.name for uid in uids)
    return f"a field of {text} ({', '.join(kinds)}) changes", Touched(text)


def _event(text: str, timeline: Timeline) -> _Found | None:
    if not _NAME.fullmatch(text):
        return None
    try:
        query = event_query(text, timeline)
    except Refused as refused:
        try:
            return _expression(text, timeline)
        except Refused:
            raise refused from None
    if text in NAMED_EVENTS:
        return NAMED_EVENTS[text], query
    if any(info.name == text for info in timeline.functions):
        return f"{text} runs", query
    holders = [each.name for each in timeline.classes if any(own.name == text for own in each.fields)]
    return f"{text} of a {' or '.join(holders)} changes", query


def _expression(text: str, timeline: Timeline) -> _Found:
    try:
        parsed(text)
    except Refused as refused:
        if _OPERATORS.search(text):
            raise
        near = nearest_name(text, [*dict.fromkeys(_object_names(timeline)), *event_names(timeline)])
        raise Refused(
            f'nothing is called "{text}", and it is no expression: {refused}', nearest=near
        ) from None
    query = watched(text, timeline)
    return f"{text} {'changes' if isinstance(query, Moved) else 'becomes true'}", query


def _namesakes(name: str, timeline: Timeline) -> list[int]:
    """Return the uids of all objects that people call so, in order of birth: "rx-0", "eth0 rx-0", "feed :9000"."""
    found = _named((name,), timeline)
    owner, _, rest = name.partition(" ")
    if found or not rest:
        return found
    owners = set(_named((owner,), timeline))
    names = [each for each in timeline.names if each == rest or (rest[0] == ":" and each.endswith(rest))]
    return [uid for uid in _named(names, timeline) if timeline.object(uid).parent in owners]


def _named(names: Collection[str], timeline: Timeline) -> list[int]:
    """Return the uids of all objects with one of some names, in order of birth."""
    rows = [row for row, name in enumerate(timeline.names) if name and name in names]
    table = timeline.table
    uids: list[int] = table.column("uid")[np.isin(table.column("name"), rows)].tolist() if rows else []
    return uids


def _object_names(timeline: Timeline) -> list[str]:
    """Return what people call the objects that have a name: alone, and after their owner's."""
    table = timeline.table
    named = table.column("uid")[table.column("name") > 0].tolist()
    infos = [timeline.object(uid) for uid in named]
    alone = [info.name for info in infos]
    return alone + [f"{timeline.label(info.parent)} {info.name}" for info in infos if info.parent]
