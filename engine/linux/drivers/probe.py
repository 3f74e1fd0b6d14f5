"""Finding the driver of a card and making an interface of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from ipaddress import IPv4Interface
from typing import Protocol

from engine.linux.drivers.ethtool import EthtoolPort
from engine.linux.drivers.igb import IGB
from engine.linux.drivers.ixgbe import IXGBE
from engine.linux.drivers.legacy import LEGACY
from engine.linux.drivers.port import Driver
from engine.linux.host import Host
from engine.linux.include.netdevice import NetDevice

NETDEV_RSS_KEY_LEN = 52


class Card(Protocol):
    """A network card as a scene describes it."""

    @property
    def name(self) -> str:
        """Name of the interface."""

    @property
    def speed(self) -> int:
        """Bits a second of its link."""

    @property
    def queues(self) -> int:
        """Combined channels, no more than the driver can have."""

    @property
    def address(self) -> IPv4Interface:
        """Address and subnet."""

    @property
    def rss_key(self) -> bytes | None:
        """Hash key; None for the kernel's shared one."""


Probe = Callable[[Host, Card, int], NetDevice]


def netdev_rss_key(seed: int) -> bytes:
    """The kernel's shared hash key, which it draws once; of a seed it is always the same."""
    return hashlib.shake_256(f"{seed}/netdev_rss_key".encode()).digest(NETDEV_RSS_KEY_LEN)


def probe(driver: Driver, host: Host, card: Card, seed: int) -> NetDevice:
    """Load the driver for a card and bring its interface up.

    Args:
        driver: what drives it.
        host: where; its CPUs must be there.
        card: what is in the slot.
        seed: of which the shared hash key is drawn.

    Returns:
        The interface; `ops` is its `EthtoolPort`, `hw` its `Adapter`.
    """
    port = EthtoolPort(
        host,
        driver,
        name=card.name,
        speed_bps=card.speed,
        queues=card.queues,
        address=int(card.address.ip),
        prefix=card.address.network.prefixlen,
        rss_key=card.rss_key or netdev_rss_key(seed),
    )
    if driver.probed is not None:
        driver.probed(port)
    return port.dev


def _probe_of(driver: Driver) -> Probe:
    def probing(host: Host, card: Card, seed: int) -> NetDevice:
        return probe(driver, host, card, seed)

    return probing


PROBES: dict[str, Probe] = {driver.name: _probe_of(driver) for driver in (IGB, IXGBE, LEGACY)}
"""By the name of the driver: makes an interface of a card."""
