"""What stands on the ruler beside the times: forks, the name of the branch, words with a line through the lanes."""

from __future__ import annotations

from typing import NamedTuple

from viewer.lanes.beside import Beside
from viewer.lanes.beside_pen import BesidePen
from viewer.lanes.forks import Forks
from viewer.lanes.layout import Tag, placed
from viewer.lanes.scale import TimeScale
from viewer.lanes.still import LanesStill

FORK_CLEAR = 8.0
"""Pixels from a fork to its branch's name, so that the playhead does not cover what begins where it stands."""

FORK_ASIDE = 13.0
"""Pixels from the playhead to the sign of a fork that it covers."""

TAG_CLEAR = 8.0
"""Pixels from a word's line to its plate, so that the playhead covers none of it where it stands on the line."""


class Marks(NamedTuple):
    """What the ruler is marked with, in pixels.

    Attributes:
        forks: where something is changed, and where the compared futures part.
        branch: where they part; None while that is not in sight.
        name: of the branch that begins there.
        branch_plate: where the plate with the branch's name begins; None without room.
        words: further plates: what they belong to, their word, where they begin (None without room).
        taken: from x to x, where no number of the ruler may stand.
    """

    forks: tuple[float, ...]
    branch: float | None
    name: str
    branch_plate: float | None
    words: tuple[tuple[float, str, float | None], ...]
    taken: tuple[tuple[float, float], ...]


def marks_of(pen: BesidePen, scale: TimeScale, still: LanesStill, beside: Beside, forks: Forks) -> Marks:
    """The marks over a stretch of time, each plate where it has room: the branch's name before any other."""
    parting = beside.parting() if beside.on else None
    apart = parting.fork_ns if parting is not None else None
    signs, words = [mark.x for mark in forks.marks(scale)], still.tags(scale)
    tags = [Tag(x, pen.tag_width(text), TAG_CLEAR) for x, text in words]
    branch, name = None, beside.branch
    if apart is not None and scale.shows(apart):
        branch = scale.x(apart)
        signs.append(branch)
        tags.insert(0, Tag(branch, pen.fork_width(name), FORK_CLEAR))
    edges = placed(tags, pen.layout.body.x, pen.layout.body.right)
    taken = [pen.fork_span(x) for x in signs]
    taken += [(left, left + tag.width) for tag, left in zip(tags, edges, strict=True) if left is not None]
    plate = edges.pop(0) if branch is not None else None
    plates = tuple((x, text, left) for (x, text), left in zip(words, edges, strict=True))
    return Marks(tuple(signs), branch, name, plate, plates, tuple(taken))


def paint_marks(pen: BesidePen, marks: Marks, playhead: float) -> None:
    """Paint them; a fork under the playhead, at `playhead`, is shown right of it, unless its branch's name is."""
    if marks.branch is not None:
        pen.parting(marks.branch)
    for x in marks.forks:
        covered = abs(x - playhead) < FORK_CLEAR
        if not covered:
            pen.fork(x)
        elif marks.branch is None or abs(x - marks.branch) >= FORK_CLEAR:
            pen.fork(playhead + FORK_ASIDE)
    if marks.branch_plate is not None:
        pen.fork_plate(marks.branch_plate, marks.name)
    for x, text, left in marks.words:
        pen.stem(x)
        if left is not None:
            pen.plate(left, pen.tag_width(text), text)
