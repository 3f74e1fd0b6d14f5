"""The places where a frame can be lost or turned away, by the names that the ledger uses.

`packets.lost` holds only places where something was lost; an expression may ask for any of these and gets 0.
"""

from __future__ import annotations

from typing import Final

IGB_QUEUES: Final = 8

LOST_PLACES: Final[dict[str, str]] = {
    "nic:rx_missed_errors": "the adapter's FIFO had no room",
    "nic:rx_no_dma_resources": "ixgbe: no free descriptor, and the queue drops instead of waiting",
    **{f"nic:rx_queue_{n}_drops": f"igb: the same, of queue {n}" for n in range(IGB_QUEUES)},
    "nic:rx_long_length_errors": "longer than the interface receives",
    "nic:reset": "in the ring or the FIFO when the interface was reset",
    "nic:link_down": "the link was away",
    "skb:CPU_BACKLOG": "a CPU's backlog was full, or its flow limit reached",
    "skb:UNHANDLED_PROTO": "no protocol took it",
    "skb:OTHERHOST": "for another host's hardware address",
    "skb:IP_INADDRERRORS": "for no local address",
    "skb:NOT_SPECIFIED": "multicast of a group that nobody joined, but whose hardware address somebody else's has",
    "skb:IP_NOPROTO": "no transport protocol took it",
    "skb:NO_SOCKET": "no socket listens",
    "skb:PKT_TOO_SMALL": "too short for its headers",
    "skb:UDP_CSUM": "bad UDP checksum",
    "skb:SOCKET_RCVBUFF": "the socket's receive buffer was full",
    "skb:PROTO_MEM": "the protocol's memory was exhausted",
    "skb:QUEUE_PURGE": "still queued when its socket was closed",
    "udp:IgnoredMulti": "multicast or broadcast that no socket asked for",
}
"""Place to meaning; names of kernel places are those of `SKB_DROP_REASON_*`."""
