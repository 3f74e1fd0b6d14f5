"""A moment of a run as people write it: a time, a step, an event, a chapter, the end.

Only the writing is judged here. Whether a function or counter of that name exists, and when it happens, is
known to the timeline; the names that always work stand in `EVENTS`.
"""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.scenario.errors import Refused, nearest_name
from engine.scenario.units import parse_time

EVENTS: Final = ("drop", "irq", "softirq", "poll", "wakeup", "ksoftirqd", "time_squeeze", "xoff")
"""Events with a name of their own; any function or counter is one as well."""

_NAME = r"[A-Za-z_][A-Za-z0-9_.:/\-]*"
_RANKED = re.compile(rf"(first|last) +({_NAME})")
_NUMBERED = re.compile(rf"({_NAME}):([0-9]+)")
_STEP = re.compile(r"#([0-9]+)")
_ALLOWED = "must be a time (1.25ms), a step (#1234), an event (first drop, last poll, irq:3), chapter:2, end"


@dataclass(frozen=True)
class AtTime:
    """After every effect up to and at this time, in nanoseconds."""

    ns: int


@dataclass(frozen=True)
class AtStep:
    """At a step of the timeline, by its number."""

    number: int


@dataclass(frozen=True)
class AtEvent:
    """At an occurrence of an event.

    Attributes:
        name: One of `EVENTS`, or a function or counter.
        number: Which occurrence, from 1; without meaning for the last.
        last: The last occurrence is meant, however many there are.
    """

    name: str
    number: int = 1
    last: bool = False


@dataclass(frozen=True)
class AtChapter:
    """Where a chapter of the talk begins; the first is 1."""

    number: int


@dataclass(frozen=True)
class AtEnd:
    """The end of the run."""


Moment: TypeAlias = AtTime | AtStep | AtEvent | AtChapter | AtEnd


def parse_moment(value: object) -> Moment:
    """Return the moment that a text names.

    Raises:
        Refused: The text names none.
    """
    if not isinstance(value, str):
        raise Refused(_ALLOWED)
    text = value.strip()
    if text == "end":
        return AtEnd()
    if match := _STEP.fullmatch(text):
        return AtStep(int(match[1]))
    if match := _RANKED.fullmatch(text):
        return AtEvent(match[2], last=match[1] == "last")
    if match := _NUMBERED.fullmatch(text):
        if int(match[2]) == 0:
            raise Refused("chapters and events are counted from 1", nearest=f"{match[1]}:1")
        return AtChapter(int(match[2])) if match[1] == "chapter" else AtEvent(match[1], int(match[2]))
    if text[:1].isdigit():
        return AtTime(parse_time(text))
    raise Refused(_ALLOWED, nearest=_guess(text))


def _guess(text: str) -> str:
    """Return a moment that the writer may have meant, or nothing."""
    words = text.split()
    name = nearest_name(words[-1], EVENTS) if words else ""
    if nearest_name(text, ["end"]):
        return "end"
    return f"first {name}" if name else ""


def moment_text(moment: Moment) -> str:
    """Return a moment as `parse_moment` reads it."""
    match moment:
        case AtTime(ns):
            return f"{ns}ns"
        case AtStep(number):
            return f"#{number}"
        case AtEvent(name, _, True):
            return f"last {name}"
        case AtEvent(name, 1):
            return f"first {name}"
        case AtEvent(name, number):
            return f"{name}:{number}"
        case AtChapter(number):
            return f"chapter:{number}"
        case AtEnd():
            return "end"
