"""Probing and changing a port: names, lines, tables, rings, and what a reset costs."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.hardware.rss import DROP
from engine.linux.drivers.probe import netdev_rss_key
from engine.linux.include.netdevice import NAPIF_STATE_DISABLE, NAPIF_STATE_SCHED
from tests.engine.linux.drivers.machine import ADDRESS, PEER, Machine

CHANNELS = Path(__file__).parents[3] / "vectors" / "igb-limits" / "channels.tsv"


def _channels() -> list[tuple[int, list[str], list[int]]]:
    rows = []
    for line in CHANNELS.read_text().splitlines():
        if not line.startswith("#"):
            channels, names, table = line.split("\t")
            rows.append((int(channels), names.split(), [int(entry) for entry in table.split()]))
    return rows


def _names(machine: Machine) -> list[str]:
    """Names of the interrupt lines in order."""
    names = ["", *machine.recorder._tables.names]
    return [names[machine.host.irqs[irq].action] for irq in sorted(machine.host.irqs)]


@pytest.mark.parametrize("row", _channels(), ids=lambda row: f"{row[0]}")
def test_vectors_and_tables_of_an_82576(row: tuple[int, list[str], list[int]]) -> None:
    """Linux 6.12.107, igb: names and default tables for one to eight channels; up to four are not paired."""
    channels, names, table = row
    machine = Machine("igb", queues=8, cpus=8)
    machine.port.set_channels(channels)
    assert sorted(_names(machine)) == sorted(names)
    assert _names(machine)[0] == "eth0"
    assert machine.adapter.steering.table == table
    assert min(machine.host.irqs) >= 24
    assert len(machine.dev.rings) == len(machine.dev.rps) == channels


def test_vector_n_goes_to_cpu_n_modulo_cpus() -> None:
    machine = Machine("igb", queues=8, cpus=3)
    effective = [machine.host.irqs[vector.irq].effective for vector in machine.dev.vectors]
    assert effective == [1 << queue % 3 for queue in range(8)]


def test_new_lines_have_the_default_affinity() -> None:
    machine = Machine("igb", queues=2, cpus=4)
    machine.host.default_irq_affinity = 0b1100
    machine.port.set_channels(5)
    lines = [machine.host.irqs[vector.irq] for vector in machine.dev.vectors]
    assert {line.affinity for line in lines} == {0b1100}
    assert [line.effective for line in lines] == [0b100, 0b100, 0b100, 0b1000, 0b100]


def test_an_82599_has_one_vector_a_queue_and_the_other_one_last() -> None:
    machine = Machine("ixgbe", queues=3)
    assert _names(machine) == ["eth0-TxRx-0", "eth0-TxRx-1", "eth0-TxRx-2", "eth0"]
    assert machine.adapter.steering.table[:7] == [0, 1, 2, 0, 1, 2, 0]
    assert machine.ring.count == 512
    assert Machine("ixgbe", queues=20).adapter.steering.table[:20] == [*range(16), 0, 1, 2, 3]


def test_a_driver_without_napi_has_one_line_and_no_table() -> None:
    machine = Machine("legacy")
    assert _names(machine) == ["eth0"]
    assert machine.adapter.steering.reta == []
    assert machine.dev.napis == []


def test_the_shared_key_is_drawn_from_the_seed() -> None:
    assert netdev_rss_key(1) != netdev_rss_key(2)
    assert len(netdev_rss_key(1)) == 52


def test_a_ring_begins_with_all_but_one_descriptor_posted() -> None:
    machine = Machine()
    ring = machine.ring
    assert (ring.count, ring.next_to_use, ring.next_to_clean, ring.free) == (256, 255, 0, 255)


def test_a_ring_of_another_size_before_traffic_takes_no_time() -> None:
    machine = Machine(queues=2)
    machine.port.set_ringparam(512, 128)
    assert [ring.count for ring in machine.dev.rings] == [512, 512]
    assert machine.ring.free == 511
    assert machine.dev.tx_count == 128
    machine.send([0, 1000])
    machine.run(100_000)
    assert machine.dev.up == 1
    assert machine.endings() == [("lost", "skb:NO_SOCKET")] * 2


def test_a_change_under_traffic_empties_rings_and_the_link_is_away_for_two_seconds() -> None:
    machine = Machine(costs={"common_interrupt": 50_000})
    machine.send([*range(0, 30_000, 1000), 1_000_000_000, 2_100_000_000])
    machine.run(20_000)
    waiting = machine.ring.filled + machine.adapter.nic.fifo_frames
    assert waiting > 10
    machine.port.set_ringparam(512, None)
    assert machine.endings() == [("lost", "nic:reset")] * waiting
    assert machine.dev.up == 0
    machine.run(2_200_000_000, start=False)
    ends = machine.endings()
    assert ends.count(("lost", "nic:link_down")) == 32 - 1 - waiting
    assert ends[-1] == ("lost", "skb:NO_SOCKET")
    assert machine.dev.up == 1
    assert machine.ring.count == 512


def test_a_change_waits_for_the_poll_that_is_under_way() -> None:
    machine = Machine(costs={"igb_poll": 70_000})
    machine.send([0, 0, 0])
    machine.run(20_000)
    assert machine.napi.state & NAPIF_STATE_SCHED
    before = machine.napi
    machine.port.set_channels(2)
    assert machine.napi is before
    assert before.state & NAPIF_STATE_DISABLE
    machine.run(200_000, start=False)
    assert len(machine.dev.napis) == 4
    assert not any(napi.state & NAPIF_STATE_DISABLE for napi in machine.dev.napis)
    assert machine.endings() == [("lost", "nic:reset")] * 3


def test_channels_keep_a_table_that_the_user_set_while_it_fits() -> None:
    machine = Machine(queues=4)
    machine.port.set_rxfh([1, 0] * 64)
    machine.port.set_channels(3)
    assert machine.adapter.steering.table == [1, 0] * 64
    machine.port.set_channels(1)
    assert machine.adapter.steering.table == [0] * 128


def test_queue_counters_restart_with_new_channels() -> None:
    machine = Machine()
    machine.send([0])
    machine.run(100_000)
    assert (machine.ring.packets, machine.ring.bytes) == (1, 60)
    machine.port.set_channels(2)
    assert machine.ring.packets == 0


def test_features_and_hash_settings() -> None:
    machine = Machine("ixgbe", queues=2)
    key = bytes(range(40))
    machine.port.set_rxfh_key(key)
    machine.port.set_rx_flow_hash(True)
    machine.port.set_features((), ("rx-hashing", "tx-generic-segmentation"))
    assert machine.adapter.steering.rss_key == key
    assert machine.dev.udp4_ports_hashed == 1
    machine.send([0])
    machine.run(100_000)
    assert machine.endings() == [("lost", "skb:NO_SOCKET")]


@dataclass(frozen=True)
class Rule:
    location: int = 2045
    protocol: int = 17
    saddr: int = PEER
    saddr_mask: int = 0
    daddr: int = ADDRESS
    daddr_mask: int = 0
    sport: int = 0
    sport_mask: int = 0xFFFF
    dport: int = 9000
    dport_mask: int = 0
    action: int = 1


def test_rules_are_recorded_and_go_with_ntuple() -> None:
    machine = Machine("ixgbe", queues=2)
    machine.port.set_rxfh([0] * 128)
    machine.port.insert_rule(Rule())
    machine.send([0])
    machine.run(100_000)
    assert [ring.packets for ring in machine.dev.rings] == [0, 1]
    machine.port.insert_rule(Rule(action=DROP))
    assert len(machine.adapter.steering.ntuple) == 1
    machine.port.set_features((), ("rx-ntuple-filter",))
    assert machine.adapter.steering.ntuple == []


def test_pulling_the_cable_is_told_by_the_other_interrupt() -> None:
    machine = Machine()
    machine.port.set_link(False)
    machine.send([10_000, 20_000, 3_000_000])
    machine.run(1_000_000)
    assert machine.dev.up == 0
    assert machine.endings() == [("lost", "nic:link_down")] * 2
    machine.port.set_link(True)
    machine.run(4_000_000, start=False)
    assert machine.dev.up == 1
    assert machine.endings()[-1] == ("lost", "skb:NO_SOCKET")
    assert len(machine.steps("igb_msix_other")) == 2


def test_a_ring_of_another_size_takes_the_flush_timer_with_it() -> None:
    """napi_disable cancels the timer."""
    machine = Machine()
    machine.port.dev.gro_flush_timeout = 5_000_000
    machine.port.dev.napi_defer_hard_irqs = 2
    machine.send([100_000])
    machine.run(1_000_000)
    assert machine.port.dev.napis[0].timer_expires > 5_000_000
    machine.port.set_ringparam(512, None)
    machine.run(20_000_000)
    assert machine.steps("napi_watchdog") == []
    assert machine.port.dev.napis[0].timer_expires == 0
