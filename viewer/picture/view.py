"""How a picture is looked at: size, theme, camera, what is focused, selected and followed.

Everything with memory (camera moves, the expanded row, the level of detail) is resolved into these values by the
session, so that a picture stays a pure function of timeline, moment and view.
"""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.layout import Camera
from viewer.picture.level import Fade, Level
from viewer.theme.tokens import ThemeName

AT_REST = Camera()
DESIGN_WIDTH = 1536
RATIO_STEP = 4


@dataclass(frozen=True, slots=True)
class View:
    """The way of looking.

    Attributes:
        width: of the canvas in logical px.
        height: of the canvas in logical px.
        ratio: device pixels per logical pixel.
        theme: which colours.
        camera: pan and zoom.
        focused: CPU whose row is expanded.
        selected: number of the selected object, 0 for none.
        marked: kind and name of what is selected; None where nothing is, or only its number is known.
        followed: number of the followed packet, 0 for none.
        reduced: whether motion is reduced: packets stand at stations instead of travelling.
        nic: name of the adapter to show; "" for the first.
        level: how much of every object is drawn.
        fading: the level that gives way to it just now, and how far; None when none does.
        solo: number of the flow that alone stands out, 0 for all.
        chosen: numbers of the packets that a filter chose, which alone stand out; None without a filter.
        text_percent: text scale; text takes the largest step of it that has room.
        speed: shown nanoseconds for a simulated one while the picture plays, 0 when it stands.
    """

    width: int = 1536
    height: int = 776
    ratio: float = 1.0
    theme: ThemeName = ThemeName.DARK
    camera: Camera = AT_REST
    focused: int = 0
    selected: int = 0
    followed: int = 0
    reduced: bool = False
    nic: str = ""
    level: Level = Level.OVERVIEW
    fading: Fade | None = None
    solo: int = 0
    chosen: frozenset[int] | None = None
    speed: float = 0.0
    text_percent: int = 100
    marked: tuple[str, str] | None = None


def view_of_pixels(width: int, height: int, theme: ThemeName, focused: int = 0) -> View:
    """A view that fills a picture of so many pixels with the canvas at its designed width, or a little wider.

    The ratio goes in quarters, so that hairlines stay sharp; below the designed width it is 1.
    """
    quarters = max(RATIO_STEP, width * RATIO_STEP // DESIGN_WIDTH)
    while quarters > RATIO_STEP and (width * RATIO_STEP % quarters or height * RATIO_STEP % quarters):
        quarters -= 1
    ratio = quarters / RATIO_STEP
    return View(round(width / ratio), round(height / ratio), ratio, theme, focused=focused)
