"""kernel/irq: interrupt lines, their affinity, and the entry from the vector to the driver's handler.

Models `common_interrupt`, `__handle_irq_event_percpu`, `/proc/irq/N/smp_affinity` of edge-triggered MSI-X lines.

Simplified: an affinity change takes effect at the next message; the effective CPU is the lowest allowed one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.hardware.context import Work
from engine.hardware.records import IrqCount, IrqDesc
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.kernel.softirq import irq_exit_rcu

Handler = Callable[[Cpu, Any], Work[None]]


def request_irq(
    host: Host, irq: int, hwirq: int, chip: str, action: str, handler: Handler, dev_id: Any, cpu: int
) -> IrqDesc:
    """Attach a handler to a line; its affinity is all CPUs, its effective CPU `cpu` (as the vector matrix spreads)."""
    recorder = host.recorder
    everyone = (1 << len(host.cpus)) - 1
    desc = IrqDesc(
        recorder,
        name=action,
        irq=irq,
        hwirq=hwirq,
        affinity=everyone,
        effective=1 << cpu,
        action=recorder.name(action),
        chip=recorder.name(chip),
        handler=handler,
        dev_id=dev_id,
    )
    desc.counts = [
        IrqCount(recorder, parent=desc.uid, name=f"{action} CPU{number}", cpu=number)
        for number in range(len(host.cpus))
    ]
    host.irqs[irq] = desc
    return desc


def free_irq(host: Host, irq: int) -> None:
    """Detach the handler; the line and its counts are gone."""
    desc = host.irqs.pop(irq)
    for count in desc.counts:
        count.release()
    desc.release()


def irq_set_affinity(desc: IrqDesc, mask: int) -> None:
    """smp_affinity: the next interrupt goes to the lowest CPU of the mask."""
    desc.affinity = mask
    if not desc.effective & mask:
        desc.effective = mask & -mask


def deliver(host: Host, desc: IrqDesc, cause: int) -> None:
    """An MSI-X message arrives: the CPU in its address takes the interrupt."""
    cpu = host.cpus[desc.effective.bit_length() - 1]
    cpu.interrupt(common_interrupt, desc, cause)


def common_interrupt(cpu: Cpu, desc: IrqDesc) -> Work[None]:
    """From the vector to the handler and out again; softirqs run at the exit."""
    yield fn.common_interrupt, desc.uid
    count = desc.counts[cpu.number]
    count.count += 1
    yield fn.irq_handler_entry, desc.uid
    yield from desc.handler(cpu, desc.dev_id)
    yield fn.irq_handler_exit, desc.uid
    yield from irq_exit_rcu(cpu)
