"""The places where a frame can be lost or turned away, by the names that the ledger uses.

`packets.lost` holds only places where something was lost; an expression may ask for any of these and gets 0.
"""

from __future__ import annotations

from typing import Final

LOST_PLACES: Final[dict[str, str]] = {
    "nic:rx_missed_errors": "the adapter's FIFO had no room",
    "nic:rx_queue_drops": "no free descriptor, and the queue drops instead of waiting",
    "nic:reset": "in the ring or the FIFO when the interface was reset",
    "skb:CPU_BACKLOG": "a CPU's backlog was full, or its flow limit reached",
    "skb:UNHANDLED_PROTO": "no protocol took it",
    "skb:OTHERHOST": "for another host's hardware address",
    "skb:IP_INADDRERRORS": "for no local address",
    "skb:IP_NOPROTO": "no transport protocol took it",
    "skb:NO_SOCKET": "no socket listens",
    "skb:UDP_CSUM": "bad UDP checksum",
    "skb:SOCKET_RCVBUFF": "the socket's receive buffer was full",
    "skb:PROTO_MEM": "the protocol's memory was exhausted",
}
"""Place to meaning; names of kernel places are those of `SKB_DROP_REASON_*`."""
