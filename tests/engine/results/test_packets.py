"""The packet table against what the timeline says of each frame, and filters against plain Python."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.narration import packet_name
from engine.results import results
from engine.results.packets import PACKET_FIELDS, PLACES, packet_table, select
from engine.scenario.errors import Refused
from engine.timeline.chunk import FATES
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from tests.engine.results.runs import SCENES, recorded, run
from tests.viewer import host


@pytest.mark.parametrize("name", ["multicast", "commands", "igb"])
def test_a_row_is_what_the_timeline_knows_of_the_frame(name: str) -> None:
    timeline = run(name)
    table = packet_table(timeline)
    assert table["number"].tolist() == timeline.objects("frame").tolist()
    latencies: dict[int, int] = {}
    for row in timeline.samples.tolist():
        latencies.setdefault(row[0], row[5])
    for row, uid in enumerate(table["number"].tolist()):
        info = timeline.object(uid)
        there = Cursor(timeline, min(info.died - 1, timeline.last)).fields(uid)
        assert table["flow"][row] == there["flow"]
        assert table["nth"][row] == there["number"]
        assert table["length"][row] == there["len"]
        assert table["arrived"][row] == there["arrived"]
        assert table["queue"][row] in (-1, there["queue"])
        assert table["latency"][row] == latencies.get(uid, -1)
        ending = timeline.ending(uid)
        assert FATES[table["fate"][row]] == (ending.fate if ending else "in_flight")
        assert timeline.names[table["reason"][row]] == (ending.reason if ending else "")


@pytest.mark.parametrize("name", ["multicast", "igb"])
def test_a_frame_is_where_its_latest_step_stands(name: str) -> None:
    timeline = run(name)
    table = packet_table(timeline)
    chance = random.Random(7)
    seen = set()
    for step in chance.sample(range(timeline.steps), 40):
        found = table.places(step)
        time = timeline.time(step)
        for row in chance.sample(range(len(table)), 25):
            uid = int(table["number"][row])
            ending = timeline.ending(uid)
            lasting = ending is None or ending.fate in ("in_flight", "queued")
            place, cpu = "", None
            if table["arrived"][row] <= time:
                place = "wire"
                for each in timeline.path(uid):
                    view = timeline.step(int(each))
                    if each <= step and view.function.station:
                        place, cpu = view.function.station, view.cpu
                place = "fifo" if place == "wire" and cpu is None and _begun(timeline, uid, step) else place
                if not lasting and ending is not None and ending.step <= step:
                    place, cpu = "ended", None
            assert PLACES[found.place[row]] == place, (step, uid)
            assert found.cpu[row] == (-1 if cpu is None else cpu), (step, uid)
            seen.add(place)
    assert {"", "ended", "ring", "socket"} <= seen


def _begun(timeline: Timeline, uid: int, step: int) -> bool:
    """Whether the adapter has taken the frame from the wire."""
    return any(int(each) <= step for each in timeline.path(uid))


def test_nothing_is_anywhere_before_the_first_step() -> None:
    table = packet_table(run("multicast"))
    assert not table.places(-1).place.any()
    assert (table.places(-1).cpu == -1).all()


@pytest.mark.parametrize("name", SCENES)
def test_filters_count_what_the_results_count(name: str) -> None:
    timeline = run(name)
    table = packet_table(timeline)
    counts = results(timeline)
    for flow, row in counts["flows"].items():
        lost = select(table, f"flow == '{flow}' and fate == 'lost'")
        assert len(lost) == row["lost"]
        both = select(table, f"flow == '{flow}' and (fate == 'delivered' or fate == 'queued')")
        assert len(both) == row["delivered"]
    assert len(select(table, "fate == 'in_flight'")) == counts["packets"]["in_flight"]
    assert len(select(table, "fate == fate")) == counts["packets"]["offered"]
    for place, number in counts["packets"]["lost"].items():
        assert len(select(table, f"reason == '{place}'")) == number > 0


def test_filters_fit_what_they_say() -> None:
    timeline = run("multicast")
    table = packet_table(timeline)
    letters = {"md": "A", "b-side": "B"}
    flows = [timeline.label(uid) for uid in table["flow"].tolist()]
    step = timeline.steps // 2
    places = [PLACES[code] for code in table.places(step).place.tolist()]
    arrived = table["arrived"] <= timeline.until
    rows = list(zip(table["number"].tolist(), flows, table["length"].tolist(), places, strict=True))

    def numbers(kept: list[bool]) -> list[int]:
        return [row[0] for row, keep in zip(rows, kept, strict=True) if keep]

    assert select(table, "letter == 'B'").tolist() == numbers([letters[row[1]] == "B" for row in rows])
    assert select(table, "flow == 'md' and length > 200").tolist() == []
    assert select(table, "length > 200 or nth < 3").tolist() == numbers(
        [row[2] > 200 or nth + 1 < 3 for row, nth in zip(rows, table["nth"].tolist(), strict=True)]
    )
    assert select(table, "place == 'ring'", step).tolist() == numbers([row[3] == "ring" for row in rows])
    late = table["latency"] > 40_000
    assert select(table, "latency_ns > 40us").tolist() == numbers(late.tolist())
    early = (table["latency"] >= 0) & ~late
    assert select(table, "not latency_ns > 40us").tolist() == numbers(early.tolist())
    queued = (table["queue"] == 1) & arrived
    assert select(table, "queue == 1").tolist() == numbers(queued.tolist())
    one = select(table, f"number == {rows[5][0]}")
    assert one.tolist() == [rows[5][0]]
    assert select(table, "true").tolist() == table["number"].tolist()


def test_where_only_counters_are_recorded_places_are_not_known() -> None:
    timeline = run("counters")
    assert timeline.detail_until is not None
    table = packet_table(timeline)
    late = set(timeline.endings["frame"].tolist()) - set(timeline.objects("frame").tolist())
    assert late <= set(table["number"].tolist())
    step = int(timeline.detail_until) + 40
    codes = table.places(step).place
    time = timeline.time(step)
    under_way = (table["arrived"] <= time) & (table["end_time"] > time)
    assert (codes[under_way] == -1).all()
    assert under_way.any()
    fits = np.isin(table["number"], select(table, "place == 'ring' or place != 'ring'", step))
    assert (fits == ~under_way).all()


@pytest.mark.parametrize("name", ["commands", "counters"])
def test_a_table_grows_with_the_run(name: str) -> None:
    prologue, chunks = recorded(name)
    growing = Timeline(prologue)
    table = packet_table(growing)
    assert len(table) == 0
    for chunk in chunks:
        growing.append(chunk)
        table.grow()
        whole = packet_table(growing)
        for column in (
            "number",
            "flow",
            "nth",
            "length",
            "arrived",
            "born",
            "queue",
            "latency",
            "fate",
            "reason",
        ):
            assert (table[column] == whole[column]).all(), column
        assert (table["end_step"] == whole["end_step"]).all()
        assert (table.places(growing.last).place == whole.places(growing.last).place).all()


def test_a_run_written_by_hand() -> None:
    timeline = host.timeline()
    table = packet_table(timeline)
    assert len(select(table, "reason == 'skb:SOCKET_RCVBUFF' and fate == 'lost'")) == 4
    assert (table["arrived"] > 0).all()
    assert len(select(packet_table(Timeline(host.prologue())), "length > 3")) == 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("flw == 'md'", 'no flw.*known: number.*mean "flow"'),
        ("place == ring", "column 10.*no ring.*mean 'ring'"),
        ("length", "must be true or false; it is a number"),
        ("length == 'long'", "is a text, but length is a number"),
        ("flow.name == 'md'", "nothing below"),
        ("run('control').length > 3", "another run"),
        ("fate = 'lost'", "=="),
        ("flow == 'mdd'", "'mdd' .column 9. is no flow .*mean 'md'"),
        ("length > 3 and not (fate != 'last')", "is no fate .*mean 'lost'"),
        ("'sockets' == place", "is no place .*mean 'socket'"),
        ("reason == 'SOCKET_RCVBUF'", "is no place of a loss .*mean 'skb:SOCKET_RCVBUFF'"),
        ("letter == 'Q'", "is no letter; known: A, B"),
    ],
)
def test_refuses_what_means_nothing_of_a_packet(text: str, problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        select(packet_table(run("multicast")), text)


def test_the_number_that_is_shown_is_the_one_to_type() -> None:
    timeline = run("multicast")
    table = packet_table(timeline)
    for uid in table["number"][[0, 3, -1]].tolist():
        letter, number = packet_name(timeline, uid).split()
        assert select(table, f"letter == '{letter}' and nth == {number}").tolist() == [uid]
        assert select(table, f"number == {uid}").tolist() == [uid]


def test_what_may_still_come_is_not_refused() -> None:
    table = packet_table(Timeline(host.prologue()))
    assert len(select(table, "flow == 'md' and reason == 'skb:SOCKET_RCVBUFF' and place == ''")) == 0


def test_every_field_can_be_asked_for() -> None:
    table = packet_table(run("multicast"))
    for name, meaning in PACKET_FIELDS.items():
        assert meaning
        assert len(select(table, f"{name} == {name}", 3_000)) > 0
