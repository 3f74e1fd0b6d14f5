"""Squeezes: which limit, and which polls."""

from __future__ import annotations

from engine.timeline import squeeze
from engine.why import LinkKind, why_squeeze
from tests.engine.why.runs import adds_up, machine, scene


def test_the_budget_is_spent() -> None:
    timeline = machine('setup = "sysctl -w net.core.netdev_budget=64"\n')
    steps = timeline.find_all(squeeze())
    assert len(steps)
    for step in steps.tolist():
        why = why_squeeze(timeline, step)
        adds_up(why)
        limit, poll = why.causes
        assert limit.words == "netdev_budget of 64 spent in 1 poll, 0 left"
        assert (poll.words, poll.kind) == ("eth0-TxRx-0: 64 packets in 1 poll", LinkKind.DRAINED)
        assert sum(link.ns for link in why.links if link.uid == poll.uid) == poll.ns
        started = int(timeline.changes(limit.uid, "net_rx_started", 0, step + 1)[2][-1])
        assert why.total_ns == timeline.time(step) - started


def test_the_time_is_over() -> None:
    head = 'until = "9ms"\nsetup = "sysctl -w net.core.netdev_budget_usecs=2000"\n'
    timeline = machine(head, costs="costs = { ip_rcv_core = 70000 }", count=200)
    steps = timeline.find_all(squeeze()).tolist()
    assert steps
    why = why_squeeze(timeline, steps[0])
    adds_up(why)
    assert why.causes[0].words.startswith("netdev_budget_usecs over, ")
    assert why.causes[0].words.endswith(" of 300 left")


def test_no_squeeze() -> None:
    timeline = scene("default")
    assert why_squeeze(timeline, 100).links == ()
    assert why_squeeze(timeline, 100).sentence.startswith("It was not")
