"""/proc/net: softnet_stat, snmp, netstat, snmp6, dev, udp, sockstat.

Counters that no modelled code moves are 0. Simplified: `refcnt` of a UDP socket is 2, its address a number made of
its uid, its hash slot its port; UDP memory is what the sockets hold, without the kernel's per-CPU reserves.
"""

from __future__ import annotations

from engine.console.kernels import Proto, counter_lists
from engine.console.read.device import LINK_STATS, LOOPBACK, devices
from engine.console.read.source import Host, Row

U32 = (1 << 32) - 1
PAGE = 4096
SOFTNET_ZEROES = 6
TCP_ESTABLISHED, TCP_CLOSE = 1, 7
UDP_LINE = 127
POINTER_MIX = 2_654_435_761
IPPROTO_UDP = 17
CONSTANTS = {"TcpRtoAlgorithm": 1, "TcpRtoMin": 200, "TcpRtoMax": 120_000, "TcpMaxConn": -1}
DEV_HEADER = (
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|"
    "bytes    packets errs drop fifo colls carrier compressed\n"
)
UDP_HEADER = (
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"
    "   uid  timeout inode ref pointer drops"
)


def softnet_stat(host: Host) -> str:
    """Return one line of 15 hex columns per CPU (net/core/net-procfs.c)."""
    lines = []
    for cpu, row in sorted(host.per_cpu("softnet_data", "cpu").items()):
        backlog, process = row["input_qlen"], row["process_qlen"]
        columns = [row["processed"], row["dropped"], row["time_squeeze"], *([0] * SOFTNET_ZEROES)]
        columns += [row["received_rps"], row["flow_limit_count"], backlog + process, cpu, backlog, process]
        lines.append(" ".join(f"{column & U32:08x}" for column in columns) + "\n")
    return "".join(lines)


def mib_value(host: Host, mib: Row, proto: str, counter: str) -> int:
    """Return one SNMP counter; the few that are settings or constants are printed as Linux has them."""
    match proto + counter:
        case "IpForwarding":
            return 1 if host.sysctl("net.ipv4.ip_forward") == "1" else 2
        case "IpDefaultTTL":
            return int(host.sysctl("net.ipv4.ip_default_ttl") or 64)
        case name if name in CONSTANTS:
            return CONSTANTS[name]
        case name:
            return mib.get(name)


def _pairs(host: Host, protos: tuple[Proto, ...]) -> str:
    mib = host.one("mib")
    lines = []
    for proto in protos:
        values = [str(mib_value(host, mib, proto.name, counter)) for counter in proto.counters]
        lines.append(f"{proto.name}: {' '.join(proto.counters)}\n{proto.name}: {' '.join(values)}\n")
    return "".join(lines)


def snmp(host: Host) -> str:
    """Return pairs of lines for Ip, Icmp, Tcp, Udp, UdpLite (net/ipv4/proc.c)."""
    return _pairs(host, counter_lists(host.kernel).snmp)


def netstat(host: Host) -> str:
    """Return pairs of lines for TcpExt, IpExt, MPTcpExt (net/ipv4/proc.c)."""
    return _pairs(host, counter_lists(host.kernel).netstat)


def snmp6(host: Host) -> str:
    """Return a name and a number a line; no IPv6 is modelled, so all are 0 (net/ipv6/proc.c)."""
    mib = host.one("mib")
    return "".join(f"{name:<32}\t{mib.get(name)}\n" for name in counter_lists(host.kernel).snmp6)


def dev(host: Host) -> str:
    """Return one line per interface (net/core/net-procfs.c); drop is rx_dropped and rx_missed_errors together."""
    lines = [DEV_HEADER, dev_line(LOOPBACK, dict.fromkeys(LINK_STATS, 0))]
    lines += [dev_line(device.name, device.link_stats()) for device in devices(host)]
    return "".join(lines)


def dev_line(name: str, stats: dict[str, int]) -> str:
    """Return an interface's line of /proc/net/dev."""
    frame = sum(stats[f"rx_{kind}_errors"] for kind in ("length", "over", "crc", "frame"))
    carrier = sum(stats[f"tx_{kind}_errors"] for kind in ("carrier", "aborted", "window", "heartbeat"))
    receive = (
        f"{stats['rx_bytes']:7} {stats['rx_packets']:7} {stats['rx_errors']:4} "
        f"{stats['rx_dropped'] + stats['rx_missed_errors']:4} {stats['rx_fifo_errors']:4} {frame:5} "
        f"{stats['rx_compressed']:10} {stats['multicast']:9}"
    )
    send = (
        f"{stats['tx_bytes']:8} {stats['tx_packets']:7} {stats['tx_errors']:4} {stats['tx_dropped']:4} "
        f"{stats['tx_fifo_errors']:4} {stats['collisions']:5} {carrier:7} {stats['tx_compressed']:10}"
    )
    return f"{name:>6}: {receive} {send}\n"


def udp_sockets(host: Host) -> list[tuple[int, Row]]:
    """Return the UDP sockets with their hash slots, in the order in which the kernel walks its table."""
    size = int(host.facts.get("udp_hash_entries", host.sysctl("net.ipv4.udp_hash_entries") or 2048))
    found = [(row["sport"] % size, row) for row in host.rows("sock") if row["protocol"] == IPPROTO_UDP]
    return sorted(found, key=lambda pair: (pair[0], -pair[1].uid))


def udp_state(row: Row) -> int:
    """Return `sk_state`: ESTABLISHED for a connected socket, CLOSE for others."""
    return TCP_ESTABLISHED if row.get("daddr") else TCP_CLOSE


def unread(row: Row) -> int:
    """Return `udp_rqueue_get`: charged truesize less what was read and not given back yet."""
    return row["sk_rmem_alloc"] - row.get("forward_deficit")


def swapped(address: int) -> str:
    """Print an IPv4 address as a word in the host's byte order: 10.0.0.1 is 0100000A."""
    return int.to_bytes(address & U32, 4, "big")[::-1].hex().upper()


def udp(host: Host) -> str:
    """Return one line per UDP socket, padded to 127 characters (net/ipv4/udp.c)."""
    lines = [f"{UDP_HEADER:<{UDP_LINE}}\n"]
    for slot, row in udp_sockets(host):
        line = (
            f"{slot:5}: {swapped(row['saddr'])}:{row['sport']:04X} {swapped(row.get('daddr'))}:{row.get('dport'):04X} "
            f"{udp_state(row):02X} {0:08X}:{unread(row):08X} 00:00000000 00000000 {0:5} {0:8} {row['inode']} 2 "
            f"{(row.uid * POINTER_MIX) & U32:016x} {row['sk_drops']}"
        )
        lines.append(f"{line:<{UDP_LINE}}\n")
    return "".join(lines)


def sockstat(host: Host) -> str:
    """Return the socket counts; `mem` is in pages (net/ipv4/proc.c)."""
    socks = host.rows("sock")
    udps = [row for row in socks if row["protocol"] == IPPROTO_UDP]
    held = sum(row["sk_rmem_alloc"] + row["sk_forward_alloc"] for row in udps)
    return (
        f"sockets: used {len(socks)}\n"
        "TCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0\n"
        f"UDP: inuse {len(udps)} mem {-(-held // PAGE)}\n"
        "UDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n"
    )
