"""Frames taken apart: against dpkt, by hand, and of any bytes at all."""

from __future__ import annotations

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.packet import Layer, frame_bytes, hex_rows, layers
from engine.timeline.timeline import Timeline

ETHERNET = bytes.fromhex("525400000002 02000a00000e")
ARP = bytes.fromhex(
    "ffffffffffff 02000a00000e 0806 0001 0800 06 04 0001 02000a00000e 0a00000e 000000000000 0a000002"
)
TAGGED = ETHERNET + bytes.fromhex("88a8 2064 8100 6005 0806") + ARP[14:]


def texts(layer: Layer) -> dict[str, str]:
    return {field.name: field.value_text for field in layer.fields}


def tcp(data: bytes = b"hello", **fields: int) -> bytes:
    segment = dpkt.tcp.TCP(sport=80, dport=40000, seq=7, ack=9, flags=0x12, win=501, data=data, **fields)
    segment.opts = bytes.fromhex("0204 05b4")
    segment.off = 6
    packet = dpkt.ip.IP(src=b"\x0a\0\0\x01", dst=b"\x0a\0\0\x02", p=6, ttl=63, tos=0xB9, data=segment)
    return ETHERNET + b"\x08\0" + bytes(packet)


def test_a_frame_of_a_run_as_dpkt_reads_it(kinds: Timeline) -> None:
    for uid in kinds.objects("frame").tolist()[:40]:
        data = frame_bytes(kinds, uid)
        assert data is not None
        ethernet = dpkt.ethernet.Ethernet(data)
        link, ip, udp, rest = layers(data)
        assert [layer.name for layer in (link, ip, udp, rest)] == [
            "Ethernet II",
            "Internet Protocol Version 4",
            "User Datagram Protocol",
            "Data",
        ]
        assert texts(link)["Destination"] == ethernet.dst.hex(":")
        assert texts(ip)["Total Length"] == f"{ethernet.data.len} B"
        assert texts(ip)["TTL"] == str(ethernet.data.ttl)
        assert texts(ip)["Identification"] == f"0x{ethernet.data.id:04x}"
        assert texts(ip)["Flags"] == "DF"
        assert texts(ip)["Header Checksum"] == f"0x{ethernet.data.sum:04x}, correct"
        assert texts(udp)["Source Port"] == str(ethernet.data.data.sport)
        assert texts(udp)["Checksum"] == f"0x{ethernet.data.data.sum:04x}, correct"
        assert data[rest.start : rest.end] == ethernet.data.data.data


def test_fields_are_where_their_bytes_are(kinds: Timeline) -> None:
    data = frame_bytes(kinds, int(kinds.objects("frame")[0]))
    assert data is not None
    places = {field.name: (field.start, field.end) for layer in layers(data) for field in layer.fields}
    assert places["Type"] == (12, 14)
    assert places["Version"] == places["Header Length"] == (14, 15)
    assert places["TTL"] == (22, 23)
    assert places["Destination Address"] == (30, 34)
    assert places["Length"] == (38, 40)
    assert places["Data"] == (42, len(data))


@pytest.mark.parametrize(("at", "layer", "name"), [(24, 1, "Header Checksum"), (60, 2, "Checksum")])
def test_a_flipped_bit_makes_a_checksum_wrong(kinds: Timeline, at: int, layer: int, name: str) -> None:
    data = bytearray(frame_bytes(kinds, int(kinds.objects("frame")[1])) or b"")
    assert texts(layers(bytes(data))[layer])[name].endswith("correct")
    data[at - 1] ^= 4
    assert texts(layers(bytes(data))[layer])[name].endswith("wrong")


def test_tcp() -> None:
    _, ip, segment, data = layers(tcp())
    assert texts(ip)["Protocol"] == "TCP (6)"
    assert texts(ip)["DSCP"] == "46"
    assert texts(ip)["ECN"] == "ECT(1)"
    assert texts(segment) | {"Checksum": ""} == {
        "Source Port": "80",
        "Destination Port": "40000",
        "Sequence Number": "7",
        "Acknowledgment Number": "9",
        "Header Length": "24 B",
        "Flags": "SYN ACK",
        "Window": "501",
        "Checksum": "",
        "Urgent Pointer": "0",
        "Options": "02 04 05 b4",
    }
    assert texts(segment)["Checksum"].endswith(", correct")
    assert (data.start, data.end) == (58, 63)


def test_padding_belongs_to_nothing() -> None:
    frame = tcp(b"").ljust(60, b"\0")
    assert [layer.name for layer in layers(frame)][-1] == "Padding"
    assert layers(frame)[-1][1:3] == (58, 60)
    assert texts(layers(frame)[2])["Checksum"].endswith(", correct")


def test_icmp() -> None:
    echo = dpkt.icmp.ICMP(type=8, data=dpkt.icmp.ICMP.Echo(id=3, seq=4, data=b"abc"))
    packet = dpkt.ip.IP(src=b"\x0a\0\0\x01", dst=b"\x0a\0\0\x02", p=1, data=echo)
    found = layers(ETHERNET + b"\x08\0" + bytes(packet))
    assert [layer.name for layer in found[2:]] == ["Internet Control Message Protocol", "Data"]
    assert texts(found[2]) | {"Checksum": ""} == {
        "Type": "Echo request (8)",
        "Code": "0",
        "Checksum": "",
        "Identifier": "3",
        "Sequence Number": "4",
    }
    assert texts(found[2])["Checksum"].endswith("correct")


def test_arp_behind_two_vlan_tags() -> None:
    link, outer, inner, arp = layers(TAGGED)
    assert texts(link)["Type"] == "802.1ad VLAN (0x88a8)"
    assert texts(outer) == {"Priority": "1", "DEI": "0", "ID": "100", "Type": "802.1Q VLAN (0x8100)"}
    assert texts(inner)["ID"] == "5"
    assert texts(arp)["Opcode"] == "request (1)"
    assert texts(arp)["Sender IP address"] == "10.0.0.14"
    assert texts(arp)["Target IP address"] == "10.0.0.2"
    assert layers(ARP)[1].start == 14


def test_a_later_fragment_has_no_udp_header(kinds: Timeline) -> None:
    data = bytearray(frame_bytes(kinds, int(kinds.objects("frame")[0])) or b"")
    data[20:22] = b"\0\x02"
    assert [layer.name for layer in layers(bytes(data))][2:] == ["Data"]
    assert texts(layers(bytes(data))[1])["Fragment Offset"] == "16 B"
    data[20:22] = b"\x20\0"  # the first of several: its checksum is over bytes that are elsewhere
    assert texts(layers(bytes(data))[2])["Checksum"].count(",") == 0


def test_a_datagram_without_checksum(kinds: Timeline) -> None:
    data = bytearray(frame_bytes(kinds, int(kinds.objects("frame")[0])) or b"")
    data[40:42] = b"\0\0"
    assert texts(layers(bytes(data))[2])["Checksum"] == "0x0000, none"


@given(
    st.one_of(st.binary(max_size=120), st.builds(lambda tail: ETHERNET + b"\x08\0\x45" + tail, st.binary()))
)
def test_any_bytes_are_covered_once(data: bytes) -> None:
    covered = [place for layer in layers(data) for place in range(layer.start, layer.end)]
    assert covered == list(range(len(data)))
    for layer in layers(data):
        for field in layer.fields:
            assert layer.start <= field.start < field.end <= layer.end
            assert field.value_text


def test_hex_rows() -> None:
    rows = hex_rows(bytes(range(60, 60 + 18)) + b"\0\xff")
    assert rows[0] == (0, "3c 3d 3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b", "<=>?@ABCDEFGHIJK")
    assert rows[1] == (16, "4c 4d 00 ff", "LM..")
    assert hex_rows(b"") == ()


@given(st.binary(max_size=100))
def test_hex_rows_hold_all_bytes(data: bytes) -> None:
    rows = hex_rows(data)
    assert bytes.fromhex(" ".join(row.hex for row in rows)) == data
    assert all(len(row.ascii) * 3 == len(row.hex) + 1 for row in rows)
    assert [row.offset for row in rows] == list(range(0, len(data), 16))
