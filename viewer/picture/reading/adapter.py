"""Reading the adapter: hashes, indirection table, vectors, rings, FIFO; which ring belongs to which CPU."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from viewer.picture.reading.desk import Desk, Row
from viewer.picture.regions.common import Lamp
from viewer.picture.regions.nic import Nic
from viewer.picture.regions.ring import Ring
from viewer.picture.regions.rss import Hash
from viewer.picture.regions.vectors import Vector

ROW = 8
SHOWN_NS = 100
ARC_STEPS = 24
HASHES_BACK = 512
"""Frames of a flow among which its last hash is looked for."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One adapter: its card, its rings by CPU, and where each flow goes.

    Attributes:
        card: the values of the card.
        rings: CPU to its rings, in queue order.
        routes: flow to queue, for flows that have been hashed.
        queue_cpu: queue to the CPU that takes its interrupt.
    """

    card: Nic
    rings: dict[int, tuple[Ring, ...]]
    routes: dict[int, int]
    queue_cpu: dict[int, int]

    def queue_of(self, value: int | None) -> int:
        """The queue that the indirection table names for a hash."""
        table = self.card.table
        return table[value % len(table)] if table and value is not None else 0


def _low_bit(mask: int | None) -> int | None:
    return (mask & -mask).bit_length() - 1 if mask else None


def short(name: str, device: str) -> str:
    """A vector's or queue's name without the interface's."""
    return name.removeprefix(f"{device}-")


def _devices(desk: Desk) -> dict[int, tuple[int, str, Row]]:
    """Adapter to the interface on it."""
    return {
        row["nic"] or 0: (uid, desk.label(uid), row) for uid, row in desk.rows("net_device") if row["nic"]
    }


def _interrupts(desk: Desk) -> dict[int, tuple[int | None, str]]:
    """Interrupt number to the CPU that takes it and the name of its action."""
    return {
        row["irq"] or 0: (_low_bit(row["effective"]), desk.text(row["action"]))
        for _, row in desk.rows("irq_desc")
    }


def read_adapter(desk: Desk, name: str, fired: frozenset[int]) -> Adapter | None:
    """The adapter of a name ("" for the first); ``fired`` are vectors whose message is on its way."""
    devices = _devices(desk)
    busy = {row["nic"] for _, row in desk.rows("flow")}
    known = [
        (uid, row) for uid, row in desk.rows("nic") if not name or devices.get(uid, (0, "", {}))[1] == name
    ]
    chosen = next((pair for pair in known if pair[0] in busy), known[0] if known else None)
    if chosen is None:
        return None
    uid, nic = chosen
    netdev_uid, device, netdev = devices.get(uid, (0, desk.label(uid), {}))
    interrupts = _interrupts(desk)
    vectors: dict[int, tuple[Vector, int | None]] = {}
    owners = (uid, netdev_uid)
    for vector_uid, row in desk.rows("msix_vector"):
        if desk.timeline.object(vector_uid).parent in owners:
            cpu, action = interrupts.get(row["irq"] or 0, (None, ""))
            label = short(action or desk.label(vector_uid), device)
            vectors[vector_uid] = (_vector(desk, vector_uid, row, (label, device), cpu, fired), cpu)
    rings, queue_cpu = _rings(desk, owners, vectors)
    table = _table(desk, uid)
    own = frozenset(row["letter"] or 0 for _, row in desk.rows("flow") if row["nic"] == uid)
    hashes = _hashes(desk, table, own)
    card = Nic(
        device,
        uid,
        desk.text(netdev.get("driver")),
        hashes,
        table,
        len(queue_cpu),
        _in_order(vectors, device),
        nic["fifo_bytes"],
        nic["fifo_size"],
        nic["mpc"],
        desk.moved(uid, "mpc"),
        tuple(desk.letters(desk.list(uid, "fifo")[:64]).tolist()),
        desk.cursor.detailed,
    )
    return Adapter(card, rings, _routes(desk, hashes, own), queue_cpu)


def _vector(
    desk: Desk, uid: int, row: Row, names: tuple[str, str], cpu: int | None, fired: frozenset[int]
) -> Vector:
    label, device = names
    on = bool(row["enabled"]) and not row["masked"]
    lamp = Lamp.FIRED if uid in fired else Lamp.ARMED if on else Lamp.MASKED
    left = max(0, (row["throttled_until"] or 0) - desk.now) // SHOWN_NS * SHOWN_NS
    eims = bool(row["enabled"]) if label != device else None  # an interrupt line of its own has no such bit
    gap, fired_count, whole = row["itr_ns"] or 0, row["fired"] or 0, desk.label(uid)
    return Vector(label, uid, lamp, left, gap, fired_count, cpu, row["irq"], eims, whole)


def _routes(desk: Desk, hashes: tuple[Hash, ...], own: frozenset[int]) -> dict[int, int]:
    """Where each flow goes; without a table all that arrived go to queue 0."""
    if hashes:
        return {entry.flow: entry.queue for entry in hashes}
    return {
        flow: 0 for flow, steps in sorted(desk.arrivals().items()) if len(steps) and steps[0] <= desk.step
    }


def _in_order(vectors: dict[int, tuple[Vector, int | None]], device: str) -> tuple[Vector, ...]:
    """Queue vectors first, the one for everything else last."""
    known = [vector for vector, _ in vectors.values()]
    return tuple(sorted(known, key=lambda vector: vector.name == device))


def _in_steps(vector: Vector) -> int:
    """The throttle left, in as many steps as an arc can show."""
    step = max(1, vector.gap_ns // ARC_STEPS)
    return -(-vector.left_ns // step) * step


def _rings(
    desk: Desk, owners: tuple[int, int], vectors: dict[int, tuple[Vector, int | None]]
) -> tuple[dict[int, tuple[Ring, ...]], dict[int, int]]:
    by_cpu: dict[int, list[Ring]] = {}
    queue_cpu: dict[int, int] = {}
    for uid, row in desk.rows("rx_ring"):
        if desk.timeline.object(uid).parent not in owners:
            continue
        vector, cpu = vectors.get(row["vector"] or 0, (None, None))
        where = cpu if cpu is not None else 0
        queue = row["queue"] or 0
        queue_cpu[queue] = where
        filled = row["filled"] or 0
        waiting = desk.list(uid, "frames")[: max(filled, 0)]
        flows = tuple(max(0, flow) for flow in desk.letters(waiting).tolist())
        ring = Ring(
            f"rx-{queue}",
            uid,
            row["count"] or 1,
            filled,
            flows,
            row["next_to_clean"] or 0,
            row["next_to_use"] or 0,
            row["head"] or 0,
            vector.name if vector else "",
            vector.lamp if vector else Lamp.MASKED,
            _in_steps(vector) if vector else 0,
            vector.gap_ns if vector else 0,
            napi=row["napi"] or 0,
            vector_label=vector.thing_name if vector else "",
            vector_uid=vector.uid if vector else 0,
        )
        by_cpu.setdefault(where, []).append(ring)
    return {cpu: tuple(rings) for cpu, rings in by_cpu.items()}, queue_cpu


def _table(desk: Desk, nic: int) -> tuple[int, ...]:
    """Queue of each entry of the indirection table."""
    rows = [
        (row["first"] or 0, row) for uid, row in desk.rows("reta") if desk.timeline.object(uid).parent == nic
    ]
    entries: list[int] = []
    for _, row in sorted(rows, key=lambda pair: pair[0]):
        entries += [row[f"e{at}"] or 0 for at in range(ROW)]
    return tuple(entries)


def _hashes(desk: Desk, table: tuple[int, ...], own: frozenset[int]) -> tuple[Hash, ...]:
    """Hash, entry and queue of each flow's latest frame that has one; none where the adapter has no table."""
    if not table:
        return ()
    latest = [
        (flow, at)
        for flow, steps in sorted(desk.arrivals().items())
        if flow in own and (at := int(np.searchsorted(steps, desk.step, "right")))
    ]
    key = ("hashes", tuple(latest), table)
    found: tuple[Hash, ...] | None = desk.kept.get(key)
    if found is None:
        found = desk.kept[key] = tuple(_hashed(desk, latest, table))
    return found


def _hashed(desk: Desk, latest: list[tuple[int, int]], table: tuple[int, ...]) -> Iterator[Hash]:
    for flow, arrived in latest:
        value = _last_hash(desk, flow, arrived)
        if value:
            index = value % len(table)
            yield Hash(flow, value, index, table[index])


def _last_hash(desk: Desk, flow: int, arrived: int) -> int:
    """The hash of the last of so many frames of a flow that the adapter hashed.

    0 when it hashed none of the last ones: what is lost or refused at the port is not hashed.
    """
    steps = desk.arrivals()[flow][max(0, arrived - HASHES_BACK) : arrived]
    for step in steps[::-1].tolist():
        value = desk.written(step, int(desk.timeline.column("packet")[step]), "hash")
        if value:
            return value
    return 0
