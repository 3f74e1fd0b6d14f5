"""net/core/dev.c: a poll is full by the weight that it was given, not by one that came meanwhile."""

from __future__ import annotations

from engine.linux.include.netdevice import NAPIF_STATE_SCHED
from engine.scenario.document import load
from engine.simulation import prepare

SCENE = """
until = "300us"
setup = '''
echo 1 > /sys/class/net/eth0/queues/rx-0/rps_cpus
sysctl -w net.core.dev_weight=1
'''
[host]
cpus = 1
[[nic]]
name = "eth0"
driver = "ixgbe"
address = "10.0.0.2/24"
[[flow]]
name = "burst"
nic = "eth0"
source = "10.0.0.9:5000"
destination = "10.0.0.2:9000"
frame = 60
arrival = "burst"
burst = { frames = 30, every = "1ms" }
count = 30
"""


def test_a_backlog_that_takes_a_smaller_weight_while_it_is_polled_is_done() -> None:
    simulation = prepare(load(SCENE, name="weight.toml"))
    for _ in simulation.chunks():
        assert simulation.invariants() == []
    backlog = simulation.host.cpus[0].softnet_data.backlog
    assert backlog.weight == 1
    assert backlog.packets == 30
    assert not backlog.state & NAPIF_STATE_SCHED
    first = simulation.host.sysctl.dev_weight
    assert (first, backlog.polls) == (1, 1 + backlog.full_polls)
