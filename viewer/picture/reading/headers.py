"""Reading one frame close up: its headers, how its hash came about, the descriptor that holds it.

A flow's n-th frame has the n-th of its addresses and ports, so a frame's number tells its headers.
"""

from __future__ import annotations

from ipaddress import IPv4Address

import numpy as np

from viewer.picture.reading.desk import Desk, Row
from viewer.picture.regions.descriptors import Descriptor
from viewer.picture.regions.headers import Headers
from viewer.picture.regions.ring import Ring
from viewer.picture.regions.rss import Toeplitz

TCP = 6
KEY_SHOWN = 12
"""Bytes of the key that are shown; the hash of four header fields reads sixteen."""


def flow_rows(desk: Desk) -> dict[int, Row]:
    """The fields of each flow by its letter's place."""
    return {row["letter"] or 0: row for _, row in desk.rows("flow")}


def headers_of(desk: Desk, frame: int, flow: Row) -> Headers | None:
    """The headers of a frame; None when its flow's addresses are not known."""
    number, length = desk.made(frame, "number"), desk.made(frame, "len")
    wanted = [flow[name] for name in ("saddr", "daddr", "sport", "dport")]
    known = [value for value in wanted if value is not None]
    if number is None or length is None or len(known) < len(wanted):
        return None
    saddr, daddr, sport, dport = known
    source = IPv4Address(saddr + number % max(1, flow["sources"] or 1))
    port = sport + number % max(1, flow["many"] or 1)
    protocol = "TCP" if flow["protocol"] == TCP else "UDP"
    return Headers(frame, number, length, str(source), str(IPv4Address(daddr)), protocol, port, dport)


def frame_in_view(desk: Desk, *packets: int) -> int:
    """The first wire frame of the first of some packets that is one; 0 when none is."""
    for packet in packets:
        if packet and desk.letter(packet) >= 0:
            frame = int(desk.timeline.frame_of(packet))
            return frame or packet
    return 0


def read_toeplitz(desk: Desk, nic: int, table: tuple[int, ...], wanted: int) -> Toeplitz | None:
    """How the hash of the wanted frame, or of the adapter's latest one, came about; None before the first."""
    if not table:
        return None
    rows = {letter: row for letter, row in flow_rows(desk).items() if row["nic"] == nic}
    frame = wanted if wanted and desk.letter(wanted) in rows else 0
    value = _hash_of(desk, frame) if frame else None
    if value is None:
        frame, value = _latest(desk, tuple(rows))
    flow = rows.get(desk.letter(frame)) if frame else None
    headers = headers_of(desk, frame, flow) if flow is not None else None
    if value is None or headers is None:
        return None
    index = value % len(table)
    taken = _last(desk, frame, "queue")
    rule = taken if taken is not None and taken >= 0 and taken != table[index] else -1
    ports = headers.protocol == "TCP" or _ports_hashed(desk, nic)
    name = desk.text(desk.known(nic, "rss_key")) if desk.known(nic, "rss_key") else ""
    key = " ".join(name.split(":")[:KEY_SHOWN])
    inputs = (
        ("saddr", headers.source, IPv4Address(headers.source).packed.hex(" ")),
        ("daddr", headers.destination, IPv4Address(headers.destination).packed.hex(" ")),
        ("sport", str(headers.sport), headers.sport.to_bytes(2, "big").hex(" ") if ports else ""),
        ("dport", str(headers.dport), headers.dport.to_bytes(2, "big").hex(" ") if ports else ""),
    )
    return Toeplitz(
        desk.letter(frame),
        frame,
        inputs,
        f"{key} …" if key else "",
        value,
        len(table),
        index,
        table[index],
        rule,
    )


def _ports_hashed(desk: Desk, nic: int) -> bool:
    row = next((row for _, row in desk.rows("net_device") if row["nic"] == nic), None)
    return bool(row and row.get("udp4_ports_hashed"))


def _last(desk: Desk, uid: int, field: str) -> int | None:
    """What a field held last up to this step, whether the object still lives or not."""
    born = max(desk.timeline.object(uid).born, 0)
    if born > desk.step:
        return None
    values = desk.timeline.changes(uid, field, born, desk.step + 1)[2]
    return int(values[-1]) if len(values) else None


def _hash_of(desk: Desk, frame: int) -> int | None:
    value = _last(desk, frame, "hash")
    return value if value else None


def _latest(desk: Desk, letters: tuple[int, ...]) -> tuple[int, int | None]:
    """The frame that arrived last of some flows, and its hash."""
    steps = [
        int(found[at - 1])
        for letter, found in desk.arrivals().items()
        if letter in letters and (at := int(np.searchsorted(found, desk.step, "right")))
    ]
    if not steps:
        return 0, None
    frame = int(desk.timeline.column("packet")[max(steps)])
    return frame, _hash_of(desk, frame)


def read_descriptor(desk: Desk, ring: Ring, wanted: int) -> Descriptor:
    """The descriptor of the wanted frame if the ring holds it, else the one at next_to_clean.

    Simplified: of the write-back form, named as in the drivers' union, there is what the adapter is modelled to write;
    packet type, checksum bits and VLAN are not.
    """
    slots = ring.slots
    frames = desk.list(ring.uid, "frames")[: max(ring.filled, 0)]
    hits = np.flatnonzero(frames == wanted) if wanted else np.empty(0, np.int64)
    place = int(hits[0]) if len(hits) else 0
    slot = (ring.next_to_clean + place) % ring.count
    frame = int(frames[place]) if place < len(frames) else 0
    if slots.done(slot) < 0:
        return Descriptor(slot, slots.owner(slot))
    letter = desk.letter(frame) if frame else -1
    value, length = (desk.known(frame, "hash"), desk.known(frame, "len")) if frame else (None, None)
    fields = [] if value is None else [("hi_dword.rss", f"0x{value:08x}")]
    fields.append(("status_error", "DD | EOP"))
    fields += [] if length is None else [("length", str(length))]
    return Descriptor(slot, f"frame #{frame}" if frame else slots.owner(slot), letter, tuple(fields))
