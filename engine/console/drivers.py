"""What ethtool must know of each driver: ring and channel limits, coalescing, tables.

igb is an 82576, ixgbe an 82599. `legacy` is the simulated card without NAPI: one queue, no coalescing, no RSS.
"""

from __future__ import annotations

from dataclasses import dataclass

RETA_SIZE = 128
RSS_KEY_BYTES = 40
IGB_USECS_FIXED = range(10, 10_001)
IGB_USECS_SPECIAL = (0, 1, 3)
IXGBE_USECS = range(1023)
IGB_PAIRED_FROM = 5


@dataclass(frozen=True, slots=True)
class Driver:
    """The limits of one driver.

    Attributes:
        name: as `ethtool -i` prints it.
        ring: default number of receive (and transmit) descriptors.
        ring_min, ring_max: limits; a smaller number is raised silently, a greater one refused by the core.
        ring_step: numbers are rounded up to a multiple of it.
        channels_max: combined channels; 0 if the driver knows no channels.
        rx_usecs: default of `ethtool -C rx-usecs`, -1 if the driver has no coalescing.
        tx_usecs: default of tx-usecs where receive and transmit have vectors of their own.
        reta_size: entries of the RSS table, 0 for none.
        rss_key: whether the hash key can be read and set.
        ntuple: whether it can take classification rules.
        firmware: what `ethtool -i` prints.
    """

    name: str
    ring: int
    ring_min: int
    ring_max: int
    ring_step: int
    channels_max: int
    rx_usecs: int
    tx_usecs: int
    reta_size: int
    rss_key: bool
    ntuple: bool
    firmware: str

    def ring_size(self, asked: int) -> int:
        """Return the ring that the driver really makes of an accepted number."""
        bounded = min(max(asked, self.ring_min), self.ring_max)
        return -(-bounded // self.ring_step) * self.ring_step

    def paired(self, queues: int) -> bool:
        """Whether receive and transmit queue N share a vector."""
        return self.name != "igb" or queues >= IGB_PAIRED_FROM

    def rx_usecs_legal(self, usecs: int) -> bool:
        """Whether the driver takes this rx-usecs or tx-usecs."""
        if self.name == "igb":
            return usecs in IGB_USECS_SPECIAL or usecs in IGB_USECS_FIXED
        return usecs in IXGBE_USECS

    def default_table(self, queues: int) -> tuple[int, ...]:
        """Return the RSS table after the driver was loaded."""
        if self.name == "igb":
            return tuple(entry * queues // self.reta_size for entry in range(self.reta_size))
        return spread(self.reta_size, queues)


def spread(size: int, queues: int, start: int = 0) -> tuple[int, ...]:
    """Return the table that deals the queues out in turn, as `ethtool -X equal` and `default` do."""
    return tuple(start + entry % queues for entry in range(size))


DRIVERS = {
    "igb": Driver("igb", 256, 64, 4096, 8, 8, 3, 3, RETA_SIZE, False, False, "2.1.0"),
    "ixgbe": Driver("ixgbe", 512, 64, 8192, 8, 63, 1, 0, RETA_SIZE, True, True, "0x000161c1, 0.0.0"),
    "legacy": Driver("legacy", 256, 64, 4096, 8, 0, -1, 0, 0, False, False, ""),
}
"""The drivers that are built, by name."""
