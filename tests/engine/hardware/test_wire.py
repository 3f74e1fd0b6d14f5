"""The wire: frames wait for each other, and nothing drifts."""

import pytest

from engine.hardware.wire import AHEAD
from tests.engine.hardware.port import Bare


def test_smallest_frames_take_672_ns_at_one_gigabit() -> None:
    bare = Bare()
    bare.send([0] * 4)
    bare.run()
    # 8 preamble + 60 + 4 FCS = 72 bytes until the last bit; 84 bytes from one to the next.
    assert bare.times("frame_arrives") == [576, 576 + 672, 576 + 2 * 672, 576 + 3 * 672]


@pytest.mark.parametrize(("length", "gap"), [(60, 67.2), (1514, 1230.4)])
def test_ten_gigabit_keeps_the_fraction(length: int, gap: float) -> None:
    bare = Bare(count=512, speed=10**10)
    bare.send([0] * 101, length)
    bare.run()
    times = bare.times("frame_arrives")
    assert times[100] - times[0] == round(gap * 100)


def test_a_free_wire_takes_a_frame_when_it_is_ready() -> None:
    bare = Bare()
    bare.send([1000, 5000])
    bare.run()
    assert bare.times("frame_arrives") == [1576, 5576]


def test_flows_share_the_wire_in_order_of_time_then_of_the_scene() -> None:
    bare = Bare()
    first, second = bare.flow(sport=1), bare.flow(sport=2)
    bare.send([100, 100], flow=first)
    bare.send([0, 100], flow=second)
    bare.run()
    assert [frame.flow for frame in bare.ring.frames] == [second.uid, first.uid, first.uid, second.uid]
    assert (first.frames, second.frames) == (2, 2)


def test_frames_are_seen_coming_but_count_when_they_arrived() -> None:
    bare = Bare()
    flow = bare.flow()
    bare.send(range(0, 100_000, 1000), flow=flow)
    bare.run(until=1576)
    assert len(bare.nic.wire) == AHEAD
    assert [frame.arrived for frame in bare.nic.wire][:2] == [2576, 3576]
    assert flow.frames == 2
    assert not bare.wire.idle


def test_ports_and_addresses_of_a_flow_that_spreads() -> None:
    bare = Bare()
    bare.send(range(0, 7000, 1000), flow=bare.flow(many=3, sources=2))
    bare.run()
    assert [(frame.saddr, frame.sport) for frame in bare.ring.frames] == [
        (1, 4000), (2, 4001), (1, 4002), (2, 4000), (1, 4001), (2, 4002), (1, 4000)
    ]  # fmt: skip
    assert bare.wire.idle
