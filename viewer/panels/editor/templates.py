"""New from a template: the scenes to start from, in a menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from engine.scenario.templates import templates


def fill_menu(menu: QMenu, start: Callable[[str], None]) -> None:
    """Put the templates into a menu; one that is chosen is given to `start` as text."""
    for template in templates():
        entry = menu.addAction(template.title)
        entry.setToolTip(f"The template {template.name}")
        entry.triggered.connect(lambda _=False, text=template.text: start(text))
