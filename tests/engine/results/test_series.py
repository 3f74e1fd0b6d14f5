"""Series say at every step what the results say there."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from engine.results import described, resolver, results
from engine.results.leaves import running_rank
from engine.results.series import extended, paths, series
from engine.scenario.errors import Refused
from engine.scenario.evaluate import evaluate
from engine.scenario.expression import parse
from engine.timeline.ledger import latency
from engine.timeline.timeline import Timeline
from tests.engine.results.runs import SCENES, recorded, run
from tests.viewer import host

tree = lru_cache(maxsize=None)(parse)

STATEMENTS = (
    "softnet_stat[cpu=0].processed > 20 and not flows.md.lost > 0",
    "sum(softnet_stat[*].processed) - snmp.Udp.InDatagrams",
    "sum(interrupts[*][0]) + sum(interrupts[*][1])",
    "max(sockets[*].drops) * 3 // 2",
    "max(sockets[*].rmem_alloc) > 4KiB or packets.in_flight % 7 == 3",
    "100us < simulated_ns <= 0.3ms",
    "len(sockets)",
    "sum(packets.lost)",
    "len(packets.lost)",
    "abs(snmp.Udp.InDatagrams - 40)",
    "flows['b-side'].latency_ns.p50 > flows.md.latency_ns.p50",
    "packets.lost['skb:SOCKET_RCVBUFF'] / packets.offered > 0.1",
    "kernel == '6.18' and steps > 100",
    "sockets[app='feed', drops=0].rmem_alloc",
    "-packets.delivered",
)


def there(timeline: Timeline, step: int, text: str, table: dict[str, Any]) -> Any:
    """What the scalar evaluation says; None where it refuses."""
    try:
        return evaluate(tree(text), resolver(table))
    except Refused:
        return None


@pytest.mark.parametrize("name", SCENES)
def test_every_path_is_what_the_results_say_at_any_step(name: str) -> None:
    timeline = run(name)
    texts = [row.path for row in described(timeline)]
    made = {text: series(timeline, text) for text in texts}
    chance = random.Random(name)
    for step in [0, 1, timeline.last, *chance.sample(range(timeline.steps), 12)]:
        table = results(timeline, step)
        wrong = {
            text: (made[text].at(step), want)
            for text in texts
            if made[text].at(step) != (want := there(timeline, step, text, table))
        }
        assert not wrong, (step, wrong)


@pytest.mark.parametrize("name", SCENES)
def test_every_statement_is_what_the_evaluation_says_at_any_step(name: str) -> None:
    timeline = run(name)
    chance = random.Random(name)
    steps = [0, timeline.last, *chance.sample(range(timeline.steps), 25)]
    tables = {step: results(timeline, step) for step in steps}
    for text in STATEMENTS:
        found = series(timeline, text)
        for step, table in tables.items():
            want = there(timeline, step, text, table)
            if want is not None:
                assert found.at(step) == pytest.approx(want), (text, step)


def test_every_step_of_a_short_run() -> None:
    timeline = host.timeline()
    texts = [row.path for row in described(timeline)]
    made = {text: series(timeline, text) for text in texts}
    for step in range(timeline.steps):
        table = results(timeline, step)
        for text in texts:
            assert made[text].at(step) == there(timeline, step, text, table), (text, step)


def test_the_steps_are_where_it_may_change() -> None:
    timeline = run("multicast")
    drops = series(timeline, "snmp.Udp.RcvbufErrors")
    assert drops.steps[0] == 0
    assert (np.diff(drops.steps) > 0).all()
    assert drops.known.all()
    assert drops.values[-1] == results(timeline)["snmp"]["Udp"]["RcvbufErrors"] > 0
    there_too = timeline.moves("mib", "UdpRcvbufErrors", 0, timeline.steps)
    assert set(there_too.tolist()) <= set(drops.steps.tolist())
    assert len(drops.steps) < timeline.steps / 10


def test_what_is_not_born_yet_or_dead_is_not_known() -> None:
    timeline = run("commands")
    gone = timeline.object(int(timeline.objects("rx_ring")[1])).died
    assert 0 < gone < timeline.last
    for text in ("ethtool.eth0.rx_queue_1_packets", "napi['eth0-TxRx-1'].polls"):
        found = series(timeline, text)
        assert found.at(gone - 1) is not None
        assert found.at(gone) is None
    polls = series(timeline, "napi['eth0-TxRx-0'].polls")  # of the new one, then
    assert polls.at(gone - 1) > polls.at(gone) == 0
    assert [series(timeline, "len(napi)").at(step) for step in (gone - 1, gone)] == [4, 3]


def test_unknown_latency_is_neither_more_nor_less() -> None:
    timeline = run("multicast")
    first = int(timeline.samples["step"][0])
    for text in ("flows.md.latency_ns.p99 > 1", "not flows.md.latency_ns.p99 > 1"):
        assert series(timeline, text).at(first - 1) is None
        assert series(timeline, text).at(timeline.last) is not None


@pytest.mark.parametrize("name", ["multicast", "counters", "commands"])
def test_a_series_grows_with_the_run(name: str) -> None:
    prologue, chunks = recorded(name)
    texts = ("packets.in_flight", "complete", "flows.md.latency_ns.p99", "sockets[0].drops", *STATEMENTS[:6])
    growing = Timeline(prologue)
    growing.append(chunks[0])
    made = {text: series(growing, text) for text in texts}
    for chunk in chunks[1:]:
        growing.append(chunk)
        for text in texts:
            made[text] = extended(made[text], growing)
            fresh = series(growing, text)
            assert made[text].end == growing.steps
            assert (np.diff(made[text].steps) > 0).all()
            for step in np.linspace(0, growing.last, 50).astype(int).tolist():
                assert made[text].at(step) == fresh.at(step), (text, step)


@pytest.mark.parametrize("name", SCENES)
def test_the_paths_are_those_that_are_described(name: str) -> None:
    timeline = run(name)
    assert paths(timeline) == [row.path for row in described(timeline)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("snmp.Udp.RcvbufError > 0", r"column 1.*no RcvbufError in snmp.Udp.*mean \"RcvbufErrors\""),
        ("1 < softnet_stat[cpu=9].processed", "column 5.*no row with cpu=9"),
        ("kernel > 3", "kernel.*must be a number; it is a text"),
        ("steps == 'many'", "column 10.*is a text, but steps is a number"),
        ("steps / 0", "is zero"),
        ("snmp.Udp", "must be one value; it is a table"),
        ("run('control').steps", "no other variant"),
        ("not steps", "must be true or false"),
        ("steps = 3", "unexpected"),
    ],
)
def test_refuses_what_the_evaluation_refuses(text: str, problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        series(run("multicast"), text)


def test_an_empty_run_has_empty_series() -> None:
    empty = Timeline(host.prologue())
    assert len(series(empty, "steps > 3").steps) == 0
    assert series(empty, "steps").at(0) is None
    assert paths(empty) == []
    chunk = host.chunks()[0]
    begun = series(empty, "steps")
    empty.append(chunk)
    assert extended(begun, empty).at(empty.last) == empty.steps


def test_running_percentiles_are_those_of_the_ledger() -> None:
    samples = np.random.default_rng(4).integers(0, 500, 700)
    for name, parts in (("p50", 500), ("p99", 990), ("p999", 999)):
        running = running_rank(samples, parts)
        want = [getattr(latency(samples[: n + 1]), name) for n in range(len(samples))]
        assert running.tolist() == want
