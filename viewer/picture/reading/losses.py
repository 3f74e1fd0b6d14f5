"""Reading losses: which packets were lost just now, where, and for what reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from engine.timeline.chunk import FATES
from engine.topology import Station
from viewer.picture.reading.desk import Desk, among

SHOWN_NS = 3_000
"""Simulated time that a loss stays on the canvas: 1200 ms at the usual speed."""

MOST_SHOWN = 6
COUNTED_WITHIN = 96
_LOST = (FATES.index("lost"), FATES.index("copies_lost"))


@dataclass(frozen=True, slots=True)
class Loss:
    """Losses of one reason at one place.

    Attributes:
        frame: the latest frame lost.
        flow: its flow.
        reason: as Linux names it, without prefix.
        station: where.
        cpu: who dropped it, -1 for the adapter.
        sock: the socket that refused it, 0 for none.
        ring: its queue, -1 when it does not matter.
        count: losses that stay on the canvas.
        skb: whether it was an skb already.
        step: the step of the latest.
    """

    frame: int
    flow: int
    reason: str
    station: str
    cpu: int
    sock: int
    ring: int
    count: int
    skb: bool
    step: int


def read_losses(desk: Desk) -> tuple[Loss, ...]:
    """Losses of the last moments, the oldest first."""
    endings = desk.timeline.endings
    end = int(np.searchsorted(endings["step"], desk.step, "right"))
    begin = int(np.searchsorted(endings["time"][:end], desk.now - SHOWN_NS, "left"))
    rows = endings[begin:end]
    rows = rows[np.isin(rows["fate"], _LOST)]
    found: dict[tuple[str, str, int, int, int], Loss] = {}
    for frame, reason, step in zip(
        rows["frame"].tolist(), rows["reason"].tolist(), rows["step"].tolist(), strict=True
    ):
        loss = _loss(desk, frame, desk.text(reason), step)
        key = (loss.reason, loss.station, loss.cpu, loss.sock, loss.ring)
        before = found.pop(key, None)
        found[key] = loss if before is None else replace(loss, count=before.count + 1)
    return tuple(found.values())[-MOST_SHOWN:]


def _loss(desk: Desk, frame: int, text: str, step: int) -> Loss:
    place, _, reason = text.partition(":")
    (function,), (where,) = desk.span(step, step + 1, "fn", "where")
    station = desk.station(int(function))
    skb = place == "skb"
    cpu = int(where) >> 8
    sock = _refusing(desk, frame, step) if skb else 0
    if skb and not sock:
        station = _before(desk, frame, step) or station
    ring = -1 if skb else _queue(desk, frame, station, reason, step)
    return Loss(
        frame,
        max(0, desk.letter(frame)),
        reason or text,
        station if skb else (Station.RING if ring >= 0 else Station.FIFO),
        cpu if cpu < 255 else -1,
        sock,
        ring,
        1,
        skb,
        step,
    )


def _queue(desk: Desk, frame: int, station: str, reason: str, step: int) -> int:
    """The queue at whose ring a frame was lost: what it was steered to, or what the counter names; -1 for none."""
    named = re.search(r"\d+", reason)
    if named is not None:
        return int(named[0])
    if station != Station.RING:
        return -1
    known = desk.timeline.changes(frame, "queue", max(0, step - COUNTED_WITHIN), step + 1)[2]
    return int(known[-1]) if len(known) else -1


def _refusing(desk: Desk, frame: int, step: int) -> int:
    """The socket whose drop counter moved shortly before this step, on the same packet's way."""
    kin = desk.kin(frame)
    packets = desk.timeline.column("packet")
    for uid, _ in desk.rows("sock"):
        moved = desk.timeline.changes(uid, "sk_drops", max(0, step - COUNTED_WITHIN), step + 2)[0]
        if len(moved) and bool(among(packets[moved], kin).any()):
            return uid
    return 0


def _before(desk: Desk, frame: int, step: int) -> str:
    """The station at which the packet was handled before it was freed."""
    kin = desk.kin(frame)
    first = max(0, step - 256)
    functions, packets = desk.span(first, step, "fn", "packet")
    for at in np.flatnonzero(among(packets, kin))[::-1].tolist():
        station = desk.station(int(functions[at]))
        if station and not desk.function(int(functions[at])).startswith(("kfree_skb", "sk_skb_reason")):
            return station
    return ""
