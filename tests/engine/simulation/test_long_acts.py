"""Acts that last longer than a step row can say."""

from engine.scenario.document import load
from engine.simulation import prepare
from engine.timeline import Timeline
from engine.timeline.chunk import SPAN_LIMIT

SCENE = """
until = "6s"
[host]
cpus = 1
hz = 100
[[nic]]
name = "eth0"
driver = "ixgbe"
queues = 1
address = "10.0.0.2/24"
[[app]]
name = "low"
wait = "none"
work = [{ busy = "10ms", sleep = "1ms" }]
[[app]]
name = "hog"
policy = "fifo:50"
wait = "none"
work = [{ busy = "5s", sleep = "10ms" }]
"""


def test_a_task_that_waited_five_seconds_has_the_longest_span_there_is() -> None:
    simulation = prepare(load(SCENE))
    timeline = Timeline(simulation.prologue)
    for chunk in simulation.chunks():
        timeline.append(chunk)
    spans = timeline.column("span")
    assert int(spans.max()) == SPAN_LIMIT
    assert simulation.invariants() == []
