"""The hash of receive-side scaling, and what of a packet goes into it.

Models the Toeplitz function of the RSS specification as 82576 and 82599 compute it: for every input bit that is
set, the 32-bit window of the key that starts at that bit is folded into the result. Input is source address,
destination address and, where the adapter hashes ports, source port and destination port, all big-endian.

Left out: the symmetric input transformations of newer adapters.
"""

from __future__ import annotations

KEY_BYTES = 40
"""Length of the key register; longer keys are cut, as drivers do with the kernel's shared key of 52 bytes."""

_WINDOW = 0xFFFFFFFF


class Toeplitz:
    """The hash under one key.

    For every byte position of the input and every value of the byte the contribution is computed once, when first
    needed, so that a hash is one table look-up a byte.

    Attributes:
        key: the key's bytes.
    """

    __slots__ = ("_bits", "_tables", "key")

    def __init__(self, key: bytes) -> None:
        """Take a key.

        Raises:
            ValueError: the key is too short for the 12 bytes of an IPv4 four-tuple.
        """
        if len(key) < 16:
            raise ValueError(f"an RSS key has at least 16 bytes, not {len(key)}")
        self.key = key
        self._bits = len(key) * 8
        self._tables: list[list[int]] = []

    def hash(self, data: bytes) -> int:
        """Return the 32-bit hash of `data`.

        Raises:
            ValueError: the input has more bytes than the key covers.
        """
        if len(data) * 8 + 32 > self._bits:
            raise ValueError(f"a key of {len(self.key)} bytes hashes no more than {len(self.key) - 4} bytes")
        tables = self._tables
        while len(tables) < len(data):
            tables.append(self._table(len(tables)))
        result = 0
        for table, byte in zip(tables, data, strict=False):  # later positions stay unused
            result ^= table[byte]
        return result

    def _table(self, position: int) -> list[int]:
        """Contribution of each value of the byte at `position`."""
        whole = int.from_bytes(self.key, "big")
        windows = [whole >> (self._bits - 32 - 8 * position - bit) & _WINDOW for bit in range(8)]
        table = []
        for value in range(256):
            folded = 0
            for bit, window in enumerate(windows):
                if value >> (7 - bit) & 1:
                    folded ^= window
            table.append(folded)
        return table


def addresses(saddr: int, daddr: int) -> bytes:
    """Input of an IPv4 hash over the addresses only."""
    return saddr.to_bytes(4, "big") + daddr.to_bytes(4, "big")


def four_tuple(saddr: int, daddr: int, sport: int, dport: int) -> bytes:
    """Input of an IPv4 hash over addresses and ports."""
    return addresses(saddr, daddr) + sport.to_bytes(2, "big") + dport.to_bytes(2, "big")
