"""How fast the simulated host runs, fully recorded and with counters only, against SimPy in the same minutes."""

from __future__ import annotations

import time
from importlib import import_module
from statistics import median
from typing import Any, NamedTuple

from engine.garbage import collected_seldom
from engine.scenario.document import load
from engine.simulation import prepare
from viewer.cli.benchmarks import simpy_model
from viewer.cli.benchmarks.traffic import scene_text

ROUNDS = 5
PACKETS = 6000


class Speed(NamedTuple):
    """One run: its processor time and what it did in it."""

    seconds: float
    steps: int
    packets: int


def engine_run(level: str) -> Speed:
    """Run the benchmark's scene once; the timeline's chunks are made and thrown away."""
    simulation = prepare(load(scene_text(PACKETS, level)))
    steps = packets = 0
    began = time.process_time()
    for chunk in simulation.chunks():
        steps += len(chunk.steps)
        packets += len(chunk.samples)
    return Speed(time.process_time() - began, steps, packets)


def figures() -> dict[str, float]:
    """Return the figures of speed; those against SimPy are left out where it is not installed."""
    simpy = find_simpy()
    events = simpy_model.count_events(simpy, PACKETS) if simpy else 0
    recorded: list[Speed] = []
    counters: list[Speed] = []
    yardstick: list[float] = []
    with collected_seldom():
        for _ in range(ROUNDS):
            recorded.append(engine_run("all"))
            if simpy:
                yardstick.append(simpy_model.seconds(simpy, PACKETS))
            counters.append(engine_run("counters"))
    found = {
        "steps_per_s": median(run.steps / run.seconds for run in recorded),
        "packets_per_s": median(run.packets / run.seconds for run in recorded),
        "packets_per_s_counters": median(run.packets / run.seconds for run in counters),
    }
    if yardstick:
        ratios = [
            run.steps / run.seconds * other / events for run, other in zip(recorded, yardstick, strict=True)
        ]
        found["simpy_events_per_s"] = median(events / each for each in yardstick)
        found["recorded_steps_over_simpy_events"] = median(ratios)
    return found


def find_simpy() -> Any:
    """Return SimPy, None where it is not installed."""
    try:
        return import_module("simpy")
    except ImportError:
        return None
