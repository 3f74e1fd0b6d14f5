"""How long it takes from a change at the playhead until the future that comes of it is shown at that moment.

Everything takes part that takes part in the window: the text is edited and checked, a worker that waits warm simulates
the branch from its beginning, its chunks are taken in one a turn of the event loop. Only nothing is painted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING

from viewer.cli.benchmarks.traffic import scene_text
from viewer.cli.drawing import application

if TYPE_CHECKING:
    from viewer.session import Session

PACKETS = 4900
"""About forty steps each: two hundred thousand recorded steps."""

REPEATS = 3
CHANGE = {"run": "sysctl -w net.core.netdev_budget=200"}
WARM_S = 1.5
"""A worker that was started so long ago has imported the simulation and waits."""

LIMIT_S = 300.0
TURN_MS = 10


def figures() -> dict[str, float]:
    """Return the figures of branching at the end of a run.

    Raises:
        Refused: Qt cannot be loaded.
        RuntimeError: The branch did not come.
    """
    keep = application()

    from viewer.branching import Branching
    from viewer.run import Request
    from viewer.session import Session

    session = Session()
    try:
        session.open(Request(text=scene_text(PACKETS), name="bench"))
        _until(lambda: session.has_steps and not session.running)
        branching = Branching(session)
        times = [_branched(session, branching.change) for _ in range(REPEATS)]
        steps = session.timeline.steps if session.timeline is not None else 0
    finally:
        session.close()
    del keep
    return {"branch_steps": steps, "branch_s": median(times)}


def _branched(session: Session, change: Callable[[dict[str, str], str], str | None]) -> float:
    """Return the seconds from a change at the end of the scene as written to the branch at that moment."""
    session.switch(None)
    _until(lambda: session.pending is None and session.variant is None and not session.running)
    timeline, playhead = session.timeline, session.playhead
    if timeline is None or playhead is None:
        raise RuntimeError("the benchmark's scene is not shown")
    playhead.rest(timeline.steps - 2)  # the last thing that happens; behind it is only the end of the run
    session.futures.spare.prepare()
    began = time.perf_counter()
    _until(lambda: time.perf_counter() - began > WARM_S)
    here = session.moment.time_ns
    began = time.perf_counter()
    name = change(CHANGE, "benchmark")
    _until(lambda: session.pending is None)
    seconds = time.perf_counter() - began
    known = session.timeline
    if name is None or session.variant != name or session.moment.time_ns != here or known is None:
        raise RuntimeError("the branch is not shown at the moment of the change")
    if known.step(session.moment.step).function.name != "administrator":
        raise RuntimeError("the change did not happen")
    _until(lambda: not session.running)
    return seconds


def _until(done: Callable[[], bool]) -> None:
    """Let events happen until something holds.

    Raises:
        RuntimeError: It does not come to hold.
    """
    from PySide6.QtCore import QEventLoop, QTimer

    began, loop, tick = time.perf_counter(), QEventLoop(), QTimer()
    tick.start(TURN_MS)  # to wake up for what is no event; waiting busily would take the worker's processor
    while not done():
        if time.perf_counter() - began > LIMIT_S:
            raise RuntimeError("the benchmark's run does not end")
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    tick.stop()
