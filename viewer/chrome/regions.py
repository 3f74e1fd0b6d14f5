"""The regions of the window as one key goes through them: search, picture, transport, lanes, side panels, editor."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def go(regions: Sequence[QWidget], by: int) -> None:
    """Give the keyboard to the next region that is seen and takes it.

    Args:
        regions: in order.
        by: 1 for the next one, -1 for the one before.
    """
    here = QApplication.focusWidget()
    seen = [(region, first) for region in regions if (first := _first(region)) is not None]
    if not seen:
        return
    inside = [
        at
        for at, (region, _) in enumerate(seen)
        if here is not None and (region is here or region.isAncestorOf(here))
    ]
    at = (inside[-1] + by if inside else 0 if by > 0 else -1) % len(seen)
    seen[at][1].setFocus(Qt.FocusReason.TabFocusReason)


def _first(region: QWidget) -> QWidget | None:
    """What Tab would reach first in a region; None when nothing of it is seen or takes the keyboard."""
    if not region.isVisible() or region.visibleRegion().isEmpty():
        return None
    one: QWidget | None = region
    while one is not None and not _takes(one, region):
        one = one.nextInFocusChain()
        if one is region:
            return None
    return one


def _takes(one: QWidget, region: QWidget) -> bool:
    inside = one is region or region.isAncestorOf(one)
    return (
        inside and bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus) and one.isEnabled() and one.isVisible()
    )
