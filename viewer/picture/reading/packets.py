"""Reading one skb for its card: memory, lengths, hash."""

from __future__ import annotations

from itertools import pairwise

from viewer.picture.reading.desk import Desk
from viewer.picture.regions.packet_card import PacketCard, Part

ETHERNET, UDP = 14, 8


def read_card(desk: Desk, packet: int) -> PacketCard | None:
    """The card of an skb; None for a frame, which has no memory of the kernel's yet, and for what does not live."""
    if packet <= 0 or not desk.cursor.exists(packet) or desk.letter(packet) < 0 or not desk.is_skb(packet):
        return None
    row = desk.fields(packet)
    fields = ((name, _text(name, row.get(name))) for name in ("len", "truesize", "hash"))
    known = tuple((name, value) for name, value in fields if value)
    return PacketCard(packet, desk.letter(packet), *_memory(row), known)


def _text(name: str, value: int | None) -> str:
    if value is None:
        return ""
    return f"{value:08x}" if name == "hash" else str(value)


def _memory(row: dict[str, int | None]) -> tuple[tuple[Part, ...], int, int]:
    """Parts of the linear data, `data` and `tail`; nothing before the headers are known."""
    data, length = row.get("data"), row.get("len")
    network, transport = row.get("network_header"), row.get("transport_header")
    if data is None or length is None or network is None or transport is None:
        return (), 0, 0
    tail, mac = data + length, network - ETHERNET
    if mac < 0 or not network < transport <= tail:
        return (), data, tail
    edges = [("headroom", 0), ("eth", mac), ("ip", network), ("udp", transport)]
    edges += [("payload", min(transport + UDP, tail)), ("", tail)]
    parts = (Part(name, start, after) for (name, start), (_, after) in pairwise(edges))
    return tuple(part for part in parts if part.end > part.start), data, tail
