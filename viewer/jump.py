"""Where a text that is typed into the window leads.

Moments are looked up by `engine.moments`; the window adds what one types while looking at something: a bare name
means its next occurrence from here, a packet's number its first step, and an expression where it next becomes true.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from engine.moments import event_names, event_query, step_of
from engine.results.series import paths
from engine.results.when import condition
from engine.scenario.errors import Refused
from engine.scenario.moment import parse_moment
from engine.scenario.units import format_ns, parse_time
from engine.timeline.timeline import Timeline

_PACKET = re.compile(r"(?:packet|skb|frame) *[#:]? *([0-9]+)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_MOMENT = re.compile(r"#|[0-9]|(?:first|last|packet|skb|frame) |chapter\b|[A-Za-z_]\w*(?::|$)")
_OPERATOR = re.compile(r"[-+*/%<>=!()\[\]'\"]|[A-Za-z_]\.[A-Za-z_]")


def find_moment(text: str, timeline: Timeline, chapters: Sequence[str] = (), here: int = -1) -> int:
    """The step that a text leads to.

    Args:
        text: what was written.
        timeline: where to look.
        chapters: where each chapter begins, as text.
        here: the step one is at.

    Raises:
        Refused: the text means nothing, or nothing of the kind is in this run.
    """
    text = text.strip()
    packet = _PACKET.fullmatch(text)
    if packet:
        return _first_of(int(packet[1]), timeline)
    if _NAME.fullmatch(text) and text != "end":
        return _next_of(text, timeline, here)
    return step_of(parse_moment(text), timeline, [parse_moment(start) for start in chapters])


def landing(text: str, timeline: Timeline, step: int) -> str:
    """A sentence where a time leads elsewhere than it says; "" where it does not."""
    try:
        asked = parse_time(text.strip())
    except Refused:
        return ""
    if asked > timeline.until:
        known = "ends at" if timeline.complete else "is known until"
        return (
            f"The run {known} {format_ns(int(timeline.until), 3)}: there is nothing at {format_ns(asked, 3)}."
        )
    coarse = timeline.detail_until
    if coarse is not None and step >= coarse:
        return (
            f"From {format_ns(int(timeline.time(coarse)), 3)} on only counters were kept, see record.steps: "
            f"this is the last look at them before {format_ns(asked, 3)}."
        )
    return ""


def _first_of(uid: int, timeline: Timeline) -> int:
    try:
        steps = timeline.path(uid)
    except KeyError:
        raise Refused(f"there is no packet {uid} in this run") from None
    if len(steps) == 0:
        raise Refused(f"nothing handles packet {uid} in this run")
    return int(steps[0])


def _next_of(name: str, timeline: Timeline, here: int) -> int:
    query = event_query(name, timeline)
    found = timeline.find(query, here)
    if found is None:  # round again from the beginning
        found = timeline.find(query, -1)
    if found is None:
        raise Refused(f"{name} does not happen in this run")
    return int(found)


def is_moment(text: str) -> bool:
    """Whether a text that leads nowhere was meant for a moment or a name, and not for an expression."""
    text = text.strip()
    return _MOMENT.match(text) is not None and _OPERATOR.search(text) is None


def is_condition(text: str, timeline: Timeline) -> bool:
    """Whether a text says something that can happen or become true."""
    try:
        condition(text, timeline)
    except Refused:
        return False
    return True


@lru_cache(maxsize=2)
def _every_name(timeline: Timeline) -> tuple[str, ...]:
    """Events, functions, counters, and the paths of the results."""
    return (*event_names(timeline), *paths(timeline))


def suggestions(text: str, timeline: Timeline, most: int = 8) -> list[str]:
    """Names that what was typed may become: those that begin with it first, then those that contain it."""
    typed = text.strip().casefold()
    if not typed:
        return []
    every = _every_name(timeline)
    begin = [name for name in every if name.casefold().startswith(typed)]
    inside = [name for name in every if typed in name.casefold() and name not in begin]
    return list(dict.fromkeys([*begin, *inside]))[:most]
