"""How much of a run is kept."""

from engine.scenario.document import load
from engine.simulation import prepare
from engine.timeline import Timeline, packets

SCENE = """
record = {{ steps = {steps} }}
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "ixgbe"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "md"
nic = "eth0"
source = "10.0.0.1:40000"
destination = "10.0.0.2:9000"
frame = 60
rate = "200kpps"
count = 300
[[app]]
name = "feed"
wait = "epoll"
listen = [{{ udp = "10.0.0.2:9000" }}]
"""


def timeline_of(steps: int) -> Timeline:
    simulation = prepare(load(SCENE.format(steps=steps)))
    timeline = Timeline(simulation.prologue)
    for chunk in simulation.chunks():
        timeline.append(chunk)
    assert simulation.invariants() == []
    return timeline


def test_steps_are_kept_up_to_the_limit_and_counters_beyond() -> None:
    whole = timeline_of(4_000_000)
    cut = timeline_of(5_000)
    assert whole.detail_until is None
    assert cut.detail_until is not None
    assert 5_000 <= cut.detail_until < 5_010
    assert (whole.column("fn")[:5_000] == cut.column("fn")[:5_000]).all()
    assert packets(cut).delivered == packets(whole).delivered == 300
    assert packets(cut).offered == 300
