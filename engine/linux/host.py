"""The simulated host as kernel code sees it: what is global in Linux is an attribute here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.hardware.acts import Act
from engine.hardware.calendar import Calendar
from engine.hardware.context import Work
from engine.hardware.records import IrqDesc
from engine.linux.include.interrupt import SOFTIRQ_NAMES
from engine.linux.include.netdevice import NetDevice
from engine.linux.include.sched import App, Task
from engine.linux.include.snmp import Mib
from engine.linux.include.sysctl import Sysctl
from engine.linux.rules import Rules
from engine.timeline.recorder import Recorder
from engine.timeline.schema import Ns

if TYPE_CHECKING:
    from engine.linux.cpu import Cpu
    from engine.linux.kernel.tick import Tick

NSEC_PER_SEC = 1_000_000_000
NR_CPUS = 8192
"""CONFIG_NR_CPUS of a distribution kernel: napi_id begins above it."""


class PacketType(NamedTuple):
    """What a network protocol registers with layer 2: a handler for one skb, and one for a list."""

    func: Callable[[Any, Any], Work[None]]
    list_func: Callable[[Any, Any], Work[None]]


class Host:
    """One machine.

    Attributes:
        hz: ticks a second.
        preempt: "none", "voluntary" or "full".
        softirq_vec: handler by softirq number; None where nothing is modelled.
        inet_protos: handler by IP protocol number (what `inet_add_protocol` registers).
        ptype_base: protocol handlers by ethertype.
        local_addresses, broadcast_addresses: who this host is; multicast_groups: members by group.
        rps_needed: some RX queue has an RPS map.
    """

    def __init__(
        self, recorder: Recorder, calendar: Calendar, rules: Rules, hz: int, preempt: str, costs: list[int]
    ) -> None:
        self.recorder = recorder
        self.calendar = calendar
        self.rules = rules
        self.hz = hz
        self.preempt = preempt
        self.costs = costs
        self.cpus: list[Cpu] = []
        self.sysctl: Sysctl
        self.mib: Mib
        self.devices: dict[str, NetDevice] = {}
        self.irqs: dict[int, IrqDesc] = {}
        self.tasks: dict[int, Task] = {}
        self.apps: dict[str, App] = {}
        self.softirq_vec: list[Callable[[Any], Work[None]] | None] = [None] * len(SOFTIRQ_NAMES)
        self.inet_protos: dict[int, Callable[[Any, Any], Work[int]]] = {}
        self.local_addresses: dict[int, NetDevice] = {}
        self.broadcast_addresses: dict[int, NetDevice] = {}
        self.multicast_groups: dict[int, int] = {}
        self.rps_needed = False
        self.default_irq_affinity = 0
        self._napi_ids = 0
        self.ptype_base: dict[int, PacketType] = {}
        self.udp_table: Any = None
        self.isolcpus: frozenset[int] = frozenset()
        self.tick: Tick

    def next_napi_id(self) -> int:
        """Number of the next NAPI: above the CPU numbers, which sockets may hold in the same field."""
        self._napi_ids += 1
        return NR_CPUS + self._napi_ids

    def ipi_delay(self) -> int:
        """Nanoseconds from an IPI's APIC write to its entry on the other CPU."""
        return self.costs[Act.ipi_delivered]

    def jiffies(self) -> int:
        """Ticks since the start."""
        return self.calendar.now * self.hz // NSEC_PER_SEC

    def jiffies_to_ns(self, jiffies: int) -> Ns:
        """When a number of ticks is reached."""
        return Ns(-(-jiffies * NSEC_PER_SEC // self.hz))

    def msecs_to_jiffies(self, msecs: int) -> int:
        """Ticks that cover `msecs`, rounded up."""
        return -(-msecs * self.hz // 1000)

    def usecs_to_jiffies(self, usecs: int) -> int:
        """Ticks that cover `usecs`, rounded up."""
        return -(-usecs * self.hz // 1_000_000)
