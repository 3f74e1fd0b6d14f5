"""What makes a scene pass, from results made by hand; and the report of it."""

from __future__ import annotations

import signal
from multiprocessing import active_children
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from viewer.cli.check import _reports
from viewer.cli.checking import Case, SceneReport, check_scene, claims_of
from viewer.cli.junit import report_text


def table(
    *verdicts: tuple[str, bool, bool], complete: bool = True, invariants: tuple[str, ...] = ()
) -> dict[str, Any]:
    rows = [
        {"that": that, "at": "end", "flips": flips, "holds": holds, "value": holds, "parts": {"x": 3}}
        for that, flips, holds in verdicts
    ]
    packets: dict[str, dict[str, int]] = {"lost": {"skb:SOCKET_RCVBUFF": 2}, "copies_lost": {}}
    return {
        "complete": complete,
        "simulated_ns": 5,
        "packets": packets,
        "invariants": list(invariants),
        "expect": rows,
    }


def problems(variant: str | None, told: dict[str, Any], control: bool = False) -> list[str]:
    ran: Any = SimpleNamespace(variant=variant)
    return [case.problem for case in claims_of(ran, told, control) if case.problem]


def test_everything_holds_in_the_scene() -> None:
    assert problems(None, table(("a", True, True), ("b", False, True))) == []


def test_one_that_fails_tells_its_parts() -> None:
    assert problems(None, table(("x == 4", False, False))) == ["does not hold at end: x = 3"]


@pytest.mark.parametrize(
    ("flips", "holds", "expected"),
    [
        (True, False, []),
        (True, True, ["holds, but must fail in a control"]),
        (False, True, []),
        (False, False, []),
    ],
)
def test_a_control_must_break_what_flips(flips: bool, holds: bool, expected: list[str]) -> None:
    assert problems("control", table(("a", flips, holds)), control=True) == expected


def test_what_cannot_be_judged_proves_nothing_in_a_control() -> None:
    told = table(("a", True, False))
    told["expect"][0]["error"] = "there is no b"
    assert problems("control", told, control=True) == ["there is no b"]


def test_other_variants_owe_only_their_end_and_their_invariants() -> None:
    assert problems("other", table(("a", True, False))) == []
    assert problems("other", table(complete=False)) == ["stopped at 5 ns"]
    assert problems("other", table(invariants=("frame 3 ended more than once",))) == [
        "frame 3 ended more than once"
    ]


def test_a_loss_at_a_place_without_a_name_is_told() -> None:
    told = table()
    told["packets"]["copies_lost"]["skb:NEW"] = 1
    assert problems("other", told) == ["skb:NEW"]


def test_the_report_counts_what_failed() -> None:
    good = SceneReport("scenes/a.toml", [Case("scene: x < 1 & y")], 0.25)
    bad = SceneReport("scenes/b.toml", [Case("scene: ok"), Case("scene: <z>", "z = 3")], 0.5)
    assert (good.passed, bad.passed) == (True, False)
    root = ET.fromstring(report_text([good, bad]))
    assert (root.get("tests"), root.get("failures"), root.get("time")) == ("3", "1", "0.750")
    assert [suite.get("name") for suite in root] == ["scenes/a.toml", "scenes/b.toml"]
    (failure,) = root.iter("failure")
    assert failure.get("message") == "z = 3"


def test_ctrl_c_is_for_the_first_process_which_ends_the_others(scene: Path) -> None:
    reports = _reports([str(scene)] * 4, 2)
    assert next(reports).passed
    children = active_children()
    assert children
    for child in children:
        status = dict(
            line.split(":\t") for line in Path(f"/proc/{child.pid}/status").read_text().splitlines()
        )
        assert int(status["SigBlk"], 16) & 1 << (signal.SIGINT - 1)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with pytest.raises(KeyboardInterrupt):
        reports.throw(KeyboardInterrupt())
    assert not active_children()


def test_a_fault_of_the_program_is_told_as_the_scene_s(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("napi")

    monkeypatch.setattr("viewer.cli.simulate.simulate", broken)
    report = check_scene("n4")
    assert not report.passed
    assert not report.bad_input
    assert report.cases[-1].problem.startswith("fault: ZeroDivisionError: napi (broken, test_checking.py:")
