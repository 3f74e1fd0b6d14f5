"""Changes to the host that a command asks for, checked and in the kernel's units; the kernel's side applies them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.console.write.facts import NtupleRule


@dataclass(frozen=True, slots=True)
class RingSize:
    """`ethtool -G`: descriptors a ring, already clamped and rounded as the driver does; None leaves it."""

    nic: str
    rx: int | None = None
    tx: int | None = None


@dataclass(frozen=True, slots=True)
class Coalesce:
    """`ethtool -C`: rx-usecs and tx-usecs; None leaves it. 0, 1 and igb's 3 have the driver's own meanings."""

    nic: str
    rx_usecs: int | None = None
    tx_usecs: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """`ethtool -L combined`: vectors are freed and made anew, queue counters restart at 0."""

    nic: str
    combined: int


@dataclass(frozen=True, slots=True)
class RssTable:
    """`ethtool -X equal|weight|default`: the queue of each entry."""

    nic: str
    table: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RssKey:
    """`ethtool -X hkey`: 40 bytes."""

    nic: str
    key: bytes


@dataclass(frozen=True, slots=True)
class RxFlowHash:
    """`ethtool -N rx-flow-hash udp4`: whether ports are hashed (sdfn) or addresses only (sd)."""

    nic: str
    ports: bool


@dataclass(frozen=True, slots=True)
class NtupleInsert:
    """`ethtool -N flow-type ...`; a rule at the same location is replaced."""

    nic: str
    rule: NtupleRule


@dataclass(frozen=True, slots=True)
class NtupleDelete:
    """`ethtool -N delete`."""

    nic: str
    location: int


@dataclass(frozen=True, slots=True)
class Features:
    """`ethtool -K`: offloads to turn on and off, by the kernel's names ("rx-gro"), in bit order.

    `wanted_on` and `wanted_off` are what was asked for, `on` and `off` what really changes, dependents included.
    """

    nic: str
    wanted_on: tuple[str, ...]
    wanted_off: tuple[str, ...]
    on: tuple[str, ...]
    off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IrqAffinity:
    """`echo > /proc/irq/N/smp_affinity{,_list}`: a mask; takes effect at the next interrupt."""

    irq: int
    cpus: int


@dataclass(frozen=True, slots=True)
class DefaultIrqAffinity:
    """`echo > /proc/irq/default_smp_affinity`: a mask, for interrupts that are requested later."""

    cpus: int


@dataclass(frozen=True, slots=True)
class RpsCpus:
    """`echo > queues/rx-N/rps_cpus`: a mask, isolated CPUs already taken out; 0 is off."""

    nic: str
    queue: int
    cpus: int


@dataclass(frozen=True, slots=True)
class NapiDeferHardIrqs:
    """`echo > napi_defer_hard_irqs`."""

    nic: str
    value: int


@dataclass(frozen=True, slots=True)
class GroFlushTimeout:
    """`echo > gro_flush_timeout`, nanoseconds."""

    nic: str
    value_ns: int


@dataclass(frozen=True, slots=True)
class Sysctl:
    """`sysctl -w` or `echo > /proc/sys/...`: the value as stored."""

    key: str
    value: int


@dataclass(frozen=True, slots=True)
class TaskAffinity:
    """`taskset -p`: a mask of existing CPUs."""

    pid: int
    cpus: int


@dataclass(frozen=True, slots=True)
class TaskPolicy:
    """`chrt -p`: "SCHED_OTHER", "SCHED_FIFO" or "SCHED_RR", and the real-time priority (0 without)."""

    pid: int
    policy: str
    priority: int


Setting: TypeAlias = (
    RingSize
    | Coalesce
    | ChannelCount
    | RssTable
    | RssKey
    | RxFlowHash
    | NtupleInsert
    | NtupleDelete
    | Features
    | IrqAffinity
    | DefaultIrqAffinity
    | RpsCpus
    | NapiDeferHardIrqs
    | GroFlushTimeout
    | Sysctl
    | TaskAffinity
    | TaskPolicy
)
"""Everything a command can change."""
