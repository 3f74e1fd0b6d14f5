"""What a change would do, in a few words with the value before: for a preview beside the prompt.

The words come from the settings that planning gives and from the host as it is; nothing is applied.
"""

from __future__ import annotations

from engine.console.masks import taskset_list
from engine.console.write.facts import DROP, HostFacts, NicFacts
from engine.console.write.settings import (
    ChannelCount,
    Coalesce,
    DefaultIrqAffinity,
    Features,
    GroFlushTimeout,
    IrqAffinity,
    NapiDeferHardIrqs,
    NtupleDelete,
    NtupleInsert,
    RingSize,
    RpsCpus,
    RssKey,
    RssTable,
    RxFlowHash,
    Setting,
    Sysctl,
    TaskAffinity,
    TaskPolicy,
)

RESET = "the interface is reset: what is in its rings is lost, and the link is away for two seconds"
NOTES = {
    RingSize: RESET,
    ChannelCount: RESET,
    IrqAffinity: "from the next interrupt on",
    DefaultIrqAffinity: "for interrupts requested later",
    RpsCpus: "for packets received from now on",
}
"""What people trip over, by kind of change."""

LATER_SYSCTLS = {
    "net.core.rmem_default": "for sockets opened later",
    "net.core.wmem_default": "for sockets opened later",
    "net.core.rmem_max": "for setsockopt from now on",
    "net.core.wmem_max": "for setsockopt from now on",
    "net.core.somaxconn": "for listen from now on",
    "net.core.flow_limit_table_len": "for CPUs added to flow_limit_cpu_bitmap later",
}


def previewed(setting: Setting, facts: HostFacts) -> str:
    """Return one change in words, such as "eth0 rx ring: 512 → 1024 (the interface is reset, ...)"."""
    match setting:
        case Sysctl(key, value):
            note = LATER_SYSCTLS.get(key, "")
            return _noted(f"{key}: {_arrow(facts.sysctl(key), value)}", note)
        case IrqAffinity(irq, cpus):
            known = facts.irq(irq)
            before = _cpus(known.affinity) if known is not None else None
            text = f"irq {irq} on CPU {_arrow(before, _cpus(cpus))}"
        case DefaultIrqAffinity(cpus):
            text = f"default affinity: CPU {_cpus(cpus)}"
        case TaskAffinity(pid, cpus):
            task = facts.task(pid)
            who, before = (task.comm, _cpus(task.affinity)) if task is not None else (str(pid), None)
            text = f"{who} on CPU {_arrow(before, _cpus(cpus))}"
        case TaskPolicy(pid, policy, priority):
            task = facts.task(pid)
            who = task.comm if task is not None else str(pid)
            was = f"{task.policy} {task.priority}" if task is not None else None
            text = f"{who}: {_arrow(was, f'{policy} {priority}')}"
        case _:
            text = _of_nic(setting, facts)
    return _noted(text, NOTES.get(type(setting), ""))


def _of_nic(setting: Setting, facts: HostFacts) -> str:
    """A change of an interface in words."""
    name = str(getattr(setting, "nic", ""))
    nic = facts.nic(name)
    changes = _nic_changes(setting, nic)
    return f"{name} " + ", ".join(changes) if changes else f"{name}: nothing changes"


def _nic_changes(setting: Setting, nic: NicFacts | None) -> list[str]:
    match setting:
        case RingSize(rx=rx, tx=tx):
            rows = [("rx ring", nic and nic.rx_ring, rx), ("tx ring", nic and nic.tx_ring, tx)]
        case Coalesce(rx_usecs=rx, tx_usecs=tx):
            rows = [("rx-usecs", nic and nic.rx_usecs, rx), ("tx-usecs", nic and nic.tx_usecs, tx)]
        case ChannelCount(combined=combined):
            rows = [("combined queues", nic and nic.queues, combined)]
        case RpsCpus(queue=queue, cpus=cpus):
            masks = nic.rps_cpus if nic is not None else ()
            before = f"{masks[queue]:x}" if queue < len(masks) else None
            return [f"rx-{queue} rps_cpus: {_arrow(before, f'{cpus:x}')}"]
        case NapiDeferHardIrqs(value=value):
            rows = [("napi_defer_hard_irqs", nic and nic.napi_defer_hard_irqs, value)]
        case GroFlushTimeout(value_ns=value):
            rows = [("gro_flush_timeout", nic and nic.gro_flush_timeout, value)]
        case Features(on=on, off=off):
            return [*(f"{name}: on" for name in on), *(f"{name}: off" for name in off)]
        case RxFlowHash(ports=ports):
            return [f"UDP hash of {'addresses and ports' if ports else 'addresses only'}"]
        case RssTable(table=table):
            return [f"RSS table over {len(set(table))} of its queues"]
        case RssKey():
            return ["RSS key: another one"]
        case NtupleInsert(rule=rule):
            where = "drop" if rule.action == DROP else f"queue {rule.action}"
            return [f"filter {rule.location}: {where}"]
        case NtupleDelete():
            return [f"filter {getattr(setting, 'location', '')} removed"]
        case _:
            return [type(setting).__name__]
    return [f"{word}: {_arrow(before, after)}" for word, before, after in rows if after is not None]


def _arrow(before: object, after: object) -> str:
    """A value before and after; only the value when it stays, or nobody knows what it was."""
    if before is None:
        return str(after)
    return f"{after}, as it is" if str(before) == str(after) else f"{before} → {after}"


def _cpus(mask: int) -> str:
    return taskset_list(mask)


def _noted(text: str, note: str) -> str:
    return f"{text} ({note})" if note else text
