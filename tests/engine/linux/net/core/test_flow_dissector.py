"""Which hash steers: the adapter's if ports are in it, else one over addresses and ports in software."""

from __future__ import annotations

import pytest

from engine.linux.net.core.dev.rps import rps_cpus_store
from engine.linux.net.core.flow_dissector import flow_hash
from tests.engine.linux.bench_host import ADDRESS, PEER
from tests.engine.linux.net.core.stack_host import Stack

FLOWS = 64
ADAPTERS = 0x88074CC8
"""What an adapter says of all flows between two addresses, hashing these alone."""


def spread(*, ports_hashed: int, skb_hash: int) -> tuple[list[int], list[str]]:
    """Steer one datagram of each of many flows to four CPUs; packets by CPU, and the steps of the first."""
    stack = Stack(cpus=4)
    stack.dev.udp4_ports_hashed = ports_hashed
    rps_cpus_store(stack.host, stack.dev.rps[0], 0b1111)
    skbs = []
    for port in range(FLOWS):
        skb = stack.skb(skb_hash=skb_hash)
        skb.sport = 40_000 + port
        skbs.append(skb)
    stack.burst(skbs)
    return [cpu.softnet_data.processed for cpu in stack.host.cpus], stack.steps(cpu=0)


def test_an_adapter_s_hash_over_ports_is_taken() -> None:
    processed, names = spread(ports_hashed=1, skb_hash=ADAPTERS)
    assert sorted(processed) == [0, 0, 0, FLOWS]
    assert "__skb_get_hash_net" not in names


@pytest.mark.parametrize("skb_hash", [ADAPTERS, 0])
def test_one_over_addresses_alone_or_none_is_not(skb_hash: int) -> None:
    # igb and ixgbe hash UDP over addresses by default (l4_hash=0), veth not at all: RPS spreads flows all the same.
    processed, names = spread(ports_hashed=0, skb_hash=skb_hash)
    assert min(processed) > FLOWS // 16
    assert names.count("__skb_get_hash_net") == FLOWS


def test_the_two_directions_of_a_flow_have_one_hash() -> None:
    stack = Stack()
    there, back = stack.skb(skb_hash=0), stack.skb(skb_hash=0)
    there.saddr, there.sport, there.daddr, there.dport = PEER, 40_000, ADDRESS, 9000
    back.saddr, back.sport, back.daddr, back.dport = ADDRESS, 9000, PEER, 40_000
    assert flow_hash(there) == flow_hash(back) != 0
    back.dport = 40_001
    assert flow_hash(there) != flow_hash(back)
