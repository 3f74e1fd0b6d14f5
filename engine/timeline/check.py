"""Whether a chunk may be appended: all that its columns point at is there.

Looked at as a whole before anything is taken in, so that a chunk that is refused leaves a timeline as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline.chunk import FATES, Chunk
from engine.timeline.recorder import BLOCK
from engine.timeline.schema import WHERES, ClassSchema


@dataclass(frozen=True, slots=True)
class Known:
    """How far a timeline has come: how many steps, deltas, slots and strings; times of last steps and slices."""

    steps: int
    deltas: int
    slots: int
    names: int
    time: int
    uids: NDArray[Any]
    lanes: dict[int, int]


def check(chunk: Chunk, known: Known, classes: tuple[ClassSchema, ...]) -> None:
    """Raise ValueError, naming the first thing that does not fit, unless the chunk may be appended."""
    _follows(chunk, known)
    _steps(chunk, known)
    slots = known.slots
    for number, start in chunk.blocks:
        _demand(0 <= number < len(classes), f"a block of class {number}; there are {len(classes)}")
        _demand(start == slots, f"a block begins at slot {start}, not at {slots}")
        slots += BLOCK * len(classes[number].fields)
    _within(chunk.slots, slots, "slot of a delta")
    _tables(chunk, known, slots, len(classes))


def _demand(holds: bool, complaint: str) -> None:
    if not holds:
        raise ValueError(complaint)


def _within(column: NDArray[Any], limit: int, what: str) -> None:
    if len(column) and (int(column.min()) < 0 or int(column.max()) >= limit):
        worst = int(column.min()) if int(column.min()) < 0 else int(column.max())
        raise ValueError(f"{what}: {worst} is not below {limit}")


def _follows(chunk: Chunk, known: Known) -> None:
    _demand(
        chunk.first_step == known.steps and chunk.first_delta == known.deltas,
        f"a chunk begins at step {chunk.first_step}, delta {chunk.first_delta}; "
        f"expected step {known.steps}, delta {known.deltas}",
    )
    counts = (len(chunk.slots), len(chunk.values))
    _demand(counts[0] == counts[1], f"{counts[0]} slots and {counts[1]} values")


def _steps(chunk: Chunk, known: Known) -> None:
    steps = chunk.steps
    times = np.concatenate([[known.time], steps["time"]])
    _demand(bool(np.all(times[1:] >= times[:-1])), f"time runs backwards after step {known.steps - 1}")
    deltas = np.concatenate([[known.deltas], steps["first_delta"], [known.deltas + len(chunk.slots)]])
    _demand(bool(np.all(deltas[1:] >= deltas[:-1])), f"deltas out of order after step {known.steps - 1}")
    _within(steps["where"] & 0xFF, len(WHERES), "context of a step")
    rows = np.arange(known.steps, known.steps + len(steps))
    _demand(bool(np.all(steps["cause"] < rows)), f"a cause after its effect after step {known.steps - 1}")


def _tables(chunk: Chunk, known: Known, slots: int, classes: int) -> None:
    names = known.names + len(chunk.names)
    births = chunk.objects
    _within(births["cls"], classes, "class of an object")
    _within(births["name"], names, "name of an object")
    _within(births["base"], slots, "slot of an object")
    uids = np.concatenate([known.uids[-1:], births["uid"]])
    _demand(bool(np.all(uids[1:] > uids[:-1])), "objects are not numbered in order of birth")
    dead = chunk.deaths["a"]
    mourned = np.isin(dead, known.uids) | np.isin(dead, births["uid"])
    _demand(bool(mourned.all()), "a death of an object that was never born")
    _within(chunk.endings["fate"], len(FATES), "fate of a frame")
    _within(chunk.endings["reason"], names, "reason of an ending")
    _within(chunk.slices["where"] & 0xFF, len(WHERES), "context of a slice")
    for cpu in np.unique(chunk.slices["where"] >> 8).tolist():
        times = chunk.slices["time"][chunk.slices["where"] >> 8 == cpu]
        times = np.concatenate([[known.lanes.get(cpu, 0)], times])
        _demand(bool(np.all(times[1:] >= times[:-1])), f"the slices of CPU {cpu} run backwards")
