"""Where the window's parts stand at a size and a text scale: plain numbers, tested without a window.

Larger text makes the bars higher and the side panels wider, at the cost of the canvas; smaller text changes nothing
here, since what is pressed must stay large enough to be hit.
"""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.layer import Rect
from viewer.theme.tokens import size_px

TITLE = size_px("titlebar")
TRANSPORT = size_px("transport")
TRANSPORT_LOW = 44
STRIP = 44
WIDE = 1600
MIDDLE = 1280
HUGE = 2560
DOCK_HUGE = 480
CANVAS_LEAST = 240
DOCK_GROWTH = 0.5
"""The side panels grow by that share of what their text grows: more would leave the canvas too little."""

LANES_GROWTH = 0.5
"""The same for the lanes where they are high enough to give; in low windows they grow as the text does."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Rectangles of the parts.

    Attributes:
        drawer: the dock lies over the canvas and is there only while it is asked for.
        strip: the narrow column that opens the drawer; no width where there is none.
    """

    title: Rect
    canvas: Rect
    transport: Rect
    lanes: Rect
    dock: Rect
    strip: Rect
    drawer: bool


def _grown(px: float, percent: int, share: float = 1.0) -> int:
    """A length that grows by a share of what the text grows."""
    return round(px * (1.0 + max(percent - 100, 0) / 100.0 * share))


def transport_height(width: float, percent: int = 100) -> int:
    """Height of the transport that a width and a text scale ask for."""
    return _grown(TRANSPORT if width >= WIDE else TRANSPORT_LOW, percent)


def timeline_height(width: float, percent: int = 100) -> int:
    """Height of transport and lanes together that a width and a text scale ask for."""
    if width >= HUGE:
        drawn = 340
    elif width >= WIDE:
        drawn = size_px("timeline")
    else:
        drawn = size_px("timeline_min") if width >= MIDDLE else 96
    lanes = drawn - transport_height(width)
    return transport_height(width, percent) + _grown(lanes, percent, LANES_GROWTH if width >= WIDE else 1.0)


def dock_width(width: float, percent: int = 100) -> int:
    """Width of the dock that a width and a text scale ask for."""
    return _grown(DOCK_HUGE if width >= HUGE else size_px("dock"), percent, DOCK_GROWTH)


def arrange(
    width: int, height: int, *, dock: bool, dock_px: int = 0, timeline_px: int = 0, percent: int = 100
) -> Arrangement:
    """Divide a window.

    Args:
        width: of the window.
        height: of the window.
        dock: whether the side panels are wanted.
        dock_px: their width, 0 for the usual one.
        timeline_px: height of transport and lanes, 0 for the usual one.
        percent: the text scale of the interface.
    """
    title = _grown(TITLE, percent)
    drawer = width < WIDE
    panel = min(dock_px or dock_width(width, percent), max(width - 360, 240))
    strip = STRIP if drawer and width >= MIDDLE else 0
    side = strip if drawer else panel if dock else 0
    left = float(width - side)
    transport = float(transport_height(width, percent))
    most = max(height - title - CANVAS_LEAST, int(transport) + 16)
    below = float(min(max(timeline_px or timeline_height(width, percent), int(transport) + 16), most))
    body = float(height - title)
    canvas = Rect(0.0, float(title), left, body - below)
    lanes_top = canvas.bottom + transport
    dock_left = float(width - panel) if not drawer else float(width - panel - strip)
    return Arrangement(
        Rect(0.0, 0.0, float(width), float(title)),
        canvas,
        Rect(0.0, canvas.bottom, left, transport),
        Rect(0.0, lanes_top, left, height - lanes_top),
        Rect(dock_left, float(title), float(panel if dock else 0), body if not drawer else canvas.h),
        Rect(float(width - strip), float(title), float(strip), body),
        drawer,
    )
