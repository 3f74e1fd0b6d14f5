"""The wire to one adapter: frames wait for each other and arrive with their last bit.

Models the link as a shared medium with a speed: preamble, frame, FCS and gap of one frame are over before the next
begins; frames of several senders go in the order in which they were ready, equal times in the order of the scene. Times
are kept in fractions of a nanosecond that the link's speed divides, so nothing drifts.

A frame is an object from a few frames ahead of its arrival on (`AHEAD`), with the moment of its last bit in
`arrived`, so that it can be seen coming; it counts as sent only when it has arrived. Simplified: no propagation
delay.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heapreplace
from math import gcd
from typing import NamedTuple

from engine.hardware.arrivals import NSEC_PER_SEC, OVERHEAD, Source
from engine.hardware.calendar import WIRE, Calendar
from engine.hardware.nic import Adapter
from engine.hardware.records import Flow, Frame

BEFORE_LAST_BIT = OVERHEAD - 12
"""Bytes beside the frame that pass until its last bit: preamble, delimiter and FCS, not the gap."""

AHEAD = 8
"""Frames that exist before they have arrived, so that a picture can show them coming."""


class Parcel(NamedTuple):
    """A frame that a sender hands to the wire."""

    time: int
    flow: Flow
    number: int
    length: int
    saddr: int
    daddr: int
    sport: int
    dport: int


def synthetic(flow: Flow, source: Source) -> Iterator[Parcel]:
    """Address the frames of a source; the n-th comes from address `n % sources` and port `n % many` of the flow."""
    saddr, daddr, sport, dport = flow.saddr, flow.daddr, flow.sport, flow.dport
    sources, many = flow.sources, flow.many
    for time, number, length in source:
        yield Parcel(
            time, flow, number, length, saddr + number % sources, daddr, sport + number % many, dport
        )


class Wire:
    """Carries the frames of all senders to one adapter.

    Args:
        calendar: when things happen.
        adapter: who receives.
        speed_bps: of the link.
    """

    def __init__(self, calendar: Calendar, adapter: Adapter, speed_bps: int) -> None:
        self.calendar = calendar
        self.adapter = adapter
        shared = gcd(speed_bps, NSEC_PER_SEC)
        self._ns = speed_bps // shared
        self._byte = 8 * NSEC_PER_SEC // shared
        self._free = 0
        self._senders: list[tuple[int, int, Parcel, Iterator[Parcel]]] = []
        self._order = 0

    @property
    def idle(self) -> bool:
        """Every frame of every sender has arrived."""
        return not self._senders and not self.adapter.nic.wire.items

    def attach(self, sender: Iterator[Parcel]) -> None:
        """Connect a sender; call before `start`."""
        first = next(sender, None)
        if first is not None:
            self._senders.append((first.time, self._order, first, sender))
            self._order += 1

    def start(self) -> None:
        """Put the first frames on their way."""
        heapify(self._senders)
        for _ in range(AHEAD):
            self._take()
        self._expect()

    def _take(self) -> None:
        """The next frame in line gets its place on the wire."""
        senders = self._senders
        if not senders:
            return
        _, order, parcel, sender = senders[0]
        time, flow, number, length, saddr, daddr, sport, dport = parcel
        following = next(sender, None)
        if following is None:
            heappop(senders)
        else:
            heapreplace(senders, (following.time, order, following, sender))
        begin = max(time * self._ns, self._free)
        self._free = begin + (length + OVERHEAD) * self._byte
        last_bit = begin + (length + BEFORE_LAST_BIT) * self._byte
        nic = self.adapter.nic
        frame = Frame(
            nic.recorder,
            flow=flow.uid,
            number=number,
            len=length,
            arrived=-(-last_bit // self._ns),
            saddr=saddr,
            daddr=daddr,
            sport=sport,
            dport=dport,
            copies=0,
            delivered=0,
            sender=flow,
        )
        nic.wire.append(frame)

    def _expect(self) -> None:
        frames = self.adapter.nic.wire.items
        if frames:
            self.calendar.at(frames[0].arrived, WIRE, self._arrive)

    def _arrive(self, _: object) -> None:
        """The last bit of the first frame is here."""
        frame = self.adapter.nic.wire.shift()
        span = (frame.len + BEFORE_LAST_BIT) * self._byte // self._ns
        self.adapter.receive(frame, span)
        self._take()
        self._expect()
