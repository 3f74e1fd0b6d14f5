"""The small host's run and another future of it, written by hand: the same up to a burst, which then comes later."""

from __future__ import annotations

from engine.timeline.timeline import Timeline
from tests.viewer.host import BURST, GAP_NS, SmallHost, prologue
from viewer.events import EventIndex
from viewer.future import Future
from viewer.session import Session

SAME = 2
"""Bursts that both have in common."""

LATER_NS = 5_000


def later(bursts: int = 4, same: int = SAME) -> Timeline:
    """The small host's run, the bursts after the first ones each coming later than in `host.timeline`."""
    host, made = SmallHost(), Timeline(prologue())
    for burst in range(bursts):
        host.now += GAP_NS + (LATER_NS if burst >= same else 0)
        host.burst(burst * BURST)
        made.append(host.recorder.drain(host.now))  # type: ignore[arg-type]  # plain number
    return made


def compared(session: Session, other: Timeline) -> None:
    """Compare a session's future with a timeline."""
    session.other = Future.of(other, session)
    events = session.other.events
    assert isinstance(events, EventIndex)
    events.grow()
    session.changed.emit()
