"""RSS: published vectors, and what a real 82576 did."""

from ipaddress import IPv4Address, ip_address
from pathlib import Path

import pytest

from engine.hardware.records import Frame
from engine.hardware.rss import Steering, blocks, round_robin
from engine.hardware.toeplitz import Toeplitz, addresses, four_tuple
from engine.timeline.recorder import Recorder

VECTORS = Path(__file__).parents[2] / "vectors" / "igb-multiqueue"

VERIFICATION_KEY = bytes.fromhex(
    "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa"
)
# The RSS specification's verification suite, with which every adapter is tested.
SUITE = [
    ("66.9.149.187", 2794, "161.142.100.80", 1766, 0x323E8FC2, 0x51CCC178),
    ("199.92.111.2", 14230, "65.69.140.83", 4739, 0xD718262A, 0xC626B0EA),
    ("24.19.198.95", 12898, "12.22.207.184", 38024, 0xD2D0A5DE, 0x5C2B394A),
    ("38.27.205.30", 48228, "209.142.163.6", 2217, 0x82989176, 0xAFC7327F),
    ("153.39.163.191", 44251, "202.188.127.2", 1303, 0x5D1809C5, 0x10E828A2),
    ("3ffe:2501:200:1fff::7", 2794, "3ffe:2501:200:3::1", 1766, 0x2CC18CD5, 0x40207D3D),
    ("3ffe:501:8::260:97ff:fe40:efab", 14230, "ff02::1", 4739, 0x0F0C461C, 0xDDE51BBF),
    ("3ffe:1900:4545:3:200:f8ff:fe21:67cf", 44251, "fe80::200:f8ff:fe21:67cf", 38024, 0x4B61E985, 0x02D1FEEF),
]


@pytest.mark.parametrize(("source", "sport", "destination", "dport", "plain", "ports"), SUITE)
def test_verification_suite(
    source: str, sport: int, destination: str, dport: int, plain: int, ports: int
) -> None:
    toeplitz = Toeplitz(VERIFICATION_KEY)
    data = ip_address(source).packed + ip_address(destination).packed
    assert toeplitz.hash(data) == plain
    assert toeplitz.hash(data + sport.to_bytes(2, "big") + dport.to_bytes(2, "big")) == ports


def test_symmetric_key_gives_both_directions_one_hash() -> None:
    there = four_tuple(int(IPv4Address("10.0.0.1")), int(IPv4Address("10.0.0.2")), 40000, 443)
    back = four_tuple(int(IPv4Address("10.0.0.2")), int(IPv4Address("10.0.0.1")), 443, 40000)
    symmetric = Toeplitz(bytes.fromhex("6d5a" * 20))
    assert symmetric.hash(there) == symmetric.hash(back) == 0x26E926E9
    standard = Toeplitz(VERIFICATION_KEY)
    assert (standard.hash(there), standard.hash(back)) == (0x25C7B759, 0xF30218AA)


def _captured() -> list[tuple[str, int, int, int, int, int, int]]:
    rows = []
    for line in (VECTORS / "flows.tsv").read_text().splitlines():
        if not line.startswith("#"):
            run, source, sport, destination, dport, value, queue = line.split("\t")
            rows.append(
                (
                    run,
                    int(IPv4Address(source)),
                    int(IPv4Address(destination)),
                    int(sport),
                    int(dport),
                    int(value, 16),
                    int(queue),
                )
            )
    return rows


def _steering(table: list[int]) -> Steering:
    key = bytes.fromhex((VECTORS / "netdev_rss_key.txt").read_text().strip().replace(":", ""))
    return Steering(Recorder(), 0, key, table)


def _frame(saddr: int, daddr: int, sport: int, dport: int) -> Frame:
    return Frame(Recorder(), len=60, saddr=saddr, daddr=daddr, sport=sport, dport=dport)


def test_flows_of_an_82576_with_eight_queues() -> None:
    """Linux 6.12.107, igb: 32 TCP flows, their 32 answers, 32 UDP flows hashed without and with ports."""
    rows = _captured()
    assert len(rows) == 128
    steering = _steering(blocks(8))
    for run, saddr, daddr, sport, dport, value, queue in rows:
        steering.set_udp_ports(run != "udp")
        assert steering.steer(_frame(saddr, daddr, sport, dport)) == (value, queue)


def test_ports_are_left_out_until_the_driver_adds_them() -> None:
    steering = _steering(blocks(8))
    frame = _frame(0x0A000001, 0x0A000002, 40000, 9000)
    before = steering.steer(frame)
    assert before[0] == Toeplitz(steering.rss_key).hash(addresses(0x0A000001, 0x0A000002))
    steering.set_udp_ports(True)
    assert steering.steer(frame) != before


@pytest.mark.parametrize("queues", [1, 2, 3, 4, 5, 8])
def test_default_tables(queues: int) -> None:
    """Igb fills in blocks (an 82576 with three queues switches at entries 43 and 86), ixgbe in turn."""
    assert blocks(queues) == [entry * queues // 128 for entry in range(128)]
    assert [blocks(3).index(queue) for queue in range(3)] == [0, 43, 86]
    assert round_robin(queues)[: queues + 1] == [*range(queues), 0]


def test_table_is_recorded_in_rows_of_eight() -> None:
    steering = _steering(blocks(4))
    steering.set_table([3] * 128)
    assert len(steering.reta) == 16
    assert {getattr(row, f"e{entry}") for row in steering.reta for entry in range(8)} == {3}
    with pytest.raises(ValueError, match="128 entries, not 64"):
        steering.set_table([0] * 64)


def test_input_longer_than_the_key_covers_is_refused() -> None:
    with pytest.raises(ValueError, match="no more than 36 bytes"):
        Toeplitz(VERIFICATION_KEY).hash(bytes(37))
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Toeplitz(b"short")
