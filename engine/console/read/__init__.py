"""The text of files and tools as of a moment.

`run` answers a command line from a cursor; nothing here knows how the timeline came about. Layouts follow the
scene's kernel, 6.12 to 6.18 (`engine.console.kernels`); tools are those of Debian 13: ethtool 6.14.2, iproute2 6.15,
sysstat 12.7.5, procps 4, util-linux 2.41.
"""

from __future__ import annotations

from engine.console.output import Output
from engine.console.read.completing import completions as _completions
from engine.console.read.facts import CursorFacts
from engine.console.read.shell import Shell
from engine.console.read.shell import names as _names
from engine.console.read.source import Host
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline

__all__ = ["CursorFacts", "Output", "completions", "facts", "names", "run"]


def run(command: str, cursor: Cursor, timeline: Timeline) -> Output:
    """Run a command line at the cursor's moment.

    A command that would change the host is answered in its tool's words, but nothing changes.
    """
    return Shell(Host(cursor, timeline)).run(command)


def names(cursor: Cursor, timeline: Timeline) -> tuple[str, ...]:
    """Return the commands that can be completed: `cat` of every readable file, and the tools."""
    return _names(Host(cursor, timeline))


def completions(before: str, cursor: Cursor, timeline: Timeline) -> tuple[str, ...]:
    """Return what the last word of a line may become; see `engine.console.read.completing`."""
    return _completions(before, Host(cursor, timeline))


def facts(cursor: Cursor, timeline: Timeline) -> CursorFacts:
    """Return the host at the moment as `engine.console.write.plan` wants to know it."""
    return CursorFacts(Host(cursor, timeline))
