"""Cutting the worker's output into frames.

A frame is one byte that says what it is, four bytes of length (little-endian), and that many bytes. Pieces
arrive in any size; nothing is copied more than once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

HEADER = 5
LARGEST = 1 << 30


class FrameKind(StrEnum):
    """What a frame holds."""

    PROLOGUE = "P"
    CHUNK = "C"
    RESULTS = "R"
    PROGRESS = "G"
    END = "E"


class Frame(NamedTuple):
    """One whole frame."""

    kind: FrameKind
    payload: bytes


class FrameReader:
    """Collects pieces and hands out whole frames."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._wanted = HEADER

    @property
    def pending(self) -> int:
        """Bytes that are not a whole frame yet."""
        return self._waiting

    def feed(self, piece: bytes) -> Iterator[Frame]:
        """Take a piece in and yield the frames that are complete now.

        Raises:
            ValueError: the bytes are no frames: an unknown kind, or a length beyond reason.
        """
        self._pieces.append(piece)
        self._waiting += len(piece)
        if self._waiting < self._wanted:
            return
        data = b"".join(self._pieces)
        at = 0
        while len(data) - at >= HEADER:
            kind, size = _header(data, at)
            if len(data) - at < HEADER + size:
                self._wanted = HEADER + size
                break
            yield Frame(kind, data[at + HEADER : at + HEADER + size])
            at += HEADER + size
        else:
            self._wanted = HEADER
        rest = data[at:]
        self._pieces = [rest] if rest else []
        self._waiting = len(rest)


def _header(data: bytes, at: int) -> tuple[FrameKind, int]:
    letter, size = struct.unpack_from("<cI", data, at)
    try:
        kind = FrameKind(letter.decode("ascii"))
    except ValueError:
        raise ValueError(f"the worker sent a frame of unknown kind {letter!r}") from None
    if size > LARGEST:
        raise ValueError(f"the worker announced a frame of {size} bytes")
    return kind, size


def frame(kind: FrameKind, payload: bytes) -> bytes:
    """Write a frame."""
    return struct.pack("<cI", kind.value.encode("ascii"), len(payload)) + payload
