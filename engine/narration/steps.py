"""A step as a sentence, as a row of a list, and where it happens."""

from __future__ import annotations

from functools import lru_cache

from engine.narration.book import book_of
from engine.narration.contexts import place_of
from engine.narration.hardware import HARDWARE
from engine.narration.rest import rest
from engine.narration.softirqs import SOFTIRQS
from engine.narration.stack import STACK
from engine.narration.tasks import TASKS
from engine.narration.telling import Telling
from engine.narration.verbs import VERBS
from engine.narration.words import joined
from engine.timeline.cursor import Cursor
from engine.timeline.schema import Where
from engine.timeline.timeline import Timeline

SPECIAL = HARDWARE | SOFTIRQS | STACK | TASKS
"""Functions whose sentence has numbers of its own; a template gives "" where the timeline tells too little for it."""


def sentence(timeline: Timeline, step: int, cursor: Cursor | None = None) -> str:
    """Return what a step did, in one plain sentence without a full stop.

    Args:
        timeline: what happened.
        step: its number.
        cursor: moved to the step; handed in by who walks from step to step, for speed.

    Raises:
        IndexError: there is no such step.
    """
    telling = Telling(timeline, step, _cursor(timeline, cursor))
    name = telling.name
    template = SPECIAL.get(name)
    lead = template(telling) if template else ""
    lead = lead or _plain(telling)
    where = place_of(telling)
    if telling.view.where is Where.HARDWARE:
        return joined((lead, *rest(telling, lead)))
    return f"{where}: {joined((lead, *rest(telling, lead)))}"


def place(timeline: Timeline, step: int, cursor: Cursor | None = None) -> str:
    """Return where a step happens: "CPU 0, softirq NET_RX", "CPU 1, feed/0 in recvfrom", "hardware".

    The cursor is moved to the step. IndexError when there is no such step.
    """
    return place_of(Telling(timeline, step, _cursor(timeline, cursor)))


def headline(timeline: Timeline, step: int, cursor: Cursor | None = None) -> str:
    """Return the short form for a row of a list: the function and what it handles, such as "ip_rcv_core A 163".

    The cursor is not needed for this and not moved. IndexError when there is no such step.
    """
    del cursor
    view = timeline.step(step)
    return f"{view.function.name} {book_of(timeline).name(view.packet)}".rstrip()


def does(name: str, it: str) -> str:
    """Return what a function does in general, as a sentence; "" where nothing is known of it.

    Args:
        name: of the function.
        it: what it is given: "a packet".
    """
    verb = VERBS.get(name, "").format(it=it)
    if verb:
        return f"{verb[0].upper()}{verb[1:]}."
    return ((SPECIAL[name].__doc__ if name in SPECIAL else None) or "").partition("\n")[0]


def _plain(telling: Telling) -> str:
    """Return what any function does: its verb, or that it runs, and on what."""
    verb = VERBS.get(telling.name, "")
    if verb and ("{it}" not in verb or telling.it):
        return f"{telling.name} {verb.format(it=telling.it)}"
    if telling.view.where is Where.HARDWARE:
        return f"{telling.name} {telling.it}".rstrip()
    return f"{telling.name} runs for {telling.it}" if telling.it else f"{telling.name} runs"


@lru_cache(maxsize=2)
def _kept(timeline: Timeline) -> Cursor:
    return Cursor(timeline)


def _cursor(timeline: Timeline, cursor: Cursor | None) -> Cursor:
    """Return the cursor handed in, else one that is kept for callers without."""
    return _kept(timeline) if cursor is None else cursor
