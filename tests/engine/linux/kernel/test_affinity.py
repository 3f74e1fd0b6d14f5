"""kernel/sched: a task that may no longer run where it is moves when its CPU has let go of it, not before."""

from __future__ import annotations

import pytest

from engine.scenario.document import load
from engine.simulation import Simulation, prepare

SCENE = """
until = "90us"
setup = "ethtool -C eth0 rx-usecs 0"
[host]
cpus = 3
[[nic]]
name = "eth0"
driver = "ixgbe"
queues = 2
address = "10.0.0.2/24"
[[flow]]
name = "load"
nic = "eth0"
source = "10.0.0.9:5000"
many = 16
destination = "10.0.0.2:9000"
frame = 128
arrival = "constant"
rate = "500kpps"
[[app]]
name = "feed"
cpu = 1
threads = 2
share = "reuseport"
wait = "POLICY"
work = "500ns"
listen = [{ udp = "10.0.0.2:9000" }]
[[at]]
time = "MOMENTns"
app = { name = "feed", move = 0 }
[[at]]
time = "BACKns"
app = { name = "feed", move = 2 }
"""


def moved(wait: str, at_ns: int) -> Simulation:
    """Return a host whose reader is moved at a moment, and again 4 us later."""
    text = SCENE.replace("MOMENT", str(at_ns)).replace("BACK", str(at_ns + 4_000)).replace("POLICY", wait)
    return prepare(load(text, name="move.toml"))


def runs_on_one_cpu_at_a_time(simulation: Simulation) -> None:
    """Run to the end; no task but the idle ones is on two CPUs at once, and all end up where they were moved."""
    running: dict[int, int] = {}
    idle = {cpu.rq.idle.uid for cpu in simulation.host.cpus}
    for chunk in simulation.chunks():
        for row in chunk.slices:
            cpu, task = int(row["where"]) >> 8, int(row["task"])
            running[cpu] = task
            others = [one for other, one in running.items() if other != cpu and one not in idle]
            assert task not in others, f"task {task} runs on two CPUs at {row['time']}"
        assert simulation.invariants() == []
    for thread in simulation.host.apps["feed"].tasks:
        assert thread.cpu == 2
        assert thread.messages


@pytest.mark.parametrize("wait", ["blocking", "poll"])
@pytest.mark.parametrize("at_ns", range(40_000, 46_000, 250))
def test_a_moved_task_is_never_on_two_cpus(wait: str, at_ns: int) -> None:
    runs_on_one_cpu_at_a_time(moved(wait, at_ns))
