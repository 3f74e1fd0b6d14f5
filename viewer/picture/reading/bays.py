"""Reading what waits on the focused CPU: the poll in progress, GRO's buckets, the list that climbs."""

from __future__ import annotations

import numpy as np

from engine.topology import Station
from viewer.picture.level import Level
from viewer.picture.reading.desk import Desk, Row
from viewer.picture.reading.fields import read_fields
from viewer.picture.reading.flights import DROPPING, LOOK_BACK, Carried
from viewer.picture.reading.names import last_napi
from viewer.picture.reading.processors import by_cpu
from viewer.picture.regions.bays import BUCKETS, Bays, Seat
from viewer.picture.regions.bays_close import BaysClose

UPSTAIRS = (Station.IP, Station.UDP, Station.SOCKET, Station.WAKE)
"""Where a packet is that has left its list on the way up."""


def read_bays(desk: Desk, cpu: int, held: Carried | None, *, level: Level = Level.OVERVIEW) -> Bays:
    """What waits on a CPU; close up with numbers and fields."""
    sd_uid, sd = by_cpu(desk, "softnet_data").get(cpu, (0, None))
    batch = (desk.first("sysctl") or {}).get("gro_normal_batch") or 8
    if sd is None:
        return Bays(batch=batch)
    polled = sd["polling_napi"] or 0
    napi_uid = polled or _latest(desk, cpu)
    whose = polled or last_napi(desk, cpu) or napi_uid
    named = (desk.label(whose), whose) if whose else ("poll_list", sd_uid)
    if not napi_uid:
        return Bays(batch=batch, whose=named)
    napi = desk.fields(napi_uid)
    ticks = _ticks(desk, sd_uid, cpu, driver=bool(napi["dev"])) if polled else ()
    held_flows, held_count = _held(desk, napi_uid, napi)
    seats, climbing = _seats(desk, napi_uid, napi, held)
    seats = _climbing(seats, climbing, held)
    return Bays(
        desk.label(polled) if polled else "",
        ticks,
        len(ticks) if polled else 0,
        (napi["weight"] or 64) if polled else 0,
        held_flows,
        held_count,
        seats,
        "rx_list",
        batch,
        climbing,
        _close(desk, napi_uid, napi, level) if level.slots else None,
        named,
        napi_uid,
    )


def _close(desk: Desk, uid: int, napi: Row, level: Level) -> BaysClose:
    """Numbers of what GRO holds, and the NAPI's fields."""
    buckets = tuple(_bucket(desk, uid, bucket) for bucket in range(BUCKETS)) if napi["gro_bitmask"] else ()
    if not level.fields:
        state = dict(read_fields(desk, uid, "state"))["state"]
        return BaysClose(level, (), buckets, state=state)
    poll = read_fields(
        desk, uid, "work", "weight", "polls", "packets", "full_polls", "completions", "timer_polls"
    )
    waiting = desk.list(uid, "rx_list").tolist()
    ends = (("rx_list.next", f"#{waiting[0]}"), ("rx_list.prev", f"#{waiting[-1]}")) if waiting else ()
    seats = (*read_fields(desk, uid, "rx_count"), *ends)
    timer = read_fields(desk, uid, "gro_bitmask", "defer_hard_irqs_count", "timer_expires")
    return BaysClose(level, (("napi", desk.label(uid)), *poll), buckets, timer, seats)


def _bucket(desk: Desk, uid: int, bucket: int) -> tuple[tuple[int, int], ...]:
    inside = desk.list(uid, f"gro_hash[{bucket}]")
    return tuple(zip(desk.letters(inside).tolist(), inside.tolist(), strict=True))


def _latest(desk: Desk, cpu: int) -> int:
    """The first NAPI that is a CPU's."""
    for uid, row in desk.rows("napi_struct"):
        if row["list_owner"] == cpu:
            return uid
    return 0


def _ticks(desk: Desk, sd_uid: int, cpu: int, *, driver: bool) -> tuple[int, ...]:
    """Flows of the packets that the poll in progress has taken off its ring, or off the backlog, in order."""
    begun = desk.cursor.changed_at(sd_uid, "polling_napi")
    if begun is None:
        return ()
    first = max(begun, desk.step + 1 - 4 * LOOK_BACK)
    functions, packets, where = desk.span(first, desk.step + 1, "fn", "packet", "where")
    polls = desk.at_stations(Station.POLL if driver else Station.TAP)
    taken = packets[(where >> 8 == cpu) & polls[functions] & (packets > 0)]
    letters = desk.letters(taken)
    frames = desk.timeline.frames_of(taken[letters >= 0])
    _, at = np.unique(frames, return_index=True)
    return tuple(letters[letters >= 0][np.sort(at)].tolist())


def _held(desk: Desk, uid: int, napi: Row) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Flow and number of the packets that each GRO bucket holds."""
    flows, counts = [-1] * BUCKETS, [0] * BUCKETS
    if napi["gro_bitmask"]:
        for bucket in range(BUCKETS):
            members = desk.list(uid, f"gro_hash[{bucket}]")
            if len(members):
                flows[bucket], counts[bucket] = desk.letter(int(members[0])), len(members)
    return tuple(flows), tuple(counts)


def _seats(desk: Desk, uid: int, napi: Row, held: Carried | None) -> tuple[tuple[Seat, ...], int]:
    """The seats of rx_list; those whose packet has gone up are empty."""
    members = desk.list(uid, "rx_list")
    flows = desk.letters(members)
    here = held.uid if held is not None else 0
    seats = tuple(
        Seat(max(0, int(flow)), int(member), marked=int(member) == here)
        for flow, member in zip(flows, members, strict=True)
    )
    parked = napi["rx_count"] or 0
    if parked or not seats:
        return seats, 0
    before = desk.cursor.previous(uid, "rx_count")
    gone = max(0, before - len(seats)) if isinstance(before, int) else 0
    return (Seat(gone=True),) * gone + seats, gone


def _climbing(seats: tuple[Seat, ...], gone: int, held: Carried | None) -> tuple[Seat, ...]:
    """The seats with the packet that has left the list last, while the stack has it in hand."""
    if held is None or not gone or not held.skb or held.station not in UPSTAIRS:
        return seats
    if any(seat.marked for seat in seats):
        return seats
    lost = held.function in DROPPING
    here = Seat(held.flow, held.uid, marked=True, lost=lost)
    return (*seats[: gone - 1], here, *seats[gone:])
