"""Which receive queue a frame goes to: classification rules, then the hash and the indirection table.

Models receive-side scaling of the 82576 and 82599: Toeplitz hash, 128 table entries indexed by its low bits, UDP hashed
over the addresses only until the driver adds the ports; and the 82599's rules, which are looked at first.

Simplified: rules match in order of their location and each may have masks of its own (the 82599 has one set of masks).
Left out: fragments, TCP, IPv6, RSS contexts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.hardware.records import Frame, Reta
from engine.hardware.toeplitz import KEY_BYTES, Toeplitz, addresses, four_tuple
from engine.timeline.recorder import Recorder

TABLE_SIZE = 128
ROW = 8
DROP = -1
UDP, ANY_PROTOCOL = 17, 0

_KNOWN_LIMIT = 65_536
"""Tuples whose steering is remembered; more make no sense to keep."""


class Rule(Protocol):
    """A classification rule; a mask has ones where the packet's bits do not matter."""

    @property
    def location(self) -> int:
        """Number of the rule."""

    @property
    def protocol(self) -> int:
        """IP protocol number, 0 for any."""

    @property
    def saddr(self) -> int:
        """Source address."""

    @property
    def saddr_mask(self) -> int:
        """Bits of it that do not matter."""

    @property
    def daddr(self) -> int:
        """Destination address."""

    @property
    def daddr_mask(self) -> int:
        """Bits of it that do not matter."""

    @property
    def sport(self) -> int:
        """Source port."""

    @property
    def sport_mask(self) -> int:
        """Bits of it that do not matter."""

    @property
    def dport(self) -> int:
        """Destination port."""

    @property
    def dport_mask(self) -> int:
        """Bits of it that do not matter."""

    @property
    def action(self) -> int:
        """Queue, or `DROP`."""


class Steering:
    """Chooses queues.

    Attributes:
        rss_key: the key register, 40 bytes.
        reta: the table's rows as they are recorded; empty for an adapter with one queue and no RSS.
        table: the queue of each of the 128 entries.
        udp_ports: UDP is hashed with its ports.
        ntuple: classification rules, by location.
    """

    def __init__(self, recorder: Recorder, parent: int, key: bytes, table: Sequence[int]) -> None:
        """Take the key and the table; an empty table switches RSS off."""
        self.rss_key = key[:KEY_BYTES]
        self._toeplitz = Toeplitz(self.rss_key)
        self.udp_ports = False
        self.ntuple: list[Rule] = []
        self.table = list(table)
        self.reta = [
            Reta(
                recorder,
                parent=parent,
                name=f"reta {first}",
                first=first,
                **{f"e{entry}": table[first + entry] for entry in range(ROW)},
            )
            for first in range(0, len(table), ROW)
        ]
        self._known: dict[tuple[int, int, int, int], tuple[int, int]] = {}

    def set_table(self, table: Sequence[int]) -> None:
        """Write the indirection table.

        Raises:
            ValueError: it does not have as many entries as the adapter.
        """
        if len(table) != len(self.table):
            raise ValueError(f"the indirection table has {len(self.table)} entries, not {len(table)}")
        self._known.clear()
        for index, queue in enumerate(table):
            if queue != self.table[index]:
                self.table[index] = queue
                setattr(self.reta[index // ROW], f"e{index % ROW}", queue)

    def set_key(self, key: bytes) -> None:
        """Write the hash key."""
        self._known.clear()
        self.rss_key = key[:KEY_BYTES]
        self._toeplitz = Toeplitz(self.rss_key)

    def set_udp_ports(self, hashed: bool) -> None:
        """Add the ports to the hash of UDP over IPv4, or leave them out."""
        self._known.clear()
        self.udp_ports = hashed

    def insert(self, rule: Rule) -> None:
        """Add a classification rule; one of the same location is replaced."""
        self.delete(rule.location)
        self.ntuple.append(rule)
        self.ntuple.sort(key=lambda known: known.location)

    def delete(self, location: int) -> None:
        """Remove the rule at a location, if there is one."""
        self._known.clear()
        self.ntuple = [rule for rule in self.ntuple if rule.location != location]

    def steer(self, frame: Frame) -> tuple[int, int]:
        """Return hash and queue of a frame; the queue is `DROP` where a rule says so."""
        tuple_ = (frame.saddr, frame.daddr, frame.sport, frame.dport)
        known = self._known.get(tuple_)
        if known is None:
            known = self._choose(frame, *tuple_)
            if len(self._known) >= _KNOWN_LIMIT:
                self._known.clear()
            self._known[tuple_] = known
        return known

    def _choose(self, frame: Frame, saddr: int, daddr: int, sport: int, dport: int) -> tuple[int, int]:
        if not self.table:
            return 0, 0
        if self.udp_ports:
            value = self._toeplitz.hash(four_tuple(saddr, daddr, sport, dport))
        else:
            value = self._toeplitz.hash(addresses(saddr, daddr))
        for rule in self.ntuple:
            if _matches(rule, frame):
                return value, rule.action
        return value, self.table[value & (TABLE_SIZE - 1)]


def _matches(rule: Rule, frame: Frame) -> bool:
    return (
        rule.protocol in (UDP, ANY_PROTOCOL)
        and not (rule.saddr ^ frame.saddr) & ~rule.saddr_mask
        and not (rule.daddr ^ frame.daddr) & ~rule.daddr_mask
        and not (rule.sport ^ frame.sport) & ~rule.sport_mask
        and not (rule.dport ^ frame.dport) & ~rule.dport_mask
    )


def blocks(queues: int) -> list[int]:
    """The table that igb starts with: a block of entries a queue."""
    return [entry * queues // TABLE_SIZE for entry in range(TABLE_SIZE)]


def round_robin(queues: int) -> list[int]:
    """The table that most drivers start with: the queues in turn."""
    return [entry % queues for entry in range(TABLE_SIZE)]
