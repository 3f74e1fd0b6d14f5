"""Conservation, counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.timeline import FATES, flows, latencies, packets, violations
from engine.timeline.ledger import latency
from engine.timeline.recorder import Recorder
from engine.timeline.schema import Ns
from tests.engine.timeline.host import Parcel, World


def end(recorder: Recorder, frame: int, flow: int, fate: str, reason: str = "", at: int = 0) -> None:
    """Write an ending now."""
    recorder.ending(frame, flow, 0, FATES.index(fate), reason, Ns(0), Ns(at))


def test_each_fate_is_counted_where_it_belongs() -> None:
    world = World()
    recorder, (flow, other) = world.recorder, (record.uid for record in world.objects)
    frames = [Parcel(recorder, flow=flow if number < 9 else other).uid for number in range(11)]
    fates = [
        "delivered",
        "delivered",
        "queued",
        "absorbed",
        "forwarded",
        "refused",
        "lost",
        "lost",
        "in_flight",
    ]
    for number, fate in enumerate(fates):
        recorder.step(number + 1, 0, 4, 3)
        end(recorder, frames[number], flow, fate, f"skb:R{number}" if fate == "lost" else "")
    end(recorder, frames[0], flow, "copies_lost", "skb:COPY")
    timeline = world.finish()
    total = packets(timeline)
    assert total.offered == 11
    assert (total.delivered, total.queued, total.absorbed) == (3, 1, 1)
    assert (total.forwarded, total.refused, total.in_flight) == (1, 1, 3)
    assert (total.lost, total.lost_total) == ({"skb:R6": 1, "skb:R7": 1}, 2)
    assert total.copies_lost == {"skb:COPY": 1}
    each = flows(timeline)
    assert (each["c0"].offered, each["c0"].in_flight, each["c1"].offered, each["c1"].in_flight) == (
        9,
        1,
        2,
        2,
    )
    for step in range(timeline.steps):
        now = packets(timeline, step)
        ways = now.delivered + now.absorbed + now.forwarded + now.refused + now.lost_total + now.in_flight
        assert ways == now.offered == 11
    assert packets(timeline, 0).in_flight == 11
    assert packets(timeline, 2).delivered == 2


def test_frames_count_from_their_birth() -> None:
    world = World()
    world.recorder.step(1, 0, 2, 0xFF00)
    Parcel(world.recorder, flow=1)
    timeline = world.finish()
    assert [packets(timeline, step).offered for step in (0, 1)] == [0, 1]
    assert [list(flows(timeline, step)) for step in (0, 1)] == [[], ["c0"]]


def test_where_only_counters_are_known() -> None:
    world = World()
    recorder = world.recorder
    recorder.mute_all()
    recorder.sample_counters(Ns(10), 9)
    recorder.ending(100, 1, 0, 1, "", Ns(5), Ns(20))
    recorder.ending(101, 1, 1, 6, "nic:x", Ns(12), Ns(14))
    recorder.sample_counters(Ns(15), 9)
    recorder.ending(102, 1, 2, 0, "", Ns(16), Ns(30))
    recorder.sample_counters(Ns(30), 9)
    timeline = world.finish()
    seen = [packets(timeline, step) for step in (1, 2, 3)]
    assert [(p.offered, p.delivered, p.lost_total, p.in_flight) for p in seen] == [
        (1, 0, 0, 1),
        (2, 0, 1, 1),
        (3, 1, 1, 1),
    ]
    assert packets(timeline) == seen[-1]


def test_violations_are_named() -> None:
    world = World()
    recorder = world.recorder
    kept, twice, gone = (Parcel(recorder) for _ in range(3))
    uids = twice.uid, gone.uid
    recorder.step(1, 0, 4, 3)
    for _ in range(2):
        end(recorder, twice.uid, 1, "delivered")
    end(recorder, kept.uid, 1, "copies_lost")
    twice.release()
    gone.release()
    assert violations(world.finish()) == [
        f"frame {uids[0]} ended more than once",
        f"frame {uids[1]} was gone without an end",
    ]


def test_latency_by_flow_and_step() -> None:
    world = World()
    for number in range(1, 101):
        world.recorder.step(number, 0, 4, 3)
        world.recorder.sample(0, 1 if number % 2 else 2, 0, 0, Ns(number * 10))
    timeline = world.finish()
    assert {name: (one.count, one.p50, one.max) for name, one in latencies(timeline).items()} == {
        "c0": (50, 490, 990),
        "c1": (50, 500, 1000),
    }
    assert latencies(timeline, 2)["c1"].max == 20
    assert latencies(timeline, 0) == {}


@pytest.mark.parametrize(
    ("count", "p50", "p99", "p999"), [(1, 1, 1, 1), (2, 1, 2, 2), (100, 50, 99, 100), (1000, 500, 990, 999)]
)
def test_nearest_rank(count: int, p50: int, p99: int, p999: int) -> None:
    one = latency(np.arange(count, 0, -1))
    assert (one.count, one.p50, one.p99, one.p999, one.max) == (count, p50, p99, p999, count)


@given(st.lists(st.integers(0, 1 << 40), min_size=1))
def test_a_percentile_is_a_sample_that_covers_its_share(samples: list[int]) -> None:
    one = latency(np.array(samples))
    for share, value in ((500, one.p50), (990, one.p99), (999, one.p999)):
        assert value in samples
        assert sum(sample <= value for sample in samples) * 1000 >= share * len(samples)
        assert sum(sample < value for sample in samples) * 1000 < share * len(samples)


def test_no_samples_no_percentiles() -> None:
    with pytest.raises(ValueError, match="no samples"):
        latency(np.empty(0, np.int64))
