"""The adapter: filter, FIFO, DMA, and what each of them drops."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.hardware.nic import BROADCAST
from engine.hardware.processor import run
from tests.engine.hardware.port import CARD, Bare


def test_a_frame_is_in_its_ring_after_the_cost_of_the_write_back() -> None:
    bare = Bare()
    bare.send([0])
    bare.run()
    assert bare.times("dma_write_back") == [576 + 400]
    assert (bare.ring.head, bare.ring.filled, bare.ring.free) == (1, 1, 62)
    assert (bare.nic.gprc, bare.nic.gorc, bare.nic.fifo_bytes, bare.nic.fifo_frames) == (1, 60, 0, 0)


def test_write_backs_follow_each_other_at_the_speed_of_the_bus() -> None:
    """60 bytes and a descriptor of 16 at 8 Gbit/s: 76 ns."""
    bare = Bare(speed=10**11)
    bare.send([0] * 4)
    bare.run()
    first = bare.times("dma_write_back")
    assert [time - first[0] for time in first] == [0, 76, 152, 228]


def test_no_more_than_count_less_one_descriptors_are_filled() -> None:
    bare = Bare(count=64)
    bare.send([0] * 100)
    bare.run()
    assert bare.ring.filled == 63
    assert bare.ring.free == 0
    assert bare.ring.head == bare.ring.next_to_use == 63


def test_one_queue_waits_in_the_fifo_and_counts_rnbc() -> None:
    bare = Bare(count=64)
    bare.send([0] * 100)
    bare.run()
    assert bare.nic.rnbc == 37
    assert (bare.nic.fifo_frames, bare.nic.fifo_bytes) == (37, 37 * 60)
    assert bare.ended == []
    assert bare.clean(bare.ring, 16) == list(range(16))
    run(bare.calendar, bare.recorder, bare.costs, 2 * 10**9)
    assert bare.nic.fifo_frames == 21
    assert [frame.number for frame in bare.ring.frames] == list(range(16, 79))


def test_an_82599_has_no_rnbc() -> None:
    bare = Bare(count=64, model=replace(CARD, counts_no_buffer=False))
    bare.send([0] * 100)
    bare.run()
    assert bare.nic.rnbc == 0
    assert bare.nic.fifo_frames == 37


def test_a_full_fifo_misses_frames() -> None:
    bare = Bare(count=64, model=replace(CARD, fifo_size=1000))
    bare.send([0] * 100)
    bare.run()
    assert bare.nic.fifo_frames == 16
    assert bare.nic.mpc == 100 - 63 - 16
    assert bare.ended == [(number, "nic:rx_missed_errors") for number in range(79, 100)]
    assert bare.nic.gprc == 79
    assert bare.nic.rnbc == 37
    assert bare.times("fifo_full") == bare.times("frame_arrives")[79:]


def test_several_queues_drop_alone() -> None:
    bare = Bare(queues=2, count=64)
    bare.adapter.steering.set_table([0] * 64 + [1] * 64)
    bare.adapter.steering.set_udp_ports(True)
    bare.send([0] * 400, flow=bare.flow(many=16))
    bare.run()
    drops = [ring.drops for ring in bare.adapter.rings]
    assert all(drops)
    assert sum(drops) == 400 - 2 * 63
    assert {reason for _, reason in bare.ended} == {"nic:rx_queue_0_drops", "nic:rx_queue_1_drops"}
    assert (bare.nic.rnbc, bare.nic.mpc, bare.nic.fifo_frames) == (0, 0, 0)


def test_who_is_let_in() -> None:
    bare = Bare()
    bare.adapter.accept(0x0A0000FF, BROADCAST)
    bare.adapter.add_group(0xEF010101)
    bare.send([0], flow=bare.flow(daddr=0x0A000063))
    bare.send([1000], flow=bare.flow(daddr=0x0A0000FF))
    bare.send([2000], flow=bare.flow(daddr=0xEF010101))
    bare.send([3000], flow=bare.flow(daddr=0xE0810101))  # another group with the same low 23 bits
    bare.send([4000], flow=bare.flow(daddr=0xEF010102))
    bare.run()
    assert bare.ended == [(0, "nic:filtered"), (0, "nic:filtered")]
    assert (bare.nic.gprc, bare.nic.bprc, bare.nic.mprc) == (3, 1, 2)


def test_a_group_stays_until_all_have_left() -> None:
    bare = Bare()
    bare.adapter.add_group(0xEF010101)
    bare.adapter.add_group(0xEF010101)
    bare.adapter.remove_group(0xEF010101)
    bare.send([0], flow=bare.flow(daddr=0xEF010101))
    bare.run()
    assert bare.nic.mprc == 1
    bare.adapter.remove_group(0xEF010101)
    bare.send([2 * 10**9], flow=bare.flow(daddr=0xEF010101))
    bare.run(3 * 10**9)
    assert bare.ended == [(0, "nic:filtered")]


def test_a_frame_longer_than_the_limit_is_an_error() -> None:
    bare = Bare()
    bare.send([0], 1518)
    bare.send([20_000], 1519)
    bare.run()
    assert bare.ended == [(0, "nic:rx_long_length_errors")]
    assert (bare.nic.gprc, bare.nic.roc) == (1, 1)


@dataclass(frozen=True)
class Rule:
    location: int = 1
    protocol: int = 17
    saddr: int = 0
    saddr_mask: int = 0xFFFFFFFF
    daddr: int = 0
    daddr_mask: int = 0xFFFFFFFF
    sport: int = 0
    sport_mask: int = 0xFFFF
    dport: int = 9000
    dport_mask: int = 0
    action: int = 1


@pytest.mark.parametrize(
    ("rule", "queue"),
    [
        (Rule(), 1),
        (Rule(dport=9001), 0),
        (Rule(dport=0x2400, dport_mask=0xFF), 0),
        (Rule(dport=0x2300, dport_mask=0xFF), 1),
        (Rule(protocol=6), 0),
        (Rule(protocol=0, dport_mask=0xFFFF, saddr=1, saddr_mask=0), 1),
    ],
)
def test_rules_come_before_the_hash(rule: Rule, queue: int) -> None:
    bare = Bare(queues=2)
    bare.adapter.steering.set_table([0] * 128)
    bare.adapter.steering.insert(rule)
    bare.send([0], flow=bare.flow(dport=9000))
    bare.run()
    assert [ring.filled for ring in bare.adapter.rings] == [1 - queue, queue]


def test_a_rule_may_drop_and_be_deleted() -> None:
    bare = Bare()
    bare.adapter.steering.insert(Rule(action=-1))
    bare.send([0, 100_000])
    bare.run(50_000)
    assert bare.ended == [(0, "nic:ntuple")]
    bare.adapter.steering.delete(1)
    run(bare.calendar, bare.recorder, bare.costs, 200_000)
    assert bare.ring.filled == 1


def test_reset_loses_what_is_in_the_card_and_forgets_the_dma_under_way() -> None:
    bare = Bare(count=64)
    bare.send([0] * 70)
    bare.run(until=70 * 672)
    waiting, filled = bare.nic.fifo_frames, bare.ring.filled
    assert waiting > 0
    bare.adapter.reset()
    assert len(bare.ended) == waiting + filled
    assert {reason for _, reason in bare.ended} == {"nic:reset"}
    assert (bare.ring.free, bare.ring.filled, bare.ring.unposted) == (0, 0, 63)
    bare.ring.next_to_use = 63
    bare.adapter.post(bare.ring, 63)
    run(bare.calendar, bare.recorder, bare.costs, 10**9)
    assert bare.nic.fifo_frames == 0
    assert len(bare.ended) + bare.ring.filled == 70


@given(
    gaps=st.lists(st.integers(min_value=0, max_value=3000), min_size=1, max_size=120),
    length=st.integers(min_value=60, max_value=1518),
    queues=st.integers(min_value=1, max_value=3),
    cleaned=st.integers(min_value=1, max_value=20),
)
def test_every_frame_is_somewhere_once(gaps: list[int], length: int, queues: int, cleaned: int) -> None:
    bare = Bare(queues=queues, count=8, model=replace(CARD, fifo_size=8000))
    bare.adapter.steering.set_udp_ports(True)
    times, now = [], 0
    for gap in gaps:
        now += gap
        times.append(now)
    bare.send(times, length, bare.flow(many=5))
    bare.wire.start()
    taken = 0
    for until in range(0, now + 100_000, 20_000):
        run(bare.calendar, bare.recorder, bare.costs, until)
        for ring in bare.adapter.rings:
            taken += len(bare.clean(ring, min(cleaned, ring.filled)))
            assert (ring.next_to_use - ring.head) % ring.count + ring.filled == ring.count - 1
    run(bare.calendar, bare.recorder, bare.costs, now + 2_000_000)
    inside = bare.nic.fifo_frames + sum(ring.filled for ring in bare.adapter.rings)
    assert taken + inside + len(bare.ended) == len(gaps)
    assert bare.nic.fifo_bytes == bare.nic.fifo_frames * length
