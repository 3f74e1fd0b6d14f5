"""Placing losses: each falls where it was lost, with its reason."""

from __future__ import annotations

from dataclasses import replace

from engine.topology import Station
from viewer.picture.layer import Layer, Rect
from viewer.picture.layout import Mode, Row
from viewer.picture.places import Ground, backlog_box, ring_spot
from viewer.picture.reading.adapter import Adapter
from viewer.picture.reading.flights import STAGE_OF
from viewer.picture.reading.losses import Loss
from viewer.picture.regions.drops import FALL, Drop, drop_layer
from viewer.picture.regions.sockets import is_tank, tank_rect
from viewer.picture.stamps import Stamps
from viewer.theme.curves import Curve, ease
from viewer.theme.tokens import Z

Spot = tuple[float, float, float, bool]
"""Where a loss is drawn, how far right its chip may reach, and whether there is little room."""


def loss_layers(
    losses: tuple[Loss, ...], ground: Ground, adapter: Adapter | None
) -> tuple[list[Layer], tuple[tuple[float, float], ...]]:
    """Chips, trails and falling packets, and the points of the scene where they are."""
    drops = _placed(losses, ground, adapter)
    layers = [drop_layer(drop) for drop in drops]
    if drops:
        stamps = Stamps("lost packets", Z.LOST)
        for drop in drops:
            fall = ease(Curve.GRAVITY, drop.fall)
            x, y = drop.packet()
            stamps.add(drop.look(), x, y - FALL * (1.0 - fall), drop.uid)
        layers.append(stamps.layer())
    return layers, tuple((drop.x, drop.y) for drop in drops)


def _placed(losses: tuple[Loss, ...], ground: Ground, adapter: Adapter | None) -> list[Drop]:
    """Losses at their places; those of one reason at one place are counted together."""
    drops: list[Drop] = []
    at: dict[tuple[str, float, float], int] = {}
    for loss in losses:
        spot = _spot(ground, loss, adapter)
        if spot is None:
            continue
        x, y, right, small = spot
        same = at.get((loss.reason, x, y))
        if same is not None:
            drops[same] = replace(drops[same], count=drops[same].count + loss.count)
            continue
        at[loss.reason, x, y] = len(drops)
        y = _free(drops, x, y)
        mouth = _mouth(ground, loss)
        drop = Drop(
            loss.frame, loss.flow, loss.reason, x, y, 1.0, loss.count, True, right, loss.skb, small, mouth
        )
        drops.append(drop)
    return drops


def _mouth(ground: Ground, loss: Loss) -> tuple[float, float] | None:
    """The rim of the tank that a packet could not enter."""
    slot = ground.sock_slots.get(loss.sock)
    if slot is None or not is_tank(slot, ground.place.sockets):
        return None
    tank = tank_rect(slot)
    return tank.x - 7.0, tank.y + 2.0


def _free(drops: list[Drop], x: float, y: float) -> float:
    """A height at which a further chip does not cover one that is there."""
    while any(abs(drop.y - y) < 26.0 and abs(drop.x - x) < 170.0 for drop in drops):
        y += 28.0
    return y


def _row_of(ground: Ground, cpu: int) -> Row | None:
    return ground.place.row(cpu)


def _spot(ground: Ground, loss: Loss, adapter: Adapter | None) -> Spot | None:
    """The spot of a loss; None when its CPU has no row."""
    place = ground.place
    if loss.sock and loss.sock in ground.sock_slots:
        slot = ground.sock_slots[loss.sock]
        tall = is_tank(slot, place.sockets)
        alone = sum(other == slot for other in ground.sock_slots.values()) == 1
        low = (
            slot.bottom - 22.0 if tall else slot.y + min(45.0, slot.h / 2.0) if alone else slot.bottom - 14.0
        )
        return slot.x + 28.0, low, slot.right - 2.0, not tall
    if not loss.skb:
        return _before_skb(ground, loss, adapter)
    if "BACKLOG" in loss.reason or loss.station == Station.BACKLOG:
        box = backlog_box(ground, loss.cpu)
        if box is not None:
            return box.right + 24.0, box.cy, place.track_right - 4.0, True
    row = _row_of(ground, loss.cpu)
    if row is None:
        return None
    stage = STAGE_OF.get(loss.station)
    x = place.stage(stage) if stage is not None else place.track_right - 150.0
    drop = 40.0 if row.mode is Mode.EXPANDED else 26.0
    return x, row.track_y + drop, place.track_right - 4.0, True


def _before_skb(ground: Ground, loss: Loss, adapter: Adapter | None) -> Spot:
    """Losses of the adapter: at its FIFO, or at the ring that had no descriptor."""
    place = ground.place
    if loss.station == Station.RING and adapter is not None:
        row = place.row(adapter.queue_cpu.get(loss.ring, 0))
        if row is not None:
            (x, y), radius = ring_spot(place, row)
            if row.mode is Mode.EXPANDED:
                return place.nic.right + 8.0, y + radius + 7.0, place.ring_right - 4.0, True
            return x, min(y + radius + 16.0, row.card.bottom - 16.0), place.head_right, True
    deck = Rect(*place.deck) if place.deck is not None else None
    bottom = deck.y - 8.0 if deck is not None else place.nic.bottom
    return place.nic.x + 34.0, bottom - 96.0, place.ring_right, False
