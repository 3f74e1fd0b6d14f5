"""Type: the bundled fonts, loaded once, and the sizes that text may take.

Text is drawn in pixels of the bundled files without hinting and without sub-pixel rendering, so that a frame
has the same bytes on every machine. Figures are tabular in the interface face; ligatures are off in the
code face, where ``->`` must stay two characters. A scene may be zoomed freely but text only takes the sizes
of the scale: ``step`` says which.

There are two ways to ask for a size, and who draws decides which:

* The picture of the datapath is a pure function of its view. It asks ``type_px``, ``line_px``, ``stepped_px`` and
  ``font_px``, which know nothing but their arguments; a text scale reaches it as a number in the view.
* Widgets (chrome, panels, lanes) follow the one text scale of the interface, which ``Look`` sets with
  ``set_interface_percent``. They ask ``ui_px``, ``ui_line_px`` and ``font`` for text, ``ui_scaled`` for lengths that
  grow and shrink with it (the height of a row) and ``ui_room`` for those that only grow (a button must stay large
  enough to hit). Whoever keeps such a number asks again when ``Look.changed`` is emitted.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from importlib import resources

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from viewer.theme.tokens import tokens

UI_FAMILY = "Inter"
DISPLAY_FAMILY = "Inter Display"
MONO_FAMILY = "JetBrains Mono"
CAPS_SPACING_PERCENT = 108.0
PERCENTS = (80, 90, 100, 110, 125, 150)
"""The text scales there are."""

LEAST_PX = 9
"""No text of the interface is smaller, whatever its scale."""


class Face(StrEnum):
    """Which hand a text is in; CAPS is the spaced interface face of column heads and group titles."""

    UI = "ui"
    DISPLAY = "display"
    MONO = "mono"
    CAPS = "caps"


class Type(StrEnum):
    """The type scale, smallest first within each half."""

    MICRO = "micro"
    SMALL = "small"
    BODY = "body"
    LABEL = "label"
    EMPHASIS = "emphasis"
    STRONG = "strong"
    TITLE = "title"
    READOUT = "readout"
    DISPLAY = "display"
    PRESENT_MIN = "present_min"
    PRESENT_LABEL = "present_label"
    PRESENT_BODY = "present_body"
    PRESENT_OBJECT = "present_object"
    PRESENT_CAPTION = "present_caption"
    PRESENT_NUMBER = "present_number"


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, ...]:
    """Register the bundled fonts with Qt, once a process; needs a QGuiApplication.

    Returns:
        The families that are now available, sorted.

    Raises:
        RuntimeError: a bundled file is not a font Qt can read, which is a broken installation.
    """
    families: list[str] = []
    folder = resources.files("assets").joinpath("fonts")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".ttf"):
            continue
        number = QFontDatabase.addApplicationFontFromData(QByteArray(entry.read_bytes()))
        if number < 0:
            raise RuntimeError(f"assets/fonts/{entry.name}: Qt cannot read this bundled font")
        families += [name for name in QFontDatabase.applicationFontFamilies(number) if name not in families]
    return tuple(sorted(families))


@lru_cache(maxsize=32)
def type_px(kind: Type) -> int:
    """The size of a step of the scale in px at 100 %."""
    return int(tokens()["type"]["scale"][kind.value][0])


@lru_cache(maxsize=32)
def line_px(kind: Type) -> int:
    """The line height of a step of the scale in px at 100 %."""
    return int(tokens()["type"]["scale"][kind.value][1])


@lru_cache(maxsize=32)
def type_weight(kind: Type) -> int:
    """The usual weight of a step of the scale."""
    return int(tokens()["type"]["scale"][kind.value][2])


@lru_cache(maxsize=1)
def _steps() -> tuple[int, ...]:
    return tuple(sorted({int(row[0]) for row in tokens()["type"]["scale"].values()}))


@lru_cache(maxsize=4096)
def step(px: float) -> int:
    """The largest size of the scale that is not above ``px``; 0 when even the smallest is."""
    fitting = [size for size in _steps() if size <= px + 1e-6]
    return fitting[-1] if fitting else 0


@lru_cache(maxsize=512)
def font_px(px: int, face: Face = Face.UI, weight: int = 500) -> QFont:
    """The font of exactly ``px`` pixels in a face and weight (400, 500, 600 or 700)."""
    load_fonts()
    font = QFont()
    if face is Face.MONO:
        font.setFamilies([MONO_FAMILY, UI_FAMILY])
        font.setFeature(QFont.Tag("calt"), 0)
    else:
        first = DISPLAY_FAMILY if face is Face.DISPLAY else UI_FAMILY
        font.setFamilies([first, UI_FAMILY])
        font.setFeature(QFont.Tag("tnum"), 1)
    if face is Face.CAPS:
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, CAPS_SPACING_PERCENT)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias | QFont.StyleStrategy.PreferAntialias)
    return font


@lru_cache(maxsize=256)
def stepped_px(kind: Type, percent: int) -> int:
    """The size of the scale that a step of it takes at a text scale: canvas text steps, it never lies between."""
    return step(max(type_px(kind) * percent / 100.0, _steps()[0]))


@lru_cache(maxsize=512)
def metrics(px: int, face: Face = Face.UI, weight: int = 500) -> QFontMetricsF:
    """Metrics of the same font."""
    return QFontMetricsF(font_px(px, face, weight))


@lru_cache(maxsize=16384)
def text_width(text: str, px: int, face: Face = Face.UI, weight: int = 500) -> float:
    """The advance of a text in px."""
    return float(metrics(px, face, weight).horizontalAdvance(text))


# -- the interface's text scale -----------------------------------------------------------------------------


class _Interface:
    """The text scale in force; a class of one only so that nobody rebinds a bare name."""

    percent = 100


def interface_percent() -> int:
    """The text scale of the interface in per cent."""
    return _Interface.percent


def set_interface_percent(percent: int) -> None:
    """Set the text scale of the interface; `Look` does, and tells everybody.

    Raises:
        ValueError: it is none of `PERCENTS`.
    """
    if percent not in PERCENTS:
        raise ValueError(f"text scale {percent} %: not one of {PERCENTS}")
    _Interface.percent = percent


def ui_scaled(px: float) -> int:
    """A length drawn as ``px`` at 100 %, at the interface's text scale, in whole px."""
    return int(px * _Interface.percent / 100.0 + 0.5)


def ui_room(px: float) -> int:
    """A length drawn as ``px`` at 100 % that grows with the text but does not shrink with it, in whole px."""
    return max(ui_scaled(px), int(px + 0.5))


def ui_px(kind: Type) -> int:
    """The size of a step of the scale in the interface, in px."""
    return max(ui_scaled(type_px(kind)), LEAST_PX)


def ui_line_px(kind: Type) -> int:
    """The line height of a step of the scale in the interface, in px."""
    return max(ui_scaled(line_px(kind)), LEAST_PX + 3)


def font(kind: Type, face: Face = Face.UI, weight: int = 0) -> QFont:
    """The font of a step of the scale in the interface; ``weight`` 0 takes the step's own."""
    return font_px(ui_px(kind), face, weight or type_weight(kind))


def ui_width(text: str, kind: Type, face: Face = Face.UI, weight: int = 0) -> float:
    """The advance of a text in ``font(kind, face, weight)``, in px."""
    return text_width(text, ui_px(kind), face, weight or type_weight(kind))
