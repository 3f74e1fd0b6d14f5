"""Which counters are shown, where they stand in the record, and how much they moved.

A summary of what the tools print most asked for, cell by cell, so that each can be traced to the step that moved
it. The tools' own pages are `engine.console.read`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.timeline.chunk import FATES
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline

_LOST = [FATES.index("lost"), FATES.index("copies_lost")]
SOFTNET = ("processed", "dropped", "time_squeeze", "received_rps")
SOFTNET_HEADS = ("processed", "dropped", "squeezed", "rps")
UDP = ("RcvbufErrors", "InErrors", "InDatagrams", "NoPorts", "InCsumErrors", "IgnoredMulti", "MemErrors")
LOSSES = ("RcvbufErrors", "InErrors", "NoPorts", "MemErrors", "InCsumErrors")


class Key(NamedTuple):
    """A field of an object."""

    uid: int
    field: str


@dataclass(frozen=True, slots=True)
class Counter:
    """One number.

    Attributes:
        key: where it stands.
        owner: whose it is.
        name: what the tools call it.
        lost: whether its rise is a loss.
        path: the expression of the results that says the same; "" for none.
    """

    key: Key
    owner: str
    name: str
    lost: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class SoftnetRow:
    """One CPU's line of /proc/net/softnet_stat."""

    cpu: int
    keys: tuple[Key, ...]

    def path(self, key: Key) -> str:
        """The expression of the results that says the same as one of its keys."""
        return f"softnet_stat[cpu={self.cpu}].{key.field}"


def softnet_rows(timeline: Timeline) -> list[SoftnetRow]:
    """The CPUs' lines, in order."""
    if not _has(timeline, "softnet_data"):
        return []
    uids = timeline.objects("softnet_data").tolist()
    return [SoftnetRow(cpu, tuple(Key(uid, field) for field in SOFTNET)) for cpu, uid in enumerate(uids)]


def counters(timeline: Timeline) -> list[Counter]:
    """The summary below the table: Udp, rings and adapter, sockets, interrupts."""
    found: list[Counter] = []
    if _has(timeline, "mib"):
        for uid in timeline.objects("mib").tolist()[:1]:
            found += [
                Counter(Key(uid, f"Udp{name}"), "Udp", name, name in LOSSES, f"snmp.Udp.{name}")
                for name in UDP
            ]
    return found + _adapters(timeline) + _sockets(timeline) + _interrupts(timeline)


def _sockets(timeline: Timeline) -> list[Counter]:
    """Drops by socket; the results count the sockets that there are, so their places hold while none is closed."""
    uids = timeline.objects("sock").tolist() if _has(timeline, "sock") else []
    stay = all(timeline.object(uid).died >= timeline.steps for uid in uids)
    return [
        Counter(
            Key(uid, "sk_drops"),
            timeline.label(uid),
            "sk_drops",
            True,
            f"sockets[{place}].drops" if stay else "",
        )
        for place, uid in enumerate(uids)
    ]


class _Names(NamedTuple):
    """What a driver's `ethtool -S` calls the adapter's counters; "" for what it does not print."""

    received: str = "rx_packets"
    no_buffer: str = ""
    dropped: str = ""


_DRIVERS = {
    "igb": _Names("rx_packets", "rx_no_buffer_count", "rx_queue_{queue}_drops"),
    "ixgbe": _Names("rx_pkts_nic", "", "rx_no_dma_resources"),
}


def _adapters(timeline: Timeline) -> list[Counter]:
    drivers = {str(one.get("name")): str(one.get("driver")) for one in timeline.facts.get("nics") or []}
    found = []
    for uid in timeline.objects("nic").tolist() if _has(timeline, "nic") else []:
        name = timeline.label(uid)
        names = _DRIVERS.get(drivers.get(name, ""), _Names())
        found.append(_of_adapter(uid, "gprc", name, names.received))
        found.append(_of_adapter(uid, "mpc", name, "rx_missed_errors", lost=True))
        if names.no_buffer:
            found.append(_of_adapter(uid, "rnbc", name, names.no_buffer, lost=True))
    for uid in timeline.objects("rx_ring").tolist() if _has(timeline, "rx_ring") else []:
        ring = timeline.label(uid)
        queue = ring.rpartition("-")[2]
        name = timeline.label(int(timeline.object(uid).parent)) or "ring"
        names = _DRIVERS.get(drivers.get(name, ""), _Names())
        found.append(_of_adapter(uid, "packets", name, f"rx_queue_{queue}_packets"))
        if names.dropped:
            owner = name if "{queue}" in names.dropped else ring
            found.append(Counter(Key(uid, "drops"), owner, names.dropped.format(queue=queue), True))
    return found


def _of_adapter(uid: int, field: str, owner: str, name: str, *, lost: bool = False) -> Counter:
    return Counter(Key(uid, field), owner, name, lost, f"ethtool.{owner}.{name}")


def _interrupts(timeline: Timeline) -> list[Counter]:
    found = []
    for uid in timeline.objects("msix_vector").tolist() if _has(timeline, "msix_vector") else []:
        name = timeline.label(uid)
        found.append(Counter(Key(uid, "fired"), "msix", name, path=f"sum(interrupts['{name}'][*])"))
    return found


def _has(timeline: Timeline, class_name: str) -> bool:
    return any(schema.name == class_name for schema in timeline.classes)


def read(cursor: Cursor, keys: list[Key]) -> dict[Key, int]:
    """The numbers at the cursor's step; what is not known is left out."""
    values = {}
    for key in keys:
        try:
            value = cursor.get(key.uid, key.field)
        except KeyError:
            continue  # a trace without this field
        if isinstance(value, int):
            values[key] = value
    return values


class Loss(NamedTuple):
    """How many were lost for one reason by a step, and the last step that lost one."""

    reason: str
    number: int
    step: int


def losses(timeline: Timeline, step: int) -> list[Loss]:
    """What was lost by a step, copies of multicast frames included, by place and reason in order of name."""
    rows = timeline.endings
    lost = rows[np.isin(rows["fate"], _LOST) & (rows["step"] <= step)]
    found = []
    for number in np.unique(lost["reason"]).tolist():
        mine = lost["step"][lost["reason"] == number]
        found.append(Loss(timeline.names[number], len(mine), int(mine.max())))
    return sorted(found)


class Reference:
    """What a change is a change from: the moment that was at rest before this one.

    While the showing runs the reference stands still, so what is marked has moved since it was set going. A mark
    that somebody set stands above it: `since`.
    """

    def __init__(self) -> None:
        self.step = -1
        self._rested = -1

    def see(self, step: int, *, at_rest: bool) -> int:
        """Note where the showing is; return the step to compare with."""
        if at_rest and step != self._rested:
            self.step, self._rested = self._rested, step
        elif not at_rest:
            self.step = self._rested
        return self.step

    def since(self, timeline: Timeline, mark_ns: int | None) -> int:
        """The step to compare with: the mark's, else the one before this; -1 for the beginning of the run."""
        return self.step if mark_ns is None else int(timeline.moment(mark_ns))
