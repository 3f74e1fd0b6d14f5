"""Two tables of results side by side."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from engine.results import described, resolver, results
from engine.results.compare import NAMES_A_RUN, Row, compared
from engine.scenario.evaluate import evaluate
from engine.scenario.expression import parse
from engine.timeline.timeline import Timeline
from tests.viewer import host


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    made = Timeline(host.prologue())
    for chunk in host.chunks():
        made.append(chunk)
    return made


@pytest.fixture
def table(timeline: Timeline) -> dict[str, Any]:
    return copy.deepcopy(results(timeline))


def test_a_run_is_equal_to_itself(table: dict[str, Any]) -> None:
    assert compared(table, json.loads(json.dumps(table))) == []
    every = compared(table, table, equal=True)
    assert len(every) > 100
    assert {row.delta for row in every} == {0, None}


def test_paths_values_and_order_are_those_of_names(timeline: Timeline, table: dict[str, Any]) -> None:
    names = {row.path: row.value for row in described(timeline)}
    rows = compared(table, table, equal=True)
    order = [path for path in names if path in {row.path for row in rows}]
    assert [row.path for row in rows] == order
    assert {path for path in names if path not in order and "lost[" not in path} == set(NAMES_A_RUN)
    for row in rows[::7]:
        assert evaluate(parse(row.path), resolver(table)) == row.b == names[row.path]


def test_what_changed_has_a_row(table: dict[str, Any]) -> None:
    table["flows"]["md"]["latency_ns"]["p99"] = 25_000
    other = copy.deepcopy(table)
    other["softnet_stat"][0]["time_squeeze"] += 3
    other["flows"]["md"]["latency_ns"]["p99"] = 20_000
    other["complete"] = not table["complete"]
    squeezed = table["softnet_stat"][0]["time_squeeze"]
    assert compared(table, other) == [
        Row("complete", table["complete"], other["complete"], None),
        Row("flows.md.latency_ns.p99", 25_000, 20_000, -5_000),
        Row("softnet_stat[cpu=0].time_squeeze", squeezed, squeezed + 3, 3),
    ]


def test_what_one_run_alone_has_stands_where_it_would_be(table: dict[str, Any]) -> None:
    other = copy.deepcopy(table)
    del other["packets"]["lost"]["skb:SOCKET_RCVBUFF"]
    other["packets"]["lost"]["nic:rx_missed_errors"] = 5
    other["flows"] = {"new": {"lost": 1}, **other["flows"]}
    other["sockets"].append({"app": "late", "drops": 2})
    rows = {row.path: row for row in compared(table, other)}
    assert rows["packets.lost['skb:SOCKET_RCVBUFF']"][1:] == (4, 0, -4)
    assert rows["packets.lost['nic:rx_missed_errors']"][1:] == (0, 5, 5)
    assert rows["flows.new.lost"][1:] == (None, 1, None)
    assert rows["sockets[1].drops"][1:] == (None, 2, None)
    tops = list(dict.fromkeys(path.partition(".")[0].partition("[")[0] for path in rows))
    assert tops == [name for name in table if name in tops]
    assert [row.path for row in compared(table, other, equal=True)].index("flows.new.lost") < [
        row.path for row in compared(table, other, equal=True)
    ].index("flows.md.offered")


def test_an_unknown_latency_is_no_number(table: dict[str, Any]) -> None:
    table["flows"]["md"]["latency_ns"]["max"] = 7
    other = copy.deepcopy(table)
    other["flows"]["md"]["latency_ns"]["max"] = None
    (row,) = compared(table, other)
    assert row == ("flows.md.latency_ns.max", 7, None, None)
