"""Captures: pcap and pcapng files as flows of frames.

Reads Ethernet captures; every UDP over IPv4 five-tuple becomes a flow with its frames' order, lengths, headers and
times. Frames of other kinds (and fragments, whose ports are not in every frame) are left out and counted. dpkt decodes
files and frames; the walk over the file is here because times must stay integers and damage must be named.

A file that is cut off, empty, of another link type or not in order of time is refused: `CaptureError` names the packet.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dpkt
from dpkt import pcap, pcapng

from engine.hardware.arrivals import MIN_FRAME, NSEC_PER_SEC, Limits, Pace
from engine.hardware.records import Flow
from engine.hardware.wire import Parcel

ETHERNET = 1
HEADERS = 14 + 60 + 8
"""Most bytes of Ethernet, IPv4 and UDP headers; what is kept of a frame."""

_MICROSECONDS = 1000
_PCAP_MAGICS = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
_PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"
_NANOSECOND_MAGICS = _PCAP_MAGICS[2:]
_LINK_TYPES = {
    0: "BSD loopback",
    101: "raw IP",
    105: "802.11",
    113: "Linux cooked",
    127: "802.11 radiotap",
    276: "Linux cooked v2",
}


class CaptureError(ValueError):
    """A capture that cannot be used.

    Attributes:
        path: the file.
        packet: number of the packet, from 1; 0 when the file as a whole is meant.
    """

    def __init__(self, path: Path, packet: int, problem: str) -> None:
        where = f"{path.name}, packet {packet}" if packet else path.name
        super().__init__(f"{where}: {problem}")
        self.path = path
        self.packet = packet


@dataclass(frozen=True, slots=True)
class FiveTuple:
    """Who sends UDP to whom."""

    saddr: int
    sport: int
    daddr: int
    dport: int


@dataclass(frozen=True, slots=True)
class Packet:
    """A frame of a capture.

    Attributes:
        time: nanoseconds since the first frame that is used.
        flow: position in `Capture.flows`.
        number: its number in the flow.
        length: bytes on the wire without FCS, at least 60.
        headers: its first bytes as captured.
    """

    time: int
    flow: int
    number: int
    length: int
    headers: bytes


@dataclass(frozen=True, slots=True)
class Capture:
    """What a file holds.

    Attributes:
        flows: five-tuples in order of their first frame.
        packets: frames in order.
        skipped: how many frames of which kind were left out, by kind.
    """

    path: Path
    flows: tuple[FiveTuple, ...]
    packets: tuple[Packet, ...]
    skipped: dict[str, int]

    @property
    def note(self) -> str:
        """What was left out, in words; "" when nothing was."""
        kinds = [f"{count} {kind}" for kind, count in sorted(self.skipped.items())]
        return f"{self.path.name}: left out {', '.join(kinds)}" if kinds else ""


@dataclass(frozen=True, slots=True)
class _Raw:
    """A record of the file: nanoseconds since the epoch, bytes on the wire, bytes kept."""

    time: int
    length: int
    data: bytes


def read_capture(path: Path) -> Capture:
    """Read a pcap or pcapng file.

    Raises:
        CaptureError: it is not a capture, or cannot be used; says why.
        OSError: it cannot be read.
    """
    data = path.read_bytes()
    if not data:
        raise CaptureError(path, 0, "the file is empty")
    if data[:4] in _PCAP_MAGICS:
        records = _pcap(path, data)
    elif data[:4] == _PCAPNG_MAGIC:
        records = _pcapng(path, data)
    else:
        raise CaptureError(path, 0, "neither pcap nor pcapng")
    return _sort_into_flows(path, records)


def _sort_into_flows(path: Path, records: Iterator[_Raw]) -> Capture:
    flows: dict[FiveTuple, int] = {}
    sent: list[int] = []
    packets: list[Packet] = []
    skipped: dict[str, int] = {}
    latest, first, number = 0, 0, 0
    for number, raw in enumerate(records, 1):
        if number > 1 and raw.time < latest:
            raise CaptureError(
                path, number, f"{latest - raw.time} ns before the packet before it; sort the file by time"
            )
        latest = raw.time
        tuple_ = _udp(path, number, raw.data)
        if isinstance(tuple_, str):
            skipped[tuple_] = skipped.get(tuple_, 0) + 1
            continue
        if not packets:
            first = raw.time
        flow = flows.setdefault(tuple_, len(flows))
        if flow == len(sent):
            sent.append(0)
        length = max(raw.length, MIN_FRAME)
        packets.append(Packet(raw.time - first, flow, sent[flow], length, raw.data[:HEADERS]))
        sent[flow] += 1
    if not number:
        raise CaptureError(path, 0, "no packet in the file")
    if not packets:
        raise CaptureError(path, 0, f"no UDP over IPv4 among its {number} packets")
    return Capture(path, tuple(flows), tuple(packets), skipped)


def _udp(path: Path, number: int, data: bytes) -> FiveTuple | str:
    """The five-tuple of a frame, or what kind of frame it is instead."""
    try:
        frame = dpkt.ethernet.Ethernet(data)
    except dpkt.UnpackError:
        raise CaptureError(path, number, f"only {len(data)} bytes captured, less than its headers") from None
    ip = frame.data
    if not isinstance(ip, dpkt.ip.IP):
        return {0x86DD: "IPv6", 0x0806: "ARP"}.get(frame.type, f"ethertype {frame.type:#06x}")
    if frame.type != dpkt.ethernet.ETH_TYPE_IP:
        return "VLAN-tagged"
    if ip.p != dpkt.ip.IP_PROTO_UDP:
        return {6: "TCP", 1: "ICMP", 2: "IGMP"}.get(ip.p, f"IP protocol {ip.p}")
    if ip.mf or ip.offset:
        return "IPv4 fragment"
    if not isinstance(ip.data, dpkt.udp.UDP):
        raise CaptureError(path, number, f"only {len(data)} bytes captured, less than its headers")
    source, destination = (int.from_bytes(address, "big") for address in (ip.src, ip.dst))
    return FiveTuple(source, ip.data.sport, destination, ip.data.dport)


# -- pcap -------------------------------------------------------------------------------------------------


def _pcap(path: Path, data: bytes) -> Iterator[_Raw]:
    little = data[:4] in (_PCAP_MAGICS[0], _PCAP_MAGICS[2])
    if len(data) < pcap.FileHdr.__hdr_len__:
        raise CaptureError(path, 0, "cut off within the file's header")
    header = (pcap.LEFileHdr if little else pcap.FileHdr)(data[: pcap.FileHdr.__hdr_len__])
    _check_link_type(path, header.linktype & 0xFFFF)
    unit = 1 if data[:4] in _NANOSECOND_MAGICS else _MICROSECONDS
    record = pcap.LEPktHdr if little else pcap.PktHdr
    width = record.__hdr_len__
    at, number = pcap.FileHdr.__hdr_len__, 0
    while at < len(data):
        number += 1
        if at + width > len(data):
            raise CaptureError(path, number, "cut off within the packet's header")
        head = record(data[at : at + width])
        at += width
        if at + head.caplen > len(data):
            raise CaptureError(path, number, f"cut off: {len(data) - at} of {head.caplen} captured bytes")
        yield _Raw(head.tv_sec * NSEC_PER_SEC + head.tv_usec * unit, head.len, data[at : at + head.caplen])
        at += head.caplen


def _check_link_type(path: Path, link_type: int) -> None:
    if link_type != ETHERNET:
        name = _LINK_TYPES.get(link_type, "unknown")
        raise CaptureError(path, 0, f"link type {link_type} ({name}); only Ethernet (1) can be replayed")


# -- pcapng -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Clock:
    """An interface's clock: ticks a second, and seconds to add."""

    per_second: int
    offset: int

    def ns(self, ticks: int) -> int:
        return self.offset * NSEC_PER_SEC + ticks * NSEC_PER_SEC // self.per_second


def _pcapng(path: Path, data: bytes) -> Iterator[_Raw]:
    """Walk the blocks; each section has its own byte order and its own interfaces."""
    at, number = 0, 0
    order = "<"
    clocks: list[_Clock] = []
    while at < len(data):
        if at + 12 > len(data):
            raise CaptureError(path, number + 1, "cut off within a block's header")
        if data[at : at + 4] == _PCAPNG_MAGIC:
            order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            clocks = []
        kind, length = struct.unpack_from(f"{order}II", data, at)
        if length < 12 or length % 4:
            raise CaptureError(path, number + 1, f"a block claims a length of {length} bytes")
        if at + length > len(data):
            raise CaptureError(path, number + 1, f"cut off: {len(data) - at} of a block's {length} bytes")
        block = data[at : at + length]
        at += length
        if kind == pcapng.PCAPNG_BT_IDB:
            clocks.append(_interface(path, block, order))
        elif kind == pcapng.PCAPNG_BT_EPB:
            number += 1
            yield _enhanced_packet(path, number, block, order, clocks)
        elif kind in (pcapng.PCAPNG_BT_PB, pcapng.PCAPNG_BT_SPB):
            raise CaptureError(
                path, number + 1, "an obsolete or simple packet block; convert the file with editcap"
            )


def _interface(path: Path, block: bytes, order: str) -> _Clock:
    layout = pcapng.InterfaceDescriptionBlockLE if order == "<" else pcapng.InterfaceDescriptionBlock
    try:
        found = layout(block)
    except (dpkt.UnpackError, struct.error):
        raise CaptureError(path, 0, "an interface description that cannot be read") from None
    _check_link_type(path, found.linktype)
    per_second, offset = 1_000_000, 0
    for option in found.opts:
        if option.code == pcapng.PCAPNG_OPT_IF_TSRESOL:
            power = option.data[0]
            per_second = 2 ** (power & 0x7F) if power & 0x80 else 10**power
        elif option.code == pcapng.PCAPNG_OPT_IF_TSOFFSET:
            offset = struct.unpack(f"{order}q", option.data)[0]
    return _Clock(per_second, offset)


def _enhanced_packet(path: Path, number: int, block: bytes, order: str, clocks: list[_Clock]) -> _Raw:
    layout = pcapng.EnhancedPacketBlockLE if order == "<" else pcapng.EnhancedPacketBlock
    try:
        found = layout(block)
    except (dpkt.UnpackError, struct.error):
        raise CaptureError(path, number, "a packet block that cannot be read") from None
    if found.caplen != len(found.pkt_data):
        raise CaptureError(path, number, f"a packet block with {len(found.pkt_data)} of {found.caplen} bytes")
    if found.iface_id >= len(clocks):
        raise CaptureError(path, number, f"interface {found.iface_id} is not described")
    ticks = found.ts_high << 32 | found.ts_low
    return _Raw(clocks[found.iface_id].ns(ticks), found.pkt_len, bytes(found.pkt_data))


# -- replay -----------------------------------------------------------------------------------------------


def replay(capture: Capture, flows: list[Flow], pace: Pace | None, limits: Limits) -> Iterator[Parcel]:
    """Send a capture's frames.

    Args:
        capture: the file.
        flows: the recorded flow of each five-tuple.
        pace: None for the file's own times; else the rate of all frames together, in the file's order.
        limits: start, and how many frames of the file at most.
    """
    units = 0
    for sent, packet in enumerate(capture.packets):
        time = limits.start + (packet.time if pace is None else pace.ns(units))
        if limits.count is not None and sent >= limits.count:
            return
        if limits.stop is not None and time > limits.stop:
            return
        tuple_ = capture.flows[packet.flow]
        yield Parcel(
            time,
            flows[packet.flow],
            packet.number,
            packet.length,
            tuple_.saddr,
            tuple_.daddr,
            tuple_.sport,
            tuple_.dport,
        )
        if pace is not None:
            units += pace.units(packet.length)
