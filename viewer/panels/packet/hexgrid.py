"""How bytes are set in rows: as many in a row as there is room for."""

from __future__ import annotations

from typing import NamedTuple

from viewer.theme.fonts import Face, Type, ui_line_px, ui_width

IN_A_ROW = (16, 8, 4)
PITCHES = (3.0, 2.5)
"""Room of a byte, in characters, the most comfortable first."""

GAP = 7.0


class Grid(NamedTuple):
    """How the bytes are set: how many in a row, and the left edges of its parts in px."""

    row: int
    pitch: float
    char: float
    hex_left: float
    text_left: float
    line: float
    digits: int


def grid_of(room: float, size: int) -> Grid:
    """The widest setting that has room; the narrowest where none has."""
    char = ui_width("0", Type.MICRO, Face.MONO, 500)
    digits = 4 if size > 0xFFF else 3
    hex_left = digits * char + GAP
    line = float(ui_line_px(Type.MICRO) + 3)
    grid = Grid(IN_A_ROW[0], 0.0, char, hex_left, 0.0, line, digits)
    for row in IN_A_ROW:
        for pitch in PITCHES:
            grid = grid._replace(row=row, pitch=pitch * char, text_left=hex_left + row * pitch * char + GAP)
            if grid.text_left + row * char <= room:
                return grid
    return grid
