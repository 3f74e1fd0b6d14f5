"""The ground: dot grid and the heads of the columns, which stay while the picture is panned up and down."""

from __future__ import annotations

from functools import lru_cache

from viewer.picture.items import Align, Kind, Thing
from viewer.picture.layer import Layer, Rect, Sketch, caps
from viewer.picture.layout import HEAD_BASE, HEAD_RULE, STAGE_HEADS, Layout
from viewer.picture.regions.common import width_of
from viewer.theme.tokens import Role, Z

GRID = 24.0
GAP_PX = 8.0


@lru_cache(maxsize=8)
def ground_layer(width: int, height: int) -> Layer:
    """The dot grid of a window of this size; it does not move with the camera."""
    area = Rect(0.0, 0.0, float(width), float(height))
    sketch = Sketch("ground", area, Z.GRID)
    across, down = int(width // GRID), int(height // GRID)
    first = Rect(GRID / 2.0, GRID / 2.0, 1.0, 1.0)
    sketch.cells(first, across, GRID, GRID, (Role.GRID,) * (across * down), z=Z.GRID, radius=0.0)
    return sketch.layer()


@lru_cache(maxsize=16)
def heads_layer(place: Layout, zoom: float = 1.0, dx: float = 0.0) -> Layer:
    """Names of the columns over a rule; they follow the camera sideways and stay at the top."""
    area = Rect(0.0, 0.0, place.width, HEAD_RULE + 2.0)
    sketch = Sketch("heads", area, Z.CHROME)
    sketch.box(Rect(0.0, 0.0, place.width, HEAD_RULE), z=Z.GRID, fill=Role.CANVAS)
    heads: list[tuple[str, float, Align]] = [
        ("Wire", 16.0, Align.LEFT),
        ("NIC", place.nic.x + 1.0, Align.LEFT),
        ("RX ring", place.rows[0].card.x + 1.0, Align.LEFT),
        ("CPU context", place.ring_right + 1.0, Align.LEFT),
    ]
    if place.wire.w < 40.0:
        heads = heads[1:]
    heads += [(STAGE_HEADS[stage], x, Align.CENTRE) for stage, x in place.stages]
    heads.append(("Socket", place.sockets[0].x + 1.0, Align.LEFT))
    if place.apps:
        heads.append(("Wait queue · app", place.apps[0].x + 1.0, Align.LEFT))
    reached = -1e9
    for text, x, align in heads:
        run = caps(text)
        width = width_of(run)
        left = x * zoom + dx - (width / 2.0 if align is Align.CENTRE else 0.0)
        if left < reached + GAP_PX:
            continue
        reached = left + width
        with sketch.thing(Thing(Kind.HEAD, text)):
            sketch.write(left, HEAD_BASE, run)
    sketch.line(((16.0, HEAD_RULE), (place.width - 16.0, HEAD_RULE)), Role.LINE_SUBTLE, width=1.0)
    return sketch.layer()
