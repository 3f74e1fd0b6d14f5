"""Offloads: what `ethtool -k` lists, what each driver can change, and which depend on others.

The order is that of ethtool 6.14; `tx-tcp-accecn-segmentation` is listed from Linux 6.18 on. igb's defaults are
those of an 82576 under Linux 6.12.107; ixgbe's are those of an 82599 without DCB and FCoE.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from engine.console.kernels import text, version


@dataclass(frozen=True, slots=True)
class Group:
    """An old name of ethtool's: its short and long form, and the kernel features it stands for."""

    short: str
    long: str
    pattern: str


GROUPS = (
    Group("rx", "rx-checksumming", "rx-checksum"),
    Group("tx", "tx-checksumming", "tx-checksum-*"),
    Group("sg", "scatter-gather", "tx-scatter-gather*"),
    Group("tso", "tcp-segmentation-offload", "tx-tcp*-segmentation"),
    Group("gso", "generic-segmentation-offload", "tx-generic-segmentation"),
    Group("gro", "generic-receive-offload", "rx-gro"),
    Group("lro", "large-receive-offload", "rx-lro"),
    Group("rxvlan", "rx-vlan-offload", "rx-vlan-hw-parse"),
    Group("txvlan", "tx-vlan-offload", "tx-vlan-hw-insert"),
    Group("ntuple", "ntuple-filters", "rx-ntuple-filter"),
    Group("rxhash", "receive-hashing", "rx-hashing"),
)
DRIVERS = ("igb", "ixgbe", "legacy")
TSO = (
    "tx-tcp-segmentation",
    "tx-tcp-ecn-segmentation",
    "tx-tcp-mangleid-segmentation",
    "tx-tcp6-segmentation",
)


def _table() -> tuple[dict[str, tuple[int, int]], dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Read the table of features: first kernel of each in bit order; by driver what is on, and what can be changed."""
    since: dict[str, tuple[int, int]] = {}
    on: dict[str, list[str]] = {driver: [] for driver in DRIVERS}
    free: dict[str, list[str]] = {driver: [] for driver in DRIVERS}
    for line in text("features.txt").splitlines()[1:]:
        name, *states = line.split()
        since[name] = version(states[3]) if len(states) > 3 else (0, 0)
        for driver, state in zip(DRIVERS, states, strict=False):
            if state.startswith("on"):
                on[driver].append(name)
            if state.endswith("*"):
                free[driver].append(name)
    return (
        since,
        {each: frozenset(on[each]) for each in DRIVERS},
        {each: frozenset(free[each]) for each in DRIVERS},
    )


SINCE, ON, FREE = _table()
"""The kernel's names in the order of their bits; by driver what is on after loading, and what is not [fixed]."""

NOT_BUILT_ON = frozenset(
    {
        *("rx-lro", "rx-all", "rx-gro-list", "rx-udp-gro-forwarding", "l2-fwd-offload", "hw-tc-offload"),
        "tx-nocache-copy",
    }
)
"""What a real driver would turn on and the simulated one does not know yet."""

RECORDED = frozenset(
    {
        *("rx-checksum", "rx-gro", "rx-hashing", "rx-lro", "rx-ntuple-filter", "rx-gro-hw", "rx-gro-list"),
        *("rx-udp-gro-forwarding", "rx-vlan-hw-parse", "rx-vlan-filter"),
    }
)
"""Features whose state the device records in `features`; transmit offloads that are off are in `tx_off`."""


def known(kernel: str) -> list[str]:
    """Return the features of a kernel version in bit order."""
    return [name for name, first in SINCE.items() if first <= version(kernel)]


def members(pattern: str, kernel: str) -> list[str]:
    """Return the features a group's pattern stands for, in bit order."""
    return [name for name in known(kernel) if fnmatchcase(name, pattern)]


def effective(driver: str, wanted: Iterable[str]) -> frozenset[str]:
    """Return what is really on: the wanted features without those whose requirements are off."""
    on = set(wanted)
    if "tx-scatter-gather" not in on:
        on -= {"tx-generic-segmentation", *TSO}
    if driver != "legacy" and "tx-checksum-ip-generic" not in on:
        on -= {*TSO, "tx-udp-segmentation"}
    if "tx-tcp-segmentation" not in on:
        on -= {"tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation"}
    if driver == "igb":
        on = on | {"tx-vlan-hw-insert"} if "rx-vlan-hw-parse" in on else on - {"tx-vlan-hw-insert"}
    return frozenset(on)


def wanted(driver: str, recorded: frozenset[str] | None, tx_off: frozenset[str]) -> frozenset[str]:
    """Return the offloads that were asked for.

    Args:
        driver: "igb", "ixgbe" or "legacy".
        recorded: names of the bits that are set in `net_device.features`; None if nobody recorded them.
        tx_off: names of the bits that are set in `net_device.tx_off`.
    """
    receiving = (ON[driver] if recorded is None else recorded) & RECORDED & (ON[driver] | FREE[driver])
    sending = ON[driver] - RECORDED - tx_off
    return sending | receiving | (ON[driver] - FREE[driver])
