"""The bundled fonts: all load, figures are equally wide, code has no ligatures, nothing is hinted."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QRawFont
from pytestqt.qtbot import QtBot

from viewer.theme.fonts import Face, Type, font, font_px, load_fonts, text_width
from viewer.theme.stylesheet import palette, style_sheet
from viewer.theme.tokens import Role, ThemeName, hex_colour


def test_the_families_are_there(qtbot: QtBot) -> None:
    assert {"Inter", "Inter Display SemiBold", "JetBrains Mono"} <= set(load_fonts())


@pytest.mark.parametrize(
    ("face", "weight", "family", "style"),
    [
        (Face.UI, 400, "Inter", "Regular"),
        (Face.UI, 600, "Inter", "SemiBold"),
        (Face.DISPLAY, 600, "Inter Display", "SemiBold"),
        (Face.MONO, 500, "JetBrains Mono", "Medium"),
        (Face.MONO, 700, "JetBrains Mono", "Bold"),
    ],
)
def test_the_bundled_files_are_used(qtbot: QtBot, face: Face, weight: int, family: str, style: str) -> None:
    raw = QRawFont.fromFont(font_px(13, face, weight))
    assert (raw.familyName(), raw.styleName()) == (family, style)


def test_figures_are_equally_wide(qtbot: QtBot) -> None:
    for face in (Face.UI, Face.DISPLAY):
        assert text_width("1111", 20, face, 600) == text_width("0000", 20, face, 600)


def test_code_has_no_ligatures(qtbot: QtBot) -> None:
    assert (
        text_width("->", 20, Face.MONO)
        == text_width("--", 20, Face.MONO)
        == 2 * text_width("x", 20, Face.MONO)
    )


def test_no_hinting_and_pixel_sizes(qtbot: QtBot) -> None:
    made = font(Type.READOUT, Face.DISPLAY)
    assert made.pixelSize() == 22
    assert made.hintingPreference() is QFont.HintingPreference.PreferNoHinting
    assert made.styleStrategy() & QFont.StyleStrategy.NoSubpixelAntialias


@pytest.mark.parametrize("theme", list(ThemeName))
def test_the_style_sheet_is_whole(qtbot: QtBot, theme: ThemeName) -> None:
    sheet = style_sheet(theme)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert hex_colour(theme, Role.PANEL) in sheet
    assert palette(theme).window().color().name().upper() == hex_colour(theme, Role.APP)
