"""include/linux/skbuff.h: struct sk_buff as a picture needs it.

Simplified: the linear area of a receive skb is one buffer (headroom, frame, tailroom); page fragments come with TCP.
"""

from __future__ import annotations

from typing import Any

from engine.timeline.record import Record, field
from engine.timeline.schema import Kind

PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST = range(4)
CHECKSUM_NONE, CHECKSUM_UNNECESSARY, CHECKSUM_COMPLETE, CHECKSUM_PARTIAL = range(4)


class Skb(Record, kernel_name="sk_buff", meaning="Metadata and data of a packet.", transient=True):
    """One sk_buff; offsets are from `head`.

    Not recorded: `frame` (the wire frame it came from), the tuple, `protocol` (the ethertype), `ip_protocol`,
    `payload` (bytes of UDP payload), `gso_segs` (wire segments), `dst` (the route, None before the lookup), `socket`
    (what early demux found).
    """

    link: int = field("which list, and where in it", kind=Kind.LINK)
    flow: int = field("flow of its first frame", kind=Kind.UID)
    number: int = field("number of its first frame in the flow")
    len: int = field("bytes, linear and paged", unit="B")
    truesize: int = field("memory charged for it", unit="B")
    data: int = field("offset of the first byte of this layer", unit="B")
    network_header: int = field("offset of the IP header", unit="B")
    transport_header: int = field("offset of the UDP or TCP header", unit="B")
    hash: int = field("flow hash", kind=Kind.HEX)
    queue_mapping: int = field("recorded RX queue plus one")
    napi_id: int = field("napi_id of the NAPI that received it")
    dev: int = field("device", kind=Kind.UID)
    pkt_type: int = field("for whom", kind=Kind.ENUM, names=("HOST", "BROADCAST", "MULTICAST", "OTHERHOST"))
    ip_summed: int = field("checksum", kind=Kind.ENUM, names=("NONE", "UNNECESSARY", "COMPLETE", "PARTIAL"))
    sk: int = field("socket", kind=Kind.UID)
    cloned: int = field("its data is shared", kind=Kind.BOOL)
    alloc_cpu: int = field("CPU that allocated it")
    frame: Any
    saddr: int
    daddr: int
    sport: int
    dport: int
    dst: Any
    socket: Any
    netdev: Any
    gso_segs: int
    payload: int
    protocol: int
    ip_protocol: int
    bad_csum: bool
