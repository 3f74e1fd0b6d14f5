"""Results of a small recorded run: exact keys, sums, moments, and names that an expression can really use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from engine.results import described, judged, resolver, results
from engine.results.places import LOST_PLACES
from engine.scenario.errors import Refused
from engine.scenario.evaluate import evaluate
from engine.scenario.expression import parse
from engine.scenario.moment import AtEnd, AtEvent, AtTime, Moment
from engine.timeline.timeline import Timeline
from tests.viewer import host

KEYS = [
    *("format", "skbscope", "source", "variant", "kernel", "simulated_ns", "steps", "complete", "digest"),
    *("packets", "flows", "softnet_stat", "interrupts", "softirqs", "napi", "ethtool", "link", "qdisc"),
    *("snmp", "netstat", "sockets", "threads", "expect", "invariants"),
]


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    made = Timeline(host.prologue())
    for chunk in host.chunks():
        made.append(chunk)
    return made


@dataclass
class Claim:
    that: str
    at: Moment = AtEnd()  # noqa: RUF009 - frozen
    flips: bool = False


def test_has_the_keys_of_the_contract_and_is_json(timeline: Timeline) -> None:
    table = results(timeline)
    assert set(KEYS) <= set(table)
    assert json.loads(json.dumps(table)) == table


def test_offered_is_the_sum_of_the_endings(timeline: Timeline) -> None:
    for step in range(-1, timeline.steps, 7):
        packets = results(timeline, step)["packets"]
        endings = [packets[key] for key in ("delivered", "absorbed", "forwarded", "refused", "in_flight")]
        assert packets["offered"] == sum(endings) + sum(packets["lost"].values())


def test_counts_every_loss_of_a_burst(timeline: Timeline) -> None:
    table = results(timeline)
    assert table["packets"]["lost"] == {"skb:SOCKET_RCVBUFF": 4}  # every seventh of 32
    assert table["flows"]["md"]["lost"] == 4
    assert table["snmp"]["Udp"]["RcvbufErrors"] == 4
    assert table["sockets"] == [
        {
            "app": "feed",
            "local": "*:9000",
            "rmem_alloc": 0,
            "rcvbuf": 9216,
            "drops": 4,
            "queued": 0,
            "delivered": 0,
        }
    ]


def test_a_moment_shows_the_counters_of_that_moment(timeline: Timeline) -> None:
    seen = [results(timeline, step)["snmp"]["Udp"]["RcvbufErrors"] for step in range(timeline.steps)]
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 4)


def test_a_flow_without_a_sample_has_no_latency(timeline: Timeline) -> None:
    latency = results(timeline)["flows"]["md"]["latency_ns"]
    assert latency == dict.fromkeys(("p50", "p99", "p999", "max"))


def test_before_the_first_step_there_is_nothing_but_the_table(timeline: Timeline) -> None:
    table = results(timeline, -1)
    assert table["steps"] == 0
    assert table["packets"]["offered"] == 0
    assert not table["complete"]


def test_every_described_path_can_be_evaluated_to_what_it_shows(timeline: Timeline) -> None:
    source = resolver(results(timeline))
    rows = described(timeline)
    assert len(rows) > 300
    for row in rows:
        assert row.meaning
        assert evaluate(parse(row.path), source) == row.value, row.path


def test_meanings_come_from_the_classes(timeline: Timeline) -> None:
    meanings = {row.path: row.meaning for row in described(timeline)}
    assert (
        meanings["softnet_stat[cpu=1].time_squeeze"]
        == "net_rx_action calls stopped by budget or time (calls)"
    )
    assert meanings["snmp.Udp.RcvbufErrors"] == "receive buffer full (datagrams)"
    assert meanings["napi['eth0-TxRx-0'].work"] == "sum of work (packets)"


def test_a_place_without_a_loss_is_zero_and_an_unknown_place_an_error(timeline: Timeline) -> None:
    source = resolver(results(timeline))
    for place in LOST_PLACES:
        expected = 4 if place == "skb:SOCKET_RCVBUFF" else 0
        assert evaluate(parse(f"packets.lost['{place}']"), source) == expected
    with pytest.raises(Refused, match="SOCKET_RCVBUF"):
        evaluate(parse("packets.lost['skb:SOCKET_RCVBUF']"), source)


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        (Claim("packets.lost['skb:SOCKET_RCVBUFF'] == 4"), True),
        (Claim("packets.lost['skb:SOCKET_RCVBUFF'] == 1", AtEvent("drop")), True),
        (Claim("packets.lost['skb:SOCKET_RCVBUFF'] == 3", AtEvent("drop", 3)), True),
        (Claim("packets.offered == 0", AtTime(0)), True),
        (Claim("packets.offered == 0"), False),
    ],
)
def test_judges_at_the_moment(timeline: Timeline, claim: Claim, holds: bool) -> None:
    (row,) = judged(timeline, [claim])
    assert row["holds"] is holds
    assert row["value"] is holds
    assert "error" not in row
    assert row["parts"]


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (Claim("packets.offred == 0"), 'did you mean "offered"'),
        (Claim("flows.md.latency_ns.p99 < 80us"), "unknown in this source"),
        (Claim("packets.offered == 0", AtEvent("wakeup_softirqd")), "does not happen in this run"),
        (Claim("packets.offered"), "must be true or false"),
    ],
)
def test_what_cannot_be_judged_does_not_hold_and_says_why(
    timeline: Timeline, claim: Claim, words: str
) -> None:
    (row,) = judged(timeline, [claim])
    assert row["holds"] is False
    assert words in row["error"]


def test_asks_for_another_variant_once(timeline: Timeline) -> None:
    asked: list[str] = []

    def variant(name: str) -> dict[str, Any]:
        asked.append(name)
        return {"packets": {"offered": 1}}

    (row,) = judged(timeline, [Claim("packets.offered > run('control').packets.offered")], variant)
    assert row["holds"]
    assert set(asked) == {"control"}


def test_broken_rules_of_the_host_stand_beside_those_of_the_ledger(timeline: Timeline) -> None:
    assert results(timeline, invariants=["napi: owned twice"])["invariants"][-1] == "napi: owned twice"
