"""Runs whose frames are looked at."""

import pytest

from engine.timeline.timeline import Timeline
from tests.engine.packet import runs


@pytest.fixture(scope="session")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    """Several flows, hashed over addresses."""
    return runs.run_of(runs.KINDS, tmp_path_factory.mktemp("kinds"))


@pytest.fixture(scope="session")
def ports_hashed(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    """The same, hashed over addresses and ports."""
    return runs.run_of(runs.PORTS_HASHED, tmp_path_factory.mktemp("ports"))


@pytest.fixture(scope="session")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    """A replayed capture."""
    return runs.run_of(runs.CAPTURE, tmp_path_factory.mktemp("capture"))
