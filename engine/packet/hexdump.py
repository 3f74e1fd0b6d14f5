"""Bytes as rows of sixteen: offset, hex, ASCII, as `hexdump -C` and Wireshark set them."""

from __future__ import annotations

from typing import NamedTuple

ROW = 16
_DOT = ord(".")
_PRINTABLE = bytes(byte if 0x20 <= byte < 0x7F else _DOT for byte in range(256))


class HexRow(NamedTuple):
    """One row.

    Attributes:
        offset: of its first byte in the frame.
        hex: two digits a byte, a space between; byte `i` of the row stands at column `3 * i`.
        ascii: a character a byte, a dot for what cannot be printed.
    """

    offset: int
    hex: str
    ascii: str


def hex_rows(data: bytes) -> tuple[HexRow, ...]:
    """Return the rows of some bytes; the last may be short."""
    return tuple(
        HexRow(start, part.hex(" "), part.translate(_PRINTABLE).decode("ascii"))
        for start in range(0, len(data), ROW)
        for part in (data[start : start + ROW],)
    )
