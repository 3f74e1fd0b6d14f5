"""The bundled fonts: all load, figures are equally wide, code has no ligatures, nothing is hinted."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QRawFont
from pytestqt.qtbot import QtBot

from viewer.theme.fonts import (
    LEAST_PX,
    PERCENTS,
    Face,
    Type,
    font,
    font_px,
    load_fonts,
    set_interface_percent,
    step,
    stepped_px,
    text_width,
    type_px,
    ui_line_px,
    ui_px,
    ui_room,
    ui_scaled,
)
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
    set_interface_percent(100)
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


@pytest.mark.parametrize("percent", PERCENTS)
def test_the_interface_grows_in_whole_pixels_and_the_picture_does_not(qtbot: QtBot, percent: int) -> None:
    set_interface_percent(percent)
    try:
        for kind in Type:
            assert ui_px(kind) >= LEAST_PX
            assert abs(ui_px(kind) - type_px(kind) * percent / 100) <= 0.5 or ui_px(kind) == LEAST_PX
            assert font(kind).pixelSize() == ui_px(kind) <= ui_line_px(kind)
        assert type_px(Type.BODY) == 13
        assert font_px(13).pixelSize() == 13
        assert ui_scaled(20) == round(20 * percent / 100)
        assert ui_room(20) == max(20, round(20 * percent / 100))
    finally:
        set_interface_percent(100)


@pytest.mark.parametrize("percent", PERCENTS)
def test_text_of_the_canvas_takes_sizes_of_the_scale(percent: int) -> None:
    for kind in Type:
        size = stepped_px(kind, percent)
        assert step(size) == size >= 11
        assert size <= max(type_px(kind) * percent / 100, 11)
    assert stepped_px(Type.BODY, 100) == 13
    assert stepped_px(Type.BODY, 150) == 18


def test_a_scale_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="133"):
        set_interface_percent(133)
