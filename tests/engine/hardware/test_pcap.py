"""Reading captures: what is kept, and each kind of damage."""

import struct
from collections.abc import Callable
from fractions import Fraction
from importlib import resources
from ipaddress import IPv4Address
from pathlib import Path

import dpkt
import pytest

from engine.hardware.arrivals import Limits, Pace
from engine.hardware.pcap import CaptureError, FiveTuple, read_capture, replay
from engine.hardware.records import Flow
from engine.timeline.recorder import Recorder

A, B = int(IPv4Address("10.0.0.1")), int(IPv4Address("10.0.0.2"))


def udp(sport: int = 4000, dport: int = 9000, payload: int = 30, **ip: int) -> bytes:
    datagram = dpkt.udp.UDP(sport=sport, dport=dport, data=bytes(payload))
    datagram.ulen = len(datagram)
    packet = dpkt.ip.IP(
        src=A.to_bytes(4, "big"), dst=B.to_bytes(4, "big"), p=17, data=datagram, len=20 + len(datagram), **ip
    )
    return bytes(dpkt.ethernet.Ethernet(type=0x0800, data=packet))


def pcap_bytes(
    frames: list[tuple[int, bytes]],
    *,
    order: str = "<",
    magic: int = 0xA1B2C3D4,
    link: int = 1,
    unit: int = 1000,
) -> bytes:
    """A pcap of frames at nanoseconds."""
    out = struct.pack(f"{order}IHHIIII", magic, 2, 4, 0, 0, 65535, link)
    for time, data in frames:
        seconds, rest = divmod(time, 10**9)
        out += struct.pack(f"{order}IIII", seconds, rest // unit, len(data), len(data)) + data
    return out


def pcapng_bytes(
    frames: list[tuple[int, bytes]], *, order: str = "<", resolution: int = 9, link: int = 1
) -> bytes:
    """A pcapng of frames at nanoseconds, with the clock's resolution as an option."""

    def block(kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        size = struct.pack(f"{order}I", len(body) + 12)
        return struct.pack(f"{order}I", kind) + size + body + size

    option = struct.pack(f"{order}HHB3x", 9, 1, resolution) + bytes(4)
    out = block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(1, struct.pack(f"{order}HHI", link, 0, 65535) + option)
    for time, data in frames:
        ticks = time * 10**resolution // 10**9
        head = struct.pack(f"{order}IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
        out += block(6, head + data)
    return out


@pytest.mark.parametrize(
    "make",
    [
        pcap_bytes,
        lambda frames: pcap_bytes(frames, order=">"),
        lambda frames: pcap_bytes(frames, magic=0xA1B23C4D, unit=1),
        pcapng_bytes,
        lambda frames: pcapng_bytes(frames, order=">"),
        lambda frames: pcapng_bytes(frames, resolution=6),
    ],
    ids=["pcap", "pcap big-endian", "pcap nanoseconds", "pcapng", "pcapng big-endian", "pcapng microseconds"],
)
def test_every_form_gives_the_same_capture(
    tmp_path: Path, make: Callable[[list[tuple[int, bytes]]], bytes]
) -> None:
    start = 1_795_179_039 * 10**9
    path = tmp_path / "a.pcap"
    path.write_bytes(make([(start, udp()), (start + 5000, udp(4001)), (start + 7000, udp(payload=2))]))
    capture = read_capture(path)
    assert capture.flows == (FiveTuple(A, 4000, B, 9000), FiveTuple(A, 4001, B, 9000))
    assert [(p.time, p.flow, p.number, p.length) for p in capture.packets] == [
        (0, 0, 0, 72),
        (5000, 1, 0, 72),
        (7000, 0, 1, 60),
    ]
    assert capture.packets[0].headers == udp()
    assert capture.note == ""


def test_what_is_not_udp_over_ipv4_is_counted(tmp_path: Path) -> None:
    arp = bytes(dpkt.ethernet.Ethernet(type=0x0806, data=dpkt.arp.ARP()))
    tcp = bytes(dpkt.ethernet.Ethernet(type=0x0800, data=dpkt.ip.IP(p=6, data=dpkt.tcp.TCP(), len=40)))
    path = tmp_path / "mixed.pcap"
    path.write_bytes(pcap_bytes([(0, arp), (1000, udp()), (2000, tcp), (3000, tcp), (4000, udp(mf=1))]))
    capture = read_capture(path)
    assert len(capture.packets) == 1
    assert capture.packets[0].time == 0
    assert capture.note == "mixed.pcap: left out 1 ARP, 1 IPv4 fragment, 2 TCP"


GOOD = [(0, udp()), (1000, udp())]


@pytest.mark.parametrize(
    ("data", "packet", "message"),
    [
        (b"", 0, "the file is empty"),
        (b"#!/bin/sh\n", 0, "neither pcap nor pcapng"),
        (pcap_bytes([]), 0, "no packet in the file"),
        (pcap_bytes(GOOD)[:20], 0, "cut off within the file's header"),
        (pcap_bytes(GOOD)[:-5], 2, "cut off: 67 of 72 captured bytes"),
        (pcap_bytes(GOOD)[:-80], 2, "cut off within the packet's header"),
        (pcapng_bytes(GOOD)[:-5], 2, "cut off: 99 of a block's 104 bytes"),
        (pcapng_bytes(GOOD)[:-100], 2, "cut off within a block's header"),
        (pcap_bytes(GOOD, link=113), 0, r"link type 113 \(Linux cooked\); only Ethernet \(1\)"),
        (pcapng_bytes(GOOD, link=101), 0, r"link type 101 \(raw IP\)"),
        (pcap_bytes([(5000, udp()), (3000, udp())]), 2, "2000 ns before the packet before it; sort"),
        (pcap_bytes([(0, udp()[:40])]), 1, "only 40 bytes captured"),
        (pcap_bytes([(0, b"short")]), 1, "only 5 bytes captured"),
        (pcap_bytes([(0, bytes(dpkt.ethernet.Ethernet(type=0x86DD, data=b"")))]), 0, "no UDP over IPv4"),
    ],
)
def test_damage_is_named(tmp_path: Path, data: bytes, packet: int, message: str) -> None:
    path = tmp_path / "bad.pcap"
    path.write_bytes(data)
    with pytest.raises(CaptureError, match=message) as caught:
        read_capture(path)
    assert caught.value.packet == packet
    assert str(caught.value).startswith("bad.pcap, packet" if packet else "bad.pcap: ")


def _replayed(capture_path: Path, pace: Pace | None, limits: Limits) -> list[tuple[int, int, int]]:
    capture = read_capture(capture_path)
    flows = [Flow(Recorder(), letter=letter) for letter in range(len(capture.flows))]
    return [(p.time, p.sport, p.number) for p in replay(capture, flows, pace, limits)]


def test_replay_by_the_files_times_or_by_a_rate(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap_bytes([(0, udp()), (7000, udp(4001)), (9000, udp())]))
    assert _replayed(path, None, Limits(start=50)) == [(50, 4000, 0), (7050, 4001, 0), (9050, 4000, 1)]
    even = _replayed(path, Pace.pps(Fraction(1_000_000)), Limits())
    assert even == [(0, 4000, 0), (1000, 4001, 0), (2000, 4000, 1)]
    assert len(_replayed(path, None, Limits(count=2))) == 2
    assert len(_replayed(path, None, Limits(stop=7000))) == 2


def test_the_bundled_capture() -> None:
    """Linux 6.12.107, igb (82576), a burst of UDP datagrams."""
    with resources.as_file(resources.files("assets") / "captures" / "udp-burst.pcapng") as path:
        capture = read_capture(path)
    assert capture.flows == (FiveTuple(A, 40000, B, 9000),)
    assert len(capture.packets) == 349
    assert {packet.length for packet in capture.packets} == {60}
    assert capture.note == ""
