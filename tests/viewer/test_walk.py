"""A random walk over all that can be done leaves no error and nothing behind.

Two minutes here; an hour by hand with `python -m tests.viewer.walk --seconds 3600`.
"""

import os
from pathlib import Path

import pytest

from tests.viewer.walk import ALLOWED, walked
from viewer.drafts import STATE

SECONDS = "SKBSCOPE_WALK_SECONDS"
"""Environment variable: how long each of the walks takes."""


@pytest.mark.parametrize("seed", [7, 42])
def test_a_random_walk_leaves_no_error_and_nothing_behind(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv(STATE, str(tmp_path))
    report = walked(tmp_path, seed, float(os.environ.get(SECONDS, "60")))
    print(report)  # shown when something is wrong
    assert report.faults == {}
    assert report.moves > 0
    assert report.growth <= ALLOWED
