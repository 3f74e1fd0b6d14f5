"""ixgbe: what it returns, what it leaves unposted, how it throttles."""

from itertools import pairwise

import pytest

from engine.hardware.context import Work
from engine.hardware.processor import run
from engine.linux import fn
from engine.linux.drivers.ixgbe import LATENCY, ixgbe_poll, ixgbe_update_itr
from engine.timeline.schema import NOTHING
from tests.engine.linux.drivers.machine import Machine

TEN_GIGABIT = 10**10


def test_up_to_fifteen_descriptors_stay_unposted() -> None:
    machine = Machine("ixgbe", speed=TEN_GIGABIT)
    machine.send([0] * 20)
    machine.run(100_000)
    assert machine.ring.packets == 20
    assert machine.ring.unposted == 4
    assert len(machine.steps("ixgbe_alloc_rx_buffers")) == 1
    assert machine.ring.next_to_use == (511 + 16) % 512


def test_a_poll_with_budget_0_touches_nothing() -> None:
    machine = Machine("ixgbe", costs={"common_interrupt": 1_000_000})
    machine.send([0, 0])
    machine.run(50_000)
    returned = []

    def netpoll(cpu: object, _: object) -> Work[None]:
        yield fn.common_interrupt, NOTHING
        returned.append((yield from ixgbe_poll(machine.host.cpus[1], machine.napi, 0)))

    machine.host.cpus[1].interrupt(netpoll, None)
    run(machine.calendar, machine.recorder, machine.costs, 1_500_000)
    assert returned == [0]
    builds = machine.steps("napi_build_skb")
    assert all(step.cpu == 0 for step in builds)


def test_a_full_poll_returns_the_budget_and_a_short_one_completes() -> None:
    machine = Machine("ixgbe", speed=TEN_GIGABIT, costs={"common_interrupt": 50_000})
    machine.send([0] * 100)
    machine.run(1_000_000)
    assert machine.napi.packets == 100
    assert machine.napi.full_polls == 1
    # the vector was unmasked after each completion
    assert len(machine.steps("ixgbe_irq_enable_queues")) == machine.napi.completions
    assert machine.vector.enabled == 1


def test_no_descriptor_drops_alone_with_several_queues() -> None:
    machine = Machine("ixgbe", queues=2, speed=TEN_GIGABIT, costs={"common_interrupt": 1_000_000})
    machine.port.set_ringparam(64, None)
    machine.send([0] * 200)
    machine.run(100_000)
    nic = machine.adapter.nic
    assert (nic.mpc, nic.rnbc) == (0, 0)
    assert sum(ring.drops for ring in machine.dev.rings) == 200 - 63
    assert machine.endings() == [("lost", "nic:rx_no_dma_resources")] * (200 - 63)


def test_fixed_rx_usecs_is_written_at_once() -> None:
    machine = Machine("ixgbe")
    assert machine.vector.itr_ns == 50_000
    machine.port.set_coalesce(30, None)
    assert machine.vector.itr_ns == 30_000
    machine.send(range(0, 1_000_000, 2000))
    machine.run(1_200_000)
    gaps = [after.time - before.time for before, after in pairwise(machine.steps("msix_message"))]
    assert min(gaps) == 30_000


@pytest.mark.parametrize(
    ("packets", "size", "speed", "wish", "now", "result"),
    [
        (0, 0, TEN_GIGABIT, LATENCY | 10, 50, LATENCY | 52),  # nothing to measure by: a little more
        (3, 60, TEN_GIGABIT, 50, 50, LATENCY | 10),  # latency: half of 20 us
        (3, 1514, TEN_GIGABIT, 50, 50, LATENCY | 60),
        (3, 3000, TEN_GIGABIT, LATENCY, 50, LATENCY | 52),  # 9000 bytes are no longer few
        (7, 60, TEN_GIGABIT, 0, 50, LATENCY | 52),
        (8, 60, TEN_GIGABIT, 0, 50, 52),
        (47, 60, TEN_GIGABIT, 0, 126, 126),  # never more than 126
        (48, 60, TEN_GIGABIT, 0, 50, 50),
        (95, 60, TEN_GIGABIT, 0, 50, 50),
        (96, 60, TEN_GIGABIT, 0, 50, 25),
        (255, 60, TEN_GIGABIT, 0, 12, 10),  # never less than 10
        (256, 60, TEN_GIGABIT, 0, 50, 20),  # 5120 / 512, in steps of 2
        (256, 1514, TEN_GIGABIT, 0, 50, 118),
        (256, 9000, TEN_GIGABIT, 0, 50, 126),
        (256, 1514, 10**9, 0, 50, 126),  # 8064 / 128 on a slower link
    ],
)
def test_adaptive_throttle(packets: int, size: int, speed: int, wish: int, now: int, result: int) -> None:
    assert ixgbe_update_itr(wish, now, packets, packets * size, True, speed) == result


def test_after_a_pause_the_throttle_is_for_latency() -> None:
    assert ixgbe_update_itr(100, 100, 500, 30_000, False, TEN_GIGABIT) == LATENCY | 10


def test_the_smaller_wish_wins_and_stays_within_bounds() -> None:
    machine = Machine("ixgbe", speed=TEN_GIGABIT)
    machine.send(range(0, 20_000_000, 1500))
    machine.run(20_100_000)
    gaps = [after.time - before.time for before, after in pairwise(machine.steps("msix_message"))]
    assert min(gaps) >= 10_000
    assert max(gaps) <= 130_000
    assert machine.napi.packets == 13_334
