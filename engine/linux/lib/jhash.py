"""include/linux/jhash.h: Bob Jenkins' lookup3 hash of three words, which spreads sockets and flows."""

from __future__ import annotations

_WORD = 0xFFFFFFFF
_INITVAL = 0xDEADBEEF


def _rotate(word: int, bits: int) -> int:
    return (word << bits | word >> (32 - bits)) & _WORD


def jhash_3words(a: int, b: int, c: int, initval: int) -> int:
    """Return a 32-bit hash of three 32-bit words under a key."""
    start = (initval + _INITVAL + (3 << 2)) & _WORD
    a, b, c = (a + start) & _WORD, (b + start) & _WORD, (c + start) & _WORD
    c = ((c ^ b) - _rotate(b, 14)) & _WORD
    a = ((a ^ c) - _rotate(c, 11)) & _WORD
    b = ((b ^ a) - _rotate(a, 25)) & _WORD
    c = ((c ^ b) - _rotate(b, 16)) & _WORD
    a = ((a ^ c) - _rotate(c, 4)) & _WORD
    b = ((b ^ a) - _rotate(a, 14)) & _WORD
    return ((c ^ b) - _rotate(b, 24)) & _WORD


def reciprocal_scale(value: int, range_end: int) -> int:
    """Map a 32-bit value to 0 .. range_end - 1 by its high bits."""
    return value * range_end >> 32
