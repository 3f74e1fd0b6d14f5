"""The moments at which something is changed from outside, as the ruler marks them.

They are read from the scene's text, not from the run: what is written for later than the run goes is not marked.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.scenario.changes import AppChange, At
from engine.scenario.document import SceneDocument, resolve
from engine.scenario.errors import Refused
from engine.scenario.units import format_ns
from viewer.lanes.scale import TimeScale
from viewer.session import Session

REACH = 6.0
"""Pixels from a mark to where it can still be pointed at; marks nearer to each other than that are one."""


class Fork(NamedTuple):
    """A change at a moment: when, and in words of the scene."""

    time_ns: int
    words: str


class ForkMark(NamedTuple):
    """One or more changes at a place of the ruler."""

    x: float
    forks: tuple[Fork, ...]

    @property
    def words(self) -> str:
        """What happens there, a line each."""
        return "\n".join(f"{format_ns(fork.time_ns)}: {fork.words}" for fork in self.forks)


class Forks:
    """The changes of the future that is shown; read again only when the text or the future is another."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._of: tuple[SceneDocument | None, str | None, tuple[str, ...]] = (None, None, ())
        self._found: tuple[Fork, ...] = ()

    @property
    def all(self) -> tuple[Fork, ...]:
        """Every change, in order of time."""
        session = self._session
        valid, variant, sets = session.document.valid, session.variant, session.sets
        if self._of[0] is not valid or self._of[1:] != (variant, sets):
            self._of = valid, variant, sets
            self._found = forks_of(valid, variant, sets) if valid is not None else ()
        return self._found

    def marks(self, scale: TimeScale) -> list[ForkMark]:
        """The marks over a stretch of time; what is too near to tell apart shares one."""
        made: list[ForkMark] = []
        for fork in self.all:
            if not scale.shows(fork.time_ns):
                continue
            x = scale.x(fork.time_ns)
            if made and x - made[-1].x < REACH:
                made[-1] = ForkMark(made[-1].x, (*made[-1].forks, fork))
            else:
                made.append(ForkMark(x, (fork,)))
        return made

    def at(self, x: float, scale: TimeScale) -> ForkMark | None:
        """The mark at a place of the ruler."""
        near = [mark for mark in self.marks(scale) if abs(mark.x - x) <= REACH]
        return min(near, key=lambda mark: abs(mark.x - x)) if near else None


def forks_of(document: SceneDocument, variant: str | None, sets: tuple[str, ...] = ()) -> tuple[Fork, ...]:
    """What is changed during the run of a variant, in order of time; nothing for a variant that is gone."""
    try:
        rows = resolve(document, variant, sets).at
    except Refused:
        return ()
    return tuple(sorted((Fork(row.time, words_of(row)) for row in rows), key=lambda fork: fork.time_ns))


def words_of(row: At) -> str:
    """A change as a person says it: the command, or what becomes of which program."""
    if row.run is not None:
        return row.run
    return _words_of_app(row.app) if row.app is not None else ""


def _words_of_app(change: AppChange) -> str:
    done = f"move to CPU {change.move}" if change.do is None else change.do.value
    return f"{change.name}: {done}"
