"""Ribbons: where packets would be too many to be told apart, a band in the flow's colour, as thick as they are dense.

On the wire that is where frames are closer than they are drawn, and all along a lane when so many pass while the
picture plays that no eye follows one. On a track it is while a CPU handles so many.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.topology import Station
from viewer.picture.items import Kind, Thing
from viewer.picture.layer import Layer, Rect, Sketch
from viewer.picture.reading.desk import BACK, Desk
from viewer.picture.regions.common import flow_edge
from viewer.theme.tokens import Z, flow_code

MOST_A_SECOND = 60
"""Visible events for each second of the showing, above which nobody tells them apart."""

SHOWN_S = 0.25
"""Seconds of the showing over which events are counted."""

LEAST_PX, MOST_PX = 4.0, 10.0
TRACK_PX = 7.0
STRENGTH = 0.8
LEAST_HANDLED_NS = 200
"""No CPU handles packets more quickly: a showing slow enough for that needs no counting."""

EIGHTHS = 8
_CARRIED = (Station.POLL, Station.XDP, Station.GRO, Station.TAP, Station.IP, Station.UDP)


class Ribbon(NamedTuple):
    """A band along the wire: where, and how many packets there are for each px at each point."""

    flow: int
    y: float
    xs: tuple[float, ...]
    density: tuple[float, ...]


def thickness(density: float) -> float:
    """Pixels of a band with so many packets for each px of its length."""
    return LEAST_PX + (MOST_PX - LEAST_PX) * min(1.0, density)


def densities(gaps: NDArray[np.float64]) -> tuple[float, ...]:
    """Packets for each px at each of the packets between which these gaps are."""
    each = 1.0 / np.maximum(gaps, 0.25)
    ends = np.concatenate((each[:1], each, each[-1:]))
    return tuple((0.5 * (ends[:-1] + ends[1:])).tolist())


def too_many(per_second: float, speed: float) -> bool:
    """Whether events of a simulated rate come too quickly to be told apart at a speed (0: the picture stands)."""
    return speed > 0.0 and per_second / speed > MOST_A_SECOND


def ribbon_layer(ribbons: tuple[Ribbon, ...]) -> Layer:
    """The bands of one flow; ``ribbons`` must not be empty."""
    left, right = min(one.xs[-1] for one in ribbons), max(one.xs[0] for one in ribbons)
    flow, y = ribbons[0].flow, ribbons[0].y
    half = MOST_PX / 2.0 + 1.0
    sketch = Sketch("ribbons", Rect(left, y - half, right - left, 2.0 * half), Z.PACKET)
    with sketch.thing(
        Thing(Kind.WIRE, f"flow {flow_code(flow)} in a row", 0, "Frames too close to be told apart.")
    ):
        for one in ribbons:
            reach = [thickness(density) / 2.0 for density in one.density]
            upper = [(x, one.y - by) for x, by in zip(one.xs, reach, strict=True)]
            lower = [(x, one.y + by) for x, by in zip(one.xs, reach, strict=True)]
            sketch.shape((*upper, *reversed(lower)), flow_edge(flow), z=Z.PACKET, opacity=STRENGTH)
    return sketch.layer()


def handled(desk: Desk, cpu: int, speed: float) -> dict[int, int]:
    """Packets of each flow that a CPU handled within the last shown moment, when they are too many; else none."""
    if speed <= 0.0 or speed * LEAST_HANDLED_NS * MOST_A_SECOND > 1e9:
        return {}
    window = SHOWN_S * 1e9 / speed
    end = desk.step + 1
    first = max(0, end - BACK)
    times, where, functions, packets = desk.span(first, end, "time", "where", "fn", "packet")
    begin = int(np.searchsorted(times, desk.now - window))
    mine = (
        (where[begin:] >> 8 == cpu) & desk.at_stations(*_CARRIED)[functions[begin:]] & (packets[begin:] > 0)
    )
    counted = min(window, float(desk.now - int(times[0])) if begin == 0 and first else window)
    letters = desk.letters(np.unique(desk.timeline.frames_of(packets[begin:][mine])))
    letters = letters[letters >= 0]
    if len(letters) == 0 or not too_many(len(letters) * 1e9 / max(1.0, counted), speed):
        return {}
    flows, counts = np.unique(letters, return_counts=True)
    return dict(zip(flows.tolist(), counts.tolist(), strict=True))


def track_layer(flows: dict[int, int], cpu: int, left: float, right: float, y: float) -> Layer:
    """The band along a CPU's track, a stripe for each flow by its share; ``flows`` must not be empty."""
    whole = sum(flows.values())
    shares = tuple((flow, max(1, round(EIGHTHS * count / whole))) for flow, count in sorted(flows.items()))
    return _track(shares, cpu, left, right, y)


@lru_cache(maxsize=128)
def _track(shares: tuple[tuple[int, int], ...], cpu: int, left: float, right: float, y: float) -> Layer:
    half = TRACK_PX / 2.0
    sketch = Sketch(f"ribbon {cpu}", Rect(left, y - half - 1.0, right - left, TRACK_PX + 2.0), Z.TRACK)
    each = TRACK_PX / sum(share for _, share in shares)
    top = y - half
    with sketch.thing(Thing(Kind.STATION, f"packets on CPU {cpu}", 0, "Packets too many to be told apart.")):
        for flow, share in shares:
            sketch.box(
                Rect(left, top, right - left, each * share),
                z=Z.PACKET,
                fill=flow_edge(flow),
                opacity=STRENGTH,
            )
            top += each * share
    return sketch.layer()
