"""Axes of a plot in the program's own dress: simulated time with its unit once, and values in few words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg

from viewer.chrome.look import Look
from viewer.lanes.scale import nice_step, number_text, unit_of
from viewer.theme.fonts import Face, Type, font, ui_line_px, ui_scaled
from viewer.theme.tokens import Role

GAP_PX = 64
LEVEL_PX = 30


class _Axis(pg.AxisItem):  # type: ignore[misc]  # the library has no types
    """What both have in common: thin lines, small figures, no menu."""

    def __init__(self, side: str, look: Look) -> None:
        super().__init__(side, maxTickLength=-4)
        self.look = look
        self.enableAutoSIPrefix(False)
        self.showLabel(False)
        self.dress()

    def dress(self) -> None:
        """Wear the colours and the text size in force."""
        line = pg.mkPen(self.look.colour(Role.LINE_STRONG), width=1)
        self.setPen(line)
        self.setTickPen(line)
        self.setTextPen(pg.mkPen(self.look.colour(Role.TEXT_TERTIARY)))
        self.setTickFont(font(Type.MICRO, Face.UI, 500))
        self.setStyle(tickTextHeight=ui_line_px(Type.MICRO) + 2, tickTextOffset=3)


class TimeAxis(_Axis):
    """Simulated time in the unit that fits; the unit stands behind the last number that has room for it."""

    def __init__(self, look: Look) -> None:
        super().__init__("bottom", look)

    def tickValues(self, low: float, high: float, size: float) -> list[Any]:
        """See `AxisItem.tickValues`: one level, as many as stay apart."""
        if high <= low or size <= 0:
            return []
        step = nice_step((high - low) * ui_scaled(GAP_PX) / size)
        first = -(-int(np.ceil(low)) // step)
        return [(step, [float(number * step) for number in range(first, int(high) // step + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """See `AxisItem.tickStrings`."""
        if not values:
            return []
        start, end = self.range
        divisor, unit = unit_of(round(end))
        texts = [number_text(round(value), divisor) for value in values]
        room = ui_scaled(26) * (end - start) / max(self.size().width(), 1.0)
        inside = [place for place, value in enumerate(values) if value + room <= end]
        if inside:
            texts[inside[-1]] += f" {unit}"
        return texts


class ValueAxis(_Axis):
    """Values of curves that share a scale."""

    def __init__(self, look: Look) -> None:
        super().__init__("left", look)

    def tickValues(self, low: float, high: float, size: float) -> list[Any]:
        """See `AxisItem.tickValues`: one level of round numbers."""
        if high <= low or size <= 0:
            return []
        least = (high - low) * ui_scaled(LEVEL_PX) / size
        power = 10.0 ** np.floor(np.log10(least))
        step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= least * 0.999)
        first, last = int(np.ceil(low / step)), int(np.floor(high / step))
        return [(step, [number * step for number in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """See `AxisItem.tickStrings`: thousands apart, decimals where the steps have some."""
        places = max(0, -int(np.floor(np.log10(spacing)))) if spacing > 0 else 0
        return [f"{value:,.{places}f}".replace(",", " ") for value in values]
