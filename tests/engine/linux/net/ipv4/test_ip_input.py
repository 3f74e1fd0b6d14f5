"""net/ipv4/ip_input.c: a list goes through each layer as a whole; routes, hints, early demux; what is refused."""

from __future__ import annotations

import pytest

from engine.linux.include.skbuff import PACKET_OTHERHOST, Skb
from engine.linux.include.sock import Sock
from engine.linux.net.ipv4.ip_input import ip_list_rcv
from engine.linux.net.ipv4.udp import udp_destroy_sock
from tests.engine.linux.bench_host import ADDRESS, PEER, PORT
from tests.engine.linux.net.core.stack_host import Stack

GROUP = 0xEF010101
SECOND_ADDRESS = 0x0A000003
ICMP = 1


def receive(stack: Stack, *skbs: Skb) -> list[str]:
    """Hand a list to IP as layer 2 does; the steps it took."""
    since = stack.calendar.now + 1
    stack.at(since, lambda cpu, _: ip_list_rcv(cpu, list(skbs)))
    stack.run(since + 1_000_000)
    return stack.steps(cpu=0, since=since)


def picked(names: list[str], *wanted: str) -> list[str]:
    """The steps of some names."""
    return [name for name in names if name in wanted]


def test_all_of_ip_before_any_of_udp() -> None:
    stack = Stack()
    stack.socket()
    names = picked(
        receive(stack, *(stack.skb() for _ in range(3))), "ip_rcv_core", "ip_sublist_rcv", "__udp4_lib_rcv"
    )
    assert names == [*["ip_rcv_core"] * 3, "ip_sublist_rcv", *["__udp4_lib_rcv"] * 3]


def test_the_first_route_is_the_hint_for_the_rest() -> None:
    stack = Stack()
    sk = stack.socket()
    names = receive(stack, *(stack.skb() for _ in range(4)))
    assert names.count("ip_route_input_slow") == names.count("udp_v4_early_demux") == 1
    assert names.count("ip_route_use_hint") == 3
    assert sk.queued == 4


def test_a_new_route_sends_the_others_on_first() -> None:
    stack = Stack()
    stack.host.local_addresses[SECOND_ADDRESS] = stack.dev
    stack.socket(0)
    skbs = [stack.skb(), stack.skb(), stack.skb(daddr=SECOND_ADDRESS)]
    names = picked(receive(stack, *skbs), "ip_route_input_slow", "ip_route_use_hint", "__udp4_lib_rcv")
    assert names == [
        "ip_route_input_slow",
        "ip_route_use_hint",
        "ip_route_input_slow",
        *["__udp4_lib_rcv"] * 3,
    ]


def connected(stack: Stack) -> Sock:
    return stack.socket(peer=(PEER, 40_000))


def test_early_demux_finds_a_connected_socket_and_the_route_it_remembers() -> None:
    stack = Stack()
    sk = connected(stack)
    first, second = receive(stack, stack.skb()), receive(stack, stack.skb())
    assert "ip_route_input_slow" in first  # the socket had no route yet
    assert "ip_route_input_noref" not in second
    assert "__udp4_lib_lookup" not in first + second
    assert sk.queued == 2


@pytest.mark.parametrize("switch", ["ip_early_demux", "udp_early_demux"])
def test_early_demux_can_be_turned_off(switch: str) -> None:
    stack = Stack()
    connected(stack)
    setattr(stack.host.sysctl, switch, 0)
    names = receive(stack, stack.skb())
    assert "udp_v4_early_demux" not in names
    assert "__udp4_lib_lookup" in names or "udp4_lib_lookup4" in names


def test_early_demux_leaves_unconnected_sockets_to_the_lookup() -> None:
    stack = Stack()
    stack.socket()
    assert "__udp4_lib_lookup" in receive(stack, stack.skb())


@pytest.mark.parametrize(("sockets", "early"), [(1, True), (2, False)])
def test_early_demux_of_a_group_needs_a_single_socket(sockets: int, early: bool) -> None:
    stack = Stack()
    stack.host.multicast_groups[GROUP] = sockets
    members = [stack.socket(GROUP) for _ in range(sockets)]
    names = receive(stack, stack.skb(daddr=GROUP))
    assert ("__udp4_lib_mcast_deliver" not in names) == early
    assert all(sk.queued == 1 for sk in members)
    mib = stack.host.mib
    assert (mib.IpExtInMcastPkts, mib.IpInDelivers) == (1, 1)


def test_for_another_host() -> None:
    """No counter of IP's: only the device's, and the reason."""
    stack = Stack()
    skb = stack.skb()
    skb.pkt_type = PACKET_OTHERHOST
    receive(stack, skb)
    assert stack.dev.rx_otherhost_dropped == 1
    assert (stack.host.mib.IpInReceives, stack.dev.rx_dropped) == (0, 0)
    assert reasons(stack) == ["skb:OTHERHOST"]


def test_not_an_address_of_this_host() -> None:
    stack = Stack()
    names = receive(stack, stack.skb(daddr=SECOND_ADDRESS))
    assert picked(
        names, "ip_route_input_slow", "ip_error", "kfree_skb_reason", "ip_local_deliver_finish"
    ) == [
        "ip_route_input_slow",
        "ip_error",
        "kfree_skb_reason",
    ]
    mib = stack.host.mib
    assert (mib.IpInReceives, mib.IpInAddrErrors, mib.IpInDelivers) == (1, 1, 0)
    assert reasons(stack) == ["skb:IP_INADDRERRORS"]


def test_a_group_that_nobody_joined() -> None:
    """The adapter lets it in when a joined group has the same low 23 bits; the route lookup refuses without a count."""
    stack = Stack()
    stack.socket(GROUP)
    receive(stack, stack.skb(daddr=GROUP))
    mib = stack.host.mib
    assert (mib.IpInReceives, mib.IpInAddrErrors, mib.IpExtInMcastPkts, mib.IpInDelivers) == (1, 0, 0, 0)
    assert reasons(stack) == ["skb:NOT_SPECIFIED"]


def test_a_protocol_that_nobody_registered() -> None:
    stack = Stack()
    skb = stack.skb()
    skb.ip_protocol = ICMP
    receive(stack, skb)
    mib = stack.host.mib
    assert (mib.IpInReceives, mib.IpInUnknownProtos, mib.IpInDelivers) == (1, 1, 0)
    assert reasons(stack) == ["skb:IP_NOPROTO"]


def test_a_closed_port_was_delivered_as_far_as_ip_is_concerned() -> None:
    stack = Stack()
    udp_destroy_sock(stack.socket())
    skb = stack.skb(port=PORT, daddr=ADDRESS)
    length = skb.len
    receive(stack, skb)
    mib = stack.host.mib
    assert (mib.IpInReceives, mib.IpInDelivers, mib.UdpNoPorts) == (1, 1, 1)
    assert (mib.IpExtInOctets, mib.IpExtInNoECTPkts) == (length, 1)
    assert reasons(stack) == ["skb:NO_SOCKET"]


def reasons(stack: Stack) -> list[str]:
    """Why frames were lost, in order."""
    tables = stack.recorder._tables
    names = ["", *tables.names]
    return [names[row[4]] for row in tables.endings]
