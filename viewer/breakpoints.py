"""What stops the showing: conditions as people write them, each on or off.

A breakpoint is a text: an expression over the results that becomes true, an event, a function, a counter that moves,
an object, a packet; `first ...` stops at the first occurrence only. It is looked up in whatever run is shown, so it
outlives the run that it was made in; where a run has nothing of the name it waits and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.results.when import condition
from engine.scenario.errors import Refused
from engine.timeline.query import Query
from engine.timeline.timeline import Timeline

FIRST = "first "
USUAL = (("first drop", True), ("time_squeeze", False), ("ksoftirqd", False))
"""What every scene begins with."""


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A condition that stops the showing.

    Attributes:
        text: as it was written.
        on: whether it stops anything.
    """

    text: str
    on: bool = True

    @property
    def first(self) -> bool:
        """Whether only the first occurrence stops."""
        return self.text.startswith(FIRST)

    def query(self, timeline: Timeline) -> Query:
        """What it waits for in a run.

        Raises:
            Refused: the text means nothing here; says why.
        """
        return condition(self.text.removeprefix(FIRST), timeline)


class Breakpoints:
    """The breakpoints of a scene, in the order in which they were made."""

    def __init__(self) -> None:
        self.all: tuple[Breakpoint, ...] = ()
        self.usual()
        self._found: dict[str, Query | Refused] = {}
        self._of: Timeline | None = None

    def forget(self) -> None:
        """Hold no run any more."""
        self._of, self._found = None, {}

    def usual(self) -> None:
        """Be as for a scene that nobody has looked at yet."""
        self.all = tuple(Breakpoint(text, on) for text, on in USUAL)

    def __len__(self) -> int:
        return len(self.all)

    def find(self, text: str) -> Breakpoint | None:
        """The breakpoint of a text."""
        return next((one for one in self.all if one.text == text), None)

    def add(self, text: str, timeline: Timeline) -> Breakpoint:
        """Add one, or switch it on.

        Raises:
            Refused: the text means nothing in the run that is shown.
        """
        text = " ".join(text.split())
        made = Breakpoint(text)
        made.query(timeline)
        if self.find(text) is None:
            self.all = (*self.all, made)
        else:
            self.turn(text, on=True)
        return made

    def remove(self, text: str) -> None:
        """Forget one."""
        self.all = tuple(one for one in self.all if one.text != text)

    def turn(self, text: str, *, on: bool) -> None:
        """Switch one on or off."""
        self.all = tuple(replace(one, on=on) if one.text == text else one for one in self.all)

    def toggle(self, text: str, timeline: Timeline) -> bool:
        """Add a breakpoint, or forget it if it is there and on; return whether it is there now.

        Raises:
            Refused: the text means nothing in the run that is shown.
        """
        known = self.find(" ".join(text.split()))
        if known is not None and known.on:
            self.remove(known.text)
            return False
        self.add(text, timeline)
        return True

    def why_not(self, text: str, timeline: Timeline) -> str:
        """Why a breakpoint can stop nothing in a run; "" when it can."""
        found = self._looked_up(text, timeline)
        return str(found) if isinstance(found, Refused) else ""

    def hit(self, timeline: Timeline, after: int, until: int) -> tuple[int, Breakpoint] | None:
        """The first step in (after, until] that stops, or going back (until < after) the last in [until, after)."""
        hits = []
        for one in self.all:
            if one.on and (step := self._step(one, timeline, after, until)) is not None:
                hits.append((step, one))
        if not hits:
            return None
        return min(hits, key=lambda hit: hit[0]) if until > after else max(hits, key=lambda hit: hit[0])

    def _step(self, one: Breakpoint, timeline: Timeline, after: int, until: int) -> int | None:
        query = self._looked_up(one.text, timeline)
        if isinstance(query, Refused):
            return None
        low, high = (after + 1, until + 1) if until > after else (until, after)
        found = timeline.find_all(query, low, high)
        if len(found) == 0:
            return None
        if one.first:
            return int(found[0]) if timeline.find(query, int(found[0]), back=True) is None else None
        return int(found[0] if until > after else found[-1])

    def _looked_up(self, text: str, timeline: Timeline) -> Query | Refused:
        if self._of is not timeline:
            self._of, self._found = timeline, {}
        if text not in self._found:
            try:
                self._found[text] = Breakpoint(text).query(timeline)
            except Refused as refused:
                self._found[text] = refused
        return self._found[text]
