"""What happened: steps, deltas, cursor, queries.

Writing: `Record`, `field`, `RecordedList` and `Recorder` (imported from their modules by the engine).
Passing on: `Prologue`, then `Chunk` after `Chunk`.
Reading::

    timeline = Timeline(prologue)
    for chunk in chunks:
        timeline.append(chunk)
    cursor = Cursor(timeline, timeline.moment(1_250_000))
    sd = timeline.by_name("softnet_data", "cpu0")
    cursor.get(sd, "time_squeeze")                     # int or Unknown
    step = timeline.find(drop(), after=cursor.step)    # StepNo or None
    packets(timeline, cursor.step).lost

A step number is a row; the state "at" a step is the state after it. Times are integer nanoseconds.
"""

from engine.timeline.chunk import FATES, Chunk, Prologue
from engine.timeline.cursor import Cursor
from engine.timeline.lanes import NOTHING_YET, Runs, Slices
from engine.timeline.ledger import Latency, Packets, flows, latencies, packets, violations
from engine.timeline.objects import ALIVE, ObjectInfo
from engine.timeline.query import (
    GRANULARITIES,
    And,
    AnyStep,
    ByCpu,
    ByFate,
    ByField,
    ByFunction,
    ByPacket,
    ByStation,
    ByWhere,
    Moves,
    Not,
    Or,
    Query,
    Reaches,
    Stage,
    drop,
    squeeze,
)
from engine.timeline.schema import NO_CPU, UNKNOWN, WHERES, Kind, Ns, StepNo, Uid, Where
from engine.timeline.timeline import Timeline
from engine.timeline.views import NOT_KNOWN, Change, Ending, StepView, Unknown, Value

__all__ = [
    "ALIVE",
    "FATES",
    "GRANULARITIES",
    "NOTHING_YET",
    "NOT_KNOWN",
    "NO_CPU",
    "UNKNOWN",
    "WHERES",
    "And",
    "AnyStep",
    "ByCpu",
    "ByFate",
    "ByField",
    "ByFunction",
    "ByPacket",
    "ByStation",
    "ByWhere",
    "Change",
    "Chunk",
    "Cursor",
    "Ending",
    "Kind",
    "Latency",
    "Moves",
    "Not",
    "Ns",
    "ObjectInfo",
    "Or",
    "Packets",
    "Prologue",
    "Query",
    "Reaches",
    "Runs",
    "Slices",
    "Stage",
    "StepNo",
    "StepView",
    "Timeline",
    "Uid",
    "Unknown",
    "Value",
    "Where",
    "drop",
    "flows",
    "latencies",
    "packets",
    "squeeze",
    "violations",
]
