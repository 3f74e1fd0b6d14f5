"""What a decoded frame is made of: layers, fields, and how their bytes are read as text.

A header is a table of `Part`s, a row a field: its name as Wireshark writes it, where it lies in the header, how it is
read. Several parts may share a byte.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Field(NamedTuple):
    """A field of a header.

    Attributes:
        name: as Wireshark calls it.
        value_text: what stands there.
        start, end: the bytes of the frame that hold it (all or some of their bits), `end` not included.
        meaning: one line.
    """

    name: str
    value_text: str
    start: int
    end: int
    meaning: str


class Layer(NamedTuple):
    """A header, the data or the padding of a frame.

    Attributes:
        name: as Wireshark calls the protocol.
        start, end: its bytes, `end` not included; what it carries is a layer of its own.
        fields: in the order of their bytes.
    """

    name: str
    start: int
    end: int
    fields: tuple[Field, ...]


Read = Callable[[bytes], str]


class Part(NamedTuple):
    """A row of a header's table: a field `size` bytes long, `at` bytes into the header."""

    at: int
    size: int
    name: str
    read: Read
    meaning: str


def fields_of(data: bytes, start: int, table: tuple[Part, ...]) -> tuple[Field, ...]:
    """Return the fields of a header that begins at `start`; those that are cut off are left out."""
    return tuple(
        Field(name, read(data[first : first + size]), first, first + size, meaning)
        for at, size, name, read, meaning in table
        for first in (start + at,)
        if first + size <= len(data)
    )


# -- bytes as text ------------------------------------------------------------------------------------------


def whole(data: bytes) -> int:
    """Return bytes as a number, the first the most significant."""
    return int.from_bytes(data, "big")


def number(data: bytes) -> str:
    """A plain number."""
    return str(whole(data))


def hexadecimal(data: bytes) -> str:
    """A number in hex, with all its digits."""
    return f"0x{data.hex()}"


def mac(data: bytes) -> str:
    """A MAC address."""
    return data.hex(":")


def ipv4(data: bytes) -> str:
    """An IPv4 address."""
    return ".".join(str(byte) for byte in data)


def size_in_bytes(data: bytes) -> str:
    """A number of bytes."""
    return f"{whole(data)} B"


def named(names: dict[int, str], read: Read = number) -> Read:
    """Return a reader that puts the name of a value first and the value in brackets."""

    def reader(data: bytes) -> str:
        name = names.get(whole(data))
        return f"{name} ({read(data)})" if name else read(data)

    return reader


def bits(shift: int, width: int, unit: int = 1, suffix: str = "") -> Read:
    """Return a reader of some bits, as a multiple of `unit`."""
    return lambda data: f"{(whole(data) >> shift & (1 << width) - 1) * unit}{suffix}"


def flags(names: tuple[str, ...]) -> Read:
    """Return a reader of single bits, from bit 0 up; none set is 0."""

    def reader(data: bytes) -> str:
        value = whole(data)
        return " ".join(name for bit, name in enumerate(names) if name and value >> bit & 1) or "none"

    return reader
