"""Runs scenes for tests that look at what was recorded."""

from __future__ import annotations

from pathlib import Path

from engine.scenario.document import load
from engine.simulation import prepare
from engine.timeline.timeline import Timeline


def recorded(source: Path | str, folder: Path | None = None) -> Timeline:
    """Run a scene to its end.

    Args:
        source: its file, or (as a string) its text.
        folder: where the files that a text names are looked for.
    """
    simulation = prepare(load(source, folder=folder))
    timeline = Timeline(simulation.prologue)
    for chunk in simulation.chunks():
        timeline.append(chunk)
    return timeline
