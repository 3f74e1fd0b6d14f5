"""Rows that come and go in the middle of a run, and numbers that nobody knows: a run written by hand."""

from __future__ import annotations

import pytest

from engine.console.read.source import UnknownValueError
from engine.linux import fn
from engine.linux.include.sock import Sock
from engine.results import resolver, results
from engine.results.series import series
from engine.results.when import condition
from engine.scenario.errors import Refused
from engine.scenario.evaluate import evaluate
from engine.scenario.expression import parse
from engine.timeline.schema import UNKNOWN, Where
from engine.timeline.timeline import Timeline
from tests.viewer.host import BURST, GAP_NS, SmallHost, prologue

TEXTS = (
    "len(sockets)",
    "sockets[0].local == '*:9000'",
    "sockets[0].drops",
    "sockets[1].drops",
    "sum(sockets[*].drops)",
    "sockets[app='feed', local='*:9001'].rcvbuf",
    "sockets[drops=0].rcvbuf",
    "len(sockets) > 1 and sockets[1].drops > 0",
    "max(sockets[*].rcvbuf) > 20000",
)


def pause(host: SmallHost) -> None:
    """A step that changes nothing itself."""
    host.step(10, fn.schedule, 0, Where.IDLE)


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    """A second socket opens after a burst, the first closes after the next, and the second drops and is bound anew."""
    host = SmallHost()

    def burst(number: int) -> None:
        host.now += GAP_NS
        host.burst(number * BURST)

    burst(0)
    second = Sock(
        host.recorder,
        parent=host.app.uid,
        name="second",
        protocol=17,
        sport=9001,
        sk_rcvbuf=30_000,
        app=host.app.uid,
    )
    burst(1)
    second.sk_drops += 1
    host.sock.sk_drops = 0
    burst(2)
    host.sock.release()
    pause(host)
    second.sport = 9005
    second.sk_drops += 4
    pause(host)
    second.sk_drops = UNKNOWN  # as a trace might have it
    pause(host)
    second.sk_drops = 9
    made = Timeline(prologue())
    made.append(host.recorder.drain(host.now))  # type: ignore[arg-type] # plain number
    return made


@pytest.mark.parametrize("text", TEXTS)
def test_rows_that_come_and_go_are_followed(timeline: Timeline, text: str) -> None:
    found = series(timeline, text)
    tree = parse(text)
    seen = set()
    for step in range(timeline.steps):
        try:
            want = evaluate(tree, resolver(results(timeline, step)))
        except UnknownValueError:  # the results cannot be printed where a trace does not know a number
            continue
        except Refused:  # no such row
            want = None
        got = found.at(step)
        if "and" in text:  # a guard keeps the scalar evaluation from looking further
            got, want = bool(got), bool(want)
        assert got == want, step
        seen.add(want)
    assert len(seen) > 1


def test_what_is_born_is_no_move(timeline: Timeline) -> None:
    born = timeline.object(int(timeline.objects("sock")[1])).born
    moved = timeline.find_all(condition("sockets[local='*:9001'].drops", timeline)).tolist()
    assert born not in moved
    assert len(moved) == 1


def test_a_row_that_is_chosen_by_a_number_nobody_knows_is_not_known(timeline: Timeline) -> None:
    found = series(timeline, "sockets[drops=9].local")
    assert found.at(timeline.last) == "*:9005"
    assert found.at(timeline.last - 1) is None


def test_rows_that_change_all_the_time_are_refused(
    timeline: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.results.stretches.MOST_STRETCHES", 2)
    with pytest.raises(Refused, match="changes its rows more than 2 times"):
        series(timeline, "sockets[drops=0].rcvbuf")
    assert len(series(timeline, "snmp.Udp.InDatagrams").steps) > 2
