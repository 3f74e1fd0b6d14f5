"""The Ethernet frame of a packet, without FCS, from what the timeline knows of it.

Addresses, ports, length and number are the run's: the n-th frame of a flow comes from address `n % sources` and port
`n % many` upwards, as the wire addresses it. What no run knows is made, the same each time: the sender's MAC address
(02:00 and its IPv4 address; one address for all that come through a router), the IP identification (the number), TTL
64, DF, the payload (flow, number, then counting bytes).

Left out: what a capture had in its headers beside addresses and ports (nothing of it is recorded); every protocol but
UDP over IPv4, tunnels and VLANs, which no flow has yet. Checksums are right, as no wire damages frames yet.
"""

from __future__ import annotations

from typing import NamedTuple

import dpkt

from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline

UDP = 17
TTL = 64
HEADERS = 14 + 20 + 8
BROADCAST = b"\xff" * 6
ROUTER = bytes.fromhex("020000000001")
"""From whom frames come whose sender is not on the link."""

POINT_TO_POINT = 31
"""A prefix from which on there is no broadcast address (RFC 3021)."""

_LIMITED_BROADCAST = 0xFFFFFFFF
_CLASS_D = 0b1110
_GROUP_BITS = (1 << 23) - 1
_MULTICAST = 0x01005E000000


class _Device(NamedTuple):
    """The interface that a frame arrives at; without an address everything is on its link, and everything its own."""

    mac: bytes
    address: int | None
    prefix: int

    @property
    def hosts(self) -> int:
        """Bits that tell the hosts of its subnet apart."""
        return (1 << 32 - self.prefix) - 1


def frame_bytes(timeline: Timeline, uid: int) -> bytes | None:
    """Return the Ethernet frame, without FCS, that a frame was on the wire, or the first frame that an skb carries.

    It is as long as the frame was. None for what is no packet, and where the timeline does not tell enough: no length,
    no addresses, another protocol than UDP, fewer bytes than its headers.

    Raises:
        KeyError: there never was an object of that number.
    """
    timeline.object(uid)
    frame = timeline.object(timeline.frame_of(uid))
    if frame.cls.name != "frame":
        return None
    cursor = Cursor(timeline, max(frame.born, 0))
    length, number, flow = (_known(cursor, frame.uid, name) for name in ("len", "number", "flow"))
    if length is None or number is None or not flow or length < HEADERS:
        return None
    addresses = _tuple_of(cursor, flow, number)
    if addresses is None or _known(cursor, flow, "protocol") != UDP:
        return None
    saddr, daddr, sport, dport = addresses
    device = _device(cursor, _known(cursor, flow, "nic") or 0)
    payload = _payload(timeline, flow, number, length - HEADERS)
    datagram = dpkt.udp.UDP(sport=sport, dport=dport, ulen=8 + len(payload), data=payload)
    packet = dpkt.ip.IP(
        src=saddr.to_bytes(4, "big"),
        dst=daddr.to_bytes(4, "big"),
        id=number & 0xFFFF,
        df=1,
        ttl=TTL,
        p=UDP,
        data=datagram,  # its checksums are written with it, as they are left 0
    )
    return bytes(
        dpkt.ethernet.Ethernet(dst=_destination(device, daddr), src=_source(device, saddr), data=packet)
    )


def _known(cursor: Cursor, uid: int, name: str) -> int | None:
    """Return a field; None where it is not known or the class has none of that name."""
    try:
        value = cursor.get(uid, name)
    except KeyError:
        return None
    return value if isinstance(value, int) else None


def _tuple_of(cursor: Cursor, flow: int, number: int) -> tuple[int, int, int, int] | None:
    """Return the addresses and ports of a flow's n-th frame; None where they are not known."""
    saddr, daddr, sport, dport = (_known(cursor, flow, name) for name in ("saddr", "daddr", "sport", "dport"))
    if saddr is None or daddr is None or sport is None or dport is None:
        return None
    sources, many = _known(cursor, flow, "sources") or 1, _known(cursor, flow, "many") or 1
    return saddr + number % sources, daddr, sport + number % many, dport


def _payload(timeline: Timeline, flow: int, number: int, size: int) -> bytes:
    """Return the data of a flow's n-th frame: what it is in words, then bytes that count up from its number."""
    head = f"{timeline.object(flow).name or 'flow'} #{number} ".encode("ascii", "replace")
    counting = bytes((number + place) & 0xFF for place in range(max(size - len(head), 0)))
    return (head + counting)[:size]


# -- addresses of the link --------------------------------------------------------------------------------


def _device(cursor: Cursor, nic: int) -> _Device:
    """Return the interface over an adapter."""
    timeline = cursor.timeline
    classes = {schema.name for schema in timeline.classes}
    for uid in timeline.objects("net_device").tolist() if "net_device" in classes else ():
        if nic and _known(cursor, uid, "nic") == nic:
            address, prefix = _known(cursor, uid, "address") or None, _known(cursor, uid, "prefix") or 0
            index = _known(cursor, uid, "ifindex") or 0
            mac = _mac_of(timeline, uid) or bytes((0x52, 0x54, 0, 0, 0, index & 0xFF))
            return _Device(mac, address, prefix)
    return _Device(bytes.fromhex("525400000000"), None, 0)


def _mac_of(timeline: Timeline, device: int) -> bytes | None:
    """Return the address that the facts give an interface, None where they give none."""
    name = timeline.object(device).name
    for each in timeline.facts.get("nics", ()):
        if "mac" in each and (each.get("uid") == device or each.get("name") == name):
            return bytes.fromhex(str(each["mac"]).replace(":", ""))
    return None


def _source(device: _Device, saddr: int) -> bytes:
    """Return the MAC address that a frame from an IPv4 address comes from."""
    if device.address is not None and (saddr ^ device.address) & ~device.hosts:
        return ROUTER
    return _made(saddr)


def _destination(device: _Device, daddr: int) -> bytes:
    """Return the MAC address that a frame to an IPv4 address goes to; the host's own for its own address."""
    if daddr >> 28 == _CLASS_D:
        return (_MULTICAST | daddr & _GROUP_BITS).to_bytes(6, "big")
    if device.address is None or daddr == device.address:
        return device.mac
    subnet = device.address | device.hosts
    if daddr == _LIMITED_BROADCAST or (daddr == subnet and device.prefix < POINT_TO_POINT):
        return BROADCAST
    return _made(daddr)


def _made(address: int) -> bytes:
    """Return a locally administered MAC address that shows an IPv4 address."""
    return b"\x02\x00" + address.to_bytes(4, "big")
