"""Every class of the viewer under a shield: a walk is told what is raised, and goes on."""

from __future__ import annotations

import importlib
import pkgutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import viewer
from viewer.shield import Shield


@contextmanager
def shielded(told: Callable[[str], None]) -> Iterator[None]:
    """Tell what is raised in event handlers of the viewer's classes, and go on as if they had done nothing."""
    for module in pkgutil.walk_packages(viewer.__path__, "viewer."):
        if not module.name.startswith("viewer.cli"):
            importlib.import_module(module.name)
    shield = Shield(lambda _, error, __: told("".join(traceback.format_exception(error))))
    shield.cover()
    try:
        yield
    finally:
        shield.lift()
