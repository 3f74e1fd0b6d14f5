"""Columns of a stretch of the timeline, and their form on a pipe.

A chunk is self-contained bytes: a JSON header with the tables' texts and column lengths, then the columns.
Chunks are chain-hashed: the digest of a run is the SHA-256 over the bytes of all its columns in order.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.timeline.schema import ClassSchema, FieldSchema, FunctionInfo, Kind, Ns

FATES = ("in_flight", "delivered", "queued", "absorbed", "forwarded", "refused", "lost", "copies_lost")
"""How a wire frame can end. "queued" counts as delivered: its data lies in a socket's queue at the end."""

STEP_DTYPE = np.dtype(
    [
        ("time", "<i8"),
        ("span", "<u4"),
        ("fn", "<u2"),
        ("where", "<u2"),
        ("packet", "<i4"),
        ("cause", "<i4"),
        ("first_delta", "<u4"),
    ]
)
"""28 bytes a step; `where` is `cpu << 8 | context` (positions in `schema.WHERES`)."""

DELTA_DTYPE = np.dtype([("slot", "<i4"), ("value", "<i8")])
"""12 bytes a delta while it waits in the recorder."""

SLICE_DTYPE = np.dtype([("time", "<i8"), ("where", "<u2"), ("task", "<i4")])
ENDING_DTYPE = np.dtype(
    [
        ("frame", "<i4"),
        ("flow", "<i4"),
        ("number", "<i4"),
        ("fate", "<u2"),
        ("reason", "<i4"),
        ("step", "<i4"),
        ("arrived", "<i8"),
        ("time", "<i8"),
    ]
)
SAMPLE_DTYPE = np.dtype(
    [("frame", "<i4"), ("flow", "<i4"), ("sock", "<i4"), ("task", "<i4"), ("step", "<i4"), ("latency", "<i8")]
)
OBJECT_DTYPE = np.dtype(
    [("uid", "<i4"), ("cls", "<u2"), ("parent", "<i4"), ("name", "<i4"), ("base", "<i4"), ("born", "<i4")]
)
PAIR_DTYPE = np.dtype([("a", "<i4"), ("b", "<i4")])
SPAN_LIMIT = (1 << 32) - 1
"""Longer acts (4.3 s) are noted as this long."""


ObjectRow: TypeAlias = tuple[int, int, int, int, int, int]
"""A birth, as `OBJECT_DTYPE`: uid, class number, parent uid, row of the name, base slot, step."""


class ListRow(NamedTuple):
    """A list: its id, the uid of its owner, its name ("poll_list")."""

    id: int
    owner: int
    name: str


@dataclass(slots=True)
class Tables:
    """The side tables of a chunk while it is being written."""

    slices: list[tuple[int, int, int]] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)
    endings: list[tuple[int, int, int, int, int, int, int, int]] = field(default_factory=list)
    samples: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)
    objects: list[ObjectRow] = field(default_factory=list)
    deaths: list[tuple[int, int]] = field(default_factory=list)
    lists: list[ListRow] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    blocks: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Columns of consecutive steps.

    Attributes:
        steps: `STEP_DTYPE`, shape (n,).
        slots: int32, shape (m,): which slot each delta writes.
        values: int64 (or int32 where all fit), shape (m,).
        slices, parts, endings, samples, objects, deaths: side tables; `parts` holds (skb, frame), `deaths`
            (uid, step).
        lists, names, blocks: new lists, new strings, new blocks (class number, first slot).
        first_step, first_delta: how many came before.
        until: simulated nanoseconds up to which the run is complete.
        detail: number of the first step of level "counters", -1 while everything is recorded.
        last: whether the run ended with this chunk as it was meant to.
    """

    steps: NDArray[Any]
    slots: NDArray[np.int32]
    values: NDArray[Any]
    slices: NDArray[Any]
    parts: NDArray[Any]
    endings: NDArray[Any]
    samples: NDArray[Any]
    objects: NDArray[Any]
    deaths: NDArray[Any]
    lists: tuple[ListRow, ...]
    names: tuple[str, ...]
    blocks: tuple[tuple[int, int], ...]
    first_step: int
    first_delta: int
    until: Ns
    detail: int = -1
    last: bool = False

    @classmethod
    def from_rows(
        cls,
        steps: bytearray,
        deltas: bytearray,
        tables: Tables,
        first_step: int,
        first_delta: int,
        until: Ns,
        detail: int = -1,
        last: bool = False,
    ) -> Chunk:
        """Take the packed rows of a `Recorder` as columns."""
        pairs = np.frombuffer(bytes(deltas), DELTA_DTYPE)
        return cls(
            np.frombuffer(bytes(steps), STEP_DTYPE),
            pairs["slot"].copy(),
            narrowed(pairs["value"].copy()),
            np.array(tables.slices, SLICE_DTYPE),
            np.array(tables.parts, PAIR_DTYPE),
            np.array(tables.endings, ENDING_DTYPE),
            np.array(tables.samples, SAMPLE_DTYPE),
            np.array(tables.objects, OBJECT_DTYPE),
            np.array(tables.deaths, PAIR_DTYPE),
            tuple(tables.lists),
            tuple(tables.names),
            tuple(tables.blocks),
            first_step,
            first_delta,
            until,
            detail,
            last,
        )

    def hashed(self) -> bytes:
        """The bytes that the digest covers: all columns and tables, in declared order."""
        columns: list[NDArray[Any]] = [
            self.steps,
            self.slots,
            self.values.astype("<i8"),
            self.slices,
            self.parts,
        ]
        columns += [self.endings, self.samples, self.objects, self.deaths]
        texts = json.dumps([self.lists, self.names, self.blocks, self.detail], ensure_ascii=True)
        return b"".join(column.tobytes() for column in columns) + texts.encode()

    def to_bytes(self) -> bytes:
        """Serialise: 4 bytes header length, JSON header, columns."""
        columns: list[NDArray[Any]] = [self.steps, self.slots, self.values, self.slices, self.parts]
        columns += [self.endings, self.samples, self.objects, self.deaths]
        header = {
            "lengths": [len(column) for column in columns],
            "wide": self.values.dtype.itemsize == 8,
            "lists": self.lists,
            "names": self.names,
            "blocks": self.blocks,
            "first": [self.first_step, self.first_delta],
            "until": self.until,
            "detail": self.detail,
            "last": self.last,
        }
        head = json.dumps(header).encode()
        return struct.pack("<I", len(head)) + head + b"".join(column.tobytes() for column in columns)

    @classmethod
    def from_bytes(cls, data: bytes) -> Chunk:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: the bytes are not a whole chunk.
        """
        try:
            return cls._parsed(data)
        except (struct.error, KeyError, IndexError, TypeError, AttributeError) as error:
            raise ValueError(f"not a whole chunk ({len(data)} bytes): {error}") from error

    @classmethod
    def _parsed(cls, data: bytes) -> Chunk:
        (size,) = struct.unpack_from("<I", data)
        header = json.loads(data[4 : 4 + size])
        kinds = [STEP_DTYPE, np.dtype("<i4"), np.dtype("<i8" if header["wide"] else "<i4"), SLICE_DTYPE]
        kinds += [PAIR_DTYPE, ENDING_DTYPE, SAMPLE_DTYPE, OBJECT_DTYPE, PAIR_DTYPE]
        lengths = header["lengths"]
        total = 4 + size + sum(kind.itemsize * n for kind, n in zip(kinds, lengths, strict=True))
        if min(lengths) < 0 or total != len(data):
            raise ValueError(f"a chunk of {len(data)} bytes says it has {total}")
        at = 4 + size
        columns: list[NDArray[Any]] = []
        for kind, length in zip(kinds, lengths, strict=True):
            columns.append(np.frombuffer(data, kind, length, at))
            at += kind.itemsize * length
        steps, slots, values, slices, parts, endings, samples, objects, deaths = columns
        first_step, first_delta = header["first"]
        return cls(
            steps,
            slots,
            values,
            slices,
            parts,
            endings,
            samples,
            objects,
            deaths,
            tuple(ListRow(*row) for row in header["lists"]),
            tuple(header["names"]),
            tuple((number, start) for number, start in header["blocks"]),
            first_step,
            first_delta,
            Ns(header["until"]),
            header["detail"],
            header["last"],
        )


def narrowed(values: NDArray[np.int64]) -> NDArray[Any]:
    """Return the values as int32 where all fit, else unchanged."""
    if len(values) == 0 or (values.min() >= -(1 << 31) and values.max() < 1 << 31):
        return values.astype(np.int32)
    return values


@dataclass(frozen=True, slots=True)
class Prologue:
    """What a reader must know before the first chunk.

    Attributes:
        classes, functions: the tables that the columns' numbers point into.
        facts: what does not change in the run: title, question, kernel, hz, cpus, preempt, flows, NICs,
            chapters, captions, seed, variant; plain JSON values.
    """

    classes: tuple[ClassSchema, ...]
    functions: tuple[FunctionInfo, ...]
    facts: dict[str, Any]

    def to_bytes(self) -> bytes:
        """Serialise as JSON."""
        classes = [asdict(schema) for schema in self.classes]
        functions = [asdict(info) for info in self.functions]
        return json.dumps({"classes": classes, "functions": functions, "facts": self.facts}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Prologue:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: the bytes are not a whole prologue.
        """
        try:
            return cls._parsed(json.loads(data))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a prologue ({len(data)} bytes): {error}") from error

    @classmethod
    def _parsed(cls, raw: dict[str, Any]) -> Prologue:
        classes = tuple(
            ClassSchema(
                entry["number"],
                entry["name"],
                entry["meaning"],
                tuple(
                    FieldSchema(f["name"], f["meaning"], Kind(f["kind"]), f["unit"], tuple(f["names"]))
                    for f in entry["fields"]
                ),
                entry["transient"],
            )
            for entry in raw["classes"]
        )
        return cls(classes, tuple(_function(entry) for entry in raw["functions"]), raw["facts"])


def _function(entry: dict[str, Any]) -> FunctionInfo:
    """A row of the function table from its JSON form, where tuples are arrays."""
    return FunctionInfo(**{**entry, "via": tuple(entry["via"]), "then": tuple(entry["then"])})
