"""What breakpoints wait for: statements that become true, counters that move, and everything else that has a name."""

from __future__ import annotations

import numpy as np
import pytest

from engine.moments import event_query
from engine.results import resolver, results
from engine.results.when import Condition, Moved, Touched, When, condition, when
from engine.scenario.errors import Refused
from engine.scenario.evaluate import holds
from engine.scenario.expression import parse
from engine.timeline.query import ByCpu, ByField, ByFunction, ByPacket, Query
from engine.timeline.timeline import Timeline
from tests.engine.results.runs import recorded, run
from tests.viewer import host


def steps_of(query: Query, timeline: Timeline) -> list[int]:
    found: list[int] = timeline.find_all(query).tolist()
    return found


def rising(text: str, timeline: Timeline) -> list[int]:
    """The steps at which a statement becomes true, found by asking at every one."""
    tree, before, found = parse(text), False, []
    for step in range(timeline.steps):
        try:
            now = holds(tree, resolver(results(timeline, step)))
        except Refused:
            now = False
        if now and not before:
            found.append(step)
        before = now
    return found


@pytest.mark.parametrize(
    "text",
    [
        "sockets[0].rmem_alloc > 8000",
        "snmp.Udp.RcvbufErrors >= 2",
        "packets.in_flight > 5 and napi['eth0-TxRx-0'].polls > 1",
        "softnet_stat[cpu=0].processed % 8 == 0",
        "not flows.md.lost > 0",
        "simulated_ns > 100us",
        "flows.md.latency_ns.p99 > 1us",
    ],
)
def test_becomes_true_where_it_was_not_before(text: str) -> None:
    timeline = host.timeline()
    assert steps_of(when(text, timeline), timeline) == rising(text, timeline)


def test_a_mask_of_a_part_is_a_part_of_the_mask() -> None:
    timeline = run("multicast")
    query = when("packets.in_flight > 20", timeline)
    whole = query.mask(timeline, 0, timeline.steps)
    assert whole.any()
    assert (query.mask(timeline, 700, 2_000) == whole[700:2_000]).all()
    first = timeline.find(query, -1)
    assert first == np.flatnonzero(whole)[0]
    assert timeline.find(query, timeline.steps, back=True) == np.flatnonzero(whole)[-1]


@pytest.mark.parametrize("name", ["multicast", "counters", "commands"])
@pytest.mark.parametrize("text", ["packets.in_flight > 20", "snmp.Udp.InDatagrams", "complete", "eth0 rx-0"])
def test_a_query_goes_on_in_a_run_that_grows(name: str, text: str) -> None:
    prologue, chunks = recorded(name)
    growing = Timeline(prologue)
    growing.append(chunks[0])
    query = condition(text, growing)
    for chunk in chunks[1:]:
        growing.append(chunk)
        assert steps_of(query, growing) == steps_of(condition(text, growing), growing)
    assert steps_of(query, growing)


def test_a_query_serves_another_run_and_comes_back() -> None:
    one, other = run("multicast"), run("igb")
    query = when("packets.in_flight > 20", one)
    ours = steps_of(query, one)
    assert steps_of(query, other) == steps_of(when("packets.in_flight > 20", other), other) != ours
    assert steps_of(query, one) == ours
    only = when("napi['eth0-TxRx-0'].polls > 2", one)
    assert steps_of(only, one)
    small = host.timeline()
    assert steps_of(when("napi['eth0-TxRx-0'].polls > 2", small), small)
    alone = when("flows['b-side'].lost >= 0", one)
    assert steps_of(alone, small) == []  # no such flow there


def test_a_path_waits_until_it_moves() -> None:
    timeline = run("multicast")
    found = condition("snmp.Udp.RcvbufErrors", timeline)
    assert found.query == Moved("snmp.Udp.RcvbufErrors")
    assert found.sentence == "snmp.Udp.RcvbufErrors changes"
    uid = int(timeline.objects("mib")[0])
    assert steps_of(found, timeline) == steps_of(ByField(uid, "UdpRcvbufErrors"), timeline)
    assert steps_of(found, timeline)


def test_a_latency_moves_only_once_it_is_known() -> None:
    timeline = run("multicast")
    first, second = (int(step) for step in timeline.samples["step"][:2])
    moved = steps_of(condition("flows.md.latency_ns.max", timeline), timeline)
    assert first not in moved
    assert min(moved) >= second


def test_an_object_is_touched_where_any_field_changes() -> None:
    timeline = run("multicast")
    found = condition("eth0 rx-0", timeline)
    assert found.query == Touched("eth0 rx-0")
    uids = [uid for name in ("rx_ring", "netdev_rx_queue") for uid in timeline.objects(name).tolist()]
    mine = [uid for uid in uids if timeline.object(uid).name == "rx-0"]
    want: set[int] = set()
    for uid in mine:
        for field in timeline.object(uid).cls.fields[1:]:
            want |= set(steps_of(ByField(uid, field.name), timeline))
    assert want
    assert steps_of(found, timeline) == sorted(want)
    assert set(steps_of(condition("rx-0", timeline), timeline)) == want
    assert steps_of(condition("slow :9002", timeline), timeline) == steps_of(
        condition("10.0.0.2:9002", timeline), timeline
    )


def test_an_object_may_be_born_again() -> None:
    timeline = run("commands")
    born = [timeline.object(uid).born for uid in timeline.objects("rx_ring").tolist()]
    assert max(born) > 0
    assert max(steps_of(condition("eth0 rx-0", timeline), timeline)) >= max(born)


def test_everything_that_has_a_name() -> None:
    timeline = run("multicast")
    packet = int(timeline.objects("frame")[3])
    expected: dict[str, Query] = {
        "drop": event_query("drop", timeline),
        "napi_poll": ByFunction(("napi_poll",)),
        "sk_drops": event_query("sk_drops", timeline),
        "udp_*": ByFunction(("udp_*",)),
        f"packet {packet}": ByPacket(packet),
        f"Packet #{packet}": ByPacket(packet),
        "cpu 1": ByCpu(1),
        "CPU 1": ByCpu(1),
        "feed/0": Touched("feed/0"),
        "complete": When("complete"),
        "steps": Moved("steps"),
        "packets.offered > 3": When("packets.offered > 3"),
    }
    for text, query in expected.items():
        found = condition(f" {text} ", timeline)
        assert found.query == query, text
        assert found.text == text
        assert found.sentence
        assert steps_of(found, timeline) == steps_of(query, timeline) != []


def test_conditions_of_one_text_are_equal() -> None:
    timeline = run("multicast")
    one, other = condition("packets.offered > 3", timeline), condition("packets.offered > 3", run("igb"))
    assert one == other
    assert hash(one) == hash(other)
    assert one != condition("packets.offered > 4", timeline)
    assert len({one, other, condition("drop", timeline)}) == 2
    assert isinstance(one, Condition)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "nothing to wait for"),
        ("nap_poll", 'called "nap_poll".*mean "napi_poll"'),
        ("nosuch_*", "no function is called"),
        ("packet 99999999", "no packet 99999999"),
        ("packet 1", "is no packet but"),
        ("cpu 7", "no CPU 7; there are 0, 1"),
        ("eth0 rx-9", 'nothing is called "eth0 rx-9".*mean "eth0 rx-'),
        ("snmp.Udp.RcvBufErrors > 0", 'column 1.*mean "RcvbufErrors"'),
        ("snmp.Udp.RcvbufErrors = 0", "=="),
        ("steps + 1", "must be true or false; it is a number"),
        ("run('control').steps > 3", "no other variant"),
        ("snmp.Udp", "it is a table"),
        ("packets.offered > 3 and", "ends too early"),
    ],
)
def test_refuses_what_means_nothing_here(text: str, problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        condition(text, run("multicast"))


@pytest.mark.parametrize("text", ["steps", "sum(softnet_stat[*].processed)", "kernel"])
def test_only_statements_become_true(text: str) -> None:
    with pytest.raises(Refused, match="must be true or false"):
        when(text, run("multicast"))
