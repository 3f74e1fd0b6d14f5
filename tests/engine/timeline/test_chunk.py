"""Chunks on a pipe, and what a timeline refuses."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from engine.timeline import Chunk, Prologue, Timeline
from engine.timeline.schema import Ns
from tests.engine.timeline.host import PROGRAMS, PROLOGUE, long_program, run

ROOT = Path(__file__).parents[3]


def sample() -> Chunk:
    """A chunk with a row in every table."""
    world = run([("new", True, 1 << 40), ("step", 3, 3, 3, 2), ("release", 2)])
    recorder = world.recorder
    recorder.switch(Ns(1), 3, 0)
    recorder.part(5, 6)
    recorder.ending(6, 1, 0, 6, "skb:SOCKET_RCVBUFF", Ns(0), Ns(3))
    recorder.sample(6, 1, 0, 0, Ns(9))
    return recorder.drain(Ns(world.time), last=True)


@settings(max_examples=50, deadline=None)
@given(PROGRAMS)
def test_bytes_and_back(program: list[Any]) -> None:
    chunk = run(program).recorder.drain(Ns(5))
    again = Chunk.from_bytes(chunk.to_bytes())
    assert again.hashed() == chunk.hashed()
    assert again.to_bytes() == chunk.to_bytes()
    assert (again.until, again.detail, again.last) == (5, -1, False)
    assert again.values.tolist() == chunk.values.tolist()


def test_every_truncation_is_refused() -> None:
    data = sample().to_bytes()
    for length in range(len(data)):
        with pytest.raises(ValueError, match=r"."):
            Chunk.from_bytes(data[:length])
    with pytest.raises(ValueError, match="says it has"):
        Chunk.from_bytes(data + b"\0")


@pytest.mark.parametrize("header", [[], 3, {}, {"wide": 1, "lengths": [1]}, {"wide": 0, "lengths": "x" * 9}])
def test_a_header_that_is_none(header: Any) -> None:
    head = json.dumps(header).encode()
    with pytest.raises(ValueError, match=r"."):
        Chunk.from_bytes(struct.pack("<I", len(head)) + head)


def test_prologue_and_back() -> None:
    assert Prologue.from_bytes(PROLOGUE.to_bytes()) == PROLOGUE
    for data in (b"", b"{", b"[]", b"{}", PROLOGUE.to_bytes()[:-1]):
        with pytest.raises(ValueError, match=r"."):
            Prologue.from_bytes(data)


def changed(column: Any, row: int, name: str, value: int) -> Any:
    """Return a copy of a table with one number changed."""
    copy = column.copy()
    copy[name][row] = value
    return copy


BROKEN: dict[str, Any] = {
    "begins at step 7": lambda c: replace(c, first_step=7),
    "begins at step 0, delta 2": lambda c: replace(c, first_delta=2),
    "time runs backwards": lambda c: replace(c, steps=changed(c.steps, 0, "time", 99)),
    "deltas out of order": lambda c: replace(c, steps=changed(c.steps, 0, "first_delta", 99)),
    "context of a step": lambda c: replace(c, steps=changed(c.steps, 0, "where", 200)),
    "a cause after its effect": lambda c: replace(c, steps=changed(c.steps, 0, "cause", 0)),
    "slots and .* values": lambda c: replace(c, values=c.values[1:]),
    "slot of a delta": lambda c: replace(c, slots=c.slots + 100_000),
    "a block begins at slot": lambda c: replace(c, blocks=((0, 64),)),
    "a block of class 9": lambda c: replace(c, blocks=((9, 0),)),
    "class of an object": lambda c: replace(c, objects=changed(c.objects, 0, "cls", 9)),
    "name of an object": lambda c: replace(c, objects=changed(c.objects, 0, "name", 9)),
    "slot of an object": lambda c: replace(c, objects=changed(c.objects, 0, "base", -3)),
    "order of birth": lambda c: replace(c, objects=c.objects[::-1]),
    "never born": lambda c: replace(c, deaths=changed(c.deaths, 0, "a", 77)),
    "fate of a frame": lambda c: replace(c, endings=changed(c.endings, 0, "fate", 8)),
    "reason of an ending": lambda c: replace(c, endings=changed(c.endings, 0, "reason", 99)),
    "context of a slice": lambda c: replace(c, slices=changed(c.slices, 0, "where", 99)),
    "slices of CPU 0 run backwards": lambda c: replace(c, slices=changed(c.slices, 0, "time", -1)),
}


@pytest.mark.parametrize("complaint", BROKEN)
def test_a_broken_chunk_is_refused_and_leaves_nothing(complaint: str) -> None:
    chunk = sample()
    timeline = Timeline(PROLOGUE)
    empty = timeline.digest()
    with pytest.raises(ValueError, match=complaint):
        timeline.append(BROKEN[complaint](chunk))
    assert (timeline.steps, len(timeline.deltas), timeline.digest()) == (0, 0, empty)
    timeline.append(chunk)
    assert timeline.steps == 2
    with pytest.raises(ValueError, match="expected step 2"):
        timeline.append(chunk)


def test_classes_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order of their numbers"):
        Timeline(replace(PROLOGUE, classes=PROLOGUE.classes[::-1]))


def test_the_digest_is_the_run() -> None:
    def digest(seed: int) -> str:
        return run(long_program(seed, 300)).finish().digest()

    assert digest(1) == digest(1)
    assert digest(1) != digest(2)


def test_the_digest_is_the_same_under_any_hash_seed() -> None:
    code = (
        "from tests.engine.timeline.host import long_program, run;"
        "print(run(long_program(1, 300)).finish().digest())"
    )
    digests = []
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        answer = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        )
        digests.append(answer.stdout.strip())
    assert digests == [run(long_program(1, 300)).finish().digest()] * 3


@pytest.mark.parametrize("column", ["steps", "slots", "values", "slices", "endings", "samples"])
def test_the_digest_covers_each_column(column: str) -> None:
    chunk = sample()
    rows = getattr(chunk, column).copy()
    raw = rows.view(np.uint8).reshape(len(rows), -1)
    raw[-1, 0] ^= 1
    assert replace(chunk, **{column: rows}).hashed() != chunk.hashed()
