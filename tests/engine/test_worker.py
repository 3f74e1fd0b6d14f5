"""The worker as a process: frames in order, a timeline that is whole, one line when something is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.results import results
from engine.scenario.document import load
from engine.simulation import prepare
from engine.timeline.chunk import Chunk, Prologue
from engine.timeline.timeline import Timeline
from engine.worker import Request, failure
from tests.viewer.cli.scene import SCENE
from viewer.frames import Frame, FrameKind, FrameReader


def work(told: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    line = told if isinstance(told, str) else json.dumps(told)
    return subprocess.run(
        [sys.executable, "-m", "engine.worker"],
        input=line.encode() + b"\n",
        capture_output=True,
        check=False,
        env=os.environ | environment,
    )


def frames(data: bytes) -> list[Frame]:
    reader = FrameReader()
    found = list(reader.feed(data))
    assert reader.pending == 0
    return found


def timeline_of(found: list[Frame]) -> Timeline:
    timeline = Timeline(Prologue.from_bytes(found[0].payload))
    for frame in found:
        if frame.kind is FrameKind.CHUNK:
            timeline.append(Chunk.from_bytes(frame.payload))
    return timeline


def test_sends_prologue_chunks_progress_results_and_the_end() -> None:
    done = work({"text": SCENE})
    assert (done.returncode, done.stderr) == (0, b"")
    found = frames(done.stdout)
    kinds = "".join(frame.kind.value for frame in found)
    assert kinds.startswith("PCG")
    assert kinds.endswith("RE")
    assert kinds.count("C") == kinds.count("G") >= 2
    timeline = timeline_of(found)
    assert timeline.complete
    table = json.loads(found[-2].payload)
    assert table["digest"] == timeline.digest()
    assert [row["holds"] for row in table["expect"]] == [True, True]
    assert table | {"expect": []} == results(timeline)


def test_progress_tells_how_far_of_how_much() -> None:
    found = frames(work({"text": SCENE}).stdout)
    told: list[dict[str, Any]] = [
        json.loads(frame.payload) for frame in found if frame.kind is FrameKind.PROGRESS
    ]
    assert told[-1] == {"until_ns": 1_000_000, "of_ns": 1_000_000, "steps": timeline_of(found).steps}
    assert [each["steps"] for each in told] == sorted(each["steps"] for each in told)


def test_the_first_chunks_are_small(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(SCENE.replace("count = 80", "stop = '40ms'").replace('until = "1ms"', 'until = "40ms"'))
    sizes = [
        len(Chunk.from_bytes(frame.payload).steps)
        for frame in frames(work({"path": str(path)}).stdout)
        if frame.kind is FrameKind.CHUNK
    ]
    assert sum(sizes) > 40_000
    assert sum(sizes[:2]) < 5000


def test_the_digest_is_the_same_under_other_hash_seeds() -> None:
    digests = {
        timeline_of(frames(work({"text": SCENE}, PYTHONHASHSEED=seed).stdout)).digest()
        for seed in ("0", "1", "4711")
    }
    assert len(digests) == 1


def test_takes_variants_and_settings() -> None:
    found = frames(work({"text": SCENE, "variant": "control", "sets": ["flow.md.count=10"]}).stdout)
    table = json.loads(found[-2].payload)
    assert (table["variant"], table["packets"]["offered"], table["packets"]["lost"]) == ("control", 10, {})


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("{", "the request is not JSON"),
        ("[]", "must be a JSON object"),
        ({}, "exactly one of path and text"),
        ({"path": "x", "text": "y"}, "exactly one of path and text"),
        ({"paht": "x"}, 'did you mean "path"'),
        ({"path": "/nonexistent/x.toml"}, "/nonexistent/x.toml: no such file or directory"),
        ({"text": "nic = 3", "name": "scenes/x.toml"}, "scenes/x.toml:1: nic"),
        ({"text": SCENE, "variant": "contorl"}, 'did you mean "control"'),
        ({"text": SCENE, "sets": ["host.cpus=0"]}, "--set host.cpus=0"),
        ({"text": f"setup = 'ethtool -G eth0 rx 99999'\n{SCENE}"}, "netlink error"),
    ],
)
def test_bad_input_is_one_line_of_json_and_status_2(told: object, words: str) -> None:
    done = work(told)
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert words in json.loads(line)["error"]
    assert all(frame.kind is not FrameKind.END for frame in frames(done.stdout))


def test_a_reader_that_goes_away_ends_the_worker_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "engine.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as worker:
        assert worker.stdin
        assert worker.stdout
        assert worker.stderr
        worker.stdout.close()
        worker.stdin.write(json.dumps({"text": SCENE}).encode() + b"\n")
        worker.stdin.close()
        assert worker.stderr.read() == b""
        assert worker.wait() == 1


def test_a_fault_names_the_function_and_its_place() -> None:
    try:
        Request.parse(3)  # type: ignore[arg-type]  # the fault
    except TypeError as error:
        told = failure(error)
    assert told["error"].startswith("TypeError: ")
    assert told["function"] == "loads"
    assert told["where"].startswith("__init__.py:")


def test_a_fault_in_the_simulated_kernel_names_the_kernel_function(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no such book")

    monkeypatch.setattr("engine.linux.ledger._end", broken)
    simulation = prepare(load(SCENE))
    with pytest.raises(ZeroDivisionError) as caught:
        list(simulation.chunks())
    told = failure(caught.value)
    assert told["error"] == "ZeroDivisionError: no such book"
    assert told["where"].startswith("ledger.py:")
    assert told["function"] in ("_copy_gone", "lose", "deliver_copy", "drop_copy")
