"""Exceptions in what Qt calls (events, sizes), told with their trace before Qt's binding gets hold of them.

An exception that leaves an overridden method while Python waits for Qt is stored by the binding, and with Python
3.11 that ends the process when the exception was raised in C (a missing key, a missing attribute). A walk would end
without a word there.
"""

from __future__ import annotations

import importlib
import pkgutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QGraphicsItem

import viewer

_TRUTHS = frozenset({"event", "eventFilter", "focusNextPrevChild"})


@contextmanager
def shielded(told: Callable[[str], None]) -> Iterator[None]:
    """Tell what is raised in event handlers of the viewer's classes, and go on as if they had done nothing."""
    for module in pkgutil.walk_packages(viewer.__path__, "viewer."):
        if not module.name.startswith("viewer.cli"):
            importlib.import_module(module.name)
    changed = [
        (cls, name, method)
        for base in (QObject, QGraphicsItem)
        for cls in _below(base)
        if cls.__module__.startswith("viewer.")
        for name, method in list(vars(cls).items())
        if callable(method) and (name in _TRUTHS or name.endswith("Event"))
    ]
    for cls, name, method in changed:
        setattr(cls, name, _shield(method, told, False if name in _TRUTHS else None))
    try:
        yield
    finally:
        for cls, name, method in changed:
            setattr(cls, name, method)


def _below(base: type) -> Iterator[type]:
    for cls in base.__subclasses__():
        yield cls
        yield from _below(cls)


def _shield(method: Callable[..., Any], told: Callable[[str], None], instead: object) -> Callable[..., Any]:
    @wraps(method)
    def shield(*args: Any) -> Any:
        try:
            return method(*args)
        except Exception as error:
            told("".join(traceback.format_exception(error)))
            return instead

    return shield
