"""What a command must know of the living host to be taken or refused: `engine.console.write.facts.HostFacts`."""

from __future__ import annotations

from engine.console.write import wanted_features
from engine.console.write.facts import IrqFacts, NicFacts, TaskFacts
from engine.hardware.records import Reta
from engine.linux.host import Host
from engine.linux.include.netdevice import FEATURES, TX_OFFLOADS, NetDevice
from engine.linux.include.sched import POLICIES, TASK_KINDS


class LivingFacts:
    """Answers from the objects of a running host."""

    def __init__(self, host: Host, kernel: str) -> None:
        self._host = host
        self._kernel = kernel

    @property
    def kernel(self) -> str:
        """Version, such as "6.18"."""
        return self._kernel

    @property
    def cpus(self) -> int:
        """Number of CPUs."""
        return len(self._host.cpus)

    @property
    def hz(self) -> int:
        """CONFIG_HZ."""
        return self._host.hz

    @property
    def isolated(self) -> int:
        """Mask of the isolated CPUs."""
        return sum(1 << number for number in sorted(self._host.isolcpus))

    def nic(self, name: str) -> NicFacts | None:
        """Return an interface, None when there is none of that name."""
        dev = self._host.devices.get(name)
        return None if dev is None else _nic_facts(name, dev)

    def irq(self, number: int) -> IrqFacts | None:
        """Return an interrupt line, None when there is none."""
        desc = self._host.irqs.get(number)
        return None if desc is None else IrqFacts(number, desc.affinity)

    def task(self, pid: int) -> TaskFacts | None:
        """Return a task, None when there is none."""
        task = self._host.tasks.get(pid)
        if task is None:
            return None
        bound = TASK_KINDS[task.kind] == "ksoftirqd"
        return TaskFacts(pid, task.comm, task.affinity, POLICIES[task.policy], task.rt_priority, bound)

    def tasks(self) -> list[tuple[int, str]]:
        """Return the pids and names of all tasks but the idle ones."""
        return [(pid, task.comm) for pid, task in sorted(self._host.tasks.items()) if pid]

    def sysctl(self, key: str) -> str | None:
        """Return a sysctl as the kernel prints it, None for its default."""
        value = getattr(self._host.sysctl, key.rsplit(".", 1)[-1], None)
        return None if value is None else str(value)


def table_of(rows: list[Reta]) -> tuple[int, ...]:
    """The indirection table from its rows of eight."""
    return tuple(getattr(row, f"e{entry}") for row in rows for entry in range(8))


def set_bits(names: tuple[str, ...], bits: int) -> frozenset[str]:
    """Return the names of the bits that are set."""
    return frozenset(name for position, name in enumerate(names) if bits >> position & 1)


def _nic_facts(name: str, dev: NetDevice) -> NicFacts:
    return NicFacts(
        name=name,
        driver=dev.driver_name,
        queues=len(dev.rings),
        rx_ring=dev.rings[0].count if dev.rings else 0,
        tx_ring=dev.tx_count,
        rx_usecs=dev.rx_usecs,
        tx_usecs=dev.tx_usecs,
        features=wanted_features(
            dev.driver_name, set_bits(FEATURES, dev.features), set_bits(TX_OFFLOADS, dev.tx_off)
        ),
        table=table_of(dev.hw.steering.reta),
        udp4_ports=bool(dev.udp4_ports_hashed),
        rules=tuple(dev.hw.steering.ntuple),
        rps_cpus=tuple(queue.rps_cpus for queue in dev.rps),
        napi_defer_hard_irqs=dev.napi_defer_hard_irqs,
        gro_flush_timeout=dev.gro_flush_timeout,
        threaded=bool(dev.threaded),
        rss_key=dev.hw.steering.rss_key,
    )
