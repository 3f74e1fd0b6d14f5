"""Where to look when somebody looks closer: at what is selected, else at what the focused CPU does."""

from __future__ import annotations

from engine.timeline.timeline import Timeline
from viewer.picture.display import DisplayList
from viewer.picture.items import Kind
from viewer.picture.layer import Rect
from viewer.picture.layout import HEAD_RULE, Camera
from viewer.picture.reading.desk import desk_at
from viewer.picture.reading.flights import carried
from viewer.picture.view import View
from viewer.score.moment import Moment

EDGE = 16.0
"""What is left free beside a thing that the picture was moved for."""


def busy_spot(
    timeline: Timeline, moment: Moment, view: View, display: DisplayList
) -> tuple[float, float] | None:
    """The packet that the focused CPU handles, else the head of its row, in the window; None without both."""
    if timeline.steps == 0:
        return None
    step = min(moment.step, timeline.steps - 1)
    held = carried(desk_at(timeline, step, moment.time_ns), moment, view.focused)
    if held is not None:
        seen = next((one for one in display.packets() if one.uid == held.uid and one.opacity >= 0.5), None)
        if seen is not None:
            return seen.x, seen.y
    head = display.things().get((Kind.CPU, f"CPU {view.focused}"))
    return (head.rect.cx, head.rect.cy) if head is not None else None


def centred(
    camera: Camera,
    zoom: float,
    spot: tuple[float, float],
    width: float,
    height: float,
    covered: float = 0.0,
) -> Camera:
    """A camera at a zoom with a point of the window in its middle, as far as the picture reaches to its edges.

    What lies to the right of the window, for ``covered`` px, is not seen: the middle is that of the rest.
    """
    x, y = camera.to_scene(*spot)
    middle = (HEAD_RULE + height) / 2.0  # below the heads of the columns
    left = _held((width - covered) / 2.0 - x * zoom, width, zoom, covered)
    return Camera(zoom, left, _held(middle - y * zoom, height, zoom))


def uncovered(rect: Rect, width: float, covered: float) -> float:
    """How far the picture moves (to the left: negative) so that a rectangle is not under what covers its right side."""
    over = rect.right + EDGE - (width - covered)
    return -min(over, max(rect.x - EDGE, 0.0)) if over > 0.0 else 0.0


def _held(offset: float, size: float, zoom: float, covered: float = 0.0) -> float:
    """An offset at which the picture leaves no edge of the window empty."""
    return min(0.0, max(size - covered - size * zoom, offset)) if zoom >= 1.0 else offset
