"""Randomness: one stream a purpose, the same on every machine and under every Python.

Only `random.Random.random()` is used, whose sequence Python promises for a seed, and only the 53 bits it delivers,
as an integer: no logarithm, no float arithmetic, so no libm.
"""

from __future__ import annotations

import hashlib
from random import Random

BITS = 53
ONE = 1 << BITS
"""What `Stream.bits` stays below; an exponential variate is in units of a mean over `ONE`."""


class Stream:
    """A source of random integers.

    Args:
        seed: the scene's seed.
        name: what the numbers are for; streams of different names have nothing to do with each other.
    """

    __slots__ = ("_random",)

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self._random = Random(int.from_bytes(digest[:8], "big")).random

    def bits(self) -> int:
        """Return 53 random bits."""
        return int(self._random() * ONE)

    def below(self, limit: int) -> int:
        """Return a number from 0 to `limit - 1`; the bias is below `limit / 2**53`."""
        return self.bits() * limit >> BITS

    def exponential(self) -> int:
        """Return an exponential variate of mean `ONE`, by comparing uniform numbers only (von Neumann, 1951).

        A falling run of uniform numbers is drawn; when it has odd length its first number is the fraction, else one
        more mean has passed and the next run decides.
        """
        draw = self._random
        whole = 0
        while True:
            first = before = draw()
            odd = True
            while (number := draw()) < before:
                before = number
                odd = not odd
            if odd:
                return whole + int(first * ONE)
            whole += ONE
