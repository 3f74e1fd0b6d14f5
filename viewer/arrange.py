"""Where the window's parts stand at a size: plain numbers, tested without a window."""

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


def timeline_height(width: float) -> int:
    """Height of transport and lanes together that a width asks for."""
    if width >= HUGE:
        return 340
    if width >= WIDE:
        return size_px("timeline")
    return size_px("timeline_min") if width >= MIDDLE else 96


def dock_width(width: float) -> int:
    """Width of the dock that a width asks for."""
    return DOCK_HUGE if width >= HUGE else size_px("dock")


def arrange(width: int, height: int, *, dock: bool, dock_px: int = 0, timeline_px: int = 0) -> Arrangement:
    """Divide a window.

    Args:
        width: of the window.
        height: of the window.
        dock: whether the side panels are wanted.
        dock_px: their width, 0 for the usual one.
        timeline_px: height of transport and lanes, 0 for the usual one.
    """
    drawer = width < WIDE
    panel = min(dock_px or dock_width(width), max(width - 360, 240))
    strip = STRIP if drawer and width >= MIDDLE else 0
    side = strip if drawer else panel if dock else 0
    left = float(width - side)
    transport = float(TRANSPORT if not drawer else TRANSPORT_LOW)
    most = max(height - TITLE - CANVAS_LEAST, int(transport) + 16)
    below = float(min(max(timeline_px or timeline_height(width), int(transport) + 16), most))
    body = float(height - TITLE)
    canvas = Rect(0.0, float(TITLE), left, body - below)
    lanes_top = canvas.bottom + transport
    dock_left = float(width - panel) if not drawer else float(width - panel - strip)
    return Arrangement(
        Rect(0.0, 0.0, float(width), float(TITLE)),
        canvas,
        Rect(0.0, canvas.bottom, left, transport),
        Rect(0.0, lanes_top, left, height - lanes_top),
        Rect(dock_left, float(TITLE), float(panel if dock else 0), body if not drawer else canvas.h),
        Rect(float(width - strip), float(TITLE), float(strip), body),
        drawer,
    )
