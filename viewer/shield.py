"""What Qt calls (events, sizes) must not raise into Qt: an exception is reported, and the widget goes on.

An exception that leaves an overridden method while Python waits for Qt is stored by Qt's binding; on Python 3.11 that
ends the process when it was raised in C (a missing key, a missing attribute), and no hook hears of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import wraps
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QGraphicsItem

Report = Callable[[type[BaseException], BaseException, TracebackType | None], None]
_TRUTHS = frozenset({"event", "eventFilter", "focusNextPrevChild"})
_BASES = (QObject, QGraphicsItem)
_ALIVE: list[Any] = []
"""Handlers that were put in place: Qt's binding remembers a widget's without owning them."""


class Shield:
    """Covers the handlers of the viewer's classes, those that are imported later when it is asked again."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._covered: dict[type[Any], list[tuple[str, Any]]] = {}

    def cover(self) -> None:
        """Cover every class that is known now."""
        for base in _BASES:
            for cls in _below(base):
                if cls.__module__.startswith("viewer.") and cls not in self._covered:
                    self._covered[cls] = _handlers(cls)
                    for name, method in self._covered[cls]:
                        covered = self._covering(method, False if name in _TRUTHS else None)
                        _ALIVE.append(covered)
                        setattr(cls, name, covered)

    def lift(self) -> None:
        """Leave the classes as they were."""
        for cls, handlers in self._covered.items():
            for name, method in handlers:
                setattr(cls, name, method)
        self._covered.clear()

    def _covering(self, method: Callable[..., Any], instead: object) -> Callable[..., Any]:
        @wraps(method)
        def covered(*args: Any) -> Any:
            try:
                return method(*args)
            except Exception:  # noqa: BLE001 - the outermost hook: whatever it is, it is reported
                kind, error, trace = sys.exc_info()
                if kind is not None and error is not None:
                    self._report(kind, error, trace)
                return instead

        return covered


def _handlers(kind: type[Any]) -> list[tuple[str, Any]]:
    """The methods of a class that Qt calls."""
    return [
        (name, method)
        for name, method in vars(kind).items()
        if callable(method) and (name in _TRUTHS or name.endswith("Event"))
    ]


def _below(base: type[Any]) -> Iterator[type[Any]]:
    for cls in base.__subclasses__():
        yield cls
        yield from _below(cls)
