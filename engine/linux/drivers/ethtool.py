"""What ethtool may ask of igb, ixgbe and the legacy driver: the operations of `ethtool_ops`, and multicast groups.

Values come in checked: refusing them in the tools' words is the console's matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.hardware.records import NtupleRule
from engine.hardware.rss import Rule
from engine.linux.drivers.port import Driver, Port, feature_mask
from engine.linux.host import Host
from engine.linux.include.netdevice import FEATURES


class EthtoolPort(Port):
    """A port whose settings can be changed; `NetDevice.ops`."""

    def __init__(
        self,
        host: Host,
        driver: Driver,
        *,
        name: str,
        speed_bps: int,
        queues: int,
        address: int,
        prefix: int,
        rss_key: bytes,
    ) -> None:
        super().__init__(
            host,
            driver,
            name=name,
            speed_bps=speed_bps,
            queues=queues,
            address=address,
            prefix=prefix,
            rss_key=rss_key,
        )
        self._table_set = False
        self._rules: dict[int, NtupleRule] = {}

    def set_ringparam(self, rx: int | None, tx: int | None) -> None:
        """Ethtool -G, with numbers the driver takes; the receive rings are emptied when their size changes."""
        dev = self.dev
        if tx is not None:
            dev.tx_count = tx
        if rx is None or rx == dev.rings[0].count:
            return

        def resize() -> None:
            for ring in dev.rings:
                ring.count = rx

        self.reconfigure(resize)

    def set_channels(self, combined: int) -> None:
        """Ethtool -L: vectors and their counts are new, and so is the indirection table unless the user had set it."""
        if combined == len(self.dev.rings):
            return

        def rebuild() -> None:
            count = self.dev.rings[0].count
            self.close()
            self.open(combined, count)
            table = self.adapter.steering.table
            if self.driver.table and (not self._table_set or max(table) >= combined):
                self.adapter.steering.set_table(self.driver.table(combined))
                self._table_set = False

        self.reconfigure(rebuild)

    def set_coalesce(self, rx_usecs: int | None, tx_usecs: int | None) -> None:
        """Ethtool -C, with values the driver takes."""
        if tx_usecs is not None:
            self.dev.tx_usecs = tx_usecs
        if rx_usecs is not None:
            self.dev.rx_usecs = rx_usecs
        for q_vector in self.q_vectors:
            usecs = self.dev.tx_usecs if q_vector.ring is None else self.dev.rx_usecs
            self.driver.first_itr(q_vector, usecs)

    def set_rxfh(self, table: Sequence[int]) -> None:
        """Ethtool -X equal, weight, default."""
        self.adapter.steering.set_table(table)
        self._table_set = True

    def set_rxfh_key(self, key: bytes) -> None:
        """Ethtool -X hkey."""
        self.adapter.steering.set_key(key)
        self.adapter.nic.rss_key = self.host.recorder.name(key.hex(":"))

    def set_rx_flow_hash(self, udp4_ports: bool) -> None:
        """Ethtool -N rx-flow-hash udp4 sdfn or sd."""
        self.adapter.steering.set_udp_ports(udp4_ports)
        self.dev.udp4_ports_hashed = int(udp4_ports)

    def insert_rule(self, rule: Rule) -> None:
        """Ethtool -N flow-type."""
        self.delete_rule(rule.location)
        self.adapter.steering.insert(rule)
        self._rules[rule.location] = NtupleRule(
            self.host.recorder,
            parent=self.dev.uid,
            name=f"rule {rule.location}",
            location=rule.location,
            protocol=rule.protocol,
            saddr=rule.saddr,
            saddr_mask=rule.saddr_mask,
            daddr=rule.daddr,
            daddr_mask=rule.daddr_mask,
            sport=rule.sport,
            sport_mask=rule.sport_mask,
            dport=rule.dport,
            dport_mask=rule.dport_mask,
            action=rule.action,
        )

    def delete_rule(self, location: int) -> None:
        """Ethtool -N delete."""
        record = self._rules.pop(location, None)
        if record is not None:
            record.release()
            self.adapter.steering.delete(location)

    def set_features(self, on: Sequence[str], off: Sequence[str]) -> None:
        """Ethtool -K, for the offloads of the receive side; without ntuple there are no rules."""
        known = [name for name in on if name in FEATURES], [name for name in off if name in FEATURES]
        self.dev.features = self.dev.features & ~feature_mask(known[1]) | feature_mask(known[0])
        if "rx-ntuple-filter" in off:
            for location in sorted(self._rules):
                self.delete_rule(location)

    def add_group(self, group: int) -> None:
        """A socket joined a multicast group."""
        self.adapter.add_group(group)

    def remove_group(self, group: int) -> None:
        """A socket left a multicast group."""
        self.adapter.remove_group(group)
