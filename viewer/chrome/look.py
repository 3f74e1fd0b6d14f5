"""Which colours the window wears; whoever paints for himself asks here and repaints when they change."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QToolTip

from viewer.theme.colours import colour
from viewer.theme.fonts import Type, font, load_fonts
from viewer.theme.stylesheet import palette, style_sheet
from viewer.theme.tokens import Ink, ThemeName

ORDER = (ThemeName.DARK, ThemeName.LIGHT, ThemeName.CONTRAST)


class Look(QObject):
    """The theme in force. Signal: `changed`."""

    changed = Signal()

    def __init__(self, theme: ThemeName = ThemeName.DARK, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

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

    def next(self) -> ThemeName:
        """The theme after this one."""
        return ORDER[(ORDER.index(self.theme) + 1) % len(ORDER)]

    def colour(self, ink: Ink, opacity: float = 1.0) -> QColor:
        """A colour by meaning, in this theme."""
        return colour(self.theme, ink, opacity)


def last_theme(settings: QSettings) -> ThemeName:
    """The theme worn last; dark when there is none, or one that no longer exists."""
    told = str(settings.value("theme", ThemeName.DARK.value))
    return next((theme for theme in ThemeName if theme.value == told), ThemeName.DARK)
