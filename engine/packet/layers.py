"""A frame taken apart: its headers, each with its fields and the bytes that hold them.

Reads whatever bytes it is given and never refuses: a header that is cut off ends the reading and becomes data, as does
what nothing here can read (IPv6, fragments after the first). Checksums are worked out again, and said to be correct or
wrong.
"""

from __future__ import annotations

import dpkt

from engine.packet import headers
from engine.packet.parts import Field, Layer, Part, fields_of, size_in_bytes, whole

_ETHERNET, _TAG, _IP, _UDP, _TCP, _ICMP, _ARP = 14, 4, 20, 8, 20, 8, 28
_MORE_OR_LATER = 0x3FFF
_LATER = 0x1FFF


def layers(data: bytes) -> tuple[Layer, ...]:
    """Return the layers of an Ethernet frame without FCS, the outermost first; every byte is in exactly one."""
    if len(data) < _ETHERNET:
        return _data(data, 0, len(data))
    found = [Layer("Ethernet II", 0, _ETHERNET, fields_of(data, 0, headers.ETHERNET))]
    at, kind = _ETHERNET, whole(data[12:14])
    while kind in (headers.VLAN, headers.SERVICE_VLAN) and at + _TAG <= len(data):
        name = "802.1Q Virtual LAN" if kind == headers.VLAN else "802.1ad Virtual LAN"
        found.append(Layer(name, at, at + _TAG, fields_of(data, at, headers.TAG)))
        at, kind = at + _TAG, whole(data[at + 2 : at + 4])
    if kind == headers.IPV4:
        found += _ip(data, at)
    elif kind == headers.ARP and at + _ARP <= len(data):
        found.append(Layer("ARP", at, at + _ARP, fields_of(data, at, headers.ARP_PACKET)))
        found += _padding(data, at + _ARP)
    else:
        found += _data(data, at, len(data))
    return tuple(found)


# -- IPv4 ---------------------------------------------------------------------------------------------------


def _ip(data: bytes, at: int) -> tuple[Layer, ...]:
    """Return the layers from an IPv4 header on."""
    size = (data[at] & 0xF) * 4 if at < len(data) else 0
    if size < _IP or data[at] >> 4 != 4 or at + size > len(data):
        return _data(data, at, len(data))
    fields = (
        *fields_of(data, at, headers.IP_HEADER),
        _checksum(data, at, headers.IP_CHECKSUM, data[at : at + size]),
        *fields_of(data, at, headers.IP_ADDRESSES),
        *_options(data, at, _IP, size),
    )
    header = Layer("Internet Protocol Version 4", at, at + size, fields)
    total = whole(data[at + 2 : at + 4])
    end = min(at + total, len(data)) if total >= size else len(data)
    above = _above_ip(data, at, at + size, end, total)
    return (header, *above, *_padding(data, end))


def _above_ip(data: bytes, ip: int, at: int, end: int, total: int) -> tuple[Layer, ...]:
    """Return the layers of an IPv4 packet's data; of a fragment only the first has a header."""
    fragment = whole(data[ip + 6 : ip + 8])
    protocol = data[ip + 9]
    if fragment & _LATER:
        return _data(data, at, end)
    covered = b""
    if not fragment & _MORE_OR_LATER and ip + total <= len(
        data
    ):  # else the checksum is over bytes that are not here
        length = whole(data[at + 4 : at + 6]) if protocol == headers.UDP else end - at
        pseudo = data[ip + 12 : ip + 20] + bytes((0, protocol)) + length.to_bytes(2, "big")
        covered = pseudo + data[at : at + length] if length <= end - at else b""
    if protocol == headers.UDP and at + _UDP <= end:
        return _udp(data, at, end, covered)
    if protocol == headers.TCP and at + _TCP <= end:
        return _tcp(data, at, end, covered)
    if protocol == headers.ICMP and at + _ICMP <= end:
        return _icmp(data, at, end, covered[12:])
    return _data(data, at, end)


def _udp(data: bytes, at: int, end: int, covered: bytes) -> tuple[Layer, ...]:
    checksum = _checksum(data, at, headers.UDP_CHECKSUM, covered)
    if not any(data[at + 6 : at + 8]):
        checksum = checksum._replace(value_text="0x0000, none")
    fields = (*fields_of(data, at, (*headers.PORTS, *headers.UDP_LENGTH)), checksum)
    return (Layer("User Datagram Protocol", at, at + _UDP, fields), *_data(data, at + _UDP, end))


def _tcp(data: bytes, at: int, end: int, covered: bytes) -> tuple[Layer, ...]:
    size = min(max((data[at + 12] >> 4) * 4, _TCP), end - at)
    fields = (
        *fields_of(data, at, (*headers.PORTS, *headers.TCP_HEADER)),
        _checksum(data, at, headers.TCP_CHECKSUM, covered),
        *fields_of(data, at, headers.TCP_URGENT),
        *_options(data, at, _TCP, size),
    )
    return (Layer("Transmission Control Protocol", at, at + size, fields), *_data(data, at + size, end))


def _icmp(data: bytes, at: int, end: int, covered: bytes) -> tuple[Layer, ...]:
    rest: tuple[Part, ...] = headers.ICMP_ECHO if data[at] in headers.ECHO else headers.ICMP_REST
    fields = (
        *fields_of(data, at, headers.ICMP_HEADER),
        _checksum(data, at, headers.ICMP_CHECKSUM, covered),
        *fields_of(data, at, rest),
    )
    return (Layer("Internet Control Message Protocol", at, at + _ICMP, fields), *_data(data, at + _ICMP, end))


# -- what all have in common --------------------------------------------------------------------------------


def _checksum(data: bytes, at: int, row: tuple[int, str, str], covered: bytes) -> Field:
    """Return a checksum field; `covered` is what it is over, itself included, and empty where not all is here."""
    offset, name, meaning = row
    first = at + offset
    value = f"0x{data[first : first + 2].hex()}"
    if covered:
        # Ones' complement: what is over right bytes, checksum included, is zero.
        value += ", correct" if dpkt.in_cksum(covered) == 0 else ", wrong"
    return Field(name, value, first, first + 2, meaning)


def _options(data: bytes, at: int, least: int, size: int) -> tuple[Field, ...]:
    """Return the options of a header that is longer than it must be."""
    if size <= least:
        return ()
    first, end = at + least, at + size
    return (Field("Options", data[first:end].hex(" "), first, end, "one after another, as they stand"),)


def _data(data: bytes, at: int, end: int) -> tuple[Layer, ...]:
    """Return what nothing here reads."""
    return _rest(data, at, end, "Data", "what the headers before it carry")


def _padding(data: bytes, at: int) -> tuple[Layer, ...]:
    """Return what fills a short frame up to 60 bytes."""
    return _rest(data, at, len(data), "Padding", "fills the frame up, belongs to nothing")


def _rest(data: bytes, at: int, end: int, name: str, meaning: str) -> tuple[Layer, ...]:
    if at >= end:
        return ()
    length = size_in_bytes((end - at).to_bytes(4, "big"))
    return (Layer(name, at, end, (Field(name, length, at, end, meaning),)),)
