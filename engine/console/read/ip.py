"""`ip [-s [-s]] link [show [dev] DEV]`, as iproute2 6.15 prints it.

Simplified: two interfaces at least (lo and the scene's), no altnames; the root qdisc is mq on cards with several
queues and the default one otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.console.output import Output, not_built, refused
from engine.console.read.device import LINK_STATS, LOOPBACK, Device, devices
from engine.console.read.files import hardware_address
from engine.console.read.source import Host

HEADS = ("*X errors:", "packets", "errors", "dropped", "heartbt", "overrun", "nohandler")
RX = ("rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "rx_missed_errors", "multicast")
RX_ERRORS = ("rx_length_errors", "rx_crc_errors", "rx_frame_errors", "rx_fifo_errors", "rx_over_errors")
TX = ("tx_bytes", "tx_packets", "tx_errors", "tx_dropped", "tx_carrier_errors", "collisions")
TX_ERRORS = ("tx_aborted_errors", "tx_fifo_errors", "tx_window_errors", "tx_heartbeat_errors")


@dataclass(frozen=True, slots=True)
class Link:
    """What `ip link` shows of an interface."""

    index: int
    name: str
    flags: str
    mtu: int
    qdisc: str
    state: str
    qlen: int
    kind: str
    address: str
    broadcast: str
    stats: dict[str, int]
    transitions: int


def links(host: Host) -> list[Link]:
    """Return lo and the recorded interfaces."""
    nowhere = "00:00:00:00:00:00"
    stats = dict.fromkeys(LINK_STATS, 0)
    loopback = Link(
        *(1, LOOPBACK, "LOOPBACK,UP,LOWER_UP", 65536, "noqueue", "UNKNOWN", 1000),
        *("loopback", nowhere, nowhere, stats, 0),
    )
    return [loopback, *(_link(host, device) for device in devices(host))]


def _link(host: Host, device: Device) -> Link:
    up = bool(device.row.get("up", 1))
    return Link(
        device.index,
        device.name,
        "BROADCAST,MULTICAST,UP,LOWER_UP" if up else "NO-CARRIER,BROADCAST,MULTICAST,UP",
        device.row.get("mtu", 1500),
        "mq" if device.driver.reta_size else str(host.sysctl("net.core.default_qdisc")),
        "UP" if up else "DOWN",
        int(device.facts.get("tx_queue_len", 1000)),
        "ether",
        hardware_address(device),
        "ff:ff:ff:ff:ff:ff",
        device.link_stats(),
        int(device.facts.get("carrier_changes", 2)),
    )


def statistics(link: Link, detail: int) -> str:
    """Return the RX and TX lines of `-s` (detail 1) or `-s -s` (2); columns are as wide as the widest number."""
    stats = link.stats
    rows = [[stats[name] for name in RX], [stats[name] for name in TX]]
    if detail > 1:
        rows.append([0, *(stats[name] for name in RX_ERRORS), stats["rx_nohandler"]])
        rows.append([0, *(stats[name] for name in TX_ERRORS), link.transitions])
    widths = [len(head) for head in HEADS]
    for row in rows:
        for at, number in enumerate(row):
            widths[at] = max(widths[at], len(str(number)))

    def head(side: str, *names: str) -> str:
        cells = [f"{'bytes':>{widths[0] - 4}}"]
        cells += [f"{name:>{widths[at]}}" for at, name in enumerate(names, 1)]
        return f"    {side}: {' '.join(cells)} {'':{10}}\n"

    def numbers(row: Sequence[int]) -> str:
        return "    " + "".join(f"{number:{widths[at]}} " for at, number in enumerate(row)) + "\n"

    def errors(side: str, names: Sequence[str], row: Sequence[int]) -> str:
        cells = "".join(f" {name:>{widths[at]}}" for at, name in enumerate(names, 1))
        values = "".join(f"{number:{widths[at]}} " for at, number in enumerate(row, 1))
        return f"    {side} errors:{'':{widths[0] - 10}}{cells}\n{'':{widths[0] + 5}}{values}\n"

    text = head("RX", "packets", "errors", "dropped", "missed", "mcast") + numbers(rows[0])
    if detail > 1:
        nohandler = stats["rx_nohandler"] > 0
        names = ["length", "crc", "frame", "fifo", "overrun", *(["nohandler"] * nohandler)]
        text += errors("RX", names, rows[2][1:] if nohandler else rows[2][1:-1])
    text += head("TX", "packets", "errors", "dropped", "carrier", "collsns") + numbers(rows[1])
    if detail > 1:
        text += errors("TX", ["aborted", "fifo", "window", "heartbt", "transns"], rows[3][1:])
    return text


def ip(host: Host, words: Sequence[str]) -> Output:
    """Run `ip`; only `link` is built."""
    detail = 0
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option.strip("-") not in ("s", "stats", "statistics", "ss"):
            return not_built(f"ip {option}")
        detail += 2 if option == "-ss" else 1
    if not rest or rest[0] not in ("link", "l", "li", "lin"):
        return not_built(f"ip {rest[0] if rest else ''}".strip())
    rest = rest[1:]
    if rest and rest[0] in ("show", "list", "ls", "sh", "s"):
        rest = rest[1:]
    elif rest and rest[0] in ("set", "add", "del", "delete", "change", "replace"):
        return not_built(f"ip link {rest[0]}")
    if rest and rest[0] == "dev":
        rest = rest[1:]
    name = rest[0] if rest else ""
    shown = [link for link in links(host) if name in ("", link.name)]
    if not shown:
        return refused(f'Device "{name}" does not exist.')
    return Output("".join(_text(link) + (statistics(link, detail) if detail else "") for link in shown))


def _text(link: Link) -> str:
    return (
        f"{link.index}: {link.name}: <{link.flags}> mtu {link.mtu} qdisc {link.qdisc} state {link.state} "
        f"mode DEFAULT group default qlen {link.qlen}\n    link/{link.kind} {link.address} brd {link.broadcast}\n"
    )
