"""Packaged scenes, each run once for all tests that look at it."""

from __future__ import annotations

from functools import cache

from viewer.cli.simulate import Ran, simulate
from viewer.cli.sources import load_source, scene_names

SCENES = scene_names()


@cache
def run_of(name: str) -> Ran:
    """Return the run of a scene without a variant."""
    return simulate(load_source(name))
