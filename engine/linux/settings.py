"""What an administrator's commands change: a handler for each kind of setting.

The commands themselves are understood and refused in `engine.console.write`; here they take effect, between two steps.
"""

from __future__ import annotations

from engine.console.write import settings
from engine.console.write.settings import Setting
from engine.linux.host import Host
from engine.linux.include.netdevice import FEATURES, TX_OFFLOADS, NetDevice
from engine.linux.include.sched import POLICIES
from engine.linux.kernel.irq import irq_set_affinity
from engine.linux.kernel.sched import set_cpus_allowed, set_scheduler
from engine.linux.net.core.dev.rps import rps_cpus_store


class NotBuiltError(ValueError):
    """A setting that a real host would take and this one cannot."""


def apply(host: Host, setting: Setting) -> None:
    """Let a setting take effect.

    Raises:
        NotBuiltError: the model does not know it yet.
    """
    match setting:
        case settings.Sysctl(key, value):
            setattr(host.sysctl, key.rsplit(".", 1)[-1], value)
        case settings.IrqAffinity(irq, cpus):
            irq_set_affinity(host.irqs[irq], cpus)
        case settings.DefaultIrqAffinity(cpus):
            host.default_irq_affinity = cpus
            host.sysctl.default_smp_affinity = cpus
        case settings.TaskAffinity(pid, cpus):
            set_cpus_allowed(host.cpus, host.tasks[pid], cpus)
        case settings.TaskPolicy(pid, policy, priority):
            set_scheduler(host.tasks[pid], POLICIES.index(policy), priority)
        case _:
            _apply_to_device(host, setting)


def _apply_to_device(host: Host, setting: Setting) -> None:
    match setting:
        case settings.RpsCpus(nic, queue, cpus):
            rps_cpus_store(host, host.devices[nic].rps[queue], cpus)
        case settings.NapiDeferHardIrqs(nic, value):
            host.devices[nic].napi_defer_hard_irqs = value
        case settings.GroFlushTimeout(nic, value):
            host.devices[nic].gro_flush_timeout = value
        case settings.Features(nic, wanted_on, wanted_off, on, off):
            _set_features(host, nic, on, off)
            _note_transmit(host.devices[nic], wanted_on, wanted_off)
        case _:
            _apply_to_driver(host, setting)


def _set_features(host: Host, nic: str, on: tuple[str, ...], off: tuple[str, ...]) -> None:
    dev = host.devices[nic]
    for name in on:
        if name not in FEATURES:
            continue  # an offload of the transmit side: noted by the tool, nothing here depends on it
        if name in ("rx-lro", "rx-gro-hw", "rx-gro-list", "rx-udp-gro-forwarding"):
            raise NotBuiltError(f"{name} is not built yet")
    dev.ops.set_features(on, off)


def _note_transmit(dev: NetDevice, on: tuple[str, ...], off: tuple[str, ...]) -> None:
    """Remember which offloads of the transmit side were asked for: ethtool -k shows them."""
    for position, name in enumerate(TX_OFFLOADS):
        if name in on:
            dev.tx_off &= ~(1 << position)
        elif name in off:
            dev.tx_off |= 1 << position


def _apply_to_driver(host: Host, setting: Setting) -> None:
    dev = host.devices[setting.nic]  # type: ignore[union-attr]  # every kind that is left names an interface
    ops = dev.ops
    match setting:
        case settings.RingSize(_, rx, tx):
            ops.set_ringparam(rx, tx)
        case settings.Coalesce(_, rx_usecs, tx_usecs):
            ops.set_coalesce(rx_usecs, tx_usecs)
        case settings.ChannelCount(_, combined):
            ops.set_channels(combined)
        case settings.RssTable(_, table):
            ops.set_rxfh(table)
        case settings.RxFlowHash(_, ports):
            ops.set_rx_flow_hash(ports)
        case settings.RssKey(_, key):
            ops.set_rxfh_key(key)
        case settings.NtupleInsert(_, rule):
            ops.insert_rule(rule)
        case settings.NtupleDelete(_, location):
            ops.delete_rule(location)
        case _:
            raise NotBuiltError(f"{type(setting).__name__} is not built yet")
