"""The results' tables of interfaces, protocols and sockets."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from engine.console.kernels import Proto, counter_lists
from engine.console.read.device import devices
from engine.console.read.ethtool_stats import statistics
from engine.console.read.proc_net import mib_value
from engine.console.read.source import Host, Row

SOCKET = {
    "rmem_alloc": "sk_rmem_alloc",
    "rcvbuf": "sk_rcvbuf",
    "drops": "sk_drops",
    "queued": "queued",
    "delivered": "delivered",
}
"""Keys of a socket's row, and the fields that they show."""
CONSTANTS = frozenset(
    {"IpForwarding", "IpDefaultTTL", "TcpRtoAlgorithm", "TcpRtoMin", "TcpRtoMax", "TcpMaxConn"}
)
"""Settings that /proc/net/snmp prints among the counters; they count nothing and are left out."""
LEFT_OUT = frozenset({"IcmpMsg", "UdpLite", "MPTcpExt"})


def ethtool(host: Host) -> dict[str, dict[str, int]]:
    """Return the counters of `ethtool -S` by interface."""
    return {device.name: dict(statistics(device)) for device in devices(host)}


def link(host: Host) -> dict[str, dict[str, int]]:
    """Return the counters of /sys/class/net/DEV/statistics by interface."""
    return {device.name: device.link_stats() for device in devices(host)}


def qdisc(_: Host) -> list[dict[str, Any]]:
    """Return a row for each queueing discipline: none, until transmit is modelled."""
    return []


def snmp(host: Host) -> dict[str, dict[str, int]]:
    """Return the counters of /proc/net/snmp by protocol."""
    return _counters(host, counter_lists(host.kernel).snmp)


def netstat(host: Host) -> dict[str, dict[str, int]]:
    """Return the counters of /proc/net/netstat by protocol."""
    return _counters(host, counter_lists(host.kernel).netstat)


def _counters(host: Host, protos: tuple[Proto, ...]) -> dict[str, dict[str, int]]:
    mib = host.one("mib")
    return {
        proto.name: {
            counter: mib_value(host, mib, proto.name, counter)
            for counter in proto.counters
            if proto.name + counter not in CONSTANTS
        }
        for proto in protos
        if proto.name not in LEFT_OUT
    }


def sockets(host: Host) -> list[dict[str, Any]]:
    """Return a row for each socket, in order of creation."""
    apps = {row.uid: row.name for row in host.rows("app")}
    return [
        {"app": apps.get(row["app"], ""), "local": _address(row, "saddr", "sport")}
        | ({"peer": _address(row, "daddr", "dport")} if row["dport"] else {})
        | {key: row[field] for key, field in SOCKET.items()}
        for row in host.rows("sock")
    ]


def _address(row: Row, address: str, port: str) -> str:
    """Return address and port as ss writes them."""
    number = int(row[address])
    return f"{IPv4Address(number) if number else '*'}:{row[port]}"
