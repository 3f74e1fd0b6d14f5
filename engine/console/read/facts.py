"""The host's side of a changing command, answered from a moment of the timeline.

With it a command can be tried at any moment: refused in the tool's words, or taken, without anything changing.
"""

from __future__ import annotations

from engine.console.read.device import Device, device
from engine.console.read.source import Host
from engine.console.read.tasks import POLICIES, named_tasks, task
from engine.console.write.facts import IrqFacts, NicFacts, TaskFacts

KSOFTIRQD = 2
"""`task_struct.kind` of ksoftirqd, which is bound to its CPU."""


class CursorFacts:
    """`engine.console.write.facts.HostFacts` of a moment."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def kernel(self) -> str:
        """Version, such as "6.18"."""
        return self._host.kernel

    @property
    def cpus(self) -> int:
        """Number of CPUs."""
        return self._host.cpus

    @property
    def hz(self) -> int:
        """CONFIG_HZ."""
        return self._host.hz

    @property
    def isolated(self) -> int:
        """Mask of the isolated CPUs (isolcpus)."""
        return sum(1 << int(cpu) for cpu in self._host.facts.get("isolcpus", ()))

    def nic(self, name: str) -> NicFacts | None:
        """Return an interface, None when there is none of that name."""
        found = device(self._host, name)
        return _nic(found) if found is not None else None

    def irq(self, number: int) -> IrqFacts | None:
        """Return an interrupt line, None when there is none."""
        rows = [row for row in self._host.rows("irq_desc") if row["irq"] == number]
        return IrqFacts(number, rows[0]["affinity"]) if rows else None

    def task(self, pid: int) -> TaskFacts | None:
        """Return a task, None when there is none."""
        row = task(self._host, pid)
        if row is None:
            return None
        policy = POLICIES[row["policy"]]
        bound = row.get("kind") == KSOFTIRQD
        return TaskFacts(pid, row.name, row["affinity"], policy, row["rt_priority"], bound)

    def tasks(self) -> list[tuple[int, str]]:
        """Return the pids and names of all tasks but the idle ones."""
        return named_tasks(self._host)

    def sysctl(self, key: str) -> str | None:
        """Return a sysctl as the kernel prints it, None when there is no such key."""
        return self._host.sysctl(key)


def _nic(found: Device) -> NicFacts:
    row = found.row
    key = found.rss_key.replace(":", "")
    return NicFacts(
        name=found.name,
        driver=found.driver.name,
        queues=found.queues,
        rx_ring=found.ring_size,
        tx_ring=found.tx_ring_size,
        rx_usecs=row.get("rx_usecs", found.driver.rx_usecs),
        tx_usecs=found.tx_usecs,
        features=found.wanted,
        table=found.table if found.driver.reta_size else (),
        udp4_ports=bool(row.get("udp4_ports_hashed")),
        rules=found.rules,
        rps_cpus=tuple(found.rps_row(queue).get("rps_cpus") for queue in range(found.queues)),
        napi_defer_hard_irqs=row.get("napi_defer_hard_irqs"),
        gro_flush_timeout=row.get("gro_flush_timeout"),
        threaded=bool(row.get("threaded")),
        channels_max=found.channels_max,
        ring_max=found.ring_max,
        rss_key=bytes.fromhex(key),
    )
