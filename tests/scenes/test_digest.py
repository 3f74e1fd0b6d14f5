"""The same scene gives the same timeline, however Python's hashes are seeded."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.scenes.runs import run_of

NAMES = ("default", "m3-who-wakes")
PROGRAM = """
import sys
from tests.scenes.runs import run_of
for name in sys.argv[1:]:
    print(run_of(name).timeline.digest())
"""


def digests(hash_seed: str) -> list[str]:
    """Return the digests of the scenes from a process with its own seed of hashes."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *NAMES],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_digests_do_not_depend_on_the_seed_of_hashes() -> None:
    here = [run_of(name).timeline.digest() for name in NAMES]
    assert len(set(here)) == len(NAMES)
    assert digests("1") == here
    assert digests("4242") == here
