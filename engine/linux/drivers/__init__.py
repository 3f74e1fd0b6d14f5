"""drivers/net/ethernet: igb, ixgbe, and a driver from before NAPI."""

from engine.linux.drivers.probe import PROBES, Card, netdev_rss_key

__all__ = ["PROBES", "Card", "netdev_rss_key"]
