"""Every number of the results at a moment: their paths with meanings, their values, which of them count losses.

What an expression can name is listed as `engine.results.names` has it at the end of what is known; what is not there
yet at a moment has no value. What depends on the run as a whole (broken rules, the digest) is left out: it would be
worked out anew for each moment.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

import numpy as np

from engine.console.read.source import Host
from engine.results.names import NOT_PATHS, described, leaves
from engine.results.places import LOST_PLACES
from engine.results.results import HOST_TABLES
from engine.results.series import Series, extended, series
from engine.results.traffic import flow_rows, packet_counts
from engine.scenario.errors import Refused
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from viewer.lasting import Kept, Lasting

_PART: Final = re.compile(r"\.[A-Za-z_][A-Za-z0-9_]*|\[[^\]]*\]")
_LOST_NAMES: Final = frozenset(
    (
        "lost", "copies_lost", "drops", "dropped", "RcvbufErrors", "InErrors", "NoPorts", "MemErrors",
        "InCsumErrors", "rx_dropped", "rx_missed_errors", "rx_no_buffer_count", "rx_no_dma_resources",
    )
)  # fmt: skip
_QUEUE_DROPS: Final = re.compile(r"rx_queue_\d+_drops")
_RUN_ONLY: Final = frozenset(("format", "skbscope", "source", "title", "variant", "kernel", "digest"))
MOST_SERIES: Final = 12


class Name(NamedTuple):
    """A path that can be shown.

    Attributes:
        path: as an expression spells it.
        group: its first key.
        parts: what stands after that, cut where no symbol is broken.
        meaning: in words.
        lost: whether its rise is a loss.
    """

    path: str
    group: str
    parts: tuple[str, ...]
    meaning: str
    lost: bool


def names(timeline: Timeline) -> list[Name]:
    """Every path of the results that may differ from moment to moment, in their order."""
    return [
        Name(one.path, *cut(one.path), one.meaning, counts_losses(one.path))
        for one in (described(timeline) if timeline.steps else [])
        if one.path not in _RUN_ONLY
    ]


def cut(path: str) -> tuple[str, tuple[str, ...]]:
    """The first key of a path, and the parts after it."""
    parts = tuple(_PART.findall(path))
    return path[: len(path) - sum(map(len, parts))], parts


def counts_losses(path: str) -> bool:
    """Whether a rise of what stands at a path means that packets are gone."""
    _, parts = cut(path)
    keys = [part.strip(".[]'") for part in parts]
    return any(key in _LOST_NAMES or _QUEUE_DROPS.fullmatch(key) for key in keys)


def values(cursor: Cursor, step: int) -> dict[str, Any]:
    """What stands at each path after a step, by path; moves the cursor there."""
    timeline = cursor.timeline
    cursor.seek(step)
    host = Host(cursor, timeline)
    counts = packet_counts(timeline, step)
    for key in ("lost", "copies_lost"):
        counts[key] = dict.fromkeys(LOST_PLACES, 0) | counts[key]
    table: dict[str, Any] = {
        "simulated_ns": int(timeline.time(step)),
        "steps": step + 1,
        "complete": timeline.complete and step == timeline.last,
        "packets": counts,
        "flows": flow_rows(timeline, step),
    }
    table |= {name: read(host) for name, read in HOST_TABLES.items() if name not in NOT_PATHS}
    return {path: value for name in table for _, path, value in leaves(table[name], (name,), name)}


def difference(now: Any, then: Any) -> int | float | None:
    """How much a number moved; None for what is no number, or is not known at both moments."""
    if isinstance(now, bool) or isinstance(then, bool):
        return None
    if isinstance(now, int | float) and isinstance(then, int | float):
        return now - then
    return None


def written(value: Any) -> str:
    """A value as it is shown: thousands apart, a dash for what is not there."""
    match value:
        case None:
            return "–"
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:,}".replace(",", " ")
        case float():
            return f"{value:,.3f}".replace(",", " ")
        case _:
            return str(value) or "''"


def signed(by: int | float) -> str:
    """A difference with its sign."""
    return (f"{by:+,}" if isinstance(by, int) else f"{by:+,.3f}").replace(",", " ")


class Histories:
    """Series of the paths asked for lately, as far as a run is known."""

    def __init__(self, kept: Kept) -> None:
        self._known: Lasting[dict[str, Series]] = Lasting(kept)

    def of(self, timeline: Timeline, text: str) -> Series:
        """How a path went over a run.

        Raises:
            Refused: it leads nowhere in this run.
        """
        all_known: dict[str, Series] = self._known.of(timeline, dict)
        known = all_known.pop(text, None)
        if known is None:
            known = series(timeline, text)
        elif known.end < timeline.steps:
            known = extended(known, timeline)
        while len(all_known) >= MOST_SERIES:
            del all_known[next(iter(all_known))]
        all_known[text] = known
        return known

    def changed_at(self, timeline: Timeline, text: str, step: int) -> int | None:
        """The last step up to one that changed what stands at a path; None when none did, or nothing is there."""
        try:
            found = self.of(timeline, text)
        except Refused:
            return None
        rows = int(np.searchsorted(found.steps, step, "right"))
        values, known = found.values[:rows], found.known[:rows]
        moved = (known[1:] != known[:-1]) | (known[1:] & (values[1:] != values[:-1]))
        at = np.flatnonzero(moved)
        return int(found.steps[at[-1] + 1]) if len(at) else None
