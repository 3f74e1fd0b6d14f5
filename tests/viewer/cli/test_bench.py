"""The benchmarks measure what they say; how fast is never asserted here."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from engine.scenario.document import load
from engine.scenario.errors import Refused
from engine.timeline.cursor import Cursor
from viewer.cli import main
from viewer.cli.bench import FIGURES, shown, with_qt
from viewer.cli.benchmarks import branching, engine_speed, pictures, simpy_model, time_travel
from viewer.cli.benchmarks.traffic import BURST, WEIGHT, scene_text

SMALL = 2 * BURST


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_speed, "PACKETS", SMALL)
    monkeypatch.setattr(engine_speed, "ROUNDS", 1)
    monkeypatch.setattr(time_travel, "STEPS", 20_000)
    monkeypatch.setattr(time_travel, "DEEP_PACKETS", 5 * BURST)
    monkeypatch.setattr(time_travel, "PLACES", 6)
    monkeypatch.setattr(time_travel, "REPEATS", 1)
    monkeypatch.setattr(pictures, "FRAMES", 8)
    monkeypatch.setattr(pictures, "STARTS", 1)
    monkeypatch.setattr(branching, "PACKETS", SMALL)
    monkeypatch.setattr(branching, "REPEATS", 1)
    monkeypatch.setattr(branching, "WARM_S", 0.0)


def test_the_scene_is_what_is_claimed() -> None:
    timeline = time_travel.recorded(scene_text(SMALL))
    cursor = Cursor(timeline, timeline.last)
    assert len(timeline.samples) == SMALL
    napi = timeline.by_name("napi_struct", "eth0-rx-0")
    assert napi
    fields = cursor.fields(napi)
    assert fields["packets"] == SMALL
    assert isinstance(fields["full_polls"], int)
    assert isinstance(fields["polls"], int)
    assert fields["full_polls"] >= SMALL // WEIGHT - fields["polls"] // 2
    assert load(scene_text(SMALL)).scene.flow[0].frame == ((60, 1),)


def test_simpy_delivers_the_same_packets_in_a_fixed_number_of_events() -> None:
    simpy = import_module("simpy")
    events = [simpy_model.count_events(simpy, SMALL) for _ in range(2)]
    assert events[0] == events[1] > 5 * SMALL
    assert simpy_model.seconds(simpy, SMALL) > 0


def test_the_deep_timeline_ends_with_all_packets_in_the_queue(small: None) -> None:
    deep = time_travel.deep_timeline()
    cursor = Cursor(deep, deep.last)
    depth = sum(cursor.length(queue) for queue in time_travel.queues_of(deep))
    assert 5 * BURST - 5 <= depth <= 5 * BURST
    first = pictures.crowded(deep)
    assert pictures.in_flight(deep, first) >= pictures.IN_FLIGHT > pictures.in_flight(deep, first - 1)


def test_every_figure_is_measured_and_explained(small: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--json"]) == 0
    printed = capsys.readouterr()
    found: dict[str, Any] = json.loads(printed.out)
    assert list(found) == list(FIGURES)
    assert all(value > 0 for value in found.values())
    assert found["timeline_steps"] >= 20_000


def test_without_simpy_the_rest_is_measured(
    small: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_speed, "find_simpy", lambda: None)
    assert main(["bench"]) == 0
    printed = capsys.readouterr()
    assert "SimPy is not installed" in printed.err
    assert "packets_per_s" in printed.out
    assert "simpy_events_per_s" not in printed.out


def test_the_branch_that_is_timed_is_computed_anew_each_time(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(branching, "REPEATS", 2)
    found = branching.figures()
    assert found["branch_steps"] == time_travel.recorded(scene_text(SMALL)).steps + 1
    assert found["branch_s"] > 0.01


def test_what_needs_qt_is_left_out_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    def refused() -> dict[str, float]:
        raise Refused("Qt cannot be loaded")

    assert with_qt(refused) == {}
    assert "left out: Qt cannot be loaded" in capsys.readouterr().err
    assert with_qt(lambda: {"branch_s": 1.0}) == {"branch_s": 1.0}


@pytest.mark.parametrize(
    ("value", "text"), [(1_026_049, "1,026,049"), (7799.2, "7,799"), (0.4912, "0.491"), (53, "53")]
)
def test_figures_have_three_digits_that_mean_something(value: float, text: str) -> None:
    assert shown(value) == text
