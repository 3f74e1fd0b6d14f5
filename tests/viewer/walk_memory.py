"""How much memory the program holds and of what, so that a walk can say what grew. Linux only: it reads /proc."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections import Counter
from contextlib import suppress
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

MOST_TOLD = 12
FEW = 20
"""Objects of one kind that may come and go without being told."""


class Memory(NamedTuple):
    """What is held at one time.

    Attributes:
        rss: resident bytes; 0 where it cannot be told.
        objects: how many Python objects there are of each type.
        parts: how many Qt objects there are below the windows and their sessions, of each class.
    """

    rss: int
    objects: Counter[str]
    parts: Counter[str]


def resident() -> int:
    """Resident bytes of this process, after what is free was given back; 0 where it cannot be told."""
    if sys.platform != "linux":
        return 0
    with suppress(AttributeError):  # another C library keeps what it has
        ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def measured(*roots: QObject) -> Memory:
    """What is held now, once nothing is held that nobody needs.

    Args:
        roots: Qt objects below which Qt's objects are counted, beside all windows.
    """
    _empty_caches()
    for _ in range(3):
        gc.collect()
    tops: dict[int, QObject] = {id(one): one for one in (*roots, *QApplication.topLevelWidgets())}
    parts: dict[int, str] = {}
    for top in tops.values():
        for part in (top, *top.findChildren(QObject)):
            parts[id(part)] = _name(type(part))
    objects = Counter(_name(type(one)) for one in gc.get_objects())
    return Memory(resident(), objects, Counter(parts.values()))


def grown(before: Memory, after: Memory) -> list[str]:
    """What there is more of, the most first: lines for a person."""
    told = []
    for words, one, other in (
        ("Qt objects", before.parts, after.parts),
        ("Python objects", before.objects, after.objects),
    ):
        more = Counter({name: count - one[name] for name, count in other.items()})
        for name, count in more.most_common(MOST_TOLD):
            if count > FEW:
                told.append(f"{words}: {name} {one[name]} -> {other[name]}")
    return told


def _empty_caches() -> None:
    """Empty what forgets by itself: a cache of limited size is no growth, one without a limit is.

    What is made once stays: fonts that are loaded again are there twice.
    """
    for one in gc.get_objects():
        if isinstance(one, _lru_cache_wrapper) and (one.cache_parameters()["maxsize"] or 0) > 1:
            one.cache_clear()


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
