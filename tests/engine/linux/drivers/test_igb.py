"""igb: polls, refills, unmasking, throttling."""

from itertools import pairwise

import pytest

from engine.hardware.processor import run
from engine.linux.drivers.igb import igb_itr_by_size
from tests.engine.linux.drivers.machine import Machine


def _polls(machine: Machine) -> list[int]:
    """Packets of each poll, from the skbs built between two polls."""
    counts: list[int] = []
    for step in machine.steps("igb_poll", "napi_build_skb"):
        if step.name == "igb_poll":
            counts.append(0)
        else:
            counts[-1] += 1
    return counts


def test_order_of_one_datagram() -> None:
    """Linux 6.12.107, igb, one UDP datagram: up to the socket's lookup."""
    machine = Machine()
    machine.send([0])
    machine.run(30_000)
    wanted = [
        "irq_handler_entry",
        "igb_msix_ring",
        "napi_schedule_prep",
        "__napi_schedule",
        "__raise_softirq_irqoff",
        "irq_handler_exit",
        "softirq_entry",
        "net_rx_action",
        "__napi_poll",
        "igb_poll",
        "napi_build_skb",
        "eth_type_trans",
        "napi_gro_receive",
        "dev_gro_receive",
        "inet_gro_receive",
        "udp4_gro_receive",
        "udp_gro_receive",
        "igb_alloc_rx_buffers",
        "napi_complete_done",
        "netif_receive_skb_list_internal",
        "udp_rcv",
        "igb_ring_irq_enable",
        "napi_poll",
        "softirq_exit",
    ]
    assert [step.name for step in machine.steps(*wanted)] == wanted


def test_a_burst_is_one_interrupt_and_polls_of_64() -> None:
    machine = Machine(costs={"common_interrupt": 200_000})
    machine.send([0] * 200)
    machine.run(1_000_000)
    assert [work for work in _polls(machine) if work] == [64, 64, 64, 8]
    assert len([work for work in _polls(machine) if not work]) <= 1  # what came while masked fires once more
    assert machine.vector.fired == len(machine.steps("igb_msix_ring")) <= 2
    assert len(machine.endings()) == 200
    assert (machine.ring.packets, machine.ring.bytes) == (200, 12_000)


def test_refill_in_sixteens_and_the_rest_at_the_end_of_the_poll() -> None:
    machine = Machine(costs={"common_interrupt": 100_000})
    machine.send([0] * 40)
    machine.run(200_000)
    order = [step.name for step in machine.steps("napi_build_skb", "igb_alloc_rx_buffers")]
    assert order == (["napi_build_skb"] * 16 + ["igb_alloc_rx_buffers"]) * 2 + ["napi_build_skb"] * 8 + [
        "igb_alloc_rx_buffers"
    ]
    assert machine.ring.unposted == 0
    assert machine.ring.next_to_use == (255 + 40) % 256
    assert machine.ring.next_to_clean == machine.ring.head == 40


def test_a_vector_is_masked_from_its_interrupt_until_completion() -> None:
    machine = Machine()
    machine.send(range(0, 300_000, 700))
    masked = []

    def look() -> bool:
        masked.append(machine.vector.enabled == 0)
        return False

    machine.wire.start()
    run(machine.calendar, machine.recorder, machine.costs, 500_000, watch=look)
    interrupts = len(machine.steps("igb_msix_ring"))
    assert interrupts == machine.vector.fired == len(machine.steps("igb_ring_irq_enable"))
    assert any(masked)
    assert machine.vector.enabled == 1


def test_the_watchdog_triggers_every_vector_every_two_seconds() -> None:
    machine = Machine(queues=2)
    machine.run(4_100_000_000)
    assert [step.time for step in machine.steps("igb_watchdog_task")] == [2 * 10**9, 4 * 10**9]
    assert len(machine.steps("igb_poll")) == 8  # two queues and their two transmit vectors, twice
    assert _polls(machine) == [0] * 8


def test_from_6_16_on_the_watchdog_leaves_rings_alone_that_were_refilled() -> None:
    machine = Machine(queues=2, kernel="6.16")
    machine.run(4_100_000_000)
    assert len(machine.steps("igb_watchdog_task")) == 2
    assert machine.steps("igb_poll") == []


def test_interrupts_keep_the_distance_of_rx_usecs() -> None:
    machine = Machine()
    machine.port.set_coalesce(100, None)
    machine.send(range(0, 2_000_000, 5000))
    machine.run(2_500_000)
    times = [step.time for step in machine.steps("msix_message")]
    gaps = [after - before for before, after in pairwise(times)]
    assert machine.vector.itr_ns == 100_000
    assert len(gaps) > 15
    assert min(gaps[1:]) == 100_000  # the first interrupt writes the throttle


def test_rx_usecs_0_is_an_interrupt_an_event() -> None:
    machine = Machine()
    machine.port.set_coalesce(0, None)
    machine.send(range(0, 2_000_000, 20_000))
    machine.run(2_500_000)
    assert machine.vector.itr_ns == 0
    assert len(machine.steps("igb_msix_ring")) == 100


@pytest.mark.parametrize(
    ("average", "dynamic", "conservative"),
    [
        (60, 42, 196),  # small packets halve: (60 + 24) / 2 quarter microseconds
        (276, 150, 196),  # 300 still halves
        (277, 100, 196),  # 301: a third
        (1175, 399, 399),
        (1176, 600, 600),  # 1200: half again
        (1514, 769, 769),
        (9000, 1500, 1500),  # capped at 3000
    ],
)
def test_throttle_by_average_size(average: int, dynamic: int, conservative: int) -> None:
    assert igb_itr_by_size(average, 1) == dynamic
    assert igb_itr_by_size(average, 3) == conservative


def test_the_adaptive_throttle_starts_slow_and_is_written_at_the_next_interrupt() -> None:
    machine = Machine()
    q_vector = machine.port.q_vectors[0]
    assert (q_vector.itr, machine.vector.itr_ns) == (648, 0)
    machine.send([0, 400_000, 800_000])
    machine.run(300_000)
    assert (q_vector.itr, machine.vector.itr_ns) == (196, 162_000)
    machine.run(700_000, start=False)
    assert (q_vector.itr, machine.vector.itr_ns) == (196, 49_000)


def test_a_slower_link_has_4000_interrupts_a_second() -> None:
    machine = Machine(speed=100_000_000)
    machine.send([0, 1_000_000])
    machine.run(2_000_000)
    assert machine.vector.itr_ns == 245_000


def test_an_exhausted_ring_fills_the_fifo_then_misses() -> None:
    """One queue, nobody polls: 255 descriptors, 64 KiB of FIFO, the rest is rx_missed_errors."""
    machine = Machine(costs={"common_interrupt": 5_000_000})
    machine.send([0] * 1500)
    machine.run(1_500_000)
    nic = machine.adapter.nic
    fits = 65_536 // 60
    assert (nic.rnbc, nic.mpc, nic.fifo_frames) == (1500 - 255, 1500 - 255 - fits, fits)
    machine.run(30_000_000, start=False)
    ends = machine.endings()
    assert ends.count(("lost", "nic:rx_missed_errors")) == 1500 - 255 - fits
    assert len(ends) == 1500
    assert nic.gprc == machine.ring.packets == 255 + fits
