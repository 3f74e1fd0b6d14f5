"""What a command must know of the host to be taken or refused as on a real one.

The kernel's side answers from its objects while a scene runs; the reading side answers from a moment of the
timeline (`engine.console.read.facts`). Neither is imported here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

ANY_IPV4 = 0xFFFFFFFF
ANY_PORT = 0xFFFF
DROP = -1


@dataclass(frozen=True, slots=True)
class NtupleRule:
    """A classification rule of `ethtool -N ... flow-type`.

    Attributes:
        location: its number.
        protocol: 17 for udp4, 6 for tcp4, 0 for ip4.
        saddr, daddr, sport, dport: what must match.
        saddr_mask, daddr_mask, sport_mask, dport_mask: bits that are ignored, as ethtool lists them.
        action: receive queue, or `DROP`.
    """

    location: int
    protocol: int
    saddr: int = 0
    saddr_mask: int = ANY_IPV4
    daddr: int = 0
    daddr_mask: int = ANY_IPV4
    sport: int = 0
    sport_mask: int = ANY_PORT
    dport: int = 0
    dport_mask: int = ANY_PORT
    action: int = 0


@dataclass(frozen=True, slots=True)
class NicFacts:
    """An interface as it is now.

    Attributes:
        name: "eth0".
        driver: "igb", "ixgbe" or "legacy".
        queues: combined channels in use.
        rx_ring, tx_ring: descriptors.
        rx_usecs, tx_usecs: coalescing.
        features: kernel names of the offloads that were asked for ("rx-gro", ...).
        table: the RSS table; empty if it has none.
        udp4_ports: whether UDP over IPv4 is hashed with its ports.
        rules: its classification rules.
        rps_cpus: the mask of each receive queue.
        napi_defer_hard_irqs, gro_flush_timeout: as sysfs shows them.
        threaded: threaded NAPI.
        channels_max, ring_max: limits, 0 for the driver's own.
        rss_key: the hash key, empty if unknown.
    """

    name: str
    driver: str
    queues: int
    rx_ring: int
    tx_ring: int
    rx_usecs: int
    tx_usecs: int
    features: frozenset[str]
    table: tuple[int, ...] = ()
    udp4_ports: bool = False
    rules: tuple[NtupleRule, ...] = ()
    rps_cpus: tuple[int, ...] = ()
    napi_defer_hard_irqs: int = 0
    gro_flush_timeout: int = 0
    threaded: bool = False
    channels_max: int = 0
    ring_max: int = 0
    rss_key: bytes = b""


@dataclass(frozen=True, slots=True)
class IrqFacts:
    """An interrupt line: its number, and `smp_affinity` as a mask."""

    number: int
    affinity: int


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task.

    Attributes:
        pid: number of the thread.
        comm: name.
        affinity: mask of the CPUs it may run on.
        policy: "SCHED_OTHER", "SCHED_FIFO" or "SCHED_RR".
        priority: real-time priority, 0 without.
        bound: a per-CPU kernel thread, whose affinity nobody can change.
    """

    pid: int
    comm: str
    affinity: int
    policy: str = "SCHED_OTHER"
    priority: int = 0
    bound: bool = False


class HostFacts(Protocol):
    """The host as a command meets it."""

    @property
    def kernel(self) -> str:
        """Version, such as "6.18"."""

    @property
    def cpus(self) -> int:
        """Number of CPUs."""

    @property
    def hz(self) -> int:
        """CONFIG_HZ."""

    @property
    def isolated(self) -> int:
        """Mask of the isolated CPUs (isolcpus)."""

    def nic(self, name: str) -> NicFacts | None:
        """Return an interface, None when there is none of that name; lo is not asked for."""

    def irq(self, number: int) -> IrqFacts | None:
        """Return an interrupt line, None when there is none."""

    def task(self, pid: int) -> TaskFacts | None:
        """Return a task, None when there is none."""

    def tasks(self) -> list[tuple[int, str]]:
        """Return the pids and names of all tasks but the idle ones."""

    def sysctl(self, key: str) -> str | None:
        """Return a sysctl as the kernel prints it, None for "its default": no such field is recorded."""
