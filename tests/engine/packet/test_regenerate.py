"""Regenerated frames agree with everything that the run recorded of them."""

from __future__ import annotations

from collections.abc import Iterator

import dpkt
import pytest

from engine.hardware.pcap import read_capture
from engine.hardware.toeplitz import Toeplitz
from engine.packet import frame_bytes
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from tests.engine.packet.runs import CAPTURED
from tests.viewer import host


def frames(timeline: Timeline) -> Iterator[tuple[int, bytes]]:
    for uid in timeline.objects("frame").tolist():
        data = frame_bytes(timeline, uid)
        assert data is not None
        yield uid, data


def first(timeline: Timeline, flow: str, number: int = 0) -> bytes:
    """The n-th frame of a flow."""
    uid = timeline.by_name("flow", flow)
    for frame in timeline.objects("frame").tolist():
        values = Cursor(timeline, max(timeline.object(frame).born, 0)).fields(frame)
        if values["flow"] == uid and values["number"] == number:
            data = frame_bytes(timeline, frame)
            assert data is not None
            return data
    raise AssertionError(f"{flow} has no frame {number}")


def ones_complement(data: bytes) -> int:
    """RFC 1071, by the book."""
    total = sum(int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def test_frames_are_as_long_as_recorded_and_dpkt_reads_them(kinds: Timeline) -> None:
    lengths = set()
    for uid, data in frames(kinds):
        cursor = Cursor(kinds, max(kinds.object(uid).born, 0))
        assert len(data) == cursor.get(uid, "len")
        lengths.add(len(data))
        ethernet = dpkt.ethernet.Ethernet(data)
        assert isinstance(ethernet.data, dpkt.ip.IP)
        assert isinstance(ethernet.data.data, dpkt.udp.UDP)
        assert ethernet.data.len == len(data) - 14
        assert ethernet.data.data.ulen == len(data) - 34
    assert lengths == {60, 64, 128, 300, 1514}


def test_checksums_are_right(kinds: Timeline) -> None:
    for _, data in frames(kinds):
        assert ones_complement(data[14:34]) == 0
        pseudo = data[26:34] + b"\0\x11" + data[38:40]
        assert data[40:42] != b"\0\0"
        assert ones_complement(pseudo + data[34:]) == 0


@pytest.mark.parametrize(("run", "ports"), [("kinds", False), ("ports_hashed", True), ("capture", False)])
def test_the_recorded_hash_is_that_of_the_bytes(
    run: str, ports: bool, request: pytest.FixtureRequest
) -> None:
    timeline: Timeline = request.getfixturevalue(run)
    nic = int(timeline.objects("nic")[0])
    start = Cursor(timeline, 0)
    key = bytes.fromhex(start.value(nic, "rss_key").replace(":", ""))
    toeplitz = Toeplitz(key)
    seen = 0
    for skb in timeline.objects("sk_buff").tolist():
        data = frame_bytes(timeline, skb)
        assert data is not None
        recorded = Cursor(timeline, timeline.object(skb).born).get(skb, "hash")
        assert toeplitz.hash(data[26 : 38 if ports else 34]) == recorded
        seen += 1
    assert seen > 20


def test_headers_lie_where_the_skb_says(kinds: Timeline) -> None:
    for skb in kinds.objects("sk_buff").tolist():
        fields = Cursor(kinds, kinds.object(skb).born).fields(skb)
        data = frame_bytes(kinds, skb)
        assert data is not None
        assert len(data) == fields["len"]
        head, network, transport = (fields[name] for name in ("data", "network_header", "transport_header"))
        assert isinstance(head, int)
        assert isinstance(network, int)
        assert isinstance(transport, int)
        assert data[network - head] == 0x45
        assert data[network - head + 9] == 17
        assert transport - head == 34


def test_the_nth_frame_comes_from_the_nth_address_and_port(kinds: Timeline) -> None:
    for number in (0, 4, 11):
        packet = dpkt.ethernet.Ethernet(first(kinds, "spread", number)).data
        assert packet.src == bytes((10, 0, 0, 14 + number % 3))
        assert packet.data.sport == 5001 + number % 5
        assert packet.data.dport == 9000
        assert packet.id == number
        assert bytes(packet.data.data).startswith(f"spread #{number} "[:18].encode())


def test_addresses_of_the_link(kinds: Timeline) -> None:
    spread = dpkt.ethernet.Ethernet(first(kinds, "spread"))
    assert (spread.dst.hex(":"), spread.src.hex(":")) == ("52:54:00:00:00:02", "02:00:0a:00:00:0e")
    group = dpkt.ethernet.Ethernet(first(kinds, "group"))
    assert group.dst.hex(":") == "01:00:5e:01:01:02"  # the low 23 bits of 239.129.1.2
    assert group.src.hex(":") == "02:00:00:00:00:01"  # 192.168.7.9 is behind a router
    assert dpkt.ethernet.Ethernet(first(kinds, "all")).dst == b"\xff" * 6
    assert dpkt.ethernet.Ethernet(first(kinds, "other")).dst.hex(":") == "02:00:0a:00:00:4d"


def test_a_replayed_capture_keeps_addresses_ports_and_lengths(capture: Timeline) -> None:
    packets = read_capture(CAPTURED).packets
    for number, (_, data) in enumerate(frames(capture)):
        real = dpkt.ethernet.Ethernet(packets[number].headers)
        ours = dpkt.ethernet.Ethernet(data)
        assert len(data) == packets[number].length
        assert (ours.data.src, ours.data.dst) == (real.data.src, real.data.dst)
        assert (ours.data.data.sport, ours.data.data.dport) == (real.data.data.sport, real.data.data.dport)
        assert (ours.data.len, ours.data.data.ulen) == (real.data.len, real.data.data.ulen)


def test_an_skb_is_its_first_frame_and_other_things_are_none(kinds: Timeline) -> None:
    skb = int(kinds.objects("sk_buff")[0])
    assert frame_bytes(kinds, skb) == frame_bytes(kinds, kinds.frame_of(skb))
    assert frame_bytes(kinds, int(kinds.objects("cpu")[0])) is None
    with pytest.raises(KeyError):
        frame_bytes(kinds, 10**8)


def test_bytes_are_the_same_each_time_and_differ_between_frames(kinds: Timeline) -> None:
    known = dict(frames(kinds))
    assert known == dict(frames(kinds))
    assert len(set(known.values())) == len(known)


def test_a_run_without_addresses_of_the_link_has_bytes_all_the_same() -> None:
    timeline = host.timeline(1)
    data = frame_bytes(timeline, int(timeline.objects("frame")[0]))
    assert data is not None
    assert len(data) == 128
    assert data[:6].hex(":") == "52:54:00:00:00:02"
