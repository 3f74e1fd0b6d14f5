"""`skbscope bench`: the speed figures of this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import click

from engine.scenario.errors import Refused
from viewer.cli.tables import print_table

FIGURES: Final = {
    "recorded_steps_over_simpy_events": "recorded steps for each event that SimPy does with nothing recorded",
    "simpy_events_per_s": "SimPy: events a second; what this machine is worth",
    "steps_per_s": "recorded steps a second",
    "packets_per_s": "packets a second through the whole path, every function recorded",
    "packets_per_s_counters": "the same with counters only",
    "timeline_steps": "steps of the timeline that is walked",
    "step_ms": "one step forward or back, median",
    "step_ms_worst": "the same, worst place",
    "jump_ms": "a jump anywhere, queue read, median",
    "jump_ms_worst": "the same, worst place",
    "jump_deep_packets": "packets in the queue of the next figure",
    "jump_deep_ms_worst": "a jump with so many packets in one queue, worst place",
    "bytes_per_step": "memory of a timeline for each step, all in",
    "explore_frame_packets": "packets in flight in the picture of the next figures",
    "explore_frame_ms": "an Explore frame at 1920x1080, processor time, median",
    "frame_ms_p99": "the same, 99th percentile",
    "first_frame_s": "start of the process to the window's first frame",
    "branch_steps": "recorded steps of the run of the next figure",
    "branch_s": "a change at the end of such a run until its future is shown at that moment, median",
}
"""Every figure in the order of printing, and what it is."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def command(as_json: bool) -> None:
    """Measure the speed of this machine; takes a minute or two.

    Ratios are what to compare between machines: each is of things measured in turns.
    """
    found = measured()
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    rows = [(name, shown(found[name]), FIGURES[name]) for name in FIGURES if name in found]
    print_table("", ("figure", "value", ""), rows, right=(1,))


def measured() -> dict[str, float]:
    """Return all figures; progress goes to standard error."""
    from viewer.cli.benchmarks import branching, engine_speed, pictures, time_travel
    from viewer.cli.sources import find_source

    if engine_speed.find_simpy() is None:
        _tell("SimPy is not installed, so nothing is compared with it: pip install 'skbscope[bench]'")
    _tell("speed of the simulated host ...")
    found = engine_speed.figures()
    _tell("time travel ...")
    deep = time_travel.deep_timeline()
    found |= time_travel.figures(time_travel.long_timeline(), deep)
    _tell("pictures ...")
    source = str(find_source(None))
    found |= with_qt(lambda: pictures.frame_figures(deep) | pictures.first_frame_figures(source))
    _tell("branching ...")
    found |= with_qt(branching.figures)
    return {name: found[name] for name in FIGURES if name in found}


def with_qt(measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Return what is measured; nothing where Qt cannot be loaded, which is told."""
    try:
        return measure()
    except Refused as refused:
        _tell(f"left out: {refused}")
        return {}


def shown(value: float) -> str:
    """Return a figure with three digits that mean something."""
    if isinstance(value, int) or value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _tell(words: str) -> None:
    click.echo(words, err=True)
