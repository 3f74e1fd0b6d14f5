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
    """One number: where it stands, what it is called, and whether its rise is a loss."""

    key: Key
    owner: str
    name: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class SoftnetRow:
    """One CPU's line of /proc/net/softnet_stat."""

    cpu: int
    keys: tuple[Key, ...]


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
            found += [Counter(Key(uid, f"Udp{name}"), "Udp", name, name in LOSSES) for name in UDP]
    found += _adapters(timeline)
    if _has(timeline, "sock"):
        for uid in timeline.objects("sock").tolist():
            found.append(Counter(Key(uid, "sk_drops"), timeline.label(uid), "sk_drops", True))
    return found + _interrupts(timeline)


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
        found.append(Counter(Key(uid, "gprc"), name, names.received))
        found.append(Counter(Key(uid, "mpc"), name, "rx_missed_errors", True))
        if names.no_buffer:
            found.append(Counter(Key(uid, "rnbc"), name, names.no_buffer, True))
    for uid in timeline.objects("rx_ring").tolist() if _has(timeline, "rx_ring") else []:
        ring = timeline.label(uid)
        queue = ring.rpartition("-")[2]
        name = timeline.label(int(timeline.object(uid).parent)) or "ring"
        names = _DRIVERS.get(drivers.get(name, ""), _Names())
        found.append(Counter(Key(uid, "packets"), name, f"rx_queue_{queue}_packets"))
        if names.dropped:
            owner = name if "{queue}" in names.dropped else ring
            found.append(Counter(Key(uid, "drops"), owner, names.dropped.format(queue=queue), True))
    return found


def _interrupts(timeline: Timeline) -> list[Counter]:
    found = []
    for uid in timeline.objects("msix_vector").tolist() if _has(timeline, "msix_vector") else []:
        found.append(Counter(Key(uid, "fired"), "msix", timeline.label(uid)))
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

    While the showing runs the reference stands still, so what is marked has moved since it was set going.
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
