"""The same timeline under other seeds of hashes, and under other versions of Python where there are any."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.scenario.document import load
from engine.simulation import prepare
from engine.timeline import Timeline

ROOT = Path(__file__).parents[3]
NEEDED = "import pytest, numpy, pydantic, tomlkit, lark, networkx, dpkt"
PROGRAM = "from tests.engine.simulation.test_digest_anywhere import digest; print(digest())"
OTHERS = ("python3.12", "python3.13", "python3.14")
SCENE = """
kernel = "6.18"
until = "600us"
setup = '''
ethtool -C eth0 rx-usecs 10
ethtool -N eth0 rx-flow-hash udp4 sdfn
echo 2 > /sys/class/net/eth0/queues/rx-0/rps_cpus
'''
[host]
cpus = 3
[[nic]]
name = "eth0"
driver = "ixgbe"
queues = 2
address = "10.0.0.2/24"
[[flow]]
name = "many"
nic = "eth0"
source = "10.0.1.1:5000"
many = 16
destination = "10.0.0.2:9000"
frame = 128
arrival = "poisson"
rate = "800kpps"
[[flow]]
name = "group"
nic = "eth0"
source = "10.0.1.2:5000"
destination = "239.1.1.1:9001"
frame = 600
arrival = "burst"
burst = { frames = 20, every = "100us" }
[[app]]
name = "feed"
threads = 3
share = "reuseport"
wait = "epoll"
work = "700ns"
listen = [{ udp = "0.0.0.0:9000" }]
[[app]]
name = "group"
wait = "select"
listen = [{ udp = "239.1.1.1:9001", rcvbuf = 16384 }]
[[app]]
name = "hog"
cpu = 1
wait = "none"
work = "forever"
"""


def digest() -> str:
    """Hash of everything that happened."""
    simulation = prepare(load(SCENE, name="anywhere.toml"))
    timeline = Timeline(simulation.prologue)
    for chunk in simulation.chunks():
        timeline.append(chunk)
    return timeline.digest()


def digest_in(python: str, hash_seed: str) -> str:
    """The same, in a process of its own."""
    done = subprocess.run(
        [python, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_under_another_seed_of_hashes(hash_seed: str) -> None:
    assert digest_in(sys.executable, hash_seed) == digest()


def able(name: str) -> str | None:
    """Path of an interpreter that has what the engine needs."""
    path = shutil.which(name)
    if path is None or subprocess.run([path, "-c", NEEDED], capture_output=True, check=False).returncode:
        return None
    return path


@pytest.mark.parametrize("name", OTHERS)
def test_under_another_python(name: str) -> None:
    path = able(name)
    if path is None:
        pytest.skip(f"no {name} with the engine's libraries on the path")
    assert digest_in(path, "7") == digest()
