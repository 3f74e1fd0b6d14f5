"""An interface as ethtool, ip and sysfs see it: adapter, rings, tables, offloads, statistics."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from engine.console.drivers import DRIVERS, Driver
from engine.console.features import effective, wanted
from engine.console.kernels import text
from engine.console.read.source import NO_ROW, Host, Row
from engine.console.write.facts import NtupleRule

LINK_STATS = text("link-statistics.txt").split()
"""The files of /sys/class/net/DEV/statistics."""

RULE_FIELDS = (
    *("location", "protocol", "saddr", "saddr_mask", "daddr", "daddr_mask"),
    *("sport", "sport_mask", "dport", "dport_mask", "action"),
)
LOOPBACK = "lo"


class Device:
    """An interface with its adapter, rings and vectors."""

    def __init__(self, host: Host, row: Row) -> None:
        self.host = host
        self.row = row
        self.name = row.name
        self.index = row.get("ifindex", 0)
        facts: list[Mapping[str, Any]] = list(host.facts.get("nics", ()))
        self.facts: Mapping[str, Any] = next((each for each in facts if each.get("name") == row.name), {})
        nic = row.get("nic", 0)
        self.nic = host.row(nic) if nic else NO_ROW

    @cached_property
    def driver(self) -> Driver:
        """Return the limits of its driver; an unknown one has those of `legacy`."""
        name = str(self.facts.get("driver", "")) or self.host.text(self.row.get("driver", 0))
        return DRIVERS.get(name, DRIVERS["legacy"])

    def owned(self, class_name: str) -> list[Row]:
        """Return the objects of a class that belong to the interface or to its adapter."""
        owners = (self.row.uid, self.nic.uid)
        return [row for row in self.host.rows(class_name) if row.parent in owners]

    @cached_property
    def rings(self) -> list[Row]:
        """Return its receive rings by queue number."""
        return sorted(self.owned("rx_ring"), key=lambda ring: ring["queue"])

    @property
    def queues(self) -> int:
        """How many receive queues it has now."""
        return len(self.rings) or int(self.facts.get("queues", 1))

    @property
    def ring_size(self) -> int:
        """Descriptors of each receive ring."""
        return self.rings[0]["count"] if self.rings else self.driver.ring

    @property
    def tx_ring_size(self) -> int:
        """Descriptors of each transmit ring."""
        return self.row.get("tx_count", 0) or self.driver.ring

    @property
    def tx_usecs(self) -> int:
        """What `ethtool -c` prints: 0 when receive and transmit share vectors."""
        return 0 if self.driver.paired(self.queues) else self.row.get("tx_usecs", self.driver.tx_usecs)

    @property
    def ring_max(self) -> int:
        """The most descriptors its rings can have."""
        return int(self.facts.get("ring_max", self.driver.ring_max))

    @property
    def channels_max(self) -> int:
        """The most combined channels."""
        return int(self.facts.get("channels_max", self.driver.channels_max))

    @property
    def speed_mbps(self) -> int:
        """Its link speed in Mbit/s."""
        bits = self.nic.get("speed_bps", 0) or int(self.facts.get("speed_bps", 10**9))
        return bits // 1_000_000

    @cached_property
    def table(self) -> tuple[int, ...]:
        """Return its RSS table."""
        rows = sorted(self.owned("reta"), key=lambda row: row["first"])
        entries = [row[f"e{position}"] for row in rows for position in range(8)]
        return tuple(entries) or self.driver.default_table(self.queues)

    @property
    def rss_key(self) -> str:
        """Its hash key as "6d:5a:..."; "" when it has none."""
        return self.host.text(self.nic.get("rss_key", 0)) or str(self.facts.get("rss_key", ""))

    @cached_property
    def wanted(self) -> frozenset[str]:
        """Return the offloads that were asked for."""
        recorded = self.row.flags("features") if "features" in self.row.fields else None
        turned_off = self.row.flags("tx_off") if "tx_off" in self.row.fields else frozenset[str]()
        return wanted(self.driver.name, recorded, turned_off)

    @property
    def features(self) -> frozenset[str]:
        """The offloads that are on."""
        return effective(self.driver.name, self.wanted)

    @cached_property
    def rules(self) -> tuple[NtupleRule, ...]:
        """Return its classification rules by location."""
        rows = sorted(self.owned("ntuple_rule"), key=lambda row: row["location"])
        return tuple(NtupleRule(*(row[key] for key in RULE_FIELDS)) for row in rows)

    def rps_row(self, queue: int) -> Row:
        """Return the steering of a receive queue."""
        found = [row for row in self.owned("netdev_rx_queue") if row["queue"] == queue]
        return found[0] if found else NO_ROW

    def link_stats(self) -> dict[str, int]:
        """Return `struct rtnl_link_stats64`: what sysfs, /proc/net/dev and ip print.

        Simplified: ixgbe's two-second service task is taken to have just run.
        """
        stats = dict.fromkeys(LINK_STATS, 0)
        drops = sum(ring.get("drops") for ring in self.rings)
        missed = self.nic.get("mpc")
        stats["rx_packets"] = sum(ring.get("packets") for ring in self.rings)
        stats["rx_bytes"] = sum(ring.get("bytes") for ring in self.rings)
        stats["rx_crc_errors"] = self.nic.get("crcerrs")
        stats["rx_length_errors"] = self.nic.get("roc")
        stats["rx_errors"] = stats["rx_crc_errors"] + stats["rx_length_errors"]
        stats["rx_dropped"] = self.row.get("rx_dropped")
        stats["rx_nohandler"] = self.row.get("rx_nohandler")
        stats["rx_missed_errors"] = missed
        stats["multicast"] = self.nic.get("mprc")
        if self.driver.name == "igb":
            stats["rx_fifo_errors"] = missed + drops
        return stats


def devices(host: Host) -> list[Device]:
    """Return the recorded interfaces in order of their index; lo is not among them."""
    return sorted((Device(host, row) for row in host.rows("net_device")), key=lambda device: device.index)


def device(host: Host, name: str) -> Device | None:
    """Return a recorded interface by name, None when there is none."""
    return next((each for each in devices(host) if each.name == name), None)
