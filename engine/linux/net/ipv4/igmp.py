"""net/ipv4/igmp.c: which multicast groups the host is a member of.

Models what `ip_mc_join_group` and `ip_mc_leave_group` do to the adapters' filters: without a member the
frames of a group end at the address filter and the stack never sees them.

Simplified: a group is joined on every interface, not on that of the route; membership is counted by socket for the
whole host; no IGMP reports.
"""

from __future__ import annotations

from engine.linux.host import Host


def ip_mc_join_group(host: Host, group: int) -> None:
    """A socket joins a group (IP_ADD_MEMBERSHIP): the adapters let its frames in."""
    host.multicast_groups[group] = host.multicast_groups.get(group, 0) + 1
    for dev in host.devices.values():
        if dev.ops is not None:
            dev.ops.add_group(group)


def ip_mc_leave_group(host: Host, group: int) -> None:
    """Undo one join."""
    host.multicast_groups[group] -= 1
    for dev in host.devices.values():
        if dev.ops is not None:
            dev.ops.remove_group(group)
