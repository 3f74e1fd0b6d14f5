"""net/ipv4/igmp.c: members of groups, and the adapters' filters."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from engine.linux.host import Host
from engine.linux.net.ipv4.igmp import ip_mc_join_group, ip_mc_leave_group

GROUP = 0xEF010101


class Filter:
    """An adapter's filter, as a driver's operations offer it."""

    def __init__(self) -> None:
        self.members: dict[int, int] = {}

    def add_group(self, group: int) -> None:
        """Count a member."""
        self.members[group] = self.members.get(group, 0) + 1

    def remove_group(self, group: int) -> None:
        """Count one less."""
        self.members[group] -= 1


def test_every_card_follows_the_members_and_a_card_without_operations_is_left_alone() -> None:
    one, two = Filter(), Filter()
    devices = {
        "eth0": SimpleNamespace(ops=one),
        "eth1": SimpleNamespace(ops=two),
        "lo": SimpleNamespace(ops=None),
    }
    host = cast("Host", SimpleNamespace(devices=devices, multicast_groups={}))
    ip_mc_join_group(host, GROUP)
    ip_mc_join_group(host, GROUP)
    assert host.multicast_groups == {GROUP: 2}
    assert one.members == two.members == {GROUP: 2}
    ip_mc_leave_group(host, GROUP)
    assert host.multicast_groups == {GROUP: 1}
    assert one.members == two.members == {GROUP: 1}
