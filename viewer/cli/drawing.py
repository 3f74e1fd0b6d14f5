"""Drawing a moment of a run into a file. The only headless command module that loads Qt, on first use."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.scenario.errors import Refused
from engine.timeline.schema import NO_CPU
from viewer.app import bad_pair
from viewer.cli.display import qt_needed
from viewer.cli.files import replacing

if TYPE_CHECKING:
    from engine.timeline.timeline import Timeline
    from viewer.cli.simulate import Ran


def draw_still(ran: Ran, moment: str, size: tuple[int, int], theme: str, path: Path) -> None:
    """Write the picture of a moment; the file appears whole or not at all.

    Args:
        ran: the run.
        moment: as people write it.
        size: width and height in pixels.
        theme: dark, light or contrast.
        path: where to; its ending says the format.

    Raises:
        Refused: The moment does not come, or the file cannot be written.
    """
    timeline = ran.timeline
    step, time = ran.moment(moment)
    keep = application()

    from viewer.picture.compose import compose
    from viewer.picture.still import StillError, write_still
    from viewer.picture.view import view_of_pixels
    from viewer.score.moment import Moment
    from viewer.theme.tokens import ThemeName

    view = view_of_pixels(*size, ThemeName(theme), focus(timeline, step))
    display = compose(timeline, Moment(step, time), view)
    try:
        with replacing(path) as made:
            write_still(display, made, str(timeline.facts.get("title", "")))
    except StillError as error:
        raise Refused(str(error)) from error
    del keep


def application() -> Any:
    """Return Qt's application object, made for drawing without a display if there is none yet.

    Raises:
        Refused: Qt or a library that it needs is missing, or this PySide6 cannot run on this Python.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with qt_needed():
        import PySide6
        from PySide6.QtWidgets import QApplication  # one that a window in the same process can go on with
    refusal = bad_pair(PySide6.__version__, (sys.version_info.major, sys.version_info.minor))
    if refusal:
        raise Refused(refusal.removeprefix("skbscope: "))
    return QApplication.instance() or QApplication([])


def focus(timeline: Timeline, step: int) -> int:
    """Return the CPU whose row is shown in full: the one that acted last."""
    for number in range(step, max(step - 1000, -1), -1):
        cpu = int(timeline.column("where")[number]) >> 8
        if cpu != NO_CPU:
            return cpu
    return 0
