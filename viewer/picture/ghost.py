"""The ghost of another future: where its packets are, laid faintly over this picture."""

from __future__ import annotations

from dataclasses import replace

from viewer.picture.display import DisplayList, Placed
from viewer.theme.tokens import opacity

MOVING = ("packets", "packets on the wire")


def with_ghost(display: DisplayList, other: DisplayList) -> DisplayList:
    """Lay the other's packets over a picture of the same layout and camera; those at the same place are left out.

    Args:
        display: the picture.
        other: the other's picture at its moment; it must be of the same size.
    """
    here = {(round(seen.x), round(seen.y)) for seen in display.packets()}
    ghosts = [ghost for placed in other.placed if (ghost := _faint(placed, here)) is not None]
    if not ghosts:
        return display
    placed = sorted([*display.placed, *ghosts], key=lambda one: one.layer.z)
    return replace(display, placed=tuple(placed))


def _faint(placed: Placed, here: set[tuple[int, int]]) -> Placed | None:
    """A layer's packets at the opacity of what has passed; None when it has none of its own."""
    if placed.layer.name not in MOVING:
        return None
    batches = []
    for batch in placed.layer.sprites:
        kept = [
            at
            for at in range(len(batch.look))
            if (
                round(float(batch.xy[at, 0]) * placed.scale + placed.dx),
                round(float(batch.xy[at, 1]) * placed.scale + placed.dy),
            )
            not in here
        ]
        if kept:
            faint = batch.opacity[kept] * opacity("passed")
            batches.append(
                replace(batch, uids=batch.uids[kept], look=batch.look[kept], xy=batch.xy[kept], opacity=faint)
            )
    if not batches:
        return None
    return placed._replace(layer=replace(placed.layer, items=(), sprites=tuple(batches)))
