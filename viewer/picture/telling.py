"""What is said about a thing of the picture: its name and state in sentences, its function and where that is written.

The same words are shown to a mouse that rests, to a keyboard that stops there, and read out. Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.narration import state_sentence
from engine.timeline.cursor import Cursor
from engine.timeline.schema import FunctionInfo
from engine.timeline.timeline import Timeline
from viewer.picture.items import Kind, Thing


def function_of(timeline: Timeline, step: int, thing: Thing) -> FunctionInfo | None:
    """The function that a thing stands for, or the one that handled a packet last; None where there is none."""
    for info in timeline.functions:
        if info.name == thing.name and info.kind == "function":
            return info
    if thing.kind is not Kind.PACKET or not _known(timeline, thing.uid):
        return None
    path = timeline.path(thing.uid)
    at = int(np.searchsorted(path, step, "right"))
    return timeline.function(int(timeline.column("fn")[path[at - 1]])) if at else None


def told(cursor: Cursor, thing: Thing) -> tuple[str, ...]:
    """What is said about a thing after the cursor's step, line by line.

    Its name, unless a sentence begins with it; what the picture shows of it; what the timeline tells of it; what it
    is; its function and the file of that.
    """
    timeline = cursor.timeline
    said = list(dict.fromkeys(_sentences(cursor, thing)))
    if thing.name and not any(line.startswith(thing.name) for line in said):
        said.insert(0, thing.name)
    if _known(timeline, thing.uid):
        info = timeline.object(thing.uid)
        said.append(f"{info.cls.name}: {info.cls.meaning}")
    function = function_of(timeline, cursor.step, thing)
    if function is not None:
        said.append(" · ".join(part for part in (f"{function.name}()", function.file) if part))
    return tuple(said)


def _sentences(cursor: Cursor, thing: Thing) -> Iterator[str]:
    if thing.sentence:
        yield thing.sentence
    if cursor.step >= 0 and _known(cursor.timeline, thing.uid):
        yield f"{state_sentence(cursor, thing.uid)}."


def _known(timeline: Timeline, uid: int) -> bool:
    """Whether there ever is an object of a number."""
    if not uid:
        return False
    try:
        timeline.object(uid)
    except KeyError:
        return False
    return True
