"""net/packet/internal.h: struct packet_sock as a picture needs it."""

from __future__ import annotations

from engine.timeline.record import Record, field
from engine.timeline.schema import Kind


class PacketSock(Record, kernel_name="packet_sock", meaning="A packet socket: what tcpdump reads from."):
    """One AF_PACKET socket, bound to an interface."""

    dev: int = field("interface it is bound to", kind=Kind.UID)
    tp_packets: int = field("frames copied to its ring", unit="frames")
    bytes: int = field("bytes copied to its ring", unit="B")
