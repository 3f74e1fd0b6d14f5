"""Captions are true: the numbers in them stand in the run, at the chapter's moment."""

from __future__ import annotations

import pytest

from engine.moments import step_of
from engine.results import results
from engine.results.expect import resolver
from engine.scenario.evaluate import evaluate
from engine.scenario.expression import parse
from engine.timeline.cursor import Cursor
from tests.scenes.runs import run_of

FIELDS = [
    # scene, chapter, class, object, field, value
    ("default", 5, "rx_ring", "rx-0", "filled", 62),
    ("default", 7, "sock", "10.0.0.2:9000", "queued", 73),
    ("default", 7, "sock", "10.0.0.2:9000", "sk_drops", 91),
    ("m3-who-wakes", 1, "sock", "0.0.0.0:9000", "queued", 1),
    ("n2-ksoftirqd-behind-the-app", 4, "rx_ring", "rx-0", "filled", 506),
    ("n4-burst-one-interrupt", 1, "rx_ring", "rx-0", "filled", 7),
    ("n7-ring-full-no-squeeze", 3, "rx_ring", "rx-0", "filled", 238),
]

RESULTS = [
    # scene, chapter, expression, value
    ("default", 2, "softnet_stat[cpu=2].input_qlen", 1),
    ("default", 6, "sockets[0].rmem_alloc / 2304", 93),
    ("default", 8, "packets.lost['skb:SOCKET_RCVBUFF']", 91),
    ("g1-one-hot-cpu", 4, "run('rps').softnet_stat[cpu=0].processed", 1537),
    ("l1-multicast-and-polls", 3, "sum(threads[*].wakeups)", 3),
    ("l1-multicast-and-polls", 4, "300 - napi['eth0-TxRx-0'].work", 44),
    ("l1-multicast-and-polls", 5, "snmp.Udp.InDatagrams", 900),
    ("l1-multicast-and-polls", 5, "napi['eth0-TxRx-0'].polls", 6),
    ("l1-multicast-and-polls", 5, "sum(run('five-queues').napi[*].polls)", 11),
    ("l2-two-kinds-of-back-pressure", 3, "sockets[0].rmem_alloc / 2304", 93),
    ("l2-two-kinds-of-back-pressure", 4, "packets.lost['skb:SOCKET_RCVBUFF']", 272),
    ("l2-two-kinds-of-back-pressure", 4, "run('softirq').packets.lost['nic:rx_no_dma_resources']", 1324),
    ("l3-isolated-cpu", 4, "flows.md.latency_ns.p99 // 1000 + 1", 18),
    ("l3-isolated-cpu", 4, "run('same-core').flows.md.latency_ns.p99 // 1000 + 1", 147),
    ("l3-isolated-cpu", 4, "run('same-core').packets.lost['skb:SOCKET_RCVBUFF']", 424),
    ("m1-nine-stages", 7, "snmp.Ip.InReceives", 1),
    ("m1-nine-stages", 8, "sockets[0].rmem_alloc", 2304),
    ("m1-nine-stages", 11, "flows['to-select'].latency_ns.p50 // 1000", 34),
    ("m3-who-wakes", 2, "sum(threads[*].wakeups)", 4),
    ("m3-who-wakes", 5, "flows.single.read", 38),
    ("m3-who-wakes", 5, "2 * flows.single.read", 76),
    ("n2-ksoftirqd-behind-the-app", 2, "64 * (napi['eth0-TxRx-0'].full_polls / 5)", 64),
    ("n2-ksoftirqd-behind-the-app", 3, "napi['eth0-TxRx-0'].full_polls", 10),
    ("n2-ksoftirqd-behind-the-app", 4, "run('hz-1000').packets.lost['nic:rx_no_dma_resources']", 349),
    ("n4-burst-one-interrupt", 5, "interrupts['eth0-TxRx-0'][0]", 6),
    ("n4-burst-one-interrupt", 5, "run('before-napi').interrupts.eth0[0]", 900),
    ("n5-bursts-and-the-tail", 2, "softnet_stat[cpu=0].time_squeeze", 1),
    ("n7-ring-full-no-squeeze", 4, "packets.lost['nic:rx_no_dma_resources']", 401),
    ("n7-ring-full-no-squeeze", 4, "napi['eth0-TxRx-0'].full_polls", 12),
    ("n8-livelock", 3, "softnet_stat[cpu=0].backlog_len", 1001),
    ("n8-livelock", 4, "softirqs.NET_RX[0]", 0),
    ("n8-livelock", 4, "packets.offered", 2591),
    ("n8-livelock", 4, "run('napi').flows.flood.read", 2591),
    ("n9-rate-against-budget", 4, "napi['eth0-TxRx-0'].polls", 10),
    ("n9-rate-against-budget", 5, "napi['eth0-TxRx-0'].full_polls", 26),
    ("n9-rate-against-budget", 5, "packets.delivered", 1711),
    ("n9-rate-against-budget", 5, "packets.lost['nic:rx_no_dma_resources']", 1089),
]


def step_and_caption(name: str, chapter: int) -> tuple[int, str]:
    """Return the step of a chapter, counted from 1, and its caption."""
    ran = run_of(name)
    told = ran.scene.chapter[chapter - 1]
    return step_of(told.at, ran.timeline, ran.chapters), told.caption


@pytest.mark.parametrize(("name", "chapter", "kind", "label", "field", "value"), FIELDS)
def test_a_number_of_an_object(
    name: str, chapter: int, kind: str, label: str, field: str, value: int
) -> None:
    step, caption = step_and_caption(name, chapter)
    timeline = run_of(name).timeline
    assert str(value) in caption
    (uid,) = [one for one in timeline.objects(kind, step).tolist() if timeline.label(one) == label]
    assert Cursor(timeline, step).get(uid, field) == value


@pytest.mark.every_variant
@pytest.mark.parametrize(("name", "chapter", "expression", "value"), RESULTS)
def test_a_number_of_the_results(name: str, chapter: int, expression: str, value: int) -> None:
    step, caption = step_and_caption(name, chapter)
    ran = run_of(name)
    table = results(ran.timeline, None if step == ran.timeline.last else step)
    assert evaluate(parse(expression), resolver(table, ran.variant_results)) == value
    assert str(value) in caption
