"""How the window looks: its colours and its text scale. Who paints for himself asks here and heeds `changed`.

A look is the one writer of the interface's text scale (`viewer.theme.fonts`); the latest look made is in force. What
a person chooses is remembered where the look was given settings to remember it in.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication, QToolTip

from viewer.theme.colours import colour
from viewer.theme.fonts import PERCENTS, Type, font, load_fonts, set_interface_percent
from viewer.theme.stylesheet import palette, style_sheet
from viewer.theme.tokens import Ink, ThemeName

ORDER = (ThemeName.DARK, ThemeName.LIGHT, ThemeName.CONTRAST)
NORMAL_PERCENT = 100
WIDE_PX = 3200
"""Logical width from which everything is drawn a quarter larger (visual specification, Resizing)."""
_THEME, _TEXT = "theme", "text_percent"


class Look(QObject):
    """Theme and text scale in force. Signal: `changed` when either is another.

    Attributes:
        theme: which colours.
        text_percent: text scale in force, one of `viewer.theme.fonts.PERCENTS`.
        chosen_percent: the one that was chosen; in a very wide window a larger one is in force.
        settings: where the text scale is remembered; None remembers nothing.
    """

    changed = Signal()

    def __init__(
        self,
        theme: ThemeName = ThemeName.DARK,
        parent: QObject | None = None,
        *,
        text_percent: int = NORMAL_PERCENT,
        settings: QSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.text_percent = self.chosen_percent = text_percent
        self._wide = False
        self.settings = settings
        set_interface_percent(text_percent)

    def apply(self, application: QApplication) -> None:
        """Dress the application."""
        load_fonts()
        application.setFont(font(Type.BODY))
        QToolTip.setFont(font(Type.SMALL))
        application.setPalette(palette(self.theme))
        application.setStyleSheet(style_sheet(self.theme))

    def wear(self, theme: ThemeName, application: QApplication) -> None:
        """Change the colours of everything that is shown."""
        if theme is not self.theme:
            self.theme = theme
            self.apply(application)
            self.changed.emit()

    def scale_text(self, percent: int, application: QApplication) -> None:
        """Change the size of all text of panels and chrome, and remember it.

        Raises:
            ValueError: it is no text scale there is.
        """
        if percent not in PERCENTS:
            raise ValueError(f"text scale {percent} %: not one of {PERCENTS}")
        self.chosen_percent = percent
        if self.settings is not None:
            self.settings.setValue(_TEXT, percent)
        self._scale(application)

    def fit(self, width: int) -> None:
        """Make all text larger in a window so wide that it is looked at from further away."""
        application = QApplication.instance()
        if self._wide != (width >= WIDE_PX) and isinstance(application, QApplication):
            self._wide = width >= WIDE_PX
            self._scale(application)

    def _scale(self, application: QApplication) -> None:
        percent = self._in_force(self.chosen_percent)
        set_interface_percent(percent)
        if percent != self.text_percent:
            self.text_percent = percent
            self.apply(application)
            self.changed.emit()

    def _in_force(self, chosen: int) -> int:
        """The text scale that comes of a chosen one."""
        return max(one for one in PERCENTS if one * 4 <= chosen * (5 if self._wide else 4))

    def text_larger(self) -> None:
        """The next larger text; the largest stays."""
        now = self._in_force(self.chosen_percent)
        self._go(next((one for one in PERCENTS if self._in_force(one) > now), self.chosen_percent))

    def text_smaller(self) -> None:
        """The next smaller text; the smallest stays."""
        now = self._in_force(self.chosen_percent)
        self._go(next((one for one in reversed(PERCENTS) if self._in_force(one) < now), self.chosen_percent))

    def text_normal(self) -> None:
        """Text as it is drawn in the design."""
        self._go(NORMAL_PERCENT)

    def _go(self, percent: int) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self.scale_text(percent, application)

    def next(self) -> ThemeName:
        """The theme after this one."""
        return ORDER[(ORDER.index(self.theme) + 1) % len(ORDER)]

    def colour(self, ink: Ink, opacity: float = 1.0) -> QColor:
        """A colour by meaning, in this theme."""
        return colour(self.theme, ink, opacity)


def last_theme(settings: QSettings) -> ThemeName:
    """The theme worn last; what the system prefers when there is none, or one that no longer exists."""
    told = str(settings.value(_THEME, ""))
    return next((theme for theme in ThemeName if theme.value == told), None) or system_theme()


def last_text_percent(settings: QSettings) -> int:
    """The text scale chosen last; 100 when there is none, or one that no longer exists."""
    told = str(settings.value(_TEXT, ""))
    return next((percent for percent in PERCENTS if str(percent) == told), NORMAL_PERCENT)


def system_theme() -> ThemeName:
    """What the desktop asks for: high contrast, else light; dark where it says nothing. Ask before `Look.apply`."""
    hints = QGuiApplication.styleHints()
    accessibility = getattr(hints, "accessibility", None)  # Qt 6.10 and later
    if accessibility is not None and accessibility().contrastPreference().name == "HighContrast":
        return ThemeName.CONTRAST
    return ThemeName.LIGHT if hints.colorScheme() is Qt.ColorScheme.Light else ThemeName.DARK
